import { annotate, type UserAnnotation } from '../core/jobs/annotate.js';
import { displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { localTime } from '../core/text.js';
import { backupFields, tagText } from './backupText.js';
import { metadataOf, metadataOption } from './metadataOption.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const labelVerb: Verb = {
  usage: `BACKUP [TEXT] ${STORE_USAGE} [--remove] [--note TEXT] [--tag TAG]… [--meta KEY=VALUE]…`,
  summary: 'Add a label, a note, tags or other information to a backup',
  options: {
    ...storeOption,
    remove: { type: 'boolean', about: 'remove the label, the note and the tags; what --meta added stays' },
    note: { type: 'string', value: 'TEXT', about: 'longer text, which show prints' },
    tag: {
      type: 'string',
      value: 'TAG',
      multiple: true,
      about: 'word to find the backup by, in place of its present tags; may be repeated',
    },
    ...metadataOption,
  },
  details: 'Labels, notes and tags are stored beside the archives, which never change.',
  async run(call) {
    const [reference = '', text] = takeArguments(call, 1, 2);
    const annotation = annotationOf(call, text);
    const store = await storeOf(call);
    const backup = await store.find(reference);
    // What is noted of one key stays when another one is.
    const before = (await store.annotations()).get(backup.id)?.metadata ?? [];
    const metadata = [...new Map([...before, ...(annotation.metadata ?? [])])];
    await annotate(call.context, store, [backup], { ...annotation, ...(annotation.metadata && { metadata }) });
    const now = await store.find(backup.id);
    call.output.result({ backup: backupFields(now) }, textOf(now, metadata.length));
    return 0;
  },
};

/** All that is noted now, so that nobody has to look. */
function textOf({ createdAt, label, note, tags }: BackupSummary, facts: number): string {
  const parts = [
    ...(label === null ? [] : [`the label "${displayPath(label)}"`]),
    ...(tags.length === 0 ? [] : [`the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.map(tagText).join(' ')}`]),
    ...(note === '' ? [] : ['a note']),
    ...(facts === 0 ? [] : [`${facts} more that \`mpbackup show\` prints`]),
  ];
  const [last = 'no label', ...others] = parts.reverse();
  const all = others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
  return `The backup of ${localTime(createdAt)} has ${all}.`;
}

function annotationOf(call: Call, label: string | undefined): UserAnnotation {
  const note = call.text('note');
  const tags = call.texts('tag');
  const metadata = metadataOf(call);
  if (call.flag('remove')) {
    if (label !== undefined || note !== undefined || tags.length + metadata.length > 0)
      throw new UsageError('--remove cannot be combined with TEXT, --note, --tag or --meta.');
    return { label: null, note: '', tags: [] };
  }
  const given: UserAnnotation = {
    ...(label !== undefined && { label }),
    ...(note !== undefined && { note }),
    ...(tags.length > 0 && { tags }),
    ...(metadata.length > 0 && { metadata }),
  };
  if (Object.keys(given).length === 0)
    throw new UsageError('There is nothing to add: give TEXT, --note, --tag, --meta or --remove.');
  return given;
}
