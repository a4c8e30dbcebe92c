// Boards whose own files are called like modules of the firmware: `import os` means theirs, and ours must not.

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

const MODULES = ['os', 'io', 'hashlib', 'binascii', 'time', 'array', 'deflate', 'gc', 'vfs', 'machine'];
const SCOPE = { root: ROOT, include: [], exclude: [] };

describe('A board with files that are called like modules', function () {
  this.timeout(60_000);

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  const open = transportByUrl('');

  for (const bytesPerSecond of [undefined, 30_000]) {
    const speed = bytesPerSecond === undefined ? 'a fast line' : 'a slow line';
    it(`P45 is backed up and restored as any other, on ${speed}: what those files do is not done`, async () => {
      await inFolder(async (folder) => {
        const image = join(folder, 'flash');
        const files = new Map(MODULES.map((name) => [`${name}.py`, Buffer.from(`raise RuntimeError('${name}')\n`)]));
        files.set('lib/data.txt', Buffer.from('one line of many\n'.repeat(800)));
        await writeFlash(image, 'littlefs', files);
        const board = await startUnixBoard({
          fileSystem: 'littlefs',
          image,
          ...(bytesPerSecond && { bytesPerSecond }),
        });
        try {
          const context = { env: realEnv() };
          const address = { url: board.path, open };
          const store = await openStore(context.env, join(folder, 'store'));
          const options = { kind: 'full', origin: 'manual', scope: SCOPE } as const;
          const { backup: taken, errors, ways } = await backup(context, address, store, options);
          assert.deepEqual(errors, []);
          assert.ok(ways.includes('agent'));
          assert.deepEqual(new Map([...(await readTree(store, taken))].sort()), new Map([...files].sort()));
          await board.stop();
          await writeFlash(image, 'littlefs', new Map([['lib/data.txt', Buffer.from('old\n')]]));
          const again = await startUnixBoard({ fileSystem: 'littlefs', image });
          try {
            const paths = [ROOT];
            await restore(context, { url: again.path, open }, store, { backup: taken, paths, allowOtherBoard: true });
          } finally {
            await again.stop();
          }
          assert.deepEqual((await readFlash(image, 'littlefs')).get('lib/data.txt'), files.get('lib/data.txt'));
        } finally {
          await board.stop();
        }
      });
    });
  }
});
