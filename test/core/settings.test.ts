import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import packageJson from '../../package.json';
import { USUAL_FULL_AFTER } from '../../src/core/defaults.js';
import { USUAL_POLICY } from '../../src/core/plan/retentionPolicy.js';
import { retentionPolicy } from '../../src/core/plan/retentionSetting.js';
import { folder, oneOf, program, texts, wholeNumber, yesOrNo, zeroOrMore } from '../../src/ui/settingValues.js';

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

describe('A setting that names a program', () => {
  it('is a name to look for or a path, and nothing where it is empty or no text', () => {
    assert.equal(program(' rclone '), 'rclone');
    assert.equal(program('~/bin/rclone'), join(homedir(), 'bin', 'rclone'));
    assert.equal(program(resolve('/opt/rclone/rclone')), resolve('/opt/rclone/rclone'));
    for (const value of ['', '  ', undefined, null, 7, {}]) assert.equal(program(value), undefined);
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
    for (const value of [0, 250]) assert.equal(zeroOrMore(value, 500), value);
    for (const value of [-1, 1.5, Number.NaN, '0', undefined, null]) assert.equal(zeroOrMore(value, 500), 500);
    assert.equal(oneOf(['auto', 'on', 'off'], 'off', 'auto'), 'off');
    for (const value of ['OFF', '', undefined, null, 0])
      assert.equal(oneOf(['auto', 'on', 'off'], value, 'auto'), 'auto');
    assert.equal(yesOrNo(true, false), true);
    for (const value of ['true', 1, undefined, null]) assert.equal(yesOrNo(value, false), false);
  });
});

describe('The retention policy in the settings', () => {
  const { properties } = packageJson.contributes.configuration;

  it('is the usual one where nothing is said, and so are the other defaults of backups', () => {
    const { retention, fullAfter } = {
      retention: 'micropythonBackup.retention',
      fullAfter: 'micropythonBackup.fullAfter',
    } as const;
    assert.deepEqual(properties[retention].default, USUAL_POLICY.origins);
    assert.deepEqual(retentionPolicy(properties[retention].default), USUAL_POLICY);
    assert.deepEqual(retentionPolicy(undefined), USUAL_POLICY);
    assert.equal(properties[fullAfter].default, USUAL_FULL_AFTER);
  });

  it('names every origin, so that the editor of the settings offers it', () => {
    const named = Object.keys(properties['micropythonBackup.retention'].properties);
    const limits = ['last', 'maxCount', 'maxMegabytes', 'maxAgeDays'];
    assert.deepEqual(named.sort(), [...Object.keys(USUAL_POLICY.origins), ...limits].sort());
  });

  it('has rules for origins and limits, and null takes a rule away', () => {
    const written = {
      manual: 'all',
      quick: 3,
      daily: null,
      last: 5,
      maxCount: 200,
      maxMegabytes: 1.5,
      maxAgeDays: 365,
    };
    assert.deepEqual(retentionPolicy(written), {
      origins: { manual: 'all', quick: 3 },
      ...{ last: 5, maxCount: 200, maxBytes: 1_500_000, maxAgeDays: 365 },
    });
  });

  it('P22 is refused, not guessed, where it cannot be meant', () => {
    const impossible: unknown[] = [
      ...['all', 7, true, [], [3], { manual: '3' }, { manual: -1 }, { quick: 1.5 }, { last: 0 }, { last: 'all' }],
      ...[{ maxMegabytes: 0 }, { maxMegabytes: -5 }, { maxMegabytes: '5' }, { maxCount: 'all' }, { maxAgeDays: 0.5 }],
      ...[{ often: 3 }, { manual: 0, quick: 0 }, {}, { manual: null }, { manual: {} }, { last: true }],
    ];
    for (const value of impossible)
      assert.throws(() => retentionPolicy(value), { code: 'bad-argument' }, JSON.stringify(value));
    console.log(`      ${impossible.length} impossible policies, each refused`);
  });
});
