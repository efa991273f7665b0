import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UnitState } from '@cleanmiss/snapshot';
import { unitsOfChangedPlugins, unitsWithOutdatedView } from '../src/mypy/outdated-units.js';
import { oldUnits, type OldModule } from './support/state.js';

const outdated = (modules: Readonly<Record<string, OldModule>>) => {
  const { units, read } = oldUnits(modules);
  return [...unitsWithOutdatedView(units, read)].sort();
};
const changed = { interface: 'new', before: 'old', touched: true } as const;

describe("a module's view of its dependencies, up to mypy 1.18", () => {
  it('is outdated where a dependency changed and the module was not visited', () => {
    assert.deepEqual(outdated({ b: changed, c: { interface: 'c', dependencies: ['b'] } }), ['3.11/c']);
  });

  it('is outdated where a dependency appeared, as it may be another than the one that went', () => {
    const appeared = { interface: 'b', before: null, touched: true } as const;
    assert.deepEqual(outdated({ b: appeared, c: { interface: 'c', dependencies: ['b'] } }), ['3.11/c']);
  });

  it('is outdated where a package changed', () => {
    assert.deepEqual(outdated({ 'pkg/__init__': changed, c: { interface: 'c', dependencies: ['pkg'] } }), [
      '3.11/c',
    ]);
  });

  it('is good where the module was visited, though its meta came out the same', () => {
    assert.deepEqual(outdated({ b: changed, c: { interface: 'c', dependencies: ['b'], touched: true } }), []);
  });

  it('is good where a dependency was checked anew with the same interface', () => {
    assert.deepEqual(
      outdated({ b: { interface: 'b', touched: true }, c: { interface: 'c', dependencies: ['b'] } }),
      [],
    );
  });

  it('is good at the second step: the first one is gone, and comes back as new', () => {
    const chain = {
      b: changed,
      c: { interface: 'c', dependencies: ['b'] },
      d: { interface: 'd', dependencies: ['c'] },
    };
    assert.deepEqual(outdated(chain), ['3.11/c']);
  });

  it('is no concern for another version of Python', () => {
    const { units, read } = oldUnits({ b: changed });
    const elsewhere = oldUnits({ c: { interface: 'c', dependencies: ['b'] } });
    const c: UnitState = { ...elsewhere.units[0]!, name: '3.9/c', files: ['3.9/c.meta.json'] };
    assert.deepEqual(
      unitsWithOutdatedView([...units, c], (path) => read(path) ?? elsewhere.read('3.11/c.meta.json')),
      [],
    );
  });

  it('is not even looked at where no interface changed', () => {
    const { units, read, reads } = oldUnits({
      b: { interface: 'b' },
      c: { interface: 'c', dependencies: ['b'] },
    });
    assert.deepEqual(unitsWithOutdatedView(units, read), []);
    assert.deepEqual(reads, []);
  });

  it('is that of one of two units for the same module, the one that was visited', () => {
    assert.deepEqual(outdated({ b: { interface: 'b' }, 'b/__init__': { interface: 'i', touched: true } }), [
      '3.11/b',
    ]);
    assert.deepEqual(outdated({ b: { interface: 'b' }, 'b/__init__': { interface: 'i' } }), [
      '3.11/b',
      '3.11/b/__init__',
    ]);
  });

  it('is kept by mypy itself from 1.19 on', () => {
    const unit = (name: string, touched: boolean): UnitState => {
      const facts = { source: `${name}.py` };
      return {
        name: `3.11/${name}`,
        files: [`3.11/${name}.meta.ff`],
        facts,
        touched,
        before: facts,
      };
    };
    assert.deepEqual(
      unitsWithOutdatedView([unit('b', true), unit('c', false)], () => assert.fail('was read')),
      [],
    );
  });
});

describe('units made with a plugin', () => {
  const plugins = (now: string, before: string | undefined, python = '3.11'): UnitState => ({
    name: `${python}/@plugins`,
    files: [`${python}/@plugins_snapshot.json`],
    facts: { plugins: now },
    touched: true,
    before: before === undefined ? undefined : { plugins: before },
  });
  const { units } = oldUnits({ seen: { interface: 's', touched: true }, unseen: { interface: 'u' } });

  it('are outdated where the plugin changed and mypy did not visit them', () => {
    assert.deepEqual(unitsOfChangedPlugins([plugins('two', 'one'), ...units]), ['3.11/unseen']);
    assert.deepEqual(unitsOfChangedPlugins([plugins('two', undefined), ...units]), ['3.11/unseen']);
  });

  it('are good with the same plugin, or another Python', () => {
    assert.deepEqual(unitsOfChangedPlugins([plugins('one', 'one'), ...units]), []);
    assert.deepEqual(unitsOfChangedPlugins([plugins('two', 'one', '3.9'), ...units]), []);
  });
});
