// Boards whose sys.stdin and sys.stdout are text streams without a binary side: ESP8266, SAMD21. The simulated board has both;
// its main.py hides the binary ones, and the port itself does to line ends what text streams do.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBoard } from '../../src/core/board/connect.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv, silentLog } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { readTree } from '../support/sampleTree.js';

const HIDES_BINARY_STREAMS = `
import sys
class Text:
    def __init__(self, stream):
        self.readinto = getattr(stream, 'readinto', None)
        self.write = getattr(stream, 'write', None)
class Sys: pass
for name in dir(sys):
    setattr(Sys, name, getattr(sys, name))
Sys.stdin = Text(sys.stdin)
Sys.stdout = Text(sys.stdout)
sys.modules['sys'] = Sys
`;

const everyByte = Buffer.from([...Array(256).keys()]);
const FILES = {
  'main.py': HIDES_BINARY_STREAMS,
  'lines.txt': 'one\ntwo\r\nthree\r\r\n\n\r',
  'bytes.bin': Buffer.concat([everyByte, everyByte.toReversed(), Buffer.from('\r'.repeat(300)), Buffer.from('\n\r')]),
  'long.py': 'value = 3\r\n'.repeat(2_000),
  'noise.bin': Uint8Array.from({ length: 9_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff),
};

describe('A board with text streams only', () => {
  let folder: string;
  let boards: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-text-'));
    boards = join(folder, 'boards');
    await addSimulatedBoard(boards, 'esp', FILES);
  });

  afterEach(async () => {
    await powerOffSimulated(boards, 'esp');
    await rm(folder, { recursive: true, force: true });
  });

  it('P36 is taken for one', async () => {
    const connection = { url: 'sim:esp', open: simulatedTransport(boards), log: silentLog };
    const [binary, ways] = await withBoard(connection, async ({ profile, files }) => [profile.can.binary, files.ways]);
    assert.equal(binary, false);
    assert.deepEqual(ways, ['agent', 'text streams']);
  });

  it('P36 P45 gives every byte, and takes every byte back', async () => {
    const context = { env: realEnv() };
    const board = { url: 'sim:esp', open: simulatedTransport(boards) };
    const before = (await readTree(join(boards, 'esp'))).files;
    const store = await openStore(context.env, join(folder, 'store'));
    const scope = { root: ROOT, include: [], exclude: [] };
    const { backup: taken } = await backup(context, board, store, { kind: 'full', origin: 'manual', scope });
    const { entries, options } = await store.readManifest(taken);
    assert.ok(options.ways.includes('text streams'));
    assert.deepEqual(new Set(entries.map((entry) => entry.type === 'file' && entry.evidence)), new Set(['board-hash']));
    for (const name of Object.keys(FILES)) if (name !== 'main.py') await rm(join(boards, 'esp', name));
    await restore(context, board, store, { backup: taken, paths: [ROOT], allowOtherBoard: false });
    assert.deepEqual((await readTree(join(boards, 'esp'))).files, before);
  });
});
