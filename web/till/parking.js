/**
 * Sales that were put aside: on the device, until somebody goes on with them. The end of a shift and another
 * cashier leave them where they are.
 *
 * @module
 */

import { ifAnswered } from "../shell/api.js";
import { session } from "../shell/session.js";
import { signal } from "../shell/ui.js";
import { refreshed } from "./cart.js";
import { catalogue } from "./catalogue.js";
import { customerNow } from "./customers.js";
import { begin, cart, isUnderWay, renew, undisturbed } from "./sale.js";
import { exchangeParked, parkedSales } from "./store.js";

/** The parked sales, the newest first. */
export const parked = signal([]);

const tabs = new BroadcastChannel("till: parked");

/** Read the device. */
export async function openParking() {
  tabs.onmessage = look;
  await look();
}

/** Put the sale on the screen aside. When the next one begins, it is on the disk. */
export function park() {
  if (!isUnderWay.peek()) return;
  return exchanged(async () => {
    await exchangeParked(onTheScreen());
    begin();
  });
}

/**
 * Go on with a parked sale, at today's prices; one on the screen is put aside in its place. Answers whether
 * it was still there.
 */
export async function resume(clientId) {
  let found = null;
  await exchanged(async () => {
    found = await exchangeParked(isUnderWay.peek() ? onTheScreen() : null, clientId);
    if (found) goOn(today(found.cart));
  });
  return found !== null;
}

/** A cart at the prices of today. */
export const today = (kept) => refreshed(kept, (id) => catalogue.value.index.product(id));

/** A sale comes back that was given up: to the screen, or aside if there is another one. */
export async function bringBack(given) {
  const fresh = { ...today(given), clientId: crypto.randomUUID(), approval: null };
  if (!isUnderWay.peek()) return goOn(fresh);
  await exchangeParked(aside(fresh));
  await changed();
}

const onTheScreen = () => aside(cart.peek());

function aside(given) {
  const { id, name } = session.peek();
  return { cart: given, at: Date.now(), by: { id, name } };
}

async function exchanged(work) {
  await undisturbed(work);
  await changed();
}

async function changed() {
  await look();
  tabs.postMessage("changed");
}

async function look() {
  parked.value = (await parkedSales()).sort((one, other) => other.at - one.at);
}

/** Balances may have changed since; nobody waits for them, and without an answer they stay as they were. */
function goOn(sale) {
  begin(sale);
  if (sale.customer) askAgain(sale.customer);
}

async function askAgain({ id }) {
  const now = await ifAnswered(() => customerNow(id), "the customer stays as known");
  if (now !== null) renew(now);
}
