import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { realEnv } from '../../src/core/env.js';
import { BackupError, cancelled } from '../../src/core/errors.js';
import { runJob } from '../../src/ui/runJob.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import type { Services } from '../../src/ui/services.js';
import { inNewStore, quietLog } from './newStore.js';
import { foldersOfTests, whileUserAnswers } from './userAtWork.js';

const words = { title: 'Backing up demo', noun: 'Backup', shares: {} };

async function withServices(test: (services: Services) => Promise<void>): Promise<void> {
  await inNewStore(async ({ boards }) => {
    await test({ env: realEnv(), log: quietLog(), boards, jobs: new RunningJobs() } as unknown as Services);
  });
}

describe('A job', () => {
  it('has ended when it has failed, whether its message is read or not', () =>
    withServices(async (services) => {
      const original = vscode.window.showErrorMessage;
      // Nobody dismisses the message.
      Reflect.set(vscode.window, 'showErrorMessage', () => new Promise(() => {}));
      try {
        const failing = async () => Promise.reject(new BackupError('port-lost', 'The cable was pulled.'));
        assert.equal(await runJob(services, words, failing), undefined);
        assert.deepEqual(services.jobs.list, []);
      } finally {
        Reflect.set(vscode.window, 'showErrorMessage', original);
      }
    }));

  it('tells what went wrong and what to do next', () =>
    withServices(async (services) => {
      const error = new BackupError('port-lost', 'The cable was pulled.', { hint: 'Plug it in again.' });
      const said = await whileUserAnswers({}, () => runJob(services, words, async () => Promise.reject(error)));
      assert.deepEqual(
        said.map(({ text, choices }) => ({ text, choices })),
        [{ text: 'The cable was pulled. Plug it in again.', choices: ['Show Log'] }],
      );
    }));

  it('offers another folder where that of the backups fails, and not where an export does', () =>
    withServices(async (services) => {
      const choicesAt = async (path: string) => {
        const error = new BackupError('store-full', 'The disk is full.', { path });
        const said = await whileUserAnswers({}, () => runJob(services, words, async () => Promise.reject(error)));
        return said[0]?.choices;
      };
      assert.deepEqual(await choicesAt(`${foldersOfTests().store}/pico`), ['Choose Folder…', 'Show Log']);
      assert.deepEqual(await choicesAt('/media/stick/export.blb'), ['Show Log']);
    }));

  it('leaves a bar over the tree where its rows tell all, and is known as any other', () =>
    withServices(async (services) => {
      let message: string | undefined;
      const { jobs } = services;
      const result = await runJob(services, { ...words, place: 'view' }, async ({ onProgress }) => {
        onProgress?.({ phase: 'read', done: { files: 0, bytes: 0 } });
        message = jobs.list[0]?.progress?.step.phase;
        return 'done';
      });
      assert.deepEqual([result, message, jobs.lastDone?.title], ['done', 'read', words.title]);
    }));

  it('is stopped by the end of the window, and says that it was cancelled', () =>
    withServices(async (services) => {
      let begun = () => {};
      const underWay = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const untilAborted = ({ signal }: { signal?: AbortSignal | undefined }) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(cancelled()));
          begun();
        });
      const said = await whileUserAnswers({}, async () => {
        const job = runJob(services, words, untilAborted);
        await underWay;
        assert.equal(services.jobs.list.length, 1);
        await services.jobs.stop();
        await job;
      });
      assert.equal(said[0]?.text, 'Backing up demo was cancelled.');
    }));
});
