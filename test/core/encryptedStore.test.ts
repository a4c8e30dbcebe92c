// A store whose archives are encrypted: all that a store does, for who has the key, and nothing for who has not.

import assert from 'node:assert/strict';
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { wholeHeader } from '../../src/core/archive/age.js';
import { newIdentity } from '../../src/core/archive/ageKeys.js';
import type { Env } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { backup as backupJob } from '../../src/core/jobs/backup.js';
import { changeKey, finishKeyChange, type NewKey } from '../../src/core/jobs/changeKey.js';
import { compare } from '../../src/core/jobs/compare.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { extract } from '../../src/core/jobs/extract.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { lookAtBoard } from '../../src/core/jobs/lookAtBoard.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { planPrune, prune } from '../../src/core/jobs/prune.js';
import { repair } from '../../src/core/jobs/repair.js';
import { previewRestore, restore } from '../../src/core/jobs/restore.js';
import { finishRestore, undoRestore } from '../../src/core/jobs/settleRestore.js';
import { testRestore } from '../../src/core/jobs/testRestore.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { verify } from '../../src/core/jobs/verify.js';
import { ROOT } from '../../src/core/paths.js';
import { wouldBecomePlain } from '../../src/core/store/encryption.js';
import { ENCRYPTION_FILE } from '../../src/core/store/encryptionFile.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { age, ageWithPassphrase } from '../support/ageTool.js';
import {
  aBoard,
  aDraft,
  addFiles,
  inFolder,
  noise,
  readTree,
  takeBackup,
  takeIncremental,
  testEnv,
} from '../support/builders.js';
import { rotArchive, settle } from '../support/damage.js';
import { countingRing, filesBelow, having, PASSPHRASE, QUICK, secretOf } from '../support/encryptedStores.js';
import { faultyFileSystem } from '../support/faultyFileSystem.js';
import { WHOLE_BOARD } from '../support/generatedBoard.js';

/** Not compressed, and in names too: what is looked for in everything that lies in clear. */
const MARK = 'q8Zx7Wv';
const FIRST = { [`${MARK}_name.py`]: `password = "${MARK}"`, 'big.bin': `${MARK}${'x'.repeat(200_000)}`, 'a.py': '1' };
const SECOND = { ...FIRST, 'a.py': '2' };
const THIRD = { ...SECOND, 'a.py': '3', 'b.py': MARK };

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (isBackupError(error) ? error.code : `unexpected: ${error}`),
  );
}

async function treesOf(store: Store): Promise<Map<string, Map<string, Buffer>>> {
  const trees = new Map<string, Map<string, Buffer>>();
  for (const backup of (await store.list()).backups) trees.set(backup.id, await readTree(store, backup));
  return trees;
}

/** An empty store with this key. */
async function encryptedStore(root: string, key: NewKey, env: Env = having(secretOf(key))): Promise<Store> {
  const store = await openStore(env, root);
  assert.equal((await changeKey({ env }, store, key)).changed, 0);
  return store;
}

async function recipientKey(): Promise<NewKey & { identity: string }> {
  const { identity, recipient } = await newIdentity();
  return { recipients: [recipient, (await newIdentity()).recipient], identity };
}

const KEYS: readonly [string, () => Promise<NewKey>][] = [
  ['a passphrase', async () => PASSPHRASE],
  ['recipients', recipientKey],
];

describe('An encrypted store', () => {
  for (const [name, makeKey] of KEYS) {
    it(`does all that a store does, with ${name}, and has nothing of the files in clear`, async () => {
      await inFolder(async (folder) => {
        const key = await makeKey();
        const root = join(folder, 'store');
        const env = having(secretOf(key));
        const store = await encryptedStore(root, key, env);
        const context = { env };
        const full = await takeBackup(store, FIRST, { folders: ['empty'] });
        assert.match(basename(full.archive), /^backup_\d{8}_\d{6}\.blb\.age$/);
        const { archive, entries } = await store.readManifest(full);
        assert.equal(archive, basename(full.archive, '.age'));
        assert.ok(entries.every((entry) => entry.type === 'folder' || entry.archive === archive));
        const second = await takeIncremental(store, SECOND);
        const third = await takeIncremental(store, THIRD);
        const before = await treesOf(store);
        assert.equal((await store.find(basename(second.archive, '.age'))).id, second.id);
        assert.equal((await store.find(second.archive)).id, second.id);
        assert.deepEqual((await verify(context, store)).damaged, []);

        // What goes away, and what is written anew for that.
        await deleteBackups(context, store, [full]);
        assert.deepEqual(await treesOf(store), new Map([...before].filter(([id]) => id !== full.id)));
        await undelete(context, store, [(await store.trash())[0] ?? full]);
        await makeFull(context, store, third);
        const plan = await planPrune(context, store, { last: 2 });
        await prune(context, store, plan);
        await emptyTrash(context, store);
        assert.equal((await store.list()).backups.length, 2);
        for (const [id, tree] of await treesOf(store)) assert.deepEqual(tree, before.get(id));
        assert.deepEqual((await verify(context, store)).damaged, []);

        // To elsewhere, in either form, and from there into a store with another key.
        for (const [number, ending] of ['.blb', '.blb.age', ''].entries()) {
          const target = join(folder, `export-${number}${ending}`);
          const { backups } = await store.list();
          await exportBackups(context, store, { backups, target, form: ending === '' ? 'folder' : 'archive' });
          const other = { passphrase: `another one ${number}`, workFactor: QUICK };
          const otherEnv = having(other.passphrase, secretOf(key));
          const elsewhere = await encryptedStore(join(folder, `other-${number}`), other, otherEnv);
          const { imported, missing } = await importBackups({ env: otherEnv }, elsewhere, [target]);
          assert.deepEqual([imported.length, missing], [2, []]);
          assert.deepEqual(await treesOf(elsewhere), await treesOf(store));
        }
        assert.equal((await readFile(join(folder, 'export-0.blb'))).subarray(0, 2).toString(), 'PK');

        await extract(context, store, {
          backup: third,
          paths: [ROOT],
          to: { folder: join(folder, 'out') },
          onTaken: async () => 'replace',
        });
        assert.equal(await readFile(join(folder, 'out', 'b.py'), 'utf8'), MARK);
        for (const [path, bytes] of await filesBelow(root)) assert.ok(!bytes.includes(MARK), path);
        assert.deepEqual(
          [...(await filesBelow(root)).keys()].filter((path) => /\.blb$|partial$/.test(path)),
          [],
        );
        assert.deepEqual(await store.encryption(), {
          state: 'encrypted',
          mode: 'passphrase' in key ? 'passphrase' : 'recipients',
          recipients: 'passphrase' in key ? [] : key.recipients,
          pending: 0,
        });

        // By hand.
        const [newest] = (await store.list()).backups;
        const inner = join(folder, 'by hand.blb');
        if ('passphrase' in key) {
          const { code, said } = await ageWithPassphrase(key.passphrase, '-d', '-o', inner, newest?.archive ?? '');
          assert.equal(code, 0, said);
        } else {
          await writeFile(join(folder, 'key.txt'), key.identity);
          await writeFile(inner, await age('-d', '-i', join(folder, 'key.txt'), newest?.archive ?? ''));
        }
        const plain = await openStore(testEnv(), join(folder, 'plain'));
        assert.equal((await importBackups({ env: testEnv() }, plain, [inner])).imported[0]?.id, newest?.id);
      });
    });
  }

  it('is one sentence for who has no key or a wrong one, whatever they want, and nothing is touched', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      const backup = await takeBackup(store, FIRST);
      const before = await filesBelow(root);
      for (const [env, code] of [
        [having(), 'key-missing'],
        [having('wrong'), 'key-wrong'],
        [having((await newIdentity()).identity), 'key-wrong'],
      ] as const) {
        const locked = await openStore(env, root);
        const context = { env };
        const { backups, unreadable } = await locked.list();
        assert.deepEqual(
          [backups, unreadable.map(({ path, error }) => [path, error.code])],
          [[], [[backup.archive, code]]],
        );
        const target = join(folder, 'x.blb');
        const plan = { boards: [] };
        // No board is so much as looked for.
        const address = { url: 'sim:locked', open: () => assert.fail('a board was contacted') };
        const options = { backup, paths: [ROOT], allowOtherBoard: true };
        for (const work of [
          () => backupJob(context, address, locked, { kind: 'auto', origin: 'manual', scope: WHOLE_BOARD }),
          () => restore(context, address, locked, options),
          () => restore(context, address, locked, { ...options, decide: () => assert.fail() }),
          () => previewRestore(context, address, locked, options),
          () => undoRestore(context, address, locked),
          () => finishRestore(context, address, locked),
          () => lookAtBoard(context, address, locked, WHOLE_BOARD),
          () => compare(context, { store: locked, backup }, { board: address }),
          () => testRestore(context, locked, backup),
          () => undelete(context, locked, []),
          () => locked.unlock(),
          () => locked.startBackup(aBoard(), aDraft()),
          () => locked.rewrite(backup, { add: [] }),
          () => verify(context, locked),
          () => repair(context, locked),
          () => deleteBackups(context, locked, [backup]),
          () => makeFull(context, locked, backup),
          () => planPrune(context, locked, { last: 1 }),
          () => prune(context, locked, plan),
          () => emptyTrash(context, locked),
          () => exportBackups(context, locked, { backups: [backup], target, form: 'archive' }),
          () => importBackups(context, locked, [backup.archive]),
          () => extract(context, locked, { backup, paths: [ROOT], to: { folder }, onTaken: async () => 'replace' }),
          () => changeKey(context, locked, null),
          () => changeKey(context, locked, { passphrase: 'a new passphrase' }),
          () => finishKeyChange(context, locked),
        ])
          assert.equal(await codeOf(work()), code, `${work}`);
        const after = await filesBelow(root);
        after.delete('history.jsonl');
        for (const path of after.keys()) if (path.startsWith('locks/')) after.delete(path);
        before.delete('history.jsonl');
        assert.deepEqual(after, before);
        const error = await locked.unlock().catch((failure: unknown) => failure);
        assert.ok(
          isBackupError(error) && error.hint !== undefined && !/wrong["']|AGE-/.test(`${error.message}${error.hint}`),
        );
      }
    });
  });

  it('lists from its index for one stretching of the passphrase, and makes it again where it is gone or damaged', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      for (const content of ['1', '2', '3']) await takeBackup(store, { 'a.py': content });
      const trees = await treesOf(store);
      const opens = async () => {
        const env = having(secretOf(PASSPHRASE));
        const opened: string[] = [];
        const open: Env['fs']['open'] = (path, mode) => {
          if (path.endsWith('.blb.age')) opened.push(path);
          return env.fs.open(path, mode);
        };
        const again = await openStore({ ...env, fs: { ...env.fs, open } }, root);
        const { backups, unreadable } = await again.list();
        assert.deepEqual([backups.length, unreadable], [3, []]);
        const count = opened.length;
        assert.deepEqual(await treesOf(again), trees);
        return count;
      };
      assert.equal(await opens(), 0);
      const index = join(root, 'index.age');
      for (const spoil of [
        () => rm(index),
        () => writeFile(index, 'x'),
        () => copyFile(join(root, 'encryption.json'), index),
      ]) {
        await spoil();
        assert.equal(await opens(), 3);
        assert.equal(await opens(), 0);
      }
      const bytes = await readFile(index);
      bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
      await writeFile(index, bytes);
      assert.equal(await opens(), 3);
    });
  });

  it('shows damage of an encrypted archive, also of its header where the index knows its key, and repairs from what is sound', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      const one = await takeBackup(store, { 'a.bin': noise(100_000, 1).toString('latin1'), 'b.py': 'b' });
      await settle(one.archive);
      const before = await treesOf(store);
      await rotArchive(one.archive, '-> scrypt');
      const env = having(secretOf(PASSPHRASE));
      const again = await openStore(env, root);
      const { damaged } = await verify({ env }, again);
      assert.ok(damaged.length > 0 && damaged.every(({ certainty }) => certainty === 'damaged'));
      // The payload is whole, and the index knows its key.
      const other = having(secretOf(PASSPHRASE));
      const anew = await openStore(other, root);
      const { gone, lost, written } = await repair({ env: other }, anew);
      assert.deepEqual([gone, lost, written.length], [[], [], 1]);
      assert.deepEqual(await treesOf(anew), before);
    });
  });

  it('takes files that age has made, and says of those for others that no key fits', async () => {
    await inFolder(async (folder) => {
      const plain = await openStore(testEnv(), join(folder, 'plain'));
      const backup = await takeBackup(plain, FIRST);
      const [own, other] = [await newIdentity(), await newIdentity()];
      const root = join(folder, 'store', 'board');
      await mkdir(root, { recursive: true });
      await age('-r', own.recipient, '-o', join(root, 'own.blb.age'), backup.archive);
      await age('-r', other.recipient, '-o', join(root, 'other.blb.age'), backup.archive);
      const store = await openStore(having(own.identity), dirname(root));
      const { backups, unreadable } = await store.list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [backup.id],
      );
      assert.deepEqual(
        unreadable.map(({ path, error }) => [basename(path), error.code]),
        [['other.blb.age', 'key-wrong']],
      );
      assert.deepEqual(await treesOf(store), await treesOf(plain));
    });
  });

  it('goes on from a backup that was cut off, and from one that was killed, up to its last whole chunk', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      const content = { 'a.bin': noise(70_000, 1).toString('latin1'), 'b.bin': noise(150_000, 2).toString('latin1') };
      const pending = await store.startBackup(aBoard(), aDraft());
      await addFiles(pending, content);
      assert.equal(await pending.setAside(), 2);
      const left = await store.leftovers(aBoard());
      assert.equal(left.hashes.size, 2);
      await left.remove();

      // Killed: what waited for its chunk to fill never came to the disk.
      const killed = await store.startBackup(aBoard(), aDraft());
      await addFiles(killed, content);
      const partial = `${killed.archive}.partial`;
      const bytes = await readFile(partial);
      await killed.abandon();
      await writeFile(partial, bytes);
      assert.ok(!bytes.includes('PK\x03\x04'));
      const again = await store.leftovers(aBoard());
      assert.equal(again.hashes.size, 1);
    });
  });

  it('writes nothing where encryption.json is damaged or newer, and says which', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      await takeBackup(store, FIRST);
      const path = join(root, 'encryption.json');
      const text = await readFile(path, 'utf8');
      const cutCheck = (length: number) =>
        text.replace(/(?<="check": ")[^"]+/, (check) => {
          const bytes = Buffer.from(check, 'base64');
          return bytes.subarray(0, wholeHeader(bytes, path).length + length).toString('base64');
        });
      const damaged = 'store-failed';
      for (const [changed, code, isSeenWithoutKey] of [
        ['', damaged, true],
        ['{}', damaged, true],
        [text.replace('"passphrase"', '"recipients"'), damaged, true],
        [text.replace('"version": 1', '"version": 2'), 'archive-unsupported', true],
        // All of it is bound to the key.
        [text.replace(/"check": "/, '"check": "AAAA'), damaged, false],
        [text.replace(`"workFactor": ${QUICK}`, `"workFactor": ${QUICK + 1}`), damaged, false],
        [text.replace(`"workFactor": ${QUICK},`, ''), damaged, false],
        [text.replace('"version": 1,', '"version": 1, "ending": true,'), damaged, false],
        [text.replace('"version": 1,', `"version": 1, "old": ["${'0'.repeat(64)}"],`), damaged, false],
        [text.replace(/"mac": "[0-9a-f]+"/, `"mac": "${'0'.repeat(64)}"`), damaged, false],
        [cutCheck(16 + 5), damaged, false],
        [cutCheck(16), damaged, false],
      ] as const) {
        assert.notEqual(changed, text);
        await writeFile(path, changed);
        const env = having(secretOf(PASSPHRASE));
        const again = await openStore(env, root);
        assert.equal(await codeOf(again.startBackup(aBoard(), aDraft())), code, changed);
        // Without the key nobody looks into `check`.
        if (isSeenWithoutKey) assert.equal(await codeOf(again.encryption()), code);
        assert.deepEqual(
          (await again.list()).unreadable.map(({ error }) => error.code),
          [code],
        );
      }
      await rm(path);
      // The archives themselves need nothing but the key.
      assert.equal((await (await openStore(having(secretOf(PASSPHRASE)), root)).list()).backups.length, 1);
    });
  });

  it('whose encryption.json is gone still opens, and takes nothing in until somebody has decided', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      const backup = await takeBackup(store, FIRST);
      await takeIncremental(store, SECOND);
      const trees = await treesOf(store);
      await rm(join(root, ENCRYPTION_FILE));
      const env = having(secretOf(PASSPHRASE));
      const context = { env };
      const lost = await openStore(env, root);
      assert.deepEqual([await treesOf(lost), await lost.encryption()], [trees, { state: 'plain', encrypted: 2 }]);
      const address = { url: 'sim:lost', open: () => assert.fail('a board was contacted') };
      for (const work of [
        () => backupJob(context, address, lost, { kind: 'auto', origin: 'manual', scope: WHOLE_BOARD }),
        () => restore(context, address, lost, { backup, paths: [ROOT], allowOtherBoard: true }),
        () => importBackups(context, lost, [backup.archive]),
        () => lost.startBackup(aBoard(), aDraft()),
        () => lost.rewrite(backup, { add: [] }),
        () => makeFull(context, lost, backup),
      ])
        assert.equal(await codeOf(work()), 'encryption-lost', `${work}`);
      // Whoever has no key, or another one, is not told that nothing was encrypted; and nothing goes.
      for (const [other, code] of [
        [having(), 'key-missing'],
        [having('wrong'), 'key-wrong'],
      ] as const) {
        const locked = await openStore(other, root);
        assert.equal(await codeOf(locked.startBackup(aBoard(), aDraft())), 'encryption-lost');
        assert.equal(await codeOf(changeKey({ env: other }, locked, null)), code);
      }
      const archives = async () => [...(await filesBelow(root))].filter(([path]) => /\.blb/.test(path));
      const before = await archives();
      assert.equal(before.length, 2);

      // The same key takes what it opens as it is.
      await cp(root, join(folder, 'plain'), { recursive: true });
      await cp(root, join(folder, 'other'), { recursive: true });
      assert.equal((await changeKey(context, lost, PASSPHRASE)).changed, 0);
      assert.deepEqual(await archives(), before);
      const again = await openStore(having(secretOf(PASSPHRASE)), root);
      assert.ok((await takeBackup(again, THIRD)).archive.endsWith('.blb.age'));

      // Another one takes it over, where the one before is given as well.
      const to = { passphrase: 'another passphrase', workFactor: QUICK };
      const other = await openStore(env, join(folder, 'other'));
      assert.equal((await changeKey(context, other, to)).changed, 2);
      assert.deepEqual(await treesOf(await openStore(having(to.passphrase), join(folder, 'other'))), trees);

      // Or all becomes plain, but for what no key opens: that does not stay among the backups.
      const { recipient } = await newIdentity();
      const plain = await openStore(env, join(folder, 'plain'));
      await age('-r', recipient, '-o', join(folder, 'plain', 'foreign.blb.age'), backup.archive);
      const { mode, changed, left } = await changeKey(context, plain, null);
      assert.deepEqual([mode, changed, left.map(({ error }) => error.code)], [null, 2, ['key-wrong']]);
      assert.deepEqual([await plain.encryption(), await treesOf(plain)], [{ state: 'plain' }, trees]);
      assert.ok((await takeBackup(plain, THIRD)).archive.endsWith('.blb'));
      assert.ok([...(await filesBelow(plain.root)).keys()].some((path) => /quarantine.*foreign\.blb\.age$/.test(path)));
    });
  });

  it('does not become plain by an import, where nobody has agreed to that', async () => {
    await inFolder(async (folder) => {
      const store = await encryptedStore(join(folder, 'store'), PASSPHRASE);
      const { archive } = await takeBackup(store, FIRST);
      const env = having(secretOf(PASSPHRASE));
      const plain = await openStore(env, join(folder, 'plain'));
      for (const from of [archive, store.root]) {
        assert.equal(await codeOf(importBackups({ env }, plain, [from])), 'would-be-plain');
        assert.equal((await plain.list()).backups.length, 0);
      }
      const { imported } = await importBackups({ env }, plain, [archive], { mayBecomePlain: async () => true });
      assert.equal(imported.length, 1);
      assert.deepEqual(
        [await wouldBecomePlain(plain, [archive]), await wouldBecomePlain(plain, ['a.blb'])],
        [true, false],
      );
      assert.equal(await wouldBecomePlain(store, [archive]), false);
    });
  });

  it('P04 P05 leaves nothing half done where the disk fails, at every third call', async () => {
    await inFolder(async (folder) => {
      const source = join(folder, 'source');
      const backup = await takeBackup(await encryptedStore(source, PASSPHRASE), { 'a.py': '1' });
      let failed = 0;
      for (let call = 1, isOver = false; !isOver; call += 3) {
        const root = join(folder, `${call}`);
        await cp(source, root, { recursive: true });
        const env = having(secretOf(PASSPHRASE));
        const fs = faultyFileSystem(env.fs, { call, code: 'ENOSPC', lasting: 'once' });
        const taken = await openStore({ ...env, fs }, root)
          .then((faulty) => takeBackup(faulty, { 'a.py': '2' }))
          .catch((failure: unknown) => failure);
        const [fired] = fs.fired;
        isOver = fired === undefined;
        if (!isBackupError(taken) || fired === undefined) continue;
        failed += 1;
        const { backups, unreadable } = await (await openStore(having(secretOf(PASSPHRASE)), root)).list();
        assert.deepEqual([backups.map(({ id }) => id), unreadable], [[backup.id], []], `${call}, ${fired}`);
        const names = [...(await filesBelow(root)).keys()].filter((name) => /blb/.test(name));
        if (fired !== 'close' && fired !== 'remove') assert.equal(names.length, 1, `${call}, ${fired}: ${names}`);
      }
      assert.ok(failed > 10, `${failed}`);
    });
  });

  it('asks for its key once', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      await takeBackup(await encryptedStore(root, PASSPHRASE), FIRST);
      const keys = countingRing();
      const store = await openStore(testEnv({ keys }), root);
      await store.list();
      assert.equal(keys.asked, 1);
    });
  });
});

describe('A change of key', () => {
  it('leaves nothing in clear when it turns encryption on, and nothing encrypted when it turns it off', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const env = having();
      const store = await openStore(env, root);
      const context = { env };
      const full = await takeBackup(store, FIRST);
      await takeIncremental(store, SECOND);
      await takeIncremental(store, THIRD);
      await deleteBackups(context, store, [full]);
      const [newest] = (await store.list()).backups;
      // A copy at the top, what is in quarantine, and what killed writers left.
      await copyFile(newest?.archive ?? '', join(root, 'Copy.blb'));
      await mkdir(join(root, 'quarantine', '20251121_091000', 'board'), { recursive: true });
      await writeFile(
        join(root, 'quarantine', '20251121_091000', 'board', 'backup_20251121_091000.blb'),
        `damaged ${MARK}`,
      );
      for (const name of [
        'backup_20251121_091000.blb.partial',
        'spool-0123456789abcdef.partial',
        'backup_20251121_091000.blb.1-0123abcd.partial',
      ])
        await writeFile(join(dirname(newest?.archive ?? ''), name), MARK);
      const trees = await treesOf(store);
      const bytesOf = async () => {
        const all = [...(await filesBelow(root))].filter(([path]) => /\.blb$/.test(path));
        return all.map(([path, bytes]) => [path.replace(/.*\//, ''), bytes] as const).sort();
      };
      const archives = await bytesOf();

      const { mode, changed, left } = await changeKey(context, store, PASSPHRASE);
      assert.deepEqual([mode, changed, left], ['passphrase', archives.length, []]);
      for (const [path, bytes] of await filesBelow(root)) assert.ok(!bytes.includes(MARK), path);
      assert.deepEqual(await treesOf(await openStore(having(secretOf(PASSPHRASE)), root)), trees);

      const { identity, recipient } = await newIdentity();
      const to = { recipients: [recipient], identity };
      assert.equal((await changeKey(context, store, to)).changed, archives.length);
      const fresh = having(identity);
      const again = await openStore(fresh, root);
      assert.deepEqual(await treesOf(again), trees);
      assert.deepEqual(
        (await openStore(having(secretOf(PASSPHRASE)), root).then((locked) => locked.list())).backups,
        [],
      );

      assert.equal((await changeKey({ env: fresh }, again, null)).changed, archives.length);
      const plain = await openStore(having(), root);
      assert.deepEqual([await plain.encryption(), await treesOf(plain)], [{ state: 'plain' }, trees]);
      // Byte for byte; a second key took the name of a later generation.
      assert.deepEqual(
        (await bytesOf()).map(([, bytes]) => bytes.length).sort(),
        archives.map(([, bytes]) => bytes.length).sort(),
      );
      const wanted = new Set(archives.map(([, bytes]) => bytes.toString('latin1')));
      for (const [, bytes] of await bytesOf()) assert.ok(wanted.has(bytes.toString('latin1')));
      assert.deepEqual(
        [...(await filesBelow(root)).keys()].filter((path) => /age$|encryption/.test(path)),
        [],
      );
    });
  });

  it('adds a recipient to all archives, also where the old key opens what is written anew', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const [own, other] = [await newIdentity(), await newIdentity()];
      const env = having(own.identity);
      const store = await encryptedStore(root, { recipients: [own.recipient], identity: own.identity }, env);
      await takeBackup(store, FIRST);
      await takeIncremental(store, SECOND);
      const to = { recipients: [own.recipient, other.recipient], identity: own.identity };
      assert.equal((await changeKey({ env }, store, to)).changed, 2);
      assert.equal((await treesOf(await openStore(having(other.identity), root))).size, 2);
      const state = await store.encryption();
      assert.ok(state.state === 'encrypted' && state.pending === 0);
    });
  });

  it('leaves no index for the key before, also where the new one cannot be written', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const env = having(secretOf(PASSPHRASE));
      await takeBackup(await encryptedStore(root, PASSPHRASE, env), FIRST);
      await (await openStore(env, root)).list();
      assert.ok((await readdir(root)).includes('index.age'));
      const open: Env['fs']['open'] = (path, mode) =>
        mode === 'create' && path.includes('index.age')
          ? Promise.reject(new Error('no room'))
          : env.fs.open(path, mode);
      const poor = { ...env, fs: { ...env.fs, open } };
      const to = { passphrase: 'another passphrase', workFactor: QUICK };
      await changeKey({ env: poor }, await openStore(poor, root), to);
      assert.ok(!(await readdir(root)).includes('index.age'));
      const opened = having(to.passphrase);
      await changeKey({ env: opened }, await openStore(opened, root), PASSPHRASE);
      assert.ok((await readdir(root)).includes('index.age'));
    });
  });

  it('leaves what it cannot read, tells it, and keeps the key before as long as that may be of use', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const store = await encryptedStore(root, PASSPHRASE);
      const one = await takeBackup(store, FIRST);
      const two = await takeBackup(store, THIRD);
      const bytes = await readFile(one.archive);
      bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
      await chmod(one.archive, 0o600);
      await writeFile(one.archive, bytes);
      const env = having(secretOf(PASSPHRASE));
      const again = await openStore(env, root);
      const { changed, left } = await changeKey({ env }, again, { passphrase: 'a new passphrase', workFactor: QUICK });
      assert.deepEqual(
        [changed, left.map(({ path, error }) => [path, error.code])],
        [1, [[one.archive, 'archive-damaged']]],
      );
      const state = await again.encryption();
      assert.ok(state.state === 'changing' && state.pending === 1);
      // The new key alone opens the rest, and goes on once the damaged one is gone.
      const fresh = having('a new passphrase');
      const later = await openStore(fresh, root);
      assert.deepEqual(
        (await later.list()).backups.map(({ id }) => id),
        [two.id],
      );
      await rm(one.archive);
      assert.equal((await finishKeyChange({ env: fresh }, later)).changed, 0);
      assert.deepEqual(await later.encryption(), {
        state: 'encrypted',
        mode: 'passphrase',
        recipients: [],
        pending: 0,
      });
      assert.ok(!(await readFile(join(root, 'encryption.json'), 'utf8')).includes('earlier'));
    });
  });

  it('P04 can be finished wherever the disk failed, and loses nothing', async () => {
    await inFolder(async (folder) => {
      const { identity, recipient } = await newIdentity();
      const source = join(folder, 'source');
      const store = await encryptedStore(source, PASSPHRASE);
      await takeBackup(store, { 'a.py': '1' });
      await takeIncremental(store, { 'a.py': '2' });
      const trees = await treesOf(store);
      let failed = 0;
      // One of thirteen: all of them take too long, and the power is cut at each of them elsewhere.
      for (let call = 1, isOver = false; !isOver; call += 13) {
        const root = join(folder, `${call}`);
        await cp(source, root, { recursive: true });
        const env = having(secretOf(PASSPHRASE));
        const fs = faultyFileSystem(env.fs, { call, code: 'EIO', lasting: 'once' });
        const to = { recipients: [recipient], identity };
        const faulty = { ...env, fs };
        const result = await openStore(faulty, root)
          .then((opened) => changeKey({ env: faulty }, opened, to))
          .catch((failure: unknown) => failure);
        isOver = fs.fired.length === 0;
        if (isBackupError(result)) failed += 1;
        const fresh = having(identity);
        const after = await openStore(fresh, root);
        if ((await codeOf(after.unlock())) === 'key-wrong') {
          assert.deepEqual(await treesOf(await openStore(having(secretOf(PASSPHRASE)), root)), trees, `${call}`);
          await changeKey(
            { env: having(secretOf(PASSPHRASE)) },
            await openStore(having(secretOf(PASSPHRASE)), root),
            to,
          );
        }
        assert.deepEqual(await treesOf(after), trees, `${call}`);
        await finishKeyChange({ env: fresh }, after);
        const state = await after.encryption();
        assert.ok(state.state === 'encrypted' && state.pending === 0, `${call}`);
        assert.deepEqual(await treesOf(await openStore(having(identity), root)), trees, `${call}`);
      }
      assert.ok(failed > 3, `${failed}`);
    });
  });

  it('is refused where nobody here could read afterwards, and repeats nothing that was typed', async () => {
    await inFolder(async (folder) => {
      const env = having();
      const store = await openStore(env, join(folder, 'store'));
      const [own, other] = [await newIdentity(), await newIdentity()];
      for (const to of [
        { passphrase: '' },
        { passphrase: own.identity },
        { passphrase: 'x' },
        { passphrase: ' a blank before' },
        { passphrase: 'long enough', workFactor: 9 },
        { passphrase: 'long enough', workFactor: 23 },
        { recipients: [], identity: own.identity },
        { recipients: ['hunter2'], identity: own.identity },
        { recipients: [other.recipient], identity: own.identity },
        { recipients: [own.recipient], identity: 'hunter2' },
      ]) {
        const error = await changeKey({ env }, store, to).catch((failure: unknown) => failure);
        assert.ok(isBackupError(error, 'bad-argument'));
        assert.ok(!/hunter2|AGE-SECRET-KEY-1[A-Z0-9]/.test(`${error.message} ${error.hint}`));
      }
      assert.deepEqual(await readdir(folder), []);
    });
  });
});
