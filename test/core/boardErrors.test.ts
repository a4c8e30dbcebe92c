import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  BoardException,
  boardFloods,
  boardNeedsReset,
  boardRefusesToStop,
  boardSilent,
  exceptionFromRepr,
  explainBoardException,
  lineDamaged,
  portLost,
  tellsOfRestart,
} from '../../src/core/board/boardErrors.js';
import { BackupError, describeCauses, isBackupError } from '../../src/core/errors.js';

const TRACEBACK = 'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\n';

describe('An exception of a board', () => {
  const spellings: ReadonlyArray<readonly [string, number | undefined]> = [
    ['OSError: [Errno 2] ENOENT', 2],
    ['OSError: [Errno 2] ENOENT: lib/wifi.py', 2],
    ['OSError: [Errno 30] Read-only filesystem', 30],
    ['OSError: [Errno 2] No such file/directory: main.py', 2],
    ['OSError: 28', 28],
    ['OSError: (28,)', 28],
    ["OSError: (28, 'ENOSPC')", 28],
    ['OSError: 110', 110],
    ['OSError: ', undefined],
    ['OSError', undefined],
    ['OSError: no such file', undefined],
    ['OSError: [Errno 2', undefined],
    ['ValueError: 28', undefined],
    ['MyOSError: 28', undefined],
    ['ZeroDivisionError: divide by zero', undefined],
    ['KeyboardInterrupt: ', undefined],
  ];
  for (const [lastLine, errno] of spellings) {
    it(`"${lastLine}" has ${errno === undefined ? 'no error number' : `the error number ${errno}`}`, () => {
      const error = new BoardException(`${TRACEBACK}${lastLine}\r\n`);
      assert.equal(error.errno, errno);
      assert.equal(error.lastLine, lastLine.trimEnd());
    });
  }

  it('is its last line, although what was raised first had a number too', () => {
    const error = new BoardException(
      `${TRACEBACK}OSError: 2\r\n\r\nDuring handling:\r\n${TRACEBACK}ValueError: bad\r\n`,
    );
    assert.equal(error.errno, undefined);
    assert.equal(error.lastLine, 'ValueError: bad');
  });

  it('may be nothing at all', () => {
    assert.equal(new BoardException('').lastLine, '');
  });
});

describe('P47 What is shown of an exception', () => {
  const shown = [
    ['OSError: [Errno 2] ENOENT: lib/wifi.py', 'OSError: [Errno 2] ENOENT'],
    ['OSError: [Errno 5] hunter2', 'OSError: [Errno 5]'],
    ['OSError: [Errno 5] SECRET-WORD', 'OSError: [Errno 5]'],
    ["OSError: (28, 'ENOSPC')", "OSError: (28, 'ENOSPC')"],
    ['OSError: 28', 'OSError: 28'],
    [
      'MemoryError: memory allocation failed, allocating 512 bytes',
      'MemoryError: memory allocation failed, allocating 512 bytes',
    ],
    ["NameError: name 'x' isn't defined", "NameError: name 'x' isn't defined"],
    [
      "AttributeError: 'module' object has no attribute 'ilistdir'",
      "AttributeError: 'module' object has no attribute 'ilistdir'",
    ],
    ['ValueError: password is hunter2', 'ValueError'],
    ['KeyError: hunter2', 'KeyError'],
    ['hunter2 is the password', 'an exception of its own'],
    ['hunter2: hunter2', 'an exception of its own'],
  ] as const;
  it('P47 is what firmware says of it, and no word of a program', () => {
    for (const [line, wanted] of shown) {
      const error = new BoardException(
        `${TRACEBACK}joining with hunter2\r\n  File "wifi.py", line 7, in join\r\n${line}\r\n`,
      );
      assert.equal(error.message, wanted);
      assert.deepEqual(error.traceback.split('\n').slice(0, -1), [
        'Traceback (most recent call last):',
        '  File "<stdin>", line 1, in <module>',
        '  File "wifi.py", line 7, in join',
      ]);
      for (const text of [inspect(error), describeCauses(explainBoardException(error, 'a.py'))])
        assert.ok(!text.includes('hunter2'), text);
    }
  });
});

describe('What a board refused, as a sentence', () => {
  const sentences: ReadonlyArray<readonly [number, string, RegExp]> = [
    [2, 'board-path-missing', /lib\/wifi\.py is no longer on the board/],
    [28, 'board-full', /no room left for lib\/wifi\.py/],
    [30, 'board-read-only', /cannot write lib\/wifi\.py.*read-only/],
    [5, 'board-error', /error for lib\/wifi\.py: OSError: 5/],
  ];
  for (const [errno, code, sentence] of sentences) {
    it(`error number ${errno} is told as ${code}, with what to do next`, () => {
      const cause = new BoardException(`${TRACEBACK}OSError: ${errno}\r\n`);
      const error = explainBoardException(cause, 'lib/wifi.py');
      assert.ok(error instanceof BackupError);
      assert.equal(error.code, code);
      assert.match(error.message, sentence);
      assert.match(error.hint ?? '', /^[A-Z].*\.$/);
      assert.equal(error.cause, cause);
      assert.equal(error.path, 'lib/wifi.py');
    });
  }

  it('P36 reads what our own Python tells of an exception, in numbers or in words', () => {
    const told = [
      ['OSError(28,)', 'OSError: 28', 28],
      ['OSError(2)', 'OSError: 2', 2],
      ["OSError('file not found',)", 'OSError: file not found', 2],
      ["OSError('no more storage space',)", 'OSError: no more storage space', 28],
      ["ValueError('illegal mode',)", 'ValueError: illegal mode', undefined],
      ['MemoryError()', 'MemoryError: ', undefined],
      ['something else', 'something else', undefined],
    ] as const;
    for (const [repr, line, errno] of told) {
      const { lastLine, errno: found } = exceptionFromRepr(repr);
      assert.deepEqual([lastLine, found], [line.trimEnd(), errno]);
    }
  });

  it('tells how a CircuitPython board whose drive is mounted can be written', () => {
    const error = explainBoardException(new BoardException('OSError: [Errno 30] Read-only filesystem'), 'main.py');
    assert.match((error as BackupError).hint ?? '', /drive is mounted on a computer: eject .* storage\.remount/);
  });

  it('leaves other errors as they are', () => {
    const other = new Error('other');
    assert.equal(explainBoardException(other, 'main.py'), other);
  });

  it('P47 shows no control characters of a name, and names the root', () => {
    const cause = new BoardException('OSError: 5');
    const shown = (path: string) => String(explainBoardException(cause, path));
    assert.doesNotMatch(shown('a\x1b[2J\nb'), /[\x00-\x1f]/);
    assert.match(shown(''), /error for \/:/);
  });

  it('every trouble with a port says which port, and what to do next', () => {
    for (const error of [
      boardSilent('COM3', 5000),
      boardRefusesToStop('COM3'),
      boardNeedsReset('COM3', boardSilent('COM3', 0)),
      boardFloods('COM3'),
      portLost('COM3'),
      lineDamaged('COM3', 'x'),
    ]) {
      assert.ok(isBackupError(error));
      assert.match(error.message, /^[A-Z].*COM3.*\.$/);
      assert.match(error.hint ?? '', /^[A-Z].*\.$/);
      assert.equal(error.path, 'COM3');
    }
    assert.match(boardSilent('COM3', 0).hint ?? '', /sleep.*boot loader.*REPL.*reset button/);
    assert.match(boardSilent('COM3', 5000).message, /for 5 s/);
    assert.doesNotMatch(boardSilent('COM3', 0).message, /0 s/);
  });
});

describe('What a board prints', () => {
  for (const text of [
    ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)',
    'ets Jul 29 2019 12:21:46',
    'MPY: soft reboot',
    'MicroPython v1.9.2 on 2017-08-23; PYBv1.1 with STM32F405RG',
  ])
    it(`tells of a restart: ${text}`, () => assert.ok(tellsOfRestart(text)));

  for (const text of ['12 packets now', 'sockets Jan', 'targets and 3 widgets for 2013'])
    it(`tells of none: ${text}`, () => assert.ok(!tellsOfRestart(text)));
});
