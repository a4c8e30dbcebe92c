// What only a report needs of the look of its page.

export const REPORT_STYLE = `
.grid { stroke: var(--grid); stroke-width: 1; }
.zero { stroke: var(--quiet); stroke-width: 1; }
.full { fill: var(--blue); }
.differential { fill: var(--purple); }
.incremental { fill: var(--green); }
.failed { stroke: var(--error); stroke-width: 2; fill: none; }
.damaged { stroke: var(--error); stroke-width: 2; fill: none; }
.lacking { stroke: var(--warning); stroke-width: 2; stroke-dasharray: 3 3; fill: none; }
.pinned { fill: var(--text); }
.beyond { fill: var(--text); }
.store { fill: var(--blue); stroke: var(--blue); }
.board { fill: var(--green); stroke: var(--green); }
.area { stroke: none; fill-opacity: 0.2; }
.line { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
.end { stroke: none; }
.usual { stroke: var(--text); stroke-width: 1; stroke-dasharray: 4 3; }
.turn { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 1 3; }
/* Words over a picture can be read whatever is below them. */
svg text.over { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.lanes { display: grid; grid-template-columns: max-content minmax(0, 1fr); column-gap: 1rem; padding-right: 0.75rem; }
.lane-names { margin: 0; padding: 0; list-style: none; font-size: 0.9em; }
/* As high as a row of the picture beside them. */
.lane-names li { height: 28px; line-height: 28px; white-space: nowrap; display: flex; justify-content: space-between; gap: 0.75rem; }
.dashes { vertical-align: middle; margin-left: 0.25rem; }
.key { display: flex; flex-wrap: wrap; gap: 0.15rem 1.25rem; margin: 0.5rem 0; padding: 0; list-style: none; }
.key li { display: flex; align-items: center; gap: 0.4rem; }
.key svg { width: 20px; height: 20px; flex: none; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0.5rem 2.5rem; }
.pair figure { margin: 0.25rem 0; }
.bars { display: grid; grid-template-columns: minmax(0, max-content) minmax(4rem, 1fr) max-content; gap: 0.3rem 1rem; align-items: center; margin: 0.75rem 0; padding: 0; list-style: none; }
.bars li { display: contents; }
.bars .bar { display: block; width: 100%; }
.bars rect { fill: var(--blue); }
/* Where pictures are small, every second word below them is left out. */
.lanes, .framed { container-type: inline-size; }
@container (max-width: 36rem) { svg text.second { display: none; } }
@media (max-width: 34rem) {
  .bars { grid-template-columns: minmax(0, 1fr) max-content; gap: 0 1rem; }
  .bars .bar { grid-row: 2; }
  .bars li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; margin-bottom: 0.4rem; }
  .bars .bar { grid-column: 1 / -1; }
}
@media (forced-colors: active) {
  svg { forced-color-adjust: none; }
}
`;
