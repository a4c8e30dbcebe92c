// `rfc2217://host:port`: a serial port of another computer over TCP, with its rate and modem lines (RFC 2217).

import { setTimeout as sleep } from 'node:timers/promises';
import { BackupError, cancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { type LineControl, lineControl, RESET_MS } from './lineControl.js';
import { addressOf, closedAtOnce, openTcp } from './tcp.js';
import { escapeTelnet, optionMessage, parametersMessage, type TelnetMessage, telnet, telnetReader } from './telnet.js';
import type { OpenTransport, SerialSettings } from './transport.js';

const USUAL_PORT = 2217;
/** A server that serves one after the other accepts the next only when the last one's threads have ended. */
const NEGOTIATION_MS = 10_000;

const BINARY = 0;
const SUPPRESS_GO_AHEAD = 3;
const COM_PORT = 44;
/** Options that we want. Without the first two a server is of no use to us; the third only saves bytes. */
const WANTED = [COM_PORT, BINARY, SUPPRESS_GO_AHEAD];

/** Commands of the option COM-PORT. The server answers each with the same one, so much higher. */
const set = { BAUD_RATE: 1, DATA_SIZE: 2, PARITY: 3, STOP_SIZE: 4, CONTROL: 5 } as const;
const ANSWER = 100;
const control = { NO_FLOW_CONTROL: 1, DTR_ON: 8, DTR_OFF: 9, RTS_ON: 11, RTS_OFF: 12 } as const;
const EIGHT_BITS = 8;
const NO_PARITY = 1;
const ONE_STOP_BIT = 1;

type Send = (bytes: Uint8Array) => void;

export function rfc2217Transport(settings: SerialSettings): OpenTransport {
  return async (url, events, signal) => {
    const negotiation = negotiate(url, settings);
    const read = telnetReader((message) => negotiation.take(message));
    let failed: BackupError | undefined;
    const transport = await openTcp(
      url,
      addressOf(url, USUAL_PORT),
      {
        onData(chunk) {
          const data = read(chunk);
          // What came before the rate was set is noise.
          if (data.length > 0 && negotiation.done) events.onData(data);
        },
        onClose(error) {
          negotiation.fail(closedAtOnce(url, error));
          if (!failed) events.onClose(error);
        },
      },
      signal,
    );
    const abort = () => negotiation.fail(cancelled());
    signal?.addEventListener('abort', abort);
    try {
      negotiation.begin((bytes) => void transport.write(bytes).catch(() => undefined));
      if (signal?.aborted) abort();
      await negotiation.ended;
    } catch (error) {
      failed = error as BackupError;
      await transport.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    const lines = lineControl(undefined, settings.controlLines);
    return {
      url,
      write: (bytes) => transport.write(escapeTelnet(bytes)),
      // Which port it is, the server does not tell. If the lines lead nowhere, the board takes no notice.
      async restart() {
        await transport.write(Buffer.concat(linesMessages({ dtr: false, rts: true })));
        await sleep(RESET_MS);
        await transport.write(Buffer.concat(linesMessages(lines)));
      },
      close: () => transport.close(),
    };
  };
}

interface Negotiation {
  begin(send: Send): void;
  take(message: TelnetMessage): void;
  fail(error: BackupError): void;
  readonly done: boolean;
  /** Rejects with a BackupError if the two ends do not agree in time. */
  readonly ended: Promise<void>;
}

function negotiate(url: string, settings: SerialSettings): Negotiation {
  let send: Send = () => {};
  let done = false;
  let timer: NodeJS.Timeout | undefined;
  const early: TelnetMessage[] = [];
  /** Options that are agreed upon, by the verb of whoever offered them. */
  const agreed = { ours: new Set<number>(), theirs: new Set<number>() };
  let answers: Set<number> | undefined;
  let succeed = () => {};
  let refuse: (error: BackupError) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    succeed = resolve;
    refuse = reject;
  });
  // Whoever fails before anybody waits is no unhandled rejection.
  ended.catch(() => undefined);

  const fail = (error: BackupError) => {
    clearTimeout(timer);
    refuse(error);
  };

  /** RFC 854: an offer is answered once; what both sides know already is not said again. */
  const takeOption = (verb: number, option: number) => {
    const { WILL, WONT, DO, DONT } = telnet;
    const ours = verb === DO || verb === DONT;
    const side = ours ? agreed.ours : agreed.theirs;
    const wanted = WANTED.includes(option);
    if (verb === DO || verb === WILL) {
      if (!wanted) return send(optionMessage(ours ? WONT : DONT, option));
      // The one offer that we had not asked for.
      if (verb === WILL && option === COM_PORT && !side.has(option)) send(optionMessage(DO, option));
      side.add(option);
      return beginSettings();
    }
    // It has not agreed, or does no longer. We asked for all of them at the beginning: no answer is owed to a refusal.
    if (side.delete(option)) send(optionMessage(ours ? WONT : DONT, option));
    if (!done && option !== SUPPRESS_GO_AHEAD && !(option === COM_PORT && !ours)) fail(noSerialServer(url));
  };

  const beginSettings = () => {
    const ready = agreed.ours.has(COM_PORT) && agreed.ours.has(BINARY) && agreed.theirs.has(BINARY);
    if (!ready || answers) return;
    answers = new Set([set.BAUD_RATE, set.DATA_SIZE, set.PARITY, set.STOP_SIZE]);
    const { baudRate } = settings;
    for (const [command, ...values] of [
      [set.BAUD_RATE, baudRate >>> 24, (baudRate >>> 16) & 0xff, (baudRate >>> 8) & 0xff, baudRate & 0xff],
      [set.DATA_SIZE, EIGHT_BITS],
      [set.PARITY, NO_PARITY],
      [set.STOP_SIZE, ONE_STOP_BIT],
      // Servers differ in what they answer to this one and to the modem lines, if there are any: nobody waits.
      [set.CONTROL, control.NO_FLOW_CONTROL],
    ] as const) {
      send(parametersMessage(COM_PORT, [command, ...values]));
    }
    for (const message of linesMessages(lineControl(undefined, settings.controlLines))) send(message);
  };

  const takeAnswer = (bytes: Uint8Array) => {
    const command = (bytes[0] ?? 0) - ANSWER;
    if (!answers?.delete(command)) return;
    if (command === set.BAUD_RATE && bytes.length === 5) {
      const rate = Buffer.from(bytes).readUInt32BE(1);
      if (rate !== settings.baudRate) return fail(otherRate(url, settings.baudRate, rate));
    }
    if (answers.size > 0) return;
    done = true;
    clearTimeout(timer);
    succeed();
  };

  const take = (message: TelnetMessage) => {
    if (message.kind === 'option') takeOption(message.verb, message.option);
    else if (message.option === COM_PORT) takeAnswer(message.bytes);
  };

  return {
    begin(sender) {
      send = sender;
      timer = setTimeout(() => fail(noSerialServer(url)), NEGOTIATION_MS);
      for (const option of WANTED) send(optionMessage(telnet.WILL, option));
      for (const option of [BINARY, SUPPRESS_GO_AHEAD]) send(optionMessage(telnet.DO, option));
      for (const message of early.splice(0)) take(message);
    },
    take(message) {
      if (timer) take(message);
      else early.push(message);
    },
    fail,
    get done() {
      return done;
    },
    ended,
  };
}

function linesMessages({ dtr, rts }: Pick<LineControl, 'dtr' | 'rts'>): Uint8Array[] {
  return [dtr ? control.DTR_ON : control.DTR_OFF, rts ? control.RTS_ON : control.RTS_OFF].map((line) =>
    parametersMessage(COM_PORT, [set.CONTROL, line]),
  );
}

function noSerialServer(url: string): BackupError {
  return new BackupError(
    'port-failed',
    t('What answers at {0} does not serve a serial port according to RFC 2217.', url),
    {
      path: url,
      hint: t('If it serves the bytes as they are (`raw`), write socket:// instead of rfc2217://.'),
    },
  );
}

function otherRate(url: string, wanted: number, given: number): BackupError {
  return new BackupError('port-failed', t('The port at {0} runs at {1} baud, not at {2}.', url, given, wanted), {
    path: url,
    hint: t('Allow that rate in the settings of the server, or choose the rate of the server here.'),
  });
}
