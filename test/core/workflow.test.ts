// The workflow that builds, tests and publishes. It cannot run here: at least all that it names is there, and it gives away no more
// than it must.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as v from 'valibot';
import manifest from '../../package.json' with { type: 'json' };

const StepSchema = v.object({
  name: v.optional(v.string()),
  if: v.optional(v.string()),
  uses: v.optional(v.string()),
  run: v.optional(v.string()),
  with: v.optional(v.record(v.string(), v.unknown()), {}),
  env: v.optional(v.record(v.string(), v.string()), {}),
});
const JobSchema = v.object({
  'runs-on': v.string(),
  'timeout-minutes': v.number(),
  if: v.optional(v.string()),
  needs: v.optional(v.array(v.string()), []),
  environment: v.optional(v.string()),
  permissions: v.optional(v.record(v.string(), v.string())),
  strategy: v.optional(v.object({ matrix: v.object({ system: v.array(v.string()) }) })),
  steps: v.array(StepSchema),
});
const WorkflowSchema = v.object({
  permissions: v.record(v.string(), v.string()),
  jobs: v.record(v.string(), JobSchema),
});

const FILE = '.github/workflows/build.yml';
/** Jobs that have secrets. */
const PUBLISHING = ['publish', 'open-vsx'];
const text = readFileSync(FILE, 'utf8');

describe('The workflow', () => {
  // The reader of YAML that mocha has.
  const { load } = createRequire(createRequire(join(process.cwd(), 'package.json')).resolve('mocha'))('js-yaml');
  const { jobs, permissions } = v.parse(WorkflowSchema, load(text));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const lines = steps.flatMap(({ run = '' }) => run.split('\n'));
  const named = (pattern: RegExp) => lines.flatMap((line) => [...line.matchAll(pattern)].map(([, name = '']) => name));

  it('runs scripts and programs that there are', () => {
    const scripts = named(/npm run ([\w:-]+)/g);
    assert.deepEqual(scripts, ['package']);
    for (const name of scripts) assert.ok(name in manifest.scripts, name);
    const files = named(/node (\S+\.mjs)/g);
    assert.ok(files.length > 0);
    for (const name of files) assert.ok(existsSync(name), name);
    for (const name of named(/npx (?!--)(\S+)/g)) assert.ok(existsSync(join('node_modules', '.bin', name)), name);
  });

  it('runs parts of the tests that there are', () => {
    const parts = named(/--only (\S+)/g).flatMap((list) => list.split(','));
    assert.ok(parts.includes('vscode'));
    for (const part of parts) assert.ok(['lint', 'types'].includes(part) || existsSync(join('test', part)), part);
  });

  it('tests on three systems, in a VS Code of the desktop', () => {
    const systems = jobs.desktop?.strategy?.matrix.system.map((system) => system.split('-')[0]);
    assert.deepEqual(systems, ['ubuntu', 'windows', 'macos']);
  });

  it('publishes for a tag alone, what was tested and packaged before', () => {
    for (const name of PUBLISHING) {
      assert.deepEqual(jobs[name]?.needs, ['test', 'desktop', 'package']);
      assert.match(jobs[name]?.if ?? '', /event_name == 'push' && github\.ref_type == 'tag'$/);
      assert.ok(jobs[name]?.steps.some(({ run }) => run?.startsWith('sha256sum --check --strict')));
    }
  });

  it('publishes no version but that of the tag', () => {
    const check = jobs.package?.steps.find(({ name }) => name === 'The tag is the version')?.run ?? '';
    const passes = (tag: string) =>
      spawnSync('bash', ['-e', '-c', check], { env: { ...process.env, GITHUB_REF_NAME: tag } }).status === 0;
    assert.ok(passes(`v${manifest.version}`));
    for (const tag of [manifest.version, `v${manifest.version}.1`, 'v99.0.0', '']) assert.ok(!passes(tag), tag);
  });

  it('may write nothing but the release, and only there are secrets, each for the step that needs it', () => {
    assert.deepEqual(permissions, { contents: 'read' });
    for (const [name, job] of Object.entries(jobs)) {
      assert.deepEqual(job.permissions, name === 'publish' ? { contents: 'write' } : undefined, name);
      if (!PUBLISHING.includes(name)) assert.doesNotMatch(JSON.stringify(job), /secrets\.|github\.token/, name);
    }
    const secrets = steps.filter(({ env }) => Object.values(env).some((value) => value.includes('secrets.')));
    assert.deepEqual(
      secrets.map(({ env }) => Object.keys(env)),
      [['VSCE_PAT'], ['OVSX_PAT']],
    );
    assert.equal(text.match(/\$\{\{ secrets\./g)?.length, 2);
    for (const name of PUBLISHING) assert.ok(jobs[name]?.environment);
  });

  it('runs what no lock file names alone: an exact version, without scripts, with no token but its own', () => {
    const unlocked = Object.entries(jobs).filter(([, job]) => job.steps.some(({ run }) => run?.includes('npx --')));
    assert.deepEqual(
      unlocked.map(([name]) => name),
      ['open-vsx'],
    );
    const steps = jobs['open-vsx']?.steps ?? [];
    assert.match(steps.at(-1)?.run ?? '', /^npx --yes --ignore-scripts ovsx@\d+\.\d+\.\d+ publish /);
    assert.deepEqual(
      steps.flatMap(({ env }) => Object.keys(env ?? {})),
      ['OVSX_PAT'],
    );
  });

  it('uses actions of a version, keeps no credentials and caches nothing', () => {
    for (const step of steps.filter(({ uses }) => uses)) {
      assert.match(step.uses ?? '', /^actions\/[a-z-]+@v\d+$/);
      if (step.uses?.startsWith('actions/checkout')) assert.equal(step.with['persist-credentials'], false);
      if (step.uses?.startsWith('actions/setup-node')) assert.equal(step.with['package-manager-cache'], false);
    }
    assert.doesNotMatch(text, /actions\/cache|^\s*cache:/m);
    // What an event says goes into no shell.
    for (const line of lines) assert.ok(!line.includes('${{'), line);
  });
});
