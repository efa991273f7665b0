import { createHash } from 'node:crypto';
import { blobOf, decodeIndex, encodeIndex, type Blob, type ChecksumOf } from '@cleanmiss/core';
import { unitFromIndexEntry, unitToIndexEntry, type Unit } from './manifest.js';

/**
 * A manifest is stored as pages of about 32 units, each an index blob. Where a page ends depends on nothing but the names
 * of units, so that a run that changed one module writes one page anew and shares all others.
 */
const unitsPerPage = 32;
const maxUnitsPerPage = 512;

export function pagesOf(units: readonly Unit[], checksumOf: ChecksumOf): readonly Blob[] {
  const pages: Blob[] = [];
  let page: Unit[] = [];
  const close = () => {
    pages.push(blobOf(encodeIndex(page.map(unitToIndexEntry)), checksumOf));
    page = [];
  };
  for (const unit of inOrder(units)) {
    page.push(unit);
    if (endsPage(unit.name, checksumOf) || page.length >= maxUnitsPerPage) close();
  }
  if (page.length > 0) close();
  return pages;
}

/** `undefined` where the bytes are not a page. */
export function unitsOfPage(bytes: Uint8Array): readonly Unit[] | undefined {
  const units = decodeIndex(bytes)?.map(unitFromIndexEntry);
  return units?.every((unit) => unit !== undefined) ? units : undefined;
}

/** Equal manifests have equal ids. */
export function idOfPages(digests: readonly string[]): string {
  return createHash('sha256').update(digests.join('\n')).digest('hex');
}

function endsPage(unitName: string, checksumOf: ChecksumOf): boolean {
  return Number.parseInt(checksumOf(Buffer.from(unitName)).slice(-8), 16) % unitsPerPage === 0;
}

function inOrder(units: readonly Unit[]): readonly Unit[] {
  return [...units].sort((a, b) => (a.name < b.name ? -1 : 1));
}
