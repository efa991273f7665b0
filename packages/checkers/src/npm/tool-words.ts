/** The options of a tool, as far as its words are to be understood. */
export interface ToolOptions {
  /** Names (`--config`) of those with a value in the next word, or behind a `=`. */
  readonly valued: ReadonlySet<string>;
  /** Those without; `--no-x` stands here under that name. */
  readonly plain: ReadonlySet<string>;
  /** Short forms, by their words: `-c` for `--config`. */
  readonly short: Readonly<Record<string, string>>;
}

/** One option as it was written. */
export interface ToolOption {
  readonly name: string;
  readonly value: string | undefined;
  readonly words: readonly string[];
}

export interface ToolWords {
  readonly options: readonly ToolOption[];
  /** Files, folders and patterns. */
  readonly targets: readonly string[];
  /** An option that is not understood, so that nothing behind it can be either. */
  readonly unknown: string | undefined;
}

export function parseToolWords(args: readonly string[], known: ToolOptions): ToolWords {
  const options: ToolOption[] = [];
  const targets: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === '--') return { options, targets: [...targets, ...args.slice(i + 1)], unknown: undefined };
    if (!word.startsWith('-') || word === '-') {
      targets.push(word);
      continue;
    }
    const option = readOption(args.slice(i), known);
    if (!option) return { options, targets, unknown: word };
    options.push(option);
    i += option.words.length - 1;
  }
  return { options, targets, unknown: undefined };
}

/** The words again, without some of the options. */
export function wordsWithout(
  args: readonly string[],
  known: ToolOptions,
  left: ReadonlySet<string>,
): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--') return [...kept, ...args.slice(i)];
    const option = readOption(args.slice(i), known);
    const words = option?.words ?? [args[i]!];
    if (!option || !left.has(option.name)) kept.push(...words);
    i += words.length - 1;
  }
  return kept;
}

function readOption([word = '', next]: readonly string[], known: ToolOptions): ToolOption | undefined {
  if (!word.startsWith('-')) return undefined;
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  const written = at < 0 ? word : word.slice(0, at);
  const name = written.startsWith('--') ? written : known.short[written];
  if (name === undefined) return undefined;
  if (known.valued.has(name)) {
    if (at >= 0) return { name, value: word.slice(at + 1), words: [word] };
    return next === undefined ? undefined : { name, value: next, words: [word, next] };
  }
  return known.plain.has(name) && at < 0 ? { name, value: undefined, words: [word] } : undefined;
}
