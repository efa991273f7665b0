import { basename } from 'node:path';
import { parseModuleCommand } from '../python/module-command.js';

/** A command line that starts mypy itself, in its parts. */
export interface MypyCommand {
  /** `dmypy` is the daemon. */
  readonly program: 'mypy' | 'dmypy';
  /** Up to and including the word that names mypy. */
  readonly start: readonly string[];
  readonly args: readonly string[];
  /** For `python -m mypy`: the interpreter's own options. */
  readonly pythonOptions: readonly string[] | undefined;
}

/** `undefined` for any other command. */
export function parseMypyCommand(command: readonly string[]): MypyCommand | undefined {
  const program = programOf(basename(command[0] ?? ''));
  if (program)
    return { program, start: command.slice(0, 1), args: command.slice(1), pythonOptions: undefined };
  const started = parseModuleCommand(command);
  if (!started) return undefined;
  const { module, options, args } = started;
  if (module !== 'mypy' && module !== 'mypy.dmypy') return undefined;
  const start = command.slice(0, command.length - args.length);
  return { program: module === 'mypy' ? 'mypy' : 'dmypy', start, args, pythonOptions: options };
}

function programOf(name: string): MypyCommand['program'] | undefined {
  if (/^mypy(\.exe)?$/i.test(name)) return 'mypy';
  return /^dmypy(\.exe)?$/i.test(name) ? 'dmypy' : undefined;
}
