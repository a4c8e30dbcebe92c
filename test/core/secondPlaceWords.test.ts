import assert from 'node:assert/strict';
import type { OffsiteState } from '../../src/core/jobs/offsitePlace.js';
import { farStoreWords, moodOf, rowText, whyNotRemote } from '../../src/ui/secondPlace/secondPlaceWords.js';

const NOW = Date.parse('2026-11-26T12:00:00Z');

describe('The row of the second place', () => {
  it('says first how it stands, and then where it is', () => {
    assert.equal(rowText(aState(), false, NOW), 'up to date, 5 min ago, /media/usb/backups');
    assert.equal(rowText(aState({ waiting: 3 }), false, NOW), '3 to copy, /media/usb/backups');
    const failed = aState({
      waiting: 3,
      trouble: { at: '2026-11-26T11:00:00Z', code: 'place-unreachable', message: 'x' },
    });
    assert.equal(rowText(failed, false, NOW), 'copying failed, 3 to copy, /media/usb/backups');
    assert.match(rowText({ ...failed, waiting: 0 }, false, NOW), /^copying failed, the last copy was not completed, /);
    assert.match(rowText(aState({ isOpen: true }), false, NOW), /^the last copy was not completed, /);
    assert.match(rowText(aState({ plainThere: 2 }), false, NOW), /^up to date, 5 min ago, 2 older not encrypted, /);
    assert.equal(rowText(aState({ waiting: 3 }), true, NOW), 'busy, /media/usb/backups');
    assert.match(rowText(aState({ place: `/${'x'.repeat(100)}` }), false, NOW), /^.{60,80}$/);
  });

  it('tells of damage that a check has found there', () => {
    const lastCheck = { at: '2026-11-26T11:00:00Z', checked: 9, damaged: 1, missing: 2 };
    assert.match(rowText(aState({ lastCheck }), false, NOW), /damage found there/);
    assert.equal(moodOf(aState({ lastCheck }), false), 'trouble');
    assert.equal(moodOf(aState({ lastCheck: { ...lastCheck, damaged: 0, missing: 0 } }), false), 'upToDate');
  });

  it('has an icon for each way it can stand', () => {
    const trouble = { at: '2026-11-26T11:00:00Z', code: 'place-unreachable', message: 'x' };
    assert.equal(moodOf(aState(), false), 'upToDate');
    assert.equal(moodOf(aState({ waiting: 1 }), false), 'waiting');
    assert.equal(moodOf(aState({ isOpen: true }), false), 'waiting');
    assert.equal(moodOf(aState({ waiting: 1, trouble }), false), 'trouble');
    assert.equal(moodOf(aState({ waiting: 1, trouble }), true), 'working');
  });
});

describe('A remote of rclone', () => {
  it('has a name and a colon, and no settings', () => {
    for (const text of ['nas:', 'nas:backups', 'nas:a/b c', ' nas:backups '])
      assert.equal(whyNotRemote(text), undefined, text);
    for (const text of ['', 'nas', ':webdav,url=x:', 'nas,pass=x:', '/media/usb', './a:b', 'C\\a:b'])
      assert.match(whyNotRemote(text) ?? '', /colon/, text);
  });
});

describe('A store at a second place', () => {
  it('is told by its computer, its age and its folder', () => {
    const store = { folder: 'laptop-1a2b3c4d', machine: 'laptop', backups: 1, newest: '2026-11-26T11:00:00Z' };
    assert.deepEqual(farStoreWords(store, 'laptop-1a2b3c4d', NOW), {
      ...{ label: 'laptop', description: 'this computer, 1 archive, newest 1 h ago', detail: 'laptop-1a2b3c4d' },
    });
    assert.equal(farStoreWords({ ...store, backups: 0, newest: null }, undefined, NOW).description, '0 archives');
  });
});

function aState(overrides: Partial<OffsiteState> = {}): OffsiteState {
  return {
    ...{ place: '/media/usb/backups', folder: 'laptop-1a2b3c4d', keep: null, waiting: 0, waitingSince: null },
    ...{ lastCopyAt: '2026-11-26T11:55:00Z', trouble: null, lastCheck: null },
    ...{ isOpen: false, plainThere: 0, lockedThere: 0, outdatedThere: 0 },
    ...overrides,
  };
}
