// A diagnosis for people and for bug reports: plain lines, the same in VS Code and on the command line.

import { type Message, msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { Finding } from '../plan/finding.js';
import type { Diagnosis } from './diagnose.js';

const MARKS: Record<Finding['state'], Message> = { ok: msg('ok'), problem: msg('PROBLEM'), note: msg('note') };

/** @param versions what runs, as the face knows it: `MicroPython Backup 0.1.0`, `Node 20.15.0` */
export function describeDiagnosis({ system, findings, probed }: Diagnosis, versions: readonly string[]): string {
  const sections = new Map<string | undefined, Finding[]>();
  for (const finding of findings) sections.set(finding.port, [...(sections.get(finding.port) ?? []), finding]);
  return [
    ...versions,
    system,
    ...[...sections].flatMap(([port, about]) => [
      '',
      port === undefined ? t('This machine') : displayPath(port),
      ...about.flatMap(findingLines),
    ]),
    ...(probed ? [] : ['', t('The board was not asked.')]),
  ].join('\n');
}

function findingLines({ state, sentence, fix }: Finding): string[] {
  const [first = '', ...others] = wrapped(displayPath(sentence));
  return [
    `  ${t(MARKS[state]).padEnd(7)} ${first}`,
    ...others.map((line) => INDENT + line),
    ...(fix === undefined ? [] : wrapped(t('What to do: {0}', displayPath(fix))).map((line) => INDENT + line)),
  ];
}

const INDENT = ' '.repeat(10);
const WIDTH = 80;

/** Editors and bug reports do not wrap lines. What stands between backticks is to be copied, and stays together. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** One sentence for a message. */
export function findingSentence({ port, sentence, fix }: Finding): string {
  const said = port === undefined ? sentence : `${displayPath(port)}: ${sentence}`;
  return fix === undefined ? said : `${said} ${fix}`;
}
