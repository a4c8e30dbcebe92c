import { type RepairResult, repair } from '../core/jobs/repair.js';
import { describeRepair, detailsOfRepair } from '../core/jobs/repairText.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const repairVerb: Verb = {
  usage: `[BOARD] ${STORE_USAGE} ${LINE_USAGE}`,
  summary: 'Rewrite damaged archives from what is sound, and say what is lost',
  options: { ...storeOption, ...lineOptions },
  details: `What is lost is looked for in the other archives, in the trash and, if BOARD is named, on that board, to which
nothing is written. Damaged archives go to the folder \`quarantine\` of the store; nothing is thrown away.`,
  async run(call) {
    const [url] = takeArguments(call, 0, 1);
    const store = await storeOf(call);
    const address = url === undefined ? undefined : addressOf(call, url);
    const result = await repair(call.context, store, address);
    const { lost, gone, unread } = result;
    for (const sentence of detailsOfRepair(result)) call.output.note(sentence);
    call.output.result({ ...result }, textOf(result, url !== undefined));
    return lost.length + gone.length + unread.length > 0 ? 3 : 0;
  },
};

function textOf(result: RepairResult, hadBoard: boolean): string {
  const it = result.lost.length === 1 ? 'it' : 'them';
  const offer = ` If a board still has ${it}, \`mpbackup repair BOARD\` reads ${it} from there.`;
  return `${describeRepair(result)}${result.lost.length > 0 && !hadBoard ? offer : ''}`;
}
