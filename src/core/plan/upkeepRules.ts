// How much is checked by itself, and how often: what a user can say about it, in VS Code and in the rules file of the command line.

import { BackupError } from '../errors.js';
import { t } from '../l10n.js';

const TEST_RESTORES = ['never', 'weekly', 'monthly'] as const;
export type TestRestoreRule = (typeof TEST_RESTORES)[number];

export interface UpkeepRules {
  /** Seconds a day for reading archives; 0 for never. */
  checkSeconds: number;
  testRestore: TestRestoreRule;
  /** How long one may take. */
  testRestoreSeconds: number;
}

export const USUAL_UPKEEP: UpkeepRules = { checkSeconds: 60, testRestore: 'weekly', testRestoreSeconds: 120 };

const MOST_SECONDS = 86_400;

/** @param settings by their names; what is not there is as usual @throws BackupError `bad-argument` */
export function parseUpkeep(settings: Record<string, unknown>): UpkeepRules {
  const { testRestore = USUAL_UPKEEP.testRestore } = settings;
  const rule = TEST_RESTORES.find((each) => each === testRestore);
  if (rule === undefined)
    throw refused('testRestore', testRestore, t('It must be one of {0}.', TEST_RESTORES.join(', ')));
  return {
    checkSeconds: secondsOf(settings, 'checkSeconds', 0),
    testRestore: rule,
    testRestoreSeconds: secondsOf(settings, 'testRestoreSeconds', 1),
  };
}

function secondsOf(
  settings: Record<string, unknown>,
  name: 'checkSeconds' | 'testRestoreSeconds',
  least: number,
): number {
  const { [name]: value = USUAL_UPKEEP[name] } = settings;
  if (typeof value === 'number' && value >= least && value <= MOST_SECONDS) return value;
  throw refused(name, value, t('It must be a number of seconds from {0} to {1}, such as 60.', least, MOST_SECONDS));
}

function refused(name: string, value: unknown, hint: string): BackupError {
  return new BackupError('bad-argument', t('The value of {0} cannot be {1}.', name, `${JSON.stringify(value)}`), {
    hint,
  });
}
