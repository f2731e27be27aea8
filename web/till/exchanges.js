/**
 * Exchanges at the shop: one is found by the slip of its return, and what is left of it is paid out, once.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { signal } from "../shell/ui.js";
import { choicesFor, deedOf, perform, settle, unsettledOf } from "./deeds.js";
import { attachExchange, exchange } from "./exchange.js";
import { exchangeOf, wantedBy } from "./exchange_rules.js";
import { ask } from "./network.js";
import { openForCash } from "./printing.js";
import { register, shift } from "./register.js";
import { payoutRows } from "./return_slip.js";
import { printDone } from "./slips.js";

const NAME = "exchange";
const PATH = "/api/returns/";
const NOT_FOUND = 404;

/** The returns of a ticket of which something is left, where there are several. */
export const several = signal([]);

/** The return of which the rest was paid out just now; null: none. */
export const paidOut = signal(null);

/** A payout of which nobody knows yet whether it was made. */
export const unsettled = unsettledOf(NAME);

/** What is being looked for: an answer that comes after another slip was scanned changes nothing. */
let looked = null;

/** Begin anew. */
export function clear() {
  looked = null;
  several.value = [];
  paidOut.value = null;
}

/** Go on with the exchange of a slip that was scanned or typed. Answers whether something is left of it. */
export async function find(code) {
  clear();
  looked = code;
  const all = await returnsBy(wantedBy(code, register.peek().series));
  if (looked !== code) return true;
  const open = all.filter((returned) => exchangeOf(returned) !== null);
  if (open.length === 1) await goOn(open[0]);
  else several.value = open;
  return open.length > 0;
}

/** Go on with what is left of this return. */
export async function goOn(returned) {
  await attachExchange(returned);
  several.value = [];
}

/** Pay out in cash what is left of the exchange of this till. */
export async function payOut() {
  const { id, left } = exchange.peek();
  const drawer = shift.peek() && { register: register.peek().id };
  await done(deedOf(NAME, `${pathOf(id)}payout/`, { ...drawer }, { id, total: left }));
}

/** Send a payout again whose answer was lost: it is made once. */
export const again = done;

/** Ask the shop what became of a payout whose answer was lost; else answers what may be done about it. */
export async function lookFor(deed) {
  const { body: returned } = await ask("GET", pathOf(deed.about.id));
  if (!returned.payout) return choicesFor(deed);
  if (returned.payout.user === deed.by) await shownAsPaid(returned);
  await settle(deed);
  return null;
}

async function done(deed) {
  await shownAsPaid(await perform(deed));
}

async function shownAsPaid(returned) {
  paidOut.value = returned;
  openForCash();
  printDone(payoutRows, returned);
  await attachExchange(returned); // nothing is left of it
}

async function returnsBy({ id, ticket }) {
  if (ticket) return (await ask("GET", PATH, { query: { folio: ticket } })).body;
  try {
    return [(await ask("GET", pathOf(id))).body];
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return [];
    throw error;
  }
}

const pathOf = (id) => `${PATH}${id}/`;
