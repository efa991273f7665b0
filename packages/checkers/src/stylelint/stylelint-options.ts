import type { ToolOptions } from '../npm/tool-words.js';

/** The command line of Stylelint 16 to 18. */
export const stylelintOptions: ToolOptions = {
  valued: new Set([
    ...[
      '--config',
      '--config-basedir',
      '--custom-formatter',
      '--custom-syntax',
      '--formatter',
      '--globby-options',
    ],
    ...['--go', '--ignore-path', '--ignore-pattern', '--ip', '--max-warnings', '--mw', '--output-file'],
    ...['--stdin-filename', '--cache-location', '--cache-strategy'],
  ]),
  plain: new Set([
    ...[
      '--allow-empty-input',
      '--aei',
      '--cache',
      '--no-cache',
      '--color',
      '--no-color',
      '--compute-edit-info',
    ],
    ...[
      '--disable-default-ignores',
      '--di',
      '--fix',
      '--help',
      '--ignore-disables',
      '--id',
      '--print-config',
    ],
    ...['--quiet', '--quiet-deprecation-warnings', '--report-descriptionless-disables', '--rdd', '--stdin'],
    ...['--report-invalid-scope-disables', '--risd', '--report-needless-disables', '--rd', '--version'],
    ...['--report-unscoped-disables', '--rud', '--validate', '--no-validate'],
  ]),
  short: {
    ...{
      '-c': '--config',
      '-f': '--formatter',
      '-i': '--ignore-path',
      '-o': '--output-file',
      '-q': '--quiet',
    },
    ...{ '-h': '--help', '-v': '--version' },
  },
};

export const replacedOptions: ReadonlySet<string> = new Set([
  '--cache',
  '--cache-location',
  '--cache-strategy',
]);

/** What says which files to look at, and how to tell of them. */
export const optionsWithoutTrace: ReadonlySet<string> = new Set([
  ...replacedOptions,
  ...['--allow-empty-input', '--aei', '--color', '--no-color', '--formatter', '--globby-options', '--go'],
  ...['--ignore-path', '--ignore-pattern', '--ip', '--max-warnings', '--mw', '--output-file'],
]);

/** Why Stylelint is not to be redirected with this option; the name stands for `%`. */
export const declinedOptions: readonly (readonly [readonly string[], string])[] = [
  [['--no-cache'], '% asks for no cache'],
  [['--help', '--version', '--print-config'], '% checks nothing'],
  [['--stdin', '--stdin-filename'], '% checks no file'],
  [['--config-basedir'], '% leads to settings that we do not see'],
  // Files that are in order are named as well by these.
  [['--custom-formatter', '--compute-edit-info'], '% may tell of files in which nothing was found'],
];
