// The settings of schedules and checks, with what they mean.

import { BackupError } from '../../core/errors.js';
import { parseConfig, type ScheduleConfig } from '../../core/plan/scheduleRules.js';
import { parseUpkeep, type UpkeepRules } from '../../core/plan/upkeepRules.js';
import { readSettings, SECTION } from '../settings.js';

export interface Schedules {
  config: ScheduleConfig;
  upkeep: UpkeepRules;
}

/** @throws BackupError `bad-argument`, of the settings, if one of them cannot be meant */
export function readSchedules(): Schedules {
  const { schedule, boardSchedules, backupSets, checkSeconds, testRestore, testRestoreSeconds } = readSettings();
  try {
    return {
      config: parseConfig({ schedule, boardSchedules, backupSets }),
      upkeep: parseUpkeep({ checkSeconds, testRestore, testRestoreSeconds }),
    };
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const { code, message, hint } = error;
    throw new BackupError(code, message, { path: SECTION, ...(hint !== undefined && { hint }) });
  }
}
