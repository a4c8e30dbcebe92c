// Real MicroPython for tests, from Debian's packages: the unix port, whose files lie on a true FAT or littlefs, and a
// micro:bit in QEMU. `node scripts/realBoards.mjs` sets up what is missing and prints where everything is, as JSON.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, findOnPath, runQuietly, whenStarted } from './run.mjs';
import { ensureSystemPackages } from './setUp.mjs';

/** The Debian that has the unix port's packages, and the version that it has. A newer one is a newer cache. */
const suite = 'trixie';
const unixVersion = '1.25.0';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const firmware = '/usr/share/firmware-microbit-micropython/firmware.hex';
/** The system packages that {@link ensureRealBoards} needs. */
export const realBoardPackages = [
  { name: 'qemu-system-arm', programs: ['qemu-system-arm'] },
  ...(existsSync(firmware) ? [] : [{ name: 'firmware-microbit-micropython' }]),
];

const debian = process.platform === 'linux' && existsSync('/etc/os-release') ? codename() : undefined;

/** Both boards come as Debian packages. Elsewhere the simulated board has to do. */
export const realBoardsRunHere = debian !== undefined && existsSync(keyring) && findOnPath('apt-get') !== undefined;

/**
 * @typedef {object} RealBoards
 * @property {string[]} micropython the command that runs the unix port; arguments follow
 * @property {{ qemu: string, firmware: string }} microbit
 * @returns {Promise<RealBoards>}
 */
export async function ensureRealBoards() {
  await ensureSystemPackages(realBoardPackages);
  const root = join(cacheFolder, `micropython-unix-${unixVersion}`);
  if (!existsSync(root)) await installUnixPort(root);
  return { micropython: commandIn(root), microbit: { qemu: 'qemu-system-arm', firmware } };
}

/** It is built for a newer C library than Debian 12 has: it brings its own, and the loader that goes with it. */
function commandIn(root) {
  const multiarch = join(root, 'usr', 'lib');
  for (const folder of readdirSync(multiarch)) {
    const libraries = join(multiarch, folder);
    const loader = folder.endsWith('-gnu') && readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
    if (loader) return [join(libraries, loader), '--library-path', libraries, join(root, 'usr', 'bin', 'micropython')];
  }
  throw new Error(`There is no loader in ${multiarch}: remove ${root}, then run this again.`);
}

/**
 * Fetches the packages of another Debian into a folder, with an apt that knows of nothing else: the system stays as it is.
 * Needs no root. An install that broke off is never taken for a whole one.
 *
 * @param {string} folder
 */
async function installUnixPort(folder) {
  console.log(`Fetching MicroPython ${unixVersion} for tests …`);
  const unfinished = `${folder}.${process.pid}.unfinished`;
  const apt = join(tmpdir(), `apt-${process.pid}`);
  try {
    for (const part of ['sources', 'state/lists/partial', 'cache/archives/partial']) {
      mkdirSync(join(apt, part), { recursive: true });
    }
    // Nothing is installed in there, so that all it depends on is fetched, too.
    writeFileSync(join(apt, 'status'), '');
    const source = { Types: 'deb', URIs: mirror(), Suites: suite, Components: 'main', 'Signed-By': keyring };
    const lines = Object.entries(source).map(([field, value]) => `${field}: ${value}\n`);
    writeFileSync(join(apt, 'sources', 'debian.sources'), lines.join(''));
    const options = Object.entries({
      'Dir::Etc::SourceList': '/dev/null',
      'Dir::Etc::SourceParts': join(apt, 'sources'),
      'Dir::State': join(apt, 'state'),
      'Dir::State::Status': join(apt, 'status'),
      'Dir::Cache': join(apt, 'cache'),
      'APT::Sandbox::User': '',
      'Acquire::Languages': 'none',
      'Acquire::Retries': '3',
      'Debug::NoLocking': 'true',
    }).map(([name, value]) => `--option=${name}=${value}`);
    const fetch = ['install', '--yes', '--no-install-recommends', '--download-only', 'micropython'];
    await runQuietly('micropython-lists', 'apt-get', [...options, 'update', '--error-on=any']);
    await runQuietly('micropython-fetch', 'apt-get', [...options, ...fetch]);

    mkdirSync(unfinished, { recursive: true });
    const archives = join(apt, 'cache', 'archives');
    for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
      await runQuietly('micropython-unpack', 'dpkg-deb', ['--extract', join(archives, name), unfinished]);
    }
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    for (const leftover of [unfinished, apt]) rmSync(leftover, { recursive: true, force: true });
  }
}

/** Where this system has its own packages from: that place has the other Debian, too. */
function mirror() {
  const { stdout } = spawnSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8' });
  const release = new RegExp(`^'(.*)/dists/${debian}/InRelease'`, 'm').exec(stdout);
  if (release?.[1]) return release[1];
  throw new Error(`No source of apt has Debian ${debian} itself: MicroPython for tests cannot be fetched.`);
}

/** @returns {string | undefined} such as `bookworm`; undefined where this is no Debian */
function codename() {
  const release = readFileSync('/etc/os-release', 'utf8');
  if (!/^ID=debian$/m.test(release)) return undefined;
  return /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
}

await whenStarted(import.meta.url, async () => {
  console.log(JSON.stringify(realBoardsRunHere ? await ensureRealBoards() : null));
});
