/**
 * The till's index of its products: by code, and by words of the name.
 *
 * Case, accents and width do not matter, as in the server's searches; words are found in any order and inside
 * other words. One search goes once through all products, in the order of their names: that is fast enough for
 * 20,000, and an index of word parts would take longer to build than a till has in the morning.
 *
 * @module
 */

/** @typedef {{id: number, name: string, sku: string}} Product what the index needs; kept whole */
/** @typedef {{product: Product, name: string, text: string}} Entry */

const RANKS = 4;

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
    this.#byName.splice(this.#placeOf(entry), 0, entry);
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
    this.#byName.splice(this.#placeOf(entry), 1);
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
   * The product with this code, in any case. Scanners read the 12 digits of UPC-A with or without the zero that
   * makes them an EAN-13: both find the product.
   *
   * @param {string} code
   * @returns {Product | null}
   */
  byCode(code) {
    const wanted = codeOf(code);
    const id = this.#byCode.get(wanted) ?? this.#byCode.get(otherFormOf(wanted));
    return id === undefined ? null : this.product(id);
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
    /** @type {Product[][]} */
    const ranked = Array.from({ length: RANKS }, () => []);
    for (const { product, name, text } of this.#byName) {
      if (!words.every((word) => text.includes(word))) continue;
      const rank = rankOf(name, wanted, words[0]);
      if (ranked[rank].length < most) ranked[rank].push(product);
      if (ranked[0].length >= most) break;
    }
    const exact = this.byCode(typed);
    const others = ranked.flat().filter((product) => product !== exact);
    return (exact ? [exact, ...others] : others).slice(0, most);
  }

  /** The first place that is not before the entry: its own, if it is there. */
  #placeOf(entry) {
    let [low, high] = [0, this.#byName.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inOrder(this.#byName[middle], entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @returns {Entry} */
function entryOf(product) {
  const name = folded(product.name);
  return { product, name, text: `${name} ${folded(product.sku)}` };
}

function rankOf(name, wanted, first) {
  if (name.startsWith(wanted)) return 0;
  if (name.startsWith(first)) return 1;
  return ` ${name}`.includes(` ${first}`) ? 2 : 3;
}

function inOrder(one, other) {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return one.product.id - other.product.id;
}

function codeOf(sku) {
  return sku.trim().toUpperCase();
}

function otherFormOf(code) {
  if (/^\d{12}$/.test(code)) return `0${code}`;
  return /^0\d{12}$/.test(code) ? code.slice(1) : code;
}
