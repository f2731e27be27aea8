// @ts-check
/**
 * Money as whole cents: exact sums, rounded half up as the server does (`libs/common/money.py`).
 */

const GROUPED = /^-?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const WRITTEN = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;
const EXACT = /^(\d+)(?:\.(\d{1,4}))?$/;

/**
 * The cents of an amount as the API writes it; `"12.5"` and `"12"` are read too.
 *
 * @param {string} text
 * @returns {number}
 * @throws {RangeError} if it is no amount, or has more digits than a number holds exactly
 */
export function cents(text) {
  const [, sign, pesos, rest = ""] = WRITTEN.exec(text) ?? refuse(text);
  const found = Number(pesos) * 100 + Number(rest.padEnd(2, "0"));
  if (!Number.isSafeInteger(found)) refuse(text);
  return sign && found ? -found : found;
}

/**
 * The ten-thousandths of an exact price before tax, which has up to four decimals.
 *
 * @param {string} price
 * @returns {bigint}
 * @throws {RangeError} if it is no price
 */
export function tenthousandths(price) {
  const [, pesos, rest = ""] = EXACT.exec(price) ?? refuse(price);
  return BigInt(pesos) * 10_000n + BigInt(rest.padEnd(4, "0"));
}

/**
 * The cents of what a person has typed: with or without `$`, blanks, and commas between thousands. Null if it
 * is no amount: 12,50 may be meant as 12.50, and is not taken for 1,250.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function typedCents(text) {
  const bare = text.replace(/[\s$]/g, "");
  if (bare.includes(",") && !GROUPED.test(bare)) return null;
  const plain = bare.replaceAll(",", "").replace(/^\.(?=\d)/, "0.").replace(/(?<=\d)\.$/, "");
  return WRITTEN.test(plain) && plain.length <= 15 ? cents(plain) : null;
}

/**
 * The amount as the API writes it: `"12.50"`.
 *
 * @param {number} whole cents
 * @returns {string}
 */
export function amount(whole) {
  if (!Number.isSafeInteger(whole)) refuse(whole);
  const digits = String(Math.abs(whole)).padStart(3, "0");
  return `${whole < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * The amount as people read it: `"$1,234.50"`, `"-$5.00"`. One of more cents than a number holds exactly, as
 * in the report of a cost that was mistyped, is shown in whole pesos.
 *
 * @param {number} whole cents
 * @returns {string}
 */
export function shown(whole) {
  const size = Math.abs(whole);
  const isHuge = Number.isInteger(size) && !Number.isSafeInteger(size);
  const text = isHuge ? `${BigInt(Math.round(size / 100))}` : amount(size);
  return `${whole < 0 ? "-" : ""}$${text.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}`;
}

/**
 * A fraction rounded half up, away from zero, to a whole number: the only rounding of money there is.
 *
 * @param {bigint} numerator
 * @param {bigint} denominator above zero
 * @returns {number}
 */
export function halfUp(numerator, denominator) {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = Number((2n * size + denominator) / (2n * denominator));
  return numerator < 0n && rounded ? -rounded : rounded;
}

/**
 * So many per cent of an amount, in cents.
 *
 * @param {number} whole cents
 * @param {string} percent with at most two decimals, such as `"7.25"`
 * @returns {number}
 */
export function percentOf(whole, percent) {
  return halfUp(BigInt(whole) * BigInt(cents(percent)), 10_000n);
}

/** @returns {never} */
function refuse(written) {
  throw new RangeError(`No amount of money: ${written}`);
}
