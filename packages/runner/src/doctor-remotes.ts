import type { OpenedCache, OpenedRemote, RedisFacts } from '@cleanmiss/open-cache';
import type { Finding } from './finding.js';

/** Nobody waits longer to hear that a remote is out of reach. */
const patienceMs = 3000;

/** Beyond this, times in metas mislead people; nothing else looks at them. */
const maxSkewMs = 60_000;

/** Restoring on a machine that has nothing asks about so often, one after the other (connections included). */
const roundTripsOfFirstRun = 12;

/** What is to be said of the tiers that others share. */
export async function remoteFindings({ remotes, budget }: OpenedCache): Promise<readonly Finding[]> {
  const perRemote = await Promise.all(remotes.map((remote) => findingsOf(remote, budget.limitMs)));
  return perRemote.flat();
}

async function findingsOf(remote: OpenedRemote, budgetMs: number): Promise<readonly Finding[]> {
  const subject = 'remote';
  const known = remote.readOutage() ?? remote.writeOutage();
  const earlier: readonly Finding[] = known
    ? [{ subject, verdict: 'note', words: `${remote.name} is left alone for a while: ${known}` }]
    : [];
  try {
    const facts = await remote.probe({ signal: AbortSignal.timeout(patienceMs) });
    const words = facts ? describe(remote, facts) : `${remote.name} answers (${remote.mode})`;
    const answer: Finding = { subject, verdict: 'ok', words };
    return [answer, ...earlier, ...(facts ? troubles(remote, facts, budgetMs) : [])];
  } catch (error) {
    const why = error instanceof Error && error.name !== 'TimeoutError' ? error.message : 'no answer in 3 s';
    const words = `${remote.name} cannot be used (${why}): checks go on without it; see CLEANMISS_REMOTE`;
    return [...earlier, { subject, verdict: 'trouble', words }];
  }
}

function describe({ name, mode: use }: OpenedRemote, { mode, version, roundTripMs }: RedisFacts): string {
  const waits = `${ms(roundTripMs)} a round trip, about ${ms(roundTripMs * roundTripsOfFirstRun)} in a first run`;
  return `${name}: Redis ${version ?? 'of an unknown version'}, ${mode}, ${use}, ${waits}`;
}

function troubles(remote: OpenedRemote, facts: RedisFacts, budgetMs: number): readonly Finding[] {
  const found = [writing(remote, facts), memory(facts), clock(facts), latency(facts, budgetMs)];
  return found.filter((finding) => finding !== undefined);
}

function writing({ mode }: OpenedRemote, { canWrite, why }: RedisFacts): Finding | undefined {
  if (canWrite || mode !== 'read-write') return undefined;
  return {
    subject: 'remote',
    verdict: 'trouble',
    words: `it may not be written to (${why ?? 'refused'}): allow it, or set CLEANMISS_REMOTE_MODE=read`,
  };
}

/** Every key of ours has an end, so that the `volatile-` policies find enough to evict. */
function memory({ maxmemoryBytes, maxmemoryPolicy, usedMemoryBytes }: RedisFacts): Finding | undefined {
  const subject = 'remote';
  if (maxmemoryBytes === undefined || maxmemoryPolicy === undefined) return undefined;
  if (maxmemoryBytes === 0) {
    const words = 'maxmemory is not set: it grows until its machine has no memory left; set it, and a policy';
    return { subject, verdict: 'note', words };
  }
  if (maxmemoryPolicy.includes('noeviction')) {
    const words =
      'maxmemory-policy is noeviction: once it is full it stores nothing new; set allkeys-lru or volatile-lru';
    return { subject, verdict: 'trouble', words };
  }
  const share = Math.round((100 * (usedMemoryBytes ?? 0)) / maxmemoryBytes);
  const words = `maxmemory-policy ${maxmemoryPolicy}, ${share} % of ${mb(maxmemoryBytes)} in use`;
  return { subject, verdict: share > 95 ? 'note' : 'ok', words };
}

function clock({ clockSkewMs }: RedisFacts): Finding | undefined {
  if (clockSkewMs === undefined || Math.abs(clockSkewMs) <= maxSkewMs) return undefined;
  const words = `its clock and ours are ${Math.round(Math.abs(clockSkewMs) / 1000)} s apart: set one of them`;
  return { subject: 'remote', verdict: 'note', words };
}

function latency({ roundTripMs }: RedisFacts, budgetMs: number): Finding | undefined {
  if (roundTripMs * roundTripsOfFirstRun < budgetMs / 2) return undefined;
  const words = `it is so far away that a first run may use up the ${budgetMs} ms for waiting: raise CLEANMISS_BUDGET_MS`;
  return { subject: 'remote', verdict: 'note', words };
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
