import { createHash } from 'node:crypto';
import type { CallOptions, Digest } from '@cleanmiss/core';
import { decodeHeader, maxValueBytes, partBytes, partCount } from './part.js';
import { RedisBlobReader } from './redis-blob-reader.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { getValue } from './values.js';

export interface QuarantineOptions {
  readonly bulk: RedisConnection;
  readonly keys: RedisKeys;
}

/**
 * Removes the first part of a blob, and with it the blob, if its content is not what its name says. There is no place
 * for damaged values to be kept in. Between our look and the removal another process may have repaired it: what is
 * removed is the very value that we looked at, or nothing.
 */
export async function quarantineBlob(
  { bulk, keys }: QuarantineOptions,
  digest: Digest,
  options?: CallOptions,
): Promise<void> {
  const key = keys.part(digest, 0);
  const value = await bulk.call(options, maxValueBytes(partBytes, 0), (wire) => getValue(wire, key));
  if (value === undefined) return;
  const header = decodeHeader(value);
  // Of a later version: whoever wrote it can tell whether it is good.
  if (header.kind === 'unknown-format') return;
  const reader = new RedisBlobReader(bulk, keys);
  if (header.kind === 'header' && (await contentIs(reader, digest, header.blobSize, options))) return;
  const looked = createHash('sha1').update(value).digest('hex');
  await bulk.call(options, 0, (wire) => wire.send(key, ['EVAL', removeIfSame, '1', key, looked]));
}

/** What is no string is none of ours, and was looked at as an empty one. */
const removeIfSame = `
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'table' then value = '' end
if value and redis.sha1hex(value) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) end
return 0`;

/** Part by part: of a blob that says that it is long, no more is read than is there. */
async function contentIs(
  reader: RedisBlobReader,
  digest: Digest,
  blobSize: number,
  options?: CallOptions,
): Promise<boolean> {
  const hash = createHash('sha256');
  for (let number = 0; number < partCount(blobSize); number++) {
    const [part] = await reader.readParts([{ digest, blobSize, number }], options);
    if (part?.kind === 'unknown-format') return true;
    if (part?.kind !== 'content') return false;
    hash.update(part.bytes);
  }
  return hash.digest('hex') === digest;
}
