import { basename } from 'node:path';

/** `python [OPTION...] -m MODULE [ARG...]` in its parts. */
export interface ModuleCommand {
  readonly interpreter: string;
  /** The interpreter's own options, without `-m`. */
  readonly options: readonly string[];
  readonly module: string;
  readonly args: readonly string[];
}

/** `undefined` for a command that does not start a Python module. */
export function parseModuleCommand(command: readonly string[]): ModuleCommand | undefined {
  const [interpreter, ...words] = command;
  if (interpreter === undefined || !isPython(interpreter)) return undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    // Short options join: `-Im mypy`, `-mmypy`.
    const joined = /^-([bBdEhiIOPqRsSuvVx]*)m(.*)$/.exec(word);
    if (joined) {
      const [, flags, rest] = joined;
      const options = [...words.slice(0, i), ...(flags ? [`-${flags}`] : [])];
      const [module, ...args] = rest ? [rest, ...words.slice(i + 1)] : words.slice(i + 1);
      return module === undefined ? undefined : { interpreter, options, module, args };
    }
    if (takesValue.has(word)) i++;
    else if (!word.startsWith('-') || /^-[^-]*c/.test(word)) return undefined;
  }
  return undefined;
}

const takesValue: ReadonlySet<string> = new Set(['-X', '-W', '--check-hash-based-pycs']);

/** `py` is the launcher of Windows. */
function isPython(word: string): boolean {
  return /^(python|pypy|py)[\d.]*w?(\.exe)?$/i.test(basename(word));
}
