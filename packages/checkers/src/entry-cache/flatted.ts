import { isJsonObject, type Json } from '@cleanmiss/core';

/*
 * The form in which flat-cache writes JSON: an array of values, the whole being the first. Within them a text is the index of a value, so
 * that each text and object stands there once.
 */

/** `undefined` where the text is not of that form. */
export function parseFlatted(table: Json | undefined): Json | undefined {
  if (!Array.isArray(table) || table.length === 0) return undefined;
  const values = table as readonly Json[];
  const made: (Json | undefined)[] = [];
  const isOpen: boolean[] = [];
  const at = (index: number): Json => {
    const known = made[index];
    if (known !== undefined) return known;
    // Only a damaged file refers to what refers to itself.
    if (isOpen[index] || !(index in values)) throw new RangeError('no such value');
    isOpen[index] = true;
    const value = mapMembers(values[index]!, (member) =>
      typeof member === 'string' ? at(Number(member)) : member,
    );
    made[index] = value;
    return value;
  };
  try {
    return at(0);
  } catch {
    return undefined;
  }
}

export function formatFlatted(whole: Json): string {
  const table: Json[] = [];
  const indices = new Map<Json, string>();
  const pending: Json[] = [];
  const indexOf = (value: Json): string => {
    const known = indices.get(value);
    if (known !== undefined) return known;
    const index = String(pending.length);
    indices.set(value, index);
    pending.push(value);
    return index;
  };
  indexOf(whole);
  // It grows meanwhile.
  for (const value of pending) {
    table.push(mapMembers(value, (member) => (isAtom(member) ? member : indexOf(member))));
  }
  return JSON.stringify(table);
}

function isAtom(value: Json): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

/** In their order: a checker that prints an object prints its members so. */
function mapMembers(value: Json, map: (member: Json) => Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(map);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]));
}
