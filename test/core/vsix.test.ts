// What ships, and nothing else: reads the VSIX that the runner packaged (`npm run package` makes one too).

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { openPromise } from 'yauzl';
import manifest from '../../package.json' with { type: 'json' };

const vsixFile = `${manifest.name}-${manifest.version}.vsix`;

/** Each of these is in it, and each file is one of these. */
const expected = [
  /^package\.json$/,
  /^readme\.md$/i,
  /^changelog\.md$/i,
  /^license(\.txt)?$/i,
  /^api\/micropython-backup\.d\.ts$/,
  /^media\/[\w-]+\.(png|svg|md)$/,
  /^media\/walkthrough\/\w+\.svg$/,
  /^package\.nls\.json$/,
  /^package\.nls\.de\.json$/,
  /^l10n\/bundle\.l10n\.de\.json$/,
  /^dist\/extension\.js$/,
  /^dist\/cli\.js$/,
  /^dist\/serialPort\.js$/,
  /^dist\/simulatedBoard\.js$/,
  /^dist\/piece-\w+\.js$/,
  /^dist\/micropython\.mjs$/,
  /^dist\/micropython\.wasm$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^prebuilds\/darwin-x64\+arm64\/[^/]+\.node$/,
  /^prebuilds\/linux-arm\/[^/]+\.glibc\.node$/,
  /^prebuilds\/linux-arm\/[^/]+\.musl\.node$/,
  /^prebuilds\/linux-arm64\/[^/]+\.glibc\.node$/,
  /^prebuilds\/linux-arm64\/[^/]+\.musl\.node$/,
  /^prebuilds\/linux-x64\/[^/]+\.glibc\.node$/,
  /^prebuilds\/linux-x64\/[^/]+\.musl\.node$/,
  /^prebuilds\/win32-arm64\/[^/]+\.node$/,
  /^prebuilds\/win32-x64\/[^/]+\.node$/,
];

describe('The packaged extension', () => {
  let files: string[];

  before(async () => {
    assert.ok(existsSync(vsixFile), `${vsixFile} is missing: run \`npm run package\` first.`);
    files = await filesIn(vsixFile);
  });

  it('holds what it needs, on every platform', () => {
    const missing = expected.filter((pattern) => !files.some((file) => pattern.test(file)));
    assert.deepEqual(missing, []);
  });

  it('holds nothing else', () => {
    const others = files.filter((file) => !expected.some((pattern) => pattern.test(file)));
    assert.deepEqual(others, []);
  });

  it('holds the files that its manifest names', () => {
    const icons = manifest.contributes.viewsContainers.activitybar.map(({ icon }) => icon);
    const pictures = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg));
    const named = [manifest.main, ...Object.values(manifest.bin), manifest.icon, ...icons, ...pictures];
    const missing = named.map((file) => file.replace(/^\.\//, '')).filter((file) => !files.includes(file));
    assert.deepEqual(missing, []);
  });
});

/** Those of the extension itself: beside them there are two that tell the marketplace about it. */
async function filesIn(vsix: string): Promise<string[]> {
  const folder = 'extension/';
  const zip = await openPromise(vsix);
  const names: string[] = [];
  for await (const { fileName } of zip.eachEntry()) names.push(fileName);
  return names.filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length));
}
