// Asks one question at the terminal. Whoever presses Ctrl-C or Ctrl-D instead of answering has cancelled.

import { createInterface } from 'node:readline/promises';
import { cancelled } from '../core/errors.js';

/** @throws BackupError `cancelled`, also if the terminal ends or `signal` says so */
export async function ask(
  question: string,
  terminal: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; terminal?: boolean; historySize?: number },
  signal?: AbortSignal,
): Promise<string> {
  const lines = createInterface(terminal);
  try {
    return await Promise.race([lines.question(question, signal ? { signal } : {}), endOf(lines)]);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw cancelled();
    throw error;
  } finally {
    lines.close();
  }
}

/** Some versions of Node leave a question unanswered forever when its input ends. Never resolves. */
function endOf(lines: NodeJS.EventEmitter): Promise<never> {
  return new Promise((_, reject) => lines.once('close', () => reject(cancelled())));
}
