import { join } from 'node:path';
import { freePort } from './free-port.js';
import type { RedisServer } from './redis-server.js';
import { settingsForTests, type RedisSettings } from './redis-settings.js';
import { startServer, type ServerPlan } from './start-server.js';
import { makeTlsCertificate } from './tls-certificate.js';

export interface RedisOptions {
  /** As in redis.conf, e.g. `{ maxmemory: '5mb' }`; they win over the fixture's own. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Also listens on `socketPath`. Default: false. */
  readonly unixSocket?: boolean;
  /** Speaks TLS only, with a certificate for 127.0.0.1 and localhost. Default: false. */
  readonly tls?: boolean;
  /** `user NAME ...` lines, as in an ACL file. Default: the default user may do everything. */
  readonly acl?: readonly string[];
  /** That of a server that was stopped, to play its return. Default: a free one. */
  readonly port?: number;
}

/** Starts a redis-server of the test's own; resolves when it answers. */
export function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { port } = options;
  return startServer({
    choosePort: port === undefined ? freePort : () => Promise.resolve(port),
    plan: (directory, chosen) => planServer(directory, chosen, options),
  });
}

async function planServer(directory: string, port: number, options: RedisOptions): Promise<ServerPlan> {
  const socketPath = options.unixSocket === true ? join(directory, 'redis.sock') : undefined;
  const certificate = options.tls === true ? await makeTlsCertificate(directory) : undefined;
  const listening: RedisSettings =
    certificate === undefined
      ? { port: String(port) }
      : {
          port: '0',
          'tls-port': String(port),
          'tls-cert-file': certificate.certificatePath,
          'tls-key-file': certificate.keyPath,
          'tls-ca-cert-file': certificate.certificatePath,
          'tls-auth-clients': 'no',
        };
  return {
    settings: {
      ...settingsForTests(directory),
      ...listening,
      ...(socketPath === undefined ? {} : { unixsocket: socketPath }),
      ...options.settings,
    },
    lines: options.acl ?? [],
    access: {
      password: options.settings?.['requirepass'],
      socketPath,
      caPath: certificate?.certificatePath,
    },
  };
}
