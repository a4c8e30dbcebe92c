import { basename } from 'node:path';
import { type RepairResult, repair } from '../core/jobs/repair.js';
import { displayPath } from '../core/paths.js';
import { bytes, count } from '../core/text.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const repairVerb: Verb = {
  usage: `[BOARD] ${STORE_USAGE} ${LINE_USAGE}`,
  summary: 'Writes damaged archives anew from what is sound, and says what is lost',
  options: { ...storeOption, ...lineOptions },
  details: `What is lost is looked for in the other archives, in the trash and, where a BOARD is named, on that board, which is only read.
Damaged archives go to the folder \`quarantine\` of the store; nothing is thrown away.`,
  async run(call) {
    const [url] = takeArguments(call, 0, 1);
    const store = await storeOf(call);
    const address = url === undefined ? undefined : addressOf(call, url);
    const result = await repair(call.context, store, address);
    const { lost, gone, unread } = result;
    for (const { path, size, backups } of lost) {
      const ids = backups.map((id) => id.slice(0, 8)).join(', ');
      call.output.note(`Lost: ${displayPath(path)}, ${bytes(size)}, in ${count(backups.length, 'backup')}: ${ids}.`);
    }
    for (const { archive, reason } of unread)
      call.output.note(`Left as it is: ${displayPath(basename(archive))}: ${displayPath(reason)}`);
    call.output.result({ ...result }, textOf(result, url !== undefined));
    return lost.length + gone.length + unread.length > 0 ? 3 : 0;
  },
};

function textOf({ written, quarantined, recovered, lost, gone, unread }: RepairResult, hadBoard: boolean): string {
  const { fromStore, fromBoard } = recovered;
  if (written.length + quarantined.length + lost.length + unread.length === 0)
    return 'Every byte is sound: there was nothing to repair.';
  return [
    ...(quarantined.length > 0 ? [`${count(quarantined.length, 'damaged archive')} put into quarantine.`] : []),
    ...(written.length > 0 ? [`${count(written.length, 'archive')} written anew.`] : []),
    ...(fromStore > 0 ? [`${count(fromStore, 'lost file')} found in the store.`] : []),
    ...(fromBoard > 0 ? [`${count(fromBoard, 'lost file')} read from the board.`] : []),
    ...(lost.length > 0 ? [`${count(lost.length, 'file')} ${lost.length === 1 ? 'is' : 'are'} lost.`] : []),
    ...(gone.length > 0
      ? [`${count(gone.length, 'backup')} could not be brought back: not even the list of files is left.`]
      : []),
    ...(lost.length > 0 && !hadBoard
      ? [
          `If a board still has ${lost.length === 1 ? 'it' : 'them'}, \`mpbackup repair BOARD\` reads ${lost.length === 1 ? 'it' : 'them'} from there.`,
        ]
      : []),
  ].join(' ');
}
