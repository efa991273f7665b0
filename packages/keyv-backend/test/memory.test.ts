import { Keyv } from 'keyv';
import { keyvConformance } from './support/conformance.js';
import { plainFixture } from './support/keyv-fixture.js';

keyvConformance('Keyv in memory', async () => plainFixture(new Keyv()));

keyvConformance('Keyv in memory, in short parts', async () => plainFixture(new Keyv(), { partBytes: 2048 }));
