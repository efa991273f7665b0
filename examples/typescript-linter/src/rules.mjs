import { posix } from 'node:path';

/** @typedef {import('./facts.mjs').Facts} Facts */
/** @typedef {import('./facts.mjs').At} At */

/**
 * What can be said of a project only when all of its modules are known. It is cheap and is done anew each time; what is kept are facts.
 *
 * @param {ReadonlyMap<string, Facts>} modules by their paths
 * @returns {string[]} sorted
 */
export function judge(modules) {
  const findings = [...modules].flatMap(([path, { findings: own }]) =>
    own.map(({ rule, at }) => line(path, at, rule)),
  );
  return [...findings, ...unusedExports(modules), ...deprecatedCalls(modules), ...cycles(modules)].sort();
}

/** @param {ReadonlyMap<string, Facts>} modules */
function unusedExports(modules) {
  /** @type {Set<string>} */
  const used = new Set();
  const imported = [...modules].flatMap(([path, { imports, reExports }]) =>
    [...imports, ...reExports].map(({ from }) => resolve(modules, path, from)),
  );
  // What nobody imports is started, or is what others import of the package.
  for (const path of modules.keys()) if (!imported.includes(path) || isIndex(path)) useAll(path);
  for (const [path, { imports }] of modules) {
    for (const { from, names, all } of imports) {
      const target = resolve(modules, path, from);
      if (target !== undefined && all) useAll(target);
      for (const name of Object.values(names)) use(target, name);
    }
  }
  return [...modules].flatMap(([path, { exports }]) =>
    exports
      .filter(({ name }) => !used.has(`${path} ${name}`))
      .map(({ name, at }) => line(path, at, `unused-export ${name}`)),
  );

  /**
   * @param {string | undefined} path
   * @param {string} name
   */
  function use(path, name) {
    for (const id of declarationsOf(modules, path, name)) used.add(id.join(' '));
  }

  /** @param {string} path */
  function useAll(path, seen = new Set()) {
    if (seen.has(path)) return;
    seen.add(path);
    const { exports, reExports } = /** @type {Facts} */ (modules.get(path));
    for (const { name } of exports) used.add(`${path} ${name}`);
    for (const { from, names } of reExports) {
      const target = resolve(modules, path, from);
      if (names) for (const name of Object.values(names)) use(target, name);
      else if (target !== undefined) useAll(target, seen);
    }
  }
}

/** @param {ReadonlyMap<string, Facts>} modules */
function deprecatedCalls(modules) {
  return [...modules].flatMap(([path, { imports, calls }]) => {
    const origins = new Map(
      imports.flatMap(({ from, names }) =>
        Object.entries(names).map(([here, there]) => [here, { from, there }]),
      ),
    );
    return calls.flatMap(({ name, at }) => {
      const origin = origins.get(name);
      if (!origin) return [];
      const [declared] = declarationsOf(modules, resolve(modules, path, origin.from), origin.there);
      const why = declared && modules.get(declared[0])?.exports.find((each) => each.name === declared[1]);
      return why?.deprecated === undefined ? [] : [line(path, at, `deprecated ${name}: ${why.deprecated}`)];
    });
  });
}

/** @param {ReadonlyMap<string, Facts>} modules */
function cycles(modules) {
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @type {string[]} */
  const found = [];
  for (const path of modules.keys()) descend(path, []);
  return found;

  /**
   * @param {string} path
   * @param {string[]} above
   */
  function descend(path, above) {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push(`${path}: import-cycle ${[...above.slice(above.indexOf(path)), path].join(' -> ')}`);
      return;
    }
    state.set(path, 'open');
    const { imports, reExports } = /** @type {Facts} */ (modules.get(path));
    for (const { from } of [...imports.filter(({ isType }) => !isType), ...reExports]) {
      const target = resolve(modules, path, from);
      if (target !== undefined) descend(target, [...above, path]);
    }
    state.set(path, 'done');
  }
}

/**
 * Where a name of a module is declared, through all that hand it on.
 *
 * @param {ReadonlyMap<string, Facts>} modules
 * @param {string | undefined} path
 * @param {string} name
 * @returns {(readonly [path: string, name: string])[]}
 */
function declarationsOf(modules, path, name, seen = new Set()) {
  const facts = path === undefined ? undefined : modules.get(path);
  if (path === undefined || !facts || seen.has(path)) return [];
  seen.add(path);
  if (facts.exports.some((each) => each.name === name)) return [[path, name]];
  return facts.reExports.flatMap(({ from, names }) => {
    const there = names ? names[name] : name;
    return there === undefined ? [] : declarationsOf(modules, resolve(modules, path, from), there, seen);
  });
}

/**
 * @param {ReadonlyMap<string, Facts>} modules
 * @param {string} path
 * @param {string} specifier
 */
function resolve(modules, path, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(path), specifier);
  const choices = [target, target.replace(/\.js$/, '.ts'), `${target}.ts`, `${target}/index.ts`];
  return choices.find((choice) => modules.has(choice));
}

/** @param {string} path */
function isIndex(path) {
  return posix.basename(path) === 'index.ts';
}

/**
 * @param {string} path
 * @param {At} at
 * @param {string} what
 */
function line(path, at, what) {
  return `${path}:${at}: ${what}`;
}
