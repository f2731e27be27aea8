/**
 * The shop's customers, asked of the shop: their balances are nowhere else.
 *
 * @module
 */

import { customerOf, phoneIn } from "./customer_rules.js";
import { ask } from "./network.js";

/** @typedef {import("./customer_rules.js").Customer} Customer */

const MOST = 8;

/**
 * The customers whose names, phone number or email have these words. Throws `ApiError`, `NoNetwork`.
 *
 * @param {string} words
 * @returns {Promise<Customer[]>}
 */
export async function findCustomers(words) {
  const { body } = await ask("GET", "/api/customers/", { query: { search: words, limit: MOST } });
  return body.map(customerOf);
}

/**
 * The customer with this phone number of ten digits, or null. Throws as `findCustomers`.
 *
 * @param {string} phone
 */
export async function customerOfPhone(phone) {
  const found = await findCustomers(phone);
  return found.find((each) => phoneIn(each.phone) === phone) ?? null;
}

/** The customer as the shop knows them now. Throws as `findCustomers`. */
export async function customerNow(id) {
  return customerOf((await ask("GET", `/api/customers/${id}/`)).body);
}

/** Register a customer by names and phone number. Throws `ApiError` with the fields at fault, `NoNetwork`. */
export async function register(draft) {
  return customerOf((await ask("POST", "/api/customers/", { body: draft })).body);
}
