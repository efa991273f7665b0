import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { answerOf } from './answers.js';
import { assertStoreIsClean, check, slotsInUse, startCheck, type Checked } from './cleanmiss.js';
import { count } from './counts.js';
import { commitAll, git, initialCommit } from './git.js';
import { run, type Ended } from './processes.js';
import { installSet } from './npm-tools.js';
import { temporaryDirectory } from './temporary.js';

const isLong = process.env['CLEANMISS_LONG'] === '1';

/** A checker from npm in one version. */
export interface Tool {
  /** As people call it: `tsc 5.9`. */
  readonly name: string;
  /** The set of scripts/setup/npm-tools.mjs that is to be the project's `node_modules`. */
  readonly set: string;
}

export interface ProfileSubject {
  /** All that the suite is run with; the first of them also in the short `npm test`. */
  readonly tools: readonly Tool[];
  /** Writes real code, in the full counts of at least 200 files, and the checker's configuration; no `node_modules`. */
  writeProject(directory: string): void;
  /** Starts the checker in the project, as a user does without a cache. */
  readonly command: readonly string[];
  /** Changes one file so that the checker has something to say of it, or of one that depends on it. */
  change(directory: string): void;
  /** Further arguments with which it is not ours to redirect, and a part of the reason that is given. */
  readonly declined: readonly { readonly args: readonly string[]; readonly why: RegExp }[];
  /** Files that the checker writes beside its state: part of its answer. Default: none. */
  readonly outputs?: (directory: string) => Readonly<Record<string, string>>;
  /**
   * Also in the short `npm test`: each step (the others end with a change), and kills. What is ours in them is the same for every checker, so that one may stand for all.
   * Default: no.
   */
  readonly standsForAll?: boolean;
  /** Environment that the checker needs. Default: nothing. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * What holds for every checker: cold, warm, moved, changed, branch-switched, two versions at once, killed, declined. After
 * each step the answer is compared with that of the checker alone, without any state, in a copy of the project.
 */
export function describeProfile(name: string, subject: ProfileSubject): void {
  const inFull = isLong || subject.standsForAll === true;
  const tools = subject.tools.slice(0, count({ full: subject.tools.length, quick: 1 }));
  describe(`the profile of ${name}`, () => {
    for (const tool of tools) {
      it(`answers as ${tool.name} alone: cold, warm, moved, changed, on another branch`, async (t) => {
        const place = new Place(temporaryDirectory(t), subject);
        const mine = place.checkout('mine', tool);
        await mine.expect('cold', 'miss');
        await mine.expect('warm', 'hit');
        const theirs = place.clone(mine, 'elsewhere/of/theirs', tool);
        await theirs.expect('moved', 'hit');

        git(mine.directory, 'checkout', '--quiet', '-b', 'topic');
        subject.change(mine.directory);
        const said = await mine.expect('changed', 'hit');
        assert.notEqual(said.code, 0, 'the change is one that the checker must tell');
        if (!inFull) return;
        await mine.expect('changed, once more', 'hit');
        commitAll(mine.directory, 'A mistake');
        await mine.expect('committed', 'hit');
        git(mine.directory, 'checkout', '--quiet', 'main');
        await mine.expect('back on the first branch', 'hit');
        git(mine.directory, 'checkout', '--quiet', 'topic');
        await mine.expect('on the second branch again', 'hit');

        // The clean state of another commit says nothing of this one.
        subject.change(theirs.directory);
        await theirs.expect('changed elsewhere', 'hit');
      });
    }

    if (subject.tools.length > 1 && count({ full: 2, quick: 1 }) > 1) {
      const [one, other] = subject.tools as [Tool, Tool];
      it(`keeps ${one.name} and ${other.name} apart, at once on one store`, async (t) => {
        const place = new Place(temporaryDirectory(t), subject);
        const checkouts = [place.checkout('one', one), place.checkout('other', other)];
        await Promise.all(checkouts.map((checkout) => checkout.expect('cold', 'miss')));
        await Promise.all(checkouts.map((checkout) => checkout.expect('warm', 'hit')));
        if (!isLong) return;
        for (const { directory } of checkouts) subject.change(directory);
        await Promise.all(checkouts.map((checkout) => checkout.expect('changed', 'hit')));
      });
    }

    const kills = count({ full: 20, quick: subject.standsForAll ? 1 : 0 });
    if (kills > 0)
      it(`leaves a clean store and a right next run after ${String(kills)} kills`, async (t) => {
        const place = new Place(temporaryDirectory(t), subject);
        const [tool] = subject.tools as [Tool];
        const mine = place.checkout('mine', tool);
        const { durationMs } = await mine.check();
        for (let i = 0; i < kills; i++) {
          const victim = place.clone(mine, `victim-${String(i)}`, tool);
          if (i % 2 === 0) subject.change(victim.directory);
          // Spread over the run; nothing is synchronised by it.
          await victim.killAfter((durationMs * (i + 1)) / (kills + 1));
          await assertStoreIsClean(place.store);
          assert.equal(await slotsInUse(victim.directory, place.store), 0);
          await victim.expect(`after kill ${String(i)}`);
        }
      });

    const declined = subject.declined.slice(
      0,
      count({ full: subject.declined.length, quick: subject.standsForAll ? 1 : 0 }),
    );
    for (const { args, why } of declined) {
      it(`passes through: ${args.join(' ')}`, async (t) => {
        const place = new Place(temporaryDirectory(t), subject);
        const mine = place.checkout('mine', subject.tools[0]!);
        const { ended: expected } = await mine.aloneInPlace(args);
        const checked = await mine.check(args);
        assert.equal(checked.report.reason, 'passed-through');
        assert.match(checked.report.notice ?? '', why);
        assert.equal(checked.code, expected.code);
        assert.equal(checked.stdout, expected.stdout);
      });
    }
  });
}

class Place {
  readonly store: string;
  readonly #directory: string;
  readonly #subject: ProfileSubject;

  constructor(directory: string, subject: ProfileSubject) {
    this.#directory = directory;
    this.#subject = subject;
    this.store = join(directory, 'store');
  }

  checkout(name: string, tool: Tool): Checkout {
    const directory = join(this.#directory, name);
    this.#subject.writeProject(directory);
    appendFileSync(join(directory, '.gitignore'), 'node_modules\n/dist\n');
    initialCommit(directory);
    return this.#checkoutAt(directory, tool);
  }

  /** At another path, with other times, and without what git does not know of. */
  clone({ directory }: Checkout, name: string, tool: Tool): Checkout {
    const target = join(this.#directory, name);
    git(this.#directory, 'clone', '--quiet', directory, target);
    return this.#checkoutAt(target, tool);
  }

  #checkoutAt(directory: string, tool: Tool): Checkout {
    installSet(tool.set, directory);
    return new Checkout({ directory, tool, store: this.store, subject: this.#subject });
  }
}

interface Alone {
  readonly ended: Ended;
  readonly outputs: Readonly<Record<string, string>> | undefined;
}

interface CheckoutOptions {
  readonly directory: string;
  readonly tool: Tool;
  readonly store: string;
  readonly subject: ProfileSubject;
}

class Checkout {
  readonly directory: string;
  readonly #options: CheckoutOptions;
  /** What it said alone of each content that the checkout has had. */
  readonly #known = new Map<string, Alone>();

  constructor(options: CheckoutOptions) {
    this.directory = options.directory;
    this.#options = options;
  }

  /** Runs with us, compares with the checker alone, and with the outcome that is wanted. */
  async expect(about: string, outcome?: 'hit' | 'miss'): Promise<Checked> {
    const { subject, tool } = this.#options;
    // At the same path, as answers name it: first alone, in place of what is there, then with us.
    const content = contentOf(this.directory);
    const expected = this.#known.get(content) ?? (await this.aloneInPlace());
    this.#known.set(content, expected);
    const checked = await this.check();
    const words = `${tool.name}, ${about}`;
    assert.deepEqual(answerOf(checked), answerOf(expected.ended), words);
    assert.deepEqual(checked.report.degraded, [], words);
    assert.deepEqual(subject.outputs?.(this.directory), expected.outputs, words);
    if (outcome) assert.equal(checked.report.outcome, outcome, `${words}: ${checked.report.reason ?? ''}`);
    return checked;
  }

  check(args: readonly string[] = []): Promise<Checked> {
    const { store, subject } = this.#options;
    return check([...subject.command, ...args], { cwd: this.directory, store, env: subject.env ?? {} });
  }

  async killAfter(ms: number): Promise<void> {
    const { store, subject } = this.#options;
    const running = startCheck(subject.command, { cwd: this.directory, store, env: subject.env ?? {} });
    await new Promise((resolve) => setTimeout(resolve, ms));
    await running.killAll();
  }

  /** What it says and writes here with nothing of an earlier run to be found; what was there is there again afterwards. */
  async aloneInPlace(args: readonly string[] = []): Promise<Alone> {
    const { subject, tool } = this.#options;
    const aside = `${this.directory}.aside`;
    renameSync(this.directory, aside);
    cpSync(aside, this.directory, {
      recursive: true,
      filter: (path) => !isLeftOut(path.slice(aside.length)),
    });
    installSet(tool.set, this.directory);
    try {
      removeIgnored(this.directory);
      const ended = await run([...subject.command, ...args], { cwd: this.directory, env: subject.env ?? {} });
      return { ended, outputs: subject.outputs?.(this.directory) };
    } finally {
      rmSync(this.directory, { recursive: true, force: true });
      renameSync(aside, this.directory);
    }
  }
}

function isLeftOut(path: string): boolean {
  return /^[\\/](?:node_modules|\.cleanmiss)(?:[\\/]|$)/.test(path);
}

function contentOf(directory: string): string {
  const paths = git(directory, 'ls-files', '--cached', '--others', '--exclude-standard').split('\n');
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(readFileSync(join(directory, path)));
  return hash.digest('hex');
}

/** What git ignores: outputs and states, but for the checker itself. */
function removeIgnored(directory: string): void {
  const ignored = git(directory, 'ls-files', '--others', '--ignored', '--exclude-standard', '--directory');
  const paths = ignored.split('\n').filter((path) => path !== '' && path !== 'node_modules/');
  for (const path of paths) rmSync(join(directory, path), { recursive: true, force: true });
}
