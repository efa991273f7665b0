import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repositoryRoot, run, temporaryDirectory } from './support/index.js';

const guide = readFileSync(join(repositoryRoot, 'docs', 'library.md'), 'utf8');

describe('the guide of the library', () => {
  it('is a program that compiles, and prints what it says', async (t) => {
    const folder = temporaryDirectory(t);
    symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    writeFileSync(join(folder, 'guide.ts'), blocksOf('ts').join('\n'));
    const tsc = join(repositoryRoot, 'node_modules', '.bin', 'tsc');
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const compiled = await run([tsc, ...options, '--skipLibCheck', 'guide.ts'], { cwd: folder });
    assert.equal(compiled.code, 0, compiled.stdout);
    const ran = await run([process.execPath, 'guide.js'], { cwd: folder, env: { TMPDIR: folder } });
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal(ran.stdout, blocksOf('text').join(''));
  });
});

function blocksOf(language: string): readonly string[] {
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, name, text]) => (name === language ? [text!] : []));
}
