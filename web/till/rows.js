// @ts-check
/**
 * What is printed, in rows of as many columns as the paper is wide: 42 on 80 mm, 32 on 58 mm. No row is ever
 * wider, and nothing that would control a printer gets through.
 */

import { shown } from "../shell/money.js";

/**
 * A row on paper. `strong` rows are printed bold; a row with `qr` is a QR code with that content.
 *
 * @typedef {{text: string, strong?: boolean, qr?: string}} Row
 */

/** @typedef {{name: string, address: string, rfc: string, footer: string}} Shop the head and the foot */

/** @typedef {{name: string, quantity: number, unitTotal: number, total: number}} Line amounts are cents */

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const PICTURE = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
const SIGNATURE_ROWS = 3;
const SIGNATURE_COLUMNS = 28;
/** A text of letters that are one character each. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00ff]*$/;
const LETTERS = new Intl.Segmenter("es", { granularity: "grapheme" });

/**
 * The text in one line, of visible letters and single blanks, with accents joined to their letters.
 *
 * @param {string} text
 * @returns {string}
 */
export function printable(text) {
  const visible = text.normalize("NFC").replace(/[\p{Cf}\p{Cs}]/gu, "");
  return visible.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/**
 * How many columns a text takes.
 *
 * @param {string} text
 * @returns {number}
 */
export function widthOf(text) {
  return lettersOf(text).reduce((before, letter) => before + widthOfLetter(letter), 0);
}

/**
 * The text in rows that fit, broken between words where possible. No letter is lost.
 *
 * @param {string} text
 * @param {number} columns
 * @returns {string[]}
 */
export function wrapped(text, columns) {
  const rows = [];
  let row = "";
  for (const word of text.split(" ").flatMap((word) => pieces(word, columns))) {
    const longer = row ? `${row} ${word}` : word;
    if (row && widthOf(longer) > columns) {
      rows.push(row);
      row = word;
    } else row = longer;
  }
  return row ? [...rows, row] : rows;
}

/** Collects the rows of one width. Texts are made `printable` here, so that none gets past it. */
export class Roll {
  constructor(columns) {
    this.columns = columns;
    /** @type {Row[]} */
    this.rows = [];
  }

  add(text, strong = false) {
    this.rows.push(strong ? { text, strong } : { text });
  }

  blank() {
    this.add("");
  }

  rule() {
    this.add("-".repeat(this.columns));
  }

  left(text, strong = false) {
    for (const row of wrapped(printable(text), this.columns)) this.add(row, strong);
  }

  /** Each line of the text in the middle. */
  centred(text, strong = false) {
    for (const row of text.split("\n").flatMap((line) => wrapped(printable(line), this.columns))) {
      this.add(" ".repeat((this.columns - widthOf(row)) >> 1) + row, strong);
    }
  }

  /** The name at the left and the value at the right, in one row if both fit. */
  pair(name, value, strong = false, indent = "") {
    const names = wrapped(printable(name), this.columns - indent.length).map((row) => indent + row);
    const values = wrapped(printable(value), this.columns);
    const room = this.columns - widthOf(names.at(-1) ?? "") - widthOf(values[0] ?? "");
    if (names.length && values.length && room >= 1) {
      values[0] = names.pop() + " ".repeat(room) + values[0];
    }
    for (const row of names) this.add(row, strong);
    for (const row of values) this.add(" ".repeat(this.columns - widthOf(row)) + row, strong);
  }

  /** A pair that is part of the row above. */
  under(name, value) {
    this.pair(name, value, false, "  ");
  }

  /** @param {Shop} shop @param {string} rfc the word before its tax number */
  shop(shop, rfc) {
    this.centred(shop.name, true);
    this.centred(shop.address);
    if (shop.rfc) this.centred(`${rfc} ${shop.rfc}`);
    if (this.rows.length) this.blank();
  }

  /** @param {Line[]} lines */
  goods(lines) {
    for (const { name, quantity, unitTotal, total } of lines) {
      this.left(name);
      this.pair(`${count(quantity)} x ${shown(unitTotal)}`, shown(total));
    }
  }

  /** What a scanner reads, and below it what a person types. */
  code(content, text = content) {
    this.rows.push({ text: "", qr: content });
    this.centred(text);
  }

  /** Room for somebody's signature. */
  signature(name) {
    for (let row = 0; row < SIGNATURE_ROWS; row += 1) this.blank();
    this.centred("_".repeat(SIGNATURE_COLUMNS));
    this.centred(name);
  }
}

/** A number of pieces or points: `1,234`. */
export function count(pieces) {
  return String(pieces).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A word in pieces that fit. */
function pieces(word, columns) {
  if (widthOf(word) <= columns) return [word];
  const found = [""];
  for (const letter of lettersOf(word)) {
    if (widthOf(found.at(-1) + letter) > columns) found.push("");
    found[found.length - 1] += letter;
  }
  return found;
}

/**
 * The letters as a reader sees them: an accent that stands by itself belongs to its letter.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function lettersOf(text) {
  if (PLAIN.test(text)) return Array.from(text); // most rows: to segment takes far longer
  return Array.from(LETTERS.segment(text), ({ segment }) => segment);
}

/**
 * How many columns one of the `lettersOf` a text takes.
 *
 * @param {string} letter
 * @returns {0 | 1 | 2}
 */
export function widthOfLetter(letter) {
  if (/^\p{M}+$/u.test(letter)) return 0;
  return WIDE.test(letter) || PICTURE.test(letter) ? 2 : 1;
}
