// What a board can do whose memory does not hold the usual probe: the same questions, one by one.

import { isBackupError } from '../errors.js';
import type { HexLink } from './agent/hexLink.js';
import { BoardException } from './boardErrors.js';
import { type Ability, type Profile, parseProfile } from './probe.js';
import { OURS, type RawRepl } from './rawRepl.js';

const FACTS: ReadonlyArray<[key: string, expression: string]> = [
  ['platform', 'sys.platform'],
  ['version', 'sys.version+"; "+os.uname().version'],
  ['machine', 'os.uname().machine'],
  ['release', 'os.uname().release'],
  ['uid', '"".join("%02x"%b for b in __import__("machine").unique_id())'],
];
const ABILITIES: readonly Ability[] = ['mkdir', 'rename', 'stat', 'statvfs'];

const ATTEMPTS = 3;
const PATIENCE_MS = 3_000;
/** A program that was stopped may have called a variable `print`. */
const HAS_STAT = "import builtins as _b;_b.print('stat',_b.hasattr(_b.__import__('os'),'stat'));del _b";

/** Whether a job that was killed left its names in the board's memory. */
const HAS_OURS = `import builtins as _b;_b.print('ours',_b.bool(_b.globals().get('${OURS}')));del _b`;

/** Is the file system of this board one of its own, without `os.stat`? Such firmware has no memory for the usual probe. */
export async function isWeak(repl: Pick<RawRepl, 'exec'>, signal?: AbortSignal): Promise<boolean> {
  return (await answerTo(repl, HAS_STAT, /^stat (False|True)\r?$/m, signal)) === 'False';
}

export async function hasOurs(repl: Pick<RawRepl, 'exec'>, signal?: AbortSignal): Promise<boolean> {
  return (await answerTo(repl, HAS_OURS, /^ours (False|True)\r?$/m, signal)) === 'True';
}

/** @returns undefined if nothing came that could be understood */
async function answerTo(
  repl: Pick<RawRepl, 'exec'>,
  question: string,
  answer: RegExp,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const said = Buffer.from(await repl.exec(question, { signal, patienceMs: PATIENCE_MS })).toString('latin1');
      const found = answer.exec(said)?.[1];
      if (found !== undefined) return found;
    } catch (error) {
      // What it answers is damaged, or it lacks something: the usual probe says it better.
      const isSilent = isBackupError(error, 'board-silent') && attempt < ATTEMPTS;
      if (!(error instanceof BoardException || isBackupError(error, 'line-damaged') || isSilent)) throw error;
    }
  }
  return undefined;
}

/** @throws BackupError what the link throws */
export async function weakProbe(link: HexLink, signal?: AbortSignal): Promise<Profile> {
  /** @returns undefined if the board has no such thing */
  const ask = async (expression: string): Promise<Buffer | undefined> => {
    try {
      return await link.ask(`lambda:${expression}`, [], signal);
    } catch (error) {
      if (error instanceof BoardException) return undefined;
      throw error;
    }
  };
  const lines: string[] = [];
  for (const [key, expression] of FACTS) {
    const fact = await ask(expression);
    if (fact) lines.push(`${key} ${fact.toString('hex').replace(/../g, '%$&')}`);
  }
  const can: Ability[] = [];
  for (const ability of ABILITIES) {
    if ((await ask(`hasattr(os,"${ability}")`))?.toString() === 'True') can.push(ability);
  }
  lines.push(
    `can ${can.join()},.`,
    `implementation ${await ask('sys.implementation[0]')}`,
    `heap ${await ask('(__import__("gc").collect(),__import__("gc").mem_free())[1]')}`,
  );
  return { ...parseProfile(lines.join('\n')), hasAgent: false };
}
