// The pictures of a report, as SVG without a script: time runs from left to right, values from zero up. Shapes say the kind of a backup,
// so that nothing depends on colours.

import type { BackupKind } from '../archive/manifest.js';
import { type Html, html } from '../html.js';
import type { Soundness } from '../plan/soundness.js';
import { figure } from '../text.js';
import { across, share, type TimeScale, timeTicks, type ValueScale } from './reportScales.js';

/** Something at a moment; `title` is what it says where the pointer rests on it. */
export interface Mark {
  at: number;
  title: string;
  shape: BackupKind | 'failed';
  soundness?: Soundness;
  isPinned?: boolean;
}

/** What a picture shows, in words, for those who cannot see it. */
export interface InWords {
  /** Unlike all others on the page. */
  id: string;
  title: string;
  description: string;
}

export interface Lane {
  label: string;
  marks: readonly Mark[];
}

export interface Point extends Mark {
  value: number;
}

/** A moment from which on something was different. */
export interface Turn {
  at: number;
  label: string;
}

const LANE = 28;
const HEIGHT = 150;
/** For the words above the highest line, and those below the lowest. */
const [HEAD, FOOT] = [18, 22];

function picture({ id, title, description }: InWords, height: number, content: Html): Html {
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-words" height="${height}">
<title id="${id}-title">${title}</title><desc id="${id}-words">${description}</desc>
${content}</svg>`;
}

/** One shape: its middle is at 0, 0. */
export function shapeOf({ shape, soundness = 'unknown', isPinned = false }: Omit<Mark, 'at' | 'title'>): Html {
  return html`${isPinned ? html`<path class="pinned" d="M0 -9.5 L4.5 -14 L-4.5 -14 Z" />` : undefined}${SHAPES[shape]}${
    soundness === 'damaged' || soundness === 'lacking' ? html`<circle class="${soundness}" r="9.5" />` : undefined
  }`;
}

const SHAPES: Readonly<Record<Mark['shape'], Html>> = {
  full: html`<rect class="full" x="-3" y="-9" width="6" height="18" />`,
  differential: html`<circle class="differential" r="4" />`,
  incremental: html`<rect class="incremental" x="-0.75" y="-6" width="1.5" height="12" />`,
  failed: html`<path class="failed" d="M-4 -4 L4 4 M-4 4 L4 -4" />`,
};

/** In points of values, thin lines would be lost. */
const DOTS: Readonly<Record<Mark['shape'], Html>> = {
  full: html`<rect class="full" x="-4" y="-4" width="8" height="8" />`,
  differential: SHAPES.differential,
  incremental: html`<circle class="incremental" r="2.5" />`,
  failed: SHAPES.failed,
};

/** Rows with a name, on which marks stand at their time. */
export function lanes(words: InWords, scale: TimeScale, rows: readonly Lane[]): Html {
  const height = rows.length * LANE;
  const middle = (row: number) => row * LANE + LANE / 2;
  const names = html`<ul class="lane-names">${rows.map(
    ({ label, marks }) => html`<li>${label} <span class="figure quiet">${figure(marks.length)}</span></li>`,
  )}</ul>`;
  const drawn = html`${timeAxis(scale, height, true)}
${rows.map((_, row) => html`<line class="grid" x1="0" x2="100%" y1="${middle(row)}" y2="${middle(row)}" />`)}
${rows.map(({ marks }, row) => marks.map((mark) => placed(mark, scale, middle(row), shapeOf(mark))))}`;
  return html`<figure class="lanes">${names}${picture(words, height + FOOT, drawn)}</figure>`;
}

/** A line that keeps its value until the next, over an area down to zero. */
export function steps(
  words: InWords,
  scales: { time: TimeScale; value: ValueScale },
  points: ReadonlyArray<{ at: number; value: number }>,
  { format, colour }: { format: (value: number) => string; colour: 'store' | 'board' },
): Html {
  const { time, value } = scales;
  const x = (at: number) => (10 * share(time.from, time.to, at)).toFixed(1);
  const y = (amount: number) => (100 - (100 * amount) / value.top).toFixed(2);
  const first = points[0];
  const end = points.at(-1);
  if (!first || !end) return html``;
  const line = points.map((point, at) =>
    at === 0 ? `M${x(point.at)} ${y(point.value)}` : `H${x(point.at)}V${y(point.value)}`,
  );
  const path = `${line.join('')}H1000`;
  const endY = HEAD + HEIGHT * (1 - end.value / value.top);
  return framed(
    words,
    html`<svg class="${colour}" y="${HEAD}" width="100%" height="${HEIGHT}" viewBox="0 0 1000 100" preserveAspectRatio="none">
<path class="area" d="${path}V100H${x(first.at)}Z" /><path class="line" d="${path}" /></svg>
${frame(time, value, format)}
<circle class="${colour} end" cx="100%" cy="${endY.toFixed(1)}" r="3.5" />`,
  );
}

/** A point for each backup; what failed stands on the line of zero, what is beyond the scale at its top. */
export function dots(
  words: InWords,
  scales: { time: TimeScale; value: ValueScale },
  points: readonly Point[],
  { format, usual, turns = [] }: { format: (v: number) => string; usual: number; turns?: readonly Turn[] },
): Html {
  const { time, value } = scales;
  const y = (amount: number) => HEAD + HEIGHT * (1 - Math.min(1, amount / value.top));
  return framed(
    words,
    html`<line class="usual" x1="${BESIDE_VALUES}" x2="100%" y1="${y(usual).toFixed(1)}" y2="${y(usual).toFixed(1)}" />
${frame(time, value, format)}
${turns.map((turn) => turnAt(turn, time))}
${points.map((point) => placed(point, time, y(point.value), point.value > value.top ? BEYOND : DOTS[point.shape]))}`,
  );
}

/** A picture that shrinks to half the page if there is room for two. */
function framed(words: InWords, content: Html): Html {
  return html`<figure class="framed">${picture(words, HEAD + HEIGHT + FOOT, content)}</figure>`;
}

/** Where the values of the lines have ended, so that none is struck through. */
const BESIDE_VALUES = 60;

const BEYOND = html`<path class="beyond" d="M0 -6 L5 3 L-5 3 Z" />`;

/** Names, bars, and what they say: a list, since there is nothing in it that words could not say. */
export function bars(rows: ReadonlyArray<{ name: Html; value: number; label: string }>): Html {
  const most = rows.reduce((top, { value }) => Math.max(top, value), 1);
  const bar = (value: number) =>
    html`<svg class="bar" aria-hidden="true" height="14"><rect width="${((100 * value) / most).toFixed(2)}%" height="14" /></svg>`;
  return html`<ol class="bars">${rows.map(
    ({ name, value, label }) => html`<li><span>${name}</span>${bar(value)}<span class="figure">${label}</span></li>`,
  )}</ol>`;
}

function turnAt({ at, label }: Turn, time: TimeScale): Html {
  const x = across(time, at);
  const isLate = share(time.from, time.to, at) > 60;
  return html`<line class="turn" x1="${x}" x2="${x}" y1="4" y2="${HEAD + HEIGHT}" />
<text class="quiet over" x="${x}" y="10" dx="${isLate ? -5 : 5}" text-anchor="${isLate ? 'end' : 'start'}">${label}</text>`;
}

function placed({ at, title }: Mark, scale: TimeScale, y: number, shape: Html): Html {
  return html`<svg x="${across(scale, at)}" y="${y.toFixed(1)}" width="1" height="1"><title>${title}</title>${shape}</svg>`;
}

/** Few lines, with their values on them, and the time below. */
function frame(time: TimeScale, { top, steps: values }: ValueScale, format: (value: number) => string): Html {
  const lines = values.map((value) => {
    const y = (HEAD + HEIGHT * (1 - value / top)).toFixed(1);
    return html`<line class="${value === 0 ? 'zero' : 'grid'}" x1="0" x2="100%" y1="${y}" y2="${y}" />${
      value === 0 ? undefined : html`<text class="quiet over" x="0" y="${y}" dy="-4">${format(value)}</text>`
    }`;
  });
  return html`${lines}<svg y="${HEAD}" height="${HEIGHT}">${timeAxis(time, HEIGHT, false)}</svg>`;
}

/** So near to an edge, in percent, a word would stand out at the side: in pictures of half the page, and in wide ones. */
const [NEAR, NEAR_IN_WIDE] = [5, 2.5];

/** If there is little room, every second word is left out. */
function timeAxis(scale: TimeScale, height: number, isGrid: boolean): Html {
  return html`${timeTicks(scale).map(({ at, label }, index) => {
    const x = across(scale, at);
    const place = share(scale.from, scale.to, at);
    const near = isGrid ? NEAR_IN_WIDE : NEAR;
    const anchor = place < near ? 'start' : place > 100 - near ? 'end' : 'middle';
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${isGrid ? 0 : height}" y2="${height + 4}" />
<text class="quiet${index % 2 === 1 ? ' second' : ''}" x="${x}" y="${height + 17}" text-anchor="${anchor}">${label}</text>`;
  })}`;
}
