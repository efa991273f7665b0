import { join } from 'node:path';
import { KeyvSqlite } from '@keyv/sqlite';
import { openKeyvUri } from '@cleanmiss/keyv-backend';
import { keyvConformance } from './support/conformance.js';
import { KeyvFixture, temporaryDirectory } from './support/keyv-fixture.js';

keyvConformance('@keyv/sqlite', async () => {
  const { path, remove } = temporaryDirectory();
  const uri = `sqlite://${join(path, 'cache.sqlite')}`;
  const tier = await openKeyvUri(uri, { resolveFrom: import.meta.dirname });
  const other = new KeyvSqlite({ uri, busyTimeout: 1000 });
  return new KeyvFixture({
    tier,
    raw: other,
    prefix: '',
    remove: async () => {
      await other.disconnect();
      remove();
    },
  });
});
