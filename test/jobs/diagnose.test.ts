// Diagnoses on this machine: real ports with a simulated board behind them, and a program that holds one.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boardSilent } from '../../src/core/board/boardErrors.js';
import { realPortSystem } from '../../src/core/board/portSystem.js';
import { addSimulatedBoard, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { diagnose } from '../../src/core/jobs/diagnose.js';
import type { Finding } from '../../src/core/plan/finding.js';
import { type Ended, mpbackup } from '../support/mpbackup.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';

const HOLD = "require('fs').openSync(process.argv[1], 'r+'); console.log('open'); process.stdin.resume()";

describe('A diagnosis of a real port', function () {
  this.timeout(60_000);
  let folder: string;
  let port: SimulatedPort;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-diagnose-'));
    await addSimulatedBoard(folder, 'pico', { 'main.py': 'import time\nwhile True: time.sleep_ms(5)\n' });
    port = await startSimulatedPort({ folder, name: 'pico' });
  });

  after(async () => {
    await port.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function diagnosed(...words: string[]): Promise<Ended & { findings: Finding[] }> {
    const ended = await mpbackup(['diagnose', ...words, '--json'], {
      env: { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'none') },
    });
    return { ...ended, findings: ended.result.findings as Finding[] };
  }

  const of = (findings: readonly Finding[], what: Finding['what']) => findings.find((finding) => finding.what === what);

  it('opens nothing unless it shall, and names the program that holds it', async () => {
    const free = await diagnosed(port.path);
    assert.equal(free.status, 0, free.stdout.toString());
    assert.equal(of(free.findings, 'holder')?.state === 'problem', false);
    assert.equal(of(free.findings, 'probe'), undefined);
    const holder = await hold(port.path);
    try {
      const held = await diagnosed(port.path, '--probe');
      assert.equal(held.status, 1);
      assert.equal(held.result.ok, false);
      const sentence = of(held.findings, 'holder')?.sentence ?? '';
      assert.match(sentence, new RegExp(`^It is open in \\S.* \\(process ${holder.pid}\\)\\.$`));
      assert.match(of(held.findings, 'probe')?.sentence ?? '', /is in use by/);
    } finally {
      await end(holder);
    }
  });

  it('asks the board and restarts its program, by the name that the user has for the port', async () => {
    const link = join(folder, 'my-board');
    await symlink(port.path, link);
    const { status, findings, result } = await diagnosed(link, '--probe');
    assert.equal(status, 0, JSON.stringify(result));
    assert.match(of(findings, 'port')?.sentence ?? '', new RegExp(`leads to ${port.path}\\.`));
    assert.equal(of(findings, 'lines'), undefined, 'a pseudo-terminal has none');
    assert.match(of(findings, 'probe')?.sentence ?? '', /Simulated board, .*MicroPython v.*Files travel by agent/);
    assert.equal(of(findings, 'program')?.sentence, 'The program that ran was restarted.');
    assert.match(of(findings, 'mounts')?.sentence ?? '', /\/ \(.+\), .* free/);
  });

  it('says of what is no port, or is not there, that it is so, and does not try to open it', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'no port');
    for (const [path, sentence] of [
      [file, 'It is a file, not a port.'],
      ['/dev/tty-never', 'There is no such port.'],
    ] as const) {
      const { status, findings } = await diagnosed(path, '--probe');
      assert.equal(status, 1);
      assert.equal(of(findings, 'port')?.sentence, sentence);
      assert.equal(of(findings, 'probe'), undefined);
    }
  });

  it('says as text what --json says as data, with the versions first', async () => {
    const { stdout } = await mpbackup(['diagnose', port.path]);
    assert.match(stdout.toString(), /^MicroPython Backup \d+\.\d+\.\d+\nNode \d+\.\d+\.\d+\n\w+ \w+/);
    assert.ok(stdout.toString().includes(`\n${port.path}\n  ok      `));
  });

  it('ends with what the board says where it does not answer, and with the wish to cancel', async () => {
    const request = { named: [], simulatedBoards: folder, controlLines: 'auto', url: 'sim:pico' } as const;
    const open = simulatedTransport(folder);
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(
      diagnose({ env: realEnv(), signal: abort.signal }, realPortSystem(), {
        ...request,
        probe: (url) => ({ url, open }),
      }),
      { code: 'cancelled' },
    );
    const refused = await diagnose({ env: realEnv() }, realPortSystem(), {
      ...request,
      probe: (url) => ({ url, open: () => Promise.reject(boardSilent(url, 5_000)) }),
    });
    const probe = of(refused.findings, 'probe');
    assert.equal(probe?.state, 'problem');
    assert.match(probe?.sentence ?? '', /did not answer/);
    assert.match(probe?.fix ?? '', /press its reset button/);
  });

  async function hold(path: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['-e', HOLD, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    return child;
  }

  async function end(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
});
