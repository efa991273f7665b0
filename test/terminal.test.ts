import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  cleanmissCommand,
  count,
  findTools,
  run,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy, otherMypy, python } = findTools();

/** Runs a command on a terminal of its own and prints all that the terminal was sent. */
const onTerminal = `
import os, pty, sys
os.environ.update(TERM='xterm-256color', COLUMNS='90', LINES='30')
status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))
`;

async function shown(command: readonly string[], cwd: string): Promise<readonly [string, number | null]> {
  const { stdout, code } = await run([python, '-c', onTerminal, ...command], { cwd });
  return [stdout, code];
}

describe('on a terminal', () => {
  for (const version of [otherMypy, mypy].slice(0, count({ full: 2, quick: 1 }))) {
    it(`mypy shows the same as without cleanmiss, colours and all: ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      writeProject(directory, { 'a.py': `import random\nx: int = random.random()\n` });
      const args = ['--pretty', 'a.py'];
      const expected = await shown(
        [version.command, '--cache-dir', join(directory, 'cold'), ...args],
        directory,
      );
      const store = join(directory, 'store');
      for (const about of ['cold', 'warm']) {
        const ours = [...cleanmissCommand, 'run', '--local', store, '--', version.command, ...args];
        assert.deepEqual(await shown(ours, directory), expected, about);
      }
      assert.match(expected[0], /\u001b\[/);
    });
  }
});
