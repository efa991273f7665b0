import { parseArguments } from './arguments.js';
import { processTerminal } from './terminal.js';
import { shown } from './text.js';
import { UsageError, type Verb } from './verb.js';
import { loadVerb, loadVerbs, verbNames } from './verbs.js';

/** The command: sets the exit code of this process. */
export async function main(): Promise<void> {
  // Whoever reads us may stop reading (`| head`), and a log may be on a full disk: neither is a failure of the check.
  process.stdout.on('error', onBrokenOutput);
  process.stderr.on('error', () => {});
  process.exitCode = await runCommand(process.argv.slice(2));
}

async function runCommand([word, ...args]: readonly string[]): Promise<number> {
  const { print, warn } = processTerminal;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    const { overview } = await import('./help.js');
    print(overview(await loadVerbs()));
    return word === undefined ? 2 : 0;
  }
  if (word === '--version' || word === '-V') {
    const { version } = await import('./version.js');
    print(version());
    return 0;
  }
  const verb = await loadVerb(word);
  if (verb) return await runVerb(verb, args);
  warn(`there is no verb ${shown(word)}; there are ${verbNames.join(', ')}; see cleanmiss --help`);
  return 2;
}

async function runVerb(verb: Verb, args: readonly string[]): Promise<number> {
  try {
    const { options, operands } = parseArguments(verb, args);
    if (options['help'] === true) {
      const { helpOf } = await import('./help.js');
      processTerminal.print(helpOf(verb));
      return 0;
    }
    const terminal = processTerminal;
    return await verb.run({ options, operands, terminal, env: process.env, cwd: process.cwd() });
  } catch (error) {
    for (const line of linesOf(error)) processTerminal.warn(line);
    return verb.failureCode;
  }
}

/** One, and never a stack trace, but for the asking. */
function linesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  if (process.env['CLEANMISS_DEBUG']) return (error.stack ?? error.message).split('\n');
  const isForeseen = error instanceof UsageError || 'code' in error;
  return [isForeseen ? error.message : `unexpected, please report it: ${error.message}`];
}

function onBrokenOutput({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return;
  processTerminal.warn(`standard output cannot be written: ${message}`);
  process.exitCode = 1;
}
