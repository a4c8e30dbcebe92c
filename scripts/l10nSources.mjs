// Reads the sources as those who translate need them: what is said through `t` and `msg` of src/core/l10n.ts, and what
// looks like words for people and is not.

import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** @typedef {{ path: string, line: number, words: string, values: number | undefined }} Said values: how many `t` is given, where that is known */
/** @typedef {{ path: string, line: number, words: string }} Found */

const MODULE = /(^|\/)l10n\.js$/;
const LOG_CALLS = new Set(['trace', 'debug', 'info', 'warn', 'error']);
const OWN_FAULTS = new Set(['Error', 'TypeError', 'RangeError']);

/**
 * @param {string} folder
 * @returns {Map<string, ts.SourceFile>} by path, with slashes
 */
export function readSources(folder = 'src') {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const files = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  return new Map(files.map((name) => [`${folder}/${name}`, parsed(`${folder}/${name}`)]));
}

/** @param {string} path */
function parsed(path) {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

/**
 * All literals that are given to `t` and `msg`.
 *
 * @param {ts.SourceFile} source
 * @returns {Said[]}
 */
export function saidIn(source) {
  return callsIn(source).flatMap(({ node, name }) => {
    const [first, ...values] = node.arguments;
    const known = name === 't' && !values.some(ts.isSpreadElement);
    return literalsOf(first).map((literal) => ({
      ...found(source, literal, literal.text),
      values: known ? values.length : undefined,
    }));
  });
}

/**
 * Calls of `t` that run when the file is loaded: at that time no language is spoken yet.
 *
 * @param {ts.SourceFile} source
 * @returns {Found[]}
 */
export function saidTooEarly(source) {
  return callsIn(source)
    .filter(({ node, name }) => name === 't' && !isInFunction(node))
    .map(({ node }) => found(source, node, node.getText(source)));
}

/**
 * Literals that look like words for people, and are given to neither `t` nor `msg`.
 *
 * @param {ts.SourceFile} source
 * @returns {Found[]}
 */
export function wordsOutside(source) {
  /** @type {Found[]} */
  const outside = [];
  const names = namesIn(source);
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (isForOthers(node, source)) return;
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(source) === 'html') {
      const shown = shownByHtml(textOf(node.template) ?? '');
      if (/\p{L}/u.test(shown)) outside.push(found(source, node, shown));
    } else if (!ts.isTaggedTemplateExpression(node.parent ?? node)) {
      const words = textOf(node);
      if (words !== undefined && looksLikeWords(words)) outside.push(found(source, node, words));
    }
    if (isCallOf(node, names)) {
      // The words are in the bundles; the values may hold more of them.
      const [first, ...values] = node.arguments;
      if (first && literalsOf(first).length === 0) visit(first);
      values.forEach(visit);
    } else ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return outside;
}

/** @param {string} words `{}` stands for each value in them */
function looksLikeWords(words) {
  if (!/\p{L}/u.test(words.replaceAll('{}', ''))) return false;
  if (isCss(words)) return false;
  return /\p{L} \p{L}/u.test(words.replaceAll('{}', 'x')) || /^\p{Lu}\p{Ll}/u.test(words);
}

/** @param {string} words */
function isCss(words) {
  return /\{[^{}]*[\w-]+:[^{}]+;\s*\}/.test(words);
}

/**
 * What of a piece of HTML is read: its text, and what some attributes say.
 *
 * @param {string} markup `{}` stands for each value in it
 */
function shownByHtml(markup) {
  const said = [...markup.matchAll(/\b(?:aria-label|aria-description|title|alt)="([^"]*)"/g)].map(([, text]) => text);
  const text = markup.replace(/<[^>]*>/g, ' ').replace(/&\w+;/g, ' ');
  return [text, ...said].join(' ').replaceAll('{}', ' ').replace(/\s+/g, ' ').trim();
}

/**
 * What no user reads: types, names of modules, what goes to the log, faults of our own.
 *
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 */
function isForOthers(node, source) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return true;
  if (ts.isCaseClause(node.parent) && node.parent.expression === node) return true;
  if (ts.isElementAccessExpression(node.parent) && node.parent.argumentExpression === node) return true;
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText(source);
    return OWN_FAULTS.has(name) || name === 'RegExp';
  }
  if (isNounOf(node.parent, node)) return true;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  return LOG_CALLS.has(name.text) && /(^|\.)#?log$/.test(expression.getText(source));
}

/**
 * What `count` of src/core/text.ts counts: it has the words.
 *
 * @param {ts.Node} parent
 * @param {ts.Node} node
 */
function isNounOf(parent, node) {
  return ts.isCallExpression(parent) && parent.expression.getText() === 'count' && parent.arguments[1] === node;
}

/**
 * @param {ts.Node} node
 * @returns {string | undefined} with `{}` for each value
 */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
}

/**
 * @param {ts.SourceFile} source
 * @returns {{ node: ts.CallExpression, name: string }[]}
 */
function callsIn(source) {
  const names = namesIn(source);
  /** @type {{ node: ts.CallExpression, name: string }[]} */
  const calls = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (isCallOf(node, names)) calls.push({ node, name: node.expression.getText(source) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

/**
 * @param {ts.Node} node
 * @param {string[]} names
 * @returns {node is ts.CallExpression}
 */
function isCallOf(node, names) {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.includes(node.expression.text);
}

/**
 * @param {ts.SourceFile} source
 * @returns {string[]} of `t` and `msg`, those that it imports
 */
function namesIn(source) {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const named = statement.importClause?.namedBindings;
    if (!MODULE.test(statement.moduleSpecifier.text) || !named || !ts.isNamedImports(named)) return [];
    return named.elements.map(({ name }) => name.text).filter((name) => name === 't' || name === 'msg');
  });
}

/**
 * @param {ts.Node | undefined} node
 * @returns {ts.StringLiteralLike[]} one, or those of each branch
 */
function literalsOf(node) {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return [node];
  if (ts.isParenthesizedExpression(node)) return literalsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  return [];
}

/** @param {ts.Node} node */
function isInFunction(node) {
  for (let outer = node.parent; outer; outer = outer.parent) if (ts.isFunctionLike(outer)) return true;
  return false;
}

/**
 * @param {ts.SourceFile} source
 * @param {ts.Node} node
 * @param {string} words
 * @returns {Found}
 */
function found(source, node, words) {
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return { path: source.fileName, line: line + 1, words };
}
