import { basename } from 'node:path';
import { type DamageReport, verify } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { count, duration } from '../core/text.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

const CERTAINTY = { damaged: 'Damaged', 'read-error': 'Read error', missing: 'Missing' } as const;

export const verifyVerb: Verb = {
  usage: `[BACKUP] ${STORE_USAGE}`,
  summary: 'Reads every byte of the archives and says what is damaged or missing',
  options: storeOption,
  async run(call) {
    const [reference] = takeArguments(call, 0, 1);
    const store = await storeOf(call);
    const only = reference === undefined || !(await store.exists()) ? undefined : await store.find(reference);
    const { archives, damaged, seconds } = await verify(call.context, store, only);
    call.output.result(
      { ok: damaged.length === 0, archives, damaged, seconds },
      damaged.length > 0 ? damaged.map(sentence).join('\n') : soundSentence(store.root, archives, seconds),
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

function soundSentence(root: string, archives: number, seconds: number): string {
  if (archives === 0) return `There is no backup in ${displayPath(root)}: nothing to verify.`;
  return `${count(archives, 'archive')} verified in ${duration(seconds)}: every byte is sound, and nothing is missing.`;
}
