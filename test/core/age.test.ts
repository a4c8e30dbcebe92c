// Encrypted archives as files: what age itself makes of them and we of its, and what becomes of changed ones.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { decrypted, encrypted, encryptingFile, wholeHeader } from '../../src/core/archive/age.js';
import { type AgeTarget, newAgeKey } from '../../src/core/archive/ageHeader.js';
import { isRecipient, keysIn, keysTyped, newIdentity, recipientOf } from '../../src/core/archive/ageKeys.js';
import { reading, readRange } from '../../src/core/archive/archiveBytes.js';
import { nativeCipher, nonceOf, portableCipher } from '../../src/core/archive/chunkCipher.js';
import { type Env, emptyKeyRing, type KeyRing } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { age, ageWithPassphrase } from '../support/ageTool.js';
import { collect, inFolder, noise, testEnv } from '../support/builders.js';
import { countingRing } from '../support/encryptedStores.js';

/** What is imported of it is read anew at each call: so it can be made to fail. */
const crypto: typeof import('node:crypto') = createRequire(__filename)('node:crypto');
const CHUNK = 65536;
const PASSPHRASE = 'correct horse battery staple';
/** Costs a thousandth of a second. */
const QUICK = 10;

/** A ring with these secrets, which has opened nothing yet. */
function ringOf(...secrets: string[]): KeyRing {
  return { secretsFor: async () => secrets };
}

/** Written as archives are: piece by piece. */
async function write(path: string, plain: Uint8Array, target: AgeTarget, env: Env = testEnv()): Promise<void> {
  const file = await encryptingFile(await env.fs.open(path, 'create'), await newAgeKey(target), env.random(16));
  for (let at = 0; at < plain.length; at += 50_000) await file.append(plain.subarray(at, at + 50_000));
  await file.sync();
  await file.close();
}

async function read(path: string, keys: KeyRing): Promise<Buffer> {
  const env = testEnv({ keys });
  const size = await reading(env, path, (file) => file.size());
  return collect(readRange(env, path, 0, size));
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (isBackupError(error) ? error.code : `unexpected: ${error}`),
  );
}

describe('An encrypted file', () => {
  it('is one that age opens with an identity, whatever its length', async () => {
    await inFolder(async (folder) => {
      const { identity, recipient } = await newIdentity();
      await writeFile(join(folder, 'key.txt'), `# created: today\n${identity}\n`);
      for (const length of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]) {
        const plain = noise(length, length);
        const path = join(folder, `${length}.blb.age`);
        await write(path, plain, { recipients: [recipient] });
        assert.ok(plain.equals(await age('-d', '-i', join(folder, 'key.txt'), path)), `${length}`);
        assert.ok(plain.equals(await read(path, ringOf(identity))), `${length}`);
        const chunks = Math.max(1, Math.ceil(length / CHUNK));
        const header = wholeHeader(await readFile(path), path).length;
        assert.equal((await stat(path)).size, header + 16 + length + 16 * chunks);
      }
    });
  });

  it('is one that age opens with a passphrase, at the work that it takes itself', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.blb.age');
      await write(path, noise(100_000), { passphrase: PASSPHRASE });
      const out = join(folder, 'out');
      const { code, said } = await ageWithPassphrase(PASSPHRASE, '-d', '-o', out, path);
      assert.equal(code, 0, said);
      assert.ok(noise(100_000).equals(await readFile(out)));
      assert.match((await readFile(path, 'latin1')).slice(0, 100), /\n-> scrypt \S{22} 18\n/);
    });
  });

  it('may have been made by age: with a passphrase, or for one of several recipients', async () => {
    await inFolder(async (folder) => {
      const plain = noise(2 * CHUNK + 7);
      const source = join(folder, 'a.blb');
      await writeFile(source, plain);
      const [own, other] = [await newIdentity(), await newIdentity()];
      const forTwo = join(folder, 'two.blb.age');
      await age('-r', other.recipient, '-r', own.recipient, '-o', forTwo, source);
      assert.ok(plain.equals(await read(forTwo, ringOf(PASSPHRASE, own.identity))));
      const withPassphrase = join(folder, 'passphrase.blb.age');
      const { code, said } = await ageWithPassphrase(PASSPHRASE, '-p', '-o', withPassphrase, source);
      assert.equal(code, 0, said);
      assert.ok(plain.equals(await read(withPassphrase, ringOf(own.identity, PASSPHRASE))));
    });
  });

  it('is read in any part, at every edge of its chunks', async () => {
    await inFolder(async (folder) => {
      const { identity, recipient } = await newIdentity();
      const path = join(folder, 'a.blb.age');
      const plain = noise(2 * CHUNK + 100);
      await write(path, plain, { recipients: [recipient] });
      await reading(testEnv({ keys: ringOf(identity) }), path, async (file) => {
        for (const [at, length] of [
          ...[
            [0, 1],
            [CHUNK - 1, 2],
            [CHUNK, CHUNK],
            [1, 2 * CHUNK],
            [2 * CHUNK + 99, 1],
            [CHUNK - 5, CHUNK + 10],
          ],
          ...[
            [2 * CHUNK + 100, 5],
            [2 * CHUNK + 90, 50],
          ],
        ] as [number, number][]) {
          const into = Buffer.alloc(length);
          const count = await file.read(into, at);
          assert.ok(plain.subarray(at, at + length).equals(into.subarray(0, count)), `${at}, ${length}`);
        }
      });
    });
  });

  it('shows every flipped byte, and every length that it should not have', async () => {
    await inFolder(async (folder) => {
      const { identity, recipient } = await newIdentity();
      const path = join(folder, 'a.blb.age');
      const plain = noise(2 * CHUNK + 9);
      await write(path, plain, { recipients: [recipient] });
      const bytes = await readFile(path);
      const header = wholeHeader(bytes, path).length;
      const changed = join(folder, 'changed.blb.age');
      const readChanged = async (content: Uint8Array) => {
        await writeFile(changed, content);
        return failureOf(read(changed, ringOf(identity)));
      };
      const payload = [header, header + 15, header + 16, header + CHUNK, header + 40 + CHUNK, bytes.length - 1];
      for (let at = 0; at < header; at++) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        // Where the wrapped key itself is changed, nobody can tell that from a file for somebody else.
        assert.match(await readChanged(flipped), /^(archive-damaged|key-wrong)$/, `${at}`);
      }
      for (const at of payload) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 0x80;
        assert.equal(await readChanged(flipped), 'archive-damaged', `${at}`);
      }
      const whole = header + 16 + 2 * (CHUNK + 16);
      for (const length of [0, 20, header, header + 16, whole - CHUNK - 16, whole, whole + 16, bytes.length - 1])
        assert.equal(await readChanged(bytes.subarray(0, length)), 'archive-damaged', `${length}`);
      assert.equal(await readChanged(Buffer.concat([bytes, Buffer.alloc(1)])), 'archive-damaged');
      assert.ok(plain.equals(await read(path, ringOf(identity))));
    });
  });

  it('says whether no key was given or none fits, and tries each once for a file', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.blb.age');
      await write(path, noise(10), { passphrase: PASSPHRASE, workFactor: QUICK });
      const { identity } = await newIdentity();
      assert.equal(await failureOf(read(path, emptyKeyRing())), 'key-missing');
      assert.equal(await failureOf(read(path, ringOf(identity))), 'key-wrong');
      assert.equal(await failureOf(read(path, ringOf('another'))), 'key-wrong');
      const ring = countingRing('another', PASSPHRASE);
      await read(path, ring);
      await read(path, ring);
      assert.equal(ring.asked, 1);
    });
  });

  it('is not opened where a passphrase stands beside recipients, or asks for more work than anybody needs', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.blb.age');
      await write(path, noise(10), { passphrase: PASSPHRASE, workFactor: QUICK });
      const text = await readFile(path, 'latin1');
      for (const [find, put, code] of [
        [/ 10\n/, ' 23\n', 'archive-unsupported'],
        [/ 10\n/, ' 010\n', 'archive-damaged'],
        [/(-> scrypt[^>]*\n)---/, '$1-> X25519 abc\n\n---', 'archive-damaged'],
      ] as const) {
        const changed = join(folder, 'changed.blb.age');
        await writeFile(changed, text.replace(find, put), 'latin1');
        assert.equal(await failureOf(read(changed, ringOf(PASSPHRASE))), code, put);
      }
    });
  });

  it('whose passphrase cannot be tried for want of memory is not said to be damaged, and is tried again', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.blb.age');
      await write(path, noise(10), { passphrase: PASSPHRASE, workFactor: QUICK });
      const ring = ringOf(PASSPHRASE);
      const real = crypto.scrypt;
      // As OpenSSL fails where it gets no memory.
      crypto.scrypt = () => {
        throw Object.assign(new Error('error:030000C1:digital envelope routines::malloc failure'), {
          code: 'ERR_OSSL',
        });
      };
      try {
        assert.equal(await failureOf(read(path, ring)), 'memory-short');
        assert.equal(await failureOf(newAgeKey({ passphrase: PASSPHRASE })), 'memory-short');
      } finally {
        crypto.scrypt = real;
      }
      assert.equal((await read(path, ring)).length, 10);
    });
  });

  it('takes nothing after its last chunk is written', async () => {
    await inFolder(async (folder) => {
      const env = testEnv();
      const key = await newAgeKey({ recipients: [(await newIdentity()).recipient] });
      const file = await encryptingFile(await env.fs.open(join(folder, 'a.age'), 'create'), key, noise(16));
      await file.append(noise(10));
      await file.sync();
      await assert.rejects(file.append(noise(1)), /after the last chunk/);
      await file.close();
    });
  });

  it('comes out the same from both ciphers: Node may have none of its own', async () => {
    const portable = await portableCipher();
    const key = noise(32);
    for (const [index, isLast] of [
      [0, true],
      [1, false],
      [2 ** 40, true],
    ] as const) {
      const nonce = nonceOf(index, isLast);
      const sealed = nativeCipher.seal(key, nonce, noise(1000));
      assert.deepEqual(Buffer.from(portable.seal(key, nonce, noise(1000))), Buffer.from(sealed));
      for (const cipher of [portable, nativeCipher]) {
        assert.ok(noise(1000).equals(cipher.open(key, nonce, sealed) ?? Buffer.alloc(0)));
        assert.equal(cipher.open(key, nonceOf(index + 1, isLast), sealed), undefined);
        for (const length of [0, 5, 15, 16]) assert.equal(cipher.open(key, nonce, sealed.slice(0, length)), undefined);
      }
    }
  });

  it('may be small and whole in memory', async () => {
    const { recipient } = await newIdentity();
    const key = await newAgeKey({ recipients: [recipient] });
    for (const length of [0, 1, CHUNK, CHUNK + 1]) {
      const bytes = await encrypted(noise(length), key, noise(16));
      assert.ok(noise(length).equals(await decrypted(bytes, key.fileKey, 'a')), `${length}`);
    }
  });
});

describe('Keys', () => {
  it('have the recipient that age-keygen tells', async () => {
    await inFolder(async (folder) => {
      const { identity, recipient } = await newIdentity();
      assert.equal(await recipientOf(identity), recipient);
      await writeFile(join(folder, 'key.txt'), identity);
      await writeFile(join(folder, 'plain'), 'x');
      await age('-r', recipient, '-o', join(folder, 'x.age'), join(folder, 'plain'));
      assert.equal(`${await age('-d', '-i', join(folder, 'key.txt'), join(folder, 'x.age'))}`, 'x');
      assert.equal(isRecipient(recipient), true);
      for (const at of [4, 20, 61]) {
        const letter = recipient[at] === 'q' ? 'p' : 'q';
        assert.equal(isRecipient(`${recipient.slice(0, at)}${letter}${recipient.slice(at + 1)}`), false, `${at}`);
      }
      for (const text of ['', 'age1', recipient.toUpperCase(), `${recipient} `, identity])
        assert.ok(!isRecipient(text));
    });
  });

  it('are never repeated where they are no keys', async () => {
    const { identity } = await newIdentity();
    for (const text of [identity.slice(0, -1), `${identity}Q`, 'hunter2']) {
      const error = await recipientOf(text).catch((failure: unknown) => failure);
      assert.ok(isBackupError(error, 'bad-argument'));
      assert.ok(!JSON.stringify([error.message, error.hint, `${error.cause}`]).includes(text.slice(-7)));
    }
  });

  const read = (text: string | Uint8Array, isNew = false) => {
    const content = keysIn(typeof text === 'string' ? Buffer.from(text) : text, isNew);
    return 'keys' in content ? content.keys : content.whyNot;
  };

  it('are the identities of a key file, or its only line', () => {
    const one = 'AGE-SECRET-KEY-1QQQQ';
    for (const isNew of [true, false]) {
      assert.deepEqual(read(`# created: …\r\n# public key: age1…\r\n${one}\r\n ${one.toLowerCase()}X\n`, isNew), [
        one,
        `${one}X`,
      ]);
      assert.deepEqual(read('two words \r\n', isNew), ['two words ']);
      assert.deepEqual(read('\ufefftwo words', isNew), ['two words']);
      assert.deepEqual(read('\n\nzwei Wörter 🔑\n \n', isNew), ['zwei Wörter 🔑']);
      assert.deepEqual(read('#1 of all words\n', isNew), ['#1 of all words']);
    }
    assert.deepEqual(keysTyped(` ${one.toLowerCase()} \n`), [one]);
    assert.deepEqual(keysTyped(' two words '), [' two words ']);
  });

  it('are nothing that others know, nor what was never a key, and it is said what the file looks like', async () => {
    const { identity, recipient } = await newIdentity();
    const openssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n';
    const utf16 = (text: string) => Buffer.from(text, 'utf16le');
    const never: [string | Uint8Array, RegExp][] = [
      [openssh, /private key of another kind/],
      ['-----BEGIN RSA PRIVATE KEY-----\r\nMIIE\r\n', /private key of another kind/],
      ['-----BEGIN CERTIFICATE-----\nMIIE\n', /certificate/],
      [`# me\n${recipient}\n`, /recipient, which others know/],
      ['age-encryption.org/v1\n-> scrypt abc 18\nxyz\n--- mac\n\0\xff', /encrypted age file/],
      [Buffer.from('age-encryption.org/v1\n-> X25519 abc\n--- mac\n\xff\xfe', 'latin1'), /encrypted age file/],
      ['-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n', /encrypted age file/],
      [`# created: 2026-11-21\n# public key: ${recipient}\n`, /without its secret line/],
      ['# Serial: 1\nAGE-PLUGIN-YUBIKEY-1QQQ\n', /plugin/],
      [`This is my key:\nkey = ${identity}\n`, /something beside it/],
      [utf16(`\ufeff${identity}\n`), /UTF-16/],
      [utf16(`\ufeff${identity}\n`).swap16(), /UTF-16/],
      [utf16('two words\n'), /not text/],
      [Buffer.from([0x80, 0xff, 0x01]), /not text/],
      ['two\0words', /not text/],
      ['', /holds no key/],
      ['\n', /holds no key/],
      [' \t \n', /holds no key/],
      ['two words\nand another line\n', /several lines/],
      ['two words\rand another line', /several lines/],
    ];
    for (const isNew of [true, false])
      for (const [text, looks] of never) assert.match(String(read(text, isNew)), looks, `${text}`);
    const known: [string, RegExp][] = [
      ['ssh-ed25519 AAAAC3Nz me@here', /public key of SSH/],
      ['ecdsa-sha2-nistp256 AAAA me', /public key of SSH/],
      [recipient, /recipient, which others know/],
      [`key = ${identity}`, /something beside it/],
      ['AGE-PLUGIN-YUBIKEY-1QQQ', /plugin/],
      ['# created: 2026-11-21', /without its secret line/],
      ['-----BEGIN OPENSSH PRIVATE KEY-----', /private key of another kind/],
    ];
    for (const [text, looks] of known) {
      const said = String(read(`${text}\n`, true));
      assert.match(said, looks, text);
      assert.doesNotMatch(said, /QQQ|AAAA|me@here|2026/);
      assert.ok(!said.includes(recipient) && !said.includes(identity), said);
      // Whoever has taken it for a passphrase gets their backups.
      assert.deepEqual(read(`${text}\n`), [text]);
    }
  });
});
