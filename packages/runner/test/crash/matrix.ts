import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { build } from 'esbuild';
import type { Order, Word } from './child.js';
import type { Kill } from './layer/killing-steps.js';
import type { Mutant } from './layer/mutants.js';
import type { Step } from './layer/steps.js';
import type { Checks, Operation } from './operation.js';
import { Sandbox } from './sandbox.js';

/** This many children at a time. */
const poolSize = 2;

export interface MatrixOptions {
  /** The file in `operations/` that exports the operation among its `operations`. */
  readonly file: string;
  readonly operation: Operation;
  readonly checks: Checks;
  /** Default: none. */
  readonly mutant?: Mutant;
  /** Every kill in brief as well. Default: in brief, before each sixth step. */
  readonly isFullInBrief?: boolean;
}

const isLong = process.env['CLEANMISS_LONG'] === '1';

/**
 * Kills an operation at every step there is, each time from the beginning: before the step, and in the middle of those that can
 * be done by half. After each kill: the checks, the operation once more, and the comparison with the outcome of a run
 * that nobody disturbed. Rejects with the first kill after which something is not as it should be.
 */
export async function killAtEveryStep(t: TestContext, options: MatrixOptions): Promise<void> {
  const matrix = new Matrix(options, await bundleChild(t, options.file));
  const { steps, kills, torn } = await matrix.run();
  const { name } = options.operation;
  t.diagnostic(`${name}: ${steps} steps, ${kills} kills, ${torn} of them in the middle of a step`);
}

class Matrix {
  readonly #options: MatrixOptions;
  readonly #child: string;

  constructor(options: MatrixOptions, child: string) {
    this.#options = options;
    this.#child = child;
  }

  async run(): Promise<{ readonly steps: number; readonly kills: number; readonly torn: number }> {
    const { steps, outcome } = await this.#undisturbed();
    assert.ok(steps.length > 0, 'there are steps');
    const isFull = isLong || this.#options.isFullInBrief;
    const kills = steps.flatMap((each, step): Kill[] => {
      if (!isFull) return step % 6 === 0 ? [{ step, moment: 'before' }] : [];
      return [{ step, moment: 'before' }, ...(each.tears ? [{ step, moment: 'torn' } as const] : [])];
    });
    const waiting = kills.values();
    const killAll = async () => {
      for (const kill of waiting) await this.#tryKill(kill, steps[kill.step]!, outcome);
    };
    const pool = Array.from({ length: poolSize }, () =>
      // The others are not to go on after a failure.
      killAll().finally(() => [...waiting]),
    );
    await Promise.allSettled(pool);
    await Promise.all(pool);
    return {
      steps: steps.length,
      kills: kills.length,
      torn: kills.filter(({ moment }) => moment === 'torn').length,
    };
  }

  /** Also the last moment to be killed in: after the last step. */
  async #undisturbed(): Promise<{ readonly steps: readonly Step[]; readonly outcome: unknown }> {
    using sandbox = new Sandbox();
    const { operation, checks } = this.#options;
    await operation.prepare(sandbox.path);
    const { words, signal, stderr } = await this.#runChild(sandbox.path);
    const last = words.at(-1);
    assert.ok(last && 'ended' in last, `the undisturbed child ended with ${signal ?? 'an error'}: ${stderr}`);
    await checks.expectSound(sandbox.path, toldIn(words));
    const outcome = await checks.outcome(sandbox.path);
    await operation.perform(sandbox.path, (what) => checks.onceMore?.(sandbox.path, what));
    assert.deepEqual(await checks.outcome(sandbox.path), outcome, 'once more changes nothing');
    return { steps: last.ended, outcome };
  }

  async #tryKill(kill: Kill, step: Step, outcome: unknown): Promise<void> {
    using sandbox = new Sandbox();
    try {
      await this.#kill(sandbox.path, kill, step, outcome);
    } catch (error) {
      const where = `killed ${kill.moment === 'torn' ? 'in' : 'before'} step ${kill.step}: ${step.call} ${step.path}`;
      throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
    }
  }

  async #kill(sandbox: string, kill: Kill, step: Step, undisturbed: unknown): Promise<void> {
    const { operation, checks } = this.#options;
    await operation.prepare(sandbox);
    const { words, signal, stderr } = await this.#runChild(sandbox, kill);
    assert.equal(signal, 'SIGKILL', `the child was not killed: ${stderr}`);
    const last = words.at(-1);
    assert.ok(last && 'killed' in last);
    assert.deepEqual(withoutUnique(last.killed), withoutUnique(step), 'the same step as in the recording');
    await checks.expectSound(sandbox, toldIn(words));
    await operation.perform(sandbox, (what) => checks.onceMore?.(sandbox, what));
    assert.deepEqual(await checks.outcome(sandbox), undisturbed, 'as if there had been no kill');
  }

  #runChild(sandbox: string, kill?: Kill): Promise<Ended> {
    const { operation, mutant } = this.#options;
    const order: Order = {
      operation: operation.name,
      sandbox,
      ...(kill ? { kill } : {}),
      ...(mutant ? { mutant } : {}),
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [this.#child, JSON.stringify(order)], (error, stdout, stderr) => {
        const lines = stdout.split('\n').filter(Boolean);
        const words = lines.map((line) => JSON.parse(line) as Word);
        resolve({ words, signal: error?.signal ?? null, stderr });
      });
    });
  }
}

interface Ended {
  readonly words: readonly Word[];
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** In one file it starts in half the time, and it is started hundreds of times. */
async function bundleChild(t: TestContext, file: string): Promise<string> {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  // Inside the package, from where the addon that is not bundled is found.
  const outfile = join(folder, `child-${file}-${process.pid}.mjs`);
  t.after(() => rmSync(outfile, { force: true }));
  const main = `import { operations } from './operations/${file}.js';
    import { runChild } from './child.js';
    await runChild(operations);`;
  await build({
    stdin: { contents: main, resolveDir: folder },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: {
      js: "import { createRequire as requireHere } from 'node:module'; const require = requireHere(import.meta.url);",
    },
    external: ['fs-native-extensions'],
    logLevel: 'warning',
  });
  return outfile;
}

function toldIn(words: readonly Word[]): ReadonlySet<string> {
  return new Set(words.flatMap((word) => ('told' in word ? [word.told] : [])));
}

/** Names of temporary files hold a UUID and a count; the folder of a remote is named by where that is. */
function withoutUnique({ call, path }: Step): string {
  const named = path.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '*').replace(/\d{15}-\*/, '*');
  return `${call} ${named.replace(/remotes\/[0-9a-f]{16}/, 'remotes/*')}`;
}
