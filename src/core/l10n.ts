// Words that people read, in their language. The sources have them in English, and a bundle of l10n/ says what to show instead.
// Nothing but VS Code loads a bundle: the command line speaks English, so that scripts can rely on it.

import { config, type l10nJsonFormat, t as translate } from '@vscode/l10n';

declare const message: unique symbol;
/**
 * English words that are translated where they are shown, by `t`; in the bundles, as all that stands in a `t` or a `msg`.
 * No string by its type: else it would be shown untranslated.
 */
export interface Message {
  readonly [message]: true;
}

/** A bundle, and the language that it is in. */
export interface Language {
  /** By English words; absent if the language has none. */
  bundle: l10nJsonFormat | undefined;
  /** Of BCP 47: figures and dates are written as it is usual there. */
  tag: string;
}

let language: Language | undefined;

/** So many sentences that were said last can be had in English, too: whoever stores one does so at once. */
const MOST_SAID = 500;
/** What was said last that is not English, and what it was made of. */
const said = new Map<string, { words: string; values: ReadonlyArray<string | number> }>();

/** From now on everything is said in that language. */
export function speak(bundle: Language['bundle'], tag: Language['tag']): void {
  config({ contents: bundle ?? {} });
  language = { bundle, tag };
  said.clear();
}

/** For a child process that should use the same language; undefined on the command line. */
export function languageSpoken(): Language | undefined {
  return language;
}

/** The tag of the language of figures and dates; undefined on the command line: figures are English there, and dates as the system has them. */
export function spokenLanguage(): string | undefined {
  return language?.tag;
}

/** The tag of the language that words are in: of a display in a language without a bundle, only figures and dates are. */
export function languageOfWords(): string {
  return language?.bundle ? language.tag : 'en';
}

/**
 * What is said, in the language that is spoken.
 *
 * @param words a literal, or a `Message`: whatever stands in no bundle would stay English. `{0}` stands for the first of `values`
 */
export function t<const W extends string>(
  words: Message | (string extends W ? never : W),
  ...values: ReadonlyArray<string | number>
): string {
  const text = translate(words as string, ...values);
  if (language?.bundle) noteSaid(text, words as string, values);
  return text;
}

/** Much is said, and little of it is stored: the English of it is made when it is asked for. */
function noteSaid(text: string, words: string, values: ReadonlyArray<string | number>): void {
  // What was said last is the last to be forgotten.
  said.delete(text);
  // Of a value alone there is nothing to be translated but that value.
  if (values.some((value) => String(value) === text)) return;
  said.set(text, { words, values });
  const [oldest] = said.keys();
  if (said.size > MOST_SAID && oldest !== undefined) said.delete(oldest);
}

/**
 * What was just said by `t`, as it is stored: whoever reads it may speak another language.
 *
 * @param text one sentence, or several with a blank between them; what `t` has not said stays as it is
 */
export function englishOf(text: string): string {
  const whole = said.get(text);
  if (whole) {
    return whole.words.replace(/\{(\d+)\}/g, (place, at) => {
      const value = whole.values[Number(at)];
      return value === undefined ? place : englishOf(String(value));
    });
  }
  let longest = '';
  for (const one of said.keys()) if (one.length > longest.length && text.startsWith(`${one} `)) longest = one;
  if (longest === '') return text;
  return `${englishOf(longest)} ${englishOf(text.slice(longest.length + 1))}`;
}

/** For tables of words: names them as words that are in the bundles. */
export function msg<const W extends string>(words: string extends W ? never : W): Message {
  return words as unknown as Message;
}

/** The words as they are stored: whoever reads them may speak another language. */
export function inEnglish(words: Message): string {
  return words as unknown as string;
}

/** What {@link inEnglish} stored, to be said by `t`: what stands in no bundle stays as it is. */
export function fromEnglish(words: string): Message {
  return words as unknown as Message;
}
