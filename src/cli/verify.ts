import { basename } from 'node:path';
import { type DamageReport, type VerifyOptions, type VerifyResult, verify } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { count, duration } from '../core/text.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

const MOST_SECONDS = 1_000_000;
const CERTAINTY = {
  damaged: 'Damaged',
  'read-error': 'Read error',
  unsupported: 'Not verified',
  missing: 'Missing',
} as const;

export const verifyVerb: Verb = {
  usage: `[BACKUP] ${STORE_USAGE} [--quick | --sample SECONDS]`,
  summary: 'Read every byte of the archives and say what is damaged or missing',
  options: {
    ...storeOption,
    quick: { type: 'boolean', about: 'only check that everything is there, without reading every byte' },
    sample: {
      type: 'string',
      value: 'SECONDS',
      about:
        'read for about this long, beginning with what was verified longest ago, so that repeated runs read everything',
    },
  },
  async run(call) {
    const [reference] = takeArguments(call, 0, 1);
    const store = await storeOf(call);
    const only = reference === undefined || !(await store.exists()) ? undefined : await store.find(reference);
    const depth = depthOf(call);
    const result = await verify(call.context, store, { depth, ...(only && { only }) });
    const { archives, left, damaged, seconds } = result;
    // What the disk did not give is there perhaps: a repair would leave it as it is.
    if (damaged.some(({ certainty }) => certainty !== 'read-error'))
      call.output.note('`mpbackup repair` saves what is sound, and looks for the rest.');
    call.output.result(
      { ok: damaged.length === 0, archives, left, damaged, seconds },
      damaged.length > 0 ? damaged.map(sentence).join('\n') : soundSentence(store.root, depth, result),
    );
    return damaged.length > 0 ? 1 : 0;
  },
};

function sentence({ archive, path, reason, certainty, backups }: DamageReport): string {
  const name = displayPath(basename(archive));
  const where = path === null ? name : `${name}, ${displayPath(path)}`;
  const ids = backups.map((id) => id.slice(0, 8)).join(', ');
  const lost = backups.length > 0 ? ` Lost for ${count(backups.length, 'backup')}: ${ids}.` : '';
  return `${CERTAINTY[certainty]}: ${where}: ${displayPath(reason)}${lost}`;
}

function soundSentence(root: string, depth: VerifyOptions['depth'], { archives, left, seconds }: VerifyResult): string {
  if (archives === 0) return `There is no backup in ${displayPath(root)}: nothing to verify.`;
  const what = `${count(archives, 'archive')} verified in ${duration(seconds)}`;
  if (depth === 'quick') return `${what}: no backup is missing files. Not every byte was read.`;
  const rest = left > 0 ? ` ${count(left, 'backup')} ${left === 1 ? 'is' : 'are'} left for the next time.` : '';
  return `${what}: every byte is sound, and no backup is missing files.${rest}`;
}

function depthOf(call: Call): NonNullable<VerifyOptions['depth']> {
  const sample = call.text('sample');
  if (call.flag('quick') && sample !== undefined) throw new UsageError('--quick and --sample cannot be combined.');
  if (sample === undefined) return call.flag('quick') ? 'quick' : 'full';
  const seconds = Number(sample);
  if (seconds >= 0 && seconds <= MOST_SECONDS) return { seconds };
  throw new UsageError(`--sample must be a number of seconds, not ${sample}.`);
}
