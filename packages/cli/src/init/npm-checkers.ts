import { builtInCheckers } from '@cleanmiss/checkers';
import { isJsonObject, type JsonObject } from '@cleanmiss/core';
import type { FoundChecker } from './found-checker.js';
import type { ProjectFiles } from './project-files.js';

interface NpmTool {
  readonly name: string;
  /** The package whose presence among the dependencies says that it is used. */
  readonly package: string;
  /** Where no script starts it. */
  readonly usual: readonly string[];
  /** A script's command will do only with one of these. */
  readonly wants?: readonly string[];
  readonly passedThrough?: string;
}

const tools: readonly NpmTool[] = [
  { name: 'tsc', package: 'typescript', usual: ['tsc', '--noEmit'] },
  { name: 'eslint', package: 'eslint', usual: ['eslint', '.'] },
  {
    name: 'prettier',
    package: 'prettier',
    usual: ['prettier', '--check', '.'],
    wants: ['--check', '-c', '--list-different', '-l'],
  },
  { name: 'stylelint', package: 'stylelint', usual: ['stylelint', '**/*.css'] },
];

/** By the dependencies of `package.json`, and how its scripts start them. */
export function npmCheckers(files: ProjectFiles): readonly FoundChecker[] {
  const manifest = files.json('package.json');
  const known = new Set(['dependencies', 'devDependencies'].flatMap((name) => namesIn(manifest[name])));
  return tools
    .filter((tool) => known.has(tool.package))
    .filter((tool) => tool.name !== 'tsc' || files.has('tsconfig.json'))
    .map((tool) => {
      const script = scriptFor(tool, manifest);
      return {
        name: tool.name,
        command: script?.words ?? tool.usual,
        because: script
          ? `the script "${script.name}" of package.json`
          : `${tool.package} is a dependency in package.json`,
        passedThrough: undefined,
        kind: 'npm',
      };
    });
}

/** The first script that starts it in plain words: what a shell would have to expand is not ours to rewrite. */
function scriptFor(
  { name, wants }: NpmTool,
  manifest: JsonObject,
): { readonly name: string; readonly words: readonly string[] } | undefined {
  const scripts = isJsonObject(manifest['scripts']) ? manifest['scripts'] : {};
  for (const [script, text] of Object.entries(scripts)) {
    if (typeof text !== 'string') continue;
    for (const part of text.split(/&&|;/)) {
      const words = part.trim().split(/\s+/);
      const isPlain = words.every((word) => /^[\w@%+=:,./*!-]+$/.test(word));
      if (!isPlain || builtInCheckers.startedBy(words)?.name !== name) continue;
      if (!wants || wants.some((option) => words.includes(option))) return { name: script, words };
    }
  }
  return undefined;
}

function namesIn(member: unknown): readonly string[] {
  return isJsonObject(member) ? Object.keys(member) : [];
}
