import { Keyv } from 'keyv';
import { keyvConformance } from './support/conformance.js';
import { KeyvFixture } from './support/keyv-fixture.js';

keyvConformance('Keyv in memory', async () => new KeyvFixture(new Keyv(), () => {}));

keyvConformance('Keyv in memory, in short parts', async () => {
  return new KeyvFixture(new Keyv(), () => {}, { partBytes: 2048 });
});
