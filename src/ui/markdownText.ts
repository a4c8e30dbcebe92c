// Text inside Markdown, for tooltips. Knows nothing of VS Code.

import { displayPath } from '../core/paths.js';

/** Names from a board, and notes, are text, not Markdown. */
export function escaped(text: string): string {
  return displayPath(text).replace(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&');
}

/** @param args of the command, as JSON */
export function commandLink(title: string, command: string, ...args: readonly unknown[]): string {
  // A bracket would end the link.
  const encoded = encodeURIComponent(JSON.stringify(args)).replaceAll('(', '%28').replaceAll(')', '%29');
  return `[${title}](command:${command}${args.length > 0 ? `?${encoded}` : ''})`;
}
