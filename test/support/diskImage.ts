// What lies on a disk, as data: files and folders by number, and names that stand in folders. A file has its number whatever its
// name, so that a name and the bytes behind it can be lost one without the other.

export interface StoredFile {
  kind: 'file';
  bytes: Uint8Array;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface StoredFolder {
  kind: 'folder';
  names: Map<string, number>;
  modified: number;
}

/** Everything by its number; what no name leads to is there, and nobody sees it. */
export type Image = Map<number, StoredFile | StoredFolder>;

export interface Place {
  folder: number;
  name: string;
}

/** What happens to a name. `remove` and `rename` do nothing to a name that stands for something else by then. */
export type NameEffect =
  | { kind: 'create'; to: Place; node: number; what: 'file' | 'folder'; modified: number }
  | { kind: 'rename'; from: Place; to: Place; node: number }
  | { kind: 'remove'; from: Place; node: number };

/** Everything that changes a disk, or what of it would survive a power cut. */
export type Effect =
  | NameEffect
  | { kind: 'append'; node: number; bytes: Uint8Array; modified: number }
  | { kind: 'sync'; node: number }
  | { kind: 'syncFolder'; node: number };

export const TOP = 0;

export function emptyImage(modified: number): Image {
  return new Map([[TOP, { kind: 'folder', names: new Map(), modified }]]);
}

export function copyImage(image: Image): Image {
  return new Map(
    [...image].map(([node, stored]) => [
      node,
      stored.kind === 'folder' ? { ...stored, names: new Map(stored.names) } : stored,
    ]),
  );
}

/** Changes `image` as everybody sees it at once. */
export function applyEffect(image: Image, effect: Effect): void {
  if (effect.kind === 'append') {
    const { bytes, modified } = effect;
    image.set(effect.node, { kind: 'file', bytes: joined(fileAt(image, effect.node).bytes, bytes), modified });
  } else if (effect.kind !== 'sync' && effect.kind !== 'syncFolder') {
    makeNode(image, effect);
    applyName(image, effect);
  }
}

/** What is created has its number from then on, whether or not its name lasts. */
export function makeNode(image: Image, effect: NameEffect): void {
  if (effect.kind !== 'create') return;
  const { node, modified } = effect;
  image.set(
    node,
    effect.what === 'file'
      ? { kind: 'file', bytes: new Uint8Array(), modified }
      : { kind: 'folder', names: new Map(), modified },
  );
}

export function applyName(image: Image, effect: NameEffect): void {
  if (effect.kind !== 'remove') folderAt(image, effect.to.folder).names.set(effect.to.name, effect.node);
  if (effect.kind === 'create') return;
  const { names } = folderAt(image, effect.from.folder);
  if (names.get(effect.from.name) === effect.node) names.delete(effect.from.name);
}

export function fileAt(image: Image, node: number): StoredFile {
  const stored = image.get(node);
  if (stored?.kind !== 'file') throw new Error(`${node} is no file`);
  return stored;
}

export function folderAt(image: Image, node: number): StoredFolder {
  const stored = image.get(node);
  if (stored?.kind !== 'folder') throw new Error(`${node} is no folder`);
  return stored;
}

/** Every path that names lead to, from the top, with what it names. */
export function* pathsIn(image: Image, folder = TOP, path = ''): Generator<[path: string, StoredFile | StoredFolder]> {
  for (const [name, node] of folderAt(image, folder).names) {
    const stored = image.get(node);
    if (!stored) throw new Error(`${path}/${name} names nothing`);
    yield [`${path}/${name}`, stored];
    if (stored.kind === 'folder') yield* pathsIn(image, node, `${path}/${name}`);
  }
}

export function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([one, other]));
}
