// A process that adds records to a file, as many as it is told, without waiting for anybody.

import { realEnv } from '../../src/core/env.js';
import { addRecord } from '../../src/core/store/records.js';

const [path = '', by = '', count = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const env = realEnv();
  for (let number = 0; number < Number(count); number++)
    await addRecord(env, path, { by, number, text: by.repeat(number * 50) });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
