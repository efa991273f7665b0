import { flagOf, type TscArguments } from './tsc-arguments.js';

/** Options of the command line that make of `tsc` something else than a check, or that show what it did. */
const declined: Readonly<Record<string, string>> = {
  watch: '--watch never ends',
  help: '--help is no check',
  all: '--all is no check',
  version: '--version is no check',
  init: '--init is no check',
  showconfig: '--showConfig is no check',
  listfilesonly: '--listFilesOnly is no check',
  listfiles: '--listFiles lists files in an order of the state',
  listemittedfiles: '--listEmittedFiles tells what was written this time',
  explainfiles: '--explainFiles tells of the state',
  traceresolution: '--traceResolution tells how it was done',
  diagnostics: '--diagnostics measures',
  extendeddiagnostics: '--extendedDiagnostics measures',
  generatetrace: '--generateTrace measures',
  generatecpuprofile: '--generateCpuProfile measures',
  pprofdir: '--pprofDir measures',
  tsbuildinfofile: 'it keeps its state where --tsBuildInfoFile says',
  outfile: '--outFile writes one file for all',
  out: '--out writes one file for all',
  plugins: '--plugins is nothing for a command line',
};

/** Why a command line is not ours to redirect; `undefined` where it is. */
export function whyArgumentsDeclined(args: TscArguments): string | undefined {
  if (args.options.has('build')) return '--build wants to be the first option';
  for (const [name, why] of Object.entries(declined)) if (flagOf(args, name) === true) return why;
  if (flagOf(args, 'incremental') === false) return '--incremental false asks for no state';
  if (args.files.some((file) => file.startsWith('@'))) return 'its arguments lie in a file';
  return undefined;
}

/** The same of the merged options of its project, named as there. */
export function whyOptionsDeclined(options: Readonly<Record<string, unknown>>): string | undefined {
  if (options['incremental'] === false) return 'the configuration asks for no state (incremental: false)';
  if (options['tsBuildInfoFile'] !== undefined)
    return 'it keeps its state where the configuration says (tsBuildInfoFile)';
  for (const name of ['listFiles', 'listEmittedFiles', 'explainFiles', 'traceResolution'])
    if (options[name] === true) return `the configuration has ${name}, which tells of the state`;
  for (const name of ['diagnostics', 'extendedDiagnostics', 'generateTrace', 'generateCpuProfile'])
    if (options[name] !== undefined && options[name] !== false)
      return `the configuration has ${name}, which measures`;
  if (options['outFile'] !== undefined || options['out'] !== undefined)
    return 'the configuration has outFile, which writes one file for all';
  return undefined;
}
