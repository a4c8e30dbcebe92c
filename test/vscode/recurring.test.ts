import assert from 'node:assert/strict';
import { showHiddenMessages } from '../../src/ui/commands/showHiddenMessages.js';
import { RecurringMessages } from '../../src/ui/recurring.js';
import type { Services } from '../../src/ui/services.js';
import { memory } from './newStore.js';
import { type Said, whileUserAnswers } from './userAtWork.js';

describe('A message that recurs', () => {
  const kept = memory();
  const logged: string[] = [];
  const log = { info: (line: string) => void logged.push(line), warn: (line: string) => void logged.push(line) };
  /** As it is in a window that was opened later. */
  const inNewWindow = () => new RecurringMessages(kept, log);
  const texts = (said: Said[]) => said.map(({ text }) => text);

  it('offers what it is about, and that it is not shown again', async () => {
    let answer: string | undefined;
    const said = await whileUserAnswers({ 'Backed up': 'Show Backup' }, async () => {
      answer = await inNewWindow().show('backedUp', 'Backed up demo.', 'Show Backup');
    });
    assert.deepEqual(said[0]?.choices, ['Show Backup', "Don't Show Again"]);
    assert.equal(answer, 'Show Backup');
  });

  it('is not shown again in any window once it was hidden, and neither are others hidden with it', async () => {
    await whileUserAnswers({ Nothing: "Don't Show Again" }, () =>
      inNewWindow().show('nothingChanged', 'Nothing has changed on demo.'),
    );
    const said = await whileUserAnswers({}, async () => {
      await inNewWindow().show('nothingChanged', 'Nothing has changed on beta.');
      await inNewWindow().show('backedUp', 'Backed up beta.');
    });
    assert.deepEqual(texts(said), ['Backed up beta.']);
    assert.ok(logged.includes('Nothing has changed on beta.'));
  });

  it('comes back with "Show Hidden Messages Again", which says how many there are', async () => {
    const run = () =>
      whileUserAnswers({}, async () =>
        showHiddenMessages.run({ recurring: inNewWindow() } as unknown as Services, undefined, undefined),
      );
    assert.deepEqual(texts(await run()), ['1 hidden message will be shown again.']);
    assert.deepEqual(texts(await run()), ['No message is hidden.']);
    const said = await whileUserAnswers({}, () => inNewWindow().show('nothingChanged', 'Nothing has changed.'));
    assert.deepEqual(texts(said), ['Nothing has changed.']);
  });
});
