import assert from 'node:assert/strict';
import { BackupError, withSentence } from '../../src/core/errors.js';
import { englishOf, msg, speak, spokenLanguage, t } from '../../src/core/l10n.js';
import { age, bytes, count, duration, figure, moment } from '../../src/core/text.js';

describe('Words in the language of the display', () => {
  const bundle = {
    'Copied {0} to {1}.': '{0} wurde nach {1} kopiert.',
    Done: 'Fertig',
    '{0} file': '{0} Datei',
    '{0} files': '{0} Dateien',
    'Today {0}': 'Heute {0}',
    '{0} days ago': 'vor {0} Tagen',
  };
  const now = Date.parse('2026-11-26T12:00:00Z');

  before(() => speak(bundle, 'de'));
  after(() => speak(undefined, 'en'));

  it('are those of the bundle, with their values, and English where it has none', () => {
    assert.equal(t('Copied {0} to {1}.', 'main.py', '{0}'), 'main.py wurde nach {0} kopiert.');
    assert.equal(t('Not translated: {0}', 3), 'Not translated: 3');
    assert.equal(t(msg('Done')), 'Fertig');
    assert.equal(spokenLanguage(), 'de');
  });

  it('are known in English to whoever stores what was just said', () => {
    const copied = t('Copied {0} to {1}.', t('{0} files', 2), 'Done');
    assert.equal(copied, '2 Dateien wurde nach Done kopiert.');
    assert.equal(englishOf(copied), 'Copied 2 files to Done.');
    assert.equal(englishOf(t('Not translated: {0}', t('{0} file', 1))), 'Not translated: 1 file');
    assert.equal(englishOf(`${copied} ${t(msg('Done'))} EIO`), 'Copied 2 files to Done. Done EIO');
    assert.equal(englishOf('Was nie gesagt wurde'), 'Was nie gesagt wurde');
  });

  it('are known in English of a failure, however much was said since', () => {
    const failure = new BackupError('store-failed', t('Copied {0} to {1}.', 'a', 'https://me:secret@there'));
    for (let at = 0; at < 1000; at++) t('{0} files', at);
    const more = withSentence(failure, t('{0} days ago', 3));
    assert.ok(more instanceof BackupError);
    assert.equal(more.message, 'a wurde nach https://there kopiert. vor 3 Tagen');
    assert.equal(more.english, 'Copied a to https://there. 3 days ago');
    assert.equal(englishOf(t('{0} days ago', 3)), '3 days ago');
    assert.equal(englishOf('0 Dateien'), '0 Dateien', 'what was said long ago is forgotten');
  });

  it('have figures and times as that language writes them', () => {
    assert.equal(count(1, 'file'), '1 Datei');
    assert.equal(count(1200, 'file'), '1.200 Dateien');
    assert.equal(figure(1234567), '1.234.567');
    assert.equal(bytes(1234), '1,2 kB');
    assert.equal(duration(0.4), '0,4 s');
    assert.equal(age('2026-11-20T11:00:00Z', now), 'vor 6 Tagen');
    assert.match(moment('2026-11-26T12:00:00Z', now), /^Heute \d\d:\d\d$/);
  });
});
