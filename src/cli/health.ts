import { spaceIfKnown } from '../core/jobs/diskSpace.js';
import { wellSentence } from '../core/jobs/healthText.js';
import { offsiteState } from '../core/jobs/offsitePlace.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { type BoardHealth, type Health, healthOf, needsPerson } from '../core/plan/health.js';
import type { HealthFinding } from '../core/plan/healthFindings.js';
import { age, localTime, timeTaken } from '../core/text.js';
import { boardIdOf } from './boardNamed.js';
import { rulesOf } from './rulesFile.js';
import { storedBoards } from './storedBoards.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const healthVerb: Verb = {
  usage: `[BOARD] ${STORE_USAGE} [--rules FILE]`,
  summary: 'Show how old the backups of each board are, what is due, and what needs you',
  options: {
    ...storeOption,
    rules: { type: 'string', value: 'FILE', about: 'file with the schedules, as for `mpbackup schedule`' },
  },
  details: `BOARD is the name or the id of a board; without it, all boards are shown. In the output, ! marks what needs you,
and - what is good to know.

Exit codes: 0 nothing needs you, 1 something does.`,
  async run(call) {
    const [named] = takeArguments(call, 0, 1);
    const { config, policy, warnBelow } = await rulesOf(call);
    const store = await storeOf(call);
    if (!(await store.exists())) throw storeNotFound(store.root, 'there is nothing to look at');
    const { clock } = call.context.env;
    const [{ backups, unreadable }, history] = [await store.list(), await store.history()];
    const id = named === undefined ? undefined : await boardIdOf(store, named);
    const boards = (await storedBoards(call, store, [])).filter((board) => id === undefined || board.id === id);
    const now = clock.now();
    const space = await spaceIfKnown(store, call.context.env, warnBelow, policy ?? undefined);
    const offsite = await offsiteState(store);
    const asked = { boards, backups, unreadable, history, config, now, space, offsite };
    const health = healthOf({ ...asked, timeZone: clock.timeZone() });
    const isWell = !needsPerson(health);
    call.output.result({ ok: isWell, ...fieldsOf(health) }, textOf(health, now, displayPath(store.root)));
    return isWell ? 0 : 1;
  },
};

function fieldsOf({ boards, findings }: Health): Record<string, unknown> {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    boards: boards.map(({ lastGoodAt, nextDueAt, ...board }) => ({
      ...board,
      lastGoodAt: iso(lastGoodAt),
      nextDueAt: iso(nextDueAt),
    })),
    findings,
  };
}

/** A line a board, and what was found below it. */
function textOf({ boards, findings }: Health, now: number, root: string): string {
  if (boards.length === 0 && findings.length === 0) return `There is no backup in ${root} yet.`;
  const isQuiet = [...findings, ...boards.flatMap((board) => board.findings)].length === 0;
  const well = boards.length > 1 && isQuiet ? wellSentence(boards, now) : undefined;
  if (well !== undefined) return well;
  const width = Math.max(0, ...boards.map(({ name }) => displayPath(name).length));
  const lines = boards.flatMap((board) => [boardLine(board, now, width), ...board.findings.map(findingLine)]);
  return [...findings.map(findingLine), ...lines].join('\n');
}

/** `! greenhouse  last 5 days ago  next 2026-11-26 12:00  3 missed  97% in 4 s` */
function boardLine(
  { name, findings, lastGoodAt, nextDueAt, missed, ...rated }: BoardHealth,
  now: number,
  width: number,
) {
  const { successRate, meanSeconds } = rated;
  const last = lastGoodAt === null ? 'never' : age(new Date(lastGoodAt).toISOString(), now);
  return [
    `${findings.some((finding) => finding.needsPerson) ? '!' : ' '} ${displayPath(name).padEnd(width)}`,
    `last ${last.padEnd(12)}`,
    nextDueAt === null ? 'no schedule' : `next ${localTime(new Date(nextDueAt).toISOString())}`,
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(successRate === null
      ? []
      : [`${Math.round(100 * successRate)}% succeeded${meanSeconds === null ? '' : ` in ${timeTaken(meanSeconds)}`}`]),
  ].join('  ');
}

function findingLine({ needsPerson: isUrgent, sentence, hint }: HealthFinding): string {
  return `${isUrgent ? '  ! ' : '  - '}${sentence} ${hint}`;
}
