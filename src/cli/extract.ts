import { resolve } from 'node:path';
import { BackupError } from '../core/errors.js';
import { extract, type OnTaken } from '../core/jobs/extract.js';
import { displayPath, parseUserPath, ROOT } from '../core/paths.js';
import { bytes, count } from '../core/text.js';
import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { takeArguments, type Verb } from './usage.js';

export const extractVerb: Verb = {
  usage: `BACKUP FOLDER [PATH]… ${READ_USAGE} [--replace]`,
  summary: 'Copy files and folders of a backup, or all of it, into a folder on this computer',
  options: {
    ...readOptions,
    replace: { type: 'boolean', about: 'replace files that already exist (default: write nothing if there are any)' },
  },
  details: `Files keep their paths below the innermost folder that contains every PATH. Files whose names are not allowed
on every disk are reported and left out (exit code 3); \`mpbackup cat\` can write those too.`,
  async run(call) {
    const [reference = '', name = '', ...paths] = takeArguments(call, 2, Number.POSITIVE_INFINITY);
    const store = await storeToRead(call);
    const folder = resolve(name);
    const { written, unfit, ...result } = await extract(call.context, store, {
      backup: await store.find(reference),
      paths: paths.length > 0 ? paths.map(parseUserPath) : [ROOT],
      to: { folder },
      onTaken: call.flag('replace') ? async () => 'replace' : refuseTaken,
    });
    for (const path of unfit)
      call.output.note(`Left out, because not every disk allows this name: ${displayPath(path)}`);
    call.output.result(
      { folder, written, unfit, bytes: result.bytes },
      `Copied ${count(written.length, 'file')}, ${bytes(result.bytes)}: ${displayPath(folder)}`,
    );
    return unfit.length > 0 ? 3 : 0;
  },
};

const refuseTaken: OnTaken = async (taken) => {
  const [first = ''] = taken;
  throw new BackupError('path-taken', `${count(taken.length, 'file')} would be replaced. Nothing was written.`, {
    path: first,
    hint: `Choose another folder, or add --replace. The first of them is ${first}.`,
  });
};
