// What others build on: another extension that uses the exported API, the tools of language models, and links to backups. All on a
// simulated board, in the extension host, with the extension in test/vscode/otherExtension beside ours.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type {
  ApiError,
  Backup,
  DidBackupEvent,
  MicropythonBackupApi,
  MicropythonBackupExports,
  WillWriteEvent,
} from '../../api/micropython-backup.js';
import packageJson from '../../package.json';
import { exportsOf } from '../../src/ui/api/api.js';
import type { Services } from '../../src/ui/services.js';
import { TOOLS } from '../../src/ui/tools/toolNames.js';
import {
  archives,
  beginWithBoards,
  foldersOfTests,
  unplug,
  whileUserAnswers,
  whileUserRestores,
} from './userAtWork.js';

const NAME = 'orchard';
const URL = `sim:${NAME}`;

interface OtherExtension {
  extension: vscode.Extension<MicropythonBackupExports>;
  api: MicropythonBackupApi;
  writes: Array<Omit<WillWriteEvent, 'waitUntil'>>;
  backups: DidBackupEvent[];
  hooks: { beforeWrite: ((event: WillWriteEvent) => PromiseLike<unknown>) | undefined };
}

const run = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`micropythonBackup.${name}`, ...args);
const fileOnBoard = (path: string) => join(foldersOfTests().boards, NAME, path);
const onBoard = (path: string) => readFile(fileOnBoard(path), 'utf8');
const codeOf = (code: string) => (error: ApiError) => {
  assert.equal(error.code, code, error.message);
  assert.match(error.message, /^\S.*\.$/);
  return true;
};

async function invoke(name: string, input: object): Promise<Record<string, unknown>> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  const [part] = content;
  assert.ok(part instanceof vscode.LanguageModelTextPart);
  return JSON.parse(part.value);
}

describe('What others build on', function () {
  this.timeout(60_000);
  let other: OtherExtension;
  let api: MicropythonBackupApi;

  before(async () => {
    const extension = vscode.extensions.getExtension<OtherExtension>('tests.other-extension');
    assert.ok(extension, 'the other extension is not loaded');
    other = await extension.activate();
    api = other.api;
    await beginWithBoards(NAME);
    // No program that would have to be stopped: what is asked about those is tested elsewhere.
    await writeFile(fileOnBoard('main.py'), '');
    await writeFile(fileOnBoard('notes.txt'), 'first\n');
  });
  afterEach(() => {
    other.hooks.beforeWrite = undefined;
    other.writes.length = 0;
    other.backups.length = 0;
  });
  after(() => beginWithBoards());

  const newest = async () => {
    const [backup] = await api.backups(URL);
    assert.ok(backup);
    return backup;
  };
  const oldest = async () => {
    const backup = (await api.backups(URL)).at(-1);
    assert.ok(backup);
    return backup;
  };
  const restoreRow = (backup: Backup, path: string) => ({ kind: 'file', backup, path });

  describe('Another extension', () => {
    it('gets version 1 of the API, and is told of any other that there is none', () => {
      assert.equal(api.version, 1);
      const getApi = other.extension.exports.getApi as (version: number) => unknown;
      assert.throws(() => getApi(2), codeOf('bad-argument'));
    });

    it('sees boards without asking them, backs one up, and hears of that', async () => {
      assert.deepEqual(await api.boards(), [{ url: URL, name: NAME }]);
      const result = await api.backup(URL, { note: 'before the trip' });
      assert.deepEqual([result.isUnchanged, result.unreadable], [false, []]);
      const { id, note, kind, link } = result.backup;
      assert.deepEqual([id.length, note, kind], [64, 'before the trip', 'full']);
      assert.equal(link, `${vscode.env.uriScheme}://micropython-backup.micropython-backup/backup/${id}`);
      assert.deepEqual(other.backups, [{ backup: result.backup, isUnchanged: false }]);
      const [board] = await api.boards();
      assert.equal(board?.latest?.id, id);
      assert.deepEqual(await api.backups(board ?? ''), [result.backup]);
    });

    it('hears of backups that the user takes, too', async () => {
      await writeFile(fileOnBoard('notes.txt'), 'second\n');
      await whileUserAnswers({}, () => run('backupDevice', URL));
      assert.deepEqual(
        other.backups.map(({ backup }) => backup.kind),
        ['incremental'],
      );
      assert.equal(await archives(), 2);
    });

    it('is told what was wrong by a code and a sentence', async () => {
      await assert.rejects(api.backup('nowhere'), codeOf('port-not-found'));
      const nothing: unknown = null;
      await assert.rejects(api.backup('nowhere', nothing as undefined), codeOf('port-not-found'));
      await assert.rejects(api.releasePort('nowhere', nothing as undefined), codeOf('port-not-found'));
      await assert.rejects(api.backup('tcp://192.0.2.1:8266'), codeOf('port-not-found'));
      await assert.rejects(api.backup(URL, { kind: 'best' as 'full' }), codeOf('bad-argument'));
      await assert.rejects(api.backup(URL, { set: 'light' }), codeOf('bad-argument'));
      await assert.rejects(api.backups(undefined as unknown as string), codeOf('bad-argument'));
      // Where the extension was updated meanwhile, what it loads is gone.
      const services = { others: {}, log: { error() {} } } as unknown as Services;
      const broken = exportsOf(services, () => Promise.reject(new Error('There is no such file.'))).getApi(1);
      await assert.rejects(broken.boards(), codeOf('unexpected'));
      const cancelling = new vscode.CancellationTokenSource();
      cancelling.cancel();
      await assert.rejects(api.backup(URL, { token: cancelling.token }), codeOf('cancelled'));
      // Nobody listens any more to a token whose backup was refused.
      let listening = 0;
      const token: vscode.CancellationToken = {
        isCancellationRequested: false,
        onCancellationRequested() {
          listening += 1;
          return { dispose: () => void listening-- };
        },
      };
      await assert.rejects(api.backup(URL, { kind: 'best' as 'full', token }), codeOf('bad-argument'));
      assert.equal(listening, 0);
    });

    it('hears that a restore is about to happen before the board has changed, and the restore waits for it', async () => {
      const backup = await oldest();
      const seen: string[] = [];
      other.hooks.beforeWrite = async () => {
        // Long enough that a restore which did not wait would have written.
        await api.boards();
        seen.push(await onBoard('notes.txt'));
      };
      const answers = { 'Restored 1 file': 'Undo' };
      await whileUserRestores(answers, 'confirmRestore', () => run('restoreFile', restoreRow(backup, 'notes.txt')));
      assert.deepEqual(seen, ['second\n', 'first\n']);
      const { id } = backup.board;
      const about = { board: { id, name: NAME, url: URL }, written: ['notes.txt'], deleted: [] };
      assert.deepEqual(other.writes, [
        { ...about, purpose: 'restore', bytes: 6 },
        { ...about, purpose: 'undo', bytes: 7 },
      ]);
      assert.equal(await onBoard('notes.txt'), 'second\n');
    });

    it('can neither stop nor break a restore, whatever it does', async () => {
      other.hooks.beforeWrite = (event) => {
        event.waitUntil(Promise.reject(new Error('No.')));
        throw new Error('Never.');
      };
      const backup = await oldest();
      const said = await whileUserRestores({}, 'confirmRestore', () =>
        run('restoreFile', restoreRow(backup, 'notes.txt')),
      );
      assert.match(said[0]?.text ?? '', /^Restored 1 file/);
      assert.equal(await onBoard('notes.txt'), 'first\n');
    });

    it('hears nothing where the user cancels the preview', async () => {
      const backup = await newest();
      await whileUserRestores({}, 'cancelRestore', () => run('restoreFile', restoreRow(backup, 'notes.txt')));
      assert.deepEqual(other.writes, []);
    });

    it('gets the port once no job uses it, or is refused', async () => {
      await writeFile(fileOnBoard('notes.txt'), 'while somebody wants the port\n');
      const before = await archives();
      const running = api.backup(URL);
      let hasEnded = false;
      void running.finally(() => {
        hasEnded = true;
      });
      // It has begun once the port is not to be had.
      let refused: ApiError | undefined;
      while (!refused && !hasEnded)
        await api.releasePort(URL, { whenBusy: 'refuse' }).then(
          (released) => released.dispose(),
          (error: ApiError) => {
            refused = error;
          },
        );
      assert.equal(refused?.code, 'port-busy');
      const released = await api.releasePort(URL);
      assert.equal(await archives(), before + 1, 'the backup was still under way');
      released.dispose();
      await running;
    });
  });

  describe('A language model', () => {
    it('has the tools that package.json declares, and no other', () => {
      const declared = packageJson.contributes.languageModelTools.map(({ name }) => name);
      assert.deepEqual(declared, [...TOOLS]);
      const there = vscode.lm.tools.map(({ name }) => name);
      assert.deepEqual(
        TOOLS.filter((name) => !there.includes(name)),
        [],
      );
    });

    it('lists boards, backups and files freely', async () => {
      const { boards, backups } = await invoke('micropython_backup_list', {});
      const [first] = boards as Array<{ name: string; connected: boolean; backups: number }>;
      const count = (await api.backups(URL)).length;
      assert.deepEqual([first?.name, first?.connected, first?.backups], [NAME, true, count]);
      // Its name is enough: neither its id nor its port is told.
      assert.deepEqual(Object.keys(first ?? {}), ['name', 'connected', 'machine', 'backups']);
      assert.equal((backups as unknown[]).length, count);
      const { more } = await invoke('micropython_backup_list', { board: NAME, limit: 1 });
      assert.equal(more, count - 1);
      const { files } = await invoke('micropython_backup_files', { backup: (await newest()).id.slice(0, 12) });
      const paths = (files as Array<{ path: string }>).map(({ path }) => path);
      assert.ok(paths.includes('notes.txt'), paths.join());
    });

    it('compares two backups freely, and is told lines without their texts', async () => {
      await writeFile(fileOnBoard('wifi.py'), 'SSID = "home"\nPASSWORD = "sesame-open-7"\nRETRIES = 3\n');
      const { backup: before } = await api.backup(URL);
      await writeFile(fileOnBoard('wifi.py'), 'SSID = "home"\nPASSWORD = "sesame-shut-8"\nRETRIES = 4\n');
      await api.backup(URL);
      const input = { before: before.id, after: (await newest()).id, path: 'wifi.py' };
      const { diff, changed } = await invoke('micropython_backup_compare', input);
      const text = ' SSID = "…"\n-PASSWORD = "…"\n-RETRIES = 3\n+PASSWORD = "…"\n+RETRIES = 4';
      assert.equal(diff, `@@ -1,3 +1,3 @@\n${text}`);
      assert.deepEqual(changed, [{ path: 'wifi.py', before: 53, after: 53 }]);
      // The one before of the same board, where none is named.
      const { before: taken } = await invoke('micropython_backup_compare', { after: (await newest()).id });
      assert.equal((taken as { id: string }).id, before.id.slice(0, 12));
    });

    it('backs up, and restores what was agreed to, with a safety backup', async () => {
      await writeFile(fileOnBoard('notes.txt'), 'third\n');
      const { backup, unchanged } = await invoke('micropython_backup_take', { board: NAME });
      assert.equal(unchanged, false);
      await writeFile(fileOnBoard('notes.txt'), 'nowhere else\n');
      const input = { backup: (backup as { id: string }).id, paths: ['notes.txt'] };
      let result: Record<string, unknown> = {};
      await whileUserAnswers({ 'Restore 1 file to': 'Restore' }, async () => {
        result = await invoke('micropython_backup_restore', input);
      });
      const { restored, safetyBackup } = result;
      assert.deepEqual(restored, ['notes.txt']);
      assert.equal((safetyBackup as { origin: string }).origin, 'safety');
      assert.equal(await onBoard('notes.txt'), 'third\n');
      assert.deepEqual(
        other.writes.map(({ written }) => written),
        [['notes.txt']],
      );
    });

    it('is told why something cannot be', async () => {
      await assert.rejects(invoke('micropython_backup_files', { backup: 'ffffffff' }), /There is no backup "ffffffff"/);
      await assert.rejects(invoke('micropython_backup_take', { board: 'nowhere' }), /There is no board nowhere/);
    });
  });

  describe('A link', () => {
    const open = (uri: string) => vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri));
    const opening = async (uri: string) => {
      let heard = () => {};
      const isSaid = new Promise<void>((resolve) => {
        heard = resolve;
      });
      return (
        (
          await whileUserAnswers(
            {},
            () => Promise.all([open(uri), isSaid]),
            () => heard(),
          )
        )[0]?.text ?? ''
      );
    };
    const toExtension = (rest: string) => `${vscode.env.uriScheme}://micropython-backup.micropython-backup${rest}`;

    it('is copied from the row of a backup', async () => {
      const backup = await newest();
      const said = await whileUserAnswers({}, () => run('copyLink', { kind: 'backup', backup }));
      assert.match(said[0]?.text ?? '', /^Copied a link to the backup of orchard/);
      assert.equal(await vscode.env.clipboard.readText(), backup.link);
    });

    it('to a backup that is elsewhere says where it is not', async () => {
      const text = await opening(toExtension(`/backup/${'0123456789abcdef'.repeat(4)}`));
      assert.equal(
        text,
        `There is no backup 01234567 in ${foldersOfTests().store}. It was deleted, or it is in the backups of another computer.`,
      );
    });

    it('that is anything else is refused, and nothing of it is told or done', async () => {
      const { id } = await newest();
      const hostile = ['', '/', '/restore/1', `/backup/${id}/..`, '/backup/../../etc/passwd', `/backup/${id}?run=1`];
      for (const rest of [...hostile, `/backup/${id}#restore`, `/backup/${id.toUpperCase()}`, '/backup/[a](command:b)'])
        assert.match(await opening(toExtension(rest)), /^This link leads to no backup: [\w ,]+\.$/, rest);
      assert.deepEqual(other.writes, []);
    });
  });

  describe('A board that is away', () => {
    it('is known with its backups, and cannot be backed up', async () => {
      await unplug(NAME);
      await run('refresh');
      const [board] = await api.boards();
      assert.equal(board?.url, undefined);
      assert.ok((await api.backups(NAME)).length > 0);
      await assert.rejects(api.backup(NAME), codeOf('port-not-found'));
    });
  });
});
