// Files of records that only grow, and what was noted on backups, which is kept in one.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import {
  type AnnotationChange,
  annotate,
  changesOf,
  compactAnnotations,
  decodeAnnotations,
  encodeAnnotations,
  foldChanges,
  readAnnotations,
} from '../../src/core/store/annotations.js';
import { addRecord, readRecords } from '../../src/core/store/records.js';
import { inFolder, testEnv } from '../support/builders.js';

const env = testEnv();
const schema = v.object({ by: v.string(), number: v.number(), text: v.optional(v.string()) });

function inFile(test: (path: string) => Promise<void>): Promise<void> {
  return inFolder((folder) => test(join(folder, 'records.jsonl')));
}

describe('A file of records', () => {
  it('has none where it is not there, and gives back what was added, in order', async () => {
    await inFile(async (path) => {
      assert.deepEqual(await readRecords(env, path, schema), { records: [], damaged: 0 });
      const all = [
        { by: 'a', number: 1, text: 'two\nlines \u2028 "and" 🐍' },
        { by: 'b', number: 2 },
      ];
      for (const record of all) await addRecord(env, path, record);
      assert.deepEqual(await readRecords(env, path, schema), { records: all, damaged: 0 });
      assert.equal((await readFile(path, 'utf8')).split('\n').length, 3);
    });
  });

  it('P02 loses only the line that a power cut tore, wherever it was torn, and the next one is whole', async () => {
    const [first, torn, next] = [
      { by: 'a', number: 1 },
      { by: 'torn', number: 2, text: 'x' },
      { by: 'c', number: 3 },
    ];
    const line = `${JSON.stringify(torn)}\n`;
    for (let length = 0; length <= line.length; length++) {
      await inFile(async (path) => {
        await addRecord(env, path, first);
        await appendFile(path, line.slice(0, length));
        await addRecord(env, path, next);
        const isWhole = length >= line.length - 1;
        const records = isWhole ? [first, torn, next] : [first, next];
        assert.deepEqual(await readRecords(env, path, schema), { records, damaged: 0 }, `${length} bytes`);
      });
    }
    console.log(`      torn at ${line.length + 1} places`);
  });

  it('tells lines that are whole and no records, and reads the others', async () => {
    await inFile(async (path) => {
      const lines = ['{"by":"a","number":1}', '{"by":"a","number":"1"}', '{"by":}', '', '{"by":"b","number":2}'];
      await writeFile(path, `${lines.join('\n')}\n`);
      const { records, damaged } = await readRecords(env, path, schema);
      assert.deepEqual([records.map(({ by }) => by), damaged], [['a', 'b'], 2]);
    });
  });

  it('is refused where it is a folder', async () => {
    await inFile(async (path) => {
      await mkdir(path);
      await assert.rejects(readRecords(env, path, schema), {
        code: 'store-failed',
        message: /is not a file of records/,
      });
    });
  });

  it('keeps every record of several processes that add at once', async function () {
    this.timeout(60_000);
    await inFile(async (path) => {
      const program = join(ASSETS_FOLDER, '..', 'out', 'support', 'recordAdder.program.js');
      const [names, each] = [['a', 'b', 'c'], 60];
      const ends = names.map((name) =>
        once(
          spawn(process.execPath, [program, path, name, `${each}`], { stdio: ['ignore', 'ignore', 'inherit'] }),
          'exit',
        ),
      );
      for (const [code] of await Promise.all(ends)) assert.equal(code, 0);
      const { records, damaged } = await readRecords(env, path, schema);
      assert.equal(damaged, 0);
      for (const name of names) {
        const numbers = records.filter(({ by }) => by === name).map(({ number }) => number);
        assert.deepEqual(
          numbers,
          Array.from({ length: each }, (_, at) => at),
        );
      }
      const turns = records.filter(({ by }, at) => by !== records[at - 1]?.by).length;
      console.log(`      ${records.length} records of ${names.length} processes, ${turns} turns`);
    });
  });
});

describe('What is noted on backups', () => {
  const at = '2025-11-21T09:10:00.000Z';

  it('is what was noted last of each thing, for each backup by itself', () => {
    const changes: AnnotationChange[] = [
      { at, backups: ['one', 'two'], label: 'a', pinned: true },
      { at, backups: ['one'], label: 'b', tags: ['x'] },
      { at, backups: ['two'], label: null, metadata: [['k', 'v']] },
      { at, backups: ['one'], tags: [], verified: { at, isSound: false } },
    ];
    const folded = foldChanges(changes);
    assert.deepEqual(
      [...folded],
      [
        ['one', { label: 'b', pinned: true, tags: [], verified: { at, isSound: false } }],
        ['two', { label: null, pinned: true, metadata: [['k', 'v']] }],
      ],
    );
    assert.deepEqual(foldChanges(changesOf(folded, at)), folded, 'said shorter, it is the same');
    assert.deepEqual(decodeAnnotations(encodeAnnotations(folded)), folded);
    for (const text of ['', '{}', '[["one"]]', '[["one",{"pinned":"yes"}]]', '[[1,{}]]'])
      assert.equal(decodeAnnotations(Buffer.from(text)), undefined, text);
  });

  it('is the same after its file was made smaller, which happens only where that pays', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'annotations.jsonl');
      const line = (change: Partial<AnnotationChange>) => `${JSON.stringify({ at, backups: ['one'], ...change })}\n`;
      await annotate(env, folder, { at, backups: ['one', 'two'], pinned: true });
      const { size: small } = await stat(path);
      await compactAnnotations(env, folder);
      assert.equal((await stat(path)).size, small, 'a small file stays');

      await appendFile(path, line({ checkedAt: at, note: 'x'.repeat(100) }).repeat(2_000));
      const before = foldChanges((await readAnnotations(env, folder)).changes);
      const { size: large } = await stat(path);
      await compactAnnotations(env, folder);
      const { size } = await stat(path);
      console.log(`      ${large} B became ${size} B`);
      assert.ok(size < 1_000, `${size}`);
      const after = await readAnnotations(env, folder);
      assert.deepEqual([foldChanges(after.changes), after.damaged], [before, 0]);
    });
  });

  it('is never made smaller where a line cannot be read: it would be gone', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'annotations.jsonl');
      const line = `${JSON.stringify({ at, backups: ['one'], note: 'x'.repeat(100) })}\n`;
      await writeFile(path, `${line.repeat(2_000)}{"pinned":"what"}\n`);
      const before = await readFile(path);
      await compactAnnotations(env, folder);
      assert.deepEqual(await readFile(path), before);
      assert.equal((await readAnnotations(env, folder)).damaged, 1);
    });
  });
});

describe('Notes that somebody saved with an editor', () => {
  it('P22 are the same with the line ends of Windows, and known to be unclear in another encoding: no pin is lost unseen', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'annotations.jsonl');
      await annotate(env, folder, { at: '2026-11-25T00:00:00.000Z', backups: ['one'], pinned: true });
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replaceAll('\n', ' \r\n'));
      const { changes, damaged } = await readAnnotations(env, folder);
      assert.deepEqual([foldChanges(changes).get('one')?.pinned, damaged], [true, 0]);
      await writeFile(path, Buffer.from(`\ufeff${text}`, 'utf16le'));
      assert.ok((await readAnnotations(env, folder)).damaged > 0);
    });
  });
});
