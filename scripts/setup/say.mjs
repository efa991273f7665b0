/** Something the person has to mend: shown as a message, without a stack. */
export class SetupError extends Error {}

/**
 * One line a step, so that a fresh machine on which a step fails explains itself.
 *
 * @param {string} line
 */
export function say(line) {
  process.stdout.write(`setup: ${line}\n`);
}

/**
 * Runs a script's main function and makes its result the exit code.
 *
 * @param {() => number | Promise<number>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\nerror: ${error.message}\n`);
    process.exitCode = 1;
  }
}
