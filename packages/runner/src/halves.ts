import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SlotRun } from '@cleanmiss/checkers';
import {
  CacheError,
  isJsonObject,
  keyHashOf,
  originsToJson,
  parseJson,
  parseOrigins,
  type Origin,
} from '@cleanmiss/core';
import { makePrivateFolders } from '@cleanmiss/open-cache';
import {
  ensureOwnDirectory,
  ensureSlotsDirectory,
  headOf,
  projectIdentity,
  projectStatePath,
  readOwnFile,
} from '@cleanmiss/snapshot';
import { slotHashOf } from './context-hash.js';
import { refuseForeignDirectory } from './foreign-directory.js';
import type { Volume } from './report.js';
import type { CheckRequest } from './request.js';
import { receivedBytes } from './received-bytes.js';
import { versionMemoryOf } from './version-memory.js';
import { SlotSession, type Prepared } from './slot-session.js';

const maxBegunBytes = 64 * 1024;

/** One half of a run, for a CI system whose own steps run the checker: its command is run between the halves. */
export interface HalfRequest extends CheckRequest {
  /** Where that command keeps its state. Absolute. */
  readonly stateDir: string;
}

export interface SaveRequest extends HalfRequest {
  /** What the command ended with: not every end leaves a state to be stored. */
  readonly exitCode: number;
}

export type Saved = Volume & { readonly snapshot: string | null };

/** Makes the state directory hold the nearest snapshot and nothing else. */
export async function restoreHalf(request: HalfRequest): Promise<Prepared> {
  const { session, plan, begunPath, recordPath } = await openHalf(request);
  refuseForeignDirectory(request, plan.layout);
  makePrivateFolders(request.stateDir);
  // Others may have written to the directory since: only files that still bear their stamp are trusted.
  for (const path of [begunPath, recordPath]) rmSync(path, { recursive: true, force: true });
  const before = receivedBytes(request.opened);
  const prepared = await session.prepare();
  session.remember();
  await plan.enter?.(request.stateDir);
  // Whose work the command starts from, so that what it makes of it can be revoked with it.
  const begun = { origins: originsToJson(session.origins) };
  writeFileSync(begunPath, JSON.stringify(begun), { mode: 0o600, flag: 'wx' });
  const remoteBytes = receivedBytes(request.opened) - before;
  return { ...prepared, restored: { ...prepared.restored, remoteBytes } };
}

/**
 * Stores what the command made of the state that `restoreHalf` left; `undefined` where it did not end normally.
 * @throws {CacheError} `ERR_INVALID_STATE` without one: of a state with an unknown past nobody can say what it is worth.
 */
export async function saveHalf(request: SaveRequest): Promise<Saved | undefined> {
  const { session, plan, begunPath } = await openHalf(request);
  const origins = originsAt(begunPath);
  if (!origins) {
    throw new CacheError(
      'ERR_INVALID_STATE',
      'there was no cleanmiss restore before this save, with the same command',
    );
  }
  rmSync(begunPath);
  session.startFrom(origins);
  const exit = { code: request.exitCode, signal: null, stderrTail: '' };
  if (plan.learnsFromStderr || plan.meaningOf(exit) !== 'normal') return undefined;
  await plan.leave?.(request.stateDir);
  const news = await session.capture();
  await session.lookAhead();
  const volume = await session.publish(news);
  return { ...volume, snapshot: session.snapshot };
}

/** `undefined` where no restore has left any. */
function originsAt(begunPath: string): readonly Origin[] | undefined {
  const begun = parseJson(readOwnFile(begunPath, maxBegunBytes)?.toString('utf8') ?? '');
  // None at all is written down as well.
  return isJsonObject(begun) && begun['origins'] !== undefined ? parseOrigins(begun['origins']) : undefined;
}

async function openHalf(request: HalfRequest) {
  const { config, env, opened, root, stateDir } = request;
  const plan = await planOf(request);
  const contextHash = keyHashOf({ ...plan.context, halves: true });
  const slotHash = slotHashOf(contextHash, config);
  ensureSlotsDirectory(root);
  const halves = projectStatePath(root, 'halves');
  const directory = join(halves, slotHash.slice(0, 12));
  for (const folder of [halves, directory]) ensureOwnDirectory(folder);
  const slot = {
    stateDir,
    recordPath: join(directory, 'slot.json'),
    indexPath: join(directory, 'index.jsonl'),
  };
  const position = { project: config.project ?? projectIdentity(root), head: headOf(root, env) };
  const session = new SlotSession({
    slot,
    root,
    env,
    contextHash,
    position,
    layout: plan.layout,
    cache: opened.strict,
    local: opened.local,
    isShared: opened.remotes.length > 0,
    // No check depends on us here: whoever asked for this half is told.
    outage: (event) => {
      if (event.type === 'degraded') throw event.error;
    },
    storeId: () => opened.storeId(),
    about: { checkerVersion: plan.version },
    writer: opened.writer,
    revocations: opened.revocations,
  });
  return { session, plan, begunPath: join(directory, 'begun'), recordPath: slot.recordPath };
}

async function planOf({ command, env, cwd, root, checkers, nested, config }: HalfRequest): Promise<SlotRun> {
  const invocation = { command, env, cwd, root, versions: versionMemoryOf(config) };
  const profile = checkers.startedBy(command);
  const plan = profile ? await profile.plan(invocation) : await nested?.planNested(invocation);
  if (plan?.kind === 'slot-run') return plan;
  const why = plan?.why ?? `no profile knows the command ${command[0]!}; name it with --checker`;
  throw new CacheError('ERR_INVALID_STATE', why);
}
