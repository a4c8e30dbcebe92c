import { DEFAULT_EXCLUDE } from '../core/defaults.js';
import { type BackupOptions, type BackupResult, backup } from '../core/jobs/backup.js';
import { displayPath, ROOT } from '../core/paths.js';
import { bytes, count, duration } from '../core/text.js';
import { LINE_USAGE, lineOptions, openerOf } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const backupVerb: Verb = {
  usage: `BOARD ${STORE_USAGE} [--kind full|incremental] [--include PATTERN]… [--exclude PATTERN]… [--label TEXT] ${LINE_USAGE}`,
  summary: 'Backs up a board',
  options: {
    ...storeOption,
    ...lineOptions,
    kind: { type: 'string' },
    include: { type: 'string', multiple: true },
    exclude: { type: 'string', multiple: true },
    label: { type: 'string' },
  },
  async run(call) {
    const [url = ''] = takeArguments(call, 1);
    const label = call.text('label');
    const result = await backup(call.context, { url, open: openerOf(call) }, await storeOf(call), {
      kind: kindOf(call.text('kind')),
      origin: 'manual',
      scope: { root: ROOT, include: call.texts('include'), exclude: [...DEFAULT_EXCLUDE, ...call.texts('exclude')] },
      ...(label !== undefined && { label }),
    });
    for (const error of result.errors) call.output.note(`Not backed up: ${displayPath(error.path)}. ${error.message}`);
    for (const warning of result.warnings) call.output.note(warning);
    call.output.result(fieldsOf(result), textOf(result));
    return result.errors.length > 0 ? 3 : 0;
  },
};

function kindOf(text: string | undefined): BackupOptions['kind'] {
  if (text === undefined || text === 'auto') return 'auto';
  if (text === 'full' || text === 'incremental') return text;
  throw new UsageError(`There is no kind ${text}: it is full or incremental.`);
}

function fieldsOf({ backup, read, unchanged, errors, warnings, wire, seconds }: BackupResult): Record<string, unknown> {
  const { id, archive, kind, files, stored, bytes } = backup;
  return {
    backup: { id, archive, kind, files, read, stored, bytes },
    ...(unchanged && { unchanged }),
    ...(errors.length > 0 && { errors }),
    ...(warnings.length > 0 && { warnings }),
    wire,
    seconds,
  };
}

function textOf({ backup, read, unchanged, seconds, wire }: BackupResult): string {
  const traffic = `in ${duration(seconds)}, ${bytes(wire.sent + wire.received)} on the line`;
  if (unchanged) return `Nothing has changed on ${backup.board.name} since ${backup.createdAt} (${traffic}).`;
  return `Backed up ${backup.board.name}: ${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${read} read (${traffic}).
${backup.kind} backup ${backup.id.slice(0, 8)}, verified: ${backup.archive}`;
}
