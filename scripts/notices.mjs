// The licences of what the bundles hold, which ask to be passed on with it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './run.mjs';

/** Who holds the copyright of packages under the MIT licence that come without its text. */
const holders = {
  '@micropython/micropython-webassembly-pyscript': 'Copyright (c) 2013-2026 Damien P. George',
  '@vscode/l10n': 'Copyright (c) Microsoft Corporation',
};

/** @returns {string} for every package that ships, by name: its licence in full */
export function thirdPartyNotices() {
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8'));
  const shipped = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
  );
  const notices = shipped.map(([path, { version, license }]) => {
    const name = path.split('node_modules/').at(-1);
    return `${name} ${version} (${license})\n\n${licenceText(name, join(repository, path))}`;
  });
  return [...new Set(notices)].join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * @param {string} name
 * @param {string} folder
 */
function licenceText(name, folder) {
  const file = readdirSync(folder).find((fileName) => /^licen[cs]e/i.test(fileName));
  if (file) return readFileSync(join(folder, file), 'utf8');
  if (!holders[name])
    throw new Error(`${name} has no licence text: say in scripts/notices.mjs who holds its copyright.`);
  const ours = readFileSync(join(repository, 'LICENSE'), 'utf8');
  return `${holders[name]}\n\n${ours.slice(ours.indexOf('Permission is hereby granted'))}`;
}
