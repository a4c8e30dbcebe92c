import assert from 'node:assert/strict';
import fc from 'fast-check';
import { identify } from '../../src/core/board/identity.js';
import { parseProfile } from '../../src/core/board/probe.js';

const MACHINE = 'Raspberry Pi Pico W with RP2040';
const ANSWER = [
  `platform rp2`,
  `version 3.4.0;%20MicroPython%20v1.24.0%20on%202024-10-25`,
  'implementation micropython',
  `machine ${MACHINE.replaceAll(' ', '%20')}`,
  `release 1.24.0`,
  'can binary,sha256,base64,hex,ilistdir,stat,rename,.',
  `uid e6614c311b7e6f35`,
  'epoch 1970',
  'heap 190000',
  `mount /%20VfsLfs2`,
];

describe('What a board tells of itself', () => {
  it('is understood line by line', () => {
    const profile = parseProfile(ANSWER.join('\r\n'));
    assert.equal(profile.platform, 'rp2');
    assert.equal(profile.version, '3.4.0; MicroPython v1.24.0 on 2024-10-25');
    assert.equal(profile.implementation, 'micropython');
    assert.equal(profile.machine, MACHINE);
    assert.equal(profile.release, '1.24.0');
    assert.equal(profile.uniqueId, 'e6614c311b7e6f35');
    assert.equal(profile.epoch, 1970);
    assert.equal(profile.heap, 190_000);
    assert.equal(profile.can.sha256, true);
    assert.equal(profile.can.statvfs, false);
    assert.deepEqual(profile.mounts, [{ path: '/', type: 'VfsLfs2' }]);
    assert.equal(profile.isReadOnly, undefined);
    assert.equal(parseProfile('readonly 1').isReadOnly, true);
  });

  it('P33 is the same whatever a timer or a thread prints in between', () => {
    const noise = fc.constantFrom(
      '',
      '.',
      'temperature: 21.5 C',
      'tick',
      '{"x": 1}',
      'wifi connected to home',
      '\x1b[0m',
      'é',
    );
    fc.assert(
      fc.property(fc.array(noise, { minLength: ANSWER.length, maxLength: ANSWER.length }), (noises) => {
        const output = ANSWER.flatMap((line, at) => [noises[at] ?? '', line]).join('\r\n');
        assert.deepEqual(parseProfile(output), parseProfile(ANSWER.join('\n')));
      }),
    );
  });

  it('P36 counts as not able to what it does not tell', () => {
    const profile = parseProfile('');
    assert.deepEqual(Object.values(profile.can).filter(Boolean), []);
    assert.equal(profile.uniqueId, undefined);
    assert.equal(profile.heap, undefined);
    assert.equal(profile.machine, '');
    assert.equal(profile.epoch, 2000);
  });

  it('P33 is never a reason to fail, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (output) => {
        assert.equal(typeof parseProfile(output).platform, 'string');
      }),
    );
  });
});

describe('A board is known', () => {
  const profile = parseProfile(ANSWER.join('\n'));
  const nameless = { ...profile, uniqueId: undefined };
  const hardware = { vendorId: '2E8A', productId: '0005', serialNumber: 'E66141' };

  it('by its unique id, whatever port it has', () => {
    const one = identify('/dev/ttyACM0', profile, hardware);
    const other = identify('COM7', profile, undefined);
    assert.equal(one.id, 'uid:e6614c311b7e6f35');
    assert.equal(other.id, one.id);
    assert.equal(one.idSource, 'unique-id');
  });

  it('else by the serial number of its USB port, else by the port', () => {
    assert.deepEqual(pick(identify('COM3', nameless, hardware)), ['usb:2e8a:0005:e66141', 'usb-serial']);
    assert.deepEqual(pick(identify('COM3', nameless, {})), ['port:COM3', 'port']);
  });

  it('under a name that people understand', () => {
    assert.equal(identify('COM3', profile, undefined).name, 'Raspberry Pi Pico W');
    assert.equal(identify('sim:demo', profile, undefined).name, 'demo');
    assert.equal(identify('COM3', parseProfile(''), undefined).name, 'MicroPython board');
  });

  function pick({ id, idSource }: ReturnType<typeof identify>): [string, string] {
    return [id, idSource];
  }
});
