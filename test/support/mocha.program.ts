// Runs test files in Node: `node mocha.program.js <report file> <time-out of a test in ms> <test file>…`.

import { runTests } from './runTests.js';

/** What a test has left open, such as a VS Code whose start took longer than the test may, is closed then. */
const graceMs = 10_000;

const [reportFile, timeout, ...files] = process.argv.slice(2);
if (reportFile === undefined || timeout === undefined) throw new Error('Which report file, time-out, and tests?');
runTests({ files, reportFile, timeout: Number(timeout) }).then(
  ({ failures }) => {
    process.exitCode = failures.length === 0 ? 0 : 1;
    setTimeout(() => {
      console.error(`Open after the last test, and closed now: ${process.getActiveResourcesInfo().join(', ')}.`);
      process.exit();
    }, graceMs).unref();
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
