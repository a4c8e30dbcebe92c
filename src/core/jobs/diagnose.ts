// Why can a board not be reached? Looks at the machine, at each port and, if that is wanted, asks the board itself. What is
// found is data; what cannot be known is said to be unknown.

import { withBoard } from '../board/connect.js';
import type { PortSystem } from '../board/portSystem.js';
import type { Port } from '../board/ports.js';
import { textOf } from '../board/systemFiles.js';
import type { ControlLines } from '../board/transport/lineControl.js';
import { type UsbDevice, usbDevices } from '../board/usbDevices.js';
import type { FileSystem } from '../env.js';
import { isBackupError, messageOf, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { type Finding, ofPort } from '../plan/finding.js';
import { accessFinding, type Distribution, parseGroups, parseOsRelease, serviceFindings } from '../plan/linuxAccess.js';
import { type MachineKind, machineFindings, machineOf } from '../plan/machineAdvice.js';
import { isOfThisMachine, kindSentence, portKindOf } from '../plan/portKinds.js';
import { chipOf, chipSentence, driverHint, idsText, looksLikeBraille, nothingFoundFix } from '../plan/usbChips.js';
import { bytes, count, withoutCredentials } from '../text.js';
import { type MountNow, mountsNow } from './describeBoard.js';
import { type BoardAddress, connecting, type JobContext } from './job.js';
import { fileFinding, holderFindings, linesFinding, mayUseFinding, type PortFinding } from './portFindings.js';
import { sentencesOnProgram } from './programText.js';

export interface DiagnoseRequest {
  /** The port that is meant; all that are found if there is none. */
  url?: string | undefined;
  /** Ports that the user has named, which are listed with those that are found. */
  named: readonly string[];
  simulatedBoards: string;
  controlLines: ControlLines;
  /** What the face knows of the machine; looked for if it knows nothing. */
  machine?: MachineKind | undefined;
  /** What else can be done on such a machine, as far as the face knows. */
  machineFix?: string | undefined;
  /** How to connect. If it is absent, no port is opened and no program is stopped. */
  probe?: ((url: string) => BoardAddress) | undefined;
}

export interface Diagnosis {
  /** What was looked at. */
  ports: string[];
  /** `linux x64 (Debian GNU/Linux 12)` */
  system: string;
  findings: Finding[];
  /** Whether the boards were asked, too. */
  probed: boolean;
}

export async function diagnose(context: JobContext, system: PortSystem, request: DiagnoseRequest): Promise<Diagnosis> {
  const { fs } = context.env;
  const { url, named, simulatedBoards, probe } = request;
  const list = await system.ports(url === undefined ? named : [...named, url], simulatedBoards);
  const distribution = system.platform === 'linux' ? await distributionOf(fs) : undefined;
  const ports = url === undefined ? list.ports : [list.ports.find((port) => port.url === url) ?? { url, hardware: {} }];
  const real = list.ports.filter((port) => isOfThisMachine(portKindOf(port.url)));
  const machine = request.machine ?? (distribution ? await machineKind(fs) : 'here');
  const plugged = distribution ? await usbDevices(fs) : [];
  // A board that is simulated or in the network needs nothing of this machine.
  const isLocal = url === undefined || isOfThisMachine(portKindOf(url));
  const findings: Finding[] = isLocal
    ? [
        ...machineFindings(machine, real.length > 0, request.machineFix),
        ...listFindings(list.trouble, real, plugged, system.platform),
        ...(await services(fs, system, real, plugged)),
      ]
    : [];
  for (const port of ports) {
    throwIfCancelled(context.signal);
    const isListed = list.ports.some((listed) => listed.url === port.url);
    const found = await lookAtPort(context, system, request, port, isListed, distribution);
    const address = probe?.(port.url);
    if (address && (found.isThere || (address.waitMs ?? 0) > 0)) found.findings.push(...(await ask(context, address)));
    findings.push(...ofPort(port.url, found.findings));
  }
  return {
    ports: ports.map((port) => withoutCredentials(port.url)),
    system: `${system.platform} ${system.architecture}${distribution ? ` (${distribution.name})` : ''}`,
    findings: findings.map((finding) => shown(finding, system.home)),
    probed: probe !== undefined,
  };
}

async function distributionOf(fs: FileSystem): Promise<Distribution> {
  return parseOsRelease((await textOf(fs, '/etc/os-release')) || (await textOf(fs, '/usr/lib/os-release')));
}

async function machineKind(fs: FileSystem): Promise<MachineKind> {
  const files = await Promise.all(['/.dockerenv', '/run/.containerenv'].map((path) => isThere(fs, path)));
  return machineOf({ kernel: await textOf(fs, '/proc/version'), hasContainerFile: files.includes(true) });
}

/** What the list of ports says, and what is plugged in without being in it. */
function listFindings(
  trouble: Error | undefined,
  real: readonly Port[],
  plugged: readonly UsbDevice[],
  platform: NodeJS.Platform,
): Finding[] {
  const findings: Finding[] = [];
  if (trouble) findings.push({ what: 'ports', state: 'problem', ...sentencesOf(trouble) });
  if (real.length > 0) {
    const names = real.map(({ url }) => url).join(', ');
    findings.push({ what: 'ports', state: 'ok', sentence: t('{0} found: {1}.', count(real.length, 'port'), names) });
  } else if (!trouble) {
    findings.push({
      what: 'ports',
      state: 'problem',
      sentence: t('No serial port of a board was found.'),
      fix: nothingFoundFix(platform),
    });
  }
  for (const device of withoutPort(plugged, real)) {
    const chip = chipOf(device);
    if (!chip) continue;
    const sentence = t(
      chip.kind === 'boot'
        ? '{0} ({1}) is plugged in, in its boot loader: it has no serial port now.'
        : '{0} ({1}) is plugged in and has no serial port.',
      chip.name,
      idsText(device),
    );
    findings.push({
      what: 'usb',
      state: real.length > 0 ? 'note' : 'problem',
      sentence,
      fix: driverHint(chip, platform),
    });
  }
  return findings;
}

/** Two of a kind cannot be told apart: if one of them has a port, both count as found. */
function withoutPort(plugged: readonly UsbDevice[], real: readonly Port[]): UsbDevice[] {
  const withPort = new Set(real.map(({ hardware }) => idsText(hardware)));
  // If ports are known by their names alone, nobody knows whose they are.
  if (real.some(({ hardware }) => hardware.vendorId === undefined)) return [];
  return plugged.filter((device) => !withPort.has(idsText(device)));
}

async function services(
  fs: FileSystem,
  system: PortSystem,
  real: readonly Port[],
  plugged: readonly UsbDevice[],
): Promise<Finding[]> {
  if (system.platform !== 'linux') return [];
  const lost = withoutPort(plugged, real).filter(looksLikeBraille);
  const boards = real.map(({ hardware }) => hardware).filter(({ vendorId }) => vendorId !== undefined);
  const rules = await Promise.all(
    ['/etc/udev/rules.d', '/usr/lib/udev/rules.d', '/lib/udev/rules.d'].map((folder) =>
      fs.list(folder).catch(() => []),
    ),
  );
  return serviceFindings({
    running: await system.running(),
    startsBrltty: rules.flat().some((name) => name.includes('brltty')),
    boards,
    lost: lost.length > 0,
    likeBraille: lost.length > 0 || boards.some(looksLikeBraille),
  });
}

interface LookedAt {
  findings: PortFinding[];
  /** Also if only a connection would show. */
  isThere: boolean;
}

async function lookAtPort(
  { env }: JobContext,
  system: PortSystem,
  { controlLines }: DiagnoseRequest,
  { url, hardware }: Port,
  isListed: boolean,
  distribution: Distribution | undefined,
): Promise<LookedAt> {
  const kind = portKindOf(url);
  const findings: PortFinding[] = [
    { what: 'kind', state: kind === 'unknown' ? 'problem' : 'ok', sentence: kindSentence(kind) },
  ];
  if (kind === 'simulated' && !isListed) {
    findings.push({ what: 'port', state: 'problem', sentence: t('There is no such simulated board.') });
  }
  if (kind === 'rfc2217') findings.push(linesFinding({}, controlLines, system.platform));
  if (!isOfThisMachine(kind)) return { findings, isThere: kind !== 'unknown' && (kind !== 'simulated' || isListed) };

  const file = url.startsWith('/') ? await system.device(url) : undefined;
  if (url.startsWith('/') ? !file : !isListed) {
    const fix = t(
      'Plug the board in, or look for the name of its port in the list of boards: it may be another one now.',
    );
    findings.push({ what: 'port', state: 'problem', sentence: t('There is no such port.'), fix });
    return { findings, isThere: false };
  }
  findings.push(fileFinding(url, file));
  if (file && !file.isDevice) return { findings, isThere: false };
  if (file) {
    const { user } = system;
    const isAllowed = await system.mayReadAndWrite(url);
    const groups = parseGroups(await textOf(env.fs, '/etc/group'));
    findings.push(
      distribution && user
        ? accessFinding({ file, user, groups, distribution, hardware, isAllowed })
        : mayUseFinding(isAllowed),
    );
  }
  findings.push(...holderFindings(url, await system.useOf(url)));
  if (hardware.vendorId !== undefined) findings.push({ what: 'chip', state: 'ok', sentence: chipSentence(hardware) });
  // A pseudo-terminal has no such lines.
  if (!file?.path.startsWith('/dev/pts/')) findings.push(linesFinding(hardware, controlLines, system.platform));
  return { findings, isThere: true };
}

/** Connects as every job does: a program that runs is stopped, and restarted afterwards. */
async function ask(context: JobContext, address: BoardAddress): Promise<PortFinding[]> {
  try {
    const asked = await withBoard(connecting(context, address), async (board) => ({
      identity: board.identity,
      ways: [...board.files.ways],
      program: board.program,
      mounts: await mountsNow(context, board),
    }));
    const { machine, firmware } = asked.identity;
    const ran = asked.program.state === 'none' ? [t('No program ran.')] : sentencesOnProgram(asked.program);
    return [
      {
        what: 'probe',
        state: 'ok',
        sentence: t(
          'The board answers: {0}, {1}. Files travel by {2}.',
          displayPath(machine),
          displayPath(firmware),
          asked.ways.join(', '),
        ),
      },
      { what: 'program', state: 'ok', sentence: ran.join(' ') },
      { what: 'mounts', state: 'ok', sentence: t('Its file systems: {0}.', asked.mounts.map(mountText).join('; ')) },
    ];
  } catch (error) {
    if (!isBackupError(error) || error.code === 'cancelled') throw error;
    return [{ what: 'probe', state: 'problem', ...sentencesOf(error) }];
  }
}

/** `/ (littlefs2), 1.2 MB of 1.4 MB free` */
function mountText({ path, type, size, free }: MountNow): string {
  const kind = type === null ? t('type unknown') : displayPath(type);
  return `${displayPath(path)} (${kind}), ${spaceText(free, size)}`;
}

function spaceText(free: number | null, size: number | null): string {
  if (free === null) return t('free space unknown');
  return size === null ? t('{0} free', bytes(free)) : t('{0} of {1} free', bytes(free), bytes(size));
}

function sentencesOf(error: Error): Pick<Finding, 'sentence' | 'fix'> {
  const fix = isBackupError(error) ? error.hint : undefined;
  return { sentence: messageOf(error), ...(fix !== undefined && { fix }) };
}

/** Bug reports are public: no password of an address, and not the name of the user in that of a folder. */
function shown({ port, sentence, fix, ...finding }: Finding, home: string): Finding {
  const harmless = (text: string) => {
    const hidden = withoutCredentials(text);
    return home.length > 1 ? hidden.replaceAll(home, '~') : hidden;
  };
  return {
    ...finding,
    sentence: harmless(sentence),
    ...(port !== undefined && { port: withoutCredentials(port) }),
    ...(fix !== undefined && { fix: harmless(fix) }),
  };
}

async function isThere(fs: FileSystem, path: string): Promise<boolean> {
  return (await fs.info(path).catch(() => undefined)) !== undefined;
}
