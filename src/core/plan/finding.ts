// One thing that a look at a connection came to: a fact that is in order, one that is not, or one that is good to know.

/** What a finding is about. Stable: `--json` prints it. */
export type FindingSubject =
  | ('machine' | 'ports' | 'usb' | 'services')
  /** Of one port. */
  | ('kind' | 'port' | 'permission' | 'holder' | 'chip' | 'lines' | 'probe' | 'program' | 'mounts');

export interface Finding {
  what: FindingSubject;
  /** The port that it is about; absent if it is about the machine. */
  port?: string;
  /** `note` also if something is unknown. */
  state: 'ok' | 'problem' | 'note';
  sentence: string;
  /** What to do about it. */
  fix?: string;
}

/** @returns what matters most: the first problem, else what the board said, else the first of all */
export function mainFinding(findings: readonly Finding[]): Finding | undefined {
  return (
    findings.find(({ state }) => state === 'problem') ?? findings.find(({ what }) => what === 'probe') ?? findings[0]
  );
}

/** What was found about one port. */
export function ofPort(port: string, findings: readonly Omit<Finding, 'port'>[]): Finding[] {
  return findings.map((finding) => ({ ...finding, port }));
}
