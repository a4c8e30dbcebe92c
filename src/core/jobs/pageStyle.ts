// How our pages look, those in an editor of VS Code as those that were saved as a file. In VS Code its theme says the colours; a file has
// what stands behind the comma, for light and for dark. Themes leave some colours out: what is only a shade is mixed of the text and its
// ground, and so is what words are written in that a light ground would swallow. Nothing but classes: the policy of a page forbids style attributes.

/** For `htmlPage`. A page adds to it what it alone needs. */
export const PAGE_STYLE = `
:root {
  --ground: var(--vscode-editor-background, #ffffff);
  --text: var(--vscode-foreground, #24292f);
  --quiet: var(--vscode-descriptionForeground, #5a636d);
  --line: var(--vscode-contrastBorder, var(--vscode-panel-border, color-mix(in srgb, var(--text) 20%, var(--ground))));
  --grid: color-mix(in srgb, var(--text) 13%, var(--ground));
  --raised: color-mix(in srgb, var(--text) 4%, var(--ground));
  --link: var(--vscode-textLink-foreground, #0a5fb4);
  --focus: var(--vscode-focusBorder, #0a5fb4);
  --button: var(--vscode-button-background, #0a5fb4);
  --button-text: var(--vscode-button-foreground, #ffffff);
  --button-hover: var(--vscode-button-hoverBackground, #084c90);
  --button-line: var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
  --second: var(--vscode-button-secondaryBackground, color-mix(in srgb, var(--text) 10%, var(--ground)));
  --second-text: var(--vscode-button-secondaryForeground, var(--text));
  --second-hover: var(--vscode-button-secondaryHoverBackground, color-mix(in srgb, var(--text) 18%, var(--ground)));
  --blue: var(--vscode-charts-blue, #1a6fc4);
  --green: var(--vscode-charts-green, #2f7d32);
  --orange: var(--vscode-charts-orange, #b85c00);
  --purple: var(--vscode-charts-purple, #7a4bb5);
  --red: var(--vscode-charts-red, #c62f2f);
  --good: color-mix(in srgb, var(--green) 75%, var(--text));
  --warning: var(--vscode-editorWarning-foreground, #9a6700);
  --error: var(--vscode-editorError-foreground, #c62f2f);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: var(--vscode-editor-background, #1f1f1f);
    --text: var(--vscode-foreground, #d4d4d4);
    --quiet: var(--vscode-descriptionForeground, #9da5ae);
    --link: var(--vscode-textLink-foreground, #5aa9f0);
    --focus: var(--vscode-focusBorder, #5aa9f0);
    --blue: var(--vscode-charts-blue, #59a4f2);
    --green: var(--vscode-charts-green, #7fc884);
    --orange: var(--vscode-charts-orange, #e39a4d);
    --purple: var(--vscode-charts-purple, #b592e0);
    --red: var(--vscode-charts-red, #f07178);
    --warning: var(--vscode-editorWarning-foreground, #d9a53f);
    --error: var(--vscode-editorError-foreground, #f07178);
  }
}
html { color-scheme: light dark; }
body {
  box-sizing: border-box;
  max-width: 62rem;
  margin: 0 auto;
  padding: 1.25rem 1.5rem 3rem;
  background: var(--ground);
  color: var(--text);
  font: 0.875rem/1.5 var(--vscode-font-family, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  overflow-wrap: break-word;
}
/* High contrast has borders, and no grounds that are raised. */
body.vscode-high-contrast, body.vscode-high-contrast-light {
  --raised: var(--ground);
  --second: var(--ground);
  --second-text: var(--text);
  --second-hover: var(--ground);
}
/* VS Code says which kind of theme it has: what the browser would prefer is of no account there. */
body.vscode-light, body.vscode-high-contrast-light { color-scheme: light; }
body.vscode-dark, body.vscode-high-contrast { color-scheme: dark; }
h1 { margin: 0 0 0.25rem; font-size: 1.6rem; font-weight: 600; line-height: 1.25; }
h2 { margin: 2.25rem 0 0.25rem; font-size: 1.15rem; font-weight: 600; line-height: 1.3; }
h3 { margin: 1.25rem 0 0.25rem; font-size: 0.95rem; font-weight: 600; line-height: 1.3; }
p { margin: 0.25rem 0 0.75rem; max-width: 46rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
code, .path { font-family: var(--vscode-editor-font-family, ui-monospace, Menlo, Consolas, monospace); font-size: 0.95em; }
.quiet { color: var(--quiet); }
.lead { max-width: none; font-size: 1.05rem; }
.figure { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }

/* Buttons are links that call a command. */
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.75rem 0 1rem; padding: 0; }
a.button {
  display: inline-block;
  padding: 0.3rem 0.8rem;
  border: 1px solid var(--button-line);
  border-radius: 3px;
  background: var(--second);
  color: var(--second-text);
  line-height: 1.3;
  text-decoration: none;
}
a.button:hover { background: var(--second-hover); }
a.button.primary { background: var(--button); color: var(--button-text); }
a.button.primary:hover { background: var(--button-hover); }

/* What was found: a mark, the sentence, and what helps. */
.findings { margin: 0.75rem 0; padding: 0; list-style: none; }
.findings li { margin: 0 0 0.5rem; padding: 0.5rem 0.75rem; border: 1px solid var(--line); border-left: 4px solid var(--quiet); background: var(--raised); }
.findings li.warning { border-left-color: var(--warning); }
.findings li.error { border-left-color: var(--error); }
.findings li.good { border-left-color: var(--good); }
.mark { font-weight: 600; }
.mark.good { color: var(--good); }
.mark.warning { color: var(--warning); }
body.vscode-light .mark.warning { color: color-mix(in srgb, var(--warning) 45%, var(--text)); }
.mark.error { color: var(--error); }

/* Names and what they are: side by side, or below each other where there is no room. */
dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr); gap: 0.2rem 1.25rem; margin: 0.75rem 0; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { margin: 0; }

details { margin: 0.5rem 0; }
summary { cursor: pointer; width: fit-content; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9em; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.25rem; }
th, td { padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
th.figure { text-align: right; }

figure { margin: 0.75rem 0; }
svg { overflow: visible; }
figure > svg { display: block; width: 100%; }
svg text { fill: var(--text); font-size: 12px; }
svg text.quiet { fill: var(--quiet); }

.only-read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

@media (max-width: 34rem) {
  body { padding: 1rem 1rem 2rem; }
  h1 { font-size: 1.35rem; }
  dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.facts dd { margin-bottom: 0.5rem; }
}
@media print {
  .buttons { display: none; }
  body { max-width: none; padding: 0; }
  section { break-inside: avoid; }
}
`;
