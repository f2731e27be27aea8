// @ts-check
/**
 * Money as whole cents: exact sums, rounded half up as the server does (`libs/common/money.py`).
 */

const WRITTEN = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;

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
 * The cents of what a person has typed: with or without `$`, commas and blanks. Null if it is no amount.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function typedCents(text) {
  const plain = text.replace(/[\s$,]/g, "").replace(/^\.(?=\d)/, "0.").replace(/(?<=\d)\.$/, "");
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
 * The amount as people read it: `"$1,234.50"`, `"-$5.00"`.
 *
 * @param {number} whole cents
 * @returns {string}
 */
export function shown(whole) {
  const text = amount(Math.abs(whole)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${whole < 0 ? "-" : ""}$${text}`;
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

/**
 * The amount divided in proportion to the weights. The cents that are left over go to the largest remainders,
 * of equal ones to the first: the parts always add up to the amount (contract §8.3).
 *
 * @param {number} whole cents, not below zero
 * @param {number[]} weights whole numbers, not below zero; not all zero unless the amount is
 * @returns {number[]}
 */
export function shares(whole, weights) {
  const sum = weights.reduce((before, weight) => before + BigInt(weight), 0n);
  if (sum === 0n) {
    if (whole !== 0) refuse(whole);
    return weights.map(() => 0);
  }
  const exact = weights.map((weight) => BigInt(whole) * BigInt(weight));
  const parts = exact.map((part) => Number(part / sum));
  const left = whole - parts.reduce((before, part) => before + part, 0);
  const order = exact
    .map((part, at) => ({ at, remainder: part % sum }))
    .sort((one, other) => Number(other.remainder - one.remainder) || one.at - other.at);
  for (const { at } of order.slice(0, left)) parts[at] += 1;
  return parts;
}

/** @returns {never} */
function refuse(written) {
  throw new RangeError(`No amount of money: ${written}`);
}
