import assert from 'node:assert/strict';
import { BackupError } from '../../src/core/errors.js';
import { drawReport } from '../../src/ui/report/drawReport.js';
import type { Services } from '../../src/ui/services.js';
import { inNewStore } from './newStore.js';

describe('A report that cannot be shown', () => {
  const textOf = async (services: unknown) => {
    const page = await drawReport(services as Services, 'uid:1');
    return page.replace(/^[\s\S]*<main>/, '').replaceAll(/<[^>]*>/g, ' ');
  };

  it('says that there is nothing to tell of only where there is no backup', () =>
    inNewStore(async ({ boards }) => {
      const services = { boards, env: boards.env, scheduler: { presenceOf: () => undefined } };
      assert.match(
        await textOf(services),
        /There is nothing to report\W+There is no backup of uid:1 yet\. Take the first/,
      );
      const locked = new BackupError('key-missing', 'The backups are locked.', { hint: 'Enter the key.' });
      const shut = { ...services, boards: { list: [], openStore: () => Promise.reject(locked) } };
      const text = await textOf(shut);
      assert.match(text, /The report could not be made\W+The backups are locked\. Enter the key\./);
      assert.doesNotMatch(text, /nothing to report/);
    }));
});
