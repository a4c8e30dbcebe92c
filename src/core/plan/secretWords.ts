// What a name says of the value that it is given, and whether a value can be a secret at all. False alarms cost trust: in doubt, it is none.

/** What is worth guarding. */
export type SecretKind = 'wifi' | 'password' | 'token' | 'private-key';

const PASSWORD =
  /(?:password|passwd|passphrase|passwort|passcode|pswd|passw|kennwort|wachtwoord|motdepasse|contrasen[ay]a?|contrasena|senha|pwd|psk)$/;
/** Alone, `pass` is a word of many meanings. As a word of its own it is none of `compass` and `bypass`. */
const SHORT_PASSWORD = new Set([
  'pass',
  'pw',
  'psw',
  'pswrd',
  'clave',
  ...joined(['wifi', 'wlan', 'ap', 'sta', 'mqtt'], ['pass', 'pw']),
]);
const TOKEN =
  /(?:token|(?:api|aio|access|secret|auth|app|device|write|read|shared|symmetric|encryption|encrypt|aes|hmac|appskey|nwks|apps|nwk|io|weather|master|server|mqtt)key|secret|blynkauth|apikeys?)$/;
/** Tells where a list goes on, or that a question is asked again: worth nothing later. */
const PASSING_TOKEN =
  /(?:next|page|continuation|change|request|csrf|xsrf|input|output|cancel(?:lation)?|pagination|sync)_?token$/;
const WIFI = /wifi|wlan|wpa|ssid|hotspot|accesspoint|^ap$|^sta$/;
/** What may follow the word without changing what the value is. */
const AFTER = new Set(
  'wifi wi fi wlan ap sta station mqtt home work office school phone mobile hotspot net network guest iot esp pico web webrepl ftp user admin server broker db mail email smtp router default value str string txt text bytes b main local house lab'.split(
    ' ',
  ),
);
/** Names of settings that are about a secret and are none. */
const ABOUT =
  /(?:file|path|url|uri|length|len|size|min|max|hash|type|mode|prompt|label|field|hint|name|id|count|topic|pin|timeout|expires?|required?)$/;

/** Other texts, mostly in examples. Compared in small letters. */
const PLACEHOLDER =
  /your|example|placeholder|change[-_ ]?(?:me|this|it)|replace|insert|enter[-_ ]|fill[-_ ]?in|dummy|redacted|secret_?here|goes[-_ ]?here|put[-_ ]|[-_ ]here$|todo|fixme|xxx|\*\*\*|\.\.\.|<.*>|^\[.*\]$|^\(.*\)$|^%|\$\{|\$\(|^\$\w|\{\w*\}|\{\{|&&/;
/** Words that only say what stands there. A value that is made of nothing else says nothing. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  `my the a an own new old this is at of in on for to no not none null undefined true false yes ok fail failed str string text byte bytes int bool
  hidden required optional wi fi wifi wlan ap sta ssid net network name user username home mqtt broker server admin root guest test testing default
  sample demo foo bar baz pass password passwd passphrase passcode word phrase pwd pw psk wpa wpa2 key api aio app auth access bearer basic token
  secret super private public id client device value some abc login credential credentials micropython esp pico router hotspot config cfg setting
  settings data strong long real actual current wrong good bad different other incorrect correct invalid valid python blah does exist hello world`.split(
    /\s+/,
  ),
);
const LONGEST_WORD = 12;
/** So well known that nobody keeps them from anybody: those of examples, and what boards come with. */
const EVERYBODYS =
  /^(?:(.)\1*|0?1?23456(?:7(?:8(?:9(?:0|10)?)?)?)?|87654321|abcd(?:efgh?)?|abcd1234|qwerty(?:uiop)?|micropython|password[01]?|passw0rd)$/;
/** Words of a sentence that is shown to somebody. */
const SENTENCE =
  /\b(?:password|passwords|enter|please|wrong|invalid|incorrect|must|required|missing|is|are|too|for|the|cannot|failed)\b/;

/** @param near whether a network is named nearby @returns undefined if the name promises no secret */
export function kindByName(name: string, near: { isNetwork: boolean }): SecretKind | undefined {
  const words = wordsOf(name);
  // `password1`, `pass_wifi`, `PASSWORD_HOME_2`
  while (words.length > 1 && (AFTER.has(words.at(-1) ?? '') || /^\d+$/.test(words.at(-1) ?? ''))) {
    if (isSecretWord(words)) break;
    words.pop();
  }
  const whole = words.join('');
  const isWifi = WIFI.test(wordsOf(name).join('')) || wordsOf(name).some((word) => word === 'ap' || word === 'sta');
  if (ABOUT.test(words.at(-1) ?? '') && !isSecretWord(words)) return undefined;
  if (PASSWORD.test(whole) || SHORT_PASSWORD.has(words.at(-1) ?? '')) {
    return isWifi || whole.endsWith('psk') || (near.isNetwork && !/mqtt|broker|ftp|web|user|admin/.test(whole))
      ? 'wifi'
      : 'password';
  }
  if (isWifi && words.at(-1) === 'key') return 'wifi';
  return TOKEN.test(whole) && !PASSING_TOKEN.test(whole) ? 'token' : undefined;
}

function isSecretWord(words: readonly string[]): boolean {
  const whole = words.join('');
  return PASSWORD.test(whole) || TOKEN.test(whole) || SHORT_PASSWORD.has(words.at(-1) ?? '');
}

/** Whether somebody would rather not have this read: no example, no text that is shown, nothing that everybody knows. */
export function isSecretValue(value: string, kind: SecretKind): boolean {
  if (value.length > 500 || value.length < (kind === 'token' ? 8 : 4) || /[\n\t]/.test(value)) return false;
  const small = value.toLowerCase();
  if (PLACEHOLDER.test(small) || EVERYBODYS.test(small)) return false;
  if (/[:?]\s*$/.test(value) || (/\s/.test(value) && SENTENCE.test(small))) return false;
  if (saysNothing(value) || isName(value)) return false;
  return kind === 'token'
    ? isToken(value)
    : !/^(?:\/|\.{1,2}\/|https?:|[\w.]+\.(?:json|txt|py|key|pem|der|html?|cfg|ini|dat)$)/i.test(value);
}

/** `HIVEMQ_PASSWORD`: what is to be put there. */
function isName(value: string): boolean {
  return /^[\p{L}_\- ]+$/u.test(value) && kindByName(value, { isNetwork: false }) !== undefined;
}

/** `my-wifi-password`, `MYPASSWORD1`. A table of how far words reach, and no pattern, which could take forever. */
function saysNothing(value: string): boolean {
  if (value.length > 64) return false;
  const text = wordsOf(value)
    .join('')
    .replace(/\d{0,4}$/, '');
  const reached = [true];
  for (let end = 1; end <= text.length; end++) {
    const starts = Array.from({ length: Math.min(end, LONGEST_WORD) }, (_, less) => end - less - 1);
    reached[end] = starts.some((start) => reached[start] === true && EMPTY_WORDS.has(text.slice(start, end)));
  }
  return reached[text.length] === true;
}

/** Made by a machine: no word, no path, no name. */
function isToken(value: string): boolean {
  if (!/^[\w\-+/=.:~|!@#$%^&*]+$/.test(value) || /^(?:\/|\.|https?:|\d+(?:\.\d+)+$|\d{4}-\d\d-)/.test(value))
    return false;
  const kinds = new Set(value).size;
  if (/\d/.test(value) && /[a-z]/i.test(value)) return kinds >= 6 && digits(value) >= 2;
  return /^\d+$/.test(value) && value.length >= 12 && kinds >= 6;
}

function digits(value: string): number {
  return value.replace(/\D/g, '').length;
}

/** `wifiPassword_2` → wifi, password, 2 */
export function wordsOf(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{L})(\d+)$/u, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function joined(befores: readonly string[], afters: readonly string[]): string[] {
  return befores.flatMap((before) => afters.map((after) => before + after));
}
