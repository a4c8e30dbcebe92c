// VS Code draws `$(name)` as an icon in lists to pick from and in the status bar, and names of boards and files come from anywhere.
// Knows nothing of VS Code.

/** The same text, in which VS Code finds no icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
