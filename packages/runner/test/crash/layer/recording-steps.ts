import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step, Steps } from './steps.js';

/**
 * Writes down every step. And looks at the whole sandbox before and after each: whatever changes in between has bypassed the
 * layer, and a matrix that does not know of it would not be complete.
 */
export class RecordingSteps implements Steps {
  readonly taken: Step[] = [];
  readonly #root: string;
  #last: string;

  constructor(root: string) {
    this.#root = root;
    this.#last = treeOf(root);
  }

  before(step: Step): void {
    this.expectNothingUnseen(`${step.call} ${step.path}`);
    this.taken.push(step);
  }

  after(): void {
    this.#last = treeOf(this.#root);
  }

  expectNothingUnseen(when: string): void {
    const now = treeOf(this.#root);
    if (now === this.#last) return;
    throw new Error(
      `before ${when}, the disk changed by no step that was seen:\n${this.#last}\nis now\n${now}`,
    );
  }
}

/** All that a step may change. */
function treeOf(root: string): string {
  const lines = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => {
    const { mode, size, mtimeMs, ino, nlink } = lstatSync(join(root, path));
    return [path, mode, size, mtimeMs, ino, nlink].join(' ');
  });
  return lines.sort().join('\n');
}
