import type { ToolOptions } from '../npm/tool-words.js';

/** The command line of ESLint 9 and 10. */
export const eslintOptions: ToolOptions = {
  valued: new Set([
    ...['--config', '--ext', '--global', '--parser', '--parser-options', '--plugin', '--rule', '--fix-type'],
    ...['--ignore-pattern', '--stdin-filename', '--max-warnings', '--output-file', '--format', '--flag'],
    ...['--report-unused-disable-directives-severity', '--report-unused-inline-configs', '--concurrency'],
    ...['--cache-file', '--cache-location', '--cache-strategy', '--print-config'],
    ...['--suppress-rule', '--suppressions-location'],
  ]),
  plain: new Set([
    ...['--no-config-lookup', '--config-lookup', '--inspect-config', '--fix', '--fix-dry-run', '--stats'],
    ...['--ignore', '--no-ignore', '--stdin', '--quiet', '--color', '--no-color', '--inline-config'],
    ...['--no-inline-config', '--report-unused-disable-directives', '--cache', '--no-cache'],
    ...['--suppress-all', '--prune-suppressions', '--pass-on-unpruned-suppressions', '--init', '--env-info'],
    ...['--error-on-unmatched-pattern', '--no-error-on-unmatched-pattern', '--exit-on-fatal-error'],
    ...['--warn-ignored', '--no-warn-ignored', '--pass-on-no-patterns', '--debug', '--help', '--version'],
    '--mcp',
  ]),
  short: { '-c': '--config', '-f': '--format', '-o': '--output-file', '-h': '--help', '-v': '--version' },
};

/** What ours stand for: a cache of the user's own is not needed beside the slot. */
export const replacedOptions: ReadonlySet<string> = new Set([
  ...['--cache', '--cache-file', '--cache-location', '--cache-strategy'],
]);

/** What says which files to look at, or what to do with results: those are the same without. */
export const optionsWithoutTrace: ReadonlySet<string> = new Set([
  ...replacedOptions,
  ...[
    '--fix',
    '--fix-dry-run',
    '--fix-type',
    '--ignore',
    '--no-ignore',
    '--ignore-pattern',
    '--max-warnings',
  ],
  ...['--output-file', '--format', '--color', '--no-color', '--concurrency', '--exit-on-fatal-error'],
  ...[
    '--error-on-unmatched-pattern',
    '--no-error-on-unmatched-pattern',
    '--warn-ignored',
    '--no-warn-ignored',
  ],
  ...['--pass-on-no-patterns', '--suppressions-location', '--pass-on-unpruned-suppressions'],
]);
