import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { folder, texts } from '../../src/ui/settingValues.js';

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
