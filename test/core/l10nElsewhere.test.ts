// What others write down for us, in another process or at another time, is told in the language of whoever reads it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { englishBundle } from '../../scripts/l10nBundles.mjs';
import { readSources } from '../../scripts/l10nSources.mjs';
import { serialInProcess } from '../../src/core/board/transport/serialProcess.js';
import { USUAL_SERIAL_SETTINGS } from '../../src/core/board/transport/transport.js';
import { speak } from '../../src/core/l10n.js';
import { acquireLock } from '../../src/core/store/lock.js';
import { inFolder, testEnv } from '../support/builders.js';

describe('Words from elsewhere', () => {
  const bundle = {
    '{0} is in use: {1} {2} there, since {3}.': '{0} wird gerade benutzt: {1} {2}, seit {3}.',
    'this program': 'Dieses Programm',
    'deletes backups': 'löscht dort Sicherungen',
    'There is no port {0}.': 'Es gibt keinen Port {0}.',
  };

  before(() => speak(bundle, 'de'));
  after(() => speak(undefined, 'en'));

  it('are in English in the file of a lock, and in the language of whoever waits for it', async () => {
    await inFolder(async (root) => {
      const works: ReadonlyArray<readonly [string, RegExp]> = [
        ['deletes backups', /wird gerade benutzt: Dieses Programm löscht dort Sicherungen, seit \S/],
        // As a later version may say.
        ['dusts the shelves', /wird gerade benutzt: Dieses Programm dusts the shelves, seit \S/],
      ];
      for (const [work, message] of works) {
        await using _lock = await acquireLock(testEnv(), root, { kind: 'exclusive', work, waitMs: 0 });
        const [name = ''] = (await readdir(join(root, 'locks'))).filter((each) => each.endsWith('.lock'));
        assert.match(await readFile(join(root, 'locks', name), 'utf8'), new RegExp(`"${work}"`));
        const second = acquireLock(testEnv(), root, { kind: 'exclusive', work, waitMs: 0 });
        await assert.rejects(second, { code: 'store-busy', message });
      }
    });
  });

  it('are known for all that is done under a lock', () => {
    const known = englishBundle(readSources('src/core/store'));
    const folders = ['src/core/jobs', 'src/core/store'];
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const works = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\b(?:holding|lockingOf|takeTurn)\([^;]*?'([a-z]+(?: [a-z]+)+)'/g)].map(
        ([, work = '']) => work,
      ),
    );
    assert.ok(works.length > 15);
    assert.deepEqual(
      works.filter((work) => !(work in known)),
      [],
    );
  });

  it('come from the process that holds a serial port', async () => {
    const open = serialInProcess(USUAL_SERIAL_SETTINGS);
    const port = process.platform === 'win32' ? 'COM99' : '/dev/ttyNONE7';
    await assert.rejects(open(port, { onData() {}, onClose() {} }), { message: `Es gibt keinen Port ${port}.` });
  });
});
