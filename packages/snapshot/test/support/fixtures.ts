import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { MemoryBlobStore, MemoryMetaStore, StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { walkState, type StateLayout } from '@cleanmiss/snapshot';

/** A folder of its own, removed when the test file is done. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cleanmiss-'));
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

export function memoryTiers() {
  const inner = new MemoryBlobStore();
  const metas = new MemoryMetaStore();
  const blobs = new VerifyingBlobStore(inner);
  return { inner, metas, cache: new StoredCache({ blobs, metas, writer: 'test' }) };
}

export function memoryCache() {
  const { inner, cache } = memoryTiers();
  return { inner, cache };
}

/** `a.meta` and `a.data` are unit `a`; `.tmp` never travels; unit `needed` is required. */
export const simpleLayout: StateLayout = {
  unitOf: (path) => (path.endsWith('.tmp') ? undefined : path.replace(/\.[^.]*$/, '')),
  keepsTime: () => true,
  writing: () => 'in-place',
  isRequired: (unit) => unit === 'needed',
  factsOf: (unit) => ({ unit }),
  unitsToDistrust: () => Promise.resolve(new Set()),
  unitsToDrop: () => new Set(),
};

export function writeState(
  directory: string,
  files: Readonly<Record<string, string>>,
  mtimeMs = 1_700_000_000_123,
): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    utimesSync(file, mtimeMs / 1000 + 0.0005, mtimeMs / 1000 + 0.0005);
  }
}

export function readState(directory: string): Readonly<Record<string, string>> {
  const files = walkState(directory).map(
    ({ path }) => [path, readFileSync(join(directory, path), 'utf8')] as const,
  );
  return Object.fromEntries(files);
}
