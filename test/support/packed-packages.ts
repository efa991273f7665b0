import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.js';
import { repositoryRoot } from './repository-root.js';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly type?: string;
  readonly engines?: { readonly node?: string };
  readonly sideEffects?: boolean;
  readonly publishConfig?: { readonly access?: string };
  readonly exports?: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package as npm would publish it. */
export interface Packed {
  readonly manifest: Manifest;
  readonly tarball: string;
  /** What is in the tarball, by paths within the package. */
  readonly files: readonly string[];
  read(path: string): string;
}

/** Every package that is not private, packed into the folder and unpacked beside it. */
export async function packAll(folder: string): Promise<readonly Packed[]> {
  const sources = readdirSync(join(repositoryRoot, 'packages')).filter((name) => {
    const path = join(repositoryRoot, 'packages', name, 'package.json');
    return existsSync(path) && !manifestAt(path).private;
  });
  const workspaces = sources.flatMap((name) => ['--workspace', `packages/${name}`]);
  const packing = ['npm', 'pack', ...workspaces, '--silent', '--pack-destination', folder];
  const packed = await run(packing, { cwd: repositoryRoot });
  assert.equal(packed.code, 0, packed.stderr);
  return await Promise.all(sources.map((name) => unpack(folder, name)));
}

async function unpack(folder: string, source: string): Promise<Packed> {
  const { name, version } = manifestAt(join(repositoryRoot, 'packages', source, 'package.json'));
  const stem = name.replace('@', '').replace('/', '-');
  const tarball = join(folder, `${stem}-${version}.tgz`);
  const unpacked = join(folder, `${stem}-unpacked`);
  const steps = [
    ['mkdir', unpacked],
    ['tar', '-xzf', tarball, '-C', unpacked, '--strip-components=1'],
  ];
  for (const step of steps) {
    const ended = await run(step);
    assert.equal(ended.code, 0, ended.stderr);
  }
  const entries = readdirSync(unpacked, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
  return {
    manifest: manifestAt(join(unpacked, 'package.json')),
    tarball,
    files: files.sort(),
    read: (path) => readFileSync(join(unpacked, path), 'utf8'),
  };
}

function manifestAt(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
