// Code on its way into the raw REPL of MicroPython: what the line does to the handshake, and to bytes in literals.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BoardException } from '../../src/core/board/boardErrors.js';
import { enterRawRepl } from '../../src/core/board/enterRawRepl.js';
import { Line } from '../../src/core/board/line.js';
import { bytesLiteral, pythonCode } from '../../src/core/board/pythonLiteral.js';
import type { RawRepl } from '../../src/core/board/rawRepl.js';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { isBackupError } from '../../src/core/errors.js';
import { inFolder } from '../support/builders.js';
import { type Fault, faultyTransport } from '../support/faultyTransport.js';
import { realBoards } from '../support/realBoards.js';
import { startUnixBoard } from '../support/unixBoard.js';

/** Three windows of 128 bytes and a half; says how often it ran. */
const CODE = `n+=1\nprint("ran",n)\n${'# filling\n'.repeat(43)}`;
/** Of what goes to the board: Ctrl-E, A, Ctrl-A. */
const ASKING = [0, 1, 2];
/** Of what comes from the board: two bytes that say yes, two of the window's size, four windows, and the end of the handshake. */
const ANSWERS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

describe('Code that is sent to the raw REPL', function () {
  this.timeout(60_000);

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  /** @param fault its place counts from the code that is sent first after `work` has said so */
  async function inRepl(
    work: (repl: RawRepl, spoil: (fault: Fault) => void, hasFired: () => boolean) => Promise<void>,
  ): Promise<void> {
    await inFolder(async (folder) => {
      const board = await startUnixBoard({ fileSystem: 'littlefs', image: join(folder, 'flash') });
      const fault: Fault = { kind: 'drop', direction: 'toHost', at: Number.POSITIVE_INFINITY };
      const { open, state } = faultyTransport(transportByUrl(''), fault);
      const { line, transport } = await Line.open(open, board.path);
      try {
        const repl = await enterRawRepl(line);
        const spoil = ({ kind, direction, at }: Fault) => {
          Object.assign(fault, { kind, direction, at: state.passed[direction] + at });
          state.fired = false;
        };
        await work(repl, spoil, () => state.fired);
      } finally {
        await transport.close();
        await board.stop();
      }
    });
  }

  const say = async (repl: RawRepl, code: string | Uint8Array) => Buffer.from(await repl.exec(code)).toString('latin1');

  it('P32 is sent again where the handshake was damaged anywhere, and never runs twice', async () => {
    const places = [
      ...ASKING.map((at) => ({ direction: 'toBoard', at }) as const),
      ...ANSWERS.map((at) => ({ direction: 'toHost', at }) as const),
    ];
    const ended = { sentAgain: 0, reported: 0 };
    const tryPlace = (place: (typeof places)[number]) =>
      inRepl(async (repl, spoil, hasFired) => {
        for (const kind of ['drop', 'double', 'flip'] as const) {
          const what = `${kind} of byte ${place.at} ${place.direction}`;
          await say(repl, 'n=0');
          spoil({ kind, ...place });
          const answer = await say(repl, CODE).catch((error: unknown) => {
            assert.ok(isBackupError(error) || error instanceof BoardException, what);
            return undefined;
          });
          assert.ok(hasFired(), `${what} did not happen`);
          const ran = Number(await say(repl, 'print(n)'));
          if (answer === undefined) ended.reported += 1;
          else ended.sentAgain += 1;
          if (answer === undefined) assert.ok(ran <= 1, `${what}: ran ${ran} times`);
          else assert.deepEqual([answer, ran], ['ran 1\r\n', 1], what);
        }
      });
    await Promise.all(places.map(tryPlace));
    console.log(`      ${3 * places.length} faults: ${JSON.stringify(ended)}`);
    // It is not clear where damage comes after the code: that it has run, or what it was.
    assert.ok(ended.sentAgain > 2 * ended.reported, `${ended.reported} were reported`);
  });

  it('P32 has every byte in its literals, whatever stands beside it', async () => {
    await inRepl(async (repl) => {
      const odd = [...Array(9).keys(), 10, 13, 0x22, 0x27, 0x5c, ...Buffer.from('0789xnru'), 0x7f, 0x80, 0xff];
      const pairs = Buffer.from(odd.flatMap((one) => odd.flatMap((two) => [one, two])));
      const triples = Buffer.from(odd.flatMap((one) => odd.flatMap((two) => [one, 0x5c, two])));
      const beforeDigits = Buffer.from([...Array(256).keys()].flatMap((byte) => [byte, 0x30, byte, 0x37, byte, 0x38]));
      const noise = Buffer.from(Array.from({ length: 3_000 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 17));
      const all = { pairs, triples, beforeDigits, noise };
      await say(
        repl,
        'import hashlib,binascii\ndef h(b):print(len(b),binascii.hexlify(hashlib.sha256(b).digest()).decode())',
      );
      for (const [what, bytes] of Object.entries(all)) {
        for (const piece of [bytes, bytes.toReversed(), ...odd.map((byte) => Buffer.of(byte))]) {
          const right = `${piece.length} ${createHash('sha256').update(piece).digest('hex')}\r\n`;
          assert.equal(await say(repl, pythonCode`h(${piece})`), right, `${what}, compact`);
          assert.equal(await say(repl, `h(${bytesLiteral(piece)})`), right, `${what}, plain`);
        }
      }
    });
  });
});
