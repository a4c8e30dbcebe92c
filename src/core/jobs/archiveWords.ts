// Words from archives on a page: somebody else may have written them, as long as they like.

import { displayPath } from '../paths.js';
import { shortened } from '../text.js';

const LONGEST = 200;
const LONGEST_NOTE = 5000;

/** A name, in one line. */
export function shown(text: string): string {
  return shortened(displayPath(text), LONGEST);
}

/** Text that may have lines. */
export function shownNote(text: string): string {
  return shortened(text.split(/\r?\n/).map(displayPath).join('\n'), LONGEST_NOTE);
}
