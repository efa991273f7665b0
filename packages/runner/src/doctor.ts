import { randomUUID } from 'node:crypto';
import type { KnownCheckers } from '@cleanmiss/checkers';
import type { CleanmissConfig, OpenedCache } from '@cleanmiss/open-cache';
import {
  findCandidates,
  headOf,
  leaseSlot,
  projectIdentity,
  readLineage,
  readWorkTree,
  type GitHead,
} from '@cleanmiss/snapshot';
import { contextHashOf, slotHashOf } from './context-hash.js';
import { remoteFindings } from './doctor-remotes.js';
import { trustFindings } from './doctor-trust.js';
import type { Finding } from './finding.js';
import { versionMemoryOf } from './version-memory.js';
import { refsToRead, type Position } from './wanted-refs.js';

export interface DoctorRequest {
  readonly root: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: CleanmissConfig;
  readonly opened: OpenedCache;
  readonly checkers: KnownCheckers;
  /** The check in question; may be empty. */
  readonly command: readonly string[];
}

/** Is this set-up going to hit, and if not, what would have to change? */
export async function examine(request: DoctorRequest): Promise<readonly Finding[]> {
  const { root, config } = request;
  const head = headOf(root, request.env);
  const position: Position = { project: config.project ?? projectIdentity(root), head };
  return [
    { subject: 'project', verdict: 'ok', words: `${root}, called ${position.project} in refs` },
    head?.commit
      ? {
          subject: 'git',
          verdict: 'ok',
          words: `commit ${head.commit.slice(0, 12)}${head.branch ? ` on ${head.branch}` : ''}`,
        }
      : { subject: 'git', verdict: 'note', words: 'no commit: the latest snapshot of this project is used' },
    modeFinding(config),
    ...config.notices.map((words): Finding => ({ subject: 'remote', verdict: 'note', words })),
    ...(await sharingFindings(request, head)),
    await storeFinding(request),
    ...(await remoteFindings(request.opened)),
    ...(await checkerFindings(request, position)),
    // Last: what is revoked has been heard of by now.
    ...trustFindings(config, request.opened),
  ];
}

/** Where git does not say that the work tree is clean, what is stored is found by others last. */
async function sharingFindings(
  { opened, root, env }: DoctorRequest,
  head: GitHead | undefined,
): Promise<readonly Finding[]> {
  if (opened.remotes.length === 0 || !head?.commit) return [];
  if ((await readWorkTree(root, head, { env })) !== 'unknown') return [];
  const words =
    'git does not answer here (a work tree of another user?), so that nothing is shared by commit: git config --global --add safe.directory DIR';
  return [{ subject: 'git', verdict: 'note', words }];
}

function modeFinding({ mode }: CleanmissConfig): Finding {
  if (mode === 'read-write') return { subject: 'mode', verdict: 'ok', words: mode };
  const words = mode === 'off' ? 'off: nothing is restored or stored' : 'read: nothing is stored from here';
  return { subject: 'mode', verdict: 'note', words };
}

/** Stores an entry and reads it back. */
async function storeFinding({ config, opened }: DoctorRequest): Promise<Finding> {
  const key = { type: 'doctor', probe: randomUUID() };
  try {
    if (config.mode === 'read-write')
      await opened.local.put({ key, blobs: { probe: Buffer.from('cleanmiss') } });
    const result = await opened.local.get(key);
    await opened.local.delete(key);
    if (config.mode !== 'read-write' || result.hit)
      return { subject: 'store', verdict: 'ok', words: config.local };
    return {
      subject: 'store',
      verdict: 'trouble',
      words: `${config.local} does not give back what was stored: ${result.reason}`,
    };
  } catch (error) {
    const words = `${config.local} cannot be used (${(error as Error).message}): choose another with CLEANMISS_LOCAL`;
    return { subject: 'store', verdict: 'trouble', words };
  }
}

async function checkerFindings(request: DoctorRequest, position: Position): Promise<readonly Finding[]> {
  const { command, root, cwd, env, config, opened } = request;
  if (command.length === 0) {
    return [
      {
        subject: 'checker',
        verdict: 'note',
        words: 'name the check to hear about it: cleanmiss doctor -- mypy src',
      },
    ];
  }
  const profile = request.checkers.startedBy(command);
  if (!profile)
    return [
      {
        subject: 'checker',
        verdict: 'trouble',
        words: `no profile knows ${command[0]!}: it would run as it is`,
      },
    ];
  const plan = await profile.plan({ command, env, cwd, root, versions: versionMemoryOf(config) });
  if (plan.kind === 'pass-through')
    return [{ subject: 'checker', verdict: 'trouble', words: `it would run as it is: ${plan.why}` }];
  const contextHash = contextHashOf(profile, plan);
  const lineage = await readLineage(root, position.head, { env });
  const found = await findCandidates(opened.cache, contextHash, refsToRead(position, lineage));
  const nearest = found.candidates[0];
  return [
    { subject: 'checker', verdict: 'ok', words: `${profile.name} ${plan.version}` },
    await slotFinding(root, profile.name, slotHashOf(contextHash, config)),
    nearest
      ? {
          subject: 'next run',
          verdict: 'ok',
          words: `hits snapshot ${nearest.snapshot.slice(0, 12)}, found by ${nearest.name.by}`,
        }
      : {
          subject: 'next run',
          verdict: 'note',
          words: 'misses: the store holds no snapshot for this checker, version and flags yet',
        },
  ];
}

async function slotFinding(root: string, checker: string, contextHash: string): Promise<Finding> {
  try {
    const slot = await leaseSlot({ root, checker, contextHash });
    slot.lease.release();
    return { subject: 'slots', verdict: 'ok', words: `number ${slot.number} is free` };
  } catch (error) {
    return {
      subject: 'slots',
      verdict: 'trouble',
      words: `${(error as Error).message}: the check would run as it is`,
    };
  }
}
