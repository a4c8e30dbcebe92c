// What the page of an archive says, wherever the archive lies and whatever is wrong with it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeManifest } from '../../src/core/archive/manifest.js';
import type { Env } from '../../src/core/env.js';
import type { ArchiveAction, PageContext } from '../../src/core/jobs/archiveActions.js';
import { openOutside, withFileInMemory } from '../../src/core/jobs/archiveOutside.js';
import { archivePage } from '../../src/core/jobs/archivePage.js';
import { archiveTree } from '../../src/core/jobs/archiveTree.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { type ArchiveDescription, describeArchive, type OpenArchive } from '../../src/core/jobs/describeArchive.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { speak } from '../../src/core/l10n.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { localTime } from '../../src/core/text.js';
import { aBoard, collect, inFolder, MORNING, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { having, PASSPHRASE, secretOf } from '../support/encryptedStores.js';
import { aManifest, aManifestFile, archiveWith } from '../support/manifests.js';

const NOW = MORNING + 86_400_000;
const FIRST = { 'main.py': 'print(1)\n', 'lib/wifi.py': 'import network\n' };

function contextOf(asked: ArchiveAction[] = []): PageContext {
  return {
    now: NOW,
    hrefOf(action) {
      asked.push(action);
      return `command:x?${encodeURIComponent(JSON.stringify(action))}`;
    },
  };
}

function pageOf(archive: ArchiveDescription): { text: string; markup: string; asked: ArchiveAction[] } {
  const asked: ArchiveAction[] = [];
  const { body } = archivePage(archive, contextOf(asked));
  const text = body.markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  return { text, markup: body.markup, asked };
}

function did(asked: readonly ArchiveAction[]): string[] {
  return [...new Set(asked.map(({ do: what }) => what))];
}

async function opened(env: Env, path: string, own?: Store): Promise<OpenArchive> {
  const archive = await describeArchive({ env }, path, { own });
  assert.equal(archive.state, 'open', archive.state === 'closed' ? archive.error.message : '');
  assert.ok(archive.state === 'open');
  return archive;
}

/** A store with a full backup and two incremental ones, the second of which has nothing new. */
async function inStore(test: (parts: { folder: string; env: Env; store: Store }) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const env = testEnv();
    const store = await openStore(env, join(folder, 'store'));
    await takeBackup(store, FIRST, { folders: ['empty'] });
    await takeIncremental(store, { ...FIRST, 'main.py': 'print(2)\n' });
    await takeIncremental(store, { ...FIRST, 'main.py': 'print(2)\n' });
    await test({ folder, env, store });
  });
}

describe('The page of an archive', () => {
  it('says of one in the store in use what it is, that it is whole, what it belongs with, and offers all that can be done', () =>
    inStore(async ({ env, store }) => {
      const [last, middle, full] = (await store.list()).backups;
      assert.ok(last && middle && full);
      await store.annotate([middle], { note: 'before\nthe trip', tags: ['field'], pinned: true, label: 'v2' });
      const archive = await opened(env, middle.archive, store);
      assert.deepEqual([archive.here, archive.missing, archive.reading?.damages], [1, 0, []]);
      assert.deepEqual(
        archive.lenders.map(({ archive: lender, files }) => [lender, files]),
        [[full.archive, 1]],
      );
      assert.deepEqual(
        archive.chain.before.map(({ id }) => id),
        [full.id],
      );
      assert.deepEqual(
        archive.chain.after.map(({ id }) => id),
        [last.id],
      );
      const { text, asked } = pageOf(archive);
      for (const words of [
        'Backup of Kitchen sensor',
        'Sound',
        'before the trip',
        '#field',
        'v2',
        'neither deleted nor',
        'the others lose no file',
        // The chain, as the Boards view has it.
        'full, 2 files, manual',
        'incremental, v2, 1 of 2 files, pinned, manual',
        'incremental, nothing new, manual',
      ])
        assert.ok(text.includes(words), `${words} in ${text}`);
      assert.deepEqual(did(asked), ['restore', 'verify', 'export', 'show', 'find', 'open', 'file']);
      assert.ok(asked.some((each) => each.do === 'open' && each.archive === full.archive));
      assert.ok(asked.some((each) => each.do === 'file' && each.path === 'lib/wifi.py'));
    }));

  it('says of one beside others in any folder where its bytes are, and offers to import it; nothing is written there', () =>
    inStore(async ({ folder, env, store }) => {
      const downloads = join(folder, 'downloads');
      await mkdir(downloads);
      const { backups } = await store.list();
      for (const { archive } of backups) await copyFile(archive, join(downloads, basename(archive)));
      const before = (await readdir(downloads)).sort();
      const own = await openStore(env, join(folder, 'own'));
      const path = join(downloads, basename(backups[0]?.archive ?? ''));
      const archive = await opened(env, path, own);
      assert.deepEqual([archive.here, archive.missing, archive.lenders.length], [0, 0, 2]);
      assert.equal(archive.home?.kind, 'folder');
      const { text, asked } = pageOf(archive);
      assert.match(text, /import it first: it is not among your backups/);
      assert.match(text, /They need each other: keep these archives together/);
      assert.doesNotMatch(text, /lose no file/);
      assert.deepEqual(did(asked).slice(0, 3), ['import', 'verify', 'find']);
      const outside = await openOutside(env, path, own, true);
      const read = async (path: string) => {
        const file = outside.manifest.entries.find((entry) => entry.path === path);
        assert.ok(file?.type === 'file');
        return (await collect(await outside.read(file))).toString();
      };
      assert.deepEqual([await read('main.py'), await read('lib/wifi.py')], ['print(2)\n', 'import network\n']);
      assert.deepEqual((await readdir(downloads)).sort(), before);
    }));

  it('finds the store that it lies in, and its trash', () =>
    inStore(async ({ folder, env, store }) => {
      const own = await openStore(env, join(folder, 'own'));
      const [last, middle] = (await store.list()).backups;
      assert.ok(last && middle);
      const there = await opened(env, last.archive, own);
      assert.deepEqual(there.home, { kind: 'other', place: 'store', root: store.root });
      await deleteBackups({ env }, store, [middle]);
      const [deleted] = await store.trash();
      assert.ok(deleted);
      const { text, asked } = pageOf(await opened(env, deleted.archive, store));
      assert.match(text, /In the trash.*It was deleted/);
      assert.deepEqual(did(asked).slice(0, 2), ['undelete', 'verify']);
      assert.ok(!did(asked).includes('restore'));
    }));

  it('names the files that nobody has any more, and gives no link to them', () =>
    inStore(async ({ folder, env, store }) => {
      const [, middle] = (await store.list()).backups;
      const alone = join(folder, 'alone', 'my backup.blb');
      await mkdir(dirname(alone));
      await copyFile(middle?.archive ?? '', alone);
      const archive = await opened(env, alone, undefined);
      assert.deepEqual([archive.here, archive.missing, archive.chain.isBroken], [1, 1, true]);
      const { text, asked } = pageOf(archive);
      assert.match(
        text,
        /Files are missing\. The bytes of 1 of 2 files are in no archive.*✓ This archive itself is undamaged/,
      );
      assert.doesNotMatch(text, /Sound/);
      assert.match(text, /lib\/wifi\.py/);
      assert.deepEqual(
        asked.filter((each) => each.do === 'file'),
        [{ do: 'file', path: 'main.py' }],
      );
      const outside = await openOutside(env, alone, undefined, true);
      const file = outside.manifest.entries.find(({ path }) => path === 'lib/wifi.py');
      assert.ok(file?.type === 'file');
      await assert.rejects(outside.read(file), { code: 'content-missing' });
    }));

  it('counts as missing what an import of it lacks; what another board has is named by it, and comes along', () =>
    inStore(async ({ folder, env, store }) => {
      const own = await openStore(env, join(folder, 'own'));
      const board = aBoard({ id: 'ff00', name: 'garden' });
      const lent = await takeBackup(own, { 'lib/wifi.py': FIRST['lib/wifi.py'] }, { board });
      const alone = join(folder, 'alone.blb');
      await takeIncremental(store, { ...FIRST, 'main.py': 'print(3)\n', 'boot.py': '#\n' });
      await takeIncremental(store, { ...FIRST, 'main.py': 'print(4)\n', 'boot.py': '#\n' });
      await copyFile((await store.list()).backups[0]?.archive ?? '', alone);
      const archive = await opened(env, alone, own);
      assert.equal(archive.missing, 1);
      assert.match(pageOf(archive).text, new RegExp(`wifi\\.py in ${basename(lent.archive)} of garden`));
      const { imported, missing } = await importBackups({ env }, own, [alone]);
      assert.deepEqual(
        missing.map(({ path }) => path),
        ['boot.py'],
      );
      assert.deepEqual(
        imported.map(({ verified }) => [verified?.isSound, verified?.lacksFiles]),
        [[false, true]],
      );
      await rm(lent.archive);
      assert.equal((await opened(env, imported[0]?.archive ?? '', own)).missing, 1);
    }));

  it('tells which files are damaged, after reading every byte', () =>
    inStore(async ({ env, store }) => {
      const [, middle] = (await store.list()).backups;
      await damageArchive(middle?.archive ?? '', 'print(2)\n');
      const { text, asked } = pageOf(await opened(env, middle?.archive ?? '', store));
      assert.match(text, /✗ Damaged\..*main\.py/);
      assert.doesNotMatch(text, /✓/);
      assert.ok(did(asked).includes('repair'));
    }));

  it('of a damaged copy says that the store has the same backup, and looks for no other; not where that is damaged, too', () =>
    inStore(async ({ folder, env, store }) => {
      const [, middle] = (await store.list()).backups;
      assert.ok(middle);
      const copy = join(folder, 'copy.blb');
      await copyFile(middle.archive, copy);
      await damageArchive(copy, 'print(2)\n');
      const { text } = pageOf(await opened(env, copy, store));
      assert.match(text, /✗ Damaged\..*Your backups include the same one, with no known damage/);
      assert.match(text, /Opening a file, restoring and exporting use that copy/);
      assert.doesNotMatch(text, /Look for another copy/);
      await store.annotate([middle], { verified: { at: new Date(NOW).toISOString(), isSound: false } });
      assert.match(pageOf(await opened(env, copy, store)).text, /Look for another copy/);
    }));

  it('puts what those say who read its form into words of ours', () =>
    inStore(async ({ env, store }) => {
      const [, middle] = (await store.list()).backups;
      await damageArchive(middle?.archive ?? '', 'PK\x03\x04');
      const { text } = pageOf(await opened(env, middle?.archive ?? '', store));
      assert.match(text, /: Its bytes are damaged \(invalid local file header signature: 0x\w+\)/);
    }));

  it('reads a large one only when it is asked to', () =>
    inStore(async ({ env, store }) => {
      const [last] = (await store.list()).backups;
      const path = last?.archive ?? '';
      const large: Env = { ...env, fs: { ...env.fs, info: async (at) => larger(await env.fs.info(at), at === path) } };
      assert.match(pageOf(await opened(large, path, store)).text, /○ Not verified now/);
      const asked = await describeArchive({ env: large }, path, { own: store, verifies: true });
      assert.match(pageOf(asked).text, /✓ Sound/);
      // What was found before is told with its own time.
      const at = new Date(NOW).toISOString();
      const again = await describeArchive({ env: large }, path, { own: store, reading: { damages: [], at } });
      assert.ok(pageOf(again).text.includes(`It was read at ${localTime(at)}.`), pageOf(again).text);
      assert.ok(!pageOf(asked).text.includes(localTime(at)));
    }));

  it('P44 reads a small one that unpacks to very much only when it is asked to', () =>
    inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const { archive: path } = await takeBackup(store, new Map([['zeros.bin', Buffer.alloc(65_000_000)]]));
      assert.ok((await readFile(path)).length < 1_000_000);
      assert.match(pageOf(await opened(testEnv(), path, store)).text, /○ Not verified now/);
    }));

  it('shows an export with all that it carries', () =>
    inStore(async ({ folder, env, store }) => {
      const { backups } = await store.list();
      const target = join(folder, 'all.blb');
      await exportBackups({ env }, store, { backups, target, form: 'archive' });
      const archive = await opened(env, target, await openStore(env, join(folder, 'own')));
      assert.deepEqual([archive.missing, archive.carried.length, archive.unknownHere], [0, 2, 3]);
      assert.match(pageOf(archive).text, /Other backups in this file/);
      assert.doesNotMatch(pageOf(archive).text, /need each other/);
    }));

  it('shows a file that lies on no disk', () =>
    inStore(async ({ env, store }) => {
      const [, , full] = (await store.list()).backups;
      const bytes = await readFile(full?.archive ?? '');
      const far = withFileInMemory(env, '/far', 'backup.blb', bytes, NOW);
      const archive = await describeArchive({ env: far.env }, far.path, { isLocal: false });
      const { text, asked } = pageOf(archive);
      assert.match(text, /✓ Sound.*not on a disk of this computer/);
      assert.ok(!did(asked).includes('import'));
    }));

  it('asks for the key of an encrypted one, and opens it with the right one', () =>
    inFolder(async (folder) => {
      const env = having(secretOf(PASSPHRASE));
      const store = await openStore(env, join(folder, 'store'));
      await changeKey({ env }, store, PASSPHRASE);
      const { archive: path } = await takeBackup(store, FIRST);
      for (const [keys, why] of [
        [[], 'key-missing'],
        [['not this one'], 'key-wrong'],
      ] as const) {
        const archive = await describeArchive({ env: having(...keys) }, path, {});
        assert.ok(archive.state === 'closed' && archive.why === why);
        const { text, asked, markup } = pageOf(archive);
        assert.match(text, /This archive is encrypted/);
        assert.deepEqual(did(asked), ['enterKey']);
        assert.ok(!markup.includes('main.py'));
      }
      const { text } = pageOf(await opened(env, path, store));
      assert.match(text, /✓ Sound.*Encrypted Yes/);
    }));
});

describe('The page of a file that cannot be shown as an archive', () => {
  const whyOf = async (path: string, env = testEnv()) => {
    const archive = await describeArchive({ env }, path, {});
    assert.equal(archive.state, 'closed');
    const { text } = pageOf(archive);
    assert.doesNotMatch(text, /undefined|TypeError|RangeError|\[object|at .*\.ts:/);
    return archive.state === 'closed' ? archive.why : '';
  };

  it('says why, for each way in which one can be wrong', () =>
    inStore(async ({ folder, store }) => {
      const [, , full] = (await store.list()).backups;
      const whole = await readFile(full?.archive ?? '');
      const path = join(folder, 'x.blb');
      const cases: ReadonlyArray<[Uint8Array, string]> = [
        [Buffer.alloc(0), 'empty'],
        [Buffer.from('<html>404</html>'), 'foreign'],
        [Buffer.from('P'), 'foreign'],
        [whole.subarray(0, whole.length / 2), 'cut-short'],
        [Buffer.concat([whole, Buffer.from('more')]), 'cut-short'],
        [Buffer.from('age-encryption.org/v1\n-> X25519 x\n'), 'named-plain'],
      ];
      for (const [bytes, why] of cases) {
        await writeFile(path, bytes);
        assert.equal(await whyOf(path), why);
      }
      await writeFile(`${path}.age`, whole);
      assert.equal(await whyOf(`${path}.age`), 'named-encrypted');
      assert.equal(await whyOf(join(folder, 'gone.blb')), 'gone');
      const denied = testEnv();
      const failing = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      const fs = { ...denied.fs, open: () => Promise.reject(failing) };
      assert.equal(await whyOf(path, { ...denied, fs }), 'unreadable');
    }));

  it('opens none that is a pipe: nobody may ever write into it', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'pipe.blb');
      execFileSync('mkfifo', [path, `${path}.age`]);
      for (const each of [path, `${path}.age`]) assert.equal(await whyOf(each), 'unreadable');
      assert.match(pageOf(await describeArchive({ env: testEnv() }, path)).text, /is not a file, but a pipe/);
    }));

  it('says that one is cut short in any language, encrypted or not', () =>
    inFolder(async (folder) => {
      const env = having(secretOf(PASSPHRASE));
      const store = await openStore(env, join(folder, 'store'));
      const wholes = [await readFile((await takeBackup(store, FIRST)).archive)];
      await changeKey({ env }, store, PASSPHRASE);
      wholes.push(await readFile((await takeBackup(store, FIRST)).archive));
      speak(JSON.parse(await readFile('l10n/bundle.l10n.de.json', 'utf8')), 'de');
      try {
        for (const [index, whole] of wholes.entries()) {
          const path = join(folder, `cut.blb${index === 0 ? '' : '.age'}`);
          await writeFile(path, whole.subarray(0, -100));
          const shown = await describeArchive({ env }, path, {});
          assert.ok(shown.state === 'closed' && shown.why === 'cut-short');
          assert.match(shown.error.message, /ist beschädigt/);
        }
      } finally {
        speak(undefined, 'en');
      }
    }));

  it('says that a newer version is needed, or that the manifest is damaged', () =>
    inFolder(async (folder) => {
      const newer = { ...aManifest(), format: { name: 'blb' as const, version: 2, reader: 2, features: [] } };
      for (const [bytes, why] of [
        [encodeManifest(newer), 'newer'],
        [Buffer.from('{"format":'), 'damaged'],
        [Buffer.from(`${'['.repeat(600_000)}`), 'damaged'],
      ] as const)
        assert.equal(await whyOf(await archiveWith(folder, [['manifest.json', bytes]])), why);
    }));

  it('P44 keeps the page of ten thousand files small, and of one whose names go on for ever', () =>
    inFolder(async (folder) => {
      const many = Array.from({ length: 10_000 }, (_, index) => aManifestFile(`lib/${`${index}`.padStart(5, '0')}.py`));
      const { sha256 } = aManifestFile('x');
      const long = [{ ...aManifestFile(`${'x'.repeat(500_000)}.py`), stored: `objects/${sha256}` }];
      for (const [entries, words] of [
        [many, 'Not listed here, to keep the page quick: 9,001 items.'],
        [long, 'The bytes of 1 of 1 file are'],
      ] as const) {
        const path = await archiveWith(folder, [['manifest.json', encodeManifest(aManifest({ entries }))]]);
        const { markup, text } = pageOf(await describeArchive({ env: testEnv() }, path, {}));
        assert.ok(text.includes(words), text.slice(0, 3000));
        assert.ok(markup.length < 400_000, `${markup.length}`);
      }
    }));

  it('P44 shows whatever a hostile one is called as text, and links to nothing but what is ours', () =>
    inFolder(async (folder) => {
      const evil = '<img src=x onerror=alert(1)>';
      const entries = [aManifestFile(`${evil}"'.py`)];
      const board = aBoard({ name: `${evil}[a](command:evil)`, machine: evil, firmware: '\u202eevil' });
      const manifest = aManifest({ entries, board, label: evil, kind: 'incremental', parent: 'ab'.repeat(32) });
      const path = await archiveWith(folder, [['manifest.json', encodeManifest(manifest)]]);
      const { markup } = pageOf(await describeArchive({ env: testEnv() }, path, {}));
      assert.doesNotMatch(markup, /<img|<script|\u202e/);
      const hrefs = [...markup.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
      assert.ok(hrefs.length > 0 && hrefs.every((href) => href.startsWith('command:x?')));
      assert.doesNotMatch(markup, / style=| on\w+="/);
    }));
});

describe('The tree of an archive', () => {
  const file = (path: string) => ({ type: 'file' as const, path: parseBoardPath(path), size: 1 });

  it('has a row for each thing, folders in folders', () => {
    const { root, rows, hidden } = archiveTree([
      { type: 'folder', path: parseBoardPath('lib') },
      file('lib/a/b.py'),
      file('lib/c.py'),
      file('main.py'),
    ]);
    assert.deepEqual([rows, hidden, root.count, root.bytes], [5, 0, 3, 3]);
    const [lib] = root.folders;
    assert.deepEqual([lib?.name, lib?.count, lib?.folders[0]?.files[0]?.name], ['lib', 2, 'b.py']);
  });

  it('lists no more than a page can have, what is less deep first, and counts the rest', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => file(`d${index % 7}/f${`${index}`.padStart(5, '0')}.py`));
    const { root, rows, hidden } = archiveTree([...many, file('zzz.py')]);
    assert.deepEqual([rows, hidden, root.count], [1000, 9008 - 1000 + 1000, 10_001]);
    assert.deepEqual([root.folders.length, root.files.length], [7, 1]);
  });

  it('stays shallow, and quick, however deep or many the paths are', () => {
    const deep = `${'a/'.repeat(20_000)}x.py`;
    const { root } = archiveTree([file(deep)]);
    let depth = 0;
    for (let at = root.folders[0]; at; at = at.folders[0]) depth += 1;
    assert.equal(depth, 24);
    const folders = Array.from({ length: 130_000 }, (_, index) => ({
      type: 'folder' as const,
      path: parseBoardPath(`d/${index}`),
    }));
    const { rows, hidden } = archiveTree(folders);
    assert.equal(rows + hidden, 130_001);
  });
});

function larger<Info extends { size: number } | undefined>(info: Info, isIt: boolean): Info {
  return info && isIt ? { ...info, size: 100_000_000 } : info;
}
