// What a new passphrase must be, wherever it is typed.

/** Shorter ones are found by trying. */
export const SHORTEST_PASSPHRASE = 8;

/** @returns what is wrong with it, if anything is */
export function whyNotPassphrase(text: string): string | undefined {
  if ([...text].length >= SHORTEST_PASSPHRASE && text.trim() === text) return undefined;
  return text.trim() === text
    ? `Take ${SHORTEST_PASSPHRASE} characters or more: a few words are easy to type, and hard to guess.`
    : 'A blank at the beginning or the end is easily forgotten: leave it out.';
}
