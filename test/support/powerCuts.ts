// What a disk may hold after a power cut. Bytes last when their file was synced, names when their folder was. Until then each
// is lost, kept, or half of both, whatever becomes of the others; only effects on one and the same name come in their order.

import {
  applyName,
  copyImage,
  type Effect,
  fileAt,
  type Image,
  joined,
  makeNode,
  type NameEffect,
  type Place,
} from './diskImage.js';

/** One thing that was not synced. */
interface Loose {
  /** What may become of it, the first two being that it is lost, and that it is kept. */
  outcomes: readonly Outcome[];
  /** For a name: what happens to it. */
  effect?: NameEffect;
}

interface Outcome {
  text: string;
  isKept: boolean;
  apply(image: Image): void;
}

/** What lasts in any case, and what may. */
export interface Cut {
  lasting: Image;
  loose: readonly Loose[];
}

export interface CutState {
  image: Image;
  /** What became of everything loose, for the message of a failed test. */
  story: string[];
}

export interface CutOptions {
  /** Folders cannot be synced, as on Windows. */
  noFolderSync?: boolean;
  /** Names last in the order of their effects: what a file system with a journal does. Their bytes do not keep to it. */
  inOrder?: boolean;
  /** For what is tried very often: a selection where else all would be tried. */
  fewer?: boolean;
}

/** So many states are all tried. Where there are more: so many loose things are lost and kept in every way. */
const MOST_STATES = 300;
const MOST_LOOSE = 8;
const RANDOM_PICKS = 30;

/** @param effects since `start`, of which everything lasts */
export function cutPower(start: Image, effects: readonly Effect[], { noFolderSync = false }: CutOptions = {}): Cut {
  const lasting = copyImage(start);
  const written = new Map<number, { bytes: Uint8Array; modified: number }>();
  let names: NameEffect[] = [];

  for (const effect of effects) {
    if (effect.kind === 'append') {
      const before = written.get(effect.node)?.bytes ?? fileAt(lasting, effect.node).bytes;
      written.set(effect.node, { bytes: joined(before, effect.bytes), modified: effect.modified });
    } else if (effect.kind === 'sync') {
      const whole = written.get(effect.node);
      if (whole) lasting.set(effect.node, { kind: 'file', ...whole });
      written.delete(effect.node);
    } else if (effect.kind === 'syncFolder') {
      if (!noFolderSync) names = names.flatMap((name) => syncedName(lasting, name, effect.node));
    } else {
      makeNode(lasting, effect);
      names.push(effect);
    }
  }
  const tails = [...written].map(([node, { bytes, modified }]) => looseBytes(lasting, node, bytes, modified));
  return { lasting, loose: [...names.map(looseName), ...tails] };
}

/**
 * A rename from one folder into another lasts under its new name when the new folder is synced, and leaves the old one when
 * that is synced too. The old folder alone takes nothing away: a file is never under neither name.
 *
 * @returns what of it is still loose
 */
function syncedName(lasting: Image, effect: NameEffect, folder: number): NameEffect[] {
  if (effect.kind === 'rename' && effect.from.folder !== effect.to.folder) {
    if (effect.to.folder !== folder) return [effect];
    linkOnly(lasting, effect);
    return [{ kind: 'remove', from: effect.from, node: effect.node }];
  }
  if ((effect.kind === 'remove' ? effect.from : effect.to).folder !== folder) return [effect];
  applyName(lasting, effect);
  return [];
}

function looseName(effect: NameEffect): Loose {
  const text = `${effect.kind} ${placesOf(effect)
    .map(({ name }) => name)
    .join(' to ')}`;
  const outcomes: Outcome[] = [
    { text: `${text}: lost`, isKept: false, apply() {} },
    { text: `${text}: kept`, isKept: true, apply: (image) => applyName(image, effect) },
  ];
  if (effect.kind === 'rename') {
    outcomes.push({ text: `${text}: both names`, isKept: true, apply: (image) => linkOnly(image, effect) });
  }
  return { effect, outcomes };
}

function linkOnly(image: Image, { to, node }: NameEffect & { kind: 'rename' }): void {
  applyName(image, { kind: 'create', to, node, what: 'file', modified: 0 });
}

/** Disks lose the end of what was written, or keep its length and lose the bytes: all, or those of some blocks. */
function looseBytes(lasting: Image, node: number, bytes: Uint8Array, modified: number): Loose {
  const { bytes: synced } = fileAt(lasting, node);
  const length = bytes.length - synced.length;
  const half = synced.length + (length >> 1);
  const torn = (change: (byte: number, at: number) => number) =>
    joined(synced, bytes.subarray(synced.length).map(change));
  const found: [string, Uint8Array][] = [
    ['lost', synced],
    ['kept', bytes],
    ['cut short', bytes.subarray(0, half)],
    ['zeros', torn(() => 0)],
    ['garbage', torn((byte, at) => byte ^ (0x5a + at))],
    ['zeros before its end', torn((byte, at) => (at < length >> 1 ? 0 : byte))],
  ];
  return {
    outcomes: found.map(([text, content]) => ({
      text: `${length} bytes of file ${node}: ${text}`,
      isKept: text !== 'lost',
      apply: (image) => void image.set(node, { kind: 'file', bytes: content, modified }),
    })),
  };
}

/** @param seed chooses which are tried where they are too many to try all. The same disk may come more than once */
export function* statesAfter({ lasting, loose }: Cut, seed: number, options: CutOptions = {}): Generator<CutState> {
  for (const choice of choicesOf(loose, seed, options)) {
    const chosen = options.inOrder ? firstOnes(loose, choice) : withEarlier(loose, choice);
    const image = copyImage(lasting);
    for (const { apply } of chosen) apply(image);
    yield { image, story: chosen.map(({ text }) => text) };
  }
}

/** By loose thing, the index of its outcome. */
function* choicesOf(loose: readonly Loose[], seed: number, { fewer = false }: CutOptions): Generator<number[]> {
  const counts = loose.map(({ outcomes }) => outcomes.length);
  if (!fewer && counts.reduce((product, count) => product * count, 1) <= MOST_STATES) {
    yield* productOf(counts);
    return;
  }
  if (!fewer && loose.length <= MOST_LOOSE) yield* productOf(loose.map(() => 2));
  yield loose.map(() => 0);
  for (const others of fewer ? [1] : [0, 1]) {
    yield loose.map(() => others);
    for (const [at, count] of counts.entries()) {
      for (let index = 0; index < count; index++) yield loose.map((_, other) => (other === at ? index : others));
    }
  }
  for (const first of loose.keys()) yield loose.map((_, at) => (at < first ? 1 : 0));
  const chance = randomNumbers(seed);
  for (let pick = 0; pick < (fewer ? RANDOM_PICKS / 5 : RANDOM_PICKS); pick++) yield counts.map(chance);
}

/** Every way to choose one of each count, each as an index. */
function* productOf([first, ...others]: readonly number[]): Generator<number[]> {
  if (first === undefined) return yield [];
  for (const rest of productOf(others)) for (let index = 0; index < first; index++) yield [index, ...rest];
}

/** Whoever finds a name as a later effect left it finds the earlier ones done as well. */
function withEarlier(loose: readonly Loose[], choice: readonly number[]): Outcome[] {
  const kept: Place[] = [];
  const chosen: Outcome[] = [];
  for (const [at, { effect, outcomes }] of [...loose.entries()].reverse()) {
    const places = effect ? placesOf(effect) : [];
    const isForced = places.some((place) => kept.some((other) => isSame(place, other)));
    const outcome = outcomeOf(outcomes, isForced && choice[at] === 0 ? 1 : choice[at]);
    if (outcome.isKept) kept.push(...places);
    chosen.unshift(outcome);
  }
  return chosen;
}

/** The first names that are lost take all that follow with them. */
function firstOnes(loose: readonly Loose[], choice: readonly number[]): Outcome[] {
  let isLost = false;
  return loose.map(({ effect, outcomes }, at) => {
    if (!effect) return outcomeOf(outcomes, choice[at]);
    isLost ||= choice[at] === 0;
    return outcomeOf(outcomes, isLost ? 0 : 1);
  });
}

function outcomeOf(outcomes: readonly Outcome[], index: number | undefined): Outcome {
  const outcome = outcomes[index ?? 0];
  if (!outcome) throw new Error('there is no such outcome');
  return outcome;
}

function placesOf(effect: NameEffect): Place[] {
  if (effect.kind === 'create') return [effect.to];
  return effect.kind === 'remove' ? [effect.from] : [effect.from, effect.to];
}

function isSame(one: Place, other: Place): boolean {
  return one.folder === other.folder && one.name === other.name;
}

/** The same numbers for the same seed, on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = (seed + 1) * 2654435761;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
