import { aptInstall, stopService } from './apt.mjs';
import { findProgram } from './find-program.mjs';
import { SetupError, say } from './say.mjs';

/** In Debian it brings redis-cli with it. */
const PACKAGE = 'redis-server';
const PROGRAMS = ['redis-server', 'redis-cli'];

/**
 * Finds redis-server and redis-cli, or installs them. The tests start servers of their own, on ports of their own.
 *
 * @returns {{ redisServer: string, redisCli: string }}
 */
export function ensureRedis() {
  const failure = absent().length === 0 ? undefined : install();
  const stillAbsent = absent();
  if (stillAbsent.length > 0)
    throw new SetupError(
      `${stillAbsent.join(' and ')}: needed, and could not be installed: ${failure ?? 'not on PATH'}`,
    );
  const [redisServer = '', redisCli = ''] = PROGRAMS.map((name) => findProgram(name) ?? '');
  say(`redis-server: ${redisServer}`);
  return { redisServer, redisCli };
}

function absent() {
  return PROGRAMS.filter((name) => findProgram(name) === undefined);
}

function install() {
  const failure = aptInstall([PACKAGE]);
  // The service that comes with the package is nothing that anybody has asked for.
  if (failure === undefined) stopService(PACKAGE);
  return failure;
}
