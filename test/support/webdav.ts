// A WebDAV server on loopback, by rclone itself: what a second place on a NAS looks like.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface WebDav {
  url: string;
  stop(): Promise<void>;
}

/** @param folder what it serves */
export async function serveWebDav(folder: string): Promise<WebDav> {
  const words = ['serve', 'webdav', '--addr', '127.0.0.1:0', '--config', '/dev/null', folder];
  const child: ChildProcess = spawn('rclone', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`rclone has ended: ${said}`)));
    child.stderr?.on('data', (text) => {
      said += String(text);
      const [, found] = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
