// What kind of line a URL names, as far as that can be told without opening it.

import { type Message, msg, t } from '../l10n.js';

export type PortKind = 'serial' | 'pty' | 'simulated' | 'socket' | 'rfc2217' | 'webrepl' | 'unknown';

const KINDS: ReadonlyMap<string, PortKind> = new Map([
  ['sim', 'simulated'],
  ['socket', 'socket'],
  ['rfc2217', 'rfc2217'],
  ['ws', 'webrepl'],
]);

export function portKindOf(url: string): PortKind {
  const scheme = /^([a-z][a-z0-9+]+):/.exec(url)?.[1];
  if (scheme === undefined) return url.startsWith('/dev/pts/') ? 'pty' : 'serial';
  return KINDS.get(scheme) ?? 'unknown';
}

/** Ports of this machine: they may be missing, forbidden, or held by others. */
export function isOfThisMachine(kind: PortKind): boolean {
  return kind === 'serial' || kind === 'pty';
}

const SENTENCES: Record<PortKind, Message> = {
  serial: msg('It is a serial port of this machine.'),
  pty: msg('It is a pseudo-terminal: another program on this machine is at its other end.'),
  simulated: msg('It is a simulated board: it needs no port, no driver and no permission.'),
  socket: msg('It is a serial port that another computer serves (TCP). Only connecting shows whether it is there.'),
  rfc2217: msg(
    'It is a serial port that another computer serves (RFC 2217). Only connecting shows whether it is there.',
  ),
  webrepl: msg('It is the WebREPL of a board. Only connecting shows whether it is there.'),
  unknown: msg('It is not a kind of connection that is known here.'),
};

export function kindSentence(kind: PortKind): string {
  return t(SENTENCES[kind]);
}
