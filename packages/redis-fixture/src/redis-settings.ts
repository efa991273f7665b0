import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names and values as in redis.conf. */
export type RedisSettings = Readonly<Record<string, string>>;

/** A server for one test: it keeps nothing, and its replicas attach at once. */
export function settingsForTests(directory: string): RedisSettings {
  return {
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'no',
    // What waits for a second replica by default waits 5 s.
    'repl-diskless-sync-delay': '0',
  };
}

/** A file and not arguments: passwords stay out of the list of processes, and a sentinel must be able to rewrite it. */
export function writeConfiguration(
  directory: string,
  settings: RedisSettings,
  lines: readonly string[] = [],
): string {
  const path = join(directory, 'redis.conf');
  const written = Object.entries(settings).map(([name, value]) => `${name} ${value === '' ? '""' : value}`);
  writeFileSync(path, [...written, ...lines, ''].join('\n'), { mode: 0o600 });
  return path;
}
