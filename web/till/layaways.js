/**
 * The shop's apartados, asked of the shop: goods that are kept for a customer who pays for them in parts.
 *
 * @module
 */

import { session } from "../shell/session.js";
import { computed, signal } from "../shell/ui.js";
import { choicesOf } from "./deed_rules.js";
import { deedOf, perform, unsettledOf } from "./deeds.js";
import { hasCash } from "./drawer.js";
import { ask } from "./network.js";
import { openForCash } from "./printing.js";
import { register, shift } from "./register.js";
import { ticketIn } from "./return_rules.js";
import { clear, sums } from "./sale.js";

const NAME = "layaway";
const PATH = "/api/layaways/";
const MOST = 100;
const SUPERVISORS = ["ADMIN", "OWNER"];

/** The apartado that is shown; null: the list is. */
export const layaway = signal(null);

/** A deed of which nobody knows yet whether it was done. */
export const unsettled = unsettledOf(NAME);

/** Whether who is logged in may cancel. */
export const mayCancel = computed(() => SUPERVISORS.includes(session.value?.role));

/** The open apartados, newest first, of all customers or of one, all or those that are overdue. */
export async function openOnes({ customer, overdue } = {}) {
  const query = { status: "OPEN", customer, overdue, page_size: MOST };
  return (await ask("GET", PATH, { query })).body;
}

/** Show the apartado of a ticket that was scanned or typed. Answers whether there is one. */
export async function findByTicket(code) {
  const folio = ticketIn(code, register.peek().series);
  const { body: [order] } = await ask("GET", "/api/orders/", { query: { folio } });
  if (!order?.layaway) return false;
  layaway.value = (await ask("GET", `${PATH}${order.layaway}/`)).body;
  return true;
}

/** Keep the goods of the sale on the screen for a customer. The sale is gone then. */
export async function open(customer, { payment, total, dueDate }) {
  const items = sums.peek().lines.map(({ product, quantity }) => ({ product_id: product.id, quantity }));
  const body = { customer, items, deposit: payment, ...(dueDate && { due_date: dueDate }) };
  await done(deedFor(PATH, body, { what: "open", total }));
}

/** Take a payment for the apartado that is shown. */
export async function pay({ payment, total }) {
  const { id, ticket_folio: ticket } = layaway.peek();
  await done(deedFor(`${PATH}${id}/payments/`, payment, { what: "pay", ticket, total }));
}

/** Cancel the apartado that is shown: its money is given back, less the shop's fee. */
export async function cancel(reason, total) {
  const { id, ticket_folio: ticket } = layaway.peek();
  await done(deedFor(`${PATH}${id}/cancel/`, { reason }, { what: "cancel", ticket, total }));
}

/** Send a deed again whose answer was lost: it is done once. */
export const again = done;

/** What may be done about a deed whose answer was lost: sending it again tells what became of it. */
export const lookFor = async (deed) => choicesOf(deed, { caller: session.peek().id, now: Date.now() });

function deedFor(path, body, about) {
  const drawer = shift.peek() && { register: register.peek().id };
  return deedOf(NAME, path, { ...body, ...drawer }, about);
}

async function done(deed) {
  const answer = await perform(deed);
  if (deed.about.what === "open") clear();
  layaway.value = answer;
  if (hasCash(partsOf(deed, answer))) openForCash();
}

/** What was paid, or given back. */
function partsOf({ about, body }, { refunds }) {
  return about.what === "cancel" ? refunds : (body.deposit ?? body).payments;
}
