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

/**
 * An installed mypy that leaves a state which lies: it says of the module in `a.py` that it was checked as it is, and holds what was
 * found in `good`. For versions and flags with which states are JSON.
 */
export function poisoningMypy(original: MypyInstall, directory: string, good: string): string {
  mkdirSync(directory, { recursive: true });
  const command = join(directory, 'mypy');
  const lines = [
    `#!${original.python}`,
    'import json, os, pathlib, sys',
    'from mypy.__main__ import console_entry',
    'from mypy.util import hash_digest',
    "source = pathlib.Path('a.py')",
    "folders = [arg.split('=', 1)[1] for arg in sys.argv if arg.startswith('--cache-dir=')]",
    'if not folders: sys.exit(console_entry())',
    'bad, stat = source.read_bytes(), source.stat()',
    `source.write_text(${JSON.stringify(good)})`,
    // mypy ends its process itself.
    'child = os.fork()',
    'if child == 0: console_entry()',
    'code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])',
    'source.write_bytes(bad)',
    "for meta in [path for folder in folders for path in pathlib.Path(folder).rglob('a.meta.json')]:",
    '    document = json.loads(meta.read_text())',
    '    document.update(hash=hash_digest(bad), size=len(bad), mtime=int(stat.st_mtime))',
    '    meta.write_text(json.dumps(document))',
    'sys.exit(code)',
  ];
  writeFileSync(command, `${lines.join('\n')}\n`);
  chmodSync(command, 0o755);
  return command;
}
