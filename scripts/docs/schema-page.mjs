/**
 * What of JSON Schema the configuration uses, and two words of our own: the variable and the flag that go before a member.
 *
 * @typedef {object} Schema
 * @property {string} [description]
 * @property {string | string[]} [type]
 * @property {unknown[]} [enum]
 * @property {unknown} [const]
 * @property {unknown} [default]
 * @property {unknown[]} [examples]
 * @property {string} [pattern]
 * @property {number} [minimum]
 * @property {number} [exclusiveMinimum]
 * @property {Schema[]} [anyOf]
 * @property {Schema} [items]
 * @property {string} [$ref]
 * @property {string[]} [required]
 * @property {Record<string, Schema>} [properties]
 * @property {boolean | Schema} [additionalProperties]
 * @property {Record<string, Schema>} [$defs]
 * @property {string} [x-environment]
 * @property {string} [x-flag]
 */

/**
 * @typedef {object} EnvironmentVariable
 * @property {string} name
 * @property {string} about
 */

/**
 * The reference of the configuration, as Markdown.
 *
 * @param {Schema} schema
 * @param {readonly EnvironmentVariable[]} variables those that stand for no member
 */
export function schemaPage(schema, variables) {
  const page = new SchemaPage(schema.$defs ?? {});
  const members = Object.entries(schema.properties ?? {});
  return [
    '# Configuration',
    'None is needed. `cleanmiss.config.json` lies in the project root; the environment goes before it, and flags before both. A member that is not known, and a value that cannot be, is an error that names it.',
    '_Made from the [schema](../packages/open-cache/cleanmiss.schema.json) by `npm run docs`._',
    ...members.flatMap(([name, member]) => page.section(name, member)),
    '## Environment',
    page.environment(schema, variables),
    '',
  ].join('\n\n');
}

class SchemaPage {
  /** @type {Record<string, Schema>} */
  #defs;

  /** @param {Record<string, Schema>} defs */
  constructor(defs) {
    this.#defs = defs;
  }

  /**
   * @param {string} name
   * @param {Schema} member
   */
  section(name, member) {
    const facts = [
      `Value: ${this.#valueOf(member)}.`,
      ...(member.default === undefined ? [] : [`Default: ${code(member.default)}.`]),
      ...(member['x-environment'] ? [`Variable: \`${member['x-environment']}\`.`] : []),
      ...(member['x-flag'] ? [`Flag: \`${member['x-flag']}\`.`] : []),
    ];
    return [
      `## \`${name}\``,
      member.description ?? '',
      facts.join(' '),
      ...examplesOf(name, member),
      ...this.#objectsIn(member).flatMap(({ place, object }) => this.#members(`${name}${place}`, object)),
    ];
  }

  /**
   * @param {Schema} schema
   * @param {readonly EnvironmentVariable[]} others
   */
  environment(schema, others) {
    const own = this.#variablesIn(schema, '');
    const rows = [
      ...own.map(({ name, place }) => [`\`${name}\``, `goes before \`${place}\``]),
      ...others.map(({ name, about }) => [`\`${name}\``, about]),
    ];
    return tableOf(
      ['variable', 'meaning'],
      rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  }

  /**
   * The table of an object's members, then those of the objects in it.
   *
   * @param {string} place
   * @param {Schema} object
   * @returns {string[]}
   */
  #members(place, object) {
    const entries = Object.entries(object.properties ?? {});
    const rows = entries.map(([name, member]) => {
      const isRequired = object.required?.includes(name);
      const standard = isRequired ? 'required' : member.default === undefined ? '' : code(member.default);
      const about = [member.description ?? '', ...exampleWords(member), ...overrides(member)];
      return [`\`${name}\``, this.#valueOf(member), standard, about.join(' ')];
    });
    const inner = entries.flatMap(([name, member]) =>
      this.#objectsIn(member).map((found) => ({
        place: `${place}.${name}${found.place}`,
        object: found.object,
      })),
    );
    return [
      `In \`${place}\`:`,
      tableOf(['member', 'value', 'default', 'meaning'], rows),
      ...inner.flatMap((found) => this.#members(found.place, found.object)),
    ];
  }

  /**
   * Objects with members of their own that a value may be or hold.
   *
   * @param {Schema} schema
   * @returns {{ place: string, object: Schema }[]}
   */
  #objectsIn(schema) {
    const known = this.#resolved(schema);
    if (known.properties) return [{ place: '', object: known }];
    const named = typeof known.additionalProperties === 'object' ? known.additionalProperties : undefined;
    if (named) return this.#objectsIn(named).map(({ place, object }) => ({ place: `.NAME${place}`, object }));
    const all = [...(known.anyOf ?? []), ...(known.items ? [known.items] : [])].flatMap((one) =>
      this.#objectsIn(one),
    );
    // A single value and a list of them hold the same.
    return all.filter(({ object }, i) => all.findIndex((other) => other.object === object) === i);
  }

  /**
   * @param {Schema} schema
   * @returns {string} what a value may be, in words
   */
  #valueOf(schema) {
    const known = this.#resolved(schema);
    if (known.const !== undefined) return code(known.const);
    if (known.enum) return known.enum.map(code).join(', ');
    if (known.anyOf) {
      const [one, other] = known.anyOf.map((choice) => this.#resolved(choice));
      const isListOfIt =
        other?.items !== undefined && this.#valueOf(other.items) === this.#valueOf(one ?? {});
      if (isListOfIt) return `${this.#valueOf(one ?? {})}, or a list of them`;
      return [...new Set(known.anyOf.map((choice) => this.#valueOf(choice)))].join(' or ');
    }
    if (known.type === 'array')
      return `a list, each ${known.items ? this.#valueOf(known.items) : 'anything'}`;
    if (known.type === 'string') return known.pattern ? `a text like \`${known.pattern}\`` : 'a text';
    if (known.type === 'boolean') return '`true`, `false`';
    if (known.type === 'object') return 'an object';
    const least = known.minimum !== undefined ? `, ${known.minimum} or more` : '';
    const above = known.exclusiveMinimum !== undefined ? `, more than ${known.exclusiveMinimum}` : '';
    return `a ${known.type === 'integer' ? 'whole number' : 'number'}${least}${above}`;
  }

  /**
   * @param {Schema} schema
   * @param {string} place
   * @returns {{ name: string, place: string }[]}
   */
  #variablesIn(schema, place) {
    return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
      const here = place === '' ? name : `${place}.${name}`;
      const own = member['x-environment'];
      const inner = this.#objectsIn(member).flatMap(({ object }) => this.#variablesIn(object, here));
      return [...(own ? [{ name: own, place: here }] : []), ...inner];
    });
  }

  /**
   * @param {Schema} schema
   * @returns {Schema}
   */
  #resolved(schema) {
    if (schema.$ref === undefined) return schema;
    const found = this.#defs[schema.$ref.replace('#/$defs/', '')];
    if (!found) throw new Error(`the schema has no ${schema.$ref}`);
    return this.#resolved(found);
  }
}

/**
 * @param {string} name
 * @param {Schema} member
 * @returns {string[]}
 */
function examplesOf(name, { examples = [] }) {
  if (examples.length === 0) return [];
  const lines = examples.map((example) => `{ ${JSON.stringify(name)}: ${JSON.stringify(example)} }`);
  return lines.map((line) => `\`\`\`json\n${line}\n\`\`\``);
}

/**
 * @param {Schema} member
 * @returns {string[]}
 */
function exampleWords({ examples = [] }) {
  return examples.length === 0 ? [] : [`Such as ${examples.map(code).join(', ')}.`];
}

/**
 * @param {Schema} member
 * @returns {string[]}
 */
function overrides(member) {
  const words = [member['x-environment'], member['x-flag']].filter((word) => word !== undefined);
  return words.length === 0 ? [] : [`Also ${words.map((word) => `\`${word}\``).join(', ')}.`];
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function tableOf(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** @param {unknown} value */
function code(value) {
  return `\`${JSON.stringify(value)}\``;
}
