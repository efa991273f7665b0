import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VersionMemory, type Invocation } from '@cleanmiss/checkers';
import { temporaryFolder, writeExecutable, writeFiles } from './folder.js';

/** A machine with one Python that has one mypy: shell scripts that answer our question, and count being asked. */
export class FakeMachine {
  readonly folder = temporaryFolder();
  readonly bin = join(this.folder, 'bin');
  readonly script = join(this.bin, 'mypy');
  readonly python = join(this.bin, 'python3');
  readonly project = join(this.folder, 'project');
  readonly packages = join(this.folder, 'packages');
  readonly #asked = join(this.folder, 'asked');

  constructor(version = '1.18.2') {
    writeFiles(this.project, { 'a.py': '', 'src/b.py': '' });
    this.install(version);
    writeExecutable(this.script, `#!${this.python}\nimport sys\nfrom mypy.__main__ import console_entry\n`);
  }

  /** As `pip install` does: `version.py` is another. */
  install(version: string): void {
    writeFiles(this.packages, { 'mypy/version.py': `__version__ = "${version}"\n` });
    const file = join(this.packages, 'mypy', 'version.py');
    const answer = { mypy: version, python: '3.11', file, path: [this.bin, this.packages] };
    this.writePython(`echo '${JSON.stringify(answer)}'`);
  }

  writePython(answer: string): void {
    writeExecutable(this.python, `#!/bin/sh\necho "$@" >> '${this.#asked}'\n${answer}\n`);
  }

  timesAsked(): number {
    return existsSync(this.#asked) ? readFileSync(this.#asked, 'utf8').split('print(json').length - 1 : 0;
  }

  invocation(command: readonly string[], more: Partial<Invocation> = {}): Invocation {
    return {
      command,
      cwd: this.project,
      root: this.project,
      env: { PATH: this.bin, HOME: this.folder },
      versions: new VersionMemory(join(this.folder, 'memory', 'versions.json')),
      ...more,
    };
  }
}
