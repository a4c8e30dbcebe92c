// What is said of encryption and of a second place, word for word.

import assert from 'node:assert/strict';
import { beforeKeyChange, describeEncryption } from '../../src/cli/keyTold.js';
import { BackupError } from '../../src/core/errors.js';
import { describeKeyChange, detailsOfKeyChange, keyFileText } from '../../src/core/jobs/keyText.js';
import type { OffsiteState } from '../../src/core/jobs/offsitePlace.js';
import {
  describeCheck,
  describeOffsite,
  describeSync,
  detailsOfSync,
  farStoreLine,
  isSoundCheck,
  offsiteBrief,
} from '../../src/core/jobs/offsiteText.js';
import type { Encryption } from '../../src/core/store/encryption.js';
import { localTime } from '../../src/core/text.js';

type Encrypted = Exclude<Encryption, { state: 'plain' }>;

const AT = '2026-11-26T11:00:00.000Z';
const NOW = Date.parse('2026-11-26T12:00:00.000Z');

describe('What is said of encryption', () => {
  it('is how the backups are encrypted, and what is not done yet', () => {
    const pass: Encrypted = { state: 'encrypted', mode: 'passphrase', recipients: [], pending: 0 };
    assert.equal(describeEncryption({ state: 'plain' }, '/b'), 'The backups in /b are not encrypted.');
    assert.equal(describeEncryption(pass, '/b'), 'The backups in /b are encrypted with a passphrase.');
    const team: Encrypted = { ...pass, mode: 'recipients', recipients: ['age1a', 'age1b'], pending: 1 };
    assert.equal(
      describeEncryption(team, '/b'),
      'The backups in /b are encrypted for 2 recipients:\n  age1a\n  age1b\n1 archive is not yet encrypted with the current key.',
    );
    assert.match(
      describeEncryption({ ...pass, state: 'changing', pending: 3 }, '/b'),
      /\nA change of the key was interrupted: 3 archives are not yet encrypted with the current key\.$/,
    );
    assert.match(
      describeEncryption({ ...pass, state: 'changing' }, '/b'),
      /interrupted: only its last step is missing/,
    );
  });

  it('is what a change of the key came to, and what was left', () => {
    const error = new BackupError('archive-damaged', 'It is damaged.');
    const result = {
      mode: 'passphrase',
      changed: 1,
      left: [{ path: '/b/x.blb', error, is: 'in the way' }],
      isEnded: false,
      seconds: 3,
    } as const;
    assert.equal(
      describeKeyChange({ ...result, left: [] }, '/b'),
      'The backups in /b are encrypted with the passphrase: 1 archive rewritten in 3 s, and read back.',
    );
    assert.match(describeKeyChange({ ...result, left: [], mode: null }, '/b'), /are plain: 1 archive/);
    const nothing = describeKeyChange({ ...result, left: [], changed: 0 }, '/b');
    assert.match(nothing, /: no archive had to be rewritten\.$/);
    assert.deepEqual(detailsOfKeyChange({ ...result, left: [...result.left] }), [
      'Left as it is: /b/x.blb. It is damaged.',
      'The change of the key is not finished: 1 archive in the way. Repair the backups (`mpbackup repair`), then finish it (`mpbackup key finish`).',
    ]);
    const denied = new BackupError('store-failed', 'It is not read.');
    const others = detailsOfKeyChange({
      ...{ ...result, mode: null },
      left: [
        { path: '/b/y.blb', error: denied, is: 'in the way' },
        { path: '/b/trash/z.blb', error, is: 'in the way, in the trash' },
        { path: '/b/quarantine/q.blb', error, is: 'in quarantine' },
      ],
    });
    assert.match(
      others[3] ?? '',
      /^Stopping .*: 2 archives in the way\. Make sure that the disk.* and empty the trash \(`mpbackup trash --empty --damaged`\), then finish it/,
    );
    assert.match(others[4] ?? '', /1 damaged archive in quarantine is as it was\. Delete the folder `quarantine`/);
    assert.match(
      beforeKeyChange(null, [{ size: 1 }]),
      /in the trash too\. Anyone who can read this disk can then read /,
    );
    assert.match(beforeKeyChange(null, [], true), /Anyone who can read this disk, or the second place, can then read /);
    assert.equal(keyFileText('AGE-SECRET-KEY-1X', 'age1x', AT).split('\n')[1], '# public key: age1x');
  });
});

describe('What is said of a second place', () => {
  const state: OffsiteState = {
    ...{ place: 'nas:b', folder: 'laptop-1a2b3c4d', keep: null, waiting: 0, waitingSince: null, lastCopyAt: AT },
    ...{ trouble: null, lastCheck: null, isOpen: false, plainThere: 0, lockedThere: 0, outdatedThere: 0 },
  };

  it('is where it is, what waits, and what went wrong', () => {
    assert.deepEqual(describeOffsite(state, NOW).split('\n'), [
      'Second place: nas:b, folder laptop-1a2b3c4d.',
      'All backups are kept there.',
      'Last copied 1 h ago; nothing waits.',
    ]);
    const trouble = { at: AT, code: 'place-unreachable', message: 'It is away.' };
    const lastCheck = { at: AT, checked: 3, damaged: 1, missing: 0 };
    const waits = { ...state, keep: { last: 3 }, waiting: 2, waitingSince: AT, lastCopyAt: null, trouble, lastCheck };
    assert.deepEqual(describeOffsite(waits, NOW).split('\n').slice(1), [
      'Kept there: last 3.',
      `Nothing has been copied yet; 2 archives wait since ${localTime(AT)}.`,
      `The last try failed (${localTime(AT)}): It is away.`,
      `Last check (${localTime(AT)}): 3 archives, 1 damaged.`,
    ]);
    assert.deepEqual(
      [state, { ...state, lastCopyAt: null }, waits, { ...waits, trouble: null }].map((each) =>
        offsiteBrief(each, NOW),
      ),
      ['up to date, 1 h ago', 'nothing to copy yet', '2 to copy, the last try failed', '2 to copy'],
    );
  });

  it('is what was copied, and what was left out', () => {
    const older = { plainThere: 0, lockedThere: 0, outdatedThere: 0 };
    const result = {
      place: 'nas:b',
      copied: 2,
      bytes: 2000,
      present: 1,
      replaced: 1,
      removed: 3,
      waiting: 2,
      ...older,
    };
    const whole = { ...result, notCopied: [{ archive: '/b/x.blb', reason: 'It is damaged.' }], seconds: 2 };
    assert.equal(
      describeSync(whole),
      'Copied 2 archives (2.0 kB) to nas:b in 2 s; 1 was there. 1 archive took the place of a damaged copy. 3 copies there that are no longer needed were removed.',
    );
    assert.deepEqual(detailsOfSync(whole), ['Not copied: /b/x.blb. It is damaged.', '1 archive still waits.']);
    const none = { ...whole, copied: 0, present: 3, replaced: 0, removed: 0, waiting: 0, notCopied: [] };
    assert.equal(describeSync(none), 'Nothing had to be copied: 3 archives are at nas:b.');
    assert.deepEqual(detailsOfSync(none), []);
    const [plain, locked, outdated] = detailsOfSync({ ...none, plainThere: 1, lockedThere: 1, outdatedThere: 1 });
    assert.match(plain ?? '', /^1 older archive there is not encrypted\. /);
    assert.match(
      locked ?? '',
      /^1 older archive there opens only with an earlier key\. A copy that has that key as well /,
    );
    assert.match(outdated ?? '', /^1 older archive there was rewritten here since, .* A copy that has the key /);
  });

  it('is what a check found: there, and here', () => {
    const found = { archive: 'a/x.blb', reason: 'its size is another one', repaired: true };
    const check = {
      place: 'nas:b',
      ok: true,
      checked: 3,
      damaged: [found],
      missing: [],
      extra: 1,
      damagedHere: [],
      unclear: [],
      replacedBytes: 0,
    };
    assert.equal(
      describeCheck({ ...check, seconds: 1 }),
      'Copied again: a/x.blb: its size is another one\n3 archives checked at nas:b in 1 s: what was found is mended. 1 more archive is there from before.',
    );
    const bad = { ...check, ok: false, damaged: [{ ...found, repaired: false }], missing: ['a/y.blb'], extra: 0 };
    assert.match(
      describeCheck({ ...bad, seconds: 1 }),
      /^Damaged there: .*\nMissing there: a\/y\.blb\n.*: 2 findings left\.$/,
    );
    const here = { ...check, damaged: [], damagedHere: [{ archive: '/b/z.blb', reason: 'a bit' }], seconds: 1 };
    assert.match(
      describeCheck({ ...here, replacedBytes: 2000 }),
      /\n2\.0 kB of damaged copies are kept in the folder \.replaced there/,
    );
    assert.match(
      describeCheck({ ...here, unclear: ['/b/y.blb.age'] }),
      /only the key tells whether it is damaged: \/b\/y/,
    );
    assert.match(describeCheck(here), /^Damaged here, sound there: \/b\/z\.blb: a bit\n/);
    assert.deepEqual([isSoundCheck(here), isSoundCheck({ ...check, seconds: 1 })], [false, true]);
    assert.equal(
      farStoreLine({ folder: 'laptop-1a2b3c4d', machine: 'laptop', backups: 2, newest: AT }),
      `laptop-1a2b3c4d  laptop  2 archives  newest ${localTime(AT)}`,
    );
  });
});
