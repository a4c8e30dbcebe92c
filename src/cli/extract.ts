import { resolve } from 'node:path';
import { BackupError } from '../core/errors.js';
import { extract, type OnTaken } from '../core/jobs/extract.js';
import { displayPath, parseUserPath, ROOT } from '../core/paths.js';
import { bytes, count } from '../core/text.js';
import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { takeArguments, type Verb } from './usage.js';

export const extractVerb: Verb = {
  usage: `BACKUP FOLDER [PATH]… ${READ_USAGE} [--replace]`,
  summary: 'Copies files and folders of a backup, or all of it, into a folder of this computer',
  options: {
    ...readOptions,
    replace: { type: 'boolean', about: 'replaces files that are there already; else nothing is written then' },
  },
  details: `Files keep their paths below the folder that holds all that is named. Those with a name that not every disk takes are told and
left out (exit code 3): \`mpbackup cat\` writes them, too.`,
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
    for (const path of unfit) call.output.note(`Not every disk takes this name, left out: ${displayPath(path)}`);
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
    hint: `Choose another folder, or say --replace: ${first}`,
  });
};
