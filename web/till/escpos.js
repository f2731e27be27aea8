// @ts-check
/**
 * The bytes that a receipt printer understands (ESC/POS): rows of a ticket in code page 858, a QR code, the
 * cut, the pulse that opens the drawer.
 */

import { lettersOf, widthOfLetter } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LINE_FEED = 0x0a;
const CODE_PAGE_858 = 19;
/** Many cheap printers are set to Chinese, and would print `ñ` and the letter after it as one of theirs. */
const SINGLE_BYTES = [FS, 0x2e];
const ROWS_BELOW = 4;
/** The pulse on pin 2 of the drawer's plug: on for 50 ms, off for 500 ms. */
const DRAWER = [ESC, 0x70, 0, 25, 250];
const PARTIAL_CUT = [GS, 0x56, 66, 0];

/** The letters of the code page from 0x80 on. */
const LETTERS =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤" +
  "ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0";
const CODES = new Map(Array.from(LETTERS, (letter, at) => [letter, 0x80 + at]));
const UNKNOWN = 0x3f;
const BLANK = 0x20;
/** What typewriters had instead. */
const TYPED = { "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "." };

/**
 * The bytes that print the rows, cut the paper and, if asked, open the drawer.
 *
 * @param {Row[]} rows
 * @param {{cut?: boolean, drawer?: boolean}} [how]
 * @returns {Uint8Array}
 */
export function printed(rows, { cut = true, drawer = false } = {}) {
  return Uint8Array.from([
    ...[ESC, 0x40],
    ...SINGLE_BYTES,
    ...[ESC, 0x74, CODE_PAGE_858],
    ...(drawer ? DRAWER : []),
    ...rows.flatMap(bytesOf),
    ...(cut ? [ESC, 0x64, ROWS_BELOW, ...PARTIAL_CUT] : []),
  ]);
}

/**
 * The bytes that open the drawer and print nothing.
 *
 * @returns {Uint8Array}
 */
export function drawerOpened() {
  return Uint8Array.from([ESC, 0x40, ...DRAWER]);
}

/**
 * The text in code page 858. A letter that it lacks is printed without its accents if that helps, dashes and
 * quotes as typewriters have them, else it is a `?`; what would control the printer is a `?` as well. Each
 * takes the columns that rows count for it: no row gets wider on paper, and numbers stay at the edge.
 *
 * @param {string} text
 * @returns {number[]}
 */
export function encoded(text) {
  return lettersOf(text.normalize("NFC")).flatMap((letter) => {
    const code = codeOf(letter) ?? codeOf(plain(letter)) ?? UNKNOWN;
    return [code, BLANK].slice(0, widthOfLetter(letter));
  });
}

/** @param {Row} row @returns {number[]} */
function bytesOf({ text, strong, qr }) {
  if (qr) return [...centred(1), ...qrCode(qr), ...centred(0)];
  const bytes = [...encoded(text), LINE_FEED];
  return strong ? [...bold(1), ...bytes, ...bold(0)] : bytes;
}

function codeOf(letter) {
  if (/^[\x20-\x7e]$/.test(letter)) return letter.charCodeAt(0);
  return CODES.get(letter);
}

function plain(letter) {
  return TYPED[letter] ?? letter.normalize("NFKD").replace(/\p{M}/gu, "");
}

function bold(on) {
  return [ESC, 0x45, on];
}

function centred(on) {
  return [ESC, 0x61, on];
}

/** Model 2, six dots a module, error correction M: a UUID is 29 modules wide and fits on 58 mm. */
function qrCode(content) {
  const data = [...new TextEncoder().encode(content)];
  return [
    ...symbol(0x41, [0x32, 0]),
    ...symbol(0x43, [6]),
    ...symbol(0x45, [0x31]),
    ...symbol(0x50, [0x30, ...data]),
    ...symbol(0x51, [0x30]),
    LINE_FEED,
  ];
}

/** A function of the printer's QR codes: `GS ( k`, the length of what follows, 49, its number, parameters. */
function symbol(number, parameters) {
  const length = parameters.length + 2;
  return [GS, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, number, ...parameters];
}
