/**
 * The first value of a variable in the text of a git configuration file, as `git config` would unquote it. Knows sections
 * with a subsection, which is all we ask for; does not follow `include`.
 * https://git-scm.com/docs/git-config#_syntax
 */
export function readGitConfig(
  text: string,
  section: string,
  subsection: string,
  variable: string,
): string | undefined {
  let inSection = false;
  for (const line of logicalLinesOf(text)) {
    const [, header, rest] = /^\s*(\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])?(.*)$/s.exec(line) ?? [];
    if (header !== undefined) inSection = isHeaderOf(header, section, subsection);
    const [, name, value] = /^\s*([a-z][a-z0-9-]*)\s*=\s*(.*)$/is.exec(rest ?? '') ?? [];
    if (inSection && name?.toLowerCase() === variable) return unquote(value!);
  }
  return undefined;
}

/** A backslash before the end of a line continues it. */
function logicalLinesOf(text: string): readonly string[] {
  return text.replaceAll('\r\n', '\n').replaceAll('\\\n', '').split('\n');
}

function isHeaderOf(header: string, section: string, subsection: string): boolean {
  const [, name, quoted] = /^\[\s*([a-z0-9.-]+)\s+"((?:[^"\\]|\\.)*)"\s*\]$/i.exec(header) ?? [];
  return name?.toLowerCase() === section && quoted!.replaceAll(/\\(.)/g, '$1') === subsection;
}

/** Quotes may be anywhere in a value; outside of them a comment ends it, and white space at its end does not count. */
function unquote(value: string): string {
  let result = '';
  let quoted = false;
  let lengthToKeep = 0;
  for (const [part] of value.matchAll(/\\.|[^]/g)) {
    if (part === '"') quoted = !quoted;
    else if (!quoted && (part === '#' || part === ';')) break;
    else result += part.startsWith('\\') ? (escapes.get(part) ?? part.slice(1)) : part;
    if (quoted || !/\s/.test(part)) lengthToKeep = result.length;
  }
  return result.slice(0, lengthToKeep);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\t', '\t'],
  ['\\b', '\b'],
]);
