'use strict';
/*
 * What @keyv/sqlite calls of node-sqlite3: `new Database(path, callback)`, `all`, `close` and `configure`. A real SQLite does
 * the work, at once and not in another thread; callbacks come later, as from there.
 */
const wasm = require('node-sqlite3-wasm');

const retryMs = 10;

class Database {
  #database;
  #busyTimeoutMs = 0;

  constructor(path, callback) {
    later(callback, () => {
      this.#database = new wasm.Database(path);
      // No test turns the power off, and hundreds of them would wait for the disk.
      this.#database.exec('PRAGMA synchronous = OFF');
    });
  }

  /** Parameters stand in the call, or in one array. */
  all(sql, ...rest) {
    const callback = rest.pop();
    this.#whenFree(callback, () => this.#database.all(sql, rest.flat()), this.#busyTimeoutMs);
  }

  close(callback) {
    later(callback, () => this.#database.close());
  }

  configure(option, value) {
    if (option !== 'busyTimeout') throw new Error(`this stand-in for sqlite3 knows no ${option}`);
    this.#busyTimeoutMs = value;
  }

  /** SQLite's own timeout would be over at once: in WebAssembly it cannot sleep. */
  #whenFree(callback, step, leftMs) {
    const again = (error, result) => {
      if (!error || leftMs <= 0 || !/locked/.test(error.message)) callback(error, result);
      else setTimeout(() => this.#whenFree(callback, step, leftMs - retryMs), retryMs);
    };
    later(again, step);
  }
}

function later(callback, step) {
  let result;
  try {
    result = step();
  } catch (error) {
    setImmediate(callback, Object.assign(error, { code: 'SQLITE_ERROR' }));
    return;
  }
  setImmediate(callback, null, result);
}

module.exports = { Database };
