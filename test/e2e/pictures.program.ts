// Goes the main way in a real VS Code and takes the pictures of README's animation: `node pictures.program.js <folder>`. Beside each
// picture a text says how long it is shown, as apngasm wants it. Started by scripts/pictures.mjs.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { openVscode } from './support/vscodeInBrowser.js';

const SIZE = { width: 1200, height: 720 };
const SIDEBAR_WIDTH = 470;
const BOARD = 'greenhouse';

/** Laid over the page: a line of words in place of the title bar, and a pointer, which screenshots do not have. */
const OVERLAY = `
  const caption = document.body.appendChild(document.createElement('div'));
  Object.assign(caption.style, {
    position: 'fixed', inset: '0 0 auto 0', height: '35px', lineHeight: '35px', zIndex: '1000000', pointerEvents: 'none',
    background: '#0b5cad', color: '#ffffff', font: '600 18px/35px system-ui, sans-serif', textAlign: 'center', whiteSpace: 'pre',
  });
  const svg = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const pointer = document.body.appendChild(svg('svg', { width: 64, height: 64, viewBox: '-24 -24 64 64' }));
  Object.assign(pointer.style, { position: 'fixed', zIndex: '1000001', pointerEvents: 'none', display: 'none' });
  pointer.append(
    svg('circle', { r: 20, fill: '#ffc83d', 'fill-opacity': 0.3, stroke: '#ffc83d', 'stroke-width': 2 }),
    svg('path', { d: 'M0 0 0 22 5 17 9 26 13 24 9 16 16 16Z', fill: '#ffffff', stroke: '#000000', 'stroke-width': 1.5 }),
  );
  globalThis.showCaption = (words) => { caption.textContent = words; };
  globalThis.showPointer = (x, y) => {
    Object.assign(pointer.style, x === undefined ? { display: 'none' } : { display: 'block', left: x - 24 + 'px', top: y - 24 + 'px' });
  };
`;

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Which folder?');
takePictures(folder).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

async function takePictures(pictures: string): Promise<void> {
  const { window, boards, close } = await openVscode({ 'workbench.colorTheme': 'Default Dark Modern' });
  const { page } = window;
  let taken = 0;

  /** A picture that is shown for so long. */
  async function show(seconds: number, pointing = false): Promise<void> {
    taken += 1;
    // Whoever rests on something for long gets its tooltip, which hides what is below.
    if (!pointing) {
      await page.mouse.move(SIZE.width / 2, 0);
      await page.locator('.monaco-hover:visible').waitFor({ state: 'detached' });
    }
    const name = join(pictures, `picture-${String(taken).padStart(2, '0')}`);
    await page.screenshot({ path: `${name}.png`, animations: 'disabled', caret: 'hide' });
    await writeFile(`${name}.txt`, `delay=${Math.round(seconds * 10)}/10\n`);
  }

  /** What is seen to be pointed at, and then clicked. */
  async function pointAt(what: Locator): Promise<void> {
    await what.hover();
    const box = await what.boundingBox();
    if (box) await page.evaluate(`showPointer(${box.x + box.width / 2}, ${box.y + box.height / 2})`);
    await show(1.4, true);
    await page.evaluate('showPointer()');
  }

  const say = (words: string) => page.evaluate(`showCaption(${JSON.stringify(words)})`);
  const rowWith = (text: string | RegExp) => page.getByRole('treeitem').filter({ hasText: text });

  try {
    await page.setViewportSize(SIZE);
    await page.evaluate(OVERLAY);
    await window.showView('MicroPython Backup');
    await widenSidebar();

    await say('1  Connect a board: it shows up by itself');
    await addSimulatedBoard(boards, BOARD);
    await window.viewAction('Refresh');
    const first = window.treeRow('Back Up This Board');
    await first.waitFor();
    await show(2);

    await say('2  Back it up with one click');
    await pointAt(first);
    await first.click();
    await window.notification(`Backed up ${BOARD}`).waitFor();
    await show(2);
    await window.notificationButton(`Backed up ${BOARD}`, 'Show Backup');
    await window.treeRow('lib').waitFor();

    await say('3  Every file as it was, one click away');
    const saved = window.treeRow('main.py');
    await saved.click();
    await page.locator('.view-lines', { hasText: 'machine' }).waitFor();
    await show(2.5);
    await window.command('View: Close All Editors');
    await window.command('Notifications: Clear All Notifications');

    await say('4  Something changes on the board');
    await changeMain(join(boards, BOARD, 'main.py'));
    const live = window.treeRow('Files on the board');
    await window.expand(live);
    await window.rowAction(live, 'Read Files of Board');
    await rowWith('1 changed').waitFor();
    await show(2.5);

    await say('5  See what, line by line');
    const changed = window.treeRow('main.py').first();
    await changed.hover();
    await pointAt(changed.getByRole('button', { name: 'Compare with Last Backup', exact: true }));
    await window.rowAction(changed, 'Compare with Last Backup');
    await page.locator('.line-insert, .char-insert').first().waitFor();
    await show(3.5);
    // It would go on showing the difference after the restore.
    await window.command('View: Close All Editors');

    await say('6  A restore shows first what it will do');
    await window.contextMenu(changed, 'Restore File…');
    const write = rowWith(/^Write 1 file/);
    await write.waitFor();
    await show(2);
    await pointAt(write);
    await write.click();
    await window.notification('Restored 1 file').waitFor();

    await say('7  Restored, verified, and it can be undone');
    await show(4);
  } finally {
    await close();
  }

  async function widenSidebar(): Promise<void> {
    const edge = await page.locator('.part.sidebar').boundingBox();
    if (!edge) throw new Error('There is no sidebar.');
    await page.mouse.move(edge.x + edge.width, SIZE.height / 2);
    await page.mouse.down();
    await page.mouse.move(edge.x + SIDEBAR_WIDTH, SIZE.height / 2, { steps: 5 });
    await page.mouse.up();
  }
}

/** As somebody does who only wants to try something. */
async function changeMain(file: string): Promise<void> {
  const source = await readFile(file, 'utf8');
  const tried = source.replace('count % 10 == 1', 'True').replace('config["interval_ms"]', '1');
  if (tried === source) throw new Error(`There is nothing to change in ${file}.`);
  await writeFile(file, tried);
}
