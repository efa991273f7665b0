import { createHash } from 'node:crypto';
import {
  blobOf,
  encodeIndexLine,
  indexEntriesOf,
  indexOfLines,
  type Blob,
  type ChecksumOf,
} from '@cleanmiss/core';
import { unitFromIndexEntry, unitToIndexEntry, type FileEntry, type Unit } from './manifest.js';

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
    pages.push(blobOf(indexOfLines(page.map(lineOf)), checksumOf));
    page = [];
  };
  for (const unit of inOrder(units)) {
    page.push(unit);
    if (endsPage(unit.name, checksumOf) || page.length >= maxUnitsPerPage) close();
  }
  if (page.length > 0) close();
  return pages;
}

/** Encodes units when there is time: `pagesOf` then has only those to encode that have changed since. */
export function encodeAhead(units: readonly Unit[]): void {
  for (const unit of units) lineOf(unit);
}

/**
 * What was encoded before, by the unit's first file: the entry of a file that did not move is the same object from one
 * capture to the next.
 */
const encoded = new WeakMap<FileEntry, { readonly unit: Unit; readonly line: string }>();

function lineOf(unit: Unit): string {
  const first = unit.files[0];
  const known = first && encoded.get(first);
  if (known && isSameUnit(known.unit, unit)) return known.line;
  const line = encodeIndexLine(unitToIndexEntry(unit));
  if (first) encoded.set(first, { unit, line });
  return line;
}

function isSameUnit(a: Unit, b: Unit): boolean {
  if (a.name !== b.name || a.required !== b.required || a.facts !== b.facts) return false;
  return a.files.length === b.files.length && a.files.every((file, i) => file === b.files[i]);
}

/** `undefined` where the bytes are not a page. */
export function unitsOfPage(bytes: Uint8Array): readonly Unit[] | undefined {
  const units: Unit[] = [];
  for (const entry of indexEntriesOf(bytes)) {
    const unit = entry && unitFromIndexEntry(entry);
    if (!unit || units.length === maxUnitsPerPage) return undefined;
    units.push(unit);
  }
  return units;
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
