// What is known of the files that boards have now. They are read only if somebody asks for that: it stops a running program.

import * as vscode from 'vscode';
import type { BoardLook } from '../../core/jobs/lookAtBoard.js';
import type { Boards } from '../boards.js';

export type LiveState =
  /** `isOutdated`: it was known, and the board was written to since. */
  | { kind: 'unread'; isOutdated: boolean }
  | { kind: 'reading' }
  /** `at`: milliseconds since 1970. */
  | { kind: 'read'; look: BoardLook; at: number };

export class LiveBoards implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** By the URL of the board. */
  private readonly states = new Map<string, LiveState>();
  private readonly listener: vscode.Disposable;

  constructor(private readonly boards: Pick<Boards, 'list' | 'onDidChange'>) {
    this.listener = boards.onDidChange(() => this.forgetOthers());
  }

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

  /** The board was written to since it was read, or while it is. */
  outdated(url: string): void {
    if (this.states.has(url)) this.set(url, { kind: 'unread', isOutdated: true });
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  /** Of boards that have gone, and of those in whose place another one is. */
  private forgetOthers(): void {
    const ids = new Map(this.boards.list.map(({ url, id }) => [url, id]));
    const before = this.states.size;
    for (const [url, state] of this.states) {
      if (state.kind === 'reading') continue;
      const isOther = state.kind === 'read' && state.look.board.id !== ids.get(url);
      if (!ids.has(url) || isOther) this.states.delete(url);
    }
    if (this.states.size < before) this.changed.fire();
  }
}
