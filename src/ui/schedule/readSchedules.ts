// The settings of schedules and checks, with what they mean.

import { parseConfig, type ScheduleConfig } from '../../core/plan/scheduleRules.js';
import { parseUpkeep, type UpkeepRules } from '../../core/plan/upkeepRules.js';
import { readSettings } from '../settings.js';

export interface Schedules {
  config: ScheduleConfig;
  upkeep: UpkeepRules;
}

/** @throws BackupError `bad-argument` where one of them cannot be meant */
export function readSchedules(): Schedules {
  const { schedule, boardSchedules, backupSets, checkSeconds, testRestore, testRestoreSeconds } = readSettings();
  return {
    config: parseConfig({ schedule, boardSchedules, backupSets }),
    upkeep: parseUpkeep({ checkSeconds, testRestore, testRestoreSeconds }),
  };
}
