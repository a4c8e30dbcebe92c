// A second place that rclone reaches. Few runs for many files: each takes a while to begin, and asks somebody's server again.
//
// What is copied goes to `<place>/.incoming/<folder>/<run>/` first, beside the folders of stores: rclone moves nothing from inside
// a folder into it. There it is listed, with hashes if the place has any, and then moved: on the side of the place if it can.

import * as v from 'valibot';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { msg, t } from '../l10n.js';
import {
  hasHash,
  INCOMING,
  isPlainPath,
  mismatch,
  type Place,
  type PlacedFile,
  type Put,
  REPLACED,
  runName,
  type Work,
} from './place.js';
import { below, type PlaceName } from './placeName.js';
import { type RcloneEnd, type RcloneOptions, type RcloneRun, runRclone } from './rclone.js';

/** There is no such folder. */
const NO_FOLDER = 3;
/** Board, archive, and the folder of the store. */
const DEPTH = '3';

const listSchema = v.array(
  v.object({
    Path: v.string(),
    Size: v.number(),
    Hashes: v.optional(
      v.object({ sha256: v.optional(v.string()), sha1: v.optional(v.string()), md5: v.optional(v.string()) }),
    ),
  }),
);

const FROM_LIST = ['--files-from-raw', '-', '--no-traverse'];
const HASHES = ['--hash', ...['sha256', 'sha1', 'md5'].flatMap((kind) => ['--hash-type', kind])];

/** By what was being done. */
const FAILED_WHILE = {
  writing: msg('The second place {0} failed while writing.'),
  listing: msg('The second place {0} failed while listing.'),
  copying: msg('The second place {0} failed while copying.'),
  checking: msg('The second place {0} failed while checking.'),
  'moving into place': msg('The second place {0} failed while moving into place.'),
  'setting aside': msg('The second place {0} failed while setting aside.'),
  removing: msg('The second place {0} failed while removing.'),
  'tidying up': msg('The second place {0} failed while tidying up.'),
  fetching: msg('The second place {0} failed while fetching.'),
} as const;
type Doing = keyof typeof FAILED_WHILE;

export function rclonePlace(env: Env, { text, shown }: PlaceName, options: RcloneOptions): Place {
  async function run(doing: Doing, each: RcloneRun): Promise<RcloneEnd> {
    const start = env.clock.ticks();
    const end = await runRclone(options, each);
    const took = Math.round(env.clock.ticks() - start);
    env.log.debug(`rclone ${each.args[0]} (${doing}) at ${shown}: ${end.code} after ${took} ms ${end.words}`.trimEnd());
    return end;
  }

  async function must(doing: Doing, each: RcloneRun): Promise<RcloneEnd> {
    const end = await run(doing, each);
    if (end.code !== 0) throw placeError(shown, doing, end);
    return end;
  }

  async function list(doing: Doing, where: string, { signal }: Work, flags: readonly string[]): Promise<PlacedFile[]> {
    const args = ['lsjson', where, '-R', '--files-only', '--no-mimetype', '--no-modtime', ...flags];
    const end = await run(doing, { args, signal });
    if (end.code === NO_FOLDER) return [];
    if (end.code !== 0) throw placeError(shown, doing, end);
    return filesIn(end, shown).filter(({ path }) => isPlainPath(path));
  }

  const at = (...folders: string[]) => below(text, ...folders);
  const linesOf = (paths: readonly string[]) => paths.map((path) => `${path}\n`).join('');

  return {
    shown,

    async make(folder, { signal }) {
      const doing = 'writing' as const;
      const probe = at(INCOMING, folder, runName(env), 'probe');
      await must(doing, { args: ['rcat', probe], input: 'Can anything be written here?\n', signal });
      const [found] = await list(doing, at(INCOMING, folder), { signal }, []);
      await this.tidy(folder, { signal });
      if (!found) throw notKept(shown);
    },

    listAll: (work) =>
      list('listing', text, work, [
        ...['--max-depth', DEPTH],
        ...['--exclude', `/${INCOMING}/**`, '--exclude', `/${REPLACED}/**`],
      ]),

    list: (folder, work) => list('listing', at(folder), work, work.hashes ? HASHES : []),

    async put(folder, from, files, how, { signal, onBytes }) {
      if (files.length === 0) return { there: [], failed: [] };
      const incoming = at(INCOMING, folder, runName(env));
      const copy = {
        args: ['copy', from, incoming, ...FROM_LIST, '--no-check-dest'],
        input: linesOf(files.map(({ path }) => path)),
      };
      const copied = await run('copying', { ...copy, signal, onBytes: inPieces(onBytes) });
      const found = new Map((await list('checking', incoming, { signal }, HASHES)).map((file) => [file.path, file]));
      const whole: string[] = [];
      const failed: Put['failed'] = [];
      for (const file of files) {
        const there = found.get(file.path);
        const reason = there && mismatch(file, there);
        if (reason !== undefined) failed.push({ path: file.path, reason: t('It was damaged on the way: {0}', reason) });
        else if (there) whole.push(file.path);
      }
      // What has arrived has not to travel again, whatever became of the rest.
      if (whole.length > 0) {
        const flags = ['--delete-empty-src-dirs', how === 'new' ? '--immutable' : '--ignore-times'];
        const args = ['move', incoming, at(folder), ...FROM_LIST, ...flags];
        await must('moving into place', { args, input: linesOf(whole), signal });
      }
      // Whatever rclone says of it: what was sent and is not found there did not arrive.
      const away = await stillHere(env, from, files, found);
      if (away.length > 0) {
        const error = copied.code === 0 ? notKept(shown) : placeError(shown, 'copying', copied);
        // What cannot be reached needs not to be told for each.
        if (whole.length === 0 || error.code === 'place-unreachable') throw error;
        failed.push(...away.map((path) => ({ path, reason: error.message })));
      }
      const [first] = failed;
      if (first && whole.length === 0) throw placeError(shown, 'copying', { words: `${first.path}: ${first.reason}` });
      return { there: whole, failed };
    },

    async setAside(folder, paths, { signal }) {
      if (paths.length === 0) return;
      const aside = at(REPLACED, folder, runName(env));
      const args = ['move', at(folder), aside, ...FROM_LIST];
      await must('setting aside', { args, input: linesOf(paths), signal });
    },

    listAside: (folder, work) => list('listing', at(REPLACED, folder), work, []),

    async remove(folder, paths, { signal }) {
      if (paths.length === 0) return;
      const args = ['delete', at(folder), '--files-from-raw', '-'];
      await must('removing', { args, input: linesOf(paths), signal });
    },

    async tidy(folder, { signal }) {
      const end = await run('tidying up', { args: ['purge', at(INCOMING, folder)], signal });
      if (end.code !== 0 && end.code !== NO_FOLDER) env.log.debug(`${shown}: what was left there stays: ${end.words}`);
    },

    async fetch(folder, paths, into, { signal, onBytes }) {
      if (paths.length === 0) return [];
      const args = ['copy', at(folder), into, ...FROM_LIST];
      const end = await run('fetching', { args, input: linesOf(paths), signal, onBytes: inPieces(onBytes) });
      if (end.code === 0) return [];
      // One that cannot be read ends like a place that cannot be reached; that one answers no other question either.
      const there = new Set((await list('listing', at(folder), { signal }, [])).map(({ path }) => path));
      const away: string[] = [];
      for (const path of paths) if (!(await env.fs.info(`${into}/${path}`))) away.push(path);
      const failed = away.filter((path) => there.has(path));
      if (failed.length === 0 && away.length > 0) throw placeError(shown, 'fetching', end);
      return failed.map((path) => ({ path, reason: unreadable(end.words) }));
    },
  };
}

function inPieces(onBytes: Work['onBytes']): ((total: number) => void) | undefined {
  let before = 0;
  return (
    onBytes &&
    ((total) => {
      if (total > before) onBytes(total - before);
      before = Math.max(total, before);
    })
  );
}

/** @returns those that did not arrive; others may have deleted some meanwhile: then rclone had nothing to copy */
async function stillHere(
  env: Env,
  from: string,
  files: ReadonlyArray<{ path: string }>,
  arrived: ReadonlyMap<string, PlacedFile>,
): Promise<string[]> {
  const left: string[] = [];
  for (const { path } of files) if (!arrived.has(path) && (await env.fs.info(`${from}/${path}`))) left.push(path);
  return left;
}

function filesIn({ stdout }: RcloneEnd, shown: string): PlacedFile[] {
  try {
    const parsed = v.parse(listSchema, JSON.parse(stdout));
    return parsed.map(({ Path, Size, Hashes }) => {
      const hashes = Hashes && Object.fromEntries(Object.entries(Hashes).filter(([, hash]) => hash !== ''));
      const file = { path: Path, size: Size };
      return hashes && hasHash({ ...file, hashes }) ? { ...file, hashes } : file;
    });
  } catch (cause) {
    throw new BackupError('place-failed', t('rclone did not report what is at {0}.', shown), {
      path: shown,
      hint: t('Check the version of rclone: 1.60 or later is needed.'),
      cause,
    });
  }
}

const UNREACHABLE =
  /dial tcp|no such host|connection (refused|reset)|network is unreachable|no route|time(d )?out|deadline exceeded|\bEOF\b|x509|tls|handshake|couldn't connect|broken pipe|502|503|504|bad gateway|unavailable|couldn't fetch token|server misbehaving/i;
const UNKNOWN_REMOTE = /didn't find section in config file|didn't find backend called/i;
const LOCKED = /unable to decrypt configuration|can't decrypt configuration|password.*config|config.*password/i;

function unreadable(words: string): string {
  return [t('It cannot be read there.'), ...saidBy(words)].join(' ');
}

/** What rclone gave as the reason, as a sentence. */
function saidBy(words: string): string[] {
  return words === '' ? [] : [t('rclone says: {0}.', words.replace(/\.$/, ''))];
}

function notKept(shown: string): BackupError {
  return new BackupError('place-failed', t('The second place {0} does not keep what is written to it.', shown), {
    path: shown,
    hint: t('Check its address, what may be done there, how much room it has, and the program that is used as rclone.'),
  });
}

function placeError(shown: string, doing: Doing, { words }: Pick<RcloneEnd, 'words'>): BackupError {
  const withWhy = (sentence: string) => [sentence, ...saidBy(words)].join(' ');
  const details = (hint: string) => ({ path: shown, hint });
  if (UNKNOWN_REMOTE.test(words)) {
    const hint = t('See "rclone listremotes" for the remotes that it knows, and create one with "rclone config".');
    return new BackupError('place-unreachable', t('rclone knows no such remote: {0}.', shown), details(hint));
  }
  if (LOCKED.test(words)) {
    const hint = t('Its password is taken from the environment variable RCLONE_CONFIG_PASS.');
    return new BackupError(
      'place-unreachable',
      t("rclone's configuration is encrypted, and its password is not known here."),
      details(hint),
    );
  }
  if (UNREACHABLE.test(words)) {
    const hint = t('What waits is copied once it can be reached again.');
    const message = withWhy(t('The second place {0} cannot be reached.', shown));
    return new BackupError('place-unreachable', message, details(hint));
  }
  const hint = t('Check its address, what may be done there, and how much room it has.');
  return new BackupError('place-failed', withWhy(t(FAILED_WHILE[doing], shown)), details(hint));
}
