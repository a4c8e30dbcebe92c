// What someone does in a VS Code window, step by step, and what they look at. Steps wait until they can be done. Things to
// look at are playwright locators: wait for them, read them, click them.

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors, type Locator, type Page } from 'playwright-core';

/** How long VS Code, and the extension in it, may take to start, in milliseconds. */
const startTimeout = 30_000;
/** How long the palette gets to list a command before it is opened anew, in milliseconds. */
const paletteTimeout = 2_000;

/** How often a key is pressed to get somewhere. */
const MOST_STEPS = 200;
/** How often the mouse is moved with something that is dragged. */
const MOST_MOVES = 10;

const themes = {
  light: { label: 'Light Modern', className: 'vs' },
  dark: { label: 'Dark Modern', className: 'vs-dark' },
  hc: { label: 'Dark High Contrast', className: 'hc-black' },
};

/** What has the focus, and which of its rows. */
const FOCUS = `((at) => [at?.tagName, at?.className, at?.ariaLabel, at?.getAttribute('aria-activedescendant'), at?.id].join())(document.activeElement)`;

export type Theme = keyof typeof themes;

export class VscodeWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until VS Code listens to its user. */
  async ready(): Promise<void> {
    await this.page.locator('.statusbar-item').first().waitFor({ timeout: startTimeout });
  }

  /** Closes the window's workbench, extensions included, and opens it anew. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  async setTheme(theme: Theme): Promise<void> {
    // Not by the settings file: this VS Code reads it only when it starts.
    await this.command('Preferences: Color Theme');
    await this.page.getByPlaceholder('Select Color Theme').fill(themes[theme].label);
    await this.pick(themes[theme].label);
    await this.page.locator(`.monaco-workbench.${themes[theme].className}`).waitFor();
  }

  /**
   * Finds a command in the palette and leaves the palette open.
   *
   * @param title as the palette shows it: `MicroPython Backup: Refresh`
   */
  async findCommand(title: string): Promise<Locator> {
    const row = this.#pickerRow(title);
    const giveUp = Date.now() + startTimeout;
    for (;;) {
      await this.page.keyboard.press('F1');
      try {
        // It closes where something else takes the focus just then.
        await this.#pickerInput().fill(`>${title}`, { timeout: paletteTimeout });
        await row.waitFor({ timeout: paletteTimeout });
        return row;
      } catch (error) {
        // A palette that was opened before the extension had started never lists its commands: open it anew.
        if (!(error instanceof errors.TimeoutError) || Date.now() > giveUp) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Runs a command from the palette. */
  async command(title: string): Promise<void> {
    await (await this.findCommand(title)).click();
  }

  /** The same without a mouse. */
  async commandByKeys(title: string): Promise<void> {
    const row = this.#pickerRow(title);
    // The palette may close as soon as it has listed the command, or later, if something else takes the focus.
    do await this.findCommand(title);
    while (!(await this.#isStillThere(row)) || !(await this.#walksTo(row)));
    await this.page.keyboard.press('Enter');
  }

  /** Shows a view container by its name in the activity bar. */
  async showView(title: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar').getByRole('tab', { name: title, exact: true });
    await tab.waitFor({ timeout: startTimeout });
    // A click on the one that is shown would hide it.
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  }

  /** A row of a tree by its label, whatever its description says. */
  treeRow(label: string): Locator {
    const named = this.page.locator('.label-name', { hasText: exactly(label) });
    return this.page.getByRole('treeitem').filter({ has: named });
  }

  async expand(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  }

  /**
   * Does something until what comes of it shows: where VS Code is busy, keys and drops are lost, and a hand makes them again.
   *
   * @param patience for what comes of it, in milliseconds
   */
  async until(outcome: Locator, act: () => Promise<void>, patience = 15_000): Promise<void> {
    do await act();
    while (!(await appears(outcome, patience)));
  }

  /** Drags a row onto something. */
  async drag(row: Locator, onto: Locator, outcome: Locator): Promise<void> {
    await this.until(outcome, () => this.#dragOnce(row, onto), 5_000);
  }

  /** As slowly as a hand: what takes it in shows itself only while it is above. */
  async #dragOnce(row: Locator, onto: Locator): Promise<void> {
    const accepted = this.page.locator('.monaco-list-row.drop-target, .editor-group-overlay-indicator').first();
    await row.hover();
    await this.page.mouse.down();
    // Where VS Code is busy, it answers the first moves late: it must have said that something may be dropped here. Where it does not,
    // the press was lost, too.
    let moves = 0;
    do await onto.hover({ force: true });
    while (!(await appears(accepted, 500)) && ++moves < MOST_MOVES);
    // An editor lays something over itself, which takes in what is moved above it from then on.
    await onto.hover({ force: true });
    await this.page.mouse.up();
  }

  /** Clicks an icon in a row. */
  async rowAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    await row.getByRole('button', { name: named(title) }).click();
  }

  /** An item of a menu that is open: behind its title may stand its keys. */
  menuItem(title: string): Locator {
    const label = this.page.locator('.action-label', { hasText: exactly(title) });
    return this.page.getByRole('menuitem').filter({ has: label });
  }

  /** Chooses an item from the menu that a right click on a row opens. */
  async contextMenu(row: Locator, item: string): Promise<void> {
    await row.click({ button: 'right' });
    // A menu that has just opened ignores clicks, but not keys.
    await this.menuItem(item).hover();
    await this.page.keyboard.press('Enter');
  }

  /** The same without a mouse, for the row that has the focus. */
  async contextMenuByKeys(item: string): Promise<void> {
    await this.page.keyboard.press('Shift+F10');
    await this.#chooseByKeys(this.page.locator('.monaco-menu .action-item').filter({ has: this.menuItem(item) }));
  }

  /** Moves the focus to a row or an item by pressing a key until it is there. */
  async walkTo(item: Locator, key = 'ArrowDown'): Promise<void> {
    await item.waitFor();
    // A list tells by a class which of its rows has the focus.
    const focused = item.and(this.page.locator('.focused, :focus, :focus-within:not(.monaco-list-row)'));
    for (let steps = 0; (await focused.count()) === 0; steps += 1) {
      if (steps === MOST_STEPS) throw new Error(`${key} does not lead to ${item}.`);
      const before = await this.page.evaluate(FOCUS);
      await this.page.keyboard.press(key);
      // Whoever presses again before the focus has moved walks past it. At the end of a list it does not move.
      const moved = this.page.waitForFunction(`${FOCUS} !== ${JSON.stringify(before)}`, undefined, { timeout: 1_000 });
      await moved.catch((error: unknown) => {
        if (!(error instanceof errors.TimeoutError)) throw error;
      });
    }
  }

  /** Clicks an icon in the title of the view that is shown. */
  async viewAction(title: string): Promise<void> {
    const sidebar = this.page.locator('.part.sidebar');
    // A row may have an icon of that name, too.
    const titles = sidebar.locator('.composite.title, .pane-header');
    const icon = titles.getByRole('button', { name: named(title) });
    // Each of several views shows its icons only while the pointer is above it.
    for (const place of [sidebar, ...(await titles.all())]) {
      await place.hover();
      if (await appears(icon, 1_000)) break;
    }
    await icon.click();
  }

  /** Chooses from a quick pick. */
  async pick(label: string): Promise<void> {
    await this.#pickerRow(label).click();
  }

  /** The same without a mouse. */
  async pickByKeys(label: string): Promise<void> {
    await this.#chooseByKeys(this.#pickerRow(label));
  }

  /** Fills in an input box with this title, and agrees. */
  async answer(title: string, text: string): Promise<void> {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor();
    await this.#pickerInput().fill(text);
    await this.#pickerInput().press('Enter');
  }

  /** Names a file in the dialog with this title, in which to save something. */
  async saveAs(title: string, path: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-title', { hasText: title });
    await dialog.waitFor();
    const input = this.#pickerInput();
    // Once it has read the folder, it puts in the name that it suggests, over whatever was typed until then.
    while (!/[^/]$/.test(await input.inputValue())) await this.page.waitForTimeout(20);
    do {
      // Enter while it reads the folder that was typed is lost, or leads into another folder.
      if ((await input.inputValue()) !== path) await input.fill(path);
      await this.page.keyboard.press('Enter');
    } while (!(await disappears(dialog, 1_000)));
  }

  /** A modal dialog that says this somewhere. */
  dialog(text: string): Locator {
    return this.page.locator('.monaco-dialog-box', { hasText: text });
  }

  async dialogButton(text: string, button: string): Promise<void> {
    await this.dialog(text).getByRole('button', { name: button, exact: true }).click();
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /**
   * Opens the tooltip of something by resting on it.
   *
   * @param text what the tooltip says somewhere
   */
  async tooltipOf(item: Locator, text: string): Promise<Locator> {
    const tooltip = this.page.locator('.monaco-hover', { hasText: text });
    const hover = async () => {
      // Who is there already does not come to rest. An item that is drawn anew meanwhile forgets who was there.
      await this.page.mouse.move(0, 0);
      await item.hover();
    };
    await this.until(tooltip, hover, 5_000);
    return tooltip;
  }

  /** A notification that says this somewhere; one that shows progress too. */
  notification(text: string): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  async notificationButton(text: string, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** @returns the picture's path, in `out/screenshots/` */
  async screenshot(name: string): Promise<string> {
    const path = join('out', 'screenshots', `${name.replaceAll(/[^\w .-]/g, '_')}.png`);
    await mkdir(dirname(path), { recursive: true });
    // As it is once it has settled: the colours of a new theme fade in.
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /**
   * A picture; with `MPBACKUP_THEMES=all` the same in each kind of theme, which takes its time. Light is the last, and the usual one.
   *
   * @param open opens a list anew, which is closed where the theme is changed
   */
  async pictures(name: string, open?: () => Promise<void>): Promise<void> {
    if (process.env.MPBACKUP_THEMES !== 'all') {
      await this.screenshot(`${name}-light`);
      return;
    }
    for (const theme of ['dark', 'hc', 'light'] satisfies Theme[]) {
      if (open) await this.page.keyboard.press('Escape');
      await this.setTheme(theme);
      await open?.();
      await this.screenshot(`${name}-${theme}`);
    }
  }

  async #isStillThere(what: Locator): Promise<boolean> {
    await this.page.waitForTimeout(200);
    return what.isVisible();
  }

  /** @returns whether it was there to walk to */
  async #walksTo(item: Locator): Promise<boolean> {
    if (!(await appears(item, paletteTimeout))) return false;
    await this.walkTo(item);
    return true;
  }

  async #chooseByKeys(item: Locator): Promise<void> {
    await this.walkTo(item);
    await this.page.keyboard.press('Enter');
  }

  #pickerInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  #pickerRow(label: string): Locator {
    const named = this.page.locator('.label-name', { hasText: exactly(label) });
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ has: named });
  }
}

function disappears(what: Locator, withinMs: number): Promise<boolean> {
  return appears(what, withinMs, 'hidden');
}

/** The keys of a command stand behind its title: `Backup Device (Ctrl+K Shift+B)`. */
function named(title: string): RegExp {
  return new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}( \\(.+\\))?$`);
}

async function appears(what: Locator, withinMs: number, state: 'visible' | 'hidden' = 'visible'): Promise<boolean> {
  try {
    await what.waitFor({ timeout: withinMs, state });
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
}
