// Pages of HTML. What is put into a page is text, unless it is HTML that was made here: no name of a file becomes markup.

import { randomBytes } from 'node:crypto';
import { languageOfWords } from './l10n.js';

/** Markup, as opposed to text. */
export interface Html {
  readonly markup: string;
}

/** Nothing if it is undefined. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | undefined;

/** Markup with values in it, as text in elements and in attributes with quotation marks. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: parts.map((part, index) => `${part}${markupOf(values[index])}`).join('') };
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return `${value}`;
  if (typeof value === 'string') return escaped(value);
  if ('markup' in value) return value.markup;
  return value.map(markupOf).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

interface Page {
  title: string;
  body: Html;
  style: string;
  generator?: string;
}

/**
 * A whole page that stands alone: it loads nothing and runs no script, in an editor of VS Code as in a browser.
 *
 * @param style its CSS, ours: no other counts
 * @param generator says in its head what made it
 */
export function htmlPage({ title, body, style, generator }: Page): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
${
  html`<html lang="${languageOfWords()}">
<head>
<meta charset="utf-8">${generator === undefined ? undefined : html`<meta name="generator" content="${generator}">`}
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${{ markup: style }}</style>
</head>
<body>
${body}
</body>
</html>`.markup
}
`;
}
