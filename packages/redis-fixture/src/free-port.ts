import { createServer, type AddressInfo } from 'node:net';

const ATTEMPTS = 100;
/** A cluster node also listens on its port plus this. */
const BUS_OFFSET = 10_000;
const LAST_PORT_WITH_BUS = 65_535 - BUS_OFFSET;

/** A port that nobody listens on now. Somebody may be quicker in taking it: whoever uses it must be ready to retry. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** A port whose cluster bus port is free as well. */
export async function freeClusterPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await freePort();
    if (port <= LAST_PORT_WITH_BUS && (await isFree(port + BUS_OFFSET))) return port;
  }
  throw new Error(`no free port below ${LAST_PORT_WITH_BUS} whose cluster bus port is free as well`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
