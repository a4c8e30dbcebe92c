import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stemOf } from '../../src/core/archive/archiveName.js';
import { isOfStore } from '../../src/core/jobs/farStore.js';
import { parsePlace } from '../../src/core/offsite/placeName.js';
import { scrubbed } from '../../src/core/offsite/scrub.js';
import { type PlacedArchive, planFarRetention, superseded } from '../../src/core/plan/farRetention.js';
import { inBatches, planCopy } from '../../src/core/plan/offsitePlan.js';
import { offsiteFindings } from '../../src/core/plan/storeFindings.js';

describe('The plan of a copy', () => {
  const file = (path: string, size = 1) => ({ path, size });

  it('copies what is not there, and tells apart who has changed', () => {
    const here = [
      file('new'),
      file('same'),
      file('cut there', 9),
      file('changed here', 5),
      file('anew', 7),
      file('no'),
    ];
    const there = [file('same'), file('cut there', 4), file('changed here', 6), file('anew', 8), file('old')];
    const known = [file('same'), file('cut there', 9), file('changed here', 6), file('anew', 8)];
    assert.deepEqual(planCopy(here, there, known, { anew: 7 }, new Set(['no'])), {
      copy: ['new'],
      replace: ['cut there'],
      doubtful: ['changed here'],
      present: ['same', 'anew'],
      extra: ['old'],
    });
  });

  it('puts each archive into one list, and into batches that lose none', () => {
    const files = fc.uniqueArray(fc.record({ path: fc.stringMatching(/^[a-d]{1,3}$/), size: fc.nat(3) }), {
      selector: ({ path }) => path,
    });
    fc.assert(
      fc.property(files, files, files, (here, there, known) => {
        const { copy, replace, doubtful, present, extra } = planCopy(here, there, known, {}, new Set());
        assert.deepEqual([...copy, ...replace, ...doubtful, ...present].sort(), here.map(({ path }) => path).sort());
        assert.ok(extra.every((path) => !here.some((each) => each.path === path)));
      }),
    );
    const sizes = fc.array(fc.record({ size: fc.nat(80 << 20) }), { maxLength: 600 });
    fc.assert(
      fc.property(sizes, (all) => assert.deepEqual(inBatches(all).flat(), all)),
      { numRuns: 30 },
    );
  });
});

describe('What stays at a second place', () => {
  const contents = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
  const world = fc
    .array(fc.record({ id: fc.constantFrom('1', '2', '3', '4', '5'), contents }), { maxLength: 8 })
    .chain((archives) => {
      const all = archives.map((each, index): PlacedArchive => ({ ...each, archive: `archive ${index}` }));
      const ids = [...new Set(all.map(({ id }) => id))];
      const held = [...new Set(all.flatMap((each) => each.contents))];
      return fc.record({
        archives: fc.constant(all),
        kept: fc.subarray(ids),
        needs: fc
          .constant(ids)
          .chain((each) => fc.tuple(...each.map((id) => fc.tuple(fc.constant(id), fc.subarray(held))))),
      });
    });

  it('is complete: what backups need that are kept is there, and each decision has a reason', () => {
    fc.assert(
      fc.property(world, ({ archives, kept, needs }) => {
        const plan = planFarRetention(archives, new Map(kept.map((id) => [id, ['Kept.']])), new Map(needs));
        const stays = new Set(plan.stay.map(({ archive }) => archive));
        const there = new Set(archives.filter(({ archive }) => stays.has(archive)).flatMap((each) => each.contents));
        for (const [id, keys] of needs) if (kept.includes(id)) for (const key of keys) assert.ok(there.has(key), key);
        for (const { archive, id } of archives) if (kept.includes(id)) assert.ok(stays.has(archive));
        assert.deepEqual(
          [...plan.stay, ...plan.go].map(({ archive }) => archive).sort(),
          archives.map(({ archive }) => archive).sort(),
        );
        assert.ok([...plan.stay, ...plan.go].every(({ reason }) => reason !== ''));
      }),
    );
  });

  it('keeps no archive of which nothing is needed', () => {
    fc.assert(
      fc.property(world, ({ archives, kept, needs }) => {
        const plan = planFarRetention(archives, new Map(kept.map((id) => [id, ['Kept.']])), new Map(needs));
        const needed = new Set(needs.flatMap(([id, keys]) => (kept.includes(id) ? keys : [])));
        for (const { archive, reason } of plan.stay) {
          const { id, contents: own } = archives.find((each) => each.archive === archive) ?? { id: '', contents: [] };
          assert.ok(kept.includes(id) || own.some((key) => needed.has(key)), reason);
        }
      }),
    );
  });

  it('lets go an earlier archive only where a later one of that backup has all of it', () => {
    const old = { archive: 'k/backup_1.blb', id: '1', contents: ['a', 'b'] };
    const at = (...has: string[]) => [{ archive: 'k/backup_1.2.blb', id: '1', contents: has }];
    assert.deepEqual(superseded([old], at('a', 'b', 'c')).length, 1);
    assert.deepEqual(superseded([old], at('a', 'c')), []);
    assert.deepEqual(superseded([old], [{ archive: 'x', id: '2', contents: ['a', 'b'] }]), []);
    assert.equal(stemOf('k/backup_1.2.blb.age'), 'k/backup_1');
    assert.equal(stemOf('k/backup_1.blb'), 'k/backup_1');
  });
});

describe('What is looked at of the folder of a store that others can write to', () => {
  it('is what a store has, and nothing larger than that can be', () => {
    const names = [
      'encryption.json',
      'index.age',
      'history.jsonl',
      'offsite-files.json',
      'k-1/annotations.jsonl',
      'k-1/a.blb',
    ];
    for (const path of names) assert.ok(isOfStore({ path, size: 9 }), path);
    for (const path of ['film.mkv', 'k-1/index.json', 'k-1/deep/annotations.jsonl', 'offsite.json', 'locks/x'])
      assert.ok(!isOfStore({ path, size: 9 }), path);
    assert.ok(!isOfStore({ path: 'history.jsonl', size: 1 << 30 }));
    // What cannot be read is never taken for "not encrypted".
    assert.ok(isOfStore({ path: 'encryption.json', size: 1 << 30 }));
  });
});

describe('The name of a second place', () => {
  it('is a folder or a remote by its name', () => {
    assert.deepEqual(parsePlace('/mnt/disk'), { kind: 'folder', text: '/mnt/disk', shown: '/mnt/disk' });
    assert.equal(parsePlace('/mnt/a, b: c').kind, 'folder');
    assert.deepEqual(parsePlace('nas:boards/all, of them'), {
      ...{ kind: 'remote', text: 'nas:boards/all, of them', shown: 'nas:boards/all, of them' },
    });
  });

  it('is refused where it has settings, which may be secrets or commands, and they are not told', () => {
    const settings = [
      ':webdav,url="https://me:PLANTED@example.org/dav":x',
      ':sftp,host=example.org,ssh="PLANTED":x',
      ':storj,access_grant=PLANTED:x',
      ':azurefiles,connection_string="AccountKey=PLANTED":x',
      ':http,url="https://PLANTED.example.org":x',
      "nas,bearer_token='PLANTED:PLANTED':x",
      'nas,ssh=PLANTED:x',
      ':PLANTED:x',
      'webdav://me:PLANTED@example.org/x',
    ];
    for (const text of settings) {
      assert.throws(
        () => parsePlace(text),
        ({ code, message, hint }) => code === 'bad-argument' && !`${message}${hint}`.includes('PLANTED'),
        text,
      );
    }
  });

  it('is refused where it is neither', () => {
    for (const text of ['', 'folder', './folder', '--config=x:y', ' nas:x', 'nas:x\n', ':', 'a,b=c'])
      assert.throws(() => parsePlace(text), { code: 'bad-argument' }, text);
  });
});

describe('What rclone says', () => {
  it('is one line without secrets', () => {
    const said: [string, string][] = [
      ['Get "https://me:PLANTED@example.org/a": dial tcp: refused', 'https://example.org/a'],
      ['403 for https://x.org/a?X-Amz-Signature=PLANTED&x=1', 'https://x.org/a'],
      ['Failed: :sftp,host=h,pass=PLANTED:x: no', 'Failed'],
      ['header Authorization: Bearer PLANTEDPLANTED', 'header'],
      ['password="PLANTED two" is wrong\nand more', 'is wrong and more'],
      ['secret_access_key=PLANTED', 'secret_access_key'],
    ];
    for (const [words, left] of said) {
      const shown = scrubbed(words);
      assert.ok(!shown.includes('PLANTED'), shown);
      assert.ok(shown.includes(left), shown);
      assert.doesNotMatch(shown, /\n/);
    }
  });
});

describe('The health of a second place', () => {
  const now = Date.UTC(2026, 10, 26);
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString();
  const offsite = {
    place: 'nas:x',
    waiting: 0,
    waitingSince: null,
    isOpen: false,
    lastCopyAt: daysAgo(30),
    trouble: null,
    lastCheck: null,
  };

  it('needs nobody where nothing waits, or nothing waits for long', () => {
    assert.deepEqual(offsiteFindings(undefined, now), []);
    assert.deepEqual(offsiteFindings(offsite, now), []);
    assert.deepEqual(offsiteFindings({ ...offsite, waiting: 1, waitingSince: daysAgo(6) }, now), []);
    // An old archive that was imported yesterday.
    const imported = { ...offsite, waiting: 1, waitingSince: daysAgo(100), lastCopyAt: daysAgo(1) };
    assert.deepEqual(offsiteFindings(imported, now), []);
  });

  it('needs a person where something waits for more than a week, and where a check found damage', () => {
    const trouble = { at: daysAgo(0), code: 'place-unreachable', message: 'It cannot be reached.' };
    const [behind] = offsiteFindings({ ...offsite, waiting: 2, waitingSince: daysAgo(8), trouble }, now);
    assert.deepEqual([behind?.kind, behind?.needsPerson, behind?.remedy], ['offsite-behind', true, 'copyOffsite']);
    assert.match(behind?.sentence ?? '', /to the second place nas:x, and 2 archives wait\.$/);
    assert.equal(behind?.hint, 'The last try failed: It cannot be reached.');
    const never = { ...offsite, waiting: 1, waitingSince: daysAgo(8), lastCopyAt: null };
    assert.equal(offsiteFindings(never, now)[0]?.kind, 'offsite-behind');
    const [cutOff] = offsiteFindings({ ...offsite, isOpen: true, trouble }, now);
    assert.match(cutOff?.sentence ?? '', /nas:x, and the last copy was not completed\.$/);
    const [damaged] = offsiteFindings({ ...offsite, lastCheck: { damaged: 1, missing: 1 } }, now);
    assert.deepEqual([damaged?.kind, damaged?.needsPerson], ['offsite-damaged', true]);
    assert.deepEqual(offsiteFindings({ ...offsite, lastCheck: { damaged: 0, missing: 0 } }, now), []);
  });
});
