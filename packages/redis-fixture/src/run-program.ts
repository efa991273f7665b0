import { execFile } from 'node:child_process';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Runs a program to its end and answers its standard output. */
export function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(whyNot(program, error, stdout + stderr));
    });
    // redis-cli without a command reads commands from here.
    child.stdin?.end();
  });
}

/** What a program that could not be started is for, in words that help on a fresh machine. */
export function whyNot(program: string, error: Error, output = ''): Error {
  const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
  if (isAbsent)
    return new Error(`${program} is not on PATH: run \`npm test\`, or install ${packageOf(program)}`);
  // Not the error's own message: it repeats all arguments, and passwords may be among them.
  return new Error(`${program} failed: ${output.trim() || 'no output'}`);
}

function packageOf(program: string): string {
  return program.startsWith('redis') ? 'redis-server' : program;
}
