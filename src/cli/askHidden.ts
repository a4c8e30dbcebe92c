// Asks for a secret at the terminal: what is typed is not shown, and is in no history.

import { Writable } from 'node:stream';
import { ask } from './ask.js';

/** @throws BackupError `cancelled` as {@link ask} */
export async function askHidden(question: string, signal?: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  try {
    const answer = ask('', { input: stdin, output: unseen(), terminal: true, historySize: 0 }, signal);
    // Not before the terminal has been told to show nothing: an answer may come at once.
    stderr.write(question);
    return await answer;
  } finally {
    // The Enter was not shown either.
    stderr.write('\n');
  }
}

/** Takes what the editor of the line echoes. */
function unseen(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
