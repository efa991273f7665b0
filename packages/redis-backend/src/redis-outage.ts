import { CacheError } from '@cleanmiss/core';

/** Whatever the server or the way to it did: the tier is out of order. `where` is a host and port, never a URL. */
export function redisOutage(where: string, what: string, cause?: unknown): CacheError {
  return new CacheError('ERR_OUTAGE', `redis at ${where}: ${what}`, cause === undefined ? {} : { cause });
}

/** An error of the client, of its socket or of the server's answer, in words. What is an outage already stays as it is. */
export function asRedisOutage(where: string, error: unknown): CacheError {
  if (error instanceof CacheError) return error;
  return redisOutage(where, wordsFor(error), error);
}

/**
 * The first word of an error reply, which the protocol defines as its code; `undefined` for any other error. Also of
 * an outage that was made of one.
 */
export function replyCodeOf(error: unknown): string | undefined {
  const reply = error instanceof CacheError ? error.cause : error;
  if (!(reply instanceof Error) || 'code' in reply) return undefined;
  return /^([A-Z][A-Z0-9]+)(?: |$)/.exec(reply.message)?.[1];
}

/** After these the next call has to look anew where the data is, or who we are. */
export function endsConnection(error: unknown): boolean {
  return ['READONLY', 'LOADING', 'CLUSTERDOWN', 'MASTERDOWN', 'NOAUTH', 'MOVED'].includes(
    replyCodeOf(error) ?? '',
  );
}

const maxQuotedLength = 200;

const replies: Readonly<Record<string, string>> = {
  WRONGPASS: 'it does not know this user and password',
  NOAUTH: 'it wants a user and a password',
  OOM: 'its memory is full, and its maxmemory-policy evicts nothing',
  READONLY: 'it is a replica, and takes no writes',
  LOADING: 'it is still loading its data',
  CLUSTERDOWN: 'the cluster is down',
  MASTERDOWN: 'its primary is down',
  MISCONF: 'it takes no writes, because it cannot save them to disk',
  MOVED: 'it is a node of a cluster: use redis+cluster://',
};

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'there is no such socket',
  EACCES: 'we may not use this socket',
  ENOTFOUND: 'this host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
};

function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  const failure = failures[(error as NodeJS.ErrnoException).code ?? ''];
  if (failure !== undefined) return failure;
  return replies[replyCodeOf(error) ?? ''] ?? printable(error.message);
}

/** What a server says is put into one line of warning: not more than fits, and nothing that moves the cursor. */
function printable(message: string): string {
  const line = message.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return line.length > maxQuotedLength ? `${line.slice(0, maxQuotedLength)}...` : line || 'it failed';
}
