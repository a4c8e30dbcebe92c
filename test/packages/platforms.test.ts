// The package for each platform: it has the one native part that serialport's loader takes there, made for that processor and C library,
// and else what the package for all has. Those for this machine are unpacked and run.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import manifest from '../../package.json' with { type: 'json' };
import { platforms, prebuildOf } from '../../scripts/platforms.mjs';
import { start } from '../support/mpbackup.js';
import { startSimulatedPort } from '../support/simulatedPort.js';
import { machinesOf } from './machines.js';

const repository = join(ASSETS_FOLDER, '..');
const universal = join(repository, `${manifest.name}-${manifest.version}.vsix`);

/** What Node and Electron say of themselves there. Electron does not say for which version of ARM it was made. */
const hosts: Record<string, { platform: string; arch: string; libc?: string; armVersions?: string[] }> = {
  'win32-x64': { platform: 'win32', arch: 'x64' },
  'win32-arm64': { platform: 'win32', arch: 'arm64' },
  'linux-x64': { platform: 'linux', arch: 'x64', libc: 'glibc' },
  'linux-arm64': { platform: 'linux', arch: 'arm64', libc: 'glibc' },
  'linux-armhf': { platform: 'linux', arch: 'arm', libc: 'glibc', armVersions: ['', '6', '7'] },
  'alpine-x64': { platform: 'linux', arch: 'x64', libc: 'musl' },
  'alpine-arm64': { platform: 'linux', arch: 'arm64', libc: 'musl' },
  'darwin-x64': { platform: 'darwin', arch: 'x64' },
  'darwin-arm64': { platform: 'darwin', arch: 'arm64' },
};

interface Package {
  folder: string;
  /** By their names in the VSIX: of those that were unpacked. */
  files: Map<string, Buffer>;
  /** Of all that is in it. */
  checksums: Map<string, number>;
}

describe('The package for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-packages-'));
  const vsixOf = (platform: string) => join(folder, `${platform}.vsix`);
  let forAll: Package;
  let treeBefore: string[];

  before(async function () {
    this.timeout(120_000);
    treeBefore = tree();
    const packages = platforms.map((platform) => ({ file: vsixOf(platform), platform }));
    execFileSync(process.execPath, ['scripts/vsce.mjs', JSON.stringify(packages)], { cwd: repository });
    forAll = await unpack(universal, join(folder, 'all'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('any platform is made without a change to the working tree', () => {
    assert.deepEqual(tree(), treeBefore);
  });

  it('any platform is published in one folder, whose checksums are of what is there', () => {
    const files = [universal, ...platforms.map(vsixOf)];
    const script = `import { gather } from './scripts/package.mjs'; gather(${JSON.stringify(files)}, ${JSON.stringify(folder)})`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: repository });
    const told = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    const found = files.map((file) => {
      const bytes = readFileSync(join(folder, basename(file)));
      return `${createHash('sha256').update(bytes).digest('hex')}  ${basename(file)}`;
    });
    assert.deepEqual(told, found);
  });

  it('every platform is known here', () => {
    assert.deepEqual(Object.keys(hosts).sort(), [...platforms].sort());
  });

  for (const platform of platforms) {
    it(`${platform} has its own native part alone, says for which platform it is, and has else what the one for all has`, async () => {
      // All of it only where it will be run.
      const wanted = platform === 'linux-x64' ? /./ : /\/prebuilds\/|^extension\.vsixmanifest$/;
      const own = await unpack(vsixOf(platform), join(folder, platform), wanted);
      const prebuild = prebuildOf[platform] ?? '';
      assert.deepEqual(prebuildsIn(own), [`extension/${prebuild}`]);
      assert.match(own.files.get('extension.vsixmanifest')?.toString() ?? '', targetPlatform(platform));
      for (const { folder: place } of [own, forAll]) {
        const extension = join(place, 'extension');
        assert.deepEqual(loadedBy(extension, platform), new Set([join(extension, prebuild)]));
      }
      const machines = machinesOf(own.files.get(`extension/${prebuild}`) ?? Buffer.alloc(0));
      const { platform: system, arch = '', libc = '' } = hosts[platform] ?? {};
      const machine = `${system} ${arch}${libc && ` ${libc}`}`;
      assert.ok(machines.includes(machine), `${machines} instead of ${machine}`);
      assert.deepEqual(others(own.checksums), others(forAll.checksums));
    });
  }

  it('all platforms names none, and has the native part of each', () => {
    assert.doesNotMatch(forAll.files.get('extension.vsixmanifest')?.toString() ?? '', /TargetPlatform/);
    const wanted = new Set(platforms.map((platform) => `extension/${prebuildOf[platform]}`));
    // Alpine on 32-bit ARM has no VS Code, but Node and so the command line.
    wanted.add('extension/prebuilds/linux-arm/@serialport+bindings-cpp.armv7.musl.node');
    assert.deepEqual(prebuildsIn(forAll), [...wanted].sort());
  });

  it('any platform tells nothing of the machine that it was made on, and has none of the pictures of README', () => {
    for (const [name, content] of forAll.files) {
      assert.doesNotMatch(name, /\.map$|screenshots|\/\.(?!$)/);
      if (/\.(node|wasm|png)$/.test(name)) continue;
      const text = content.toString();
      // The home of root in a container is a word that anything may have.
      for (const place of [repository, homedir()].filter((path) => path !== '/root'))
        assert.ok(!text.includes(place), `${name} names ${place}`);
      assert.doesNotMatch(text, /sourcesContent|-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]/);
    }
  });

  it('any platform shows the pictures of README from the repository, where they are and are small', () => {
    const readme = forAll.files.get('extension/readme.md')?.toString() ?? '';
    const pictures = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, address = '']) => address);
    const inRepository = `${manifest.repository.url.replace(/\.git$/, '')}/raw/HEAD/`;
    assert.ok(pictures.includes(`${inRepository}media/screenshots/main-path.png`));
    for (const address of pictures) {
      assert.ok(address.startsWith(inRepository), address);
      assert.ok(statSync(join(repository, address.slice(inRepository.length))).size < 3_000_000, address);
    }
  });

  if (process.platform === 'linux' && process.arch === 'x64') {
    for (const which of ['linux-x64', 'all']) {
      it(`${which === 'all' ? 'all platforms' : which} backs up a board on a serial port by its command line`, async () => {
        const cli = join(folder, which, 'extension', 'dist', 'cli.js');
        const boards = join(folder, 'boards');
        await using port = await simulatedPort(boards, `board-of-${which}`);
        const store = ['--store', join(folder, `store-of-${which}`), '--json'];
        const run = (...words: string[]) => start(process.execPath, [cli, ...words, ...store], { cwd: folder }).ended;
        for (const words of [['backup', port.path], ['verify']]) {
          const { status, stderr } = await run(...words);
          assert.equal(status, 0, stderr);
        }
        const list = await run('list');
        assert.match(list.stdout.toString(), /"kind":"full"/);
      });
    }
  }
});

async function simulatedPort(boards: string, name: string) {
  const port = await startSimulatedPort({ folder: boards, name });
  return { path: port.path, [Symbol.asyncDispose]: () => port.stop() };
}

/** What a package could be made by changing: when each file was changed. The runner does not touch these while tests run. */
function tree(): string[] {
  const top = readdirSync(repository).filter((name) => statSync(join(repository, name)).isFile());
  const below = ['prebuilds', 'dist', 'media'].flatMap((name) =>
    readdirSync(join(repository, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file)),
  );
  return [...top, ...below].map((name) => `${name} ${statSync(join(repository, name)).mtimeMs}`).sort();
}

function targetPlatform(platform: string): RegExp {
  return new RegExp(`<Identity [^>]*TargetPlatform="${platform}"`);
}

function prebuildsIn({ checksums }: Package): string[] {
  return [...checksums.keys()].filter((name) => name.includes('/prebuilds/')).sort();
}

function others(checksums: Map<string, number>): Array<[string, number]> {
  const ofOne = /^extension\/prebuilds\/|^extension\.vsixmanifest$|^\[Content_Types\]\.xml$/;
  return [...checksums].filter(([name]) => !ofOne.test(name)).sort();
}

/** Which files serialport's loader takes there, in Node and in Electron. */
function loadedBy(extension: string, platform: string): Set<string> {
  const { platform: system, arch, libc = '', armVersions = [''] } = hosts[platform] ?? {};
  const require = createRequire(createRequire(join(repository, 'package.json')).resolve('@serialport/bindings-cpp'));
  const paths = new Set<string>();
  const before = { ...process.env };
  try {
    for (const armVersion of armVersions) {
      for (const electron of ['', '1']) {
        const env = { npm_config_platform: system, npm_config_arch: arch, LIBC: libc, ARM_VERSION: armVersion };
        Object.assign(process.env, env, { ELECTRON_RUN_AS_NODE: electron, PREBUILDS_ONLY: '1' });
        // It asks for these when it is loaded.
        for (const name of ['node-gyp-build', 'node-gyp-build/node-gyp-build.js'])
          delete require.cache[require.resolve(name)];
        paths.add(require('node-gyp-build').path(extension));
      }
    }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return paths;
}

/** Into a folder, as an installation would. */
async function unpack(vsix: string, folder: string, wanted = /./): Promise<Package> {
  const zip = await openPromise(vsix);
  const files = new Map<string, Buffer>();
  const checksums = new Map<string, number>();
  for await (const entry of zip.eachEntry()) {
    const { fileName, crc32 } = entry;
    checksums.set(fileName, crc32);
    if (!wanted.test(fileName)) continue;
    const content = await buffer(await zip.openReadStreamPromise(entry));
    files.set(fileName, content);
    await mkdir(join(folder, fileName, '..'), { recursive: true });
    await writeFile(join(folder, fileName), content);
  }
  return { folder, files, checksums };
}
