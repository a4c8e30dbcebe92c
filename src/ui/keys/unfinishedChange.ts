// A change of key that was interrupted, by a crash, a closed window or a Cancel, is told of with the way out: once in a window, and
// again if the way out was taken and cancelled.

import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { unawaited } from '../failures.js';
import type { Services } from '../services.js';
import { ENCRYPTION, isUnfinished } from './keyWords.js';

export function offerUnfinishedChange(services: Services): vscode.Disposable {
  const { boards, jobs } = services;
  let isTold = false;
  const runs = () => jobs.list.some(({ noun }) => noun === t(ENCRYPTION));
  const look = () => {
    const { encryption, isLocked } = boards;
    // One that runs in this window is no news, and without the key nobody can go on with it.
    if (isTold || !isUnfinished(encryption) || isLocked || runs()) return;
    isTold = true;
    unawaited(
      services,
      import('./runKeyChange.js').then(({ askToFinish }) => askToFinish(services, encryption)),
    );
  };
  const forget = () => {
    if (runs()) isTold = false;
  };
  return vscode.Disposable.from(boards.onDidChange(look), jobs.onDidChange(forget));
}
