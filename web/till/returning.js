/**
 * The return on the screen: its ticket is found, its pieces are chosen, the shop says what they are worth,
 * and it is made once.
 *
 * @module
 */

import { amount } from "../shell/money.js";
import { batch, computed, signal } from "../shell/ui.js";
import { catalogue } from "./catalogue.js";
import { choicesFor, deedOf, perform, settle, unsettledOf } from "./deeds.js";
import { hasCash } from "./drawer.js";
import { attachExchange } from "./exchange.js";
import { exchangeOf } from "./exchange_rules.js";
import { ask } from "./network.js";
import { waiting } from "./outbox.js";
import { openForCash } from "./printing.js";
import { register, shift } from "./register.js";
import {
  chosenOf, draftOf, isTicketOf, returnBody, returnOf, sumOf, ticketIn, withPieces,
} from "./return_rules.js";
import { returnRows } from "./return_slip.js";
import { printDone } from "./slips.js";

const NAME = "return";
const MOST = 100;
/** A preview needs one, and shows it to nobody. */
const NO_REASON = "-";

/** The return that is made up; null: no ticket is found yet. */
export const draft = signal(null);

/** The entry of a ticket whose sale is still on this device; null: none is. */
export const unsentSale = signal(null);

/** What the shop says the return is worth: `{of, worth}` or `{of, error}`; of a body as text. */
const preview = signal(null);

/** The return that was made: `{returned, ticket}`; null: none. */
export const made = signal(null);

/** A return of which nobody knows yet whether it was made. */
export const unsettled = unsettledOf(NAME);

/** What the preview is of; null: nothing is chosen. The reason does not matter. */
export const wanted = computed(() => {
  const now = draft.value;
  return now && sumOf(now).pieces > 0 ? JSON.stringify(bodyOf({ ...now, reason: NO_REASON })) : null;
});

/** The preview of the draft as it is now; null: the shop has not answered yet. */
export const current = computed(() => (preview.value?.of === wanted.value ? preview.value : null));

/** What is being looked for: an answer that comes after another ticket was scanned changes nothing. */
let looked = null;

/** Begin anew. */
export function clear() {
  looked = null;
  batch(() => {
    draft.value = null;
    unsentSale.value = null;
    preview.value = null;
    made.value = null;
  });
}

/** Find the order of a ticket that was scanned or typed. Answers whether there is one. */
export async function find(code) {
  const { series } = register.peek();
  const ticket = ticketIn(code, series);
  clear();
  looked = ticket;
  unsentSale.value = waiting.peek().find(({ sale }) => isTicketOf(sale, series, ticket)) ?? null;
  if (unsentSale.value) return true;
  const { body: [order] } = await ask("GET", "/api/orders/", { query: { folio: ticket } });
  const found = order && draftOf(order, await returnsOf(order.id));
  if (looked === ticket && found) draft.value = found;
  return looked !== ticket || found !== undefined;
}

/** One more piece of a scanned product of the order. Answers false if it is none of it. */
export function takeScanned(code) {
  const now = draft.peek();
  const product = now && catalogue.peek().index.byCode(code);
  if (!product || !now.lines.some(({ productId }) => productId === product.id)) return false;
  draft.value = withPieces(now, product.id, chosenOf(now, product.id).pieces + 1);
  return true;
}

/** Ask the shop what the return is worth now; an answer that comes too late changes nothing. */
export async function look() {
  const of = wanted.peek();
  if (of === null) return void (preview.value = null);
  const path = `${pathOf(draft.peek().order.id)}preview/`;
  const found = await ask("POST", path, { body: JSON.parse(of) }).then(
    ({ body }) => ({ of, worth: body }),
    (error) => ({ of, error }),
  );
  if (wanted.peek() === of) preview.value = found;
}

/** Make the return. Throws `ApiError`, `NoNetwork`; without an answer it is `unsettled` from now on. */
export async function make() {
  const { order, returns } = draft.peek();
  const about = {
    order: order.id,
    ticket: order.ticket_number ?? order.ticket_folio,
    total: sumOf(draft.peek()).total,
    known: returns.map(({ id }) => id),
  };
  await done(deedOf(NAME, pathOf(order.id), bodyOf(draft.peek()), about));
}

/** Send a return again whose answer was lost: it is made once. Throws as `make`. */
export const makeAgain = done;

/** Ask the shop whether the return is there whose answer was lost; else answers what may be done about it. */
export async function lookFor(deed) {
  const returned = returnOf(deed, await returnsOf(deed.about.order));
  if (!returned) return choicesFor(deed);
  await shownAsMade(deed, returned);
  await settle(deed);
  return null;
}

async function done(deed) {
  const limit = amount(deed.about.total);
  await shownAsMade(deed, await perform(deed, { subject: deed.about.order, limit }));
}

async function shownAsMade(deed, returned) {
  clear();
  made.value = { returned, ticket: deed.about.ticket };
  if (hasCash(returned.refunds)) openForCash();
  printDone(returnRows, made.value);
  if (exchangeOf(returned)) await attachExchange(returned);
}

async function returnsOf(order) {
  return (await ask("GET", pathOf(order), { query: { limit: MOST } })).body;
}

const pathOf = (order) => `/api/orders/${order}/returns/`;

const bodyOf = (now) => returnBody(now, shift.peek() ? register.peek().id : null);
