// `npm test`: everything, on a fresh checkout too. Needs only Node and npm: whatever else is missing is set up first.
// `node scripts/test.mjs --only core,e2e` runs parts: lint, types, or tests by their folder. The last line has the sum.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { browserOptions, browserPackage } from './browser.mjs';
import { installExtension } from './codeServer.mjs';
import { runInExtensionHost } from './extensionHostTests.mjs';
import { build, packageExtension, vsixFor } from './package.mjs';
import { ensureRealBoards, realBoardPackages, realBoardsRunHere } from './realBoards.mjs';
import { repository, runAside } from './run.mjs';
import { ensureNpmPackages, ensureSystemPackages } from './setUp.mjs';
import { ensureVscodeHost, vscodeHostPackages, vscodeHostRunsHere } from './vscodeHost.mjs';

/** Programs that tests look at archives with, as people without this software would, and a server of serial ports. */
const testTools = [
  { name: 'unzip', programs: ['unzip'] },
  { name: 'python3', programs: ['python3'] },
  { name: 'python3-serial' },
  { name: 'age', programs: ['age', 'age-keygen'] },
  { name: 'rclone', programs: ['rclone'] },
];

/** What needs none of them, so that it runs where nobody installs them for us: on Windows and macOS. */
const partsWithoutTools = ['lint', 'types', 'packages', 'vscode'];

/** Of one test, in milliseconds, where the usual one is too short. */
const timeouts = { boards: 60_000, jobs: 60_000, e2e: 120_000 };
const usualTimeout = 30_000;
/** They go by the time that something takes or by how fast a line is, or by a port that stays away, whose number another test would get: nothing runs beside them. */
const alone = ['boards/packing', 'boards/smallRing', 'boards/stalls', 'e2e/states'];
/** The longest of the others: begun last, they would be waited for at the end. */
const begunFirst = [
  ...['vscode', 'boards/microbit', 'jobs/faults', 'promises/P01.P02.P03.jobs'],
  ...['promises/P47.encrypted', 'promises/P24.P25.broken'],
];
/** More processes than processors: most tests wait for something, a board or a browser, most of the time. */
const atOnce = availableParallelism() + 1;
/** Files of tests that get further attempts. Where more fail, it is not the company they had. */
const mostAgain = 6;
/** Attempts that such a file gets by itself. */
const furtherAttempts = 2;
/** Of one process with tests: something that keeps a run from ending must not keep us waiting for ever. */
const processTimeout = 10 * 60_000;
/** Of the whole run, in milliseconds: then it ends, and says what it was waiting for. */
const runTimeout = 45 * 60_000;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',');
const wanted = (name) => only === undefined || only.includes(name);

/** Failed tests count one by one, unlike other steps, which pass or fail as one. */
class FailedTests extends Error {
  /** @param {string[]} failures */
  constructor(failures) {
    super(`${failures.length} failed`);
    this.failures = failures;
  }
}

const total = { passed: 0, failures: [], skipped: [] };
/** What failed in company and passed alone: no failure, and to be mended. */
const unsteady = [];
const reports = mkdtempSync(join(tmpdir(), 'test-reports-'));
/** Where the packaged extension is installed. */
const installed = join(reports, 'installed');

// Inside VS Code: code-server where it runs, unless a desktop VS Code is asked for.
const inDesktop = !vscodeHostRunsHere || process.env.MICROPYTHON_BACKUP_DESKTOP === '1';
/** The marketplace gives people the package for their platform: that is what is installed there. */
const hostPlatform = 'linux-x64';
const needsHost = vscodeHostRunsHere && (wanted('e2e') || (wanted('vscode') && !inDesktop));

/** The names of the steps and the pieces that run at present. */
const running = new Set();
const failWhole = () =>
  total.failures.push(`No end after ${runTimeout / 60_000} minutes. At work: ${[...running].join(', ')}`);

await Promise.race([main(), setTimeout(runTimeout, undefined, { ref: false }).then(failWhole)]);
rmSync(reports, { recursive: true });
// Once more, at the end, where they are found: what came before is thousands of lines long.
for (const failure of unsteady) console.log(`\n── unsteady, passed alone: ${failure}`);
for (const failure of total.failures) console.log(`\n── failed: ${failure}`);
console.log(`${total.passed} passed, ${total.failures.length} failed`);
// Not by itself: what may be left open, such as a VS Code that does not end, would keep us here.
process.exit(total.failures.length === 0 ? 0 : 1);

async function main() {
  if (!(await step('set-up', setUp))) return;
  if (!(await step('build', () => build(['--tests'])))) return;
  await step('package', packageAndInstall);
  const pieces = foldersWithTests().filter(wanted).flatMap(piecesOf);
  const isAlone = (piece) => alone.includes(titleOf(piece));
  const failed = [];
  await step('tests, one after the other', () => testAtOnce(pieces.filter(isAlone), 1, failed));
  const others = pieces.filter((piece) => !isAlone(piece));
  await Promise.all([
    step('tests, several at once', () => testAtOnce(others, atOnce, failed)),
    ...(wanted('lint')
      ? [step('lint', () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'))]
      : []),
    ...(wanted('types') ? [step('types', () => tool('typescript/bin/tsc'))] : []),
  ]);
  await step('tests that failed', () => testAgain(failed));
  await step('skipped tests', () => compareSkipped(only !== undefined));
}

async function setUp() {
  const needsBoards = wanted('boards') && realBoardsRunHere;
  const needsTools = !only?.every((part) => partsWithoutTools.includes(part));
  // All of them at once: each time, the lists of packages are fetched anew.
  const packages = [
    ...(needsTools ? testTools : []),
    ...(needsBoards ? realBoardPackages : []),
    ...(needsHost ? [browserPackage, ...vscodeHostPackages()] : []),
  ];
  await Promise.all([ensureNpmPackages(), ensureSystemPackages(packages)]);
  await Promise.all([needsBoards && ensureRealBoards(), needsHost && ensureVscodeHost()]);
}

/** Each VS Code of test/e2e gets a copy of what is installed here once. */
async function packageAndInstall() {
  await packageExtension(needsHost ? [hostPlatform] : []);
  if (needsHost) await installExtension(await ensureVscodeHost(), installed, vsixFor(hostPlatform));
}

/**
 * A failed step does not keep the next from running, unless the next could not work.
 *
 * @param {string} name
 * @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether it went well
 */
async function step(name, work) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  running.add(name);
  let error;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
    total.failures.push(...(thrown instanceof FailedTests ? thrown.failures : [`${name}: ${thrown.message}`]));
    console.error(thrown.message);
  }
  running.delete(name);
  console.log(`── ${name}: ${error ? 'FAILED' : 'ok'} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return error === undefined;
}

/**
 * @param {string} script of an npm package
 * @param {string[]} args
 */
async function tool(script, ...args) {
  const code = await runAside(process.execPath, [join('node_modules', script), ...args]);
  if (code !== 0) throw new Error(`${script} ended with code ${code}.`);
}

function foldersWithTests() {
  return [...new Set(testFiles('.').map((file) => file.split(/[\\/]/)[0]))];
}

/** @param {string} folder in out/ */
function testFiles(folder) {
  const names = readdirSync(join(repository, 'out', folder), { recursive: true });
  return names.filter((name) => name.endsWith('.test.js')).sort();
}

/**
 * What runs as a process of its own: a file, or all that runs inside one VS Code.
 *
 * @param {string} folder
 */
function piecesOf(folder) {
  if (folder === 'vscode') return [{ folder, names: [] }];
  if (folder === 'e2e' && !vscodeHostRunsHere) {
    console.log('e2e: not run, since these tests need Linux on x64.');
    return [];
  }
  return testFiles(folder).map((name) => ({ folder, names: [name] }));
}

/**
 * @param {number} processes that run beside each other
 * @param failed gets the pieces that failed, each with its failures: the last word on them is not yet spoken
 */
async function testAtOnce(pieces, processes, failed) {
  const rank = (piece) => [...begunFirst, titleOf(piece)].indexOf(titleOf(piece));
  const waiting = pieces.sort((one, other) => rank(one) - rank(other));
  async function testNext() {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
      const start = performance.now();
      const outcome = await outcomeOf(piece);
      console.log(`── ${titleOf(piece)}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
      if (outcome.failures.length > 0) failed.push({ piece, ...outcome });
      else count(outcome);
    }
  }
  await Promise.all(Array.from({ length: processes }, testNext));
}

function count({ passed, skipped }) {
  total.passed += passed;
  total.skipped.push(...skipped);
}

/**
 * What failed is run again, by itself: on a busy machine something that waits may wait too long. It counts as it ends then, and what
 * failed before is told.
 */
async function testAgain(failed) {
  const failures = [];
  const attempts = failed.length > mostAgain ? 0 : furtherAttempts;
  if (attempts === 0) console.log(`${failed.length} files of tests failed: too many to try again.`);
  for (const { piece, ...first } of failed) {
    let outcome = first;
    for (let attempt = 1; outcome.failures.length > 0 && attempt <= attempts; attempt += 1)
      outcome = await outcomeOf(piece);
    if (outcome.failures.length === 0) unsteady.push(...first.failures);
    failures.push(...outcome.failures);
    count(outcome);
  }
  if (failures.length > 0) throw new FailedTests(failures);
}

function titleOf({ folder, names }) {
  return names.length === 1 ? `${folder}/${names[0].replace(/\.test\.js$/, '')}` : folder;
}

/** Runs a piece. */
async function outcomeOf(piece) {
  const { folder, names } = piece;
  const reportFile = join(reports, `${titleOf(piece).replaceAll(/[\\/]/g, '-')}.json`);
  rmSync(reportFile, { force: true });
  running.add(titleOf(piece));
  try {
    await inTime(folder === 'vscode' ? testInVscode(reportFile) : testInNode(folder, names, reportFile));
    const report = readReport(reportFile);
    if (report.passed + report.failures.length + report.skipped.length === 0)
      throw new Error('There are tests, but none ran.');
    return report;
  } catch (error) {
    return { passed: 0, failures: [`${titleOf(piece)}: ${error.message}`], skipped: [] };
  } finally {
    running.delete(titleOf(piece));
  }
}

/** What started the tests has killed them by then; it may itself wait for something that does not end. */
function inTime(tests) {
  const late = setTimeout(2 * processTimeout, undefined, { ref: false }).then(() => {
    throw new Error(`No end after ${(2 * processTimeout) / 60_000} minutes.`);
  });
  return Promise.race([tests, late]);
}

async function testInNode(folder, names, reportFile) {
  const files = names.map((name) => join('out', folder, name));
  const program = join('out', 'support', 'mocha.program.js');
  const timeout = String(timeouts[folder] ?? usualTimeout);
  const env = { ...process.env, ...(folder === 'e2e' && { MICROPYTHON_BACKUP_E2E: await describeE2e() }) };
  await runAside(process.execPath, [program, reportFile, timeout, ...files], { env, timeout: processTimeout });
}

/** What the tests of the packaged extension are told: see test/e2e/support. */
async function describeE2e() {
  return JSON.stringify({ host: await ensureVscodeHost(), browser: browserOptions(), installed });
}

async function testInVscode(reportFile) {
  const outputFile = join(reports, 'vscode.txt');
  const environment = { MICROPYTHON_BACKUP_TEST_REPORT: reportFile, MICROPYTHON_BACKUP_TEST_OUTPUT: outputFile };
  // All of it in Restricted Mode: what works there works in a trusted folder too, which the tests in test/e2e open.
  await runInExtensionHost({ environment, timeout: processTimeout, inDesktop, needsTrust: true });
  if (existsSync(outputFile)) console.log(readFileSync(outputFile, 'utf8'));
}

/** @param {string} reportFile */
function readReport(reportFile) {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('The tests broke off before their end.');
    throw error;
  }
}

/** Tests are skipped by agreement only: test/skipped.json has their full titles. */
function compareSkipped(partOnly) {
  const agreed = JSON.parse(readFileSync(join(repository, 'test', 'skipped.json'), 'utf8'));
  const skipped = [...total.skipped].sort();
  console.log(skipped.length === 0 ? 'None.' : skipped.join('\n'));
  const unknown = skipped.filter((title) => !agreed.includes(title));
  // A part of the tests cannot show what the others skip.
  const gone = partOnly ? [] : agreed.filter((title) => !skipped.includes(title));
  if (unknown.length > 0) throw new Error(`Skipped, but not in test/skipped.json:\n${unknown.join('\n')}`);
  if (gone.length > 0) throw new Error(`In test/skipped.json, but not skipped:\n${gone.join('\n')}`);
}
