// The table of verbs: the help, the dispatch and the tests read it.

import { backupVerb } from './backup.js';
import { boardsVerb } from './boards.js';
import { catVerb } from './cat.js';
import { compareVerb } from './compare.js';
import { listVerb } from './list.js';
import { restoreVerb } from './restore.js';
import { showVerb } from './show.js';
import { simulateVerb } from './simulate.js';
import type { Verb } from './usage.js';
import { verifyVerb } from './verify.js';

export const verbs: ReadonlyMap<string, Verb> = new Map([
  ['boards', boardsVerb],
  ['backup', backupVerb],
  ['list', listVerb],
  ['show', showVerb],
  ['cat', catVerb],
  ['compare', compareVerb],
  ['verify', verifyVerb],
  ['restore', restoreVerb],
  ['simulate', simulateVerb],
]);
