import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  check,
  type Checked,
  cleanmiss,
  copyProject,
  findTools,
  flip,
  git,
  initialCommit,
  itInFull,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

/**
 * Counts its starts in a file outside the project, says what `src` holds on both streams, and ends with 1 where a file holds `bad`.
 */
const counter = `#!${process.execPath}
import { appendFileSync, readdirSync, readFileSync, existsSync } from 'node:fs';
if (process.argv.includes('--version')) {
  console.log(existsSync('counter.version') ? readFileSync('counter.version', 'utf8') : '1.0');
  process.exit();
}
appendFileSync(process.env.STARTS, 'x');
let code = 0;
for (const name of readdirSync('src').sort()) {
  const text = readFileSync('src/' + name, 'utf8');
  process.stdout.write(name + ': ' + text.length + '\\n');
  if (text.includes('bad')) { process.stderr.write(name + ' is bad\\n'); code = 1; }
  if (text.includes('worse')) code = 3;
}
if (process.env.SAYS_PLACE) console.log(process.cwd());
if (process.env.TITLE) console.log(process.env.TITLE);
if (process.env.TOUCHES) appendFileSync('src/' + process.env.TOUCHES, 'more');
if (process.env.SHOUTS) process.stdout.write(Buffer.alloc(Number(process.env.SHOUTS), 0xfe));
process.exitCode = code;
`;

const description = {
  command: 'counter',
  version: { command: ['./counter', '--version'] },
  environment: { COUNTER_STATE: '{state}' },
  exitCodes: { publish: 'all' },
};
const rule = { inputs: ['src/**'], environment: ['TITLE', 'SHOUTS', 'SAYS_PLACE', 'TOUCHES'] };

class Place {
  readonly directory: string;
  readonly #starts: string;

  constructor(t: TestContext, replay: object = { counter: rule }) {
    this.directory = temporaryDirectory(t);
    this.#starts = join(this.directory, 'starts');
    writeFileSync(this.#starts, '');
    const config = { checkers: { counter: description }, replay };
    writeProject(this.project('mine'), {
      'src/a.txt': 'a',
      'src/b.txt': 'bad',
      counter,
      'cleanmiss.config.json': JSON.stringify(config),
    });
    chmodSync(join(this.project('mine'), 'counter'), 0o755);
  }

  project(name: string): string {
    return join(this.directory, name);
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.project('mine'), path), text);
  }

  copy(name: string): void {
    copyProject(this.project('mine'), this.project(name));
  }

  starts(): number {
    return readFileSync(this.#starts, 'utf8').length;
  }

  check(options: CheckOptions = {}): Promise<Checked> {
    const { project = 'mine', args = [], env = {}, store = 'store', more = [] } = options;
    return check(['./counter', ...args], {
      cwd: this.project(project),
      store: join(this.directory, store),
      env: { STARTS: this.#starts, ...env },
      options: more,
    });
  }

  /** And compares with what it says alone: started or not, whoever reads it sees no difference. */
  async expect(started: boolean, options: CheckOptions = {}): Promise<Checked> {
    const before = this.starts();
    const checked = await this.check(options);
    const words = JSON.stringify(checked.report.replay);
    assert.equal(this.starts() - before, started ? 1 : 0, words);
    assert.equal(checked.report.replay?.answered, !started, words);
    assert.equal(checked.report.source === 'answer', !started, words);
    assert.deepEqual(checked.report.degraded, []);
    return checked;
  }
}

interface CheckOptions {
  readonly project?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly store?: string;
  /** Of `cleanmiss run`. */
  readonly more?: readonly string[];
}

describe('replay', () => {
  it('answers an identical check: both streams and the exit code, without the checker', async (t) => {
    const place = new Place(t);
    const first = await place.expect(true);
    assert.equal(first.code, 1);
    assert.equal(first.stdout, 'a.txt: 1\nb.txt: 3\n');
    assert.match(first.stderr, /b\.txt is bad/);
    const second = await place.expect(false);
    assert.deepEqual([second.code, second.stdout, second.stderr], [first.code, first.stdout, first.stderr]);
    assert.equal(second.report.outcome, 'hit');
    const why = await cleanmiss(['why'], { cwd: place.project('mine') });
    assert.match(why.stdout, /answer of an identical check/);
  });

  it('never answers where no inputs are declared', async (t) => {
    const place = new Place(t, {});
    for (const starts of [1, 2]) {
      const { report } = await place.check();
      assert.equal(report.replay, null);
      assert.equal(place.starts(), starts);
    }
  });

  const changes: readonly (readonly [string, (place: Place) => CheckOptions, RegExp])[] = [
    ['a changed file', (place) => (place.write('src/a.txt', 'aa'), {}), /changed file: src\/a\.txt/],
    ['another file', (place) => (place.write('src/c.txt', 'c'), {}), /changed file: src\/c\.txt/],
    [
      'a file less',
      (place) => (rmSync(join(place.project('mine'), 'src/a.txt')), {}),
      /changed file: src\/a\.txt/,
    ],
    ['another argument', () => ({ args: ['--strict'] }), /the command is another one/],
    ['a declared variable', () => ({ env: { TITLE: 'x' } }), /changed variable: TITLE/],
    ['a usual variable', () => ({ env: { TITLE: 'x', FORCE_COLOR: '1' } }), /^changed variable: FORCE_COLOR/],
    [
      'another version',
      (place) => (place.write('counter.version', '2.0'), {}),
      /counter was 1\.0 and is 2\.0/,
    ],
  ];
  it('starts the checker after each kind of change, and says why', async (t) => {
    const place = new Place(t);
    await place.expect(true);
    for (const [about, change, why] of changes) {
      const { report } = await place.expect(true, change(place));
      assert.match(report.replay?.why ?? '', why, about);
    }
    const told = await cleanmiss(['why'], { cwd: place.project('mine') });
    assert.match(told.stdout, /Not replayed: counter was 1\.0 and is 2\.0/);
  });

  it('answers at another path, unless the answer names the place', async (t) => {
    const place = new Place(t);
    await place.expect(true);
    place.copy('theirs');
    await place.expect(false, { project: 'theirs' });

    const env = { SAYS_PLACE: '1' };
    const mine = await place.expect(true, { env });
    const theirs = await place.expect(true, { env, project: 'theirs' });
    assert.ok(mine.stdout.includes(place.project('mine')));
    assert.ok(theirs.stdout.includes(place.project('theirs')));
    assert.equal((await place.expect(false, { env })).stdout, mine.stdout);
    assert.equal((await place.expect(false, { env, project: 'theirs' })).stdout, theirs.stdout);
  });

  it('answers another machine through a remote, but not with what names this one', async (t) => {
    const place = new Place(t);
    place.copy('theirs');
    mkdirSync(join(place.directory, 'remote'));
    const more = ['--remote', `file://${join(place.directory, 'remote')}`, '--wait'];
    await place.expect(true, { more });
    const theirs = { project: 'theirs', store: 'their-store', more };
    await place.expect(false, theirs);
    const env = { SAYS_PLACE: '1' };
    await place.expect(true, { more, env });
    await place.expect(true, { more, env, store: 'third-store' });
  });

  itInFull('keeps no answer that it is not to keep', async (t) => {
    const place = new Place(t);
    place.write('src/b.txt', 'worse');
    for (let i = 0; i < 2; i++) assert.equal((await place.expect(true)).code, 3);

    place.write('src/b.txt', 'b');
    const env = { TOUCHES: 'b.txt' };
    await place.expect(true, { env });
    // What it said is true of what was there before: nobody has seen that at its end.
    place.write('src/b.txt', 'b');
    await place.expect(true, { env });
  });

  it('gives long and binary output byte by byte, and keeps none beyond its limit', async (t) => {
    const place = new Place(t);
    const env = { SHOUTS: '3000000' };
    const first = await place.expect(true, { env });
    const second = await place.expect(false, { env });
    assert.ok(first.stdout.length > 3_000_000);
    assert.equal(second.stdout, first.stdout);
    const tooLong = { env: { SHOUTS: '9000000' } };
    await place.expect(true, tooLong);
    await place.expect(true, tooLong);
  });

  it('starts the checker where a declared pattern matches nothing', async (t) => {
    const place = new Place(t, { counter: { ...rule, inputs: ['src/**', 'sorce/**'] } });
    for (let i = 0; i < 2; i++) {
      const { report } = await place.expect(true);
      assert.equal(report.replay?.why, 'no file matches the declared input sorce/**');
    }
  });

  it('starts the checker where an answer is damaged, and keeps it anew', async (t) => {
    const place = new Place(t);
    await place.expect(true);
    const blobs = join(place.directory, 'store/v1/blobs');
    const paths = readdirSync(blobs, { recursive: true, encoding: 'utf8' }).map((path) => join(blobs, path));
    for (const path of paths.filter((path) => statSync(path).isFile())) flip(path, 0.5);
    await place.expect(true);
    await place.expect(false);
  });

  itInFull('gives no answer of a writer that is revoked', async (t) => {
    const place = new Place(t);
    const store = join(place.directory, 'store');
    const env = { CLEANMISS_WRITER: 'mallory' };
    await place.expect(true, { env });
    await place.expect(false);
    const revoked = await cleanmiss(['revoke', '--local', store, '--writer', 'mallory'], {
      cwd: place.project('mine'),
    });
    assert.equal(revoked.code, 0, revoked.stderr);
    await place.expect(true);
  });

  it('answers for a checker that cleanmiss knows by itself', async (t) => {
    const directory = temporaryDirectory(t);
    const { mypy } = findTools();
    writeProject(directory, {
      'a.py': 'x: int = "a"\n',
      'cleanmiss.config.json': JSON.stringify({ replay: { mypy: { inputs: ['**/*.py'] } } }),
    });
    initialCommit(directory);
    const options = { cwd: directory, store: join(directory, '..', `${directory}-store`) };
    t.after(() => {
      rmSync(options.store, { recursive: true, force: true });
    });
    const first = await check([mypy.command, 'a.py'], options);
    assert.equal(first.report.replay?.answered, false);
    const second = await check([mypy.command, 'a.py'], options);
    assert.equal(second.report.replay?.answered, true);
    assert.deepEqual([second.code, second.stdout], [first.code, first.stdout]);
    appendFileSync(join(directory, 'a.py'), 'y: str = 1\n');
    const third = await check([mypy.command, 'a.py'], options);
    assert.match(third.stdout, /Found 2 errors/);
    const written = await check([mypy.command, '--junit-xml', 'report.xml', 'a.py'], options);
    assert.match(written.report.replay?.why ?? '', /may write files/);
    git(directory, 'checkout', '--quiet', '.');
    assert.equal((await check([mypy.command, 'a.py'], options)).report.replay?.answered, true);
  });

  it('refuses a rule for a checker that is not there', async (t) => {
    const place = new Place(t, { conter: rule });
    const ended = await cleanmiss(['run', '--', './counter'], { cwd: place.project('mine') });
    assert.equal(ended.code, 125);
    assert.match(ended.stderr, /"replay" in .* names "conter"; there are mypy, .*counter/);
  });
});
