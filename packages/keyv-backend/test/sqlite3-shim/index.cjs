'use strict';
/*
 * What @keyv/sqlite calls of node-sqlite3: `new Database(path, callback)`, `all`, `close` and `configure`. A real SQLite does
 * the work, at once and not in another thread; callbacks come later, as from there.
 */
const wasm = require('node-sqlite3-wasm');

class Database {
  #database;

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
    later(callback, () => this.#database.all(sql, rest.flat()));
  }

  close(callback) {
    later(callback, () => this.#database.close());
  }

  configure(option, value) {
    if (option !== 'busyTimeout') throw new Error(`this stand-in for sqlite3 knows no ${option}`);
    this.#database.exec(`PRAGMA busy_timeout = ${Number(value)}`);
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
