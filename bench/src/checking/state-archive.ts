import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** mypy's whole state in one file, as CI systems keep caches. */
export interface StateArchive {
  readonly packing: Packing;
  readonly path: string;
  readonly bytes: Buffer;
}

export interface Packing {
  /** For instance "tar.gz". */
  readonly suffix: string;
  /** tar's option. */
  readonly option: string;
}

/** As compact as each program makes it when it is not asked for more. */
export const gzip: Packing = { suffix: 'tar.gz', option: '--gzip' };
const zstd: Packing = { suffix: 'tar.zst', option: '--zstd' };

/** zstd where it is installed. */
export function packings(): readonly Packing[] {
  return hasProgram('zstd') ? [gzip, zstd] : [gzip];
}

/** Of the state in a checkout, into a folder. */
export function archiveState(packing: Packing, checkout: string, folder: string): StateArchive {
  const path = join(folder, `state.${packing.suffix}`);
  execFileSync('tar', [packing.option, '-cf', path, '-C', checkout, '.mypy_cache']);
  return { packing, path, bytes: readFileSync(path) };
}

export function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
