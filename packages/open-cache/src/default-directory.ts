import { homedir, platform } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's cache directory, by each system's own rule: a place that may be emptied at any time. */
export function defaultLocalDirectory(env: Environment): string {
  return join(cacheHome(env), 'cleanmiss');
}

function cacheHome(env: Environment): string {
  const home = env['HOME'] ?? homedir();
  if (platform() === 'darwin') return join(home, 'Library', 'Caches');
  if (platform() === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  return env['XDG_CACHE_HOME'] ?? join(home, '.cache');
}
