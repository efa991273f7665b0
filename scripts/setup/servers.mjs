import { stopService } from './apt.mjs';
import { findProgram } from './find-program.mjs';
import { installProgram } from './install-program.mjs';

/** What tests and examples start servers with, each on a port of its own; it is then on PATH. */
export function ensureServers() {
  const isInstalled = findProgram('redis-server') !== undefined;
  installProgram('redis-server');
  // The service that comes with the package is nothing that anybody has asked for.
  if (!isInstalled) stopService('redis-server');
  installProgram('redis-cli', 'redis-tools');
  // Makes certificates for servers with TLS.
  installProgram('openssl');
}
