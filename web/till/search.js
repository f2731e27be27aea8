// @ts-check
/**
 * The till's index of its products: by code, and by words of the name.
 *
 * Case, accents and width do not matter, as in the server's searches; words are found in any order and inside
 * other words. Names are sorted, so that those which begin with a word stand together; for the rest a word is
 * looked for in all texts at once, as one long string. That is fast enough for 20,000, and an index of parts
 * of words would take longer to build than a till has in the morning.
 */

/** @typedef {{id: number, name: string, sku: string}} Product what the index needs; kept whole */
/** @typedef {{product: Product, name: string, text: string}} Entry */

/** Comes after all letters of a name. */
const LAST_LETTER = "\uffff";

/**
 * The form in which texts are compared: small letters without accents, blanks single.
 *
 * @param {string} written
 * @returns {string}
 */
export function folded(written) {
  const plain = written.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/\s+/g, " ").trim();
}

export class Index {
  /** @type {Map<number, Entry>} */ #byId = new Map();
  /** @type {Map<string, number>} */ #byCode = new Map();
  /** @type {Entry[]} */ #byName = [];
  /** @type {Lines | null} */ #lines = null;

  /** @param {Iterable<Product>} [products] */
  constructor(products = []) {
    for (const product of products) this.#byId.set(product.id, entryOf(product));
    for (const { product } of this.#byId.values()) this.#byCode.set(codeOf(product.sku), product.id);
    this.#byName = [...this.#byId.values()].sort(inOrder);
  }

  /** @returns {number} the number of products */
  get size() {
    return this.#byId.size;
  }

  /**
   * Add a product, or put it in the place of the one with its id.
   *
   * @param {Product} product
   */
  put(product) {
    this.remove(product.id);
    const entry = entryOf(product);
    this.#byId.set(product.id, entry);
    this.#byCode.set(codeOf(product.sku), product.id);
    this.#lines = null;
    this.#byName.splice(this.#placeOf(entry.name, entry.product.id), 0, entry);
  }

  /**
   * Take a product out; nothing happens if it is not there.
   *
   * @param {number} id
   */
  remove(id) {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#byId.delete(id);
    this.#lines = null;
    this.#byName.splice(this.#placeOf(entry.name, entry.product.id), 1);
    const code = codeOf(entry.product.sku);
    // Another product may have taken over the code in the same round of changes.
    if (this.#byCode.get(code) === id) this.#byCode.delete(code);
  }

  /**
   * @param {number} id
   * @returns {Product | null}
   */
  product(id) {
    return this.#byId.get(id)?.product ?? null;
  }

  /**
   * The product with this code, in any case. Scanners read the 12 digits of UPC-A with or without the zero
   * that makes them an EAN-13: both find the product.
   *
   * @param {string} code
   * @returns {Product | null}
   */
  byCode(code) {
    const wanted = codeOf(code);
    const id = this.#byCode.get(wanted) ?? this.#byCode.get(otherFormOf(wanted));
    return id === undefined ? null : this.product(id);
  }

  /** Do now what the first search after a change has to do before: a moment when nobody waits is better. */
  warm() {
    return (this.#lines ??= new Lines(this.#byName));
  }

  /**
   * The products that have all words in name or code, at most so many: names that begin with what was typed
   * first, then those in which its first word begins the name, then a word; in the order of their names.
   *
   * @param {string} typed
   * @param {number} [most]
   * @returns {Product[]}
   */
  find(typed, most = 30) {
    const wanted = folded(typed);
    if (!wanted) return [];
    const words = wanted.split(" ");
    const [from, to] = this.#begunBy(words[0]);
    const [first, end] = this.#begunBy(wanted);
    const whole = this.#byName.slice(first, Math.min(end, first + most));
    const isOther = (/** @type {Entry} */ { name, text }) =>
      !name.startsWith(wanted) && words.every((word) => text.includes(word));
    const begun = this.#within([from, to], words, isOther, most - whole.length);
    const isElsewhere = (entry, place) => (place < from || place >= to) && isOther(entry);
    const rest = this.#elsewhere(words[0], isElsewhere, most - whole.length - begun.length);
    const found = [...whole, ...begun, ...rest].map(({ product }) => product);
    const exact = this.byCode(typed);
    const others = found.filter((product) => product !== exact);
    return (exact ? [exact, ...others] : others).slice(0, most);
  }

  /** The first entries between two places that are wanted: few have the last word, and it is found fast. */
  #within([from, to], words, isWanted, most) {
    const found = [];
    const lines = this.warm();
    for (let place = from; found.length < most; place += 1) {
      place = lines.next(words.at(-1), place);
      if (place === -1 || place >= to) break;
      if (isWanted(this.#byName[place])) found.push(this.#byName[place]);
    }
    return found;
  }

  /**
   * The first entries that are wanted: where a word begins with this one, then where it is inside a word. As
   * most words are rare, both are looked for at once, until there is enough of the latter.
   */
  #elsewhere(word, isWanted, most) {
    const beginning = ` ${word}`;
    /** @type {Entry[]} */
    const begun = [];
    /** @type {Entry[]} */
    const inside = [];
    const lines = this.warm();
    for (let place = 0; begun.length < most; place += 1) {
      place = lines.next(inside.length < most ? word : beginning, place);
      if (place === -1) break;
      const entry = this.#byName[place];
      if (isWanted(entry, place)) (entry.text.includes(beginning) ? begun : inside).push(entry);
    }
    return [...begun, ...inside].slice(0, most);
  }

  /** The first place whose name begins with this, and the first one after them. */
  #begunBy(text) {
    return [this.#placeOf(text), this.#placeOf(`${text}${LAST_LETTER}`)];
  }

  /** The first place whose name is not before this one; among equal names, whose id is not. */
  #placeOf(name, id = 0) {
    let [low, high] = [0, this.#byName.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compared(this.#byName[middle], name, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The texts of entries as one string, a line for each. */
class Lines {
  #text;
  #starts;

  /** @param {Entry[]} entries */
  constructor(entries) {
    this.#text = entries.map(({ text }) => `${text}\n`).join("");
    this.#starts = new Uint32Array(entries.length + 1);
    entries.forEach(({ text }, place) => (this.#starts[place + 1] = this.#starts[place] + text.length + 1));
  }

  /** The first line from this place on that has the text, or -1. */
  next(text, place) {
    const at = this.#text.indexOf(text, this.#starts[place]);
    if (at === -1) return -1;
    while (this.#starts[place + 1] <= at) place += 1;
    return place;
  }
}

/** @returns {Entry} */
function entryOf(product) {
  const name = folded(product.name);
  return { product, name, text: ` ${name} ${folded(product.sku)}` };
}

function inOrder(one, other) {
  return compared(one, other.name, other.product.id);
}

function compared(entry, name, id) {
  if (entry.name !== name) return entry.name < name ? -1 : 1;
  return entry.product.id - id;
}

function codeOf(sku) {
  return sku.trim().toUpperCase();
}

function otherFormOf(code) {
  if (/^\d{12}$/.test(code)) return `0${code}`;
  return /^0\d{12}$/.test(code) ? code.slice(1) : code;
}
