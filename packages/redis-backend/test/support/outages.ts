import assert from 'node:assert/strict';
import { isOutage } from '@cleanmiss/core';

/** It rejects with an outage that says what is the matter, and no secret. */
export async function assertOutage(
  call: Promise<unknown>,
  message: RegExp,
  secret = 'no secret here',
): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(isOutage(error), String(error));
    assert.ok(error instanceof Error);
    assert.match(error.message, /^redis at /);
    assert.match(error.message, message);
    for (let told: unknown = error; told instanceof Error; told = told.cause) {
      assert.ok(!`${told.message}${told.stack ?? ''}`.includes(secret), told.message);
    }
    return true;
  });
}
