// What is known of the files that boards have now. They are read only where somebody asks for that: it stops a running program.

import * as vscode from 'vscode';
import type { BoardLook } from '../../core/jobs/lookAtBoard.js';

export type LiveState =
  /** `isOutdated`: it was known, and the board was written to since. */
  | { kind: 'unread'; isOutdated: boolean }
  | { kind: 'reading' }
  | { kind: 'read'; look: BoardLook /** Milliseconds since 1970. */; at: number };

export class LiveBoards implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** By the URL of the board: what is plugged in elsewhere is read anew. */
  private readonly states = new Map<string, LiveState>();

  stateOf(url: string | undefined): LiveState {
    return (url !== undefined && this.states.get(url)) || { kind: 'unread', isOutdated: false };
  }

  lookOf(url: string | undefined): BoardLook | undefined {
    const state = this.stateOf(url);
    return state.kind === 'read' ? state.look : undefined;
  }

  set(url: string, state: LiveState): void {
    this.states.set(url, state);
    this.changed.fire();
  }

  /** The board was written to, or is another one now. */
  outdated(url: string): void {
    if (this.stateOf(url).kind === 'read') this.set(url, { kind: 'unread', isOutdated: true });
  }

  /** Forgets boards that have gone. */
  keepOnly(urls: ReadonlySet<string>): void {
    for (const [url, { kind }] of this.states) if (!urls.has(url) && kind !== 'reading') this.states.delete(url);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
