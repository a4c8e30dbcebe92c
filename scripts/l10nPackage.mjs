// The words of package.json: they stand in package.nls.json, in English, and package.json names them as `%keys%`.

/** What has words for people, wherever it stands below `contributes`. What is written for a language model stays English. */
const WITH_WORDS = new Set([
  ...['title', 'shortTitle', 'category', 'label', 'displayName', 'contextualTitle', 'contents', 'altText'],
  ...['description', 'markdownDescription', 'deprecationMessage', 'markdownDeprecationMessage', 'errorMessage'],
  ...['enumDescriptions', 'markdownEnumDescriptions', 'enumItemLabels', 'patternErrorMessage', 'userDescription'],
]);
/** By what an entry of a list is known. */
const IDENTITIES = ['command', 'id', 'view', 'viewType', 'type', 'name'];
/** They have data that may look like words, or words for a language model. */
const DATA = new Set(['default', 'defaultSnippets', 'enum', 'examples', 'when', 'menus', 'keybindings', 'inputSchema']);
const PREFIX = 'micropythonBackup.';
const KEY = /^%([^%]+)%$/;

/**
 * Moves what stands in package.json in words, and forgets what is named no more. The name of the extension is the same everywhere and stays.
 *
 * @template {{ displayName: string }} P
 * @param {P} packageJson
 * @param {Record<string, string>} nls
 * @returns {{ packageJson: P, nls: Record<string, string> }}
 */
export function moveWords(packageJson, nls) {
  const moved = structuredClone(packageJson);
  /** @type {Record<string, string>} */
  const kept = {};
  for (const key of keysIn(packageJson)) if (nls[key] !== undefined) kept[key] = nls[key];
  for (const place of placesWithWords(moved)) {
    if (KEY.test(place.text) || place.text === packageJson.displayName) continue;
    // Nor under a key that other words had: translations would still have those.
    const key = freeKey(place.key, { ...nls, ...kept }, place.text);
    kept[key] = place.text;
    place.replace(`%${key}%`);
  }
  // In the order of package.json, where their neighbours explain them.
  return { packageJson: moved, nls: Object.fromEntries(keysIn(moved).map((key) => [key, kept[key] ?? ''])) };
}

/**
 * package.json as VS Code shows it.
 *
 * @template P
 * @param {P} packageJson
 * @param {Record<string, string>} nls
 * @returns {P}
 */
export function withWords(packageJson, nls) {
  return JSON.parse(JSON.stringify(packageJson), (_, value) =>
    typeof value === 'string' ? value.replace(KEY, (whole, key) => nls[key] ?? whole) : value,
  );
}

/**
 * @param {object} packageJson
 * @returns {string[]} each once
 */
export function keysIn(packageJson) {
  /** @type {Set<string>} */
  const keys = new Set();
  JSON.stringify(packageJson, (_, value) => {
    const [, key] = typeof value === 'string' ? (KEY.exec(value) ?? []) : [];
    if (key !== undefined) keys.add(key);
    return value;
  });
  return [...keys];
}

/**
 * Words that stand in package.json itself.
 *
 * @param {{ displayName: string }} packageJson
 * @returns {string[]}
 */
export function wordsLeftIn(packageJson) {
  return placesWithWords(packageJson)
    .map(({ text }) => text)
    .filter((text) => !KEY.test(text) && text !== packageJson.displayName);
}

/**
 * @param {any} packageJson
 * @returns {{ key: string, text: string, replace(text: string): void }[]}
 */
function placesWithWords(packageJson) {
  /** @type {{ key: string, text: string, replace(text: string): void }[]} */
  const places = [];
  /**
   * @param {any} value
   * @param {string[]} way
   */
  const visit = (value, way) => {
    for (const [name, inner] of Object.entries(value)) {
      if (DATA.has(name) && !Array.isArray(value)) continue;
      const here = [...way, ...named(value, name, inner)];
      if (typeof inner === 'string') {
        const list = Array.isArray(value) ? way.at(-2) : name;
        if (!WITH_WORDS.has(list ?? '') && !isNameOfView(here)) continue;
        places.push({ key: keyOf(here), text: inner, replace: (text) => Object.assign(value, { [name]: text }) });
      } else if (typeof inner === 'object' && inner !== null) {
        visit(inner, Array.isArray(inner) ? [...here, ''] : here);
      }
    }
  };
  if ('description' in packageJson) {
    const replace = (/** @type {string} */ text) => Object.assign(packageJson, { description: text });
    places.push({ key: 'description', text: packageJson.description, replace });
  }
  for (const part of ['capabilities', 'contributes']) if (packageJson[part]) visit(packageJson[part], []);
  return places;
}

/**
 * How a place is called: what it is known by, and not where it stands.
 *
 * @param {any} owner
 * @param {string} name
 * @param {any} inner
 * @returns {string[]}
 */
function named(owner, name, inner) {
  if (!Array.isArray(owner)) return [name];
  const identity = IDENTITIES.map((key) => inner?.[key]).find((value) => typeof value === 'string');
  return [identity ?? name];
}

/** @param {string[]} way */
function isNameOfView(way) {
  return way[0] === 'views' && way.at(-1) === 'name';
}

/** @param {string[]} way */
function keyOf(way) {
  const parts = way.filter((part) => part !== '' && part !== 'properties');
  return parts.map((part) => part.replace(PREFIX, '')).join('.');
}

/**
 * One that no other words have. What is said of several things alike is translated once.
 *
 * @param {string} key
 * @param {Record<string, string>} taken
 * @param {string} text
 */
function freeKey(key, taken, text) {
  const last = (/** @type {string} */ name) => name.replace(/.*\./, '');
  const same = Object.keys(taken).find((other) => taken[other] === text && last(other) === last(key));
  if (same !== undefined) return same;
  let free = key;
  for (let number = 2; taken[free] !== undefined; number += 1) free = `${key}.${number}`;
  return free;
}
