import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { chmodSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  cleanmissCommand,
  findTools,
  initialCommit,
  installSet,
  repositoryRoot,
  run,
  TemporaryDirectory,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

/** Shell lines of fenced blocks, by page. */
const commands: ReadonlyMap<string, readonly string[]> = new Map(
  pagesOf().map((path) => {
    const blocks = [...readFileSync(join(repositoryRoot, path), 'utf8').matchAll(/^```(\S*)\n(.*?)^```$/gms)];
    for (const [, language, text] of blocks) {
      const isCommand = /^(?:\$ )?(?:npx|npm|cleanmiss|mypy|[A-Z_]+=\S*) /.test(text!);
      assert.ok(
        !isCommand || language === 'sh',
        `${path}: a block of commands is not marked as sh: ${text!}`,
      );
    }
    const shell = blocks.filter(([, language]) => language === 'sh');
    return [path, shell.flatMap(([, , text]) => text!.trim().split('\n'))];
  }),
);

function pagesOf(): readonly string[] {
  const docs = readdirSync(join(repositoryRoot, 'docs'), { recursive: true, encoding: 'utf8' });
  const packages = readdirSync(join(repositoryRoot, 'packages')).map((name) => `packages/${name}/README.md`);
  const own = docs.filter((path) => path.endsWith('.md')).map((path) => `docs/${path.replaceAll('\\', '/')}`);
  const all = [
    'README.md',
    ...own,
    ...packages.filter((path) => path !== 'packages/redis-fixture/README.md'),
  ];
  return all.filter((path) => !path.startsWith('docs/adr/'));
}

/** These are run elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm run demo': 'by whoever tries it; its parts are those of the demo in scripts/demo',
  'npm test': 'this is part of it',
  'npm install @cleanmiss/open-cache': 'packages.test.ts, from what is packed',
  'npm install --save-dev @types/node': 'packages.test.ts, from what is packed',
};

/** What a page's commands find installed. Default: nothing from npm. */
const sets: Readonly<Record<string, string>> = {
  'docs/checkers/custom.md': 'dependency-cruiser',
  'docs/checkers/eslint.md': 'eslint-10',
  'docs/checkers/prettier.md': 'prettier-3.10',
  'docs/checkers/stylelint.md': 'stylelint-16',
  'docs/checkers/tsc.md': 'vue-tsc',
};

/** A project in which all of them have something to do, and nothing to find fault with. */
const project: Readonly<Record<string, string>> = {
  'src/a.py': 'x: int = 1\n',
  'src/a.js': 'export const a = 1;\n',
  'src/a.ts': 'export const a: number = 1;\n',
  'src/a.scss': '.a {\n  color: red;\n}\n',
  Makefile: 'lint:\n\tmypy src\n',
  'mypy.ini': '[mypy]\nstrict = True\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["src"] }\n',
  'eslint.config.js': 'export default [{ rules: { "no-var": "error" } }];\n',
  '.stylelintrc.json': '{ "rules": { "block-no-empty": true } }\n',
  '.prettierrc': '{ "singleQuote": true }\n',
  '.prettierignore': '*.json\n*.js\nnode_modules\n.cleanmiss\n',
  '.gitignore': 'node_modules\n',
  '.dependency-cruiser.json': '{ "options": { "doNotFollow": "node_modules" } }\n',
  'package.json': '{ "type": "module" }\n',
};

describe('the commands in the documentation', () => {
  // The later ones start warm.
  const store = new TemporaryDirectory();
  after(() => {
    store[Symbol.dispose]();
  });
  const seen = new Set<string>();
  for (const [page, all] of commands) {
    const own = all.filter((line) => {
      const key = `${sets[page] ?? ''} ${line}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew && !(line.split('#')[0]!.trim() in elsewhere);
    });
    if (own.length === 0) continue;
    it(`of ${page} work: ${String(own.length)} that no page before it has`, async (t) => {
      const directory = temporaryDirectory(t);
      const cwd = join(directory, 'project');
      writeProject(cwd, { ...project, ...configurationIn(page) });
      if (sets[page] !== undefined) installSet(sets[page], cwd);
      initialCommit(cwd);
      const env = {
        PATH: [programsIn(directory), dirname(findTools().mypy.command), process.env['PATH'] ?? ''].join(
          delimiter,
        ),
        CLEANMISS_LOCAL: join(store.path, 'store'),
      };
      for (const line of own) {
        const ended = await run(['sh', '-c', line], { cwd, env });
        assert.equal(ended.code, 0, `${line}\n${ended.stdout}${ended.stderr}`);
        if (/cleanmiss run .*-- /.test(line)) {
          assert.doesNotMatch(ended.stderr, /the command is run as it is/, line);
        }
      }
    });
  }

  it('that are run elsewhere are in some page', () => {
    const lines = [...commands.values()].flat().map((line) => line.split('#')[0]!.trim());
    for (const line of Object.keys(elsewhere)) assert.ok(lines.includes(line), line);
    for (const page of Object.keys(sets)) assert.ok(commands.has(page), page);
  });
});

/** The configuration that the page shows as a whole, if it does. */
function configurationIn(page: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(repositoryRoot, page), 'utf8');
  const [, shown] = /^```json\n(\{\n.*?)^```$/ms.exec(text) ?? [];
  return shown === undefined || page === 'docs/configuration.md' ? {} : { 'cleanmiss.config.json': shown };
}

/** A folder for PATH, in which `cleanmiss` and `npx cleanmiss` are ours. */
function programsIn(directory: string): string {
  const folder = join(directory, 'programs');
  mkdirSync(folder);
  const ours = cleanmissCommand.map((word) => `'${word}'`).join(' ');
  const scripts = {
    cleanmiss: `#!/bin/sh\nexec ${ours} "$@"\n`,
    npx: `#!/bin/sh\nif [ "$1" = cleanmiss ]; then shift; exec ${ours} "$@"; fi\nexec ./node_modules/.bin/"$@"\n`,
  };
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
