import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite';
import { expect } from 'expect';
import { Keyv } from 'keyv';
import { KeyvFsStore } from '@cleanmiss/fs-backend';
import { newDirectory } from './support/store-fixture.js';

/*
 * Keyv's own suite for storage adapters, as published, on node:test instead of vitest: it takes its runner as an
 * argument and uses of it `it`, `beforeEach`, `afterEach` and the `expect` of a test's context.
 */
const vitestLike = {
  beforeEach,
  afterEach,
  it: (name: string, body: (context: { expect: typeof expect }) => unknown) => {
    it(name, async () => {
      expect.hasAssertions();
      await body({ expect });
      assert.deepEqual(expect.extractExpectedAssertionsErrors(), []);
    });
  },
} as unknown as Parameters<typeof keyvTestSuite>[0];

describe("Keyv's suite for storage adapters", () => {
  const directory = newDirectory();
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const store = () => new KeyvFsStore({ directory });
  keyvTestSuite(vitestLike, Keyv, store);
  keyvIteratorTests(vitestLike, Keyv, store);
});
