/** One setting in a configuration file that mypy reads, as it is written there. */
export interface Setting {
  /** For all modules, for those that the section names, or for a plugin. */
  readonly scope: 'global' | 'module' | 'plugin';
  /** The section's heading, and which of the file's sections it is. */
  readonly section: string;
  /** In lower case. */
  readonly key: string;
  /** The lines it takes, key included, trimmed. */
  readonly text: string;
}

/**
 * The settings that concern mypy in an INI file; `undefined` where it is not mypy's. A scan by lines, not a parser: it
 * takes too much rather than too little, since what it takes only keeps states apart.
 */
export function iniSettings(text: string): readonly Setting[] | undefined {
  return scan(text, {
    // configparser: a heading in the first column always is one; an indented one may be.
    headingOf: (line) => /^\[([^\]]*)\]/.exec(line)?.[1] ?? /^\s+\[(mypy[^\]]*)\]/.exec(line)?.[1],
    scopeOf: (heading) => {
      // [DEFAULT] counts in every section.
      if (heading === 'mypy' || heading === 'DEFAULT') return 'global';
      if (heading.startsWith('mypy-')) return 'module';
      return ofPlugin.test(heading) ? 'plugin' : undefined;
    },
    // mypy, too, passes over a shared file with sections for modules only.
    isOwn: (heading) => heading === 'mypy',
    keyOf: (line) => /^([^\s=:[][^=:]*)(?:[=:]|$)/.exec(line)?.[1]?.trimEnd(),
    isComment: (line) => /^\s*[#;]/.test(line),
  });
}

/** The same for a TOML file. */
export function tomlSettings(text: string): readonly Setting[] | undefined {
  // `tool.mypy.strict = true`, or `mypy = { ... }` under [tool]: nobody writes so; if somebody does, the whole file
  // counts.
  // (No `\s` at the beginning: it would match line ends too, in each of many empty lines all those after it.)
  if (/^[ \t]*["']?tool["']?\s*[.=].*mypy|^[ \t]*\[\s*["']?tool["']?\s*\]/m.test(text)) {
    return [{ scope: 'global', section: '', key: '', text }];
  }
  return scan(text, {
    headingOf: (line) => (mypyTable.exec(line) ?? plainTable.exec(line))?.[1],
    scopeOf: (heading) => {
      const name = heading.replaceAll(/["'\s]/g, '');
      if (name === 'tool.mypy') return 'global';
      if (name.startsWith('tool.mypy.')) return 'module';
      return ofPlugin.test(name) ? 'plugin' : undefined;
    },
    isOwn: (heading) => mypyTable.test(`[${heading}]`),
    keyOf: (line) => /^\s*["']?([\w-]+)["']?\s*[.=]/.exec(line)?.[1],
    isComment: (line) => /^\s*#/.test(line),
  });
}

/** The setting's value in lower case, without quotes or what follows it on its line. */
export function valueOf({ text }: Setting): string {
  const written = /^[^=:]*[=:]\s*([^#;\n]*)/.exec(text)?.[1] ?? '';
  return written
    .trim()
    .replaceAll(/^["']|["']$/g, '')
    .toLowerCase();
}

/** `[mypy.plugins.django-stubs]`, `[tool.pydantic-mypy]`: plugins have no other place for theirs. */
const ofPlugin = /mypy|-stubs/;

/** `[tool.mypy]` and `[[tool.mypy.overrides]]`, also indented or quoted. */
const mypyTable = /^\s*\[\[?\s*(["']?tool["']?\s*\.\s*["']?mypy["']?\s*(?:\.[^\]]*)?)\]/;

/** Any other table, in the first column: an indented bracket may be part of a value. */
const plainTable = /^\[\[?\s*([\w-]+\s*(?:\.[^\]]*)?)\]/;

interface Syntax {
  headingOf(line: string): string | undefined;
  /** `undefined`: nothing in it concerns mypy. */
  scopeOf(heading: string): Setting['scope'] | undefined;
  /** Does the heading make the file mypy's? */
  isOwn(heading: string): boolean;
  /** `undefined` where the line continues the one before. */
  keyOf(line: string): string | undefined;
  isComment(line: string): boolean;
}

function scan(text: string, syntax: Syntax): readonly Setting[] | undefined {
  const settings: { scope: Setting['scope']; section: string; key: string; text: string }[] = [];
  let section = '';
  let scope: Setting['scope'] | undefined;
  let isOwn = false;
  for (const [number, line] of text.split(/\r\n|\r|\n/).entries()) {
    const heading = syntax.headingOf(line);
    if (heading !== undefined) {
      section = `${heading}#${number}`;
      scope = syntax.scopeOf(heading);
      isOwn ||= syntax.isOwn(heading);
    } else if (scope && line.trim() !== '' && !syntax.isComment(line)) {
      const key = syntax.keyOf(line);
      const last = settings.at(-1);
      if (key === undefined && last?.section === section) last.text += `\n${line.trim()}`;
      else settings.push({ scope, section, key: (key ?? '').toLowerCase(), text: line.trim() });
    }
  }
  return isOwn ? settings : undefined;
}
