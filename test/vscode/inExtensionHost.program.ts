// What VS Code starts to run the tests beside it inside the extension host.

import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { runTests } from '../support/runTests.js';

const timeout = 20_000;

export async function run(): Promise<void> {
  const reportFile = setting('MICROPYTHON_BACKUP_TEST_REPORT');
  const outputFile = setting('MICROPYTHON_BACKUP_TEST_OUTPUT');
  // The console of an extension host is full of what VS Code itself has to say.
  Mocha.reporters.Base.consoleLog = (...line) => appendFileSync(outputFile, `${format(...line)}\n`);
  const names = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  const { failures } = await runTests({ files: names.map((name) => join(__dirname, name)), reportFile, timeout });
  if (failures.length > 0) throw new Error(`${failures.length} failed`);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these tests are started by scripts/test.mjs.`);
  return value;
}
