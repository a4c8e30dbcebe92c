// `mpbackup key`, and every other verb on backups that are encrypted, as someone types them: with a passphrase, with key files, and at
// a terminal.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as nodePty from '@lydell/node-pty';
import { keysTyped } from '../../src/core/archive/ageKeys.js';
import { realEnv } from '../../src/core/env.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import type { Progress } from '../../src/core/jobs/job.js';
import { ENCRYPTION_FILE } from '../../src/core/store/encryptionFile.js';
import { openStore } from '../../src/core/store/store.js';
import { CLI, type Ended, mpbackup, startMpbackup } from '../support/mpbackup.js';
import { mpbackupHere } from '../support/mpbackupHere.js';
import { writeTree } from '../support/sampleTree.js';

const PASSPHRASE = 'correct horse battery staple';
const SECOND_PASSPHRASE = 'Tr0ub4dor & 3';
const WIFI = 'hunter2-wifi-password';
/** A passphrase costs a thousandth of a second. */
const QUICK = ['--work-factor', '10'];
const execute = promisify(execFile);

describe('mpbackup key, and encrypted backups', function () {
  this.timeout(180_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  /** All that was printed: no key may be in it. */
  const printed: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-keys-'));
    env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards'), MPBACKUP_STORE: join(folder, 'store') };
    await onBoard({ 'main.py': 'x = 1\n', 'secrets.py': `PASSWORD = "${WIFI}"\n` });
    await run({}, 'backup', 'sim:one');
    await onBoard({ 'main.py': 'x = 2\n' });
    await run({}, 'backup', 'sim:one');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function run(keys: NodeJS.ProcessEnv, ...words: string[]): Promise<Ended> {
    const ended = await mpbackupHere([...words, '--json'], { ...env, ...keys });
    printed.push(`${ended.stdout}`, ended.stderr);
    return ended;
  }

  async function onBoard(files: Record<string, string>): Promise<void> {
    const flash = join(folder, 'boards', 'one');
    await mkdir(flash, { recursive: true });
    await writeTree(flash, new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
  }

  const inFolder = (name: string) => join(folder, name);

  /** Paths of all that lies in the store, but for locks. */
  async function files(): Promise<string[]> {
    const entries = await readdir(inFolder('store'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  }

  async function archives(): Promise<string[]> {
    return (await files()).filter((path) => /\.blb(\.age)?$/.test(path)).sort();
  }

  async function cat(keys: NodeJS.ProcessEnv, path: string, reference = 'latest'): Promise<string> {
    const { stdout, stderr } = await mpbackupHere(['cat', reference, path], { ...env, ...keys });
    printed.push(stderr);
    return `${stdout}${stderr}`;
  }

  /** The command line at a terminal. */
  function atTerminal(...words: string[]) {
    const terminal = nodePty.spawn(process.execPath, [CLI, ...words], { cols: 300, rows: 50, env });
    let shown = '';
    terminal.onData((text) => {
      shown += text;
      printed.push(text);
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    return {
      ended,
      all: () => shown,
      async answer(question: RegExp, text: string) {
        while (!question.test(shown)) await new Promise((resolve) => setTimeout(resolve, 20));
        shown = '';
        terminal.write(text);
      },
    };
  }

  it('says that backups are not encrypted, and needs no key for that', async () => {
    const { status, result } = await run({}, 'key', 'status');
    assert.deepEqual([status, result.state], [0, 'plain']);
    const missing = await run({}, 'key', 'status', '--store', inFolder('nowhere'));
    assert.deepEqual([missing.status, missing.result.code], [1, 'store-not-found']);
    const finish = await mpbackup(['key', 'finish'], { env });
    assert.deepEqual([finish.status, `${finish.stdout}`], [0, 'Nothing is unfinished.\n']);
    const text = await mpbackup(['key', 'status'], { env });
    assert.equal(`${text.stdout}`, `The backups in ${inFolder('store')} are not encrypted.\n`);
  });

  it('makes key files as age-keygen does, for the eyes of their owner, and replaces none', async () => {
    const file = inFolder('own.key');
    const { status, result } = await run({}, 'key', 'new', '--out', file);
    assert.deepEqual([status, result.file], [0, file]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const { stdout } = await execute('age-keygen', ['-y', file]);
    assert.equal(stdout.trim(), result.recipient);
    const before = await readFile(file, 'utf8');
    const again = await run({}, 'key', 'new', '--out', file);
    assert.deepEqual([again.status, again.result.code], [1, 'path-taken']);
    assert.equal(await readFile(file, 'utf8'), before);
    const inside = await run({}, 'key', 'new', '--out', inFolder('store/own.key'));
    assert.deepEqual([inside.status, inside.result.code], [1, 'bad-argument']);
    assert.equal((await run({}, 'key', 'new')).result.code, 'usage');
    assert.equal((await run({}, 'key', 'new', '--out', inFolder('no/such/own.key'))).result.code, 'bad-argument');
  });

  it('refuses what cannot be meant, as a mistake in the call', async () => {
    const { stdout } = await execute('age-keygen', ['-y', inFolder('own.key')]);
    for (const words of [
      ['lock'],
      ['set'],
      ['set', '--passphrase'],
      ['set', '--recipient', 'age1nonsense'],
      ['set', '--recipient', stdout.trim()],
      ['set', PASSPHRASE],
      ['set', '--recipient', PASSPHRASE],
      ['set', '--passphrase', '--new-key-file', inFolder('own.key')],
      ['status', '--passphrase'],
      ['set', '--out', 'x'],
      ['set', '--work-factor', '9'],
      ['set', '--work-factor', 'ten'],
      ['set', '--work-factor', '10', '--new-key-file', inFolder('own.key')],
      ['status', '--work-factor', '10'],
      ['off'],
    ]) {
      const { status, result } = await run({}, 'key', ...words);
      assert.deepEqual([status, result.code], [2, 'usage'], words.join(' '));
    }
    for (const words of [['change'], ['off', '--yes']]) {
      const { status, result } = await run({ MPBACKUP_NEW_PASSPHRASE: PASSPHRASE }, 'key', ...words);
      assert.deepEqual([status, result.code], [1, 'bad-argument'], words.join(' '));
    }
    assert.equal((await run({}, 'key', 'status')).result.state, 'plain');
  });

  it('encrypts all backups with a passphrase from the environment, and leaves nothing plain', async () => {
    for (const short of ['short', ' blank before', 'two lines\nof it', 'AGE-SECRET-KEY-1QQQQ'])
      assert.equal((await run({ MPBACKUP_NEW_PASSPHRASE: short }, 'key', 'set')).result.code, 'bad-argument');
    await writeFile(inFolder('id_rsa'), '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n');
    const ssh = await run({}, 'key', 'set', '--new-key-file', inFolder('id_rsa'));
    assert.deepEqual([ssh.status, ssh.result.code], [1, 'key-missing']);
    assert.match(String(ssh.result.message), /id_rsa looks like a private key of another kind.*give an age identity/);
    const { status, result } = await run({ MPBACKUP_NEW_PASSPHRASE: `${PASSPHRASE}\n` }, 'key', 'set', ...QUICK);
    const archive = (await readFile((await archives())[0] ?? '')).toString('latin1');
    assert.match(archive.slice(0, 100), /\n-> scrypt \S{22} 10\n/);
    assert.deepEqual([status, result.ok, result.mode, result.changed, result.left], [0, true, 'passphrase', 2, []]);
    assert.deepEqual(
      (await archives()).filter((path) => !path.endsWith('.blb.age')),
      [],
    );
    for (const path of await files()) {
      const bytes = await readFile(path);
      for (const text of [WIFI, 'main.py', 'secrets.py']) assert.ok(!bytes.includes(text), `${text} is in ${path}`);
    }
    const shown = await run({}, 'key', 'status');
    assert.deepEqual([shown.result.state, shown.result.mode, shown.result.pending], ['encrypted', 'passphrase', 0]);
    const again = await run({ MPBACKUP_NEW_PASSPHRASE: PASSPHRASE }, 'key', 'set');
    assert.deepEqual([again.status, again.result.code], [1, 'bad-argument']);
  });

  it('gives files back to whoever has the passphrase, and backs up with it', async () => {
    const keys = { MPBACKUP_PASSPHRASE: PASSPHRASE };
    assert.equal(await cat(keys, 'secrets.py'), `PASSWORD = "${WIFI}"\n`);
    await onBoard({ 'main.py': 'x = 3\n' });
    const { status, result } = await run(keys, 'backup', 'sim:one');
    assert.equal(status, 0);
    assert.match(String((result.backup as { archive?: string }).archive), /\.blb\.age$/);
    assert.equal(await cat(keys, 'main.py'), 'x = 3\n');
  });

  it('says in a sentence that the key is missing, and how to give it; nothing is touched', async () => {
    const before = await archives();
    for (const words of [
      ['list'],
      ['show', 'latest'],
      ['versions', 'main.py'],
      ['verify'],
      ['backup', 'sim:one'],
      ['restore', 'sim:one', 'latest', '--yes'],
      ['delete', 'latest', '--yes'],
      ['schedule', 'run'],
      ['key', 'off', '--yes'],
    ]) {
      const { status, result } = await run({}, ...words);
      assert.deepEqual([status, result.code], [1, 'key-missing'], words.join(' '));
      assert.match(String(result.hint), /--key-file.*MPBACKUP_KEY_FILE.*MPBACKUP_PASSPHRASE.*terminal/);
    }
    const wrong = await run({ MPBACKUP_PASSPHRASE: 'guess' }, 'backup', 'sim:one');
    assert.deepEqual([wrong.status, wrong.result.code], [1, 'key-wrong']);
    const none = await run({ MPBACKUP_KEY_FILE: inFolder('none.key') }, 'list');
    assert.deepEqual([none.status, none.result.code], [1, 'key-missing']);
    assert.match(String(none.result.message), /none\.key cannot be read: there is no such file/);
    assert.deepEqual(await archives(), before);
  });

  it('needs no key for what reads no backup', async () => {
    for (const words of [['key', 'status'], ['history'], ['offsite', 'status']])
      assert.equal((await run({}, ...words)).status, 0, words.join(' '));
  });

  it('asks at a terminal once, shows nothing of the answer, and ends with Ctrl-C', async () => {
    const right = atTerminal('show', 'latest');
    await right.answer(/identity of .*: $/, `${PASSPHRASE}\r`);
    assert.equal(await right.ended, 0, right.all());
    assert.match(right.all(), /secrets\.py/);
    const wrong = atTerminal('list');
    await wrong.answer(/identity of .*: $/, 'guess\r');
    assert.equal(await wrong.ended, 1);
    assert.ok(!wrong.all().includes('guess'), wrong.all());
    const cancelled = atTerminal('list');
    await cancelled.answer(/identity of .*: $/, `${PASSPHRASE.slice(0, 5)}\x03`);
    assert.equal(await cancelled.ended, 1);
    assert.match(cancelled.all(), /Cancelled\./);
  });

  it('loses nothing where a change of the key is killed, and finishes it with the new key alone', async () => {
    // So that it takes its time.
    const words = ['key', 'change', '--json', '--work-factor', '17'];
    const keys = { MPBACKUP_PASSPHRASE: PASSPHRASE, MPBACKUP_NEW_PASSPHRASE: SECOND_PASSPHRASE };
    const { child, ended } = startMpbackup(words, { env: { ...env, ...keys } });
    assert.ok(child.stdout);
    // One archive is written by the time that a second one is told.
    let out = '';
    while (!/"files":1/.test(out)) out += String((await once(child.stdout, 'data'))[0]);
    child.kill('SIGKILL');
    printed.push((await ended).stderr, out);
    const status = await run({}, 'key', 'status');
    assert.equal(status.result.state, 'changing');
    const now = { MPBACKUP_PASSPHRASE: SECOND_PASSPHRASE };
    assert.equal(await cat(now, 'main.py'), 'x = 3\n');
    const refused = await run({ ...now, MPBACKUP_NEW_PASSPHRASE: 'a third one' }, 'key', 'change');
    assert.deepEqual([refused.status, refused.result.code], [1, 'bad-argument']);
    const finished = await run(now, 'key', 'finish');
    assert.deepEqual([finished.status, finished.result.left], [0, []]);
    assert.equal((await run({}, 'key', 'status')).result.state, 'encrypted');
    assert.equal(await cat(now, 'secrets.py'), `PASSWORD = "${WIFI}"\n`);
    assert.equal((await run({ MPBACKUP_PASSPHRASE: PASSPHRASE }, 'list')).result.code, 'key-wrong');
  });

  it('changes to recipients: a key file of age-keygen opens the backups, and so does age with it', async () => {
    await execute('age-keygen', ['-o', inFolder('team.key')]);
    const own = (await execute('age-keygen', ['-y', inFolder('own.key')])).stdout.trim();
    const words = ['key', 'change', '--new-key-file', inFolder('team.key'), '--recipient', own];
    const { status, result } = await run({ MPBACKUP_PASSPHRASE: SECOND_PASSPHRASE }, ...words);
    assert.deepEqual([status, result.mode, result.left], [0, 'recipients', []]);
    assert.equal(((await run({}, 'key', 'status')).result.recipients as string[]).length, 2);
    assert.equal(await cat({ MPBACKUP_KEY_FILE: inFolder('team.key') }, 'main.py'), 'x = 3\n');
    const typed = /AGE-SECRET-KEY-1\w+/.exec(await readFile(inFolder('own.key'), 'utf8'))?.[0].toLowerCase();
    assert.equal(await cat({ MPBACKUP_PASSPHRASE: ` ${typed} \n` }, 'main.py'), 'x = 3\n');
    const listed = await run({}, 'list', '--key-file', inFolder('own.key'));
    assert.equal((listed.result.backups as unknown[]).length, 3);
    const [archive = ''] = await archives();
    await execute('age', ['-d', '-i', inFolder('team.key'), '-o', inFolder('plain.blb'), archive]);
    assert.match((await execute('unzip', ['-l', inFolder('plain.blb')])).stdout, /files\/main\.py/);
    const alone = await run({ MPBACKUP_KEY_FILE: inFolder('team.key') }, 'key', 'change', '--recipient', own);
    assert.deepEqual([alone.status, alone.result.code], [2, 'usage']);
  });

  it('exports plain or encrypted, by the name, and imports both', async () => {
    const keys = { MPBACKUP_KEY_FILE: inFolder('own.key') };
    assert.equal((await run(keys, 'export', 'latest', inFolder('x.blb'))).status, 0);
    assert.equal((await run(keys, 'export', 'latest', inFolder('y.blb.age'))).status, 0);
    assert.equal((await readFile(inFolder('x.blb'))).subarray(0, 2).toString(), 'PK');
    assert.equal((await readFile(inFolder('y.blb.age'))).subarray(0, 18).toString(), 'age-encryption.org');
    const missing = await run({}, 'import', inFolder('y.blb.age'), '--store', inFolder('elsewhere'));
    assert.deepEqual([missing.status, missing.result.code], [1, 'key-missing']);
    // What is encrypted does not become plain without a word.
    const refused = await run(keys, 'import', inFolder('y.blb.age'), '--store', inFolder('elsewhere'));
    assert.deepEqual([refused.status, refused.result.code], [2, 'usage']);
    assert.match(String(refused.result.message), /readable in .*elsewhere without a key: add --yes/);
    const imported = await run(keys, 'import', inFolder('y.blb.age'), '--store', inFolder('elsewhere'), '--yes');
    assert.deepEqual([imported.status, (imported.result.imported as unknown[]).length], [0, 1]);
  });

  it('takes a passphrase from a key file, too', async () => {
    await writeFile(inFolder('words.key'), `${PASSPHRASE}\n`);
    const words = ['--store', inFolder('elsewhere')];
    assert.equal(
      (await run({}, 'key', 'set', '--new-key-file', inFolder('words.key'), ...words, ...QUICK)).result.mode,
      'passphrase',
    );
    assert.equal((await run({}, 'list', '--key-file', inFolder('words.key'), ...words)).status, 0);
  });

  it('says that encryption.json is missing, makes no plain backup then, and takes the same key again', async () => {
    const keys = { MPBACKUP_KEY_FILE: inFolder('team.key') };
    await rm(join(inFolder('store'), ENCRYPTION_FILE));
    const { status, result } = await run(keys, 'backup', 'sim:one');
    assert.deepEqual([status, result.code], [1, 'encryption-lost']);
    const shown = await run({}, 'key', 'status');
    assert.deepEqual([shown.result.state, shown.result.encrypted], ['plain', 3]);
    assert.equal(await cat(keys, 'main.py'), 'x = 3\n');
    const before = await archives();
    const set = await run(keys, 'key', 'set', '--new-key-file', inFolder('team.key'));
    assert.deepEqual([set.status, set.result.changed], [0, 0]);
    assert.deepEqual(await archives(), before);
  });

  it('is not held up by a damaged archive for ever: it is said what to do, and repair takes it out of the way', async () => {
    const words = ['--store', inFolder('spoiled')];
    const keys = { MPBACKUP_NEW_PASSPHRASE: PASSPHRASE, MPBACKUP_PASSPHRASE: PASSPHRASE };
    for (const x of ['5', '6']) {
      await onBoard({ 'main.py': `x = ${x}\n`, 'big.bin': x.repeat(10_000) });
      await run({}, 'backup', 'sim:one', '--kind', 'full', ...words);
    }
    assert.equal((await run(keys, 'key', 'set', ...QUICK, ...words)).status, 0);
    const backups = (await run(keys, 'list', ...words)).result.backups as { archive: string }[];
    const spoiled = backups.map(({ archive }) => archive).sort()[0] ?? '';
    const bytes = await readFile(spoiled);
    bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
    await chmod(spoiled, 0o600);
    await writeFile(spoiled, bytes);

    const next = { MPBACKUP_NEW_PASSPHRASE: SECOND_PASSPHRASE };
    const changed = await run({ ...keys, ...next }, 'key', 'change', ...QUICK, ...words);
    assert.deepEqual([changed.status, changed.result.changed, changed.result.isEnded], [3, 1, false]);
    const now = { MPBACKUP_PASSPHRASE: SECOND_PASSPHRASE };
    const wayOut = /1 archive in the way\. Repair the backups \(`mpbackup repair`\), then finish it/;
    const stuck = await mpbackup(['key', 'finish', ...words], { env: { ...env, ...now } });
    assert.equal(stuck.status, 3);
    assert.match(stuck.stderr, wayOut);

    await run(now, 'repair', ...words);
    assert.equal((await run({}, 'offsite', 'set', inFolder('far'), ...words)).status, 0);
    const finished = await mpbackup(['key', 'finish', ...words], { env: { ...env, ...now } });
    assert.equal(finished.status, 0, finished.stderr);
    assert.match(`${finished.stdout}`, /The second place stays as it was until you run `mpbackup offsite sync`\./);
    assert.match(finished.stderr, /1 damaged archive in quarantine is as it was\. Delete the folder `quarantine`/);
    const { result } = await run({}, 'key', 'status', ...words);
    assert.deepEqual([result.state, result.pending], ['encrypted', 0]);
    assert.doesNotMatch(await readFile(join(inFolder('spoiled'), 'encryption.json'), 'utf8'), /earlier|old/);
    assert.equal((await run(now, 'list', ...words)).status, 0);
    // Neither is another change, nor the end of the encryption.
    const third = { ...now, MPBACKUP_NEW_PASSPHRASE: PASSPHRASE };
    const again = await run(third, 'key', 'change', ...QUICK, ...words);
    assert.deepEqual([again.status, again.result.isEnded], [0, true]);
    assert.equal((await run(keys, 'key', 'off', '--yes', ...words)).status, 0);
    assert.equal((await run({}, 'key', 'status', ...words)).result.state, 'plain');
  });

  it('makes the backups plain again, where that is allowed, each time that it is gone on with', async () => {
    const keys = { MPBACKUP_KEY_FILE: inFolder('team.key') };
    assert.deepEqual((await run(keys, 'key', 'off')).result.code, 'usage');
    const [identity = ''] = keysTyped(await readFile(inFolder('team.key'), 'utf8'));
    const own = realEnv(undefined, { secretsFor: async () => [identity] });
    const abort = new AbortController();
    const onProgress = ({ done }: Progress) => done.files > 0 && abort.abort();
    const context = { env: own, signal: abort.signal, onProgress };
    await assert.rejects(changeKey(context, await openStore(own, inFolder('store')), null), { code: 'cancelled' });
    assert.equal((await run({}, 'key', 'status')).result.state, 'ending');
    assert.equal((await run(keys, 'key', 'finish')).result.code, 'usage');
    assert.match(
      String((await run(keys, 'key', 'change')).result.message),
      /^Stopping the encryption of .* is not finished/,
    );
    const { status, result } = await run(keys, 'key', 'finish', '--yes');
    assert.deepEqual([status, result.mode], [0, null]);
    assert.equal((await run({}, 'key', 'status')).result.state, 'plain');
    assert.equal(await cat({}, 'secrets.py'), `PASSWORD = "${WIFI}"\n`);
    assert.deepEqual(
      (await archives()).filter((path) => !path.endsWith('.blb')),
      [],
    );
  });

  it('asks at a terminal for a new passphrase twice, and changes nothing where the two differ', async () => {
    const short = atTerminal('key', 'set');
    await short.answer(/New passphrase: $/, 'short\r');
    assert.equal(await short.ended, 1);
    assert.match(short.all(), /8 characters or more/);
    const differing = atTerminal('key', 'set');
    await differing.answer(/New passphrase: $/, `${PASSPHRASE}\r`);
    await differing.answer(/again: $/, 'something else\r');
    assert.equal(await differing.ended, 1);
    assert.match(differing.all(), /The two passphrases differ\. Nothing was changed\./);
    const set = atTerminal('key', 'set', ...QUICK);
    await set.answer(/New passphrase: $/, `${PASSPHRASE}\r`);
    await set.answer(/again: $/, `${PASSPHRASE}\r`);
    await set.answer(/if it is lost, they are lost\..*3 archives will be rewritten.*takes about.*\[y\/N\]/s, 'n\r');
    assert.equal(await set.ended, 1);
    assert.equal((await run({}, 'key', 'status')).result.state, 'plain');
    const sure = atTerminal('key', 'set', '--yes', ...QUICK);
    await sure.answer(/New passphrase: $/, `${PASSPHRASE}\r`);
    await sure.answer(/again: $/, `${PASSPHRASE}\r`);
    assert.equal(await sure.ended, 0, sure.all());
    assert.equal((await run({}, 'key', 'status')).result.state, 'encrypted');
    const off = atTerminal('key', 'off');
    await off.answer(/identity of .*: $/, `${PASSPHRASE}\r`);
    await off.answer(/\[y\/N\]/, 'n\r');
    assert.equal(await off.ended, 1);
    assert.equal((await run({}, 'key', 'status')).result.state, 'encrypted');
  });

  it('P47 prints no key, no passphrase and nothing of what is in files', async () => {
    const identities = await Promise.all(['own.key', 'team.key'].map((name) => readFile(inFolder(name), 'utf8')));
    const keys = identities.map((text) => /AGE-SECRET-KEY-1\w+/.exec(text)?.[0] ?? assert.fail('no identity'));
    const secrets = [PASSPHRASE, SECOND_PASSPHRASE, WIFI, ...keys];
    assert.ok(printed.length > 50);
    for (const text of printed) for (const secret of secrets) assert.ok(!text.includes(secret), text);
  });
});
