import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { knownOption } from './mypy-options.js';

/** One option as it was written, under its long name. */
export interface MypyOption {
  readonly name: string;
  readonly values: readonly string[];
}

/** What follows the word `mypy`, understood as far as we need to. */
export interface MypyArguments {
  /** In their order. */
  readonly options: readonly MypyOption[];
  /** Files and folders. Modules, packages and program text stand among the options. */
  readonly targets: readonly string[];
  /** A `--` came out of an `@file`: what we add to the words would stand behind it. */
  readonly endsInFile: boolean;
}

/** Words beginning with `@` stand for the lines of a file, as argparse takes them. */
export function parseMypyArguments(args: readonly string[], cwd: string): MypyArguments {
  const words = args.flatMap((arg) => expand(arg, cwd, 0));
  const options: MypyOption[] = [];
  const targets: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      targets.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      targets.push(word);
      continue;
    }
    const { option, used } = readOption(word, words.slice(i + 1));
    options.push(option);
    i += used;
  }
  return { options, targets, endsInFile: words.includes('--') && !args.includes('--') };
}

/** The value given last, as argparse takes it. */
export function lastValueOf({ options }: MypyArguments, name: string): string | undefined {
  return options.findLast((option) => option.name === name)?.values[0];
}

function readOption(word: string, following: readonly string[]): { option: MypyOption; used: number } {
  const { written, joined } = splitOption(word);
  const { name, values } = knownOption(written);
  if (joined !== undefined) return { option: { name, values: [joined] }, used: 0 };
  // An option that we do not know may be a new one with a value: the next word is then taken for it. Wrongly taken, a
  // target becomes part of the context, and a run shares less than it could.
  const wanted = values ?? 1;
  const end = following.findIndex((next) => next.startsWith('-'));
  const taken = following.slice(0, Math.min(wanted, end < 0 ? following.length : end));
  return { option: { name, values: taken }, used: taken.length };
}

/** `--name=value` and `-nvalue` hold their value themselves. */
function splitOption(word: string): { written: string; joined?: string } {
  if (word.startsWith('--')) {
    const at = word.indexOf('=');
    return at < 0 ? { written: word } : { written: word.slice(0, at), joined: word.slice(at + 1) };
  }
  const short = word.slice(0, 2);
  const takesValue = (knownOption(short).values ?? 0) > 0;
  return takesValue && word.length > 2 ? { written: short, joined: word.slice(2) } : { written: word };
}

const maxFileDepth = 10;

function expand(arg: string, cwd: string, depth: number): readonly string[] {
  if (!arg.startsWith('@') || depth > maxFileDepth) return [arg];
  try {
    const lines = readFileSync(resolve(cwd, arg.slice(1)), 'utf8').split(/\r\n|\r|\n/);
    if (lines.at(-1) === '') lines.pop();
    return lines.flatMap((line) => expand(line, cwd, depth + 1));
  } catch {
    // mypy will say that it cannot be read.
    return [arg];
  }
}
