import type { ToolOptions } from '../npm/tool-words.js';

/** The command line of Prettier 3. */
export const prettierOptions: ToolOptions = {
  valued: new Set([
    ...[
      '--arrow-parens',
      '--embedded-language-formatting',
      '--end-of-line',
      '--experimental-operator-position',
    ],
    ...['--html-whitespace-sensitivity', '--object-wrap', '--parser', '--print-width', '--prose-wrap'],
    ...[
      '--quote-props',
      '--tab-width',
      '--trailing-comma',
      '--config',
      '--config-precedence',
      '--ignore-path',
    ],
    ...[
      '--plugin',
      '--range-start',
      '--range-end',
      '--cursor-offset',
      '--cache-location',
      '--cache-strategy',
    ],
    ...['--find-config-path', '--file-info', '--log-level', '--stdin-filepath'],
  ]),
  plain: new Set([
    ...['--check', '--list-different', '--write', '--bracket-same-line', '--no-bracket-spacing', '--no-semi'],
    ...['--bracket-spacing', '--semi', '--experimental-ternaries', '--no-experimental-ternaries'],
    ...['--jsx-single-quote', '--single-attribute-per-line', '--single-quote', '--use-tabs', '--no-color'],
    ...[
      '--vue-indent-script-and-style',
      '--no-config',
      '--no-editorconfig',
      '--with-node-modules',
      '--color',
    ],
    ...['--cache', '--no-cache', '--check-ignore-pragma', '--error-on-unmatched-pattern', '--ignore-unknown'],
    ...[
      '--no-error-on-unmatched-pattern',
      '--insert-pragma',
      '--require-pragma',
      '--support-info',
      '--version',
    ],
    ...['--experimental-cli', '--help'],
  ]),
  short: {
    ...{ '-c': '--check', '-l': '--list-different', '-w': '--write', '-u': '--ignore-unknown' },
    ...{ '-v': '--version', '-h': '--help' },
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
  ...['--check', '--list-different', '--write', '--ignore-path', '--with-node-modules', '--log-level'],
  ...['--color', '--no-color', '--error-on-unmatched-pattern', '--no-error-on-unmatched-pattern'],
]);

/** Why Prettier is not to be redirected with this option; the name stands for `%`. */
export const declinedOptions: readonly (readonly [readonly string[], string])[] = [
  [['--no-cache'], '% asks for no cache'],
  [['--help', '--version', '--support-info', '--file-info', '--find-config-path'], '% checks nothing'],
  [['--stdin-filepath'], '% checks no file'],
  [['--range-start', '--range-end', '--cursor-offset', '--insert-pragma'], '% is for an editor'],
  [['--experimental-cli'], '% has a cache of its own'],
];
