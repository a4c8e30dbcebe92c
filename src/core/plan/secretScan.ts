// Finds what should not lie around in clear: Wi-Fi passwords, other passwords, tokens and private keys in the small text files of a
// project. It says where, and never what. It knows how such things are written down on boards: given to a name, in a table of
// settings, or handed to what connects. A variable, a question to the user and an example are none.

import { type CodeToken, codeTokens } from './codeTokens.js';
import { madeSecrets } from './secretShapes.js';
import { isSecretValue, kindByName, type SecretKind } from './secretWords.js';

export type { SecretKind } from './secretWords.js';

export interface SecretHint {
  path: string;
  /** Counted from 1. */
  line: number;
  kind: SecretKind;
}

/** What is larger is data, and no settings. */
const LARGEST_SCANNED = 65_536;

/** Statements with a syntax, whose texts stand in quotes. */
const CODE = /\.(?:py|pyi|json|jsonc|toml)$/i;
/** One setting a line. */
const SETTINGS =
  /(?:\.(?:env|ini|cfg|conf|config|properties|ya?ml|txt)|(?:^|\/)\.?env(?:\.\w+)?|(?:^|\/)[\w-]*(?:wifi|secrets?|passwords?|credentials?|config|settings))$/i;
/** Looked through for what can be told by its shape alone. */
const OTHER_TEXT = /\.(?:pem|key|crt|cert|md|rst|html?|js|css|csv|log|xml|sh|h|c|cpp|ino)$/i;

/** A network that is named so many lines away belongs to the password. */
const NEAR_LINES = 6;

/** @param size bytes */
export function mayHoldSecrets(path: string, size: number): boolean {
  return size > 0 && size <= LARGEST_SCANNED && [CODE, SETTINGS, OTHER_TEXT].some((names) => names.test(path));
}

/** One for each line, in the order of the lines. */
export function secretsIn(path: string, text: string): SecretHint[] {
  if (text.includes('\0')) return [];
  const found = new Map<number, SecretKind>();
  const add = (line: number, kind: SecretKind) => void (found.has(line) || found.set(line, kind));
  for (const { line, kind } of madeSecrets(text)) add(line, kind);
  if (CODE.test(path)) scanCode(codeTokens(text), add);
  else if (SETTINGS.test(path)) scanSettings(text, add);
  return [...found].sort(([one], [other]) => one - other).map(([line, kind]) => ({ path, line, kind }));
}

type Add = (line: number, kind: SecretKind) => void;

/** What a name is given: `PASSWORD = "…"`, `password="…"`, `"password": "…"`, `config["password"] = "…"`, `secret: str = "…"`. */
function scanCode(tokens: readonly CodeToken[], add: Add): void {
  const networks = tokens.filter(({ kind, text }) => kind !== 'mark' && /ssid/i.test(text)).map(({ line }) => line);
  const isNetwork = nearTo(networks);
  tokens.forEach((token, at) => {
    if (isMark(tokens[at], '=') && !isComparison(tokens, at)) scanGiven(tokens, at, isNetwork, add);
    if (isMark(tokens[at], ':')) scanEntry(tokens, at, isNetwork, add);
    if (isMark(tokens[at], '(') && tokens[at - 1]?.kind === 'name') scanCall(tokens, at, add);
    if (token.kind === 'text') scanUrl(token, add);
  });
}

function scanGiven(tokens: readonly CodeToken[], at: number, isNetwork: (line: number) => boolean, add: Add): void {
  const names = namesBefore(tokens, at);
  const values = valuesAfter(tokens, at + 1, names.length);
  names.forEach((name, index) => {
    const value = values[index];
    if (name === undefined || !value) return;
    const kind = kindByName(name, { isNetwork: isNetwork(value.line) });
    if (kind !== undefined && isSecretValue(value.text, kind)) add(value.line, kind);
  });
  const [name] = names;
  if (name !== undefined && names.length === 1) scanNetworks(name, tokens, at + 1, add);
  if (name === 'auth') scanAuth(tokens, at + 1, add);
}

/** An entry of a table. Its key is a text; a bare word before a colon begins a block. */
function scanEntry(tokens: readonly CodeToken[], at: number, isNetwork: (line: number) => boolean, add: Add): void {
  const key = tokens[at - 1];
  const [value] = valuesAfter(tokens, at + 1, 1);
  if (key?.kind !== 'text' || !value || !/^[\w .-]{1,40}$/.test(key.text)) return;
  const bearer = /^(?:bearer|token|key|basic)\s+(\S+)$/i.exec(value.text)?.[1];
  if (/authorization/i.test(key.text) && bearer !== undefined && isSecretValue(bearer, 'token'))
    add(value.line, 'token');
  const kind = kindByName(key.text, { isNetwork: isNetwork(value.line) });
  if (kind !== undefined && isSecretValue(value.text, kind)) add(value.line, kind);
}

/** Names before a `=`, the first one first: those of a tuple, a name with its type, or the key between brackets. */
function namesBefore(tokens: readonly CodeToken[], equals: number): Array<string | undefined> {
  const last = tokens[equals - 1];
  const key = tokens[equals - 2];
  if (isMark(last, ']') && key?.kind === 'text' && isMark(tokens[equals - 3], '[')) return [key.text];
  // `"password" = …` is how TOML puts a name with blanks.
  if (last?.kind === 'text') return [last.text];
  if (last?.kind !== 'name') return [];
  if (isMark(tokens[equals - 2], ':') && tokens[equals - 3]?.kind === 'name') return [tokens[equals - 3]?.text];
  const names = [last.text];
  for (let at = equals - 2; isMark(tokens[at], ',') && names.length < 8; at -= 2) {
    const before = tokens[at - 1];
    if (before?.kind !== 'name' || before.line !== last.line) return [last.text];
    names.unshift(before.text);
  }
  // Else it is an argument among others: `f(ssid, password="…")`.
  const start = tokens[equals - 2 * names.length];
  return names.length > 1 && start?.line === last.line && !isMark(start, ';') ? [last.text] : names;
}

/** The texts from here on, divided by commas; undefined if something else stands. */
function valuesAfter(tokens: readonly CodeToken[], from: number, most: number): Array<CodeToken | undefined> {
  const values: Array<CodeToken | undefined> = [];
  for (let at = from; values.length < most; ) {
    const start = isMark(tokens[at], '(') && most > 1 ? at + 1 : at;
    const end = unwrapped(tokens, start);
    values.push(end?.value);
    if (!end || !isMark(tokens[end.after], ',')) return values;
    at = end.after + 1;
  }
  return values;
}

/** A text that is a value as it stands: nothing is added to it and nothing is put into it. Or one that is handed on: `unhexlify("…")`. */
function unwrapped(tokens: readonly CodeToken[], at: number): { value: CodeToken; after: number } | undefined {
  const token = tokens[at];
  if (token?.kind === 'text')
    return isComputed(tokens, at) ? undefined : { value: token, after: afterText(tokens, at) };
  for (let inner = at; inner < at + 4 && tokens[inner]?.kind === 'name'; inner += 2) {
    if (isMark(tokens[inner + 1], '(')) {
      const value = tokens[inner + 2];
      const isHanding = /^(?:unhexlify|a2b_\w+|b64decode|fromhex|const|str|bytes|bytearray)$/.test(
        tokens[inner]?.text ?? '',
      );
      return isHanding && value?.kind === 'text' && !isComputed(tokens, inner + 2)
        ? { value, after: inner + 4 }
        : undefined;
    }
    if (!isMark(tokens[inner + 1], '.')) return undefined;
  }
  return undefined;
}

function isComputed(tokens: readonly CodeToken[], at: number): boolean {
  const token = tokens[at];
  const next = tokens[at + 1];
  if (!token || token.isBlock || token.isFormat) return true;
  if (!next || next.line > token.line) return false;
  if (isMark(next, '.')) return !/^(?:encode|strip|decode)$/.test(tokens[at + 2]?.text ?? '');
  return (
    next.kind === 'text' ||
    /[+%[*]/.test(next.text) ||
    /^(?:in|not|is|and|for)$/.test(next.text) ||
    isMark(next, '=') ||
    isMark(next, ':')
  );
}

function afterText(tokens: readonly CodeToken[], at: number): number {
  return isMark(tokens[at + 1], '.') ? at + 5 : at + 1;
}

/** What connects to a network takes its password as the second argument; a client of MQTT as the fifth. */
const CONNECTS_BY_NAME =
  /^(?:do_?connect|(?:connect|join)_?(?:to_?)?(?:ap|wi_?fi|wlan|network|sta)|(?:wi_?fi|wlan|sta|network)_?connect|set_?(?:ap|wi_?fi))$/i;
const NETWORK_INTERFACE =
  /^(?:\w*(?:wlan|wi_?fi|station|radio|esp)\w*|sta|sta_?if|ap|ap_?if|nic|wl|lan|net|network|w|netif)$/i;

function scanCall(tokens: readonly CodeToken[], open: number, add: Add): void {
  const callee = tokens[open - 1]?.text ?? '';
  const receiver = isMark(tokens[open - 2], '.') ? (tokens[open - 3]?.text ?? '') : '';
  if (tokens[open - 2]?.text === 'def') return;
  const isJoining = CONNECTS_BY_NAME.test(callee) || (callee === 'connect' && NETWORK_INTERFACE.test(receiver));
  const isConfiguring = callee === 'config' && NETWORK_INTERFACE.test(receiver);
  if (!isJoining && !isConfiguring && callee !== 'MQTTClient') return;
  const given = argumentsOf(tokens, open);
  if (isJoining) addIfSecret(given[1], 'wifi', add);
  if (callee === 'MQTTClient') addIfSecret(given[4], 'password', add);
  for (const argument of given) {
    const [name, equals, value] = argument;
    if (name?.kind !== 'name' || !isMark(equals, '=')) continue;
    if (isConfiguring && name.text === 'key') addIfSecret([value], 'wifi', add);
    // `auth=(WLAN.WPA2, "…")`
    if (name.text === 'auth') addIfSecret(argument.filter(({ kind }) => kind === 'text').slice(-1), 'wifi', add);
  }
}

function addIfSecret(argument: ReadonlyArray<CodeToken | undefined> | undefined, kind: SecretKind, add: Add): void {
  const [value] = argument ?? [];
  if (value?.kind === 'text' && !value.isFormat && argument?.length === 1 && isSecretValue(value.text, kind))
    add(value.line, kind);
}

const MOST_ARGUMENT_TOKENS = 200;

function argumentsOf(tokens: readonly CodeToken[], open: number): CodeToken[][] {
  const all: CodeToken[][] = [[]];
  let depth = 1;
  for (const token of tokens.slice(open + 1, open + MOST_ARGUMENT_TOKENS)) {
    if (/^[([{]$/.test(token.text) && token.kind === 'mark') depth += 1;
    if (/^[)\]}]$/.test(token.text) && token.kind === 'mark') depth -= 1;
    if (depth === 0) return all;
    if (depth === 1 && isMark(token, ',')) all.push([]);
    else all.at(-1)?.push(token);
  }
  return [];
}

/** `auth=("user", "…")`, as clients of HTTP take it. */
function scanAuth(tokens: readonly CodeToken[], at: number, add: Add): void {
  const [, user, comma, password, close] = tokens.slice(at, at + 5);
  if (!isMark(tokens[at], '(') || user?.kind !== 'text' || !isMark(comma, ',') || !isMark(close, ')')) return;
  addIfSecret([password], 'password', add);
}

/** Networks in pairs: `networks = {"name": "…"}`, `KNOWN_NETWORKS = [("name", "…")]`, `WIFI = ("name", "…")`. */
function scanNetworks(name: string, tokens: readonly CodeToken[], at: number, add: Add): void {
  const isList =
    /^(?:(?:my|known|all|wi_?fi)_?)?(?:networks?|ssids|aps|wifis|wlans|credentials|creds|passwords)$/i.test(name);
  const isPair = /^(?:wi_?fi|wlan|network|credentials|wi_?fi_?(?:credentials|creds|login))$/i.test(name);
  if (!(isList || isPair) || !/^[([{]$/.test(tokens[at]?.text ?? '')) return;
  let depth = 0;
  for (let here = at; here < at + MOST_ARGUMENT_TOKENS && tokens[here]; here++) {
    if (/^[([{]$/.test(tokens[here]?.text ?? '')) depth += 1;
    if (/^[)\]}]$/.test(tokens[here]?.text ?? '')) depth -= 1;
    if (depth === 0) return;
    const [before, ssid, between, password, after] = tokens.slice(here, here + 5);
    if (ssid?.kind !== 'text' || password?.kind !== 'text' || password.text.length < 8) continue;
    const isInTable =
      isList && isMark(between, ':') && !/^(?:ssid|mode|hostname|country|auth|security|ip|name)$/i.test(ssid.text);
    const opens = isMark(before, '(') || isMark(before, '[');
    const isInPair =
      isMark(between, ',') &&
      opens &&
      (isMark(after, ')') || isMark(after, ']')) &&
      (isPair ? depth === 1 || isList : depth > 1);
    if (isInTable || isInPair) addIfSecret([password], 'wifi', add);
  }
}

const URL_WITH_PASSWORD = /^\w{2,12}:\/\/[^\s/:@]{0,64}:([^\s/:@]{1,128})@[\w.-]/;

function scanUrl({ text, line, isFormat }: CodeToken, add: Add): void {
  const password = isFormat ? undefined : URL_WITH_PASSWORD.exec(text)?.[1];
  if (password !== undefined && isSecretValue(password, 'password')) add(line, 'password');
}

const SETTING = /^\s{0,40}(?:export\s+)?["']?([\w.\- ]{1,40}?)["']?\s{0,8}[:=]\s{0,8}(.{1,200})$/;

/** `password = …`, `PASSWORD=…`, `password: …`, with quotes or without. */
function scanSettings(text: string, add: Add): void {
  const lines = text.split('\n', 5_000).map((line) => line.trimEnd());
  const isNetwork = nearTo(lines.flatMap((line, at) => (/ssid/i.test(line.slice(0, 80)) ? [at + 1] : [])));
  lines.forEach((line, at) => {
    const [, name, given] = SETTING.exec(line.slice(0, 300)) ?? [];
    if (name === undefined || given === undefined) return;
    const quotedText = /^(["'])(.*?)\1\s*[,;]?(?:\s*#.*)?$/.exec(given)?.[2];
    const bare = given.replace(/\s[#;].*$/, '').trim();
    // A sentence, a variable, or a reference to where it is.
    if (quotedText === undefined && (/\s|["'(){}[\]]/.test(bare) || /^[!$@]/.test(bare))) return;
    const value = quotedText ?? bare;
    const kind = kindByName(name.trim(), { isNetwork: isNetwork(at + 1) });
    if (kind !== undefined && isSecretValue(value, kind)) add(at + 1, kind);
  });
}

function nearTo(lines: readonly number[]): (line: number) => boolean {
  const near = new Set(
    lines.flatMap((line) => Array.from({ length: 2 * NEAR_LINES + 1 }, (_, at) => line - NEAR_LINES + at)),
  );
  return (line) => near.has(line);
}

function isMark(token: CodeToken | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
}

/** `==`, `!=`, `<=`, `>=`, `:=` are no gift. */
function isComparison(tokens: readonly CodeToken[], at: number): boolean {
  return (
    /^[=!<>+]$/.test(tokens[at - 1]?.kind === 'mark' ? (tokens[at - 1]?.text ?? '') : '') || isMark(tokens[at + 1], '=')
  );
}
