// What the page of an archive has besides the look of all our pages.

import { PAGE_STYLE } from './pageStyle.js';

export const ARCHIVE_STYLE = `${PAGE_STYLE}
.note { white-space: pre-wrap; }
.findings p { margin: 0.4rem 0 0; }
.findings ul { margin: 0.4rem 0 0; padding-left: 1.25rem; list-style: disc; }
.findings ul li { margin: 0; padding: 0; border: 0; background: none; }
.chain { margin: 0.5rem 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); list-style: none; }
.chain li { padding: 0.1rem 0; }
.more, .cut { color: var(--quiet); }
.tree { margin: 0; padding: 0; list-style: none; }
.tree .tree { margin-left: 0.45rem; padding-left: 1rem; border-left: 1px solid var(--grid); }
.tree details { margin: 0; }
.tree summary, .tree .row, .tree .more { padding: 0.1rem 0; }
.tree summary { width: auto; }
.tree summary:hover, .tree .row:hover { background: var(--raised); }
.tree .row { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; padding-left: 1rem; }
.tree .more { padding-left: 1rem; }
.tree .name { overflow-wrap: anywhere; }
.tree .where { font-size: 0.9em; overflow-wrap: anywhere; }
.tree .size { margin-left: auto; }
`;
