// What a language model need not know: where on this computer something lies, at which port or address a board is, and its id. Its
// names stay. Only for sentences of ours: in lines of a file, it would change what they say. Knows nothing of VS Code.

import type { KnownBoard } from '../../core/plan/knownBoards.js';

/** Shorter ones may be a part of anything. */
const SHORTEST = 4;

const ADDRESS = /\b(?:wss?|socket|rfc2217|tcp|sim):[^\s"'(),;]*[^\s"'(),;.:]/gi;
const ID = /\b(?:uid|usb|port):[^\s"'(),;]*[^\s"'(),;.:]/gi;
/** Up to its last name, which stays. Paths of boards begin with no slash. */
const PATH = /(?<![\w.~…/\\:])(?:[a-z]:[\\/]|[\\/])(?:[^\s"'()/\\]+[\\/]+)+(?=[^\s"'()/\\])/gi;

/** Folders of this computer that sentences may name. */
export interface Folders {
  home: string;
  others: readonly string[];
}

export function withoutPlaces(text: string, boards: readonly KnownBoard[], { home, others }: Folders): string {
  const ports = boards.flatMap(({ url, id }) => [url, id]).filter((place) => place !== undefined);
  const known: Array<[string, string]> = [
    ...ports.map((place): [string, string] => [place, '…']),
    ...others.map((folder): [string, string] => [folder, `…${nameOf(folder)}`]),
    [home, '~'],
  ];
  // What is a part of another one comes after it.
  known.sort(([one], [other]) => other.length - one.length);
  const short = known
    .filter(([place]) => place.length >= SHORTEST)
    .reduce(
      (left, [place, shown]) => left.replaceAll(whole(place), () => shown),
      text.replace(ADDRESS, '…').replace(ID, '…'),
    );
  return short.replace(PATH, '…/');
}

/** `COM1` is none of `COM10`. */
function whole(place: string): RegExp {
  return new RegExp(`${place.replace(/[^\w\s]/g, '\\$&')}(?!\\w)`, 'g');
}

/** With the slash before it. */
function nameOf(folder: string): string {
  return folder.replace(/[\\/]+$/, '').replace(/^.*(?=[\\/])/, '');
}
