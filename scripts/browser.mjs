// The browser that shows code-server to tests.

import { findOnPath } from './run.mjs';

/** Any of them will do. */
const programs = ['chromium', 'chromium-browser', 'google-chrome'];

export const browserPackage = { name: 'chromium', programs };

/** How playwright starts it: alone, without a sandbox (root has none) and without calling home. */
export function browserOptions() {
  return {
    executablePath: programs.map(findOnPath).find(Boolean),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
