// A change of key that was interrupted, by a crash or a closed window, is told of once in a window, with the way out.

import type * as vscode from 'vscode';
import type { Services } from '../services.js';

export class UnfinishedChange {
  private isTold = false;

  /** Where the job that stopped says it itself. */
  noteTold(): void {
    this.isTold = true;
  }

  /** Follows the backups. */
  watch(services: Services): vscode.Disposable {
    return services.boards.onDidChange(() => {
      const { encryption, isLocked } = services.boards;
      // One that runs in this window is no news, and without the key nobody can go on with it.
      const runs = services.jobs.list.some(({ noun }) => noun === 'Encryption');
      if (this.isTold || encryption?.state !== 'changing' || isLocked || runs) return;
      this.isTold = true;
      void import('./runKeyChange.js').then(({ askToFinish }) => askToFinish(services, encryption));
    });
  }
}
