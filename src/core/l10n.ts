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

let language: string | undefined;

/**
 * From now on everything is said in that language.
 *
 * @param bundle by English words; absent where the language has none
 * @param tag of the language, as of BCP 47: figures and dates are written as it is usual there
 */
export function speak(bundle: l10nJsonFormat | undefined, tag: string): void {
  config({ contents: bundle ?? {} });
  language = tag;
}

/** The tag of the language that is spoken; undefined on the command line: figures are English there, and dates as the system has them. */
export function spokenLanguage(): string | undefined {
  return language;
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
  return translate(words as string, ...values);
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
