import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MypyInstall } from './tools.js';

/**
 * Makes a command that is an installed mypy, at its own speed and of its own version, but for breaking down: on every state
 * that it finds (as after a change of format that forgot to say so), or whenever.
 */
export function breakingMypy(original: MypyInstall, directory: string, when: 'on-state' | 'always'): string {
  mkdirSync(directory, { recursive: true });
  const command = join(directory, 'mypy');
  const lines = [
    `#!${original.python}`,
    'import pathlib, sys',
    'from mypy.__main__ import console_entry',
    "state = [arg.split('=', 1)[1] for arg in sys.argv if arg.startswith('--cache-dir=')]",
    "found = [path for folder in state for path in pathlib.Path(folder).rglob('*.data.*')]",
    when === 'always' ? 'if state:' : 'if found:',
    "    raise KeyError('setter_type')",
    'sys.exit(console_entry())',
  ];
  writeFileSync(command, `${lines.join('\n')}\n`);
  chmodSync(command, 0o755);
  return command;
}

/** An installed mypy after which a changed file of the work tree is as it was committed: as if somebody had put it in order. */
export function tidyingMypy(original: MypyInstall, directory: string, file: string): string {
  mkdirSync(directory, { recursive: true });
  const command = join(directory, 'mypy');
  const lines = [
    `#!${original.python}`,
    'import subprocess, sys',
    `code = subprocess.call([${JSON.stringify(original.command)}, *sys.argv[1:]])`,
    "if any(arg.startswith('--cache-dir=') for arg in sys.argv):",
    `    subprocess.check_call(['git', 'checkout', '--quiet', '--', ${JSON.stringify(file)}])`,
    'sys.exit(code)',
  ];
  writeFileSync(command, `${lines.join('\n')}\n`);
  chmodSync(command, 0o755);
  return command;
}
