import type { FoundChecker } from './found-checker.js';
import type { ProjectFiles } from './project-files.js';

/** By their settings: what is installed is the machine's affair. */
export function pythonCheckers(files: ProjectFiles): readonly FoundChecker[] {
  const mypy = mypySettings(files);
  const ruff = files.firstOf(['ruff.toml', '.ruff.toml']) ?? sectionIn(files, 'pyproject.toml', 'tool.ruff');
  return [
    ...(mypy
      ? [
          {
            name: 'mypy',
            // Where the settings name files, mypy wants none.
            command: mypy.namesFiles ? ['mypy'] : ['mypy', '.'],
            because: `there is ${mypy.where}`,
            passedThrough: undefined,
            kind: 'python' as const,
          },
        ]
      : []),
    ...(ruff
      ? [
          {
            name: 'ruff',
            command: ['ruff', 'check'],
            because: `there is ${ruff}`,
            passedThrough: 'its cache goes by times and places, and it is fast without',
            kind: 'python' as const,
          },
        ]
      : []),
  ];
}

function mypySettings(
  files: ProjectFiles,
): { readonly where: string; readonly namesFiles: boolean } | undefined {
  const places = [
    ['mypy.ini', 'mypy'],
    ['.mypy.ini', 'mypy'],
    ['setup.cfg', 'mypy'],
    ['pyproject.toml', 'tool.mypy'],
  ] as const;
  for (const [file, section] of places) {
    const text = textOfSection(files.text(file), section);
    if (text === undefined) continue;
    return { where: `[${section}] in ${file}`, namesFiles: /^\s*(?:files|packages|modules)\s*=/m.test(text) };
  }
  return undefined;
}

function sectionIn(files: ProjectFiles, file: string, section: string): string | undefined {
  const text = textOfSection(files.text(file), section);
  return text === undefined ? undefined : `[${section}] in ${file}`;
}

/** What stands under a heading, up to the next one; `undefined` where there is no such heading, nor one beneath it. */
function textOfSection(text: string, section: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const isBelow = lines.some((line) => line.trim().startsWith(`[${section}.`));
  const start = lines.findIndex((line) => line.trim() === `[${section}]`);
  if (start < 0) return isBelow ? '' : undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\s*\[/.test(line));
  return rest.slice(0, end < 0 ? rest.length : end).join('\n');
}
