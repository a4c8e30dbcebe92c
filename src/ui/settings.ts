// The settings, as package.json declares them, read with their types. A test holds both to each other.

import * as vscode from 'vscode';
import type { Afterwards } from '../core/board/connect.js';
import { CONTROL_LINES, type ControlLines } from '../core/board/transport/lineControl.js';
import { USUAL_SERIAL_SETTINGS } from '../core/board/transport/transport.js';
import {
  DEFAULT_EXCLUDE,
  DEVICE_FILES,
  defaultSimulatedBoardsFolder,
  defaultStoreFolder,
  MEGABYTE,
  USUAL_FREE_SPACE_WARNING,
  USUAL_FULL_AFTER,
  USUAL_MIRROR_LIMIT,
} from '../core/defaults.js';
import { withoutCredentials } from '../core/text.js';
import { folder, oneOf, program, texts, textsOr, wholeNumber, yesOrNo, zeroOrMore } from './settingValues.js';

export const SECTION = 'micropythonBackup';

/** What becomes of a program that had to be stopped, or that the user is asked each time. */
export type ProgramAfterwards = Afterwards | 'ask';

const PROGRAM_AFTERWARDS: readonly ProgramAfterwards[] = ['restart', 'leaveStopped', 'ask'];

/** What becomes of a file that is in no backup as it is on the board, or that the user is asked about each. */
export type ConflictSetting = 'keepBackup' | 'keepBoard' | 'keepBoth' | 'ask';

const CONFLICTS: readonly ConflictSetting[] = ['keepBackup', 'keepBoard', 'keepBoth', 'ask'];

/** What is backed up before a restore: what it changes, or all of the board. */
export type SafetySetting = 'changed' | 'wholeBoard';

const SAFETY: readonly SafetySetting[] = ['changed', 'wholeBoard'];

/** Whether a backup that happens by itself may stop a program. */
export type ScheduledRuns = 'never' | 'ask' | 'always';

const SCHEDULED_RUNS: readonly ScheduledRuns[] = ['never', 'ask', 'always'];

/** When backups are copied to the second place by themselves. */
export type SecondPlaceCopies = 'afterBackup' | 'never';

const SECOND_PLACE_COPIES: readonly SecondPlaceCopies[] = ['afterBackup', 'never'];

export interface Settings {
  storeFolder: string;
  include: string[];
  exclude: string[];
  fullAfter: number;
  recordUnchanged: boolean;
  /** As it was written: `retentionPolicy` says what it means, or that it cannot be meant. */
  retention: unknown;
  pruneAfterBackup: boolean;
  /** Megabytes; 0 for never. */
  freeSpaceWarning: number;
  conflicts: ConflictSetting;
  safetyBackup: SafetySetting;
  deviceFiles: string[];
  mirrorLimit: number;
  extraPorts: string[];
  baudRate: number;
  controlLines: ControlLines;
  programAfterwards: ProgramAfterwards;
  simulatedBoardsFolder: string;
  scheduledRuns: ScheduledRuns;
  /** As they were written: `parseConfig` and `parseUpkeep` say what they mean, or that they cannot be meant. */
  schedule: unknown;
  boardSchedules: unknown;
  backupSets: unknown;
  checkSeconds: unknown;
  testRestore: unknown;
  testRestoreSeconds: unknown;
  secondPlaceCopies: SecondPlaceCopies;
  /** Undefined if it is to be looked for. */
  rclonePath: string | undefined;
}

export const SETTING_NAMES: ReadonlyArray<keyof Settings> = [
  'storeFolder',
  'include',
  'exclude',
  'fullAfter',
  'recordUnchanged',
  'retention',
  'pruneAfterBackup',
  'freeSpaceWarning',
  'conflicts',
  'safetyBackup',
  'deviceFiles',
  'mirrorLimit',
  'extraPorts',
  'baudRate',
  'controlLines',
  'programAfterwards',
  'simulatedBoardsFolder',
  'schedule',
  'boardSchedules',
  'backupSets',
  'scheduledRuns',
  'checkSeconds',
  'testRestore',
  'testRestoreSeconds',
  'secondPlaceCopies',
  'rclonePath',
];

/** Settings are read when they are needed: a change counts from the next job on. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return {
    storeFolder: folder(configuration.get('storeFolder'), defaultStoreFolder()),
    include: texts(configuration.get('include')),
    exclude: textsOr(configuration.get('exclude'), DEFAULT_EXCLUDE),
    fullAfter: wholeNumber(configuration.get('fullAfter'), USUAL_FULL_AFTER),
    recordUnchanged: yesOrNo(configuration.get('recordUnchanged'), false),
    retention: configuration.get('retention'),
    pruneAfterBackup: yesOrNo(configuration.get('pruneAfterBackup'), true),
    freeSpaceWarning: zeroOrMore(configuration.get('freeSpaceWarning'), USUAL_FREE_SPACE_WARNING / MEGABYTE),
    conflicts: oneOf(CONFLICTS, configuration.get('conflicts'), 'keepBackup'),
    safetyBackup: oneOf(SAFETY, configuration.get('safetyBackup'), 'changed'),
    deviceFiles: textsOr(configuration.get('deviceFiles'), DEVICE_FILES),
    mirrorLimit: wholeNumber(configuration.get('mirrorLimit'), USUAL_MIRROR_LIMIT),
    extraPorts: texts(configuration.get('extraPorts')).map(withoutCredentials),
    baudRate: wholeNumber(configuration.get('baudRate'), USUAL_SERIAL_SETTINGS.baudRate),
    controlLines: oneOf(CONTROL_LINES, configuration.get('controlLines'), USUAL_SERIAL_SETTINGS.controlLines),
    programAfterwards: oneOf(PROGRAM_AFTERWARDS, configuration.get('programAfterwards'), 'restart'),
    simulatedBoardsFolder: folder(configuration.get('simulatedBoardsFolder'), defaultSimulatedBoardsFolder()),
    schedule: configuration.get('schedule'),
    boardSchedules: configuration.get('boardSchedules'),
    backupSets: configuration.get('backupSets'),
    scheduledRuns: oneOf(SCHEDULED_RUNS, configuration.get('scheduledRuns'), 'never'),
    checkSeconds: configuration.get('checkSeconds'),
    testRestore: configuration.get('testRestore'),
    testRestoreSeconds: configuration.get('testRestoreSeconds'),
    secondPlaceCopies: oneOf(SECOND_PLACE_COPIES, configuration.get('secondPlaceCopies'), 'afterBackup'),
    rclonePath: program(configuration.get('rclonePath')),
  };
}

/** Takes a port out of the settings, wherever it was added. */
export async function removeExtraPort(port: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const found = configuration.inspect('extraPorts');
  const places = [
    { value: found?.globalValue, target: vscode.ConfigurationTarget.Global },
    { value: found?.workspaceValue, target: vscode.ConfigurationTarget.Workspace },
  ];
  for (const { value, target } of places) {
    const ports = texts(value);
    const left = ports.filter((other) => withoutCredentials(other) !== port);
    if (left.length === ports.length) continue;
    await configuration.update('extraPorts', left.length > 0 ? left : undefined, target);
  }
}

/** Adds a port to the user's settings, where it is found in every window. */
export async function addExtraPort(given: string): Promise<void> {
  // P47: a password in an address opens nothing, and would stand in the tree and in the log.
  const port = withoutCredentials(given);
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const known = texts(configuration.inspect('extraPorts')?.globalValue);
  if (!known.includes(port))
    await configuration.update('extraPorts', [...known, port], vscode.ConfigurationTarget.Global);
}
