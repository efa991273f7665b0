import { isJsonObject, parseJson, type Json } from '@cleanmiss/core';
import type { BuildInputs } from './build-inputs.js';

/** What a project's build has left, and what it was made from. Contents lie beside it, under their numbers. */
export interface BuildRecord {
  /** The project's configuration, from the root. */
  readonly project: string;
  readonly inputs: BuildInputs;
  /** From the root. The state of tsc is the last one. */
  readonly outputs: readonly string[];
}

const recordFormat = 1;

export function encodeRecord(record: BuildRecord): string {
  return JSON.stringify({ format: recordFormat, ...record });
}

/** `undefined` for what `encodeRecord` has not made. */
export function decodeRecord(text: string): BuildRecord | undefined {
  const record = parseJson(text);
  if (!isJsonObject(record) || record['format'] !== recordFormat) return undefined;
  const { project, inputs, outputs } = record;
  if (typeof project !== 'string' || !isInputs(inputs) || !Array.isArray(outputs)) return undefined;
  const paths = outputs as readonly Json[];
  if (!paths.every((path): path is string => typeof path === 'string') || paths.length === 0)
    return undefined;
  return { project, inputs, outputs: paths };
}

function isInputs(value: Json | undefined): value is Json & BuildInputs {
  if (!isJsonObject(value) || !isJsonObject(value['files'])) return false;
  const texts = [value['config'], value['installed'], value['listing']];
  const files = Object.values(value['files']);
  return (
    texts.every((text) => typeof text === 'string') &&
    files.every((digest) => digest === null || typeof digest === 'string')
  );
}
