// @ts-check
/**
 * Code 128 (ISO/IEC 15417): letters and digits as bars. Digits are packed two in a symbol where that is
 * shorter.
 */

/** The widths of bar, space, bar … of each symbol, six of them; of the last one, which ends a code, seven. */
const SYMBOLS = [
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231",
  "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211",
  "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131",
  "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111",
  "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211",
  "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141",
  "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214",
  "211232 2331112",
].flatMap((row) => row.split(" "));

const TO_PAIRS = 99;
const TO_LETTERS = 100;
const BEGIN_LETTERS = 104;
const BEGIN_PAIRS = 105;
const END = 106;
const CHECKED_BY = 103;

/** A run of digits is packed if the change to it and back costs less: four at an edge, else six. */
const PACKED = /^(?:\d\d){2,}|(?:\d\d){3,}|(?:\d\d){2,}$/g;

/** Whether the text has letters of ASCII alone, and at least one: only those can be encoded here. */
export function isCode128(text) {
  return /^[\x20-\x7e]+$/.test(text);
}

/**
 * The widths of bars and spaces in turn, in modules, a bar first. A reader needs ten empty modules on either
 * side of them.
 *
 * @param {string} text
 * @returns {number[]}
 * @throws {RangeError} if it is not `isCode128`
 */
export function code128(text) {
  return symbols(text).flatMap((symbol) => Array.from(SYMBOLS[symbol], Number));
}

/** The numbers of the symbols: the beginning, the text, the check symbol, the end. */
function symbols(text) {
  if (!isCode128(text)) throw new RangeError(`No text for Code 128: ${JSON.stringify(text)}`);
  const found = parts(text).flatMap(({ text: part, isPacked }, at) => [
    at > 0 ? (isPacked ? TO_PAIRS : TO_LETTERS) : isPacked ? BEGIN_PAIRS : BEGIN_LETTERS,
    ...(isPacked ? pairs(part) : letters(part)),
  ]);
  return [...found, check(found), END];
}

/** The text in parts that are packed digits or letters, in turn. */
function parts(text) {
  const found = [];
  let at = 0;
  for (const run of text.matchAll(PACKED)) {
    if (run.index > at) found.push({ text: text.slice(at, run.index), isPacked: false });
    found.push({ text: run[0], isPacked: true });
    at = run.index + run[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), isPacked: false });
  return found;
}

function pairs(digits) {
  return Array.from(digits.matchAll(/../g), ([pair]) => Number(pair));
}

function letters(text) {
  return Array.from(text, (letter) => letter.charCodeAt(0) - 32);
}

function check(found) {
  return found.reduce((sum, symbol, at) => sum + symbol * Math.max(at, 1), 0) % CHECKED_BY;
}
