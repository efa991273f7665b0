import { basename } from 'node:path';

/** A command line that starts a tool from npm, in its parts. */
export interface NpmCommand {
  /** Up to and including the word that names the tool, and a `--` of npm's own behind it. */
  readonly start: readonly string[];
  readonly args: readonly string[];
  /** Where the tool is looked for. */
  readonly lookup:
    /** The system finds the program, on PATH or at the path that is given. */
    | { readonly kind: 'program'; readonly word: string }
    /** `npx` and its like look into the `node_modules` from the working directory upwards. */
    | { readonly kind: 'installed'; readonly scriptsFirst: boolean }
    /** A file that is given to Node. */
    | { readonly kind: 'script'; readonly node: string; readonly file: string };
}

/**
 * Understands `eslint`, `path/to/eslint`, `node path/node_modules/eslint/bin/eslint.js`, and `npx`, `npm exec`, `yarn`, `pnpm` and
 * `bunx` before the name. `undefined` for any other command. `packageName`: of the package that has the tool, where that is named otherwise.
 */
export function parseNpmCommand(
  command: readonly string[],
  tool: string,
  packageName = tool,
): NpmCommand | undefined {
  const [word = '', ...rest] = command;
  const program = programOf(word);
  if (program === tool) return { start: [word], args: rest, lookup: { kind: 'program', word } };
  if (program === 'node') return parseNode(command, tool, packageName);
  const launcher = launchers[program];
  return launcher && parseLauncher(command, tool, launcher);
}

interface Launcher {
  /** What may stand between the launcher and the name; each a list of words. */
  readonly before: readonly (readonly string[])[];
  /** The launcher takes options behind the name for its own, up to a `--`. */
  readonly needsEnd: boolean;
  /** A script of that name in `package.json` goes before the tool. */
  readonly scriptsFirst: boolean;
}

const launchers: Readonly<Record<string, Launcher>> = {
  npx: {
    before: [[], ['--no-install'], ['--no'], ['-y'], ['--yes'], ['--']],
    needsEnd: false,
    scriptsFirst: false,
  },
  npm: {
    before: [['exec', '--'], ['x', '--'], ['exec'], ['x']],
    needsEnd: true,
    scriptsFirst: false,
  },
  yarn: { before: [[], ['exec'], ['run']], needsEnd: false, scriptsFirst: true },
  pnpm: { before: [[], ['exec']], needsEnd: false, scriptsFirst: true },
  bunx: { before: [[]], needsEnd: false, scriptsFirst: false },
};

function parseLauncher(command: readonly string[], tool: string, launcher: Launcher): NpmCommand | undefined {
  const words = command.slice(1);
  const before = launcher.before.find((start) => startsWith(words, [...start, tool]));
  if (!before) return undefined;
  const named = before.length + 2;
  const lookup = { kind: 'installed', scriptsFirst: launcher.scriptsFirst } as const;
  if (!launcher.needsEnd || before.at(-1) === '--')
    return { start: command.slice(0, named), args: command.slice(named), lookup };
  if (command[named] !== '--') return undefined;
  return { start: command.slice(0, named + 1), args: command.slice(named + 1), lookup };
}

function parseNode(command: readonly string[], tool: string, packageName: string): NpmCommand | undefined {
  // An option of Node's that has its value in the next word is not understood: what follows may then not be the script.
  const at = command.findIndex((word, i) => i > 0 && !/^--[a-z0-9-]+(=.*)?$/.test(word));
  const file = command[at];
  if (file === undefined) return undefined;
  const steps = file.split(/[\\/]/);
  const installed = steps.lastIndexOf('node_modules');
  if (installed < 0 || ![packageName, '.bin'].includes(steps[installed + 1] ?? '')) return undefined;
  if (programOf(steps.at(-1)!) !== tool) return undefined;
  const lookup = { kind: 'script', node: command[0]!, file } as const;
  return { start: command.slice(0, at + 1), args: command.slice(at + 1), lookup };
}

function programOf(word: string): string {
  return basename(word.replaceAll('\\', '/')).replace(/\.(?:cmd|exe|ps1|mjs|cjs|js)$/i, '');
}

function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.every((word, i) => words[i] === word);
}
