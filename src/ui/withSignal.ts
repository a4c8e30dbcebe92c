// What others give to cancel by is a token of VS Code, and what our jobs take a signal.

import type * as vscode from 'vscode';
import { cancelled } from '../core/errors.js';

/** Runs `work` with a signal that is aborted with the token, if there is one. @throws BackupError `cancelled` if it was by then */
export async function withSignal<T>(
  token: vscode.CancellationToken | undefined | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (token?.isCancellationRequested) throw cancelled();
  const abort = new AbortController();
  const listening = token?.onCancellationRequested(() => abort.abort());
  try {
    return await work(abort.signal);
  } finally {
    listening?.dispose();
  }
}
