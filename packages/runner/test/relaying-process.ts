import { spawnChecker } from '../src/spawn-checker.js';

/** Not a test: a process of its own that runs a text as a checker and ends with its code. */
const { code } = await spawnChecker({
  command: [process.execPath, '-e', process.argv[2]!],
  cwd: process.cwd(),
  env: process.env,
  watchStderr: true,
  holdCrash: false,
});
process.exitCode = code ?? 1;
