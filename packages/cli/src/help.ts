import type { OptionHelp, Verb } from './verb.js';

export function overview(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  const lines = verbs.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return [
    'cleanmiss: the exact blob, or a clean miss',
    '',
    "Runs a checker on a private copy of its cache, restored from a store that all of a machine's checkouts share.",
    '',
    'Usage: cleanmiss VERB [OPTION...]',
    '       cleanmiss run -- mypy src',
    '',
    ...lines,
    '',
    'cleanmiss VERB --help tells about one of them; cleanmiss --version prints the version.',
  ].join('\n');
}

export function helpOf(verb: Verb): string {
  const options: readonly OptionHelp[] = [...verb.optionHelp, { usage: '--help', about: 'print this' }];
  const width = Math.max(...options.map(({ usage }) => usage.length));
  const lines = options.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`);
  return [`Usage: cleanmiss ${verb.usage}`, '', verb.about, '', ...lines].join('\n');
}
