import { CacheError, isJsonObject, type Json } from '@cleanmiss/core';

/** What this machine's store is kept to. */
export interface GcConfig {
  /** Runs start a collection where one is due. Default: true. */
  readonly isAutomatic: boolean;
  /** What nobody has used for so long is removed. Default: 30 days. */
  readonly maxAgeMs: number;
  /** The most that blobs may hold in all, in bytes of their content. Default: 10 GB. */
  readonly maxBytes: number;
}

export const defaultGc: GcConfig = { isAutomatic: true, maxAgeMs: 30 * 24 * 3_600_000, maxBytes: 10e9 };

/** `90m`, `12h`, `30d` as milliseconds; a bare number counts days. */
export function parseAge(text: string): number | undefined {
  return amountIn(/^(\d{1,6}) ?(m|h|d)?$/.exec(text), { m: 60_000, h: 3_600_000, d: 86_400_000 }, 'd');
}

/** `500MB`, `10GB`, `1.5 TB` as bytes. */
export function parseSize(text: string): number | undefined {
  return amountIn(
    /^(\d{1,6}(?:\.\d{1,3})?) ?([kMGT]?B)$/.exec(text),
    { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
    'B',
  );
}

export const ageExamples = '90m, 12h or 30d';
export const sizeExamples = '500MB or 10GB';

/** @throws {CacheError} `ERR_CONFIG` */
export function parseGc(member: Json | undefined, path: string, variable: string | undefined): GcConfig {
  const config = parseMember(member, path);
  if (!variable) return config;
  if (variable === 'off') return { ...config, isAutomatic: false };
  throw invalid(`CLEANMISS_GC is ${JSON.stringify(variable)}; all that it may be is off`);
}

function parseMember(member: Json | undefined, path: string): GcConfig {
  if (member === undefined) return defaultGc;
  if (member === 'off') return { ...defaultGc, isAutomatic: false };
  if (!isJsonObject(member)) throw invalid(`"gc" in ${path} is neither off nor an object`);
  const { maxAge, maxSize, ...others } = member;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw invalid(`"gc" in ${path} has a member "${unknown}"; known are maxAge, maxSize`);
  return {
    isAutomatic: true,
    maxAgeMs:
      maxAge === undefined
        ? defaultGc.maxAgeMs
        : amountOf(maxAge, parseAge, `"gc.maxAge" in ${path}`, ageExamples),
    maxBytes:
      maxSize === undefined
        ? defaultGc.maxBytes
        : amountOf(maxSize, parseSize, `"gc.maxSize" in ${path}`, sizeExamples),
  };
}

function amountOf(
  value: Json,
  parse: (text: string) => number | undefined,
  name: string,
  examples: string,
): number {
  const amount = typeof value === 'string' ? parse(value) : undefined;
  if (amount === undefined) throw invalid(`${name} is ${JSON.stringify(value)}; write ${examples}`);
  return amount;
}

function amountIn(
  match: RegExpExecArray | null,
  units: Readonly<Record<string, number>>,
  standard: string,
): number | undefined {
  return match ? Number(match[1]) * units[match[2] ?? standard]! : undefined;
}

function invalid(message: string): CacheError {
  return new CacheError('ERR_CONFIG', message);
}
