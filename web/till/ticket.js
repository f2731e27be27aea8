// @ts-check
/**
 * A ticket in columns as wide as the paper, laid out as the server's (`services/sales/api/tickets`): 42
 * columns on 80 mm, 32 on 58 mm. No row is ever wider, and nothing that would control a printer gets through.
 */

import { shown } from "../shell/money.js";

/**
 * A row of a ticket. `strong` rows are printed bold; a row with `qr` is a QR code with that content.
 *
 * @typedef {{text: string, strong?: boolean, qr?: string}} Row
 */

/**
 * What a ticket shows. Amounts are cents; what is not known is null or left out.
 *
 * @typedef {object} Ticket
 * @property {{name: string, address: string, rfc: string, footer: string}} shop
 * @property {string} [notice] a warning above and below, such as that it is a copy or not paid
 * @property {string | null} [number] the consecutive one: `C2-000123`; null: it has none
 * @property {string} folio
 * @property {string | null} [invoiceCode] known once the server has the sale
 * @property {string} date
 * @property {string} seller
 * @property {string} [register]
 * @property {string | null} [customer]
 * @property {{name: string, quantity: number, unitTotal: number, total: number}[]} lines
 * @property {number} total
 * @property {number} [saved] before tax
 * @property {{rate: string, base: number, tax: number}[]} taxes
 * @property {{name: string, amount: number}[]} tenders
 * @property {number | null} [received] in cash
 * @property {number | null} [change]
 * @property {{earned: number, balance: number | null} | null} [points]
 * @property {string} [qr] the whole id of the sale, or an address with it
 */

/**
 * The words of a ticket; `taxOf` says `IVA 16% de $152.42` of a rate, the amount it is on, and whether it is
 * exempt.
 *
 * @typedef {object} Words
 * @property {string} rfc
 * @property {string} number
 * @property {string} folio
 * @property {string} invoiceCode
 * @property {string} date
 * @property {string} seller
 * @property {string} register
 * @property {string} customer
 * @property {string} total
 * @property {string} saved
 * @property {string} received
 * @property {string} change
 * @property {string} earned
 * @property {string} balance
 * @property {(rate: string, base: string) => string} taxOf
 */

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const PICTURE = /\p{Extended_Pictographic}/u;
const EXEMPT = "EXENT";
const LETTERS = new Intl.Segmenter("es", { granularity: "grapheme" });

/**
 * The consecutive number of a register's sale, such as `C2-000123` (contract §8.6).
 *
 * @param {string} series
 * @param {number} seq
 */
export function ticketNumber(series, seq) {
  return `${series}-${String(seq).padStart(6, "0")}`;
}

/**
 * The rows of a ticket.
 *
 * @param {Ticket} ticket
 * @param {number} columns
 * @param {Words} words
 * @returns {Row[]}
 */
export function ticketRows(ticket, columns, words) {
  const sheet = new Sheet(columns);
  head(sheet, ticket, words);
  sheet.rule();
  for (const line of ticket.lines) {
    sheet.left(line.name);
    sheet.pair(`${count(line.quantity)} x ${shown(line.unitTotal)}`, shown(line.total));
  }
  sheet.rule();
  sums(sheet, ticket, words);
  foot(sheet, ticket, words);
  return sheet.rows;
}

/**
 * The rows as one text, each ended by a line feed; a QR code is no text.
 *
 * @param {Row[]} rows
 * @returns {string}
 */
export function asText(rows) {
  return rows.filter((row) => !row.qr).map((row) => `${row.text}\n`).join("");
}

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
export class Sheet {
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

  left(text) {
    for (const row of wrapped(printable(text), this.columns)) this.add(row);
  }

  /** Each line of the text in the middle. */
  centred(text, strong = false) {
    for (const row of text.split("\n").flatMap((line) => wrapped(printable(line), this.columns))) {
      this.add(" ".repeat((this.columns - widthOf(row)) >> 1) + row, strong);
    }
  }

  /** The name at the left and the value at the right, in one row if both fit. */
  pair(name, value, strong = false) {
    const names = wrapped(printable(name), this.columns);
    const values = wrapped(printable(value), this.columns);
    const room = this.columns - widthOf(names.at(-1) ?? "") - widthOf(values[0] ?? "");
    if (names.length && values.length && room >= 1) {
      values[0] = names.pop() + " ".repeat(room) + values[0];
    }
    for (const row of names) this.add(row, strong);
    for (const row of values) this.add(" ".repeat(this.columns - widthOf(row)) + row, strong);
  }
}

/** @param {Sheet} sheet @param {Ticket} ticket @param {Words} words */
function head(sheet, { shop, notice, ...ticket }, words) {
  sheet.centred(shop.name, true);
  sheet.centred(shop.address);
  if (shop.rfc) sheet.centred(`${words.rfc} ${shop.rfc}`);
  if (sheet.rows.length) sheet.blank();
  if (notice) {
    sheet.centred(`*** ${notice} ***`, true);
    sheet.blank();
  }
  if (ticket.number) sheet.pair(words.number, ticket.number, true);
  sheet.pair(words.folio, ticket.folio);
  if (ticket.invoiceCode) sheet.pair(words.invoiceCode, ticket.invoiceCode);
  sheet.pair(words.date, ticket.date);
  if (ticket.register) sheet.pair(words.register, ticket.register);
  sheet.pair(words.seller, ticket.seller);
  if (ticket.customer) sheet.pair(words.customer, ticket.customer);
}

/** @param {Sheet} sheet @param {Ticket} ticket @param {Words} words */
function sums(sheet, { received = null, change = null, ...ticket }, words) {
  sheet.pair(words.total, shown(ticket.total), true);
  if (ticket.saved) sheet.pair(words.saved, shown(ticket.saved));
  for (const { rate, base, tax } of ticket.taxes) {
    sheet.pair(words.taxOf(rate, shown(base)), shown(rate === EXEMPT ? base : tax));
  }
  if (ticket.tenders.length) sheet.rule();
  for (const tender of ticket.tenders) sheet.pair(tender.name, shown(tender.amount));
  if (received !== null) sheet.pair(words.received, shown(received));
  if (change !== null) sheet.pair(words.change, shown(change), true);
  if (ticket.points) {
    sheet.rule();
    sheet.pair(words.earned, count(ticket.points.earned));
    if (ticket.points.balance !== null) sheet.pair(words.balance, count(ticket.points.balance));
  }
}

/** @param {Sheet} sheet @param {Ticket} ticket @param {Words} words */
function foot(sheet, { shop, notice, folio, qr }, words) {
  if (notice) {
    sheet.blank();
    sheet.centred(`*** ${notice} ***`, true);
  }
  sheet.blank();
  if (qr) sheet.rows.push({ text: "", qr });
  sheet.centred(folio);
  if (!shop.footer) return;
  sheet.blank();
  sheet.centred(shop.footer);
}

function count(pieces) {
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

/** @returns {string[]} */
function lettersOf(text) {
  return Array.from(LETTERS.segment(text), ({ segment }) => segment);
}

function widthOfLetter(letter) {
  if (/^\p{M}+$/u.test(letter)) return 0;
  return WIDE.test(letter) || (PICTURE.test(letter) && !/^[\u0000-\u00ff]/.test(letter)) ? 2 : 1;
}
