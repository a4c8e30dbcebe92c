#!/usr/bin/env node
// `mpbackup`: one call of the command line is one process.

import { runCommandLine } from './cli/commandLine.js';
import { CLOSING } from './core/jobs/job.js';

/** What does not end by itself after a signal (a disk that does not answer) gets no more time than this. */
const GRACE_MS = 1_000;

/** Aborted by Ctrl-C, by a request to end, and by the end of the terminal: the board is left in order, then the process ends. A second one ends it at once. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupt = (signal: NodeJS.Signals) => {
    // Left to the system, the next one ends us whatever we are waiting for; `process.exit` would wait for the disk.
    for (const each of signals) process.off(each, interrupt);
    interrupted.abort(signal === 'SIGINT' ? undefined : CLOSING);
  };
  for (const each of signals) process.on(each, interrupt);
  return interrupted.signal;
}

function cancelled(): void {
  setTimeout(() => process.kill(process.pid, 'SIGINT'), GRACE_MS).unref();
}

const { stdout, stderr } = process;
void runCommandLine(process.argv.slice(2), { stdout, stderr, interruption, cancelled }).then((code) => {
  process.exitCode = code;
});
