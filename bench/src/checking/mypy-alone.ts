import { run, type Ended } from '@cleanmiss/integration-tests/support';
import type { CheckedProject } from '../corpus/checked-project.js';
import { checkOut } from './check-out.js';
import { commandOf, patience } from './command.js';

/** A checkout where mypy runs without us, and keeps its state in `.mypy_cache`. */
export class MypyAlone {
  readonly checkout: string;
  /** What it says with no state at all: whoever says something else is wrong. */
  readonly answer: Ended;
  readonly #command: readonly string[];

  private constructor(checkout: string, command: readonly string[], answer: Ended) {
    this.checkout = checkout;
    this.#command = command;
    this.answer = answer;
  }

  /** Once, cold: warm from then on. */
  static async check(
    project: CheckedProject,
    folder: string,
    say: (text: string) => void,
  ): Promise<MypyAlone> {
    say(`checking ${project.name} once, cold, for the answer`);
    const checkout = checkOut(project, folder);
    const command = commandOf(project);
    return new MypyAlone(checkout, command, await run(command, { cwd: checkout, ...patience }));
  }

  warm(): Promise<Ended> {
    return run(this.#command, { cwd: this.checkout, ...patience });
  }

  /** `folder`: an empty one. */
  cold(folder: string): Promise<Ended> {
    const [program = '', ...args] = this.#command;
    return run([program, `--cache-dir=${folder}`, ...args], { cwd: this.checkout, ...patience });
  }
}
