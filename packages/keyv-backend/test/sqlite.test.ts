import { join } from 'node:path';
import { KeyvSqlite } from '@keyv/sqlite';
import { Keyv } from 'keyv';
import { keyvConformance } from './support/conformance.js';
import { KeyvFixture, temporaryDirectory } from './support/keyv-fixture.js';

keyvConformance('@keyv/sqlite', async () => {
  const { path, remove } = temporaryDirectory();
  const store = new KeyvSqlite({ uri: `sqlite://${join(path, 'cache.sqlite')}`, busyTimeout: 1000 });
  return new KeyvFixture(new Keyv({ store }), remove);
});
