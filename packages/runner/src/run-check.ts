import { existsSync } from 'node:fs';
import type { CheckerPlan, CheckerProfile, SlotRun } from '@cleanmiss/checkers';
import { headOf, leaseSlot, projectIdentity, projectStatePath, type LeasedSlot } from '@cleanmiss/snapshot';
import { aboutOf, contextHashOf, slotHashOf } from './context-hash.js';
import type { Degradation } from './degradation.js';
import { isDiskFull } from './disk-full.js';
import { CannotStartError, type RunRequest } from './request.js';
import { nothing, type RunReason, type RunReport } from './report.js';
import { receivedBytes } from './received-bytes.js';
import { Answers } from './replay/answers.js';
import type { Answer } from './replay/replay.js';
import { SlotSession, type Prepared } from './slot-session.js';
import { spawnChecker, type Ended, type SpawnOptions } from './spawn-checker.js';
import { StateKeeper } from './state-keeper.js';
import { Stopwatch } from './stopwatch.js';
import { versionMemoryOf } from './version-memory.js';

/**
 * One check on a private slot. Answers when the checker has ended and its state is stored; rejects only where the
 * command cannot be started.
 * @throws {CannotStartError}
 */
export async function runCheck(request: RunRequest): Promise<RunReport> {
  const run = new CheckRun(request);
  return await run.toReport();
}

class CheckRun {
  readonly #request: RunRequest;
  readonly #watch: Stopwatch;
  readonly #degradation: Degradation;
  readonly #answers: Answers;
  #profile: CheckerProfile | undefined;
  #notice: string | null = null;
  #context: string | null = null;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#watch = new Stopwatch(request.bootMs);
    this.#degradation = request.degradation;
    this.#answers = new Answers(request, this.#watch);
  }

  async toReport(): Promise<RunReport> {
    const planned = this.#watch.time('planMs', () => this.#plan());
    this.#connectAhead();
    const plan = await planned;
    if (plan.kind === 'pass-through') return await this.#passThrough(plan.why);
    this.#context = contextHashOf(this.#profile!, plan);
    const answer = await this.#answers.look(this.#profile!, plan);
    if (answer) return await this.#giveAnswer(plan, answer);
    const slot = await this.#watch.time('restoreMs', () => this.#lease(plan));
    if (!slot) return await this.#runStateless(plan);
    try {
      return await this.#runOn(slot, plan);
    } finally {
      slot.lease.release();
    }
  }

  /** In a project without slots the remotes will be asked: there is time to connect while the checker is asked for its version. */
  #connectAhead(): void {
    const { config, opened, root } = this.#request;
    const isFirst = config.mode !== 'off' && !existsSync(projectStatePath(root, 'slots'));
    if (this.#profile && isFirst) opened.connect();
  }

  #plan(): Promise<CheckerPlan> | CheckerPlan {
    const { checkers, command, config, nested } = this.#request;
    this.#profile = checkers.startedBy(command) ?? nested;
    if (config.mode === 'off') return { kind: 'pass-through', why: 'the cache is switched off' };
    if (!this.#profile) return { kind: 'pass-through', why: `no profile knows the command ${command[0]!}` };
    const profile = this.#profile;
    const plan = () =>
      profile.recognises(command) ? profile.plan(this.#invocation()) : profile.planNested(this.#invocation());
    return this.#degradation.guard<CheckerPlan>('plan', plan, {
      kind: 'pass-through',
      why: 'the checker could not be looked at',
    });
  }

  #invocation() {
    const { command, env, cwd, root, config } = this.#request;
    return { command, env, cwd, root, versions: versionMemoryOf(config) };
  }

  async #giveAnswer({ version }: SlotRun, answer: Answer): Promise<RunReport> {
    await this.#answers.give(answer);
    const ended = { code: answer.exitCode, signal: null };
    const start = {
      outcome: 'hit',
      reason: null,
      snapshot: null,
      source: 'answer',
      restored: nothing,
    } as const;
    return this.#report(version, ended, start, { ...nothing, snapshot: null });
  }

  #lease(plan: SlotRun): Promise<LeasedSlot | undefined> {
    const { config, root } = this.#request;
    const profile = this.#profile!;
    const contextHash = slotHashOf(contextHashOf(profile, plan), config);
    const lease = () => leaseSlot({ root, checker: profile.name, contextHash });
    return this.#degradation.guard('lease', lease, undefined);
  }

  async #runOn(slot: LeasedSlot, plan: SlotRun): Promise<RunReport> {
    const session = await this.#degradation.guard(
      'open',
      async () => this.#openSession(slot, plan),
      undefined,
    );
    const prepared =
      session && (await this.#watch.time('restoreMs', () => this.#prepare(session, plan, slot)));
    if (!session || !prepared) return await this.#runStateless(plan);
    const keeper = new StateKeeper({ request: this.#request, watch: this.#watch, plan, slot, session });
    const checked = this.#check(slot, plan, keeper, true);
    const kept = keeper.besideChecker(checked);
    const first = await checked;
    await kept;
    if (plan.meaningOf(first) === 'refused') return await this.#runStateless(plan);
    if (plan.meaningOf(first) === 'crash') {
      if (isDiskFull(slot.stateDir)) {
        this.#degradation.add('check', `no room for the state of ${this.#profile!.name}`);
        return await this.#runStateless(plan);
      }
      if (prepared.snapshot !== null) return await this.#heal(slot, plan, session, keeper, prepared);
    }
    process.stderr.write(first.heldStderr);
    return await this.#conclude(session, plan, keeper, first, prepared);
  }

  #openSession(slot: LeasedSlot, plan: SlotRun): SlotSession {
    const { root, env, config, opened } = this.#request;
    return new SlotSession({
      slot,
      root,
      env,
      cache: opened.strict,
      local: opened.local,
      isShared: opened.remotes.length > 0,
      outage: this.#degradation.sink,
      contextHash: contextHashOf(this.#profile!, plan),
      layout: plan.layout,
      position: { project: config.project ?? projectIdentity(root), head: headOf(root, env) },
      storeId: () => opened.storeId(),
      about: aboutOf(this.#profile!, plan),
      writer: opened.writer,
      revocations: opened.revocations,
    });
  }

  /** `undefined`: the slot cannot be used. */
  async #prepare(
    session: SlotSession,
    plan: SlotRun,
    { stateDir }: LeasedSlot,
  ): Promise<Prepared | undefined> {
    const before = receivedBytes(this.#request.opened);
    const prepare = async () => {
      const prepared = await this.#request.progress('restoring', () => session.prepare());
      await plan.enter?.(stateDir);
      return prepared;
    };
    const prepared = await this.#degradation.guard('restore', prepare, undefined);
    // What was restored by half is in nobody's way, least of all on a full disk.
    if (!prepared) await this.#degradation.guard('restore', () => session.startCold(), undefined);
    const remoteBytes = receivedBytes(this.#request.opened) - before;
    return prepared && { ...prepared, restored: { ...prepared.restored, remoteBytes } };
  }

  /**
   * The crash may be the state's fault: the check is run once more without. What came from the store is set aside there.
   * What the slot had kept since an earlier run may have been damaged here, so that is no reason to keep others from it.
   */
  async #heal(
    slot: LeasedSlot,
    plan: SlotRun,
    session: SlotSession,
    keeper: StateKeeper,
    prepared: Prepared,
  ): Promise<RunReport> {
    const { name } = this.#profile!;
    const snapshot = prepared.source === 'slot' ? null : prepared.snapshot;
    const what = snapshot
      ? `snapshot ${snapshot.slice(0, 12)}; it is set aside`
      : 'what its slot held; that is removed';
    this.#notice = `${name} broke down on ${what} and the check is run once more, cold`;
    this.#request.warn(this.#notice);
    const why = `${name} ${plan.version} broke down on it`;
    if (snapshot) await this.#setAside(session, snapshot, why, false);
    // What was said so far is none of the answer.
    this.#answers.record?.giveUp();
    const startCold = async () => {
      await session.startCold();
      await plan.enter?.(slot.stateDir);
    };
    await this.#degradation.guard('restore', startCold, undefined);
    const second = await this.#check(slot, plan, keeper, false);
    // Where it breaks down cold as well, it was not the snapshot's fault. Else the whole team is better off without it.
    if (snapshot && plan.meaningOf(second) === 'crash') await this.#takeBack(session, snapshot);
    else if (snapshot) await this.#setAside(session, snapshot, why, true);
    return await this.#conclude(session, plan, keeper, second, {
      ...prepared,
      outcome: 'miss',
      reason: 'crashed',
    });
  }

  #setAside(session: SlotSession, snapshot: string, why: string, isCertain: boolean): Promise<void> {
    const setAside = () => session.setAside(snapshot, why, isCertain);
    return this.#degradation.guard('set aside', setAside, undefined);
  }

  #takeBack(session: SlotSession, snapshot: string): Promise<void> {
    return this.#degradation.guard('take back', () => session.takeBack(snapshot), undefined);
  }

  async #conclude(
    session: SlotSession,
    plan: SlotRun,
    keeper: StateKeeper,
    ended: Ended,
    start: Start,
  ): Promise<RunReport> {
    const published = await keeper.afterChecker(ended);
    await this.#answers.keep(plan, session.origins, ended);
    const remoteBytes = await keeper.upload();
    await keeper.keepHouse(start, published);
    const snapshot = session.snapshot;
    return this.#report(plan.version, ended, start, { ...published, remoteBytes, snapshot });
  }

  async #check(slot: LeasedSlot, plan: SlotRun, keeper: StateKeeper, holdCrash: boolean): Promise<Ended> {
    const { command, env: directed } = plan.direct(slot.stateDir);
    const onTerminal = process.stdout.isTTY && process.stderr.isTTY && plan.watchStderr;
    const env = { ...directed, ...(onTerminal ? plan.ttyEnv : {}) };
    try {
      const { watchStderr } = plan;
      const { record } = this.#answers;
      const ended = await this.#spawn({
        command,
        env,
        inheritedFd: slot.lease.fd,
        watchStderr,
        holdCrash,
        record,
      });
      return { ...ended, code: ended.code === null ? null : (plan.codeOf?.(ended.code) ?? ended.code) };
    } catch (error) {
      await keeper.keepIfUntouched();
      throw error;
    }
  }

  /** Without a slot: on no state at all rather than on one that others may be writing to. */
  async #runStateless(plan: SlotRun): Promise<RunReport> {
    const ended = await this.#spawn({ ...plan.stateless(), ...quiet });
    const start = {
      outcome: 'miss',
      reason: 'unavailable',
      snapshot: null,
      source: null,
      restored: nothing,
    } as const;
    return this.#report(plan.version, ended, start, { ...nothing, snapshot: null });
  }

  async #passThrough(why: string): Promise<RunReport> {
    this.#notice = why;
    if (this.#degradation.entries.length === 0 && this.#request.config.mode !== 'off') {
      this.#request.warn(`${why}: the command is run as it is`);
    }
    const ended = await this.#spawn({ command: this.#request.command, env: {}, ...quiet });
    const start = {
      outcome: 'miss',
      reason: 'passed-through',
      snapshot: null,
      source: null,
      restored: nothing,
    } as const;
    return this.#report(null, ended, start, { ...nothing, snapshot: null });
  }

  async #spawn(options: Omit<SpawnOptions, 'cwd'>): Promise<Ended> {
    const { cwd, env } = this.#request;
    const spawned = () => spawnChecker({ ...options, cwd, env: { ...env, ...options.env, ...noPrivateKey } });
    try {
      return await this.#watch.time('checkerMs', spawned);
    } catch (error) {
      throw new CannotStartError(options.command[0]!, error as NodeJS.ErrnoException);
    }
  }

  #report(
    version: string | null,
    { code, signal }: Pick<Ended, 'code' | 'signal'>,
    { outcome, reason, snapshot, source, restored }: Start,
    published: RunReport['published'],
  ): RunReport {
    const context = this.#context;
    const checker = { name: this.#profile?.name ?? null, version, context, exitCode: code, signal };
    return {
      outcome,
      reason,
      snapshot,
      source,
      replay: this.#answers.report(source),
      notice: this.#notice,
      checker,
      restored,
      published,
      timings: this.#watch.timings(this.#request.opened.budget.spentMs()),
      untrusted: this.#request.untrusted.counts(),
      degraded: this.#degradation.entries,
    };
  }
}

/** What the checker started from, and why from no more. */
type Start = Omit<Prepared, 'reason'> & { readonly reason: RunReason | null };

/** A plugin of the checker runs what somebody else has written, and signing is not its business. */
const noPrivateKey = { CLEANMISS_PRIVATE_KEY: undefined, CLEANMISS_PRIVATE_KEY_FILE: undefined };

/** The checker's standard error is its own. */
const quiet = { watchStderr: false, holdCrash: false } as const;
