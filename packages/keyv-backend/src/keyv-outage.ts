import { CacheError } from '@cleanmiss/core';

export type OutageOf = (error: unknown) => CacheError;

/**
 * Whatever a store, its driver or the way to it did: the tier is out of order. `secrets` are left out of the words, also
 * where a driver repeats its URL.
 */
export function outageOfStore(name: string, secrets: readonly string[]): OutageOf {
  return (error) => {
    if (error instanceof CacheError) return error;
    const said = wordsOf(error);
    const words = printable(withoutSecrets(said, secrets));
    // A cause is printed as well: one with a secret in it is only told in our words.
    const cause = words === printable(said) ? error : new Error(words);
    return new CacheError('ERR_OUTAGE', `${name}: ${words}`, { cause });
  };
}

const maxQuotedLength = 200;

function wordsOf(error: unknown): string {
  // Of several addresses that were tried, Node says nothing by itself.
  if (error instanceof AggregateError && error.message === '') return wordsOf(error.errors[0]);
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'it failed';
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const without = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return without.replaceAll(/\/\/[^/\s]*@/g, '//***@');
}

/** It goes into one line of warning: not more than fits, and nothing that moves the cursor. */
function printable(text: string): string {
  const line = text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return line.length > maxQuotedLength ? `${line.slice(0, maxQuotedLength)}...` : line;
}
