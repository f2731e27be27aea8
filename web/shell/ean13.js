// @ts-check
/** EAN-13 (GTIN-13): the thirteen digits of a product as bars. */

/** The widths of each digit; at the left of the middle they begin with a space, at the right with a bar. */
const DIGITS = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"];
/** The six digits at the left by the first one, which has no bars of its own; `G`: mirrored. */
const FIRST = "LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL".split(" ");
const EDGE = "111";
const MIDDLE = "11111";

/** Whether the text is thirteen digits, of which the last one is right. */
export function isEan13(text) {
  return /^\d{13}$/.test(text) && checkDigit(text.slice(0, 12)) === Number(text[12]);
}

/**
 * The widths of bars and spaces in turn, in modules, a bar first: 95 modules. A reader needs eleven empty
 * ones on the left, seven on the right.
 *
 * @param {string} text
 * @returns {number[]}
 * @throws {RangeError} if it is not `isEan13`
 */
export function ean13(text) {
  if (!isEan13(text)) throw new RangeError(`No EAN-13: ${JSON.stringify(text)}`);
  const [first, ...digits] = Array.from(text, Number);
  const left = digits.slice(0, 6).map((digit, at) => digitAtLeft(digit, FIRST[first][at]));
  const right = digits.slice(6).map((digit) => DIGITS[digit]);
  return Array.from([EDGE, ...left, MIDDLE, ...right, EDGE].join(""), Number);
}

function digitAtLeft(digit, side) {
  return side === "L" ? DIGITS[digit] : [...DIGITS[digit]].reverse().join("");
}

function checkDigit(twelve) {
  const sum = Array.from(twelve, Number).reduce((before, digit, at) => before + digit * (at % 2 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}
