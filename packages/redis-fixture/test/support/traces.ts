import { existsSync } from 'node:fs';
import type { RedisServer } from '@cleanmiss/redis-fixture';
import { RawClient } from './raw-client.js';

/** Where a server listens and where its files are. */
export interface Traces {
  readonly port: number;
  readonly directory: string;
}

export async function tracesOf(server: RedisServer): Promise<Traces> {
  const [, directory = ''] = (await server.cli('CONFIG', 'GET', 'dir')).split('\n');
  return { port: server.port, directory };
}

/** What there still is of a server; empty for one that has left nothing. */
export async function remainsOf({ port, directory }: Traces): Promise<readonly string[]> {
  const files = existsSync(directory) ? [directory] : [];
  // And not its process number: where nobody reaps orphans, that outlives it.
  return (await isListening(port)) ? [`port ${port}`, ...files] : files;
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await RawClient.connect({ port }))[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}
