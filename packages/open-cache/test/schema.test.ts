import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { generateKeys } from '@cleanmiss/core';
import { loadConfig } from '@cleanmiss/open-cache';

interface Schema {
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly 'x-environment'?: string;
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'cleanmiss.schema.json'), 'utf8'),
) as Schema;
const members = schema.properties!;
const remote = schema.$defs!['remote']!.anyOf![1]!;
const gc = members['gc']!.anyOf![1]!;
const trust = members['trust']!;

const { publicKey } = generateKeys();

const root = mkdtempSync(join(tmpdir(), 'cleanmiss-schema-'));
after(() => {
  rmSync(root, { recursive: true });
});

/** What variables in examples stand for. */
const known = { HOME: '/home/u', REDIS_AUTH: 'me:secret' };

function load(config: unknown, env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(root, 'cleanmiss.config.json'), JSON.stringify(config));
  return loadConfig({ root, cwd: root, env: { ...known, ...env }, flags: {} });
}

function membersNamedBy(config: unknown): readonly string[] {
  try {
    load(config);
  } catch (error) {
    const [, list = ''] = /known are (.*)$/.exec((error as Error).message) ?? [];
    return list.split(', ').sort();
  }
  assert.fail('an unknown member was taken');
}

const namesOf = ({ properties }: Schema) => Object.keys(properties!).sort();

describe('the schema of the configuration', () => {
  it('knows the members that are known, and no others', () => {
    assert.deepEqual(membersNamedBy({ xyz: 1 }), namesOf(schema));
    assert.deepEqual(membersNamedBy({ gc: { xyz: 1 } }), namesOf(gc));
    assert.deepEqual(membersNamedBy({ trust: { xyz: 1 } }), namesOf(trust));
    assert.deepEqual(membersNamedBy({ remote: { url: 'redis://h', xyz: 1 } }), namesOf(remote));
  });

  it('gives examples, choices and defaults that are taken', () => {
    for (const [name, member] of Object.entries(members)) {
      for (const value of valuesIn(member))
        assert.ok(load({ [name]: value }), `${name} ${JSON.stringify(value)}`);
    }
    for (const [name, member] of Object.entries(remote.properties!)) {
      for (const value of valuesIn(member)) assert.ok(load({ remote: { url: 'redis://h', [name]: value } }));
    }
    for (const [name, member] of Object.entries(gc.properties!)) {
      for (const value of valuesIn(member)) assert.ok(load({ gc: { [name]: value } }));
    }
    for (const [name, member] of Object.entries(trust.properties!)) {
      for (const value of valuesIn(member))
        assert.ok(load({ trust: { publicKeys: publicKey, [name]: value } }));
    }
  });

  it('states the defaults that hold', () => {
    const { mode, budgetMs, gc: kept } = load({});
    assert.equal(members['mode']!.default, mode);
    assert.equal(members['budgetMs']!.default, budgetMs);
    const stated = load({
      gc: { maxAge: gc.properties!['maxAge']!.default, maxSize: gc.properties!['maxSize']!.default },
    });
    assert.deepEqual(stated.gc, kept);
    const bare = load({ remote: 'redis://h' }).remotes;
    const defaults = Object.entries(remote.properties!).flatMap(([name, member]) =>
      member.default === undefined ? [] : [[name, member.default] as const],
    );
    assert.equal(defaults.length, 5);
    assert.deepEqual(load({ remote: { url: 'redis://h', ...Object.fromEntries(defaults) } }).remotes, bare);
  });

  /** A value for each variable that differs from what holds without it. */
  const set: Readonly<Record<string, string>> = {
    CLEANMISS_LOCAL: '/elsewhere',
    CLEANMISS_MODE: 'off',
    CLEANMISS_REMOTE: 'redis://other',
    CLEANMISS_REMOTE_MODE: 'read',
    CLEANMISS_BUDGET_MS: '5',
    CLEANMISS_SCOPES: 'pr-1',
    CLEANMISS_PUBLIC_KEYS: publicKey,
    CLEANMISS_UNSIGNED_SCOPES: 'pr-*',
    CLEANMISS_WRITER: 'me',
    CLEANMISS_GC: 'off',
  };

  it('names the variables that change something, and all of them', () => {
    const named = [schema, remote, gc, trust].flatMap(({ properties }) =>
      Object.values(properties!).flatMap((member) => member['x-environment'] ?? []),
    );
    assert.deepEqual([...named].sort(), Object.keys(set).sort());
    const config = { remote: 'redis://h' };
    const always = { CLEANMISS_PUBLIC_KEYS: publicKey };
    for (const name of named.filter((one) => one !== 'CLEANMISS_PUBLIC_KEYS')) {
      assert.notDeepEqual(load(config, { ...always, [name]: set[name]! }), load(config, always), name);
    }
    assert.notDeepEqual(load(config, always), load(config));
  });
});

function valuesIn(member: Schema): readonly unknown[] {
  const standard = member.default === undefined ? [] : [member.default];
  return [...standard, ...(member.enum ?? []), ...(member.examples ?? [])];
}
