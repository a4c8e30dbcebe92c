// The invariants of src/README.md, tested over the text of the sources: who may import whom, and that what package.json
// and the docs declare is what the code has. Imports of types count like any other: knowing a shape is knowing.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import packageJsonWithKeys from '../../package.json';
import english from '../../package.nls.json';
import { withWords } from '../../scripts/l10nPackage.mjs';
import { verbs } from '../../src/cli/verbs.js';

/** From the top. What stands on one floor may import its own floor and those below. */
const FLOORS: ReadonlyArray<readonly string[]> = [
  ['src/extension.ts'],
  ['src/ui/', 'src/cli.ts', 'src/cli/'],
  ['src/core/jobs/'],
  ['src/core/plan/', 'src/core/store/', 'src/core/offsite/'],
  ['src/core/board/', 'src/core/archive/'],
  [
    'src/core/env.ts',
    'src/core/errors.ts',
    'src/core/paths.ts',
    'src/core/tree.ts',
    'src/core/text.ts',
    'src/core/chunks.ts',
    'src/core/latest.ts',
    'src/core/defaults.ts',
    'src/core/backupSet.ts',
    'src/core/git.ts',
    'src/core/privateFile.ts',
    'src/core/temporaryFolder.ts',
    'src/core/html.ts',
    'src/core/l10n.ts',
    'src/core/simulatedUrl.ts',
  ],
];

const PREFIX = 'micropythonBackup.';

const packageJson = withWords(packageJsonWithKeys, english);

interface Import {
  from: string;
  /** A file of ours (`src/core/paths.ts`), or the name of a package. */
  to: string;
  typesOnly: boolean;
}

/** Our sources by their path; declarations that belong to no file are not among them. */
const sources: ReadonlyMap<string, ts.SourceFile> = readSources();
const imports: readonly Import[] = [...sources].flatMap(([path, source]) => importsOf(path, source));

describe('The architecture', () => {
  it('gives every source file its floor', () => {
    assert.deepEqual(
      [...sources.keys()].filter((path) => floorOf(path) === undefined),
      [],
    );
  });

  it('has six floors, and no import runs upward', () => {
    const upward = ours().filter(({ from, to }) => (floorOf(to) ?? 0) < (floorOf(from) ?? 0));
    assert.deepEqual(upward.map(described), []);
  });

  it('imports only files that exist', () => {
    assert.deepEqual(
      ours()
        .filter(({ to }) => to.endsWith('.ts') && !sources.has(to))
        .map(described),
      [],
    );
  });

  it('has no cycle of imports', () => {
    assert.deepEqual(findCycle(), []);
  });

  it('keeps VS Code out of the core and of the command line', () => {
    const users = imports.filter(({ to }) => to === 'vscode').map(({ from }) => from);
    assert.deepEqual(
      users.filter((path) => path !== 'src/extension.ts' && !path.startsWith('src/ui/')),
      [],
    );
  });

  it('keeps boards, archives and stores apart: only jobs bring them together', () => {
    const strangers: ReadonlyArray<readonly [string, string]> = [
      ['src/core/board/', 'src/core/archive/'],
      ['src/core/archive/', 'src/core/board/'],
      ['src/core/store/', 'src/core/board/'],
      ['src/core/store/', 'src/core/plan/'],
    ];
    const known = ours().filter(({ from, to }) =>
      strangers.some(([one, other]) => from.startsWith(one) && to.startsWith(other)),
    );
    assert.deepEqual(known.map(described), []);
  });

  it('lets plans decide and never act: of boards, archives and stores they know only types, and they ask no system', () => {
    const acting = imports.filter(({ from, to, typesOnly }) => {
      if (!from.startsWith('src/core/plan/') || typesOnly) return false;
      return (
        /^src\/core\/(board|archive|store)\//.test(to) ||
        /^(node:|vscode$|serialport$)/.test(to) ||
        to.endsWith('/env.ts')
      );
    });
    assert.deepEqual(acting.map(described), []);
  });

  it('lets archives and the store reach the disk through Env alone, so that tests can break any call', () => {
    const direct = imports.filter(
      ({ from, to }) => /^src\/core\/(archive|store|jobs|plan)\//.test(from) && /^node:(fs|child_process|net)/.test(to),
    );
    assert.deepEqual(direct.map(described), []);
  });

  it('starts programs in three places: the door to rclone, the question to git, and the process of a serial port', () => {
    const starting = imports.filter(({ to, typesOnly }) => to === 'node:child_process' && !typesOnly);
    assert.deepEqual([...new Set(starting.map(({ from }) => from))].sort(), [
      'src/core/board/transport/serialProcess.ts',
      'src/core/git.ts',
      'src/core/offsite/rclone.ts',
    ]);
  });

  it('P34 writes to a board in a restore job and nowhere else', () => {
    const writing = [...sources]
      .filter(([path]) => !path.startsWith('src/core/board/'))
      .filter(([, source]) => /\.files\s*\.(write|rename|remove|makeFolder)\(/.test(source.text))
      .map(([path]) => path);
    // The two ways of carrying out a plan and their steps; and who may start them.
    const steps = ['makeAs', 'putFile', 'stepsOnBoard', 'writeAside', 'writeInPlace'].map(
      (name) => `src/core/jobs/${name}.ts`,
    );
    assert.deepEqual(writing, steps);
    const usersOf = (files: readonly string[]) => {
      const users = ours().filter(
        ({ from, to, typesOnly }) => files.includes(to) && !files.includes(from) && !typesOnly,
      );
      return [...new Set(users.map(({ from }) => from))];
    };
    const performer = 'src/core/jobs/performPlan.ts';
    assert.deepEqual(usersOf(steps), [performer]);
    const jobs = usersOf([performer]).filter((path) => path.startsWith('src/core/'));
    assert.deepEqual(jobs, ['src/core/jobs/restore.ts', 'src/core/jobs/settleRestore.ts']);
  });

  it('P44 makes a path or a hash of a text in their validators alone', () => {
    const paths = linesWith(/ as BoardPath\b/, ['src/core/paths.ts']);
    const hashes = linesWith(/ as ContentHash\b/, ['src/core/tree.ts']).filter(
      (line) => !line.includes("digest('hex')"),
    );
    assert.deepEqual([...paths, ...hashes], []);
  });

  it('asks what a board can do, and never which board it is', () => {
    assert.deepEqual(
      linesWith(/profile\.(platform|machine|implementation|version|release)/, ['src/core/board/identity.ts']),
      [],
    );
  });

  it('opens no archive to write into one that is there', () => {
    const appending = linesWith(/\bopen\([^)]*'append'/, []).map((line) => line.replace(/:.*/s, ''));
    // What writes archives, or files beside them under a name of their own; records that only grow are another matter.
    const writers = /^src\/core\/(archive\/|store\/(durable|pendingBackup|spool|store)\.ts)/;
    assert.deepEqual(
      appending.filter((path) => writers.test(path)),
      [],
    );
  });

  it('speaks of no button and no verb in the core: VS Code and the command line show the same sentences', () => {
    // What serves a port in the network has settings of its own.
    const speaking = linesWith(
      /hint:.*([`"]mpbackup|VS Code|[Ss]etting(?!s of the server)|Refresh|Add Sim)/,
      [],
    ).filter((line) => line.startsWith('src/core/'));
    assert.deepEqual(speaking, []);
  });

  it('loads serialport only when a port is needed, so that a missing driver spoils nothing else', () => {
    const driver = 'src/core/board/transport/serialDriver.ts';
    const users = imports.filter(({ to, typesOnly }) => /^@?serialport(\/|$)/.test(to) && !typesOnly);
    assert.deepEqual(
      users.map(({ from }) => from),
      [driver, driver],
    );
    assert.deepEqual(
      early().filter(({ to }) => to === driver),
      [],
    );
  });

  it('loads no command and nothing that talks to a board when VS Code starts', () => {
    const atStart = new Set(['src/extension.ts']);
    const along = early();
    // A set may grow while it is gone through.
    for (const path of atStart) for (const { from, to } of along) if (from === path) atStart.add(to);
    assert.ok(atStart.has('src/core/store/store.ts'));
    const later = /^(src\/ui\/commands\/|src\/core\/board\/connect\.ts|ws$|fflate$|minimatch$)/;
    assert.deepEqual(
      [...atStart].filter((path) => later.test(path)),
      [],
    );
  });

  it('shows messages in one place alone, where no name in them becomes a link that runs a command', () => {
    const asking = [...sources].filter(([, { text }]) => /show(Information|Warning|Error)Message/.test(text));
    assert.deepEqual(
      asking.map(([path]) => path),
      ['src/ui/messages.ts'],
    );
  });

  it('shows lists to pick from in one place, where no name becomes an icon; the history of a file has them drawn there', () => {
    const naming = (what: RegExp) => [...sources].filter(([, { text }]) => what.test(text)).map(([path]) => path);
    assert.deepEqual(naming(/showQuickPick/), ['src/ui/quickPick.ts']);
    assert.deepEqual(naming(/createQuickPick/), ['src/ui/files/historyPick.ts']);
    assert.match(sources.get('src/ui/files/historyPick.ts')?.text ?? '', /\.\.\.drawn\(/);
  });

  it('exports nothing by default, and has no `any`, no enum and no non-null assertion', () => {
    assert.deepEqual(
      [...sources].flatMap(([path, source]) => forbiddenIn(source).map((what) => `${path}: ${what}`)),
      [],
    );
  });
});

/** Commands of VS Code itself, which a welcome page may call, too. */
const isOfVscode = (name: string) => name.startsWith('workbench.');

describe('What package.json declares', () => {
  const { contributes } = packageJson;
  const declared = contributes.commands.map(({ command }) => command);
  const menus: Record<string, ReadonlyArray<{ command?: string; submenu?: string }>> = contributes.menus;
  const submenus = contributes.submenus.map(({ id }) => id);

  it('is one command for each entry of the table, and no other', () => {
    assert.deepEqual(sorted(tableOfCommands().map((name) => PREFIX + name)), sorted(declared));
  });

  it('is one file for each command, and each file of a command stands in the table', () => {
    const files = [...sources.keys()]
      .filter((path) => path.startsWith('src/ui/commands/'))
      .map((path) => basename(path, '.ts'));
    const helpers = ['command', 'table'];
    assert.deepEqual(sorted(files.filter((name) => !helpers.includes(name))), sorted(tableOfCommands()));
  });

  it('has a command behind every entry of a menu', () => {
    const entries = Object.values(menus).flat();
    const named = [...declared, ...submenus];
    assert.deepEqual(
      entries.filter(({ command, submenu }) => !named.includes(command ?? submenu ?? '')),
      [],
    );
  });

  it('has a command behind every name that a button, a row or a welcome page calls', () => {
    const inCode = [...sources].flatMap(([path, { text }]) =>
      path.startsWith('src/ui/')
        ? [...text.matchAll(/'(micropythonBackup\.[a-z]\w*)'/g)].map(([, name = '']) => name)
        : [],
    );
    const inWelcome = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:([\w.]+)\)/g)].map(([, name = '']) => name),
    );
    const settings = Object.keys(contributes.configuration.properties);
    const views = contributes.views.micropythonBackup.map(({ id }) => id);
    const editors = contributes.customEditors.map(({ viewType }) => viewType);
    const others = ['micropythonBackup.status', ...views, ...settings, ...editors];
    assert.deepEqual(
      [...inCode, ...inWelcome].filter((name) => ![...declared, ...others].includes(name) && !isOfVscode(name)),
      [],
    );
  });

  it('has a walkthrough whose buttons, pictures and ends are there', () => {
    const steps = contributes.walkthroughs.flatMap(({ steps }) => steps);
    const called = steps.flatMap(({ description }) => {
      return [...description.matchAll(/\(command:([\w.]+)([^)]*)\)/g)].map(
        ([, name = '', args = '']) => [name, args] as const,
      );
    });
    const argument = /FROM_WALKTHROUGH = ('.*?')/.exec(sourceOf('src/ui/registerCommands.ts').text)?.[1] ?? '';
    const given = encodeURIComponent(JSON.stringify([argument.slice(1, -1)]));
    // Those that ask nothing may do without.
    const asking = called.filter(([name]) => !name.endsWith('.showSchedule'));
    assert.deepEqual([...new Set(asking.map(([, args]) => args))], [`?${given}`]);
    assert.deepEqual(
      called.filter(([name]) => !declared.includes(name)),
      [],
    );
    const told = ['src/ui/walkthrough/stepsDone.ts', 'src/ui/walkthrough/followSteps.ts', 'src/ui/tree/boardsView.ts'];
    const code = told.map((path) => sourceOf(path).text).join();
    const events = steps.flatMap(({ completionEvents }) => completionEvents.map((event) => event.split(':')));
    for (const [kind, name = ''] of events) {
      const isTold = new RegExp(`\\b${name.slice(PREFIX.length)}\\b`).test(code);
      assert.ok(kind === 'onContext' ? isTold : declared.includes(name), name);
    }
    for (const { media } of steps) {
      const picture = readFileSync(media.svg, 'utf8');
      // Words would stay English, and colours of their own would be lost in a theme.
      assert.doesNotMatch(picture, /<(text|title|style|script|image)|style=/, media.svg);
      assert.doesNotMatch(
        picture.replaceAll(/var\([^)]*\)/g, ''),
        /#[0-9a-f]{3}|(fill|stroke)="(?!none|")[a-z]/i,
        media.svg,
      );
      assert.notEqual(media.altText, '');
    }
  });

  it('has keys that docs/vs-code.md names, that can be typed everywhere, and that are for this extension alone', () => {
    const readme = readFileSync('docs/vs-code.md', 'utf8');
    const rows = [...readme.matchAll(/^\| `([^`]+)` *\| `([^`]+)` *\| \*\*(.+?)\*\*/gm)].map(([, ...row]) => row);
    const titles = new Map(contributes.commands.map(({ command, title }) => [command, title]));
    const keys = contributes.keybindings.map(({ command, key, ...binding }) => {
      const title = command.endsWith('.focus') ? 'Focus on Boards View' : titles.get(command);
      return [key, 'mac' in binding ? binding.mac : key, title];
    });
    assert.deepEqual(
      rows.map(([key = '', mac = '', title]) => [key.toLowerCase(), mac.toLowerCase(), title]),
      keys,
    );
    const { text } = sourceOf('src/ui/registerCommands.ts');
    for (const { key, ...binding } of contributes.keybindings) {
      assert.ok(!('args' in binding) || text.includes(`SELECTED_ROWS = '${binding.args}'`));
      // Ctrl+Alt is AltGr on many keyboards of Windows.
      assert.doesNotMatch(key, /alt/);
      const inView = 'when' in binding && /focusedView == micropythonBackup\./.test(binding.when);
      assert.ok(inView || key.startsWith('ctrl+k shift+'), key);
    }
  });

  it('is one setting for each that the code reads, and no other', () => {
    const names = sorted(Object.keys(contributes.configuration.properties));
    const { text } = sourceOf('src/ui/settings.ts');
    const read = [...text.matchAll(/configuration\.get\('(\w+)'\)/g)].map(([, name = '']) => PREFIX + name);
    assert.deepEqual(sorted(textsOf('src/ui/settings.ts', 'SETTING_NAMES').map((name) => PREFIX + name)), names);
    assert.deepEqual(sorted(read), names);
  });

  it('has a description for every setting, and an order that no two share', () => {
    const properties = Object.entries(contributes.configuration.properties);
    assert.deepEqual(
      properties.filter(([, { markdownDescription }]) => markdownDescription.trim() === ''),
      [],
    );
    const orders = properties.map(([, { order }]) => order);
    assert.equal(new Set(orders).size, orders.length);
  });

  it('is one setting for each that docs/settings.md explains', () => {
    const page = readFileSync('docs/settings.md', 'utf8');
    const explained = [...page.matchAll(/`(micropythonBackup\.\w+)`/g)].map(([, name = '']) => name);
    assert.deepEqual(sorted(new Set(explained)), sorted(Object.keys(contributes.configuration.properties)));
  });

  it('takes no setting from a workspace that is not trusted', () => {
    const restricted = packageJson.capabilities.untrustedWorkspaces.restrictedConfigurations;
    // Folders and ports for what they open, patterns for what they leave out, lines for the boards that they reset.
    assert.deepEqual(sorted(restricted), sorted(Object.keys(contributes.configuration.properties)));
  });

  it('has settings of the window alone: what belongs to a file of the workspace means nothing to a board', () => {
    const scopes = new Set(Object.values(contributes.configuration.properties).map(({ scope }) => scope));
    assert.deepEqual(sorted(scopes), ['machine', 'machine-overridable', 'window']);
  });

  it('wakes up for an editor that is restored with a file of a backup', () => {
    const scheme = /SCHEME = '(\w+)'/.exec(sourceOf('src/ui/files/backupUri.ts').text)?.[1];
    assert.ok(packageJson.activationEvents.includes(`onFileSystem:${scheme}`));
  });

  it('wakes up for a report that is restored', () => {
    const view = /REPORT_VIEW = `\$\{SECTION\}\.(\w+)`/.exec(sourceOf('src/ui/report/reports.ts').text)?.[1];
    assert.ok(packageJson.activationEvents.includes(`onWebviewPanel:micropythonBackup.${view}`));
  });
});

describe('The command line', () => {
  it('has one file for each verb', () => {
    for (const name of verbs.keys()) assert.ok(sources.has(`src/cli/${name}.ts`), `src/cli/${name}.ts is missing`);
  });

  it('explains every verb in docs/command-line.md', () => {
    const page = readFileSync('docs/command-line.md', 'utf8');
    const missing = [...verbs.keys()].filter((name) => !page.includes(`mpbackup ${name}`));
    assert.deepEqual(missing, []);
  });

  it('describes each verb in a sentence that fits its list', () => {
    for (const { summary } of verbs.values()) assert.match(summary, /^[A-Z].{10,90}[^.]$/);
  });
});

function readSources(): Map<string, ts.SourceFile> {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' }).map(
    (name) => `src/${name.replaceAll('\\', '/')}`,
  );
  const ownSources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  return new Map(
    ownSources.map((path) => [
      path,
      ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true),
    ]),
  );
}

function sourceOf(path: string): ts.SourceFile {
  const source = sources.get(path);
  assert.ok(source, `${path} is missing`);
  return source;
}

/** Imports in whatever form: at the top, exported on, when needed, or of a type alone. */
function importsOf(path: string, source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== undefined) found.push({ from: path, to: targetOf(path, name), typesOnly: isOfTypes(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function importedName(node: ts.Node): string | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) specifier = node.arguments[0];
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) specifier = node.argument.literal;
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined;
}

function isOfTypes(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { isTypeOnly, name, namedBindings } = node.importClause;
  if (isTypeOnly) return true;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((item) => item.isTypeOnly)
  );
}

function targetOf(from: string, name: string): string {
  if (!name.startsWith('.')) return name;
  return join(dirname(from), name).replaceAll('\\', '/').replace(/\.js$/, '.ts');
}

/** What is loaded along with the file that imports it: not what comes when it is needed. */
function early(): Import[] {
  return [...sources].flatMap(([path, { statements }]) =>
    statements.flatMap((node) => {
      const name = importedName(node);
      return name === undefined || isOfTypes(node) ? [] : [{ from: path, to: targetOf(path, name), typesOnly: false }];
    }),
  );
}

/** Imports from one of our TypeScript files to another. */
function ours(): Import[] {
  return imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts'));
}

function described({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

/** @returns lines of our sources, without imports and those of the files in `except` */
function linesWith(what: RegExp, except: readonly string[]): string[] {
  return [...sources]
    .filter(([path]) => !except.includes(path))
    .flatMap(([path, { text }]) => text.split('\n').map((line) => `${path}: ${line.trim()}`))
    .filter((line) => what.test(line) && !/^\S+ (import|export) /.test(line));
}

/** @returns 0 for the top; undefined where no floor has the file */
function floorOf(path: string): number | undefined {
  const floor = FLOORS.findIndex((places) =>
    places.some((place) => path === place || (place.endsWith('/') && path.startsWith(place))),
  );
  return floor < 0 ? undefined : floor;
}

/** @returns the files of one cycle in the order of their imports; empty where there is none */
function findCycle(): string[] {
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): string[] => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const { from, to } of ours()) {
      const cycle = from === path ? visit(to, [...way, path]) : [];
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of sources.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function forbiddenIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push('any');
    if (ts.isEnumDeclaration(node)) found.push('enum');
    if (ts.isNonNullExpression(node)) found.push('non-null assertion');
    if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
      // `default:` of a switch is another kind of node.
      found.push('default export');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The table cannot be loaded here, because commands need VS Code: its names are read from the sources. */
function tableOfCommands(): string[] {
  const table = 'src/ui/commands/table.ts';
  const files = new Map(
    sourceOf(table).statements.flatMap((statement) => {
      const names = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
      const file = importedName(statement);
      if (!names || !ts.isNamedImports(names) || file === undefined) return [];
      return names.elements.map(({ name }): [string, string] => [name.text, targetOf(table, file)]);
    }),
  );
  return elementsOf(table, 'commands').map((element) => {
    const file = files.get(element.getText());
    assert.ok(file, `${element.getText()} in ${table} comes from nowhere`);
    const name = /Command = \{\s*name: '(\w+)'/.exec(sourceOf(file).text)?.[1];
    assert.ok(name, `${file} names no command`);
    return name;
  });
}

/** The elements of `const name = [ … ]`. */
function elementsOf(path: string, name: string): readonly ts.Expression[] {
  for (const statement of sourceOf(path).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      const { initializer } = declaration;
      if (declaration.name.getText() === name && initializer && ts.isArrayLiteralExpression(initializer))
        return initializer.elements;
    }
  }
  assert.fail(`${path} has no list ${name}`);
}

function textsOf(path: string, name: string): string[] {
  return elementsOf(path, name).map((element) => {
    assert.ok(ts.isStringLiteral(element));
    return element.text;
  });
}

function sorted(texts: Iterable<string>): string[] {
  return [...texts].sort();
}
