import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listPorts, type PortList, watchPorts } from '../../src/core/board/ports.js';
import { inFolder } from '../support/builders.js';

describe('The list of ports', () => {
  it('has the ports that the user named, where they exist, once each and in their order', async () => {
    await inFolder(async (folder) => {
      const there = join(folder, 'tty-of-mine');
      await writeFile(there, '');
      const named = [there, join(folder, 'not-there'), 'sim:demo', there, 'sim:demo', 'ws://192.0.2.1'];
      const { ports } = await listPorts(named);
      assert.deepEqual(
        ports.map(({ url }) => url).filter((url) => named.includes(url)),
        [there, 'sim:demo', 'ws://192.0.2.1'],
      );
    });
  });

  it('has no port twice that is named and found as well', async () => {
    const { ports } = await listPorts();
    const again = await listPorts(ports.map(({ url }) => url));
    assert.deepEqual(again.ports, ports);
  });

  it('has no port of a name that this machine does not have', async () => {
    const { ports, trouble } = await listPorts(['COM99', 'ttyACMO', 'ws://192.0.2.1']);
    // Where the machine's own ports cannot be listed, nobody knows better than the user.
    const expected = trouble ? ['COM99', 'ttyACMO', 'ws://192.0.2.1'] : ['ws://192.0.2.1'];
    assert.deepEqual(
      ports.map(({ url }) => url).filter((url) => !url.startsWith('/')),
      expected,
    );
  });

  it('hides no real port where the folder of the simulated boards is none, and says so', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'no-folder');
      await writeFile(path, '');
      const { ports, trouble } = await listPorts([path], path);
      assert.ok(ports.some(({ url }) => url === path));
      assert.equal(trouble?.code, 'port-failed');
    });
  });
});

describe('Watching the ports', () => {
  const port = (url: string): PortList => ({ ports: [{ url, hardware: {} }] });

  it('tells of the ports at first and of each change, and of nothing in between', async () => {
    const told = await watch([port('a'), port('a'), port('a'), port('b'), port('b'), { ports: [] }], 3);
    assert.deepEqual(told, [port('a'), port('b'), { ports: [] }]);
  });

  it('goes on where the ports cannot be listed for a while, and says why', async () => {
    const told = await watch([port('a'), new Error('udev is gone'), port('a')], 3);
    assert.deepEqual(told[1]?.ports, []);
    assert.equal(told[1]?.trouble?.code, 'port-failed');
    assert.deepEqual(told[2], port('a'));
  });

  it('sees a port that the user named come and go', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'tty');
      const seen: boolean[] = [];
      await new Promise<void>((resolve) => {
        const stop = watchPorts(
          async () => ({ ports: (await listPorts([path])).ports.filter(({ url }) => url === path) }),
          ({ ports }) => {
            seen.push(ports.length === 1);
            if (seen.length === 1) void writeFile(path, '');
            if (seen.length === 2) void rm(path);
            if (seen.length < 3) return;
            stop();
            resolve();
          },
          1,
        );
      });
      assert.deepEqual(seen, [false, true, false]);
    });
  });

  /** Watches lists that come one after the other, until so many changes were told. */
  function watch(lists: ReadonlyArray<PortList | Error>, changes: number): Promise<PortList[]> {
    const coming = [...lists];
    const told: PortList[] = [];
    return new Promise((resolve) => {
      const stop = watchPorts(
        async () => {
          const next = coming.shift() ?? { ports: [] };
          if (next instanceof Error) throw next;
          return next;
        },
        (list) => {
          if (told.push(list) < changes) return;
          stop();
          resolve(told);
        },
        1,
      );
    });
  }
});
