// Telnet as bytes: what belongs to the line, and what the two ends say to each other about it (RFC 854). Decides nothing.

export const telnet = { SE: 240, SB: 250, WILL: 251, WONT: 252, DO: 253, DONT: 254, IAC: 255 } as const;

/** What the other end said beside the data. */
export type TelnetMessage =
  | { kind: 'option'; verb: number; option: number }
  | { kind: 'parameters'; option: number; bytes: Uint8Array };

/** A byte of value 255 is doubled, so that it is no command. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(telnet.IAC)) return bytes;
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === telnet.IAC ? [byte, byte] : [byte])));
}

export function optionMessage(verb: number, option: number): Uint8Array {
  return Uint8Array.of(telnet.IAC, verb, option);
}

export function parametersMessage(option: number, bytes: readonly number[]): Uint8Array {
  const { IAC, SB, SE } = telnet;
  return Uint8Array.of(IAC, SB, option, ...escapeTelnet(Uint8Array.from(bytes)), IAC, SE);
}

type State = 'data' | 'iac' | 'option' | 'parameters' | 'parameters-iac';

/** Longer parameters than any option of ours has: a peer that never ends them must not fill the memory. */
const MOST_PARAMETERS = 1024;

/**
 * Takes what comes over the connection in pieces of any size.
 *
 * @returns takes the next piece; gives the bytes of the line in it, after `onMessage` was told of what else ended in it
 */
export function telnetReader(onMessage: (message: TelnetMessage) => void): (chunk: Uint8Array) => Uint8Array {
  let state: State = 'data';
  let verb = 0;
  let parameters: number[] = [];

  const afterIac = (byte: number): State => {
    verb = byte;
    if (byte >= telnet.WILL) return 'option';
    parameters = [];
    // Others (no operation, go ahead, …) are one byte, and mean nothing to a serial port.
    return byte === telnet.SB ? 'parameters' : 'data';
  };
  const endParameters = (byte: number): State => {
    if (byte !== telnet.SE) {
      if (parameters.length < MOST_PARAMETERS) parameters.push(byte);
      return 'parameters';
    }
    const [option, ...bytes] = parameters;
    if (option !== undefined) onMessage({ kind: 'parameters', option, bytes: Uint8Array.from(bytes) });
    return 'data';
  };

  return (chunk) => {
    if (state === 'data' && !chunk.includes(telnet.IAC)) return chunk;
    const data: number[] = [];
    for (const byte of chunk) {
      if (state === 'data') {
        if (byte === telnet.IAC) state = 'iac';
        else data.push(byte);
      } else if (state === 'iac') {
        if (byte === telnet.IAC) data.push(byte);
        state = byte === telnet.IAC ? 'data' : afterIac(byte);
      } else if (state === 'option') {
        onMessage({ kind: 'option', verb, option: byte });
        state = 'data';
      } else if (state === 'parameters') {
        if (byte === telnet.IAC) state = 'parameters-iac';
        else if (parameters.length < MOST_PARAMETERS) parameters.push(byte);
      } else {
        state = endParameters(byte);
      }
    }
    return Uint8Array.from(data);
  };
}
