// Simulated boards that have power in this process. A board keeps running between connections, as real ones do.

import { join, resolve } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { BackupError } from '../../errors.js';
import { t } from '../../l10n.js';
import { simulatedUniqueId } from './boards.js';
import { ctrlCInterrupts, type InterruptPlaces, interrupt } from './interrupt.js';
import { type BoardStart, CTRL_C, control, controlBytes, type FromBoard, type InputChunk } from './protocol.js';

/** Who listens to a board. Only one at a time. */
export interface BoardListener {
  onData(bytes: Uint8Array): void;
  /** The board has lost its power or broke; nothing comes after. */
  onGone(error: BackupError): void;
}

export interface PoweredBoard {
  /** @returns false if someone is connected already */
  connect(listener: BoardListener): boolean;
  disconnect(): void;
  send(bytes: Uint8Array): void;
  /** Cuts the power. What Python had written is in the folder; what it was about to write is not. */
  powerOff(): Promise<void>;
}

/** 16 MiB, a large flash. Writing more fails as on a full board. */
export const SIMULATED_FLASH = 16 << 20;

const powered = new Map<string, Promise<PoweredBoard>>();

/**
 * The board whose flash is `folder`, with power: as it runs, or freshly started.
 *
 * @throws BackupError `port-failed` if it does not start
 */
export function powerOn(folder: string, listener: BoardListener): Promise<PoweredBoard> {
  const key = resolve(folder);
  const running = powered.get(key);
  if (running) {
    return running.then((board) => {
      if (board.connect(listener)) return board;
      throw new BackupError('port-busy', t('The simulated board is already in use.'), {
        path: key,
        hint: t('Wait for the other job to end, or close the other connection.'),
      });
    });
  }
  const starting = start(key, listener);
  powered.set(key, starting);
  starting.catch(() => powered.delete(key));
  return starting;
}

/** Cuts the power of the board whose flash is `folder`; no error if it has none. */
export async function powerOff(folder: string): Promise<void> {
  await (await powered.get(resolve(folder)))?.powerOff();
}

function start(folder: string, first: BoardListener): Promise<PoweredBoard> {
  const shared = new SharedArrayBuffer(controlBytes);
  const counters = new Int32Array(shared);
  const { port1: input, port2 } = new MessageChannel();
  const uniqueId = simulatedUniqueId(folder);
  const workerData: BoardStart = {
    folder,
    capacity: SIMULATED_FLASH,
    uniqueId,
    assets: ASSETS_FOLDER,
    input: port2,
    control: shared,
  };
  const worker = new Worker(join(ASSETS_FOLDER, 'simulatedBoard.js'), {
    workerData,
    transferList: [port2],
    // The program's own output belongs to the program, its options too.
    stdout: true,
    stderr: true,
    execArgv: [],
  });

  let listener: BoardListener | undefined = first;
  let places: InterruptPlaces | undefined;
  let sent = 0;
  let watch: NodeJS.Timeout | undefined;

  function wake(): void {
    Atomics.add(counters, control.wake, 1);
    Atomics.notify(counters, control.wake);
  }

  /** A program that spins takes nothing in: if a Ctrl-C is still there after some milliseconds, it interrupts from here. */
  function watchCtrlC(chunk: number): void {
    clearTimeout(watch);
    watch = setTimeout(() => {
      if (Atomics.load(counters, control.settled) >= chunk) return;
      if (!places || !ctrlCInterrupts(places)) return watchCtrlC(chunk);
      Atomics.store(counters, control.interrupted, chunk);
      interrupt(places);
    }, 20).unref();
  }

  const board: PoweredBoard = {
    connect(next) {
      if (listener) return false;
      listener = next;
      worker.ref();
      return true;
    },
    disconnect() {
      listener = undefined;
      // A board that runs for itself must not keep a program alive that is done.
      worker.unref();
    },
    send(bytes) {
      sent += 1;
      const chunk: InputChunk = { number: sent, bytes: Uint8Array.from(bytes) };
      input.postMessage(chunk);
      wake();
      if (bytes.includes(CTRL_C)) watchCtrlC(sent);
    },
    async powerOff() {
      gone(new BackupError('port-lost', t('The simulated board has lost its power.'), { path: folder }));
      await worker.terminate();
    },
  };

  let isGone = false;

  /** Once: when the worker of a board that was switched off has ended, the board may have power again. */
  function gone(error: BackupError): void {
    if (isGone) return;
    isGone = true;
    clearTimeout(watch);
    powered.delete(folder);
    const told = listener;
    listener = undefined;
    told?.onGone(error);
  }

  return new Promise((resolveStart, reject) => {
    let started = false;
    worker.on('message', (message: FromBoard) => {
      if (message instanceof Uint8Array) {
        Atomics.add(counters, control.handled, 1);
        Atomics.notify(counters, control.handled);
        listener?.onData(message);
        return;
      }
      places = message.interrupt;
      started = true;
      resolveStart(board);
    });
    const failed = (cause: unknown) => {
      const error = new BackupError(started ? 'port-lost' : 'port-failed', t('The simulated board has stopped.'), {
        path: folder,
        cause,
      });
      if (started) gone(error);
      else reject(error);
    };
    worker.on('error', failed);
    worker.on('exit', () => failed(undefined));
  });
}
