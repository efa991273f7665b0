/** What must not be in a message: the password in a URI, as it is written and as it is meant, and what is called so in its query. */
export function secretsOf(uri: string): readonly string[] {
  const rest = uri.slice(uri.indexOf('://') + 3);
  // The last @: who has not escaped one in the password has a secret as well.
  const credentials = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const inQuery = [...rest.matchAll(secretInQuery)].map(([, value = '']) => value);
  const written = [credentials.slice(credentials.indexOf(':') + 1), ...inQuery].filter(Boolean);
  return [...new Set(written.flatMap((secret) => [secret, decoded(secret)]))];
}

const secretInQuery = /[?&][^=&]*(?:pass|secret|token|key)[^=&]*=([^&#]*)/gi;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
