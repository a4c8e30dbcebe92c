// rclone, the user's own: the only way to places that are no folders. Each run goes through this door, so that it can be stopped,
// ends with our own process, and says nothing that is secret.

import { type ChildProcess, spawn } from 'node:child_process';
import { BackupError, cancelled, messageOf, systemCode, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { scrubbed } from './scrub.js';

export interface RcloneOptions {
  /** Where rclone is; usual: on the PATH. */
  rclonePath?: string | undefined;
}

export interface RcloneRun {
  args: readonly string[];
  /** For its standard input. */
  input?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Is told how many bytes have travelled so far. */
  onBytes?: ((bytes: number) => void) | undefined;
}

export interface RcloneEnd {
  /** 0 if all went well, 3 if there is no such folder. */
  code: number;
  stdout: string;
  /** What it said went wrong, fit to be shown. */
  words: string;
}

/** Stops of itself when nobody listens any more: what it writes each half second finds the pipe closed. */
const COMMON = [
  ...['--use-json-log', '--log-level', 'NOTICE', '--stats', '500ms', '--stats-log-level', 'NOTICE'],
  ...['--ask-password=false', '--retries', '2', '--retries-sleep', '1s', '--low-level-retries', '3'],
  ...['--contimeout', '20s', '--timeout', '60s'],
];
/** Of the user's environment: what is secret and of no use to rclone, and what would make another command of ours. */
const NOT_OURS =
  /^(MPBACKUP_|RCLONE_(VERBOSE|QUIET|LOG_|DRY_RUN|INTERACTIVE|PROGRESS|INCLUDE|EXCLUDE|FILTER|FILES_FROM|HASH_FILTER|METADATA|M(IN|AX)_|BACKUP_DIR|SUFFIX|COMPARE_DEST|COPY_DEST|SIZE_ONLY|CHECKSUM|IGNORE_|UPDATE|IMMUTABLE|DELETE_|CUTOFF|ERROR_ON|TRACK_RENAMES|INPLACE|NO_(TRAVERSE|CHECK_DEST|UPDATE)|STATS|DUMP|USE_JSON_LOG|RC(_|$)))/i;
const KILL_AFTER_MS = 3_000;
const CLOSE_AFTER_MS = 2_000;
const LARGEST_OUT = 256 << 20;
const HAS_GROUPS = process.platform !== 'win32';
const LARGEST_WORDS = 1 << 16;

const running = new Set<ChildProcess>();
let isWatched = false;

/** @throws BackupError `rclone-missing`, `cancelled`; how it ended is up to the caller */
export async function runRclone({ rclonePath }: RcloneOptions, run: RcloneRun): Promise<RcloneEnd> {
  const { args, input, signal, onBytes } = run;
  throwIfCancelled(signal);
  const child = spawn(rclonePath ?? 'rclone', [...args, ...COMMON], {
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_OURS.test(name))),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // What is called rclone may be a script that starts it: the whole group is stopped.
    detached: HAS_GROUPS,
  });
  watch(child);
  const said = listener(onBytes);
  const out: Buffer[] = [];
  let outSize = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    outSize += chunk.length;
    if (outSize <= LARGEST_OUT) out.push(chunk);
    else end(child, 'SIGKILL');
  });
  child.stderr.on('data', said.hear);
  // It may end before it has read all.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');

  let killing: NodeJS.Timeout | undefined;
  let closing: NodeJS.Timeout | undefined;
  const stop = () => {
    end(child, 'SIGTERM');
    killing = setTimeout(() => end(child, 'SIGKILL'), KILL_AFTER_MS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
      // Whoever it has started may keep its pipes open for longer.
      child.once('exit', (code) => {
        closing = setTimeout(() => resolve(code ?? -1), CLOSE_AFTER_MS);
      });
    });
    if (signal?.aborted) throw cancelled();
    if (outSize > LARGEST_OUT) throw tooMuch();
    return { code, stdout: Buffer.concat(out).toString('utf8'), words: said.words() };
  } catch (error) {
    throw error instanceof BackupError ? error : notStarted(error, rclonePath);
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(killing);
    clearTimeout(closing);
    // What is left of its group ends with it.
    if (signal?.aborted) end(child, 'SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
    running.delete(child);
  }
}

/** Ends with us, if we end in order. */
function watch(child: ChildProcess): void {
  running.add(child);
  if (isWatched) return;
  isWatched = true;
  process.once('exit', () => {
    for (const each of running) end(each, 'SIGKILL');
  });
}

/** With whatever it has started, if the system has groups. */
function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    // It has ended by itself.
    if (systemCode(error) !== 'ESRCH') child.kill(signal);
  }
}

function tooMuch(): BackupError {
  return new BackupError('place-failed', t('rclone reported more than any second place can have.'), {
    hint: t('Check the program that is used as rclone, and the address of the second place.'),
  });
}

function listener(onBytes: RcloneRun['onBytes']): { hear(chunk: Buffer): void; words(): string } {
  let rest = '';
  let last = '';
  const line = (text: string) => {
    const entry = parseLine(text);
    if (entry?.stats?.bytes !== undefined) onBytes?.(entry.stats.bytes);
    else if (entry?.level === 'error' || entry?.level === 'fatal' || entry?.level === 'critical')
      last = entry.msg ?? last;
    // Its last word comes without the form of a log.
    else if (!entry && text.trim() !== '') last = text.replace(/^\d{4}\/\d\d\/\d\d [\d:]+ (\w+ ?: )?/, '');
  };
  return {
    hear(chunk) {
      const lines = `${rest}${chunk.toString('utf8')}`.split('\n');
      rest = (lines.pop() ?? '').slice(-LARGEST_WORDS);
      lines.forEach(line);
    },
    words() {
      line(rest);
      rest = '';
      return scrubbed(last);
    },
  };
}

function parseLine(text: string): { level?: string; msg?: string; stats?: { bytes?: number } } | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function notStarted(error: unknown, rclonePath: string | undefined): BackupError {
  const isMissing = ['ENOENT', 'EACCES', 'ENOTDIR'].includes(systemCode(error) ?? '');
  const missing =
    rclonePath === undefined
      ? t(
          'The program rclone is not installed, or not on the PATH: it is needed for a second place that is not a folder.',
        )
      : t('The program rclone is not at {0}: it is needed for a second place that is not a folder.', rclonePath);
  const message = isMissing ? missing : t('The program rclone could not be started: {0}.', messageOf(error));
  return new BackupError('rclone-missing', message, {
    ...(rclonePath !== undefined && { path: rclonePath }),
    hint: t('Install it from your system or from https://rclone.org, or say where it is.'),
    cause: error,
  });
}
