import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'node:test';
import { missReasons } from '@cleanmiss/core';
import { cleanmiss, repositoryRoot } from './support/index.js';

/** By path from the repository's root. */
const pages: ReadonlyMap<string, string> = new Map(
  [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    ...below('docs'),
    ...below('packages'),
    ...below('examples'),
  ].map((path) => [path, readFileSync(join(repositoryRoot, path), 'utf8')]),
);

function below(folder: string): readonly string[] {
  const paths = readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.md') && !/(^|[\\/])(node_modules|dist)[\\/]/.test(path))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
}

/** Links of a page, without those within code. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/```.*?```/gs, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

function isOutside(target: string): boolean {
  return /^(?:https?|mailto):/.test(target);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replaceAll(/```.*?```/gs, '').matchAll(/^#+ (.*)$/gm)].map(
    ([, heading]) => heading!,
  );
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

describe('the pages', () => {
  it('link to what is there, headings included', () => {
    for (const [path, text] of pages) {
      for (const target of linksOf(text).filter((link) => !isOutside(link))) {
        const [file = '', anchor] = target.split('#');
        const place =
          file === '' ? path : relative(repositoryRoot, resolve(repositoryRoot, dirname(path), file));
        assert.ok(existsSync(join(repositoryRoot, place)), `${path} links to ${target}`);
        if (anchor === undefined) continue;
        assert.ok(
          anchorsOf(pages.get(place.replaceAll('\\', '/')) ?? '').has(anchor),
          `${path} links to ${target}`,
        );
      }
    }
  });

  it('of the documentation are all found from its index', () => {
    const found = new Set<string>();
    const follow = (path: string): void => {
      if (found.has(path) || !pages.has(path)) return;
      found.add(path);
      for (const target of linksOf(pages.get(path)!).filter((link) => !isOutside(link))) {
        follow(
          relative(repositoryRoot, resolve(repositoryRoot, dirname(path), target.split('#')[0]!)).replaceAll(
            '\\',
            '/',
          ),
        );
      }
    };
    follow('docs/README.md');
    const own = [...pages.keys()].filter((path) => path.startsWith('docs/') && !path.startsWith('docs/adr/'));
    assert.deepEqual(
      own.filter((path) => !found.has(path)),
      [],
    );
    assert.ok(found.has('docs/checkers/mypy.md'));
  });

  it('have a heading in the troubleshooting for whatever can be in the way', () => {
    const headings = new Set(
      [...pages.get('docs/troubleshooting.md')!.matchAll(/^### `(.*)`$/gm)].map(([, heading]) => heading),
    );
    const distrust = ['unsigned', 'unknown-key', 'bad-signature', 'revoked'];
    const operations = ['runner', 'cli'].flatMap((name) =>
      operationsIn(join(repositoryRoot, 'packages', name, 'src')),
    );
    const words = [...new Set([...missReasons, 'crashed', 'passed-through', ...distrust, ...operations])];
    assert.ok(operations.includes('replay') && operations.includes('lease'), operations.join());
    for (const word of words)
      assert.ok(headings.has(word), `docs/troubleshooting.md has no heading for ${word}`);
    assert.equal(headings.size, words.length);
  });

  it('name each verb and each of its options', async () => {
    const text = [...pages].map(([, page]) => page).join('\n');
    const { stdout } = await cleanmiss(['--help']);
    const verbs = [...stdout.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, verb]) => verb!);
    assert.ok(verbs.includes('run') && verbs.includes('init'), stdout);
    const helps = await Promise.all(verbs.map((verb) => cleanmiss([verb, '--help'])));
    for (const [i, verb] of verbs.entries()) {
      assert.match(text, new RegExp(`cleanmiss ${verb}\\b`), `no page shows cleanmiss ${verb}`);
      const options = [...helps[i]!.stdout.matchAll(/^ {2}(?:.*?)(--[a-z-]+)/gm)].map(
        ([, option]) => option!,
      );
      for (const option of options.filter((name) => !['--help', '--background'].includes(name)))
        assert.ok(text.includes(option), `no page shows ${verb} ${option}`);
    }
  });

  it('show commands that there are, also within a sentence', async () => {
    const helps = new Map<string, string>();
    for (const [path, text] of pages) {
      for (const [, words] of text.matchAll(/`(?:[A-Z_]+=\S+ )?(?:npx )?cleanmiss ([a-z][^`\n]*)`/g)) {
        const [verb = '', ...rest] = words!.split(/\s+/);
        if (!helps.has(verb)) helps.set(verb, (await cleanmiss([verb, '--help'])).stdout);
        const help = helps.get(verb)!;
        assert.match(help, /^Usage: cleanmiss/, `${path} shows cleanmiss ${words!}`);
        const end = rest.indexOf('--');
        for (const option of rest
          .slice(0, end < 0 ? rest.length : end)
          .filter((word) => word.startsWith('--')))
          assert.ok(help.includes(option.split('=')[0]!), `${path} shows cleanmiss ${words!}`);
      }
    }
    assert.ok(helps.size > 8);
  });

  it('that are made from something else are up to date: npm run docs', async () => {
    for (const name of ['configuration', 'commands']) {
      const script = pathToFileURL(join(repositoryRoot, `scripts/docs/${name}.mjs`)).href;
      const made = (await import(script)) as Readonly<Record<string, () => Promise<string>>>;
      assert.equal(await made[`${name}Page`]!(), pages.get(`docs/${name}.md`), name);
    }
  });
});

/** The first words of entries under `degraded`. */
function operationsIn(folder: string): readonly string[] {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const calls = /(?:guard(?:<[^(]*>)?|degradation\.add|failOpen)\(\s*'([a-z ]+)'/g;
  const names = sources.flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(calls)].map(([, name]) => name!),
  );
  return [...new Set(names)];
}
