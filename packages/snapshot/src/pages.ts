import { createHash } from 'node:crypto';
import {
  blobOf,
  encodeIndexLine,
  indexEntriesOf,
  indexOfLines,
  type Blob,
  type ChecksumOf,
  type IndexEntry,
  type Json,
} from '@cleanmiss/core';
import { isBoundary, isPacked, maxPackBytes, type Pack } from './packs.js';
import { isSameUnit, unitFromIndexEntry, unitToIndexEntry, type FileEntry, type Unit } from './manifest.js';

/**
 * A manifest is stored as pages of about 32 units, each an index blob. Where a page ends depends on nothing but the names
 * of units, so that a run that changed one module writes one page anew and shares all others.
 */
const unitsPerPage = 32;
const maxUnitsPerPage = 512;

export interface Page {
  readonly units: readonly Unit[];
  readonly packs: readonly Pack[];
}

/** Units as they stand on pages, in their order. */
export function pageGroupsOf(units: readonly Unit[], checksumOf: ChecksumOf): readonly (readonly Unit[])[] {
  const groups: Unit[][] = [];
  let group: Unit[] = [];
  for (const unit of inOrder(units)) {
    group.push(unit);
    if (!isBoundary(unit.name, unitsPerPage, checksumOf) && group.length < maxUnitsPerPage) continue;
    groups.push(group);
    group = [];
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** A line for each unit, and a last one for the packs that their small files lie in. */
export function encodePage({ units, packs }: Page, checksumOf: ChecksumOf): Blob {
  const lines = units.map(lineOf);
  if (packs.length > 0) lines.push(encodeIndexLine(packsToIndexEntry(packs)));
  return blobOf(indexOfLines(lines), checksumOf);
}

/** Encodes units when there is time: `encodePage` then has only those to encode that have changed since. */
export function encodeAhead(units: readonly Unit[]): void {
  for (const unit of units) lineOf(unit);
}

/** What was encoded before, by the unit's first file. */
const encoded = new WeakMap<FileEntry, { readonly unit: Unit; readonly line: string }>();

function lineOf(unit: Unit): string {
  const first = unit.files[0];
  const known = first && encoded.get(first);
  if (known && isSameUnit(known.unit, unit)) return known.line;
  // Once through a buffer: what comes from the encoder holds on to its hundred pieces, five times as much memory.
  const line = Buffer.from(encodeIndexLine(unitToIndexEntry(unit))).toString();
  if (first) encoded.set(first, { unit, line });
  return line;
}

/** `undefined` where the bytes are not a page. */
export function decodePage(bytes: Uint8Array): Page | undefined {
  const units: Unit[] = [];
  let packs: readonly Pack[] | undefined;
  for (const entry of indexEntriesOf(bytes)) {
    // The line of packs is the last.
    if (!entry || packs || units.length > maxUnitsPerPage) return undefined;
    if ('packs' in entry.about) {
      packs = packsFromIndexEntry(entry, packedFilesOf(units));
      if (!packs) return undefined;
      continue;
    }
    const unit = unitFromIndexEntry(entry);
    if (!unit || units.length === maxUnitsPerPage) return undefined;
    units.push(unit);
  }
  // A file that is said to lie in a pack lies in none.
  if (!packs && packedFilesOf(units).length > 0) return undefined;
  return { units, packs: packs ?? [] };
}

/** How many files lie in each; the files are those of the page, in its order. */
function packsToIndexEntry(packs: readonly Pack[]): IndexEntry {
  return { refs: packs.map(({ ref }) => ref), about: { packs: packs.map(({ files }) => files.length) } };
}

/** `undefined` unless the packs hold just these files: every one of them, and not a byte more. */
function packsFromIndexEntry(
  { refs, about }: IndexEntry,
  files: readonly FileEntry[],
): readonly Pack[] | undefined {
  const counts = about['packs'];
  if (!Array.isArray(counts) || counts.length !== refs.length) return undefined;
  const packs: Pack[] = [];
  let next = 0;
  for (const [i, ref] of refs.entries()) {
    const count = (counts as readonly Json[])[i];
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) return undefined;
    const own = files.slice(next, next + count);
    next += count;
    const size = own.reduce((sum, file) => sum + file.size, 0);
    if (own.length !== count || size !== ref.size || size > maxPackBytes) return undefined;
    packs.push({ ref, files: own });
  }
  return next === files.length ? packs : undefined;
}

function packedFilesOf(units: readonly Unit[]): readonly FileEntry[] {
  return units.flatMap(({ files }) => files.filter(isPacked));
}

/** Equal manifests have equal ids. */
export function idOfPages(digests: readonly string[]): string {
  return createHash('sha256').update(digests.join('\n')).digest('hex');
}

function inOrder(units: readonly Unit[]): readonly Unit[] {
  return [...units].sort((a, b) => (a.name < b.name ? -1 : 1));
}
