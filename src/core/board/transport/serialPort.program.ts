// The process that holds one serial port, as `dist/serialPort.js`. It ends with the port, and when nobody listens any more.

import type { BackupError } from '../../errors.js';
import { speak } from '../../l10n.js';
import { serialTransport } from './serial.js';
import { type FromPort, plainError, type ToPort } from './serialMessages.js';
import type { Transport } from './transport.js';

// Ctrl-C in a terminal reaches every process that was started there. Whoever started us decides when the port is closed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

let transport: Transport | undefined;

function tell(message: FromPort, done?: () => void): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => done?.());
  else done?.();
}

function ended(error: BackupError | undefined): void {
  tell({ kind: 'closed', error: error && plainError(error) }, () => process.exit());
}

async function open({ url, settings, language }: Extract<ToPort, { kind: 'open' }>): Promise<void> {
  if (language) speak(language.bundle, language.tag);
  try {
    transport = await serialTransport(settings)(url, {
      onData: (bytes) => tell({ kind: 'data', bytes }),
      onClose: ended,
    });
    const { hardware, restart } = transport;
    tell({ kind: 'opened', hardware, canRestart: restart !== undefined });
  } catch (error) {
    tell({ kind: 'closed', error: plainError(error) }, () => process.exit());
  }
}

process.on('message', (message: ToPort) => {
  if (message.kind === 'open') void open(message);
  else if (message.kind === 'close') void close();
  else if (message.kind === 'write') answer(message.id, transport?.write(message.bytes));
  else answer(message.id, transport?.restart?.());
});

function answer(id: number, work: Promise<void> | undefined): void {
  work?.then(
    () => tell({ kind: 'done', id, error: undefined }),
    (error: unknown) => tell({ kind: 'done', id, error: plainError(error) }),
  );
}

async function close(): Promise<void> {
  // What closes a port that is open tells so; one that is not has nothing to tell.
  if (transport) await transport.close();
  else process.exit();
}

// Our end of the channel closes when the other process is gone, however it went.
process.on('disconnect', () => void close().finally(() => process.exit()));
