import { statfsSync } from 'node:fs';
import { findProfile, type CheckerPlan, type CheckerProfile, type SlotRun } from '@cleanmiss/checkers';
import { keyHashOf } from '@cleanmiss/core';
import {
  headOf,
  leaseSlot,
  projectIdentity,
  type LeasedSlot,
  type PreparedSnapshot,
} from '@cleanmiss/snapshot';
import { uploadInBackground } from './background-upload.js';
import type { Degradation } from './degradation.js';
import { CannotStartError, type RunRequest } from './request.js';
import { nothing, type RunReason, type RunReport, type Volume } from './report.js';
import { receivedBytes } from './received-bytes.js';
import { SlotSession, type Prepared } from './slot-session.js';
import { spawnChecker, type Ended, type SpawnOptions } from './spawn-checker.js';
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
  #profile: CheckerProfile | undefined;
  #notice: string | null = null;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#watch = new Stopwatch(request.bootMs);
    this.#degradation = request.degradation;
  }

  async toReport(): Promise<RunReport> {
    const plan = await this.#watch.time('planMs', () => this.#plan());
    if (plan.kind === 'pass-through') return await this.#passThrough(plan.why);
    const slot = await this.#watch.time('restoreMs', () => this.#lease(plan));
    if (!slot) return await this.#runStateless(plan);
    try {
      return await this.#runOn(slot, plan);
    } finally {
      slot.lease.release();
    }
  }

  #plan(): Promise<CheckerPlan> | CheckerPlan {
    const { command, config, nested } = this.#request;
    this.#profile = findProfile(command) ?? nested;
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

  #lease(plan: SlotRun): Promise<LeasedSlot | undefined> {
    const { root } = this.#request;
    const lease = () =>
      leaseSlot({ root, checker: this.#profile!.name, contextHash: contextHashOf(this.#profile!, plan) });
    return this.#degradation.guard('lease', lease, undefined);
  }

  async #runOn(slot: LeasedSlot, plan: SlotRun): Promise<RunReport> {
    const session = await this.#degradation.guard(
      'open',
      async () => this.#openSession(slot, plan),
      undefined,
    );
    const prepared = session && (await this.#watch.time('restoreMs', () => this.#prepare(session)));
    if (!session || !prepared) return await this.#runStateless(plan);
    const checked = this.#check(slot, plan, session, true);
    // Beside the checker, on another core: what came from a remote is kept for the next checkout here.
    const filled = this.#degradation.guard('fill', () => this.#keepRestored(session), undefined);
    const first = await checked;
    await filled;
    if (plan.meaningOf(first) === 'crash') {
      if (isDiskFull(slot.stateDir)) {
        this.#degradation.add('check', `no room for the state of ${this.#profile!.name}`);
        return await this.#runStateless(plan);
      }
      if (prepared.snapshot !== null) return await this.#heal(slot, plan, session, prepared);
    }
    process.stderr.write(first.heldStderr);
    return await this.#conclude(slot, session, plan, first, prepared);
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
    });
  }

  /** `undefined`: the slot cannot be used. */
  async #prepare(session: SlotSession): Promise<Prepared | undefined> {
    const before = receivedBytes(this.#request.opened);
    const prepare = () => this.#request.progress('restoring', () => session.prepare());
    const prepared = await this.#degradation.guard('restore', prepare, undefined);
    // What was restored by half is in nobody's way, least of all on a full disk.
    if (!prepared) await this.#degradation.guard('restore', () => session.startCold(), undefined);
    const remoteBytes = receivedBytes(this.#request.opened) - before;
    return prepared && { ...prepared, restored: { ...prepared.restored, remoteBytes } };
  }

  async #keepRestored(session: SlotSession): Promise<void> {
    const { config, opened } = this.#request;
    session.remember();
    await opened.settle();
    if (config.mode === 'read-write') await session.lookAhead();
  }

  /**
   * The crash may be the state's fault: the check is run once more without. What came from the store is set aside there.
   * What the slot had kept since an earlier run may have been damaged here, so that is no reason to keep others from it.
   */
  async #heal(slot: LeasedSlot, plan: SlotRun, session: SlotSession, prepared: Prepared): Promise<RunReport> {
    const { name } = this.#profile!;
    const snapshot = prepared.source === 'slot' ? null : prepared.snapshot;
    const what = snapshot
      ? `snapshot ${snapshot.slice(0, 12)}; it is set aside`
      : 'what its slot held; that is removed';
    this.#notice = `${name} broke down on ${what} and the check is run once more, cold`;
    this.#request.warn(this.#notice);
    const why = `${name} ${plan.version} broke down on it`;
    if (snapshot) await this.#setAside(session, snapshot, why, false);
    await this.#degradation.guard('restore', () => session.startCold(), undefined);
    const second = await this.#check(slot, plan, session, false);
    // Where it breaks down cold as well, it was not the snapshot's fault. Else the whole team is better off without it.
    if (snapshot && plan.meaningOf(second) === 'crash') await this.#takeBack(session, snapshot);
    else if (snapshot) await this.#setAside(session, snapshot, why, true);
    return await this.#conclude(slot, session, plan, second, {
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
    slot: LeasedSlot,
    session: SlotSession,
    plan: SlotRun,
    ended: Ended,
    start: Start,
  ): Promise<RunReport> {
    const published = await this.#afterwards(slot, session, plan, ended);
    const remoteBytes = await this.#watch.time('publishMs', () =>
      this.#degradation.guard('upload', () => this.#upload(), 0),
    );
    const snapshot = session.snapshot;
    return this.#report(plan.version, ended, start, { ...published, remoteBytes, snapshot });
  }

  /** Bytes sent, as far as we waited for it. */
  async #upload(): Promise<number> {
    const { opened, uploadCommand, waits } = this.#request;
    const { uploaded = [], trouble } = await uploadInBackground(opened, uploadCommand, waits);
    for (const words of trouble) this.#degradation.add('upload', words);
    return uploaded.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  }

  async #check(slot: LeasedSlot, plan: SlotRun, session: SlotSession, holdCrash: boolean): Promise<Ended> {
    const { command, env: directed } = plan.direct(slot.stateDir);
    const onTerminal = process.stdout.isTTY && process.stderr.isTTY && plan.watchStderr;
    const env = { ...directed, ...(onTerminal ? plan.ttyEnv : {}) };
    try {
      return await this.#spawn({
        command,
        env,
        inheritedFd: slot.lease.fd,
        watchStderr: plan.watchStderr,
        holdCrash,
      });
    } catch (error) {
      await this.#keepIfUntouched(session);
      throw error;
    }
  }

  async #keepIfUntouched(session: SlotSession): Promise<void> {
    const keep = async () => {
      session.keepIfUntouched();
    };
    await this.#watch.time('captureMs', () => this.#degradation.guard('capture', keep, undefined));
  }

  /** What becomes of the state that the checker left. */
  async #afterwards(slot: LeasedSlot, session: SlotSession, plan: SlotRun, ended: Ended): Promise<Volume> {
    if (!this.#isStillOurs(slot)) return nothing;
    if (plan.meaningOf(ended) !== 'normal') {
      // Helpers of a killed checker may still be writing.
      if (ended.signal === null) await this.#keepIfUntouched(session);
      return nothing;
    }
    const captured = await this.#watch.time('captureMs', () =>
      this.#degradation.guard('capture', async () => ({ news: await session.capture() }), undefined),
    );
    if (!captured || !this.#isStillOurs(slot)) return nothing;
    const published = await this.#publish(session, captured.news);
    const settle = async () => {
      if (this.#isStillOurs(slot)) session.settle(published !== undefined);
    };
    await this.#watch.time('captureMs', () => this.#degradation.guard('capture', settle, undefined));
    return published ?? nothing;
  }

  /** `undefined`: the store has not got it. */
  async #publish(session: SlotSession, news: PreparedSnapshot | undefined): Promise<Volume | undefined> {
    if (this.#request.config.mode !== 'read-write') return undefined;
    const publish = () => this.#request.progress('storing', () => session.publish(news));
    return await this.#watch.time('publishMs', () =>
      this.#degradation.guard<Volume | undefined>('publish', publish, undefined),
    );
  }

  /** Where somebody removed `.cleanmiss` during the check, another may have a slot of the same name by now. */
  #isStillOurs(slot: LeasedSlot): boolean {
    if (slot.lease.stillHolds()) return true;
    this.#degradation.add('capture', 'the slot was removed during the check');
    return false;
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
    const spawned = () => spawnChecker({ ...options, cwd, env: { ...env, ...options.env } });
    try {
      return await this.#watch.time('checkerMs', spawned);
    } catch (error) {
      throw new CannotStartError(options.command[0]!, error as NodeJS.ErrnoException);
    }
  }

  #report(
    version: string | null,
    { code, signal }: Ended,
    { outcome, reason, snapshot, source, restored }: Start,
    published: RunReport['published'],
  ): RunReport {
    const checker = { name: this.#profile?.name ?? null, version, exitCode: code, signal };
    return {
      outcome,
      reason,
      snapshot,
      source,
      notice: this.#notice,
      checker,
      restored,
      published,
      timings: this.#watch.timings(this.#request.opened.budget.spentMs()),
      degraded: this.#degradation.entries,
    };
  }
}

/** What the checker started from, and why from no more. */
type Start = Omit<Prepared, 'reason'> & { readonly reason: RunReason | null };

/** The checker's standard error is its own. */
const quiet = { watchStderr: false, holdCrash: false } as const;

/** Less than this free, and a checker cannot be expected to write its state. */
const minFreeBytes = 1024 * 1024;

function isDiskFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < minFreeBytes;
  } catch {
    return false;
  }
}

function contextHashOf(profile: CheckerProfile, { context }: SlotRun): string {
  return keyHashOf({ checker: profile.name, ...context });
}
