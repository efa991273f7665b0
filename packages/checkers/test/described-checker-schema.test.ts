import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Json, JsonObject } from '@cleanmiss/core';
import { parseDescribedChecker } from '../src/custom/described-checker.js';

interface Schema {
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly enum?: readonly Json[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const path = join(import.meta.dirname, '../../../open-cache/cleanmiss.schema.json');
const { $defs } = JSON.parse(readFileSync(path, 'utf8')) as { $defs: { checker: Schema } };
const least = { version: { npm: 'tool' }, arguments: ['{state}'] };

function parse(description: JsonObject) {
  return parseDescribedChecker('tool', { ...least, ...description }, 'x');
}

function membersNamedBy(description: JsonObject): readonly string[] {
  try {
    parse(description);
  } catch (error) {
    const [, list = ''] = /known are (.*)$/.exec((error as Error).message) ?? [];
    return list.split(', ').sort();
  }
  assert.fail('an unknown member was taken');
}

describe('the schema of a described checker', () => {
  const inner = ['version', 'stateless', 'context', 'state', 'exitCodes'];

  it('knows the members that are known, and no others', () => {
    const members = $defs.checker.properties!;
    assert.deepEqual(membersNamedBy({ xyz: 1 }), Object.keys(members).sort());
    const within = Object.keys(members).filter((name) => members[name]!.properties);
    assert.deepEqual(within.sort(), [...inner].sort());
    for (const name of within) {
      assert.deepEqual(
        membersNamedBy({ [name]: { xyz: 1 } }),
        Object.keys(members[name]!.properties!).sort(),
      );
    }
  });

  it('gives examples, choices and defaults that are taken, and the defaults are those', () => {
    const bare = parse({});
    for (const [name, member] of Object.entries($defs.checker.properties!)) {
      for (const value of member.examples ?? []) assert.ok(parse({ [name]: value }), name);
      for (const [within, one] of Object.entries(member.properties ?? {})) {
        for (const value of one.enum ?? []) assert.ok(parse({ [name]: { [within]: value } }), within);
        if (one.default === undefined) continue;
        const stated = parse({ [name]: { [within]: one.default } });
        assert.deepEqual({ ...stated, written: bare.written }, bare, `${name}.${within}`);
      }
    }
  });
});
