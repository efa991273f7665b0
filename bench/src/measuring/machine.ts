import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly memoryGB: number;
  /** Of the folder that files are written to, for instance "ext4"; empty where nobody can tell. */
  readonly fileSystem: string;
}

export function describeMachine(folder: string): Machine {
  return {
    node: process.version,
    system: `${type()} ${release()}`,
    processor: `${String(availableParallelism())} x ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    fileSystem: fileSystemOf(folder),
  };
}

function fileSystemOf(folder: string): string {
  try {
    return execFileSync('stat', ['-f', '-c', '%T', folder], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
