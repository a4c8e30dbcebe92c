// Lines of a terminal that are written over: one for each job that is under way. What is printed besides stands above them.

/** As much as we need to know of a stream. */
export interface Printed {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** Of a terminal that does not know its size, or says 0. */
const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;

export interface ProgressLines {
  /** @param key whose line it is */
  show(key: string, text: string): void;
  /** Takes the line of a job that has ended away, and clears. */
  end(key: string): void;
  /** Makes room for something else; the lines are back with the next one that changes. */
  clear(): void;
}

export function progressLines(terminal: Printed): ProgressLines {
  const texts = new Map<string, string>();
  let height = 0;
  const toTop = () => (height > 1 ? `\r\x1b[${height - 1}A` : '\r');
  const clear = () => {
    if (height > 0) terminal.write(`${toTop()}${height > 1 ? '\x1b[J' : '\x1b[K'}`);
    height = 0;
  };
  return {
    show(key, text) {
      texts.set(key, text);
      // Lines above the top of the terminal cannot be written over.
      const shown = [...texts.values()].slice(0, Math.max(1, (terminal.rows || USUAL_HEIGHT) - 1));
      const width = (terminal.columns || USUAL_WIDTH) - 1;
      terminal.write(`${toTop()}${shown.map((line) => `\x1b[K${line.slice(0, width)}`).join('\n')}`);
      height = shown.length;
    },
    end(key) {
      clear();
      texts.delete(key);
    },
    clear,
  };
}
