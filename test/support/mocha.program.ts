// Runs test files in Node: `node mocha.program.js <report file> <time-out of a test in ms> <test file>…`.

import { runTests } from './runTests.js';

const [reportFile, timeout, ...files] = process.argv.slice(2);
if (reportFile === undefined || timeout === undefined) throw new Error('Which report file, time-out, and tests?');
runTests({ files, reportFile, timeout: Number(timeout) }).then(
  ({ failures }) => {
    process.exitCode = failures.length === 0 ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
