// @ts-check
/**
 * Tells a scanner from a person by the time between keys, whatever has the focus.
 *
 * A scanner types a whole code within milliseconds and ends it with Enter or Tab. Keys are fed in the order
 * in which they are pressed, with `event.timeStamp`: the moment of the key, not the one at which a busy page
 * gets to it. Nothing here reads a clock, touches a page or throws.
 */

/**
 * What the page does with a key.
 *
 * @typedef {object} Fate
 * @property {boolean} swallow the key must not reach the page: `preventDefault` and
 *   `stopImmediatePropagation`
 * @property {string | null} code a whole code was scanned
 * @property {boolean} undo keys of this code had reached the page: the focused field gets back what it held
 *   at `began`
 * @property {string} typed keys that were held back and were typing after all: the page inserts them first
 * @property {boolean} began a code may begin with this key: the page notes what the focused field holds
 * @property {number | null} wakeAt if no key comes until then, the page calls `rest`
 */

/**
 * The settings of a scanner.
 *
 * @typedef {object} Settings
 * @property {number} [gapMs] keys of a code are at most so far apart
 * @property {number} [patienceMs] so long a code of `minLength` keys or with its prefix may pause: nobody
 *   types so
 * @property {number} [minLength] a shorter run of keys is no code
 * @property {string[]} [ends] the keys that end a code
 * @property {string | null} [prefix] the key with which the scanner begins every code: then nothing else does
 */

const NOTHING = { swallow: false, code: null, undo: false, typed: "", began: false, wakeAt: null };
const SILENT = new Set(["Shift", "CapsLock", "NumLock", "AltGraph"]);

export class Scanner {
  /** @type {string[]} */ #keys = [];
  /** So many of the keys have reached the page. */ #landed = 0;
  #lastAt = -Infinity;
  #endedAt = -Infinity;
  #settings;

  /** @param {Settings} [settings] */
  constructor({ gapMs = 35, patienceMs = 250, minLength = 4, ends = ["Enter", "Tab"], prefix = null } = {}) {
    this.#settings = { gapMs, patienceMs, minLength, ends, prefix };
  }

  /**
   * A key is pressed.
   *
   * @param {string} key as `KeyboardEvent.key`
   * @param {number} at milliseconds of any clock that does not go back
   * @param {object} [how]
   * @param {boolean} [how.hold] the first key of what may be a code waits too. Without it typing is not
   *   delayed and `undo` asks to take back what the field got: for fields whose content can be put back.
   * @param {boolean} [how.repeat] the key is held down
   * @param {boolean} [how.modified] Control, Alt or Meta is down
   * @returns {Fate}
   */
  feed(key, at, { hold = true, repeat = false, modified = false } = {}) {
    if (SILENT.has(key)) return NOTHING;
    if (this.#settings.ends.includes(key)) return this.#end(at);
    if (repeat || modified || [...key].length !== 1) return { ...NOTHING, typed: this.#giveUp() };
    if (this.#joins(at)) return this.#hold(key, at, NOTHING);
    const typed = this.#giveUp();
    if (this.#settings.prefix !== null && key !== this.#settings.prefix) return { ...NOTHING, typed };
    const first = { ...NOTHING, typed, began: true };
    if (hold || this.#settings.prefix !== null) return this.#hold(key, at, first);
    this.#keys.push(key);
    this.#landed = 1;
    this.#lastAt = at;
    return first;
  }

  /**
   * No key has come: what was held back is typing. A busy page may call this before it gets to the next key
   * of a code; the code is found all the same.
   *
   * @param {number} at
   * @returns {Fate}
   */
  rest(at) {
    if (this.#landed === this.#keys.length) return NOTHING;
    if (this.#isWithin(at)) return { ...NOTHING, wakeAt: this.#wakeAt() };
    const typed = this.#held();
    this.#landed = this.#keys.length;
    return { ...NOTHING, typed };
  }

  /** @returns {Fate} */
  #end(at) {
    const { minLength, prefix, gapMs } = this.#settings;
    const keys = prefix === null ? this.#keys : this.#keys.slice(1);
    if (this.#joins(at) && keys.length >= (prefix === null ? minLength : 1)) {
      const scanned = { ...NOTHING, swallow: true, code: keys.join(""), undo: this.#landed > 0 };
      this.#forget();
      this.#endedAt = at;
      return scanned;
    }
    const typed = this.#giveUp();
    // Scanners that end a code with two keys, such as Enter and Tab.
    if (!typed && at - this.#endedAt <= gapMs) return { ...NOTHING, swallow: true };
    return { ...NOTHING, typed };
  }

  #hold(key, at, fate) {
    this.#keys.push(key);
    this.#lastAt = at;
    return { ...fate, swallow: true, wakeAt: this.#wakeAt() };
  }

  #joins(at) {
    return this.#keys.length > 0 && this.#isWithin(at);
  }

  #isWithin(at) {
    return at - this.#lastAt <= this.#pause();
  }

  #pause() {
    const { gapMs, patienceMs, minLength, prefix } = this.#settings;
    return prefix !== null || this.#keys.length >= minLength ? patienceMs : gapMs;
  }

  #wakeAt() {
    return this.#lastAt + this.#pause() + 1;
  }

  #held() {
    return this.#keys.slice(this.#landed).join("");
  }

  #giveUp() {
    const typed = this.#held();
    this.#forget();
    return typed;
  }

  #forget() {
    this.#keys = [];
    this.#landed = 0;
    this.#lastAt = -Infinity;
  }
}

/**
 * What was typed into the search field, with the quantity before a `*`: `"3*"` waits for a scan, `"3*coca"`
 * is a search. Without one, or with one out of bounds, the quantity is null and the text is as it was.
 *
 * @param {string} typed
 * @param {number} [most] the most pieces of an item
 * @returns {{quantity: number | null, text: string}}
 */
export function splitQuantity(typed, most = 1_000_000) {
  const [, pieces, text] = /^\s*(\d+)\s*\*\s*(.*)$/s.exec(typed) ?? [];
  const quantity = Number(pieces);
  if (!(quantity >= 1 && quantity <= most)) return { quantity: null, text: typed };
  return { quantity, text };
}
