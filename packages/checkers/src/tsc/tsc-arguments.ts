/** What of a `tsc` command line decides on how we run it. Options are named in lower case, as `tsc` itself takes them in any. */
export interface TscArguments {
  /** The value of `--project`, or the word after it. */
  readonly project: string | undefined;
  /** Files that are named in place of a project. */
  readonly files: readonly string[];
  /** Each option that is there, with the word after it where that is a value. */
  readonly options: ReadonlyMap<string, string | undefined>;
}

const shortNames: Readonly<Record<string, string>> = {
  p: 'project',
  b: 'build',
  w: 'watch',
  h: 'help',
  v: 'version',
  i: 'incremental',
  d: 'declaration',
  t: 'target',
  m: 'module',
};

/** Options with a value that is no `true` or `false`: the word after them is not a file. */
const takesValue: ReadonlySet<string> = new Set([
  ...[
    'project',
    'target',
    'module',
    'moduleresolution',
    'moduledetection',
    'jsx',
    'lib',
    'types',
    'typeroots',
  ],
  ...[
    'outdir',
    'outfile',
    'declarationdir',
    'rootdir',
    'rootdirs',
    'baseurl',
    'paths',
    'sourceroot',
    'maproot',
  ],
  ...[
    'tsbuildinfofile',
    'newline',
    'locale',
    'jsxfactory',
    'jsxfragmentfactory',
    'jsximportsource',
    'plugins',
  ],
  ...['maxnodemodulejsdepth', 'customconditions', 'modulesuffixes', 'ignoredeprecations', 'generatetrace'],
  ...['generatecpuprofile', 'charset', 'out', 'reactnamespace', 'importsnotusedasvalues', 'watchfile'],
  ...[
    'watchdirectory',
    'fallbackpolling',
    'excludedirectories',
    'excludefiles',
    'checkers',
    'builders',
    'pprofdir',
  ],
]);

export function parseTscArguments(args: readonly string[]): TscArguments {
  const options = new Map<string, string | undefined>();
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!word.startsWith('-')) {
      files.push(word);
      continue;
    }
    const bare = word.replace(/^--?/, '').toLowerCase();
    const name = shortNames[bare] ?? bare;
    const next = args[i + 1];
    const hasValue = takesValue.has(name) || next === 'true' || next === 'false';
    options.set(name, hasValue ? next : undefined);
    if (hasValue) i += 1;
  }
  return { project: options.get('project'), files, options };
}

/** Is a yes-or-no option switched on there? `undefined`: nothing is said of it. */
export function flagOf({ options }: TscArguments, name: string): boolean | undefined {
  return options.has(name) ? options.get(name) !== 'false' : undefined;
}
