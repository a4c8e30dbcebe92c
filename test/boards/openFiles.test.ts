// A program that is stopped may leave files open. On FAT such a file writes itself into the directory when it is closed: at the soft
// reset that starts the program again, and so after everything has been restored and verified.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { restore } from '../../src/core/jobs/restore.js';
import { undoRestore } from '../../src/core/jobs/settleRestore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, inFolder, takeBackup, testEnv } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';

const UNIQUE_ID = 'e6614c311b7e6f35';
const WAIT = 'import time\nprint("runs")\nwhile True: time.sleep_ms(20)\n';
/** Opens two files and writes into them less than a file keeps in memory. */
const OPEN = `
def opened(name):
    file = open(name, 'ab')
    file.write(b'y' * 100)
    return file
`;

/** Where a program has its files. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'in its names': `${OPEN}log = opened('log.txt')\ndata = opened('data.bin')\n${WAIT}`,
  'in its objects': `${OPEN}
class Logger:
    def __init__(self, name): self.file = opened(name)
loggers = {'all': [Logger('log.txt'), (Logger('data.bin'),)]}
${WAIT}`,
  'in its functions': `${OPEN}
import time
def main():
    log, data = opened('log.txt'), opened('data.bin')
    while True: time.sleep_ms(20)
main()
`,
  'in its tasks': `${OPEN}
import asyncio
async def logs(name):
    file = opened(name)
    while True: await asyncio.sleep_ms(20)
async def main():
    await asyncio.gather(logs('log.txt'), logs('data.bin'))
asyncio.run(main())
`,
};

describe('A program that has files open on FAT', function () {
  this.timeout(60_000);
  const open = transportByUrl('');
  const context = { env: testEnv() };

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  for (const [where, program] of Object.entries(PROGRAMS)) {
    it(`P24 P25 ${where}: spoils nothing that is restored, and nothing that comes back when that is undone`, async () => {
      await inFolder(async (folder) => {
        const image = join(folder, 'flash');
        const files = (word: string, length: number) =>
          ['log.txt', 'data.bin', 'lib/a.py', 'lib/b.py'].map(
            (path, n) => [path, Buffer.alloc(length + 700 * n, `${word} ${n} `)] as const,
          );
        const mine = new Map([...files('mine', 500), ['main.py', Buffer.from(program)]]);
        const wanted = new Map([...files('wanted', 1_500), ['main.py', Buffer.from(WAIT)]]);
        await writeFlash(image, 'fat', mine);
        const store = await openStore(context.env, join(folder, 'store'));
        const backup = await takeBackup(store, wanted, { board: aBoard({ id: `uid:${UNIQUE_ID}` }) });
        const found = async (work: (board: UnixBoard) => Promise<unknown>) => {
          const board = await startUnixBoard({ fileSystem: 'fat', image, uniqueId: UNIQUE_ID });
          await work(board).finally(board.stop);
          return new Map([...(await readFlash(image, 'fat'))].filter(([, bytes]) => bytes));
        };
        const put = (url: string) =>
          restore(context, { url, open }, store, { backup, paths: [ROOT], allowOtherBoard: false });
        assert.deepEqual(await found(({ path }) => put(path)), new Map([...wanted].sort()));
        const before = await found(({ path: url }) => undoRestore(context, { url, open }, store));
        assert.deepEqual(before.get('lib/a.py'), mine.get('lib/a.py'));
        // The program went on to write where it had begun, until it was stopped.
        for (const path of ['log.txt', 'data.bin']) {
          const whole = Buffer.concat([mine.get(path) ?? Buffer.of(), Buffer.alloc(100, 'y')]);
          assert.deepEqual(before.get(path)?.subarray(0, whole.length), whole, path);
        }
      });
    });
  }
});
