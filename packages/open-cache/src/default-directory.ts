import { homedir, platform, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's cache directory, by each system's own rule: a place that may be emptied at any time. */
export function defaultLocalDirectory(env: Environment): string {
  return join(cacheHome(env), 'cleanmiss');
}

function cacheHome(env: Environment): string {
  const home = absolute(env['HOME']) ?? homeOfUser();
  if (platform() === 'darwin') return join(home, 'Library', 'Caches');
  if (platform() === 'win32') return absolute(env['LOCALAPPDATA']) ?? join(homeOfUser(), 'AppData', 'Local');
  return absolute(env['XDG_CACHE_HOME']) ?? join(home, '.cache');
}

/** The XDG rule: a variable that is empty or relative says nothing. It would make a store in every working directory. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** A user without an entry in the system's list of users (a container run as some number) has no home. */
function homeOfUser(): string {
  const owned = join(tmpdir(), `cleanmiss-${process.getuid?.() ?? 'user'}`);
  try {
    return absolute(homedir()) ?? owned;
  } catch {
    return owned;
  }
}
