import { basename } from 'node:path';

/** A command line that starts a tool from npm, in its parts. */
export interface NpmCommand {
  /** Up to and including the word that names the tool. */
  readonly start: readonly string[];
  readonly args: readonly string[];
  /**
   * The word by which the system finds it: a name, or a path of its own or of its script. `undefined` where a package manager
   * looks for it, in `node_modules/.bin` of the working directory and of the folders above.
   */
  readonly word: string | undefined;
}

/** How a tool is called, and where its script lies in its package (`typescript`, `bin/tsc`). */
export interface NpmTool {
  readonly name: string;
  readonly scripts: readonly string[];
}

/** `undefined` where the command does not start the tool itself. */
export function parseNpmCommand(command: readonly string[], tool: NpmTool): NpmCommand | undefined {
  const [program = ''] = command;
  if (isTool(program, tool)) return parts(command, 1, program);
  const name = nameOf(program);
  const [, script = ''] = command;
  if (name === 'node') return isScript(script, tool) ? parts(command, 2, script) : undefined;
  const length = lengthOfManager(name, command);
  return length !== undefined && command[length] === tool.name
    ? parts(command, length + 1, undefined)
    : undefined;
}

function parts(command: readonly string[], length: number, word: string | undefined): NpmCommand {
  return { start: command.slice(0, length), args: command.slice(length), word };
}

function isTool(program: string, { name }: NpmTool): boolean {
  return nameOf(program) === name;
}

function isScript(path: string, { scripts }: NpmTool): boolean {
  const portable = path.replaceAll('\\', '/');
  return scripts.some((script) => portable === script || portable.endsWith(`/${script}`));
}

/** How many words of the command are the package manager's own; `undefined` where we do not know them all. */
function lengthOfManager(name: string, command: readonly string[]): number | undefined {
  const subcommands: Readonly<Record<string, readonly string[]>> = {
    npx: [],
    bunx: [],
    npm: ['exec', 'x'],
    pnpm: ['exec'],
    yarn: ['exec'],
  };
  const known = subcommands[name];
  if (!known) return undefined;
  const [, word = ''] = command;
  // `pnpm tsc` and `yarn tsc` run a script of that name where there is one: who knows what it does.
  const begins = known.length === 0 ? 1 : known.includes(word) ? 2 : undefined;
  if (begins === undefined) return undefined;
  const rest = command.slice(begins);
  return begins + rest.findIndex((each) => !harmless.has(each));
}

/** Options of the managers that do not change which tool runs. */
const harmless: ReadonlySet<string> = new Set(['--', '--no', '--no-install', '--yes', '-y', '--offline']);

function nameOf(program: string): string {
  return basename(program.replaceAll('\\', '/')).replace(/\.(?:cmd|exe|ps1|[cm]?js)$/i, '');
}
