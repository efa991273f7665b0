import { chmodSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  VersionMemory,
  type CheckerPlan,
  type CheckerProfile,
  type Invocation,
  type SlotRun,
} from '@cleanmiss/checkers';
import { temporaryFolder, writeFiles } from './folder.js';

/** A project in which a tool from npm is installed, as far as it is looked at before it is started. */
export class NpmProject {
  readonly root: string;
  readonly #place = temporaryFolder();
  readonly #profile: CheckerProfile;

  constructor(profile: CheckerProfile, version: string, files: Readonly<Record<string, string>> = {}) {
    this.#profile = profile;
    this.root = join(this.#place, 'project');
    const tool = join('node_modules', profile.name);
    const program = `${tool}/bin/${profile.name}.js`;
    this.write({
      [`${tool}/package.json`]: JSON.stringify({ name: profile.name, version }),
      [program]: '#!/usr/bin/env node\n',
      'node_modules/.bin/.keep': '',
      ...files,
    });
    chmodSync(join(this.root, program), 0o755);
    symlinkSync(
      join('..', profile.name, 'bin', `${profile.name}.js`),
      join(this.root, 'node_modules/.bin', profile.name),
    );
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.root, files);
  }

  /** `@` stands for the tool as it is installed. */
  plan(line: string, more: Partial<Invocation> = {}): Promise<CheckerPlan> {
    const { name } = this.#profile;
    const command = line.split(' ').map((word) => (word === '@' ? `node_modules/.bin/${name}` : word));
    return this.#profile.plan({
      command,
      cwd: this.root,
      root: this.root,
      env: { PATH: dirname(process.execPath) },
      versions: new VersionMemory(join(this.#place, 'versions.json')),
      ...more,
    });
  }

  async slotRun(line: string, more: Partial<Invocation> = {}): Promise<SlotRun> {
    const plan = await this.plan(line, more);
    if (plan.kind === 'pass-through') throw new Error(plan.why);
    return plan;
  }

  async whyNot(line: string, more: Partial<Invocation> = {}): Promise<string | undefined> {
    const plan = await this.plan(line, more);
    return plan.kind === 'pass-through' ? plan.why : undefined;
  }
}
