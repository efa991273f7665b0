import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StateArchive } from './state-archive.js';

/** Archives by HTTP, from this process: it has nothing else to do while others fetch them. */
export async function serveArchives(
  archives: readonly StateArchive[],
): Promise<AsyncDisposable & { readonly url: string }> {
  const contents = new Map(archives.map(({ packing, bytes }) => [`/${packing.suffix}`, bytes]));
  const server = createServer((request, response) => {
    const bytes = contents.get(request.url ?? '');
    response.writeHead(bytes ? 200 : 404, { 'content-length': bytes?.length ?? 0 }).end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
