// A store as it is after a year with one board: some 300 backups of all kinds and origins, with a holiday, a faster line from the summer
// on, runs that failed, a backup that is damaged, one that is pinned, and one with a note. Written by the store itself; only the
// board is made up. The same on every run for the same end.

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  BackupKind,
  BackupOrigin,
  Manifest,
  ManifestBoard,
  ScheduleRule,
} from '../../src/core/archive/manifest.js';
import { openArchive } from '../../src/core/archive/reader.js';
import { type Env, realEnv } from '../../src/core/env.js';
import type { ErrorCode } from '../../src/core/errors.js';
import { type BoardPath, parentOf, parseBoardPath, ROOT } from '../../src/core/paths.js';
import { archiveNames, boardFolderName } from '../../src/core/store/boardFolder.js';
import { createDurably } from '../../src/core/store/durable.js';
import { type BackupDraft, createPendingBackup, type PendingBackup } from '../../src/core/store/pendingBackup.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary, ContentPlace } from '../../src/core/store/summary.js';
import type { ContentHash } from '../../src/core/tree.js';
import { aBoard, aDraft, hashOf, inChunks, noise } from './builders.js';
import { damageArchive } from './damage.js';
import { luckOf } from './simulatedYear.js';

export interface YearOfBackups {
  store: Store;
  board: ManifestBoard;
  /** Oldest first. */
  backups: readonly BackupSummary[];
  damaged: BackupSummary;
  pinned: BackupSummary;
  noted: BackupSummary;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = 365;

/** The board stays at home. */
const HOLIDAY = { from: 226, to: 247 };
/** A faster line. */
const UPGRADE = 190;
/** Each with what was worked on then: several quick backups in an afternoon. */
const AFTERNOONS = new Set([3, 4, 17, 40, 41, 77, 92, 118, 131, 160, 191, 192, 268, 301, 338, 359]);
const RESTORES = new Set([119, 269]);
const LABELS: ReadonlyMap<number, string> = new Map([
  [0, 'As it was delivered'],
  [41, 'Works on the bench'],
  [92, 'With the display'],
  [189, 'Before the new firmware'],
  [193, 'After the new firmware'],
  [302, 'Before the winter'],
]);
const DAMAGED_DAY = 143;
const PINNED_DAY = 189;
const NOTED_DAY = 302;
const FAILURES: readonly ErrorCode[] = ['port-lost', 'board-silent', 'port-busy', 'line-damaged'];

/**
 * @param root an empty folder, or none
 * @param end milliseconds since 1970: the last backup was some hours before
 */
export async function writeYearOfBackups(root: string, end: number): Promise<YearOfBackups> {
  const time = { now: end - DAYS * DAY };
  const env = quickEnv(time);
  const year = new Year(env, await openStore(env, root), time, end);
  for (let day = 0; day < DAYS; day++) await year.live(day);
  return year.finish();
}

/** Nobody cuts the power here: what is written need not be on the disk before the next is. */
function quickEnv(time: { now: number }): Env {
  const real = realEnv();
  const open: Env['fs']['open'] = async (path, mode) => {
    const file = await real.fs.open(path, mode);
    return { ...file, sync: async () => {} };
  };
  const fs = { ...real.fs, open, syncFolder: async () => {} };
  return { ...real, fs, clock: { ...real.clock, now: () => time.now } };
}

class Year {
  private readonly start: number;
  private readonly luck = luckOf(7);
  private readonly files = new Map<BoardPath, Buffer>();
  private readonly written = new Map<BoardPath, number>();
  private readonly backups: BackupSummary[] = [];
  private readonly places = new Map<ContentHash, ContentPlace>();
  private readonly ofDay = new Map<number, BackupSummary>();
  private last: { id: string; manifest: Manifest } | undefined;
  private full: { id: string; manifest: Manifest } | undefined;
  private board = aBoard({ id: 'e66138528350662a', name: 'greenhouse', firmware: 'MicroPython v1.26.1' });

  constructor(
    private readonly env: Env,
    private readonly store: Store,
    private readonly time: { now: number },
    private readonly end: number,
  ) {
    this.start = Math.floor(end / DAY) * DAY - DAYS * DAY;
    for (const [path, size] of [
      ...([
        ['boot.py', 420],
        ['main.py', 5200],
        ['config.json', 610],
        ['lib/wifi.py', 2900],
      ] as const),
      ...([
        ['lib/sensors.py', 4100],
        ['lib/mqtt.py', 6400],
        ['lib/pid.py', 1800],
      ] as const),
      ...([
        ['www/index.html', 3300],
        ['www/style.css', 1500],
        ['data/readings.csv', 0],
      ] as const),
    ])
      this.write(path, size);
    this.files.set(parseBoardPath('certs/ca.der'), noise(1240, 1));
  }

  async live(day: number): Promise<void> {
    if (day > HOLIDAY.from && day < HOLIDAY.to) return;
    const at = (hour: number) => this.start + day * DAY + hour * HOUR + Math.floor(this.luck() * 20) * MINUTE;
    if (day === UPGRADE) this.board = { ...this.board, firmware: 'MicroPython v1.27.0' };
    this.change(day);
    if (day === 0 || LABELS.has(day))
      await this.backup(at(9), 'manual', day === 0 || day === 189 ? 'full' : 'incremental', day);
    const date = new Date(this.start + day * DAY);
    if (date.getUTCDate() === 1) await this.scheduled(at(12), 'monthly', 'full', day);
    else if (date.getUTCDay() === 0) await this.scheduled(at(12), 'weekly', 'differential', day);
    else if (this.luck() < 0.62) await this.scheduled(at(12), 'daily', 'incremental', day);
    if (RESTORES.has(day)) await this.restore(at(13), day);
    if (AFTERNOONS.has(day)) await this.afternoon(at(14), day);
    if (this.luck() < 0.05) await this.backup(at(19), 'connect', 'incremental', day);
    else if (this.luck() < 0.04) await this.backup(at(20), 'session', 'incremental', day);
    if (day % 7 === 6) await this.note(at(23), { operation: 'verify', ok: true, seconds: 3 + 4 * this.luck() });
    if (day % 30 === 29)
      await this.note(at(23.5), { operation: 'test-restore', ok: true, seconds: 11, ...this.ours() });
  }

  async finish(): Promise<YearOfBackups> {
    const [damaged, pinned, noted] = [DAMAGED_DAY, PINNED_DAY, NOTED_DAY].map((day) => this.backupOf(day));
    if (!damaged || !pinned || !noted) throw new Error('The year has changed: name other days.');
    await this.backup(this.end - 3 * HOUR, 'daily', 'incremental', DAYS, 'daily');
    this.time.now = this.end - 2 * HOUR;
    await this.store.annotate([pinned], { pinned: true });
    await this.store.annotate([noted], { note: 'The heater goes on at 5 degrees. Bring this one back in spring.' });
    await this.damage(damaged);
    await this.store.annotate([damaged], { verified: { at: new Date(this.time.now).toISOString(), isSound: false } });
    return { store: this.store, board: this.board, backups: this.backups, damaged, pinned, noted };
  }

  /** A bit of a file that stands in its archive. */
  private async damage({ archive, id }: BackupSummary): Promise<void> {
    const { entries } = await this.store.readManifest(await this.store.find(id));
    const file = entries.find((entry) => entry.type === 'file' && entry.archive === basename(archive));
    if (file?.type !== 'file') throw new Error('There is nothing in it to damage.');
    const bytes = await readFile(archive);
    const at = bytes.indexOf(file.stored) + file.stored.length + 30;
    await damageArchive(archive, bytes.toString('latin1', at, at + 20));
  }

  private backupOf(day: number): BackupSummary | undefined {
    return this.ofDay.get(day) ?? (day > 0 ? this.backupOf(day - 1) : undefined);
  }

  /** What has become of the board since the day before. */
  private change(day: number): void {
    const readings = 'data/readings.csv';
    this.write(readings, day % 90 === 89 ? 0 : (this.sizeOf(readings) ?? 0) + 260);
    if (day % 90 === 89) this.write(`data/archive/${Math.floor(day / 90) + 1}.csv`, 9000);
    if (this.luck() < 0.11) this.write('config.json', 600 + Math.floor(this.luck() * 60));
    if (this.luck() < 0.05) this.write('lib/sensors.py', 4100 + 3 * day);
    if (this.luck() < 0.02) this.write('lib/wifi.py', 2900 + day);
    if (this.luck() < 0.03) this.write('www/index.html', 3300 + 2 * day);
    if (day === 91) {
      this.write('lib/ui/display.py', 7800);
      this.files.set(parseBoardPath('assets/font.bin'), noise(24_000, 2));
    }
    if (day === 160) this.files.set(parseBoardPath('assets/splash.bin'), noise(38_400, 3));
    if (day === 268) this.files.delete(parseBoardPath('assets/splash.bin'));
    if (day === UPGRADE) this.write('lib/mqtt.py', 7100);
  }

  private async afternoon(from: number, day: number): Promise<void> {
    for (let turn = 0; turn < 3 + (day % 4); turn++) {
      this.write('main.py', 5200 + 14 * day + 90 * turn);
      if (turn % 3 === 2) this.write('lib/pid.py', 1800 + day);
      if (day > 91 && turn % 2 === 1) this.write('lib/ui/display.py', 7800 + 5 * day);
      await this.backup(from + turn * 30 * MINUTE, 'quick', 'incremental', day, 'quick');
    }
  }

  private async scheduled(at: number, rule: ScheduleRule, kind: BackupKind, day: number): Promise<void> {
    let due = at;
    if (this.luck() < 0.06) {
      const code = FAILURES[Math.floor(this.luck() * FAILURES.length)] ?? 'port-lost';
      const scheduled = [{ rule, due: new Date(at).toISOString() }];
      const seconds = 2 + 20 * this.luck();
      await this.note(at, { operation: 'backup', ok: false, code, seconds, origin: rule, scheduled, ...this.ours() });
      due += 5 * MINUTE;
    }
    await this.backup(due, rule, kind, day, rule);
  }

  private async restore(at: number, day: number): Promise<void> {
    await this.backup(at, 'safety', 'incremental', day);
    const wire = { sent: 14_000, received: 3200 };
    await this.note(at + MINUTE, {
      operation: 'restore',
      ok: true,
      seconds: 7,
      files: 2,
      bytes: 9100,
      wire,
      ...this.ours(),
    });
  }

  private async backup(
    at: number,
    origin: BackupOrigin,
    kind: BackupKind,
    day: number,
    rule?: ScheduleRule,
  ): Promise<void> {
    this.time.now = at;
    const base = kind === 'full' ? undefined : kind === 'differential' ? this.full : this.last;
    const label = origin === 'manual' ? (LABELS.get(day) ?? null) : null;
    const draft = aDraft({ kind: base ? kind : 'full', origin, label, base: base ?? null });
    const pending = await this.begin(at, draft);
    const known = new Set(base?.manifest.entries.flatMap((entry) => (entry.type === 'file' ? entry.sha256 : [])));
    for (const path of new Set([...this.files.keys()].map(parentOf))) if (path !== ROOT) await pending.addFolder(path);
    let [read, files] = [0, 0];
    for (const [path, content] of this.files) {
      const mtime = Math.floor((this.written.get(path) ?? this.start) / SECOND);
      const file = { path, size: content.length, mtime, sha256: hashOf(content), evidence: 'board-hash' as const };
      if (known.has(file.sha256)) await pending.keepFile(file);
      else {
        await pending.addFile(file, inChunks(content));
        read += content.length;
        files += 1;
      }
    }
    const wire = { sent: 2600 + 60 * files, received: Math.round(1900 + 70 * this.files.size + 1.04 * read) };
    const speed = day < UPGRADE ? 10_500 : 31_000;
    const seconds = 1.6 + (0.85 + 0.3 * this.luck()) * (wire.received / speed);
    const outcome = { durationMs: Math.round(seconds * SECOND), wireSent: wire.sent, wireReceived: wire.received };
    const backup = await pending.commit({ options: { hashOnBoard: true, ways: ['agent'] }, ...outcome });
    const { manifest } = await openArchive(this.env, backup.archive);
    for (const entry of manifest.entries) {
      if (entry.type === 'file' && !this.places.has(entry.sha256))
        this.places.set(entry.sha256, { ...entry, archive: backup.archive });
    }
    this.last = { id: backup.id, manifest };
    if (draft.kind === 'full') this.full = this.last;
    this.backups.push(backup);
    if (!this.ofDay.has(day)) this.ofDay.set(day, backup);
    const scheduled = rule && { scheduled: [{ rule, due: new Date(at - MINUTE).toISOString() }] };
    const told = {
      origin,
      kind: draft.kind,
      backups: 1,
      files,
      bytes: backup.bytes,
      wire,
      ...scheduled,
      ...this.ours(),
    };
    await this.note(at + seconds * SECOND, { operation: 'backup', ok: true, seconds, ...told });
  }

  /** As the store begins one, but for the look at all that is there: 300 of those take their time. */
  private async begin(createdAt: number, draft: BackupDraft): Promise<PendingBackup> {
    const { board, env } = this;
    const file = await createDurably(
      env,
      join(this.store.root, boardFolderName(board)),
      archiveNames(createdAt),
      undefined,
    );
    const sequence = this.backups.length + 1;
    const locate = async (sha256: ContentHash) => [this.places.get(sha256)].flatMap((place) => place ?? []);
    return createPendingBackup(env, { board, draft, sequence, createdAt, file, hidden: [], locate });
  }

  private ours() {
    return { board: { id: this.board.id, name: this.board.name } };
  }

  private async note(at: number, record: Parameters<Store['note']>[0]): Promise<void> {
    this.time.now = Math.round(at);
    await this.store.note(record);
  }

  private sizeOf(path: string): number | undefined {
    return this.files.get(parseBoardPath(path))?.length;
  }

  /** New content of so many bytes, as text that packs like text. */
  private write(path: string, size: number): void {
    const lines: string[] = [];
    for (let length = 0; length < size; ) {
      const line = `${(20 + 8 * this.luck()).toFixed(2)}, ${Math.floor(this.luck() * 900)}, ${path}\n`;
      lines.push(line);
      length += line.length;
    }
    this.files.set(parseBoardPath(path), Buffer.from(lines.join('').slice(0, size)));
    this.written.set(parseBoardPath(path), this.time.now);
  }
}
