// Runs test files with mocha and leaves a report for the script that started the run (scripts/test.mjs).

import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What a run of tests came to. */
export interface TestReport {
  passed: number;
  /** What each failed test says. A failed hook is one too: it keeps tests from running. */
  failures: string[];
  /** Full titles. */
  skipped: string[];
}

export interface TestRun {
  files: string[];
  reportFile: string;
  /** Of one test, in milliseconds. */
  timeout: number;
}

export async function runTests({ files, reportFile, timeout }: TestRun): Promise<TestReport> {
  // A forgotten `.only` would leave the other tests out without a word.
  const mocha = new Mocha({ timeout, reporter: 'spec', forbidOnly: true });
  for (const file of files) mocha.addFile(file);
  const report: TestReport = { passed: 0, failures: [], skipped: [] };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => report.passed++)
      .on('fail', (test, error) => report.failures.push(`${test.fullTitle()}\n${error.stack ?? error.message}`))
      .on('pending', (test) => report.skipped.push(test.fullTitle()));
  });
  writeFileSync(reportFile, JSON.stringify(report));
  return report;
}
