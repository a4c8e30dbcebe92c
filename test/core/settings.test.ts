import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { folder, oneOf, texts, wholeNumber } from '../../src/ui/settingValues.js';

describe('A setting that names a folder', () => {
  it('may begin with the home folder, or lies there where it is not absolute', () => {
    assert.equal(folder('~', '/else'), homedir());
    assert.equal(folder('~/backups', '/else'), join(homedir(), 'backups'));
    assert.equal(folder('backups', '/else'), join(homedir(), 'backups'));
    assert.equal(folder('~backups', '/else'), join(homedir(), '~backups'));
    assert.equal(folder(resolve('/srv/backups'), '/else'), resolve('/srv/backups'));
    assert.equal(folder('  ~/backups ', '/else'), join(homedir(), 'backups'));
  });

  it('is the usual one where it is empty or no text', () => {
    for (const value of ['', '  ', undefined, null, 7, {}, ['a']]) assert.equal(folder(value, '/else'), '/else');
  });
});

describe('A setting that is a list', () => {
  it('keeps what is text, and passes over the rest', () => {
    assert.deepEqual(texts(['*.py', '', ' ', 7, null, { a: 1 }, '/lib']), ['*.py', '/lib']);
    for (const value of [undefined, null, '*.py', 7, {}]) assert.deepEqual(texts(value), []);
  });
});

describe('A setting that is a number, or one of a few words', () => {
  it('is the usual one where it is nothing of the kind', () => {
    assert.equal(wholeNumber(9600, 115_200), 9600);
    for (const value of [0, -1, 1.5, Number.NaN, '9600', undefined, null]) {
      assert.equal(wholeNumber(value, 115_200), 115_200);
    }
    assert.equal(oneOf(['auto', 'on', 'off'], 'off', 'auto'), 'off');
    for (const value of ['OFF', '', undefined, null, 0])
      assert.equal(oneOf(['auto', 'on', 'off'], value, 'auto'), 'auto');
  });
});
