// P47: boards that say what is in their files wherever they can: in exceptions, between the lines, on lines that spoil bytes. Jobs run with
// all of the log, and their results, errors and causes are searched.

import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Log, realEnv } from '../../src/core/env.js';
import { describeCauses, messageOf } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import { compare } from '../../src/core/jobs/compare.js';
import { lookAtBoard } from '../../src/core/jobs/lookAtBoard.js';
import { restore } from '../../src/core/jobs/restore.js';
import { undoRestore } from '../../src/core/jobs/settleRestore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { NO_HASH } from '../support/boardPrograms.js';
import { inFolder } from '../support/builders.js';
import { type FaultKind, faultyTransport } from '../support/faultyTransport.js';
import { secretsAmong, secretsBelow } from '../support/secretHunt.js';

const SECRET = 'planted-Board-5520';
const FILES = {
  'secrets.py': `WIFI_PASSWORD = "${SECRET}"\n`,
  'notes.txt': `${SECRET}\n`.repeat(200),
  'bad.txt': `${SECRET} `.repeat(300),
};

/** Makes what a function of a module does fail for `bad.txt`, with the words of a file in the exception. */
const RAISES = (module: string, name: string, type: string) => `
import ${module}
_was = ${module}.${name}
def _raise(*given):
    path = given[0] if given else ''
    text = path if isinstance(path, str) else str(path)
    if 'bad.txt' in text or text in ('', '/'):
        print(_was_open('secrets.py').read())
        raise ${type}(_was_open('secrets.py').read().strip())
    return _was(*given)
${module}.${name} = _raise
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  'opening a file raises what is in another': `import builtins\n_was_open = builtins.open\n${RAISES('builtins', 'open', 'ValueError')}`,
  'opening a file raises it as an error of the system': `import builtins\n_was_open = builtins.open\n${RAISES('builtins', 'open', 'OSError')}`,
  'listing raises it': `_was_open = open\n${RAISES('os', 'ilistdir', 'ValueError')}`,
  'asking for a file raises it': `_was_open = open\n${RAISES('os', 'stat', 'KeyError')}`,
  'renaming raises it': `_was_open = open\n${RAISES('os', 'rename', 'RuntimeError')}`,
  'it cannot hash, and opening raises it': `${NO_HASH}\nimport builtins\n_was_open = builtins.open\n${RAISES('builtins', 'open', 'ValueError')}`,
  'it prints it when it starts, and fails with it': `print(open('secrets.py').read())\nraise ValueError(open('secrets.py').read())\n`,
};

/** Says something of its own in the middle of what the board says: a program in the background, or somebody else on the line. */
function talking(open: OpenTransport, at: number): OpenTransport {
  let pieces = 0;
  return async (url, events, signal) =>
    open(
      url,
      {
        ...events,
        onData(bytes) {
          pieces += 1;
          const said =
            pieces === at ? Buffer.from(`\r\njoining with ${SECRET}\r\nValueError: ${SECRET}\r\n`) : Buffer.alloc(0);
          events.onData(Buffer.concat([said, bytes]));
        },
      },
      signal,
    );
}

/** All that a window or a terminal could show of these jobs. */
async function doAll(folder: string, open: OpenTransport): Promise<{ heard: string; failed: number }> {
  const heard: string[] = [];
  const hear = (line: string) => void heard.push(line);
  const log: Log = { debug: hear, info: hear, warn: hear, error: hear };
  const context = { env: realEnv(log), onProgress: (progress: object) => hear(JSON.stringify(progress)) };
  const store = await openStore(context.env, join(folder, 'store'));
  const address = { url: 'sim:shed', open };
  const scope = { root: ROOT, include: [], exclude: [] };
  let failed = 0;
  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      hear(inspect(await work(), { depth: 8 }));
    } catch (error) {
      failed += 1;
      hear([messageOf(error), describeCauses(error), inspect(error, { depth: 8, showHidden: false })].join('\n'));
    }
  }
  await attempt(() => backup(context, address, store, { kind: 'auto', origin: 'manual', scope }));
  const [latest] = (await store.list()).backups;
  if (latest) {
    await attempt(() => compare(context, { store, backup: latest }, { board: address }));
    await writeFile(join(folder, 'boards', 'shed', 'bad.txt'), 'other');
    await attempt(() => restore(context, address, store, { backup: latest, paths: [ROOT], allowOtherBoard: false }));
    await attempt(() => undoRestore(context, address, store, {}));
  }
  await attempt(() => lookAtBoard(context, address, store, scope));
  return { heard: heard.join('\n'), failed };
}

async function onBoard(program: string, test: (folder: string, open: OpenTransport) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const boards = join(folder, 'boards');
    for (const [path, text] of Object.entries({ ...FILES, 'main.py': program })) {
      await mkdir(dirname(join(boards, 'shed', path)), { recursive: true });
      await writeFile(join(boards, 'shed', path), text);
    }
    try {
      await test(folder, simulatedTransport(boards));
    } finally {
      await powerOffSimulated(boards, 'shed');
    }
  });
}

const isContent = (path: string) => path.startsWith('boards/') || /\.blb(\.partial)?$/.test(path);

describe('P47 Boards that tell what is in their files', function () {
  this.timeout(120_000);

  for (const [what, program] of Object.entries(PROGRAMS)) {
    it(`P47 we reveal nothing of it if ${what}`, async () => {
      await onBoard(program, async (folder, open) => {
        const { heard } = await doAll(folder, open);
        assert.deepEqual(secretsAmong(heard, [SECRET]), [], heard);
        assert.deepEqual(await secretsBelow(folder, [SECRET], isContent), []);
      });
    });
  }

  it('P47 nothing of it is revealed if the line damages bytes, or somebody else writes to it', async () => {
    await onBoard('x = 1\n', async (folder, open) => {
      const kinds: readonly FaultKind[] = ['drop', 'double', 'flip'];
      let fired = 0;
      for (let at = 0; at < 6; at++) {
        const kind = kinds[at % 3] ?? 'flip';
        const { open: faulty, state } = faultyTransport(open, {
          kind,
          direction: at % 2 ? 'toBoard' : 'toHost',
          at: 150 + at * 197,
        });
        for (const line of [faulty, talking(open, 2 + at * 4)]) {
          await rm(join(folder, 'store'), { recursive: true, force: true });
          const { heard } = await doAll(folder, line);
          assert.deepEqual(secretsAmong(heard, [SECRET]), [], heard);
          assert.deepEqual(await secretsBelow(folder, [SECRET], isContent), []);
        }
        fired += state.fired ? 1 : 0;
      }
      assert.ok(fired > 3, `${fired} faults`);
    });
  });
});
