// `npm run l10n`: brings the English words of the interface to those who translate, and says what each translation lacks.
// `npm run l10n -- --outside src/ui` lists what looks like words and is in no bundle.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { englishBundle, faultsOf, filesOf, languages, read } from './l10nBundles.mjs';
import { moveWords } from './l10nPackage.mjs';
import { readSources, wordsOutside } from './l10nSources.mjs';
import { repository, whenStarted } from './run.mjs';

await whenStarted(import.meta.url, async () => {
  const { values } = parseArgs({ options: { outside: { type: 'string' } } });
  process.chdir(repository);
  if (values.outside !== undefined) {
    listOutside(values.outside);
    return;
  }
  const moved = moveWords(read('package.json'), existsSync('package.nls.json') ? read('package.nls.json') : {});
  write('package.json', moved.packageJson);
  write('package.nls.json', moved.nls);
  const bundleInEnglish = englishBundle();
  write('l10n/bundle.l10n.json', bundleInEnglish);
  const faults = languages().flatMap((language) => {
    const { bundle, nls } = filesOf(language);
    // In the order of the English ones: what is side by side is compared easily.
    write(bundle, inOrder(read(bundle), Object.keys(bundleInEnglish)));
    write(nls, inOrder(read(nls), Object.keys(moved.nls)));
    return [...faultsOf(bundle, bundleInEnglish), ...faultsOf(nls, moved.nls)];
  });
  for (const fault of faults) console.log(fault);
  console.log(`${faults.length} to mend in ${languages().join(', ')}`);
  if (faults.length > 0) process.exitCode = 1;
});

/**
 * @param {string} file
 * @param {object} content
 */
function write(file, content) {
  writeFileSync(join(repository, file), `${JSON.stringify(content, undefined, 2)}\n`);
}

/**
 * What nothing says any more goes to the end, where it is seen.
 *
 * @param {Record<string, string>} bundle
 * @param {string[]} order
 */
function inOrder(bundle, order) {
  const known = order.filter((key) => bundle[key] !== undefined);
  const others = Object.keys(bundle).filter((key) => !order.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, bundle[key]]));
}

/** @param {string} folder */
function listOutside(folder) {
  const outside = [...readSources().values()]
    .filter(({ fileName }) => fileName.startsWith(folder))
    .flatMap(wordsOutside);
  for (const { path, line, words } of outside) console.log(`${path}:${line}: ${JSON.stringify(words)}`);
  console.log(`${outside.length} outside of the bundles`);
}
