// @ts-check
/**
 * Customers as a sale knows them: what they bring along, and how their cards and names are read.
 */

import { cents } from "../shell/money.js";

/**
 * @typedef {object} Customer
 * @property {number} id
 * @property {string} name
 * @property {string} phone as it was written
 * @property {boolean} is_frequent
 * @property {string | null} birth_date such as `"1990-02-29"`
 * @property {number} points the balance, as last heard of
 * @property {number} creditLeft cents, as last heard of
 */

const PHONE_DIGITS = 10;
const COUNTRY = "52";

/**
 * A customer of the API.
 *
 * @param {Record<string, any>} found
 * @returns {Customer}
 */
export function customerOf(found) {
  return {
    id: found.id,
    name: `${found.first_name} ${found.last_name}`.trim(),
    phone: found.phone_number,
    is_frequent: found.is_frequent,
    birth_date: found.birth_date,
    points: found.current_points,
    creditLeft: cents(found.available_credit),
  };
}

/**
 * The ten digits of a phone number: a customer's card has them as its barcode. Null for another code.
 *
 * @param {string} code
 * @returns {string | null}
 */
export function phoneIn(code) {
  if (!/^\+?[\d\s().-]+$/.test(code)) return null;
  const digits = code.replace(/\D/g, "");
  const own = digits.startsWith(COUNTRY) && digits.length > PHONE_DIGITS ? digits.slice(2) : digits;
  return own.length === PHONE_DIGITS ? own : null;
}

/**
 * What was searched in vain, as the beginning of a new customer: a phone number, or names of which the last
 * word or two are the last name.
 *
 * @param {string} typed
 */
export function draftOf(typed) {
  const words = typed.trim().split(/\s+/).filter(Boolean);
  const isPhone = /^[\d\s+().-]+$/.test(typed.trim());
  if (isPhone) return { first_name: "", last_name: "", phone_number: typed.trim() };
  const first = Math.max(1, words.length - 2);
  const [first_name, last_name] = [words.slice(0, first).join(" "), words.slice(first).join(" ")];
  return { first_name, last_name, phone_number: "" };
}
