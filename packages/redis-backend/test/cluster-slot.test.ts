import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotOf } from '../src/cluster-slot.js';
import { redirectTargetOf, slotTableOf } from '../src/cluster-topology.js';

const asked = { host: '10.0.0.9', port: 7000 };

describe('the slot of a key', () => {
  test('is the one that the cluster specification gives', () => {
    // CRC-16/XMODEM of "123456789" is 0x31C3; the others are what CLUSTER KEYSLOT answers.
    assert.deepEqual(['123456789', 'foo', 'somekey', ''].map(slotOf), [0x31c3, 12_182, 11_058, 0]);
  });
});

describe('the table of a cluster', () => {
  test('is refused where it is no table', () => {
    assert.throws(() => slotTableOf([[Buffer.from('a'), 5, []]], asked, 'x'), { code: 'ERR_OUTAGE' });
    assert.throws(() => slotTableOf([[0, 5]], asked, 'x'), { code: 'ERR_OUTAGE' });
  });

  test('has the primary of every slot, and none where nobody has it', () => {
    const table = slotTableOf(
      [
        [0, 99, [Buffer.from('10.0.0.1'), 7001, Buffer.from('id')], [Buffer.from('10.0.0.2'), 7002]],
        [100, 200, [Buffer.from(''), 7003]],
      ],
      asked,
      'x',
    );
    assert.deepEqual(table[99], { host: '10.0.0.1', port: 7001 });
    assert.deepEqual(table[200], { host: '10.0.0.9', port: 7003 }, 'no host: the one that was asked');
    assert.equal(table[201], undefined);
  });
});

describe('a redirect', () => {
  test('is to a host and a port, to the same host, or to an IPv6 address', () => {
    assert.deepEqual(redirectTargetOf('MOVED 3999 127.0.0.1:6381', asked), { host: '127.0.0.1', port: 6381 });
    assert.deepEqual(redirectTargetOf('ASK 3999 :6381', asked), { host: '10.0.0.9', port: 6381 });
    assert.deepEqual(redirectTargetOf('MOVED 1 [::1]:6381', asked), { host: '::1', port: 6381 });
    assert.equal(redirectTargetOf('MOVED to another town', asked), undefined);
  });
});
