/** Colours of Okabe and Ito, which those who see few colours can tell apart (https://jfly.uni-koeln.de/color/), lighter on dark ground. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f5f6f8; --text: #1b1f24; --quiet: #57606a; --grid: #d8dee4;
  --hit: #0072b2; --answer: #56b4e9; --partial: #e69f00; --miss: #d55e00; --saved: #00805c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --raised: #1d2127; --text: #e8ebee; --quiet: #a0a9b3; --grid: #363c44;
    --hit: #4aa8e0; --answer: #a3d8f5; --partial: #f0b429; --miss: #f2783a; --saved: #2cc296;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0 0 0.25rem; }
p { margin: 0.25rem 0 0.75rem; color: var(--quiet); max-width: 60rem; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 0.75rem; margin: 1.25rem 0; }
.tile { background: var(--raised); border-radius: 8px; padding: 0.75rem 1rem; }
.tile b { display: block; font-size: 1.6rem; font-weight: 600; line-height: 1.3; }
.tile span { color: var(--quiet); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
section { background: var(--raised); border-radius: 8px; padding: 1rem; min-width: 0; }
section.wide { margin-top: 1rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--quiet); font-size: 12px; }
.grid { stroke: var(--grid); } .zero { stroke: var(--quiet); }
.hit { fill: var(--hit); } .answer { fill: var(--answer); } .partial { fill: var(--partial); } .miss { fill: var(--miss); }
.saved { fill: var(--saved); } .cost { fill: var(--miss); }
.line { fill: none; stroke: var(--saved); stroke-width: 2; } .mark { fill: var(--saved); }
circle.hit, circle.answer, circle.partial, circle.miss { fill-opacity: 0.75; }
ul.key { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding: 0; margin: 0.5rem 0 0; color: var(--quiet); }
ul.key svg { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; vertical-align: -0.05em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.25rem; }
th, td { padding: 0.3rem 0.6rem; text-align: right; border-top: 1px solid var(--grid); white-space: nowrap; }
th { font-weight: 400; } thead th { color: var(--quiet); border-top: 0; }
th:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; }
`;
