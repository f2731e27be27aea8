/**
 * The shop's apartados, asked of the shop: goods that are kept for a customer who pays for them in parts.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { signal } from "../shell/ui.js";
import { choicesFor, deedOf, perform, settle, unsettledOf } from "./deeds.js";
import { hasCash } from "./drawer.js";
import { isSaleOf, itemsOf, layawayOf } from "./layaway_rules.js";
import { layawayRows, paymentRows } from "./layaway_slips.js";
import { ask } from "./network.js";
import { openForCash } from "./printing.js";
import { told } from "./refusals.js";
import { register, shift } from "./register.js";
import { ticketIn } from "./return_rules.js";
import { begin, cart } from "./sale.js";
import { printDone } from "./slips.js";

const NAME = "layaway";
const PATH = "/api/layaways/";

/** The apartado that is shown; null: the list is. */
export const layaway = signal(null);

/** A deed of which nobody knows yet whether it was done. */
export const unsettled = unsettledOf(NAME);

/** Whether the shop is being asked to do a deed: its apartado stays on the screen until that is answered. */
export const isAsking = signal(false);

/** Why a deed was refused of the apartado that is shown, if another till has changed it meanwhile. */
export const outdated = signal("");

/** What is being looked for: an answer that comes after another ticket, or apartado, changes nothing. */
let looked = null;

/** The open apartados, newest first, of all customers or of one, all or those that are overdue. */
export async function openOnes({ customer, overdue } = {}) {
  return (await ask("GET", PATH, { query: { status: "OPEN", customer, overdue } })).body;
}

/** Show the apartado of a ticket that was scanned or typed. Answers whether there is one. */
export async function findByTicket(code) {
  const folio = ticketIn(code, register.peek().series);
  looked = folio;
  const { body: [order] } = await ask("GET", "/api/orders/", { query: { folio } });
  const found = order?.layaway && (await ask("GET", `${PATH}${order.layaway}/`)).body;
  if (looked !== folio) return true;
  if (found) showOne(found);
  return Boolean(found);
}

/** Show an apartado, or with null the list. */
export function showOne(shown) {
  looked = null;
  layaway.value = shown;
}

/** Keep the goods of the sale on the screen for a customer. The sale is gone then. */
export function open(customer, { payment, total, dueDate }) {
  const items = itemsOf(cart.peek());
  const body = { customer, items, deposit: payment, ...(dueDate && { due_date: dueDate }) };
  return asking(async () => {
    const known = (await allOf(customer)).map(({ id }) => id);
    await done(deedFor(PATH, body, { what: "open", total, known }));
  });
}

/** Take a payment for the apartado that is shown. */
export async function pay({ payment, total }) {
  const { id, ticket_folio: ticket, payments } = layaway.peek();
  const known = payments.map((part) => part.payment);
  const deed = deedFor(`${PATH}${id}/payments/`, payment, { what: "pay", ticket, total, known });
  await unlessOutdated(() => done(deed));
}

/** Cancel the apartado that is shown: its money is given back, less the shop's fee. */
export async function cancel(reason, total) {
  const { id, ticket_folio: ticket } = layaway.peek();
  const deed = deedFor(`${PATH}${id}/cancel/`, { reason }, { what: "cancel", ticket, total });
  await unlessOutdated(() => done(deed));
}

/** Send a deed again whose answer was lost: it is done once. */
export const again = done;

/** Ask the shop what became of a deed whose answer was lost; else answers what may be done about it. */
export async function lookFor(deed) {
  const found = layawayOf(deed, await concernedBy(deed));
  if (!found) return choicesFor(deed);
  shownAsDone(deed, found);
  await settle(deed);
  return null;
}

/** Do the deed; if it is refused and the apartado has changed, it is shown as it is now, and why. */
async function unlessOutdated(work) {
  outdated.value = "";
  const shown = layaway.peek();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError) || layaway.peek() !== shown) throw error;
    const now = (await ask("GET", `${PATH}${shown.id}/`)).body;
    if (now.status === shown.status && now.paid === shown.paid) throw error;
    outdated.value = told(error);
    layaway.value = now;
  }
}

function deedFor(path, body, about) {
  const drawer = shift.peek() && { register: register.peek().id };
  return deedOf(NAME, path, { ...body, ...drawer }, about);
}

function done(deed) {
  return asking(async () => shownAsDone(deed, await perform(deed)));
}

async function asking(work) {
  isAsking.value = true;
  try {
    await work();
  } finally {
    isAsking.value = false;
  }
}

/** The sale whose goods were kept is gone from the screen; the next one, where it has begun, stays. */
function shownAsDone(deed, answer) {
  if (deed.about.what === "open" && isSaleOf(deed.body, cart.peek())) begin();
  showOne(answer);
  if (hasCash(partsOf(deed, answer))) openForCash();
  printDone(deed.about.what === "pay" ? paymentRows : layawayRows, answer);
}

/** What was paid, or given back. */
function partsOf({ about, body }, { refunds }) {
  return about.what === "cancel" ? refunds : (body.deposit ?? body).payments;
}

/** The apartados that the deed may have made or changed. */
async function concernedBy({ path, body }) {
  if (path === PATH) return allOf(body.customer);
  return [(await ask("GET", path.replace(/[a-z]+\/$/, ""))).body];
}

/** The apartados of a customer, in any state, the newest first. */
async function allOf(customer) {
  return (await ask("GET", PATH, { query: { customer } })).body;
}
