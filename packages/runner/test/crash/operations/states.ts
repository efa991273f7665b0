import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { walkState, type StateLayout } from '@cleanmiss/snapshot';

/** Contents and times of files, by their paths. */
export type State = Readonly<Record<string, readonly [content: string, mtimeMs: number]>>;

const [earlier, later] = [1_700_000_000_123, 1_700_000_999_456];

export const stateA: State = {
  'needed.meta': ['needed', earlier],
  'a.meta': ['a, first', earlier],
  'a.data': ['data of a, first', earlier],
  'b.meta': ['b', earlier],
  'deep/b.data': ['data of b', earlier],
  'deep/er/gone.meta': ['will be gone', earlier],
};

export const stateB: State = {
  'needed.meta': ['needed', earlier],
  'a.meta': ['a, other', later],
  // As long as before, and of the same time.
  'a.data': ['data of a, other', earlier],
  // Another time alone.
  'b.meta': ['b', later],
  'deep/b.data': ['data of b', earlier],
  'new/c.meta': ['new', later],
};

/** With a file of more than 1 MiB, which is stored in chunks: nine of them, and three that differ. */
export const largeState: State = {
  'needed.meta': ['needed', earlier],
  'large.data': ['x'.repeat(512 * 1024) + 'y'.repeat(512 * 1024 + 1), earlier],
};

/** `a.meta` and `a.data` are one unit; `stale` units must not be kept, `.tmp` files do not travel. */
export const layout: StateLayout = {
  unitOf: (path) => (path.endsWith('.tmp') ? undefined : path.replace(/\.[^.]*$/, '').replace(/^.*\//, '')),
  keepsTime: () => true,
  writing: () => 'in-place',
  isRequired: (unit) => unit === 'needed',
  factsOf: (unit) => ({ unit }),
  unitsToDistrust: () => Promise.resolve(new Set()),
  unitsToDrop: (units) => new Set(units.map(({ name }) => name).filter((name) => name.startsWith('stale'))),
};

/** A checker that leaves this state, and something that must not be kept. Writes in place what differs. */
export function runChecker(stateDir: string, state: State): void {
  for (const { path } of walkState(stateDir)) if (!(path in state)) rmSync(join(stateDir, path));
  for (const [path, [content, mtimeMs]] of Object.entries(state))
    writeStateFile(stateDir, path, content, mtimeMs);
  writeStateFile(stateDir, 'stale.meta', 'stale', later);
}

/** Every file as it is: what is compared when two states are. */
export function filesOf(state: State): readonly string[] {
  return Object.entries(state)
    .map(([path, [content, mtimeMs]]) => lineOf(path, 0o600, mtimeMs, content))
    .sort();
}

export function filesInState(stateDir: string): readonly string[] {
  const strange: string[] = [];
  const files = walkState(stateDir, { strange: (path) => strange.push(path) }).map(({ path, mode, stamp }) =>
    lineOf(path, mode, Math.floor(stamp.mtimeMs), readFileSync(join(stateDir, path))),
  );
  return [...files, ...strange].sort();
}

export function lineOf(path: string, mode: number, mtimeMs: number, content: string | Uint8Array): string {
  const digest = createHash('sha1').update(content).digest('hex').slice(0, 12);
  return [path, mode.toString(8), mtimeMs, content.length, digest].join(' ');
}

function writeStateFile(stateDir: string, path: string, content: string, mtimeMs: number): void {
  const file = join(stateDir, path);
  const there = statSync(file, { throwIfNoEntry: false });
  const seconds = (mtimeMs + 0.5) / 1000;
  if (there && Math.floor(there.mtimeMs) === mtimeMs && readFileSync(file, 'utf8') === content) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
  utimesSync(file, seconds, seconds);
}
