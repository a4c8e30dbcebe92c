import assert from 'node:assert/strict';
import { describeEncryption } from '../../src/cli/keyTold.js';
import { isOfKey } from '../../src/core/archive/archiveErrors.js';
import { BackupError } from '../../src/core/errors.js';
import { whyNotPassphrase } from '../../src/core/jobs/passphrase.js';
import type { Encryption } from '../../src/core/store/encryption.js';
import {
  addedRecipients,
  detailOf,
  isUnfinished,
  keyContext,
  notSeen,
  recipientsIn,
  shortly,
  titleOfFinishing,
  unfinishedChange,
  whyNotTheSame,
} from '../../src/ui/keys/keyWords.js';

const ENCRYPTED: Encryption = { state: 'encrypted', mode: 'passphrase', recipients: [], pending: 0 };

describe('A new passphrase', () => {
  it('has eight characters or more, whatever they are, and no blank at its ends', () => {
    for (const text of ['correct horse', '12345678', 'ÄÖÜäöüß!', '🔑🔑🔑🔑🔑🔑🔑🔑'])
      assert.equal(whyNotPassphrase(text), undefined);
    for (const text of ['', 'short', '1234567', '🔑🔑🔑🔑']) assert.match(whyNotPassphrase(text) ?? '', /8 characters/);
    for (const text of ['two lines\nof it', 'carriage\rreturn', 'a tab\tin it', 'a nul\0in it', 'an escape\x1b[A'])
      assert.match(whyNotPassphrase(text) ?? '', /control character/);
    for (const text of ['AGE-SECRET-KEY-1QQQQ', ' \nage-secret-key-1qqqq'])
      assert.match(whyNotPassphrase(text) ?? '', /age identity/);
    assert.equal(whyNotPassphrase('ä'.repeat(500)), undefined);
    assert.match(whyNotPassphrase('ä'.repeat(501)) ?? '', /longer than 1000 bytes/);
    for (const text of [' long enough', 'long enough ', 'long enough\t'])
      assert.match(whyNotPassphrase(text) ?? '', /space/);
  });

  it('is typed twice', () => {
    assert.equal(whyNotTheSame('correct horse', 'correct horse'), undefined);
    assert.match(whyNotTheSame('correct horse', 'correct hors') ?? '', /two passphrases differ/);
  });
});

describe('Recipients', () => {
  it('are taken however they are separated, each once', () => {
    assert.deepEqual(recipientsIn(' age1a, age1b\nage1c;age1a\t'), ['age1a', 'age1b', 'age1c']);
    assert.deepEqual(recipientsIn(' \n'), []);
  });

  it('that nobody has agreed to are told by name', () => {
    assert.deepEqual(notSeen(['age1a', 'age1b'], ['age1b', 'age1c']), ['age1a']);
    assert.match(
      addedRecipients(['age1a']),
      /^Recipient age1a was added to the backups, .* whoever has its key can open/,
    );
    assert.match(
      addedRecipients(['age1a', 'age1b']),
      /^Recipients age1a, age1b were added .* one of their keys can open/,
    );
  });
});

describe('What is asked before backups are encrypted', () => {
  it('says what is lost with the key, what is written, and what goes', () => {
    const detail = detailOf('passphrase', 12, true);
    assert.match(detail, /Nobody can open the backups without this passphrase/);
    assert.match(detail, /12 archives will be rewritten/);
    assert.match(detail, /not encrypted is removed for good, in the trash too/);
    assert.match(detailOf('recipients', 1, false), /without its key file.*1 archive will.*old key opens is removed/s);
    assert.doesNotMatch(detailOf('passphrase', 0, true), /rewritten|takes about/);
    assert.match(detail, /takes about 12 seconds\. What/);
    assert.match(detailOf('passphrase', 120, true), /takes about 2 minutes\. A key file is the better choice/);
    assert.doesNotMatch(detailOf('recipients', 120, true), /takes about/);
  });
});

describe('The key of the backups', () => {
  it('shows beside the title of the view, and decides what menus offer', () => {
    assert.deepEqual([shortly(undefined), shortly({ state: 'plain' })], [undefined, undefined]);
    assert.equal(shortly(ENCRYPTED), 'encrypted');
    assert.equal(shortly({ ...ENCRYPTED, state: 'changing' }), 'key is being changed');
    assert.equal(keyContext({ state: 'plain' }, false), 'plain');
    // A store that cannot be read is not said to be encrypted.
    assert.equal(keyContext(undefined, true), 'plain');
    assert.equal(keyContext(ENCRYPTED, true), 'locked');
    assert.equal(keyContext(ENCRYPTED, false), 'open');
  });

  it('whose change was interrupted says how many archives are left', () => {
    const changing = (pending: number) => unfinishedChange({ state: 'changing', pending });
    assert.match(changing(1), /1 archive still has the old one/);
    assert.match(changing(3), /3 archives still have/);
    assert.doesNotMatch(changing(0), /archive/);
  });

  it('that was to be given up says so, and not that a key was changed', () => {
    const text = unfinishedChange({ state: 'ending', pending: 2 });
    assert.match(text, /^Stopping the encryption.*2 archives are still encrypted with the same key/);
    assert.doesNotMatch(text, /new key/);
    assert.equal(titleOfFinishing({ state: 'ending' }), 'Decrypting backups');
    assert.equal(shortly({ ...ENCRYPTED, state: 'ending' }), 'encryption is being stopped');
    const states = ['encrypted', 'changing', 'ending'] as const;
    assert.deepEqual(
      states.map((state) => isUnfinished({ ...ENCRYPTED, state })),
      [false, true, true],
    );
    const told = describeEncryption({ ...ENCRYPTED, state: 'ending', pending: 1 }, '/b');
    assert.match(told, /Stopping the encryption was interrupted: 1 archive is still encrypted/);
  });

  it('whose file is missing is not taken for none', () => {
    assert.equal(shortly({ state: 'plain', encrypted: 2 }), 'encryption.json is missing');
    assert.match(
      describeEncryption({ state: 'plain', encrypted: 2 }, '/b'),
      /2 archives in \/b are encrypted, but encryption\.json is missing/,
    );
  });

  it('may help with two kinds of failures, and no other', () => {
    assert.ok(isOfKey(new BackupError('key-missing', 'a')) && isOfKey(new BackupError('key-wrong', 'a')));
    assert.ok(
      !isOfKey(new BackupError('archive-damaged', 'a')) && !isOfKey(new Error('key-missing')) && !isOfKey(undefined),
    );
  });
});
