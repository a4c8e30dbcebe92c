import assert from 'node:assert/strict';
import { msg, speak, spokenLanguage, t } from '../../src/core/l10n.js';
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
