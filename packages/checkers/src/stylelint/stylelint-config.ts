import type { ConfigFile } from '../npm/config-files.js';

/**
 * May these settings bring in rules that look at other files than the one they check? Those of Stylelint itself do not, unless they are
 * given reference files; of plugins, and of what a configuration imports, we know nothing.
 */
export function mayLookAround({ text }: Pick<ConfigFile, 'text'>): boolean {
  if (/plugin|processor|referenceFiles|\b(import|require|process)\b|["'\s]\.{1,2}\//.test(text)) return true;
  return (
    !valuesOf(text, 'extends').every((name) => knownConfigs.has(name)) ||
    !valuesOf(text, 'customSyntax').every(isKnownSyntax)
  );
}

export function isKnownSyntax(name: string): boolean {
  return knownSyntaxes.has(name);
}

const knownConfigs: ReadonlySet<string> = new Set([
  'stylelint-config-standard',
  'stylelint-config-recommended',
]);

const knownSyntaxes: ReadonlySet<string> = new Set([
  ...['postcss-scss', 'postcss-less', 'postcss-html', 'postcss-sass', 'sugarss'],
]);

/** The words behind a key, in JSON, YAML and JavaScript: one, a list in brackets, or a list of lines. */
function valuesOf(text: string, key: string): readonly string[] {
  const pattern = new RegExp(
    `\\b${key}["']?\\s*:\\s*(\\[[^\\]]*\\]|[^\\n,}]*)((?:\\s*\\n\\s*-[^\\n]*)*)`,
    'g',
  );
  const parts = [...text.matchAll(pattern)].map(([, value = '', lines = '']) => `${value}${lines}`);
  return parts
    .flatMap((part) => part.split(/[\s"'[\],]+|(?:^|\s)-\s/))
    .filter((word) => word !== '' && word !== '-');
}
