import { CacheError, type JsonObject } from '@cleanmiss/core';
import type { CheckerProfile } from './checker-profile.js';
import { customProfile } from './custom/custom-profile.js';
import { parseDescribedChecker } from './custom/described-checker.js';

/** The checkers that commands are looked through for. */
export class KnownCheckers {
  readonly #profiles: readonly CheckerProfile[];

  constructor(profiles: readonly CheckerProfile[]) {
    this.#profiles = profiles;
  }

  get names(): readonly string[] {
    return this.#profiles.map(({ name }) => name);
  }

  /** The one that the command starts itself. */
  startedBy(command: readonly string[]): CheckerProfile | undefined {
    return this.#profiles.find((profile) => profile.recognises(command));
  }

  named(name: string): CheckerProfile | undefined {
    return this.#profiles.find((profile) => profile.name === name);
  }

  /**
   * These, and those that a configuration describes.
   * @param path of the configuration
   * @throws {CacheError} `ERR_CONFIG`
   */
  with(described: JsonObject, path: string): KnownCheckers {
    const more = Object.entries(described).map(([name, value]) => {
      const checker = parseDescribedChecker(name, value, path);
      if (this.named(name))
        throw new CacheError(
          'ERR_CONFIG',
          `"checkers.${name}" in ${path} is known already; give it another name`,
        );
      const known = this.startedBy(checker.command);
      if (known)
        throw new CacheError(
          'ERR_CONFIG',
          `"checkers.${name}.command" in ${path} starts ${known.name}, which is known already`,
        );
      return customProfile(checker);
    });
    return more.length === 0 ? this : new KnownCheckers([...this.#profiles, ...more]);
  }
}
