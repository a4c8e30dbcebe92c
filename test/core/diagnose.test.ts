// A diagnosis on systems that this one is not: other distributions, other users, other things plugged in. On this one, with real
// ports: test/jobs/diagnose.test.ts.

import assert from 'node:assert/strict';
import type { PortSystem } from '../../src/core/board/portSystem.js';
import type { Port } from '../../src/core/board/ports.js';
import type { PortUse } from '../../src/core/board/transport/portHolder.js';
import { type FileSystem, realEnv } from '../../src/core/env.js';
import { BackupError, cancelled } from '../../src/core/errors.js';
import { type DiagnoseRequest, diagnose } from '../../src/core/jobs/diagnose.js';
import { describeDiagnosis, findingSentence } from '../../src/core/jobs/diagnoseText.js';
import { type Finding, mainFinding } from '../../src/core/plan/finding.js';
import { accessFix, parseGroups, parseOsRelease } from '../../src/core/plan/linuxAccess.js';
import { machineFindings, machineOf } from '../../src/core/plan/machineAdvice.js';
import { portKindOf } from '../../src/core/plan/portKinds.js';
import { chipOf, chipSentence, driverHint } from '../../src/core/plan/usbChips.js';
import { machineOfWindow } from '../../src/ui/remoteWindow.js';

const GROUPS = 'root:x:0:\ntty:x:5:\nuucp:x:10:\ndialout:x:20:grace\nadm:x:4:syslog,ada\nbroken\n';
const RELEASES = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
  ubuntu: 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nPRETTY_NAME="Ubuntu 24.04"\n',
  arch: 'NAME="Arch Linux"\nID=arch\n',
  manjaro: "NAME='Manjaro Linux'\nID=manjaro\nID_LIKE=arch\n",
  alpine: 'ID=alpine\nPRETTY_NAME="Alpine Linux v3.20"\n',
  nixos: 'ID=nixos\nPRETTY_NAME="NixOS 24.05"\n',
};
const UNUSED: PortUse = { holders: [], seesAll: true };
const PICO: Port = { url: '/dev/ttyACM0', hardware: { vendorId: '2e8a', productId: '0005', serialNumber: 'e661' } };
const CH340: Port = { url: '/dev/ttyUSB0', hardware: { vendorId: '1a86', productId: '7523' } };

interface Other {
  platform?: NodeJS.Platform;
  ports?: Port[];
  trouble?: BackupError;
  files?: Record<string, string>;
  user?: { id: number; groups: number[]; name: string };
  file?: { owner: number; group: number; mode: number; path?: string };
  isAllowed?: boolean;
  use?: PortUse | undefined;
  running?: string[];
}

/** A system as it is told, and a disk that has only what is told. */
function other(told: Other): { system: PortSystem; fs: FileSystem } {
  const { platform = 'linux', ports = [], trouble, isAllowed = true, running = [] } = told;
  const files = new Map(Object.entries({ '/etc/os-release': RELEASES.debian, '/etc/group': GROUPS, ...told.files }));
  const system: PortSystem = {
    ...{ platform, architecture: 'x64', home: '/home/ada' },
    user: platform === 'win32' ? undefined : (told.user ?? { id: 1000, groups: [1000], name: 'ada' }),
    ports: async () => ({ ports, ...(trouble && { trouble }) }),
    device: async (path) => {
      if (!ports.some(({ url }) => url === path)) return undefined;
      return { path, isDevice: true, ...(told.file ?? { owner: 0, group: 20, mode: 0o660 }) };
    },
    mayReadAndWrite: async () => isAllowed,
    useOf: async () => ('use' in told ? told.use : platform === 'linux' ? UNUSED : undefined),
    running: async () => (platform === 'linux' ? new Set(running) : undefined),
  };
  const fs: FileSystem = {
    ...realEnv().fs,
    async readFile(path) {
      const text = files.get(path);
      if (text === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
      return Buffer.from(text);
    },
    async list(folder) {
      const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))];
    },
    info: async (path) => (files.has(path) ? { kind: 'file', size: 0, modified: 0 } : undefined),
  };
  return { system, fs };
}

async function findingsOn(told: Other, request: Partial<DiagnoseRequest> = {}): Promise<Finding[]> {
  const { system, fs } = other(told);
  const usual = { named: [], simulatedBoards: '/none', controlLines: 'auto' } as const;
  return (await diagnose({ env: { ...realEnv(), fs } }, system, { ...usual, ...request })).findings;
}

const about = (findings: readonly Finding[], what: Finding['what']) => findings.filter((one) => one.what === what);
const problems = (findings: readonly Finding[]) => findings.filter(({ state }) => state === 'problem');

describe('A diagnosis', () => {
  it('finds nothing wrong with a port that is there, is allowed, and is used by nobody', async () => {
    const findings = await findingsOn(
      { ports: [PICO], user: { id: 1000, groups: [20], name: 'ada' } },
      { url: PICO.url },
    );
    assert.deepEqual(problems(findings), []);
    const [permission] = about(findings, 'permission');
    assert.equal(permission?.sentence, 'You may read and write it: crw-rw----, owner root, group dialout.');
    assert.match(about(findings, 'chip')[0]?.sentence ?? '', /Raspberry Pi RP2 \(2e8a:0005\): USB of the board itself/);
    assert.match(about(findings, 'lines')[0]?.sentence ?? '', /DTR and RTS are both on .*has to be reset by hand/);
    assert.ok(findings.every(({ port }) => port === undefined || port === PICO.url));
  });

  it('says which group to join, in the way of the distribution, and to log in anew', async () => {
    const fixes: Record<keyof typeof RELEASES, RegExp> = {
      debian: /^Run `sudo usermod -a -G dialout \$USER`\. Then log out and in again\.$/,
      ubuntu: /`sudo usermod -a -G dialout \$USER`/,
      arch: /`sudo usermod -a -G uucp \$USER`/,
      manjaro: /`sudo usermod -a -G uucp \$USER`/,
      alpine: /`doas addgroup \$USER dialout`/,
      nixos: /extraGroups = \[ "dialout" \]/,
    };
    for (const [id, expected] of Object.entries(fixes)) {
      const group = id === 'arch' || id === 'manjaro' ? 10 : 20;
      const findings = await findingsOn(
        {
          ...{ ports: [PICO], isAllowed: false, file: { owner: 0, group, mode: 0o660 } },
          files: { '/etc/os-release': RELEASES[id as keyof typeof RELEASES] },
        },
        { url: PICO.url },
      );
      const [permission] = problems(findings);
      assert.match(permission?.fix ?? '', expected, id);
    }
  });

  it('knows who has joined the group since they logged in, and never names the user', async () => {
    const findings = await findingsOn(
      { ports: [PICO], isAllowed: false, user: { id: 1001, groups: [1001], name: 'grace' } },
      { url: PICO.url },
    );
    assert.match(problems(findings)[0]?.fix ?? '', /^You are now a member of the group dialout.*log out/);
    assert.doesNotMatch(JSON.stringify(findings), /grace/);
  });

  it('writes a udev rule where no group would help', () => {
    const user = { id: 1000, groups: [1000], name: 'ada' };
    const common = {
      user,
      groups: parseGroups(GROUPS),
      distribution: parseOsRelease(RELEASES.debian),
      isAllowed: false,
    };
    const hardware = { vendorId: '1A86', productId: '7523' };
    for (const file of [
      { owner: 0, group: 0, mode: 0o660 },
      { owner: 0, group: 20, mode: 0o600 },
      { owner: 0, group: 77, mode: 0o660 },
    ])
      assert.match(
        accessFix({ ...common, file, hardware }),
        /60-micropython\.rules.*ATTRS\{idVendor\}=="1a86".*uaccess/,
      );
    // Who has the group already is kept out by something else.
    const member = { ...user, groups: [1000, 20] };
    const file = { owner: 0, group: 20, mode: 0o660 };
    assert.match(accessFix({ ...common, user: member, file, hardware }), /a container or a sandbox may do that/);
  });

  it('names who has the port open, and tells our own jobs from others', async () => {
    const holders = [
      { program: 'screen', pid: 4711, who: 'other' },
      { program: 'code', pid: 12, who: 'self' },
      { program: 'node', pid: 13, who: 'job' },
      { program: 'node', pid: 14, who: 'job-elsewhere' },
    ] as const;
    const findings = await findingsOn(
      { ports: [PICO], use: { holders: [...holders], seesAll: true } },
      { url: PICO.url },
    );
    assert.deepEqual(
      about(findings, 'holder').map(({ state, sentence }) => [state, sentence]),
      [
        ['problem', 'It is open in screen (process 4711).'],
        ['problem', 'Another extension of this window has it open: code (process 12).'],
        ['note', 'A job of this window has it open: node (process 13).'],
        ['problem', 'A job of another window or terminal has it open: node (process 14).'],
      ],
    );
  });

  it('says what it cannot see', async () => {
    const hidden = await findingsOn({ ports: [PICO], use: { holders: [], seesAll: false } }, { url: PICO.url });
    assert.match(about(hidden, 'holder')[0]?.sentence ?? '', /Programs of other users.*cannot be seen/);
    for (const platform of ['win32', 'darwin'] as const) {
      const port = { url: platform === 'win32' ? 'COM3' : '/dev/tty.usbmodem1', hardware: PICO.hardware };
      const findings = await findingsOn({ platform, ports: [port] }, { url: port.url });
      assert.match(about(findings, 'holder')[0]?.sentence ?? '', /not known whether a program has it open/);
      assert.deepEqual(problems(findings), []);
    }
  });

  it('says how the modem lines are set, as they are set', async () => {
    const lines = async (platform: NodeJS.Platform, controlLines: DiagnoseRequest['controlLines']) => {
      const findings = await findingsOn(
        { platform, ports: [{ ...CH340, url: 'COM3' }] },
        { url: 'COM3', controlLines },
      );
      return about(findings, 'lines')[0]?.sentence ?? '';
    };
    assert.match(
      await lines('win32', 'auto'),
      /are both off \(chosen by the kind of port\)\. A board .* restarted over them/,
    );
    assert.match(await lines('win32', 'on'), /are both on \(as you have chosen\)/);
    assert.match(await lines('darwin', 'auto'), /are both on/);
  });

  it('knows a board that is plugged in without a port, and why it may be', async () => {
    const sys = '/sys/bus/usb/devices';
    const boot = await findingsOn({ files: { [`${sys}/1-1/idVendor`]: '2e8a\n', [`${sys}/1-1/idProduct`]: '0003\n' } });
    assert.match(about(boot, 'usb')[0]?.sentence ?? '', /RP2040 \(2e8a:0003\) is plugged in, in its boot loader/);
    const stolen = await findingsOn({
      files: {
        [`${sys}/1-1/idVendor`]: '1a86\n',
        [`${sys}/1-1/idProduct`]: '7523\n',
        [`${sys}/1-1:1.0/bInterfaceClass`]: 'ff\n',
        [`${sys}/1-2/idVendor`]: '046d\n',
        [`${sys}/1-2/idProduct`]: 'c31c\n',
        '/usr/lib/udev/rules.d/85-brltty.rules': '',
      },
    });
    assert.equal(about(stolen, 'usb').length, 1, 'a keyboard is no board');
    assert.match(
      about(stolen, 'usb')[0]?.sentence ?? '',
      /WCH CH340 \(1a86:7523\) is plugged in and has no serial port/,
    );
    const [service] = about(stolen, 'services');
    assert.equal(service?.state, 'problem');
    assert.match(service?.fix ?? '', /remove the package brltty/);
    const found = await findingsOn({
      ports: [CH340],
      files: { [`${sys}/1-1/idVendor`]: '1a86\n', [`${sys}/1-1/idProduct`]: '7523\n' },
    });
    assert.deepEqual(about(found, 'usb'), []);
    const another = await findingsOn({
      ports: [PICO],
      files: { [`${sys}/1-1/idVendor`]: '1a86\n', [`${sys}/1-1/idProduct`]: '7523\n' },
    });
    assert.equal(about(another, 'usb')[0]?.state, 'note', 'there is another board, which may be the one that is meant');
  });

  it('notes services that open ports, where there is a port for them', async () => {
    const running = ['systemd', 'ModemManager'];
    assert.deepEqual(about(await findingsOn({ running }), 'services'), []);
    const [note] = about(await findingsOn({ running, ports: [PICO] }), 'services');
    assert.equal(note?.state, 'note');
    assert.match(note?.fix ?? '', /ATTRS\{idVendor\}=="2e8a", ENV\{ID_MM_DEVICE_IGNORE\}="1"/);
  });

  it('says what to try where nothing is found, on each system', async () => {
    for (const [platform, expected] of [
      ['linux', /data cable.*dmesg/],
      ['win32', /data cable.*Silicon Labs for CP210x, WCH for CH340/],
      ['darwin', /data cable/],
    ] as const) {
      const [finding] = problems(await findingsOn({ platform }));
      assert.equal(finding?.sentence, 'No serial port of a board was found.');
      assert.match(finding?.fix ?? '', expected);
    }
  });

  it('blames the machine first where ports are looked for on the wrong one', async () => {
    const wsl = { '/proc/version': 'Linux version 5.15.90.1-microsoft-standard-WSL2' };
    const [first] = problems(await findingsOn({ files: wsl }));
    assert.match(`${first?.sentence} ${first?.fix}`, /runs in WSL.*usbipd attach --wsl/);
    const [note] = about(await findingsOn({ files: wsl, ports: [PICO] }), 'machine');
    assert.equal(note?.state, 'note');
    const [container] = problems(await findingsOn({ files: { '/.dockerenv': '' } }));
    assert.match(container?.fix ?? '', /--device=/);
    const [told] = problems(await findingsOn({}, { machine: 'ssh', machineFix: 'Install it there.' }));
    assert.match(told?.fix ?? '', /Plug the board in there.* Install it there\.$/);
    assert.equal(machineOf({ kernel: 'Linux version 6.1', hasContainerFile: false }), 'here');
    assert.equal(machineFindings('here-of-remote-window', false)[0]?.state, 'note');
  });

  it('asks no machine for ports where the board is simulated or in the network', async () => {
    for (const url of ['ws://192.0.2.1', 'socket://192.0.2.1:5000', 'sim:demo']) {
      const ports = [{ url, hardware: {} }];
      const findings = await findingsOn({ ports, files: { '/.dockerenv': '' } }, { url });
      assert.deepEqual(
        findings.map(({ what, state }) => [what, state]),
        [['kind', 'ok']],
      );
    }
    const [missing] = problems(await findingsOn({}, { url: 'sim:gone' }));
    assert.equal(missing?.sentence, 'There is no such simulated board.');
    const [unknown] = problems(await findingsOn({}, { url: 'gopher://192.0.2.1' }));
    assert.match(unknown?.sentence ?? '', /not a kind of connection/);
  });

  it('opens a port where it shall ask the board, and where there is one', async () => {
    const opened: string[] = [];
    const probe = (url: string) => ({
      url,
      open: async () => {
        opened.push(url);
        throw new BackupError('port-denied', 'No.');
      },
    });
    await findingsOn({ ports: [PICO, CH340] });
    await findingsOn({}, { url: PICO.url, probe });
    assert.deepEqual(opened, []);
    await findingsOn({ ports: [PICO, CH340] }, { probe });
    assert.deepEqual(opened, [PICO.url, CH340.url]);
  });

  it('ends where it is cancelled while the board is asked', async () => {
    const probe = (url: string) => ({ url, open: () => Promise.reject(cancelled()) });
    await assert.rejects(findingsOn({ ports: [PICO] }, { probe }), { code: 'cancelled' });
  });

  it('P47 has no password of an address in it, and not the name of the user', async () => {
    const url = 'ws://ada:secret@192.0.2.1';
    const trouble = new BackupError('port-failed', 'The simulated boards in /home/ada/boards could not be listed.');
    const { system, fs } = other({ trouble, ports: [{ url, hardware: {} }] });
    const refused = new BackupError('port-denied', `No way to ${url}.`, { hint: `Try ${url} again.` });
    const probe = () => ({ url, open: () => Promise.reject(refused) });
    const request = { named: [url], simulatedBoards: '/home/ada/boards', controlLines: 'auto', probe } as const;
    const diagnosis = await diagnose({ env: { ...realEnv(), fs } }, system, request);
    const text = describeDiagnosis(diagnosis, ['MicroPython Backup 1.0']);
    for (const told of [text, JSON.stringify(diagnosis)]) {
      assert.doesNotMatch(told, /secret|ada/);
      assert.match(told, /~\/boards/);
      assert.match(told, /ws:\/\/192\.0\.2\.1/);
    }
  });

  it('is a text of one line for each finding, with the versions first and what matters most as its sentence', async () => {
    const { system, fs } = other({ ports: [PICO], isAllowed: false });
    const request = { url: PICO.url, named: [], simulatedBoards: '/none', controlLines: 'auto' } as const;
    const diagnosis = await diagnose({ env: { ...realEnv(), fs } }, system, request);
    const text = describeDiagnosis(diagnosis, ['MicroPython Backup 1.0', 'Node 20']);
    assert.equal(
      text,
      [
        'MicroPython Backup 1.0',
        'Node 20',
        'linux x64 (Debian GNU/Linux 12 (bookworm))',
        '',
        'This machine',
        '  ok      1 port found: /dev/ttyACM0.',
        '',
        '/dev/ttyACM0',
        '  ok      It is a serial port of this machine.',
        '  ok      It is there.',
        '  PROBLEM You may not use it: crw-rw----, owner root, group dialout.',
        '          What to do: Run `sudo usermod -a -G dialout $USER`. Then log out and in again.',
        '  ok      No program has it open.',
        '  ok      At the end of the cable is Raspberry Pi RP2 (2e8a:0005): USB of the board',
        '          itself.',
        '  ok      While it is open, DTR and RTS are both on (chosen by the kind of port). A board',
        '          that does not answer has to be reset by hand: it is not known how these lines',
        '          reset it.',
        '',
        'The board was not asked.',
      ].join('\n'),
    );
    const main = mainFinding(diagnosis.findings);
    assert.ok(main);
    assert.match(findingSentence(main), /^\/dev\/ttyACM0: You may not use it: .*\. Run `sudo usermod/);
  });

  it('keeps together what is to be typed, however long it is', () => {
    const command = `sudo ${'--option '.repeat(20)}now`;
    const finding = {
      what: 'permission',
      state: 'problem',
      sentence: 'No.',
      fix: `Run \`${command}\`, please.`,
    } as const;
    const text = describeDiagnosis({ ports: [], system: 'linux', findings: [finding], probed: true }, []);
    assert.ok(text.split('\n').includes(`          \`${command}\`,`));
  });

  it('knows kinds of lines and chips, and says which it does not know', () => {
    const kinds = ['COM3', '/dev/pts/3', 'sim:demo', 'rfc2217://h:1', 'ws://h', 'gopher://h'].map(portKindOf);
    assert.deepEqual(kinds, ['serial', 'pty', 'simulated', 'rfc2217', 'webrepl', 'unknown']);
    assert.equal(chipOf({ vendorId: '1A86', productId: '55D4' })?.name, 'WCH CH9102');
    assert.match(chipSentence({ vendorId: 'abcd', productId: '0001' }), /^Nothing is known here .*\(abcd:0001\)/);
    const cp210x = chipOf({ vendorId: '10c4', productId: 'ea60' });
    assert.ok(cp210x);
    assert.match(driverHint(cp210x, 'win32'), /Silicon Labs/);
    assert.match(driverHint(cp210x, 'linux'), /brltty/);
  });
});

describe('A window of VS Code', () => {
  const here = { remoteName: undefined, runsWithWindow: true, isInBrowser: false };

  it('has boards plugged in where the extension runs', () => {
    assert.deepEqual(machineOfWindow(here), {}, 'the machine itself is looked at');
    assert.deepEqual(machineOfWindow({ ...here, remoteName: 'ssh-remote' }), { machine: 'here-of-remote-window' });
    const kinds = ['wsl', 'ssh-remote', 'dev-container', 'attached-container', 'codespaces', 'tunnel', 'other'];
    const machines = kinds.map((remoteName) => machineOfWindow({ ...here, remoteName, runsWithWindow: false }));
    assert.deepEqual(
      machines.map(({ machine }) => machine),
      ['wsl', 'ssh', 'container', 'container', 'codespace', 'tunnel', 'server'],
    );
    for (const { machineFix } of machines) assert.match(machineFix ?? '', /Install Locally/);
  });

  it('in a browser can install nothing on the computer on the desk', () => {
    const inBrowser = { remoteName: undefined, runsWithWindow: false, isInBrowser: true };
    assert.deepEqual(machineOfWindow(inBrowser), { machine: 'server' });
    assert.deepEqual(machineOfWindow({ ...inBrowser, remoteName: 'localhost' }), { machine: 'server' });
    assert.deepEqual(machineOfWindow({ ...inBrowser, remoteName: 'codespaces' }), { machine: 'codespace' });
  });
});
