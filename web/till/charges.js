/**
 * Sales that draw on points, credit or an exchange: the shop charges them while somebody waits. Each is in
 * the outbox, on the disk, before anything is asked; its `client_id` makes one order of it, and the key of
 * its payment is kept with it. So it is charged once, whatever answer is lost and whenever the page dies.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { isOutcome } from "../shell/outcomes.js";
import { t } from "../shell/texts.js";
import { worded } from "../shell/told.js";
import { batch, computed, signal } from "../shell/ui.js";
import { fateOf } from "./charge_rules.js";
import { refreshExchange } from "./exchange.js";
import { ask } from "./network.js";
import { notice } from "./notice.js";
import { giveUpCharge, settleCharge, waiting } from "./outbox.js";
import { bringBack } from "./parking.js";
import { told } from "./refusals.js";
import { confirmed, isUnderWay } from "./sale.js";
import { asOrdered } from "./sold_ticket.js";

const FOLIO_DIGITS = 8;
const REASON_LENGTH = 255;

/** The shop's answer does not say whether the sale is charged. */
class Unclear extends Error {}

/** The sale of which nobody knows yet whether it is charged; null: none. */
export const unsettled = computed(() => waiting.value.find(({ state }) => state === "charging") ?? null);

/** Whether the shop is being asked. */
export const isAsking = signal(false);

/** Why the shop did not answer. */
export const problem = signal("");

/** Have the shop charge the sale, or find out that it has: once, however often. */
export function charge(entry) {
  return asked(async () => {
    const order = await orderOf(entry.sale);
    if (order.status !== "PAID") await pay(order, entry);
    await settle(entry, order);
  }, entry);
}

/** After a restart: what has become of it. It is not charged now if it was not. */
export function lookUp(entry) {
  return asked(async () => {
    const folio = entry.sale.client_id.slice(0, FOLIO_DIGITS);
    const { body: found } = await ask("GET", "/api/orders/", { query: { folio } });
    const isIt = (order) => order.client_id === entry.sale.client_id && order.status === "PAID";
    const paid = found.find(isIt);
    if (paid) await settle(entry, paid);
  });
}

/** Give the sale up: its number is used, and its goods come back to the screen. */
export async function giveUp(entry, reason, said = { key: "charge.undone" }) {
  if (!(await giveUpCharge(entry.sale.client_id, reason))) return;
  refreshExchange();
  await bringBack(entry.charge.cart);
  notice.value = said;
}

async function orderOf({ client_id, customer, items, approval }) {
  const wanted = items.map(({ unit_total: _, ...item }) => item);
  const body = { client_id, customer, items: wanted };
  return (await ask("POST", "/api/orders/", { body, approval })).body;
}

async function pay(order, { sale, charge: { key, register } }) {
  const { payments, cash_received } = sale;
  const body = { payments, cash_received, register };
  try {
    await ask("POST", `/api/orders/${order.id}/pay/`, { body, key });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A try of another cashier, with a key of their own, may have paid it, or may be about to.
    const fate = fateOf(error, (await ask("GET", `/api/orders/${order.id}/`)).body);
    if (fate !== "paid") throw fate === "refused" ? error : new Unclear(error.message);
  }
}

async function settle(entry, order) {
  const { cart, total, change } = entry.charge;
  const ticket = asOrdered(entry.ticket, order, cart.items.map(({ product }) => product));
  if (!(await settleCharge(entry.sale.client_id, ticket))) return;
  refreshExchange();
  if (!isUnderWay.peek()) confirmed.value = { total, change, entry: { ...entry, ticket } };
}

/** With `entry`, a refusal gives the sale up. */
async function asked(work, entry = null) {
  if (isAsking.peek()) return;
  batch(() => {
    isAsking.value = true;
    problem.value = "";
  });
  try {
    await work();
  } catch (error) {
    const isRefused = entry && error instanceof ApiError && isOutcome(error.status);
    if (isRefused) await giveUp(entry, refusalOf(error), refused(error));
    else problem.value = error instanceof Unclear ? worded(error.message) : told(error);
  } finally {
    isAsking.value = false;
  }
}

const refused = ({ message }) => ({ key: "charge.refused", values: { why: worded(message) } });
const refusalOf = ({ message }) => `${t("charge.given_up")}: ${message}`.slice(0, REASON_LENGTH);
