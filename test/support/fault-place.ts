import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  startProxy,
  startRedis,
  type FaultyProxy,
  type ProxyBehaviour,
  type RedisOptions,
  type RedisServer,
} from '@cleanmiss/redis-fixture';
import { coldAnswer } from './answers.js';
import { check, cleanmiss, type Checked } from './cleanmiss.js';
import type { Corpus } from './corpora.js';
import { WatchedProcesses } from './fault-processes.js';
import { startTripwire, type Tripwire, type TripwireOptions } from './fault-tripwire.js';
import type { Ended } from './processes.js';
import { copyProject } from './project.js';
import { TemporaryDirectory } from './temporary.js';
import { findTools } from './tools.js';

/** What a team has published to a Redis, to be loaded by a server for each fault. */
export interface Published {
  readonly corpus: Corpus;
  /** What plain mypy says. */
  readonly expected: Ended;
  /** Holds the `dump.rdb`. */
  readonly directory: string;
  readonly redisVersion: string;
}

/** Machine A: checks the corpus and brings its state to a real Redis, of which all is kept. */
export async function publish(corpus: Corpus, directory: string): Promise<Published> {
  const { mypy } = findTools();
  mkdirSync(directory, { recursive: true });
  await using server = await startRedis({ settings: { dir: directory } });
  const project = join(directory, 'a', 'project');
  copyProject(corpus.directory, project);
  const expected = await coldAnswer(mypy, corpus.args, project, join(directory, 'cache'));
  const store = join(directory, 'a', 'store');
  const options = { cwd: project, store, options: ['--remote', server.url, '--wait'] };
  await check([mypy.command, ...corpus.args], options);
  await uploadAll(project, store, server.url);
  await server.cli('SAVE');
  const redisVersion = /redis_version:(\S+)/.exec(await server.cli('INFO', 'server'))![1]!;
  return { corpus, expected, directory, redisVersion };
}

/** A machine that has nothing yet: a checkout at a path of its own, and an empty store. */
export interface Machine {
  readonly project: string;
  readonly store: string;
}

/** The surroundings of one fault: servers that hold what was published, what stands before them, machines. */
export class FaultPlace implements AsyncDisposable {
  readonly #published: Published;
  readonly #directory = new TemporaryDirectory();
  readonly processes = new WatchedProcesses(this.#directory.path);
  readonly #running: (RedisServer | FaultyProxy | Tripwire)[] = [];
  readonly #endings: (() => void | Promise<void>)[] = [];

  constructor(published: Published) {
    this.#published = published;
  }

  async server({ settings, ...options }: RedisOptions = {}): Promise<RedisServer> {
    const { directory } = this.#published;
    return this.#add(await startRedis({ settings: { dir: directory, ...settings }, ...options }));
  }

  async proxy(behaviour: ProxyBehaviour, server?: RedisServer): Promise<FaultyProxy> {
    return this.#add(await startProxy(server, behaviour));
  }

  async tripwire(options: TripwireOptions): Promise<Tripwire> {
    return this.#add(await startTripwire(options));
  }

  /** Done when everything is to end, before the servers do. */
  atEnd(step: () => void | Promise<void>): void {
    this.#endings.push(step);
  }

  /** `path`: below the place. With the same name of its folder everywhere: one project. */
  machine(path: string, mtime: Date): Machine {
    const place = join(this.#directory.path, path);
    return { project: this.checkout(join(path, 'project'), mtime), store: join(place, 'store') };
  }

  checkout(path: string, mtime: Date): string {
    const project = join(this.#directory.path, path);
    copyProject(this.#published.corpus.directory, project, { mtime });
    return project;
  }

  check({ project, store }: Machine, options: readonly string[]): Promise<Checked> {
    const command = [findTools().mypy.command, ...this.#published.corpus.args];
    return check(command, { cwd: project, store, options, env: this.processes.env });
  }

  /** Everything that machine has to tell has arrived. */
  async upload({ project, store }: Machine, url: string): Promise<void> {
    await uploadAll(project, store, url);
  }

  /** Ends all servers, and waits for what still goes on behind a run. Stores and checkouts stay. */
  async end(): Promise<void> {
    for (const step of this.#endings.splice(0)) await step();
    for (const each of this.#running.splice(0).reverse()) await each.stop();
    // With their remote gone, uploads soon end too.
    await this.processes.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    this.#directory[Symbol.dispose]();
  }

  #add<T extends RedisServer | FaultyProxy | Tripwire>(running: T): T {
    this.#running.push(running);
    return running;
  }
}

async function uploadAll(project: string, store: string, url: string): Promise<void> {
  const ended = await cleanmiss(['upload', '--local', store, '--remote', url], { cwd: project });
  if (ended.code !== 0) throw new Error(`not everything was uploaded: ${ended.stdout}${ended.stderr}`);
}
