// What a board or its port can do wrong, each with its own sentence and its own next step.

import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { harmlessLine, harmlessTraceback } from './harmlessTraceback.js';

export function boardSilent(url: string, afterMs: number): BackupError {
  const seconds = Math.round(afterMs / 1000);
  const message =
    afterMs >= 1000
      ? t('The board on {0} did not answer for {1} s.', url, seconds)
      : t('The board on {0} did not answer.', url);
  return new BackupError('board-silent', message, {
    path: url,
    hint: t(
      'It may sleep, be in its boot loader, or have closed its REPL (os.dupterm in boot.py): press its reset button and try again. Check also that it runs MicroPython and that nothing else uses the port.',
    ),
  });
}

export function boardRefusesToStop(url: string): BackupError {
  return new BackupError('board-busy', t('The program on the board on {0} could not be interrupted.', url), {
    path: url,
    hint: t('Press the reset button of the board and try again at once, or stop the program yourself.'),
  });
}

/** For a board whose program must not be interrupted. A board that does not answer counts as one that runs a program. */
export function programRunning(url: string): BackupError {
  return new BackupError('program-running', t('A program runs on the board on {0}, so it was left alone.', url), {
    path: url,
    hint: t(
      'Try again when the program has ended, or allow it to be interrupted: it is restarted afterwards. A board that sleeps or does not answer counts as one that runs a program.',
    ),
  });
}

/** Of a program that holds out, or a silent board, if it may be restarted and the line to it has no way to do that. */
export function boardNeedsReset(url: string, cause: BackupError): BackupError {
  return new BackupError(cause.code, `${cause.message} ${t('It cannot be restarted from here.')}`, {
    path: url,
    hint: t('Press the reset button of the board and try again at once.'),
    cause,
  });
}

/** Something else on the board prints forever, a thread or a timer, and what was asked for does not come. */
export function boardFloods(url: string): BackupError {
  return new BackupError('board-busy', t('The board on {0} keeps printing and does not answer.', url), {
    path: url,
    hint: t(
      'A thread or a timer of its program may print: stop that, or press the reset button of the board, and try again.',
    ),
  });
}

export function portLost(url: string, cause?: unknown): BackupError {
  return new BackupError('port-lost', t('The connection to the board on {0} was lost.', url), {
    path: url,
    hint: t('Check the cable, plug the board in again, and start once more: nothing of what was saved before is lost.'),
    cause,
  });
}

/**
 * What boards say when they start: MicroPython's own banner, or what ESP chips print before it (`ets Jul 29 2019 12:21:46`). A
 * thread or a timer that counts packets or sockets says nothing of the kind.
 */
export function tellsOfRestart(text: string): boolean {
  return /MPY: (soft )?reboot|MicroPython v\d|rst:0x|\bets [A-Z][a-z]{2} +\d{1,2} \d{4}|Guru Meditation/.test(text);
}

export function boardReset(url: string): BackupError {
  return new BackupError('board-reset', t('The board on {0} restarted unexpectedly.', url), {
    path: url,
    hint: t('A watchdog or a weak power supply can do that. Check the cable and the power, then start once more.'),
  });
}

export function lineDamaged(url: string, what: string, cause?: unknown): BackupError {
  return new BackupError('line-damaged', t('Data from the board on {0} arrived damaged: {1}.', url, what), {
    path: url,
    hint: t('Use a shorter or better cable, or a lower rate, and try again.'),
    cause,
  });
}

/** The board has no room for our Python, or its firmware lacks something that all should have. */
export function cannotRunOurs(url: string, cause: BoardException): BackupError {
  const why = cause.lacksMemory
    ? t('it has too little free memory')
    : t('its firmware answered {0}', displayPath(cause.message));
  return new BackupError('board-unsupported', t('The board on {0} cannot be backed up as it is: {1}.', url, why), {
    path: url,
    hint: cause.lacksMemory
      ? t('Press its reset button, so that its memory is free again, and try once more.')
      : t('Newer firmware may help. If it does not, please report what the log says.'),
    cause,
  });
}

/** Boards with a file system of their own say in words what has a number elsewhere. */
const ERRNO_OF_WORDS: ReadonlyMap<string, number> = new Map([
  ['OSError: file not found', 2],
  ['OSError: no more storage space', 28],
]);

/** An exception that Python code raised on the board. `errno` if it was an OSError. P47: what may be of a file is not in its message. */
export class BoardException extends Error {
  override readonly name = 'BoardException';
  readonly errno: number | undefined;
  /** Where it was raised, and what firmware says of it. */
  readonly traceback: string;
  readonly #lastLine: string;

  constructor(traceback: string) {
    const lastLine = traceback.trim().split(/\r?\n/).at(-1) ?? '';
    super(harmlessLine(lastLine));
    this.traceback = harmlessTraceback(traceback);
    this.#lastLine = lastLine;
    // Ports with terse errors print the bare number: `OSError: 28`.
    const found = /^OSError: (?:\[Errno (\d+)\]|(\d+)|\((\d+),)/.exec(lastLine);
    const number = found?.[1] ?? found?.[2] ?? found?.[3];
    this.errno = number === undefined ? ERRNO_OF_WORDS.get(lastLine) : Number(number);
  }

  /** The last line of the traceback, such as `OSError: [Errno 2] ENOENT`; as it came, so not to be shown. */
  get lastLine(): string {
    return this.#lastLine;
  }

  get lacksMemory(): boolean {
    return this.lastLine.startsWith('MemoryError');
  }
}

/** An exception as our own Python tells it: `OSError(28,)`, in the form in which boards print it. */
export function exceptionFromRepr(text: string): BoardException {
  const [, name, , argument] = /^(\w+)\((['"]?)(.*?)\2,?\)$/.exec(text) ?? [];
  return new BoardException(name === undefined ? text : `${name}: ${argument}`);
}

/** Turns what the board raised while working on `path` into a sentence. Other errors pass unchanged. */
export function explainBoardException(error: unknown, path: string): unknown {
  if (!(error instanceof BoardException)) return error;
  const name = displayPath(path) || '/';
  const details = { path, cause: error };
  switch (error.errno) {
    case 2:
      return new BackupError('board-path-missing', t('{0} is no longer on the board.', name), {
        ...details,
        hint: t('Look again at what is on the board, and try once more.'),
      });
    case 28:
      return new BackupError('board-full', t("The board's flash has no room left for {0}.", name), {
        ...details,
        hint: t('Delete files on the board that you do not need, or restore fewer files.'),
      });
    case 30:
      return new BackupError('board-read-only', t('The board cannot write {0}: that part of it is read-only.', name), {
        ...details,
        hint: t(
          'A CircuitPython board may not write while its drive is mounted on a computer: eject the drive, or let boot.py call storage.remount("/", False), and try again. File systems such as /rom are never written.',
        ),
      });
    default:
      return new BackupError('board-error', t('The board reported an error for {0}: {1}.', name, error.message), {
        ...details,
        hint: t('The log says where on the board it was raised.'),
      });
  }
}
