import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { redisOutage } from './redis-outage.js';
import type { RedisTlsFiles } from './redis-url.js';

/** Reads the files, each time that a connection is made: certificates are renewed. @throws {CacheError} `ERR_OUTAGE` */
export async function tlsOptionsOf(files: RedisTlsFiles, name: string): Promise<ConnectionOptions> {
  const { caPath, certPath, keyPath, servername } = files;
  return {
    ...(caPath !== undefined && { ca: await readPem(caPath, name) }),
    ...(certPath !== undefined && { cert: await readPem(certPath, name) }),
    ...(keyPath !== undefined && { key: await readPem(keyPath, name) }),
    ...(servername !== undefined && { servername }),
  };
}

async function readPem(path: string, name: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw redisOutage(name, `the TLS file ${path} cannot be read`, error);
  }
}
