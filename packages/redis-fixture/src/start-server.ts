import { PortTaken, RedisProcess } from './redis-process.js';
import type { RedisServer } from './redis-server.js';
import { writeConfiguration, type RedisSettings } from './redis-settings.js';
import { ServerDirectory } from './server-directory.js';
import { StartedServer, type StartedServerOptions } from './started-server.js';

const ATTEMPTS = 5;

/** What one server is started with, once its directory and port are known. */
export interface ServerPlan {
  readonly settings: RedisSettings;
  /** Lines of redis.conf after the settings, where a name may come twice. Default: none. */
  readonly lines?: readonly string[];
  /** Arguments after the configuration file. Default: none. */
  readonly args?: readonly string[];
  /** What redis-cli and clients need to know. Default: nothing. */
  readonly access?: Pick<StartedServerOptions, 'password' | 'socketPath' | 'caPath'>;
}

export interface StartServerOptions {
  readonly choosePort: () => Promise<number>;
  readonly plan: (directory: string, port: number) => ServerPlan | Promise<ServerPlan>;
}

/** Starts a server on a port of its own; again on another one when somebody else was quicker. */
export async function startServer(options: StartServerOptions): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToStart(options);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function tryToStart({ choosePort, plan }: StartServerOptions): Promise<RedisServer> {
  const directory = new ServerDirectory();
  try {
    const port = await choosePort();
    const { settings, lines, args = [], access = {} } = await plan(directory.path, port);
    const configuration = writeConfiguration(directory.path, settings, lines);
    const process = await RedisProcess.start(directory, [configuration, ...args]);
    const server = new StartedServer({ directory, process, port, ...access });
    await waitForAnswer(server);
    return server;
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

/** A server that asks for a password has answered as well. */
async function waitForAnswer(server: StartedServer): Promise<void> {
  try {
    const answer = await server.cli('PING');
    if (!/^(?:PONG|NOAUTH|NOPERM)/.test(answer)) throw new Error(`redis-server answers PING with: ${answer}`);
  } catch (error) {
    await server.kill();
    throw error;
  }
}
