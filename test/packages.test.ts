import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { count, itInFull, npmSet, repositoryRoot, run, TemporaryDirectory } from './support/index.js';
import { packAll, type Packed } from './support/packed-packages.js';

const work = new TemporaryDirectory();
const license = readFileSync(join(repositoryRoot, 'LICENSE'), 'utf8');

/** The command is one bundle, and nothing to import. */
const isLibrary = ({ manifest }: Packed) => manifest.name !== 'cleanmiss';

describe('the packages, as they are published', () => {
  let packages: readonly Packed[] = [];
  before(async () => {
    packages = await packAll(work.path);
  });

  it('are the ten that are not private', () => {
    const names = ['checkers', 'conformance', 'core', 'fs-backend', 'keyv-backend', 'open-cache'];
    const scoped = [...names, 'redis-backend', 'runner', 'snapshot'].map((name) => `@cleanmiss/${name}`);
    assert.deepEqual(packages.map(({ manifest }) => manifest.name).sort(), [...scoped, 'cleanmiss'].sort());
  });

  it('hold no test, no build info, no source that is not compiled, and nothing compiled without its source', () => {
    for (const each of packages) {
      const { manifest, files } = each;
      const known = isLibrary(each)
        ? /^(?:package\.json|README\.md|LICENSE|cleanmiss\.schema\.json|(?:dist\/)?src\/[\w/.-]+)$/
        : /^(?:package\.json|README\.md|LICENSE|bin\/cleanmiss\.js|dist\/bundle\/[\w.-]+\.js)$/;
      const unwanted = files.filter((path) => !known.test(path) || isForTests(path));
      assert.deepEqual(unwanted, [], manifest.name);
      const sources = files.filter((path) => path.startsWith('src/'));
      const expected = sources.flatMap((path) => {
        assert.match(path, /\.ts$/, manifest.name);
        const stem = `dist/${path.replace(/\.ts$/, '')}`;
        return [`${stem}.d.ts`, `${stem}.js`, `${stem}.js.map`];
      });
      const compiled = files.filter((path) => path.startsWith('dist/src/'));
      assert.deepEqual(compiled, expected.sort(), manifest.name);
    }
  });

  it('say what they are, what they need, and that importing them does nothing', () => {
    for (const each of packages) {
      const { manifest, files } = each;
      const { name } = manifest;
      assert.ok(manifest.description && manifest.keywords && manifest.keywords.length > 2, name);
      assert.equal(each.read('LICENSE'), license, name);
      assert.ok(each.read('README.md').startsWith(`# ${name}\n`), name);
      const { type, sideEffects, engines, publishConfig } = manifest;
      assert.deepEqual(
        [manifest.license, type, sideEffects, engines?.node, publishConfig?.access],
        ['MIT', 'module', false, '>=20', 'public'],
        name,
      );
      const targets = Object.values(manifest.exports ?? {}).flatMap((target) =>
        typeof target === 'string' ? [target] : [target.types, target.default],
      );
      assert.ok(targets.length > 0, name);
      for (const target of targets) assert.ok(files.includes(target.slice(2)), `${name}: ${target}`);
    }
  });

  it('depend on each other by their exact version, and on none that is private', () => {
    const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
    for (const { manifest } of packages) {
      const ours = Object.entries(manifest.dependencies ?? {}).filter(([name]) => name.includes('cleanmiss'));
      for (const [name, range] of ours) assert.equal(range, versions.get(name), `${manifest.name}: ${name}`);
    }
  });

  it('are all good to publint', async () => {
    const tool = join(npmSet('package-checks'), '.bin', 'publint');
    for (const { tarball } of packages) {
      const { stdout, stderr, code } = await run([tool, tarball, '--strict']);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /All good!/, stdout);
    }
  });

  it('have types that resolve, to @arethetypeswrong/cli', async () => {
    const tool = join(npmSet('package-checks'), '.bin', 'attw');
    const libraries = packages.filter(isLibrary);
    const first = libraries.filter(({ manifest }) => manifest.name === '@cleanmiss/open-cache');
    const tried = [...first, ...libraries.filter((each) => !first.includes(each))];
    for (const { tarball } of tried.slice(0, count({ full: tried.length, quick: 1 }))) {
      const { stdout, stderr, code } = await run([tool, '--profile', 'esm-only', tarball]);
      assert.equal(code, 0, stdout + stderr);
    }
  });

  let installing: Promise<string> | undefined;
  const installed = () => (installing ??= install(packages));

  itInFull('can be installed in an empty project, compiled against by tsc --strict, and run', async () => {
    const project = await installed();
    const modules = join(repositoryRoot, 'node_modules');
    mkdirSync(join(project, 'node_modules', '@types'));
    for (const name of ['@types/node', 'undici-types'])
      symlinkSync(join(modules, name), join(project, 'node_modules', name));
    writeFileSync(join(project, 'consumer.ts'), consumerOf(packages));
    const options = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const tsc = [join(modules, '.bin', 'tsc'), ...options, '--types', 'node', 'consumer.ts'];
    const compiled = await run(tsc, { cwd: project });
    assert.equal(compiled.code, 0, compiled.stdout);
    const ran = await run([process.execPath, 'consumer.js'], { cwd: project });
    assert.equal(ran.stdout, 'absent\nhit 3\n', ran.stderr);
    const command = await run([join(project, 'node_modules', '.bin', 'cleanmiss'), '--version']);
    assert.equal(command.code, 0, command.stderr);
  });

  itInFull('are shaken to what is used: a bundle of blobOf holds two modules of the core', async () => {
    const contents = "import { blobOf } from '@cleanmiss/core';\nexport const use = blobOf;";
    const { metafile } = await build({
      stdin: { contents, resolveDir: await installed() },
      ...{ bundle: true, format: 'esm', platform: 'node', metafile: true, write: false, outdir: work.path },
    });
    const [output] = Object.values(metafile.outputs);
    const kept = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    assert.deepEqual(kept.map(([path]) => path.replace(/^.*@cleanmiss\//, '')).sort(), [
      '<stdin>',
      'core/dist/src/blob-ref.js',
      'core/dist/src/digest.js',
    ]);
  });
});

function isForTests(path: string): boolean {
  return path.startsWith('dist/test/') || path.includes('.test.') || path.includes('tsbuildinfo');
}

async function install(packages: readonly Packed[]): Promise<string> {
  const project = join(work.path, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const tarballs = packages.map(({ tarball }) => tarball);
  const installed = await run(['npm', 'install', ...options, ...tarballs], { cwd: project });
  assert.equal(installed.code, 0, installed.stderr);
  return project;
}

/** Imports every library, and uses the cache as a checker would. */
function consumerOf(packages: readonly Packed[]): string {
  const libraries = packages.filter(isLibrary).map(({ manifest }) => manifest.name);
  return `
${libraries.map((name, i) => `import * as library${i} from '${name}';`).join('\n')}
import { openCache, type Cache, type CacheEvent, type CacheResult, type MissReason } from '@cleanmiss/open-cache';

const libraries: readonly object[] = [${libraries.map((_, i) => `library${i}`).join(', ')}];
if (libraries.some((library) => Object.keys(library).length === 0)) throw new Error('one has no exports');

const events: CacheEvent[] = [];
const { cache }: { readonly cache: Cache } = openCache({ local: 'store' }, { events: (event) => void events.push(event) });
const describe = (result: CacheResult): string => {
  const reason: MissReason | undefined = result.hit ? undefined : result.reason;
  return reason ?? \`hit \${result.hit ? result.blobs.get('tree')?.length : 0}\`;
};
const key = { checker: 'consumer', module: 'a' };
console.log(describe(await cache.get(key)));
await cache.put({ key, blobs: { tree: new Uint8Array([1, 2, 3]) }, attributes: { version: 1 } });
console.log(describe(await cache.get(key)));
`;
}
