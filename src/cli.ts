#!/usr/bin/env node
// `mpbackup`: the process around one call of the command line, with its streams and signals.

import { runCommandLine } from './cli/commandLine.js';
import { CLOSING } from './core/jobs/job.js';

/** How long a call that was cancelled may still take, for example because a disk does not answer. */
const GRACE_MS = 1_000;

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP, so that the board is left in order before the process ends. A second one ends the
 * process at once.
 */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupt = (signal: NodeJS.Signals) => {
    // The default action of the next signal ends the process even if it waits for a disk; `process.exit` would not.
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
