// What the docs name is there: pages and headings that they link to, pictures, what is said on the screen.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json';
import { USUAL_POLICY } from '../../src/core/plan/retentionPolicy.js';
import { retentionPolicy } from '../../src/core/plan/retentionSetting.js';
import { parseConfig } from '../../src/core/plan/scheduleRules.js';

const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'src/README.md', 'test/fixtures/README.md'],
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('The docs', () => {
  for (const page of PAGES)
    it(`have no link in ${page} that leads nowhere`, () => {
      const text = readFileSync(page, 'utf8');
      const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
      const broken = links.filter((to) => !/^https?:/.test(to) && !leadsSomewhere(page, to));
      assert.deepEqual(broken, []);
    });

  it('are all to be found from README.md', () => {
    const readme = readFileSync('README.md', 'utf8');
    const unlinked = readdirSync('docs').filter((name) => name.endsWith('.md') && !readme.includes(`(docs/${name})`));
    assert.deepEqual(unlinked, []);
  });

  it('have examples of settings that can be meant, and the usual policy as it is', () => {
    const text = readFileSync('docs/settings.md', 'utf8');
    const blocks = [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']): unknown => JSON.parse(json));
    const settings = blocks.flatMap((block) => Object.entries(block ?? {}));
    const properties = Object.keys(packageJson.contributes.configuration.properties);
    assert.deepEqual(
      settings.map(([name]) => name).filter((name) => !properties.includes(name)),
      [],
    );
    for (const [name, value] of settings) parseConfig({ [name.replace('micropythonBackup.', '')]: value });
    const policies = settings.filter(([name]) => name === 'micropythonBackup.retention');
    const [usual] = policies.map(([, value]) => retentionPolicy(value));
    assert.deepEqual(usual, USUAL_POLICY);
    assert.equal(new Set(settings.map(([name]) => name)).size, 5);
  });

  it('look for help by words that are said', () => {
    const rows = readFileSync('docs/troubleshooting.md', 'utf8').match(/^\|.*$/gm) ?? [];
    const said = rows.flatMap((row) => /"([^"]+)"/.exec(row.split('|')[1] ?? '')?.[1] ?? []);
    assert.ok(said.length >= 5, `Only ${said.length} messages are named.`);
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join('src', name), 'utf8'));
    assert.deepEqual(
      said.filter((words) => !sources.some((source) => source.includes(words))),
      [],
    );
  });
});

function leadsSomewhere(page: string, to: string): boolean {
  const [path = '', heading] = to.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  return heading === undefined || headingsOf(readFileSync(target, 'utf8')).includes(heading);
}

/** As GitHub names them. */
function headingsOf(page: string): string[] {
  const headings = page.replace(/^```.*?^```/gms, '').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
