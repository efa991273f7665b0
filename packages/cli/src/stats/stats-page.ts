import type { CountedRun, NamedTally, RunStats } from '@cleanmiss/runner';
import { bytes, duration } from '../text.js';
import { escaped, htmlTable } from './html-text.js';
import { missesPlot, runsPlot, savedInAllPlot, savedPlot, timesPlot } from './page-plots.js';
import { pageStyle } from './page-style.js';
import { savedWords } from './stats-text.js';

export interface StatsPage {
  readonly project: string;
  readonly counted: readonly CountedRun[];
  readonly stats: RunStats;
  /** When it was made. */
  readonly made: Date;
}

/** One page that holds all it needs: no script, no font, no image from anywhere, and a policy that lets none in. */
export function statsPage(page: StatsPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.project)}: what cleanmiss saved</title>
<style>${pageStyle}</style>
</head>
<body>
${bodyOf(page)}
</body>
</html>
`;
}

function bodyOf({ project, counted, stats, made }: StatsPage): string {
  const head = `<h1>${escaped(project)}: what cleanmiss saved</h1>`;
  const when = escaped(made.toISOString().slice(0, 16).replace('T', ' '));
  if (counted.length === 0)
    return `${head}\n<p>Made ${when} UTC. No run is recorded in this project for that time.</p>`;
  const first = counted[0]!.run.time.slice(0, 10);
  const words = `Made ${when} UTC, from the runs recorded in this project since ${first}. Saved: ${savedWords(stats.total)}.`;
  return [
    head,
    `<p>${escaped(words)}</p>`,
    tiles(stats),
    '<div class="plots">',
    section('Runs by day', runsPlot(stats)),
    section('Time saved by day, net', savedPlot(stats)),
    section('Time saved in all, net', savedInAllPlot(stats)),
    section("The checker's own time, run by run", timesPlot(counted)),
    section('Misses by reason', missesPlot(stats)),
    '</div>',
    wide(tallyTable('By checker', stats.checkers)),
    wide(tallyTable('By branch', stats.branches)),
    wide(tallyTable('By day', [...stats.days].reverse())),
  ].join('\n');
}

function tiles({ total }: RunStats): string {
  const warm = total.hits + total.partials;
  const tile = (figure: string, about: string) =>
    `<div class="tile"><b>${escaped(figure)}</b><span>${escaped(about)}</span></div>`;
  return [
    '<div class="tiles">',
    tile(duration(total.savedMs), 'saved, net'),
    tile(String(total.runs), 'runs'),
    tile(`${((100 * warm) / total.runs).toFixed(0)} %`, 'started warm, or were answered'),
    tile(bytes(total.restoredBytes), 'restored'),
    tile(bytes(total.remoteBytes), 'over the network'),
    '</div>',
  ].join('\n');
}

function section(title: string, content: string): string {
  return `<section><h2>${escaped(title)}</h2>\n${content}\n</section>`;
}

function wide(content: string): string {
  return `<section class="wide">${content}</section>`;
}

function tallyTable(caption: string, tallies: readonly NamedTally[]): string {
  const rows = tallies.map((tally) => [
    tally.name,
    String(tally.runs),
    String(tally.hits),
    String(tally.partials),
    String(Object.values(tally.misses).reduce((sum, count) => sum + count, 0)),
    bytes(tally.restoredBytes),
    bytes(tally.publishedBytes),
    duration(tally.checkerMs),
    duration(tally.overheadMs),
    duration(tally.savedMs),
  ]);
  const head = [
    '',
    'runs',
    'hits',
    'partial',
    'misses',
    'restored',
    'stored',
    'checker',
    'overhead',
    'saved',
  ];
  return htmlTable({ caption, head, rows });
}
