/**
 * A remote repository's name, however one gets there and whoever one is:
 * `git@github.com:a/b.git`, `ssh://git@github.com:22/a/b` and `https://user:password@github.com/a/b/` are all
 * `github.com/a/b`; of a local path only the last part remains. `undefined` where nothing remains that is sure to hold
 * no password.
 */
export function normaliseRemoteUrl(text: string): string | undefined {
  // `helper::address` names the program that speaks to the address.
  const url = text.trim().replace(/^[a-z0-9]+::/i, '');
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme?.toLowerCase() === 'file') return lastPartOf(rest!);
  if (scheme !== undefined) return remoteOf(scheme.toLowerCase(), rest!);
  const [, host, path] = scpLike.exec(url) ?? [];
  if (host !== undefined) return joined(host, path!);
  return /:.*@/s.test(url) ? undefined : lastPartOf(url);
}

/** `/x.git`, `/x.git/` and `/x/.git` are all `/x`. */
export function withoutGitSuffix(path: string): string {
  return path.replace(/[/\\]+$/, '').replace(/[/\\]*\.git$/, '');
}

/**
 * `[user@]host:path`. One letter before the colon is a Windows drive; a slash there makes it a local path. An `@` soon
 * after it may end a password.
 */
const scpLike = /^(?:[^/\\]*@)?([^:/\\@]{2,}|\[[^\]]+\]):(?![^/]*@)(.*)$/s;

const defaultPorts: Readonly<Record<string, string>> = { ssh: '22', https: '443', http: '80', git: '9418' };

function remoteOf(scheme: string, rest: string): string | undefined {
  // A query may carry a token. With an `@` in it, it may as well be the rest of a password.
  if (/[?#].*@/s.test(rest)) return undefined;
  const bare = rest.slice(rest.lastIndexOf('@') + 1).replace(/[?#].*$/s, '');
  const [, authority, path] = /^([^/]*)(.*)$/s.exec(bare)!;
  const [, host, port] = /^(.*?)(?::(\d*))?$/s.exec(authority!)!;
  const keptPort = port === undefined || port === '' || port === defaultPorts[scheme] ? '' : `:${port}`;
  return joined(host! + keptPort, path!);
}

function joined(host: string, path: string): string | undefined {
  const trimmed = withoutGitSuffix(path).replace(/^\/+/, '');
  return [host.toLowerCase(), trimmed].filter((part) => part !== '').join('/') || undefined;
}

function lastPartOf(path: string): string | undefined {
  return withoutGitSuffix(path).split(/[/\\]/).pop() || undefined;
}
