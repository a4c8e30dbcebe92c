// Opens a real VS Code in a browser with the packaged extension installed, as someone would meet it: nothing is left over
// from another test.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type LaunchOptions } from 'playwright-core';
import { quietSettings, startCodeServer } from '../../../scripts/codeServer.mjs';
import { VscodeWindow } from './vscodeWindow.js';

type Settings = Record<string, unknown>;

export interface VscodeInBrowser {
  window: VscodeWindow;
  /** The folder that is open in VS Code, its own and empty at first. */
  workspace: string;
  /** Where it keeps backups. */
  store: string;
  /** Where it looks for simulated boards. */
  boards: string;
  close(): Promise<void>;
}

/** What is not as usual. */
export interface Unusual {
  /** Settings of the folder that is opened, which the user does not trust; without them, every folder is trusted. */
  distrusted?: Settings;
  /** Folders of other extensions that are there, too. */
  beside?: string[];
  /** Of the display; English without. */
  language?: string;
}

/** @param settings the user's */
export async function openVscode(settings: Settings = {}, unusual: Unusual = {}): Promise<VscodeInBrowser> {
  const { distrusted, beside, language } = unusual;
  const { host, installed, browser: launchOptions } = whatTheRunnerSetUp();
  const folder = await mkdtemp(join(tmpdir(), 'vscode-e2e-'));
  const toUndo = [() => rm(folder, { recursive: true })];
  const close = async () => {
    for (const undo of toUndo.reverse()) await undo();
  };
  const [workspace, store, boards] = [join(folder, 'project'), join(folder, 'store'), join(folder, 'boards')];
  await mkdir(workspace);
  if (distrusted) {
    await mkdir(join(workspace, '.vscode'));
    await writeFile(join(workspace, '.vscode', 'settings.json'), JSON.stringify(distrusted));
  }
  const ours = {
    ...{ 'micropythonBackup.storeFolder': store, 'micropythonBackup.simulatedBoardsFolder': boards },
    // Nothing happens by itself in the middle of a test that is not about that.
    ...{ 'micropythonBackup.schedule': { daily: null }, 'micropythonBackup.checkSeconds': 0 },
    'micropythonBackup.testRestore': 'never',
  };
  try {
    const allSettings = { ...quietSettings, ...ours, ...settings };
    const needsTrust = distrusted !== undefined;
    const server = await startCodeServer({
      host,
      folder,
      installed,
      settings: allSettings,
      needsTrust,
      beside,
      language,
    });
    toUndo.push(() => server.stop());
    const browser = await chromium.launch(launchOptions);
    toUndo.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${server.address}?folder=${encodeURIComponent(workspace)}`);
    const window = new VscodeWindow(page);
    await window.ready();
    if (needsTrust) await window.statusBarItem('Restricted Mode').waitFor();
    return { window, workspace, store, boards, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * One VS Code for the tests of a `describe`, opened before the first and closed after the last. A test that fails leaves a
 * picture of how it was then.
 *
 * @param settings the user's, asked for when VS Code is opened
 * @param unusual as for {@link openVscode}
 * @returns gives that VS Code inside a test
 */
export function vscodeForTests(
  settings: () => Promise<Settings> | Settings = () => ({}),
  unusual?: Unusual,
): () => VscodeInBrowser {
  let opened: VscodeInBrowser | undefined;
  before(async () => {
    opened = await openVscode(await settings(), unusual);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await opened?.window.screenshot(`failed - ${this.currentTest.fullTitle()}`);
  });
  after(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error('VS Code is open inside tests only.');
    return opened;
  };
}

interface SetUp {
  host: { node: string; entry: string };
  browser: LaunchOptions;
  /** A folder in which the packaged extension is installed. */
  installed: string;
}

function whatTheRunnerSetUp(): SetUp {
  const description = process.env.MICROPYTHON_BACKUP_E2E;
  if (description === undefined) throw new Error('Run these tests with `node scripts/test.mjs --only e2e`.');
  return JSON.parse(description);
}
