// Files travel in blocks, with a hash behind the last: sizes near the end of a block come through as any other.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, readTree } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { readFlash, startUnixBoard, writeFlash } from '../support/unixBoard.js';

describe('Files around the size of a block', function () {
  this.timeout(60_000);

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  for (const { block, heap } of [
    { block: 512, heap: 90_000 },
    { block: 4_096, heap: 2_000_000 },
  ]) {
    it(`P45 come from a board and go to it as they are, in blocks of ${block}`, async () => {
      await inFolder(async (folder) => {
        const sizes = [...Array(34).keys()].map((number) => block - 16 + number);
        const files = new Map(
          [...sizes, 2 * block - 1, 2 * block, 2 * block + 1].map((size) => [
            `${size}.bin`,
            Buffer.from(Array.from({ length: size }, (_, at) => Math.imul(at + size, 2_654_435_761) >>> 13)),
          ]),
        );
        const [image, other] = [join(folder, 'flash'), join(folder, 'other')];
        await writeFlash(image, 'littlefs', files);
        const context = { env: realEnv() };
        const store = await openStore(context.env, join(folder, 'store'));
        const on = async <T>(flash: string, work: (url: string) => Promise<T>): Promise<T> => {
          const board = await startUnixBoard({ fileSystem: 'littlefs', image: flash, heap });
          return work(board.path).finally(() => board.stop());
        };
        const open = transportByUrl('');
        const scope = { root: ROOT, include: [], exclude: [] };
        const { backup: taken, errors } = await on(image, (url) =>
          backup(context, { url, open }, store, { kind: 'full', origin: 'manual', scope }),
        );
        assert.deepEqual(errors, []);
        assert.deepEqual(new Map([...(await readTree(store, taken))].sort()), new Map([...files].sort()));
        const options = { backup: taken, paths: [ROOT], allowOtherBoard: true };
        await on(other, (url) => restore(context, { url, open }, store, options));
        assert.deepEqual(await readFlash(other, 'littlefs'), new Map([...files].sort()));
      });
    });
  }
});
