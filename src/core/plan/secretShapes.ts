// Secrets that can be told by their shape alone, in whatever text they stand: tokens of well-known services, and private keys.

import type { SecretKind } from './secretWords.js';

/** Each begins with what nothing else begins with; none can be tried for long: no part may stop in many places. */
const TOKENS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[0-9A-Za-z]{36,255}\b/g,
  /\bgithub_pat_[0-9A-Za-z_]{50,255}\b/g,
  /\bglpat-[0-9A-Za-z_-]{20,64}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g,
  /\bxox[abeprs]-[0-9A-Za-z-]{10,250}/g,
  /\bsk-(?:[a-z]{2,8}-)?[0-9A-Za-z_-]{20,250}/g,
  /\b[rs]k_live_[0-9A-Za-z]{16,250}/g,
  /\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b/g,
  /\baio_[0-9A-Za-z]{28}\b/g,
  /\bnpm_[0-9A-Za-z]{36}\b/g,
  /\b\d{8,10}:AA[0-9A-Za-z_-]{33}(?![0-9A-Za-z_-])/g,
  /\beyJ[0-9A-Za-z_-]{10,2000}\.eyJ[0-9A-Za-z_-]{10,4000}\.[0-9A-Za-z_-]{10,2000}/g,
  /\bhooks\.slack\.com\/services\/T[0-9A-Z]{6,14}\/B[0-9A-Z]{6,14}\/[0-9A-Za-z]{16,32}/g,
  /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{15,22}\/[0-9A-Za-z_-]{40,100}/g,
  /\bSharedAccessKey=[0-9A-Za-z+/]{40,90}={0,2}/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{50,64}\b/g,
];

/** A program that looks for such a line holds it too: only one that a key follows counts. */
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY-----/g;
const KEY_FOLLOWS = /^(?:[\s"'+,;()]|\\$|\\\s|\\[nr]|b(?=["'])|(?:Proc-Type|DEK-Info):[^\n]{0,80})*[0-9A-Za-z+/=]{24}/;

const EXAMPLE = /example|xxxx|0123456789abcdef|1234567890|abcdefgh|([0-9A-Za-z])\1{7}/i;

export function madeSecrets(text: string): Array<{ line: number; kind: SecretKind }> {
  const tokens = TOKENS.flatMap((shape) =>
    [...text.matchAll(shape)]
      .filter(([token]) => !EXAMPLE.test(token))
      .map(({ index }) => ({ index, kind: 'token' as const })),
  );
  const keys = [...text.matchAll(PRIVATE_KEY)]
    .filter(({ 0: mark, index }) => KEY_FOLLOWS.test(text.slice(index + mark.length, index + mark.length + 400)))
    .map(({ index }) => ({ index, kind: 'private-key' as const }));
  const found = [...keys, ...tokens].sort((one, other) => one.index - other.index);
  const lineAt = lineCounter(text);
  return found.map(({ index, kind }) => ({ line: lineAt(index), kind }));
}

/** @returns tells the line of an index that is not below the one before */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let at = 0;
  return (index) => {
    for (; at < index; at++) if (text[at] === '\n') line += 1;
    return line;
  };
}
