// What others meet, as far as it can be tested without VS Code: who is waited for, which board is meant, what a link leads to, what
// a language model is not told; which settings travel, and that nothing else does.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import packageJson from '../../package.json';
import { isBackupError } from '../../src/core/errors.js';
import { parseUserPath } from '../../src/core/paths.js';
import { codeTokens } from '../../src/core/plan/codeTokens.js';
import type { KnownBoard } from '../../src/core/plan/knownBoards.js';
import { maskedDiff } from '../../src/core/plan/maskedDiff.js';
import { waitForOthers } from '../../src/ui/api/waiting.js';
import { boardMeant, connectedBoard, onlyBoard, wishOf } from '../../src/ui/boardMeant.js';
import { backupIdOf, pathTo } from '../../src/ui/linkPath.js';
import { whileWriting } from '../../src/ui/live/whileWriting.js';
import type { Services } from '../../src/ui/services.js';
import { boardOfTask, nameInTask, nameOfTask } from '../../src/ui/tasks/taskDefinition.js';
import { AskedAbout } from '../../src/ui/tools/askedAbout.js';
import { withoutPlaces } from '../../src/ui/tools/withoutPlaces.js';
import { virtualClock } from '../support/virtualClock.js';

const coded = (code: string) => (error: unknown) => isBackupError(error) && error.code === code;

describe('Whoever is told of a restore', () => {
  const never = new Promise<void>(() => {});

  it('is waited for, and not for ever', async () => {
    const clock = virtualClock();
    const asking = (thenable: Promise<unknown>) =>
      clock.until(waitForOthers(clock, (waitUntil) => waitUntil(thenable), undefined));
    assert.equal(await asking(clock.sleep(2_000)), true);
    assert.equal(clock.ticks(), 2_000);
    assert.equal(await asking(never), false);
    assert.equal(clock.ticks(), 5_000);
    assert.equal(await asking(Promise.reject(new Error('No.'))), true);
    assert.equal(clock.ticks(), 5_000);
  });

  it('is not waited for where the restore is cancelled, nor where it asks too late', async () => {
    const clock = virtualClock();
    const cancelling = new AbortController();
    const waiting = waitForOthers(clock, (waitUntil) => waitUntil(never), cancelling.signal);
    cancelling.abort();
    assert.equal(await waiting, true);
    let late: (thenable: PromiseLike<unknown>) => void = () => {};
    const told = waitForOthers(
      clock,
      (waitUntil) => {
        late = waitUntil;
      },
      undefined,
    );
    late(never);
    assert.equal(await told, true);
    assert.equal(clock.ticks(), 0);
  });
});

describe('A board that others name', () => {
  const knowing = (...list: KnownBoard[]) => ({ boards: { list, troubles: [] } });
  const kitchen = { key: 'uid:1', id: 'uid:1', name: 'kitchen', url: '/dev/ttyACM0' };
  const attic = { key: 'uid:2', id: 'uid:2', name: 'attic' };

  it('is found by its id, its port or its name', () => {
    for (const name of ['uid:1', '/dev/ttyACM0', 'kitchen'])
      assert.equal(boardMeant(knowing(kitchen, attic), name), kitchen);
  });

  it('is never taken for another one, and no address is opened that is not one of a known board', () => {
    const twin = { ...attic, key: 'uid:3', id: 'uid:3', name: 'kitchen' };
    assert.throws(() => boardMeant(knowing(kitchen, twin), 'kitchen'), coded('bad-argument'));
    for (const name of ['cellar', 'tcp://192.0.2.1:23', 'Kitchen', ''])
      assert.throws(() => boardMeant(knowing(kitchen, attic), name), coded('port-not-found'));
    assert.throws(() => connectedBoard(knowing(kitchen, attic), 'attic'), coded('port-not-found'));
  });

  it('need not be named where there is only one', () => {
    assert.equal(onlyBoard(knowing(kitchen, attic)).key, 'uid:1');
    assert.throws(() => onlyBoard(knowing(attic)), coded('port-not-found'));
    assert.throws(() => onlyBoard(knowing(kitchen, { ...attic, url: 'COM3' })), coded('bad-argument'));
  });

  it('of a task is the one of the quick backup where none is named', () => {
    const both = knowing(kitchen, { ...attic, url: 'COM3' });
    assert.equal(boardOfTask(both, {}, 'uid:2').name, 'attic');
    assert.equal(boardOfTask(both, { board: 'quick' }, 'uid:2').name, 'attic');
    assert.equal(boardOfTask(both, { board: 'kitchen' }, 'uid:2').name, 'kitchen');
    assert.equal(boardOfTask(knowing(kitchen), {}, undefined).name, 'kitchen');
    assert.throws(() => boardOfTask(both, {}, 'ask'), coded('bad-argument'));
    assert.throws(() => boardOfTask(both, { board: 7 }, 'uid:2'), coded('port-not-found'));
    assert.equal(nameOfTask({ board: 'a\u202eb' }), 'Back up a\\u202eb');
  });

  it('has a task that means it and no other, whatever it is called', () => {
    const quick = { ...kitchen, name: 'quick' };
    const attics = [1, 2].map((at) => ({ key: `uid:${at + 5}`, name: 'attic', url: `COM${at}` }));
    const likeAnother = { key: 'uid:8', name: 'uid:1', url: 'COM8' };
    const unnamed = { key: 'usb:1', name: 'COM9', url: 'COM9' };
    const list = [quick, ...attics, likeAnother, unnamed, { ...attic, url: 'COM3', name: 'cellar' }];
    const names = list.map((board) => nameInTask(list, board));
    assert.deepEqual(names, ['uid:1', 'uid:6', 'uid:7', 'uid:8', 'COM9', 'cellar']);
    assert.deepEqual(
      names.map((board) => boardOfTask(knowing(...list), { board }, 'uid:7').key),
      list.map(({ key }) => key),
    );
  });

  it('gets the kind of backup that was named, and none that there is not', () => {
    assert.deepEqual(wishOf({}), { kind: 'auto', origin: 'manual' });
    const whole = { kind: 'full', set: 'light', note: 'before flash' };
    assert.deepEqual(wishOf(whole), { kind: 'full', origin: 'manual', set: 'light', label: 'before flash' });
    for (const wrong of [{ kind: 'best' }, { kind: 1 }, { note: ['a'] }, { set: {} }])
      assert.throws(() => wishOf(wrong), coded('bad-argument'));
  });
});

describe('The board that somebody was asked about', () => {
  const knowing = (...list: KnownBoard[]) => ({ boards: { list, troubles: [] } });
  const kitchen = { key: 'uid:1', id: 'uid:1', name: 'kitchen', url: 'COM3' };
  const attic = { key: 'uid:2', id: 'uid:2', name: 'attic', url: 'COM3' };

  it('is the one that is backed up, also where it is not the only one any more', () => {
    const asked = new AskedAbout();
    assert.equal(asked.begin(knowing(kitchen), { note: 'a' }).name, 'kitchen');
    assert.equal(asked.end(knowing({ ...attic, url: 'COM4' }, kitchen), { note: 'a' }).name, 'kitchen');
    asked.begin(knowing(kitchen), {});
    assert.throws(() => asked.end(knowing(attic), {}), coded('port-not-found'));
  });

  it('is none where two questions say the same, nor where nobody was asked', () => {
    const asked = new AskedAbout();
    for (const input of [{}, { board: 'COM3' }])
      assert.throws(() => asked.end(knowing(kitchen), input), coded('bad-argument'));
    asked.begin(knowing(kitchen), {});
    asked.begin(knowing(attic), {});
    asked.begin(knowing(attic), { note: 'b' });
    for (const there of [kitchen, attic]) assert.throws(() => asked.end(knowing(there), {}), coded('bad-argument'));
    assert.equal(asked.end(knowing(attic), { note: 'b' }).name, 'attic');
  });

  it('is not another one that is at its port by now', () => {
    const unknown = { key: 'COM3', name: 'Board', url: 'COM3' };
    for (const [before, input] of [
      [kitchen, { board: 'COM3' }],
      [unknown, { board: 'COM3' }],
      [unknown, {}],
    ] as const) {
      const asked = new AskedAbout();
      asked.begin(knowing(before), input);
      assert.throws(() => asked.end(knowing(attic), input), coded('bad-argument'));
    }
  });

  it('is that of the next question, where one was declined, as soon as a call was refused', () => {
    const asked = new AskedAbout();
    asked.begin(knowing(kitchen), {});
    asked.begin(knowing(attic), {});
    assert.throws(() => asked.end(knowing(attic), {}), coded('bad-argument'));
    asked.begin(knowing(attic), {});
    assert.equal(asked.end(knowing(attic), {}).name, 'attic');
  });
});

describe('The path of a link', () => {
  const id = '0123456789abcdef'.repeat(4);

  it('leads to one backup', () => {
    assert.equal(backupIdOf(pathTo(id), '', ''), id);
  });

  it('is nothing else, whatever stands in it', () => {
    for (const path of ['', '/', `/backup/${id}/`, `/backup/${id.slice(1)}`, `//backup/${id}`, `/backup/${id}\n`, id])
      assert.equal(backupIdOf(path, '', ''), undefined, path);
    assert.equal(backupIdOf(pathTo(id), 'a=b', ''), undefined);
    assert.equal(backupIdOf(pathTo(id), '', 'a'), undefined);
  });
});

describe('A difference that is told to a language model', () => {
  const diffOf = (path: string, before: string | undefined, after: string, deviceFiles?: string[]) =>
    maskedDiff(parseUserPath(path), before, after, deviceFiles);
  it('has the lines that differ, and those around', () => {
    const before = 'a = 1\nb = 2\nc = 3\n';
    assert.equal(
      diffOf('main.py', before, before.replace('b = 2', 'b = 5')),
      '@@ -1,3 +1,3 @@\n a = 1\n-b = 2\n+b = 5\n c = 3',
    );
    assert.equal(diffOf('main.py', before, before), '');
    assert.equal(diffOf('main.py', undefined, 'a = 1\n'), '@@ -0,0 +1,1 @@\n+a = 1');
    const code =
      'class Net(Base):\n    async def up(self, led: Pin = Pin(2)) -> None:\n        return self.ap.connect(led)\n';
    assert.equal(diffOf('net.py', undefined, code), `@@ -0,0 +1,3 @@\n${code.trimEnd().replace(/^/gm, '+')}`);
  });

  it('shows that a text has changed, and not to what', () => {
    const old = 'led = "home"\nPASSWORD = "sesame-open-7"  # of the house\nx = 1\n';
    const [first, second] = ['led = "…"', 'PASSWORD = "…"  # …'];
    for (const [now, lines] of [
      [old.replace('sesame-open-7', 'sesame-shut-8'), [` ${first}`, `-${second}`, `+${second}`, ' x = 1']],
      [old.replace('x = 1', 'x = 2'), [` ${first}`, ` ${second}`, '-x = 1', '+x = 2']],
    ] as const)
      assert.equal(diffOf('main.py', old, now), ['@@ -1,3 +1,3 @@', ...lines].join('\n'));
  });

  it('has no secret, however it is written down', () => {
    const VALUE = 'hunter2horse';
    const far = 'x = 1\n'.repeat(6_000);
    for (const text of [
      `p = "${VALUE}"`,
      `p = b'${VALUE}'; q = rb"a"`,
      `p = f"{a}${VALUE}"`,
      `wl.connect(n, "it's \\"${VALUE}\\"")`,
      `NETS = {\n    "Home": "a",\n    "${VALUE}": ("b",),\n}`,
      `P = """\n${VALUE}\n"""`,
      `P = '''a \\''' ${VALUE}'''`,
      `P = "a \\\n${VALUE}"`,
      `P = "a \\\r\n${VALUE}"`,
      `# P = "${VALUE}"`,
      `x = 1 # ${VALUE}`,
      `def f():\n    "${VALUE}"`,
      // Nothing closes them.
      `P = "${VALUE}`,
      `P = ${VALUE}"`,
      `P = """a\n${VALUE}\nb = 1`,
      // No Python at all.
      `P = "a" ${VALUE}`,
      `the password is ${VALUE}`,
      `${VALUE} = "a"b"`,
      `${far}password = "${VALUE}"`,
    ]) {
      for (const old of [undefined, `${text}\nlast = 2\n`]) {
        const diff = diffOf('main.py', old, `${text}\nlast = 1\n`);
        assert.match(diff, /…/, text.slice(-80));
        assert.ok(!diff.includes(VALUE), text.slice(-80));
      }
    }
    // What is a text now was code before.
    assert.equal(diffOf('a.py', `${VALUE}\nb = 1\n`, `"""\n${VALUE}\nb = 1\n`), '@@ -1,2 +1,3 @@\n+…\n …\n …');
  });

  it('has no code of a door and no bytes of a key, and other numbers', () => {
    const numbers =
      'PIN = 4711\nKEY = 0x2b7e\nAPP = [(43, 126),\n  (21, -22), (40, 174)]\nled = Pin(25)\ntime.sleep(0.5)\n';
    assert.equal(
      diffOf('main.py', undefined, numbers),
      '@@ -0,0 +1,6 @@\n+PIN = …\n+KEY = …\n+APP = [(…, …),\n+  (…, -…), (…, …)]\n+led = Pin(25)\n+time.sleep(0.5)',
    );
  });

  it('has no line of what is no source in Python or for one board alone, and none where there are too many', () => {
    const counted =
      'Not shown: lines added: 2, removed: 1. Lines are shown of sources in Python, unless they are for one board alone.';
    const others = ['conf.json', 'boot.toml', 'notes.txt', 'start.sh', 'WIFI'];
    for (const path of [...others, 'lib/secrets.py', 'webrepl_cfg.py', 'home.py'])
      assert.equal(diffOf(path, 'a\n', 'b\nc\n', ['home.*']), counted, path);
    for (const path of ['main.py', 'lib/wifi.PY', 'typing.pyi'])
      assert.match(diffOf(path, 'a\n', 'b\n', ['home.*']), /^@@/, path);
    const numbered = (word: string) => Array.from({ length: 10_000 }, (_, at) => `${word}${at}`).join('\n');
    assert.equal(diffOf('main.py', numbered('a'), numbered('b')), 'Not shown: it differs in too many lines.');
    assert.equal(diffOf('main.py', 'a', '\n'.repeat(10_000)), 'Not shown: it has too many lines.');
  });

  it('is made of hostile texts too, without taking long', () => {
    const escaped = '"\\'.repeat(32_000);
    const texts = [escaped, `${'['.repeat(20)}\n`.repeat(2_400), 'key \\\n'.repeat(9_000), '# key"\n'.repeat(9_000)];
    for (const text of [...texts, '1, '.repeat(20_000), `${'1, 2, 3, 4, 5'.padEnd(60)}\n`.repeat(1_000)])
      assert.match(diffOf('main.py', undefined, text), /^@@/);
    // It grew with the square: that took an hour.
    assert.ok(codeTokens(escaped.repeat(20)).length > 500_000);
  });
});

describe('A sentence that is told to a language model', () => {
  const boards = [
    { key: 'uid:e66', id: 'uid:e66', name: 'kitchen', url: '/dev/ttyACM0' },
    { key: 'COM7', name: 'attic', url: 'COM7' },
  ];
  const folders = { home: '/home/anna', others: ['/home/anna/My Backups', 'C:\\Users\\anna\\Backups', '/tmp'] };

  it('says neither where something lies on this computer, nor the address or the id of a board', () => {
    for (const [said, told] of [
      ['The board on /dev/ttyACM0 did not answer.', 'The board on … did not answer.'],
      ['There is no board COM7.', 'There is no board ….'],
      ['It is of kitchen (uid:e66), not of uid:e6614c311b7e6f35.', 'It is of kitchen (…), not of ….'],
      ['No port ws://192.0.2.7:8266/, socket://lab:2000 or sim:demo.', 'No port …, … or ….'],
      ['/home/anna/My Backups/kitchen/a.blb is damaged.', '…/My Backups/kitchen/a.blb is damaged.'],
      ['C:\\Users\\anna\\Backups\\a.blb is damaged.', '…\\Backups\\a.blb is damaged.'],
      ['Look into /home/anna/x/y.log (D:\\data\\z.log, /dev/ttyUSB3).', 'Look into ~/x/y.log (…/z.log, …/ttyUSB3).'],
      ['lib/wifi.py and a/b.py: 3 of 4 files/folders.', 'lib/wifi.py and a/b.py: 3 of 4 files/folders.'],
      ['ENOENT: no file, open "/var/lib/a b"', 'ENOENT: no file, open "…/a b"'],
    ] as const)
      assert.equal(withoutPlaces(said, boards, folders), told);
  });
});

describe('What writes to a board', () => {
  it('has its files and its backups read again where it fails in the middle, too', async () => {
    const told: string[] = [];
    const boards: { restores: object[]; refreshBackups(): Promise<void> } = {
      restores: [],
      async refreshBackups() {
        this.restores = [{ id: 'a', starts: 1 }];
        told.push('backups');
      },
    };
    const services = { boards, live: { outdated: (url: string) => told.push(url) } } as unknown as Services;
    const failing = whileWriting(services, 'sim:a', () => Promise.reject(new Error('The line is lost.')));
    await assert.rejects(failing, /The line is lost/);
    assert.deepEqual(told, ['backups', 'sim:a']);
  });
});

describe('Settings', () => {
  /** Where a computer keeps things, what is plugged in there and how, and what it does by itself: they stay where they are. */
  const OF_THE_COMPUTER = [
    ...['storeFolder', 'simulatedBoardsFolder', 'rclonePath', 'extraPorts', 'baudRate', 'controlLines'],
    ...['retention', 'pruneAfterBackup', 'freeSpaceWarning', 'secondPlaceCopies'],
    ...[
      'schedule',
      'boardSchedules',
      'backupSets',
      'scheduledRuns',
      'checkSeconds',
      'testRestore',
      'testRestoreSeconds',
    ],
  ];
  /** How somebody wants to work: they go with their user to other computers, where settings are synchronized. */
  const OF_THE_USER = [
    ...['include', 'exclude', 'fullAfter', 'recordUnchanged', 'deviceFiles', 'mirrorLimit'],
    ...['conflicts', 'safetyBackup', 'programAfterwards'],
  ];

  it('of a computer are never synchronized, and each setting is either of it or of its user', () => {
    const properties: Record<string, { scope?: string; ignoreSync?: boolean }> =
      packageJson.contributes.configuration.properties;
    // VS Code leaves out all that has a scope of the machine.
    const stays = (name: string) => /^machine(-overridable)?$/.test(properties[name]?.scope ?? '');
    const names = Object.keys(properties);
    const plain = (list: string[]) => list.map((name) => name.replace('micropythonBackup.', '')).sort();
    assert.deepEqual(plain(names.filter(stays)), [...OF_THE_COMPUTER].sort());
    assert.deepEqual(plain(names.filter((name) => !stays(name))), [...OF_THE_USER].sort());
  });

  it('that name a program are taken from no workspace at all, trusted or not', () => {
    assert.equal(packageJson.contributes.configuration.properties['micropythonBackup.rclonePath'].scope, 'machine');
  });
});

describe('Nothing is sent anywhere', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const usersOf = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ path }) => path);

  it('no telemetry: neither that of VS Code, nor one of our own', () => {
    assert.deepEqual(usersOf(/telemetry|createTelemetryLogger|isTelemetryEnabled|appinsights|sendBeacon/i), []);
    const used = Object.keys(packageJson.dependencies);
    assert.deepEqual(
      used.filter((name) =>
        /telemetry|insights|sentry|analytics|posthog|segment|axios|node-fetch|undici|got$/.test(name),
      ),
      [],
    );
  });

  it('connections are opened to boards alone, by what speaks to them', () => {
    const network =
      /from 'node:(net|tls|http|https|http2|dgram|dns)[/']|from 'ws'|(await|return|=|void) (globalThis\.)?fetch\(|XMLHttpRequest/;
    assert.deepEqual(usersOf(network).sort(), [
      'src/core/board/transport/tcp.ts',
      'src/core/board/transport/webRepl.ts',
    ]);
  });

  it('and a page of the web, or a report that was saved, is opened only where somebody presses a button', () => {
    assert.deepEqual(usersOf(/openExternal\(/), ['src/ui/failures.ts', 'src/ui/commands/exportReport.ts']);
  });
});

describe('The example in docs/api.md', () => {
  it('is compiled with the types that ship', function () {
    this.timeout(60_000);
    const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync('docs/api.md', 'utf8')) ?? [];
    assert.match(example, /getApi\(1\)/);
    const options: ts.CompilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, noUnusedLocals: true },
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, types: ['vscode'] },
    };
    const host = ts.createCompilerHost(options);
    const name = `${process.cwd().replaceAll('\\', '/')}/api/example.ts`;
    const { getSourceFile, fileExists } = host;
    host.fileExists = (path) => path === name || fileExists(path);
    host.getSourceFile = (path, ...rest) =>
      path === name
        ? ts.createSourceFile(name, example, ts.ScriptTarget.ES2022, true)
        : getSourceFile.call(host, path, ...rest);
    const found = ts.getPreEmitDiagnostics(ts.createProgram([name], options, host));
    assert.deepEqual(
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      [],
    );
  });

  it('names every code of a failure that there is', () => {
    const page = readFileSync('docs/api.md', 'utf8');
    const union = /export type ErrorCode =([\s\S]*?);/.exec(readFileSync('src/core/errors.ts', 'utf8'))?.[1] ?? '';
    const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code);
    assert.ok(codes.length > 30);
    assert.deepEqual(
      codes.filter((code) => !page.includes(`\`${code}\``)),
      [],
    );
  });
});
