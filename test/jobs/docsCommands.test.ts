// What the docs say to type does what they say: every command in them is typed at a terminal, in the order of its page, by somebody
// who has a board on a port, backups of it, and a second place.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as nodePty from '@lydell/node-pty';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { CLI, mpbackup } from '../support/mpbackup.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';
import { archivesIn, serveWebdav, type TestServer } from '../support/secondPlaces.js';

const PAGES = [
  'README.md',
  ...['command-line', 'keeping-backups', 'second-place', 'security'].map((name) => `docs/${name}.md`),
];
/** What is no command of a test: the runs of everything, and what cron is given. */
const NOT_TYPED = [/^npm (start|test|run bench)\b/, /^PATH=/, /^\*\/5 /];
const PASSPHRASE = 'correct horse battery staple';

interface World {
  folder: string;
  board: PtyBoard;
  env: NodeJS.ProcessEnv;
  /** Where the user has changed to. */
  cwd: string;
  /** What the pages call something, and what it is here; the longest first. */
  names: ReadonlyArray<readonly [string, () => Promise<string>]>;
}

/** What has to be so before a command has something to do. */
const BEFORE: ReadonlyArray<readonly [RegExp, (world: World) => Promise<unknown>]> = [
  [/^mpbackup restore .* --dry-run/, (world) => appendFile(join(world.folder, 'ports/pico/lib/wlan.py'), '# broken\n')],
  [/^unzip/, toBoardFolder],
  [
    /^age -d -o/,
    async (world) => {
      await run(world, { MPBACKUP_NEW_PASSPHRASE: PASSPHRASE }, 'key', 'set', '--yes', '--work-factor', '10');
      await toBoardFolder(world);
    },
  ],
  [
    /^age -d -i/,
    async (world) => {
      const key = join(world.folder, 'key.txt');
      await run(world, {}, 'key', 'new', '--out', key);
      await run(world, { MPBACKUP_PASSPHRASE: PASSPHRASE }, 'key', 'change', '--new-key-file', key, '--yes');
      await toBoardFolder(world);
      await cp(key, join(world.cwd, 'key.txt'));
    },
  ],
];

/** Exit code 1 is an answer here. */
const MAY_SAY_NO: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^mpbackup health/, /needs you|not been verified|no backup/i],
  [/^mpbackup finish/, /There is no restore of .* that could be finished/],
];

describe('The commands of the docs', function () {
  this.timeout(120_000);

  for (const page of PAGES)
    it(`do what ${page} says`, async () => {
      const text = await readFile(page, 'utf8');
      const commands = commandsIn(text);
      assert.ok(commands.length > 0, `${page} has no commands.`);
      await using server = commands.some((line) => line.startsWith('rclone')) ? await aWebdavServer() : undefined;
      const world = await newWorld(text, server);
      try {
        for (const command of commands) await typeIn(world, command);
      } finally {
        await world.board.close();
        await powerOffSimulated(join(world.folder, 'ports'), 'pico');
        await rm(world.folder, { recursive: true });
      }
    });

  it('stand on no other page', async () => {
    const pages = (await readdir('docs')).map((name) => `docs/${name}`).filter((page) => !PAGES.includes(page));
    for (const page of pages) assert.deepEqual(commandsIn(await readFile(page, 'utf8')), [], page);
  });
});

/** Of blocks that are in no language: one a line, and behind it what it does. */
function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```/gms)].filter(([, language]) => language === '');
  const lines = blocks.flatMap(([, , text = '']) => text.split('\n'));
  const commands = lines.map((line) => line.replace(/ {2,}.*/, '').trim());
  return commands.filter(
    (line) =>
      /^(mpbackup|age|rclone|unzip|for|cd|mkdir|grep|npm|PATH|\*)/.test(line) &&
      !NOT_TYPED.some((what) => what.test(line)),
  );
}

/** Somebody with a backup of a board, or two, which has changed since, and rclone with a remote. */
async function newWorld(page: string, server: TestServer | undefined): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'mpbackup-docs-'));
  const [home, bin, nas, flash] = ['home', 'bin', 'nas', 'ports/pico'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [home, bin, nas, join(flash, 'lib')]) await mkdir(each, { recursive: true });
  await writeFile(join(bin, 'mpbackup'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  await chmod(join(bin, 'mpbackup'), 0o755);
  const rcloneConfig = join(folder, 'rclone.conf');
  await writeFile(rcloneConfig, `[nas]\ntype = alias\nremote = ${nas}\n`);
  await writeFile(join(flash, 'main.py'), 'print("ready")\n');
  await writeFile(join(flash, 'lib', 'wlan.py'), 'def connect():\n    pass\n');
  const board = await openPtyBoard(simulatedTransport(join(folder, 'ports')), 'sim:pico');
  const env = {
    ...process.env,
    ...{ HOME: home, PATH: `${bin}:${process.env.PATH}`, RCLONE_CONFIG: rcloneConfig },
    ...{ MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') },
  };
  const world: World = { folder, board, env, cwd: home, names: [] };
  let [first, second] = ['', ''];
  const firstArchive = async () =>
    (await archivesOf(world)).sort()[0]?.replace(/\.age$/, '') ?? assert.fail('There are no archives.');
  world.names = [
    ['https://nas.local/dav', async () => `http://127.0.0.1:${server?.port}`],
    ['backup_20261121_093000.blb', firstArchive],
    ['/media/disk/backups', async () => join(folder, 'disk')],
    [
      'laptop-1a2b3c4d',
      async () =>
        (await readdir(join(server?.folder ?? nas, 'backups'))).find((name) => !name.startsWith('.')) ??
        'no folder there',
    ],
    ['/dev/ttyACM0', async () => board.path],
    ['2695f0b7', async () => createHash('sha256').update('print("ready")\n').digest('hex').slice(0, 8)],
    // The sample project of `simulate` has a lib/wifi.py, too.
    ['lib/wifi.py', async () => 'lib/wlan.py'],
    ['1a2b', async () => first],
    ['3c4d', async () => second],
  ];
  await run(world, {}, 'backup', board.path);
  // A backup takes a second, and each archive that is encrypted anew another one.
  if (page.includes('3c4d')) {
    await appendFile(join(flash, 'main.py'), 'print("more")\n');
    await run(world, {}, 'backup', board.path);
  }
  const { result } = await mpbackup(['list', '--json'], { env });
  const ids = (result.backups as Array<{ id: string }>).map(({ id }) => id.slice(0, 8));
  [first = '', second = ''] = ids.reverse();
  await appendFile(join(flash, 'lib', 'wlan.py'), '# changed since\n');
  return world;
}

async function aWebdavServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mpbackup-nas-'));
  return serveWebdav(join(folder, 'served'), 'docs');
}

async function run({ env, cwd }: World, more: NodeJS.ProcessEnv, ...words: string[]): Promise<void> {
  const { status, stderr } = await mpbackup(words, { env: { ...env, ...more }, cwd });
  assert.equal(status, 0, `${words.join(' ')}: ${stderr}`);
}

/** Goes to a copy of what lies in the folder of the board. */
async function toBoardFolder(world: World): Promise<void> {
  const store = join(world.folder, 'home', 'MicroPython Backups');
  const [archive] = (await archivesIn(store)).filter((name) => !name.startsWith('trash'));
  world.cwd = join(world.folder, 'copy');
  await rm(world.cwd, { recursive: true, force: true });
  await cp(join(store, dirname(archive ?? assert.fail('There are no archives.'))), world.cwd, { recursive: true });
}

async function archivesOf({ cwd }: World): Promise<string[]> {
  return (await readdir(cwd)).filter((name) => /^backup_.*\.blb(\.age)?$/.test(name));
}

/** Types a command into a shell, and answers what it asks. */
async function typeIn(world: World, command: string): Promise<void> {
  for (const [what, prepare] of BEFORE) if (what.test(command)) await prepare(world);
  let typed = command;
  for (const [name, here] of world.names) if (typed.includes(name)) typed = typed.replaceAll(name, await here());
  const { cwd, env } = world;
  const terminal = nodePty.spawn('bash', ['-c', typed], { cols: 200, rows: 50, cwd, env });
  let [shown, answered] = ['', 0];
  terminal.onData((text) => {
    shown += text;
    const asked = [
      ...shown.matchAll(/\[y\/N\] |^(?:New passphrase|Enter it again|Enter passphrase[^:]*|Passphrase[^:]*): /gm),
    ];
    for (const [question] of asked.slice(answered))
      terminal.write(question.startsWith('[') ? 'y\r' : `${PASSPHRASE}\r`);
    answered = asked.length;
  });
  const code = await new Promise<number>((resolve) => void terminal.onExit(({ exitCode }) => resolve(exitCode)));
  const told = `${typed}\n${shown}`;
  const meant = MAY_SAY_NO.find(([what]) => what.test(command))?.[1];
  assert.ok(code === 0 || (code === 1 && meant?.test(shown)), told);
}
