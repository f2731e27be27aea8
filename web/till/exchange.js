/**
 * The exchange that the till goes on with: what is left of a return, until other goods have used it up or it
 * is put away. It is on the disk, for all tabs and after a reload; the shop decides how much is left.
 *
 * @module
 */

import { ApiError, NoNetwork } from "../shell/api.js";
import { session } from "../shell/session.js";
import { effect, signal, untracked } from "../shell/ui.js";
import { exchangeOf } from "./exchange_rules.js";
import { ask, isOnline } from "./network.js";
import { NotKept, changeSetting, setting } from "./store.js";

const KEPT_AS = "exchange";

/** `{id, left}`: the return, and the cents that are left of it; null: there is none. */
export const exchange = signal(null);

const tabs = new BroadcastChannel("till: exchange");
/** How many requests are under way: an answer that comes late changes what is known of the network. */
let asking = 0;

/** Read the device, and ask the shop as soon as it answers. */
export async function openExchange() {
  tabs.onmessage = look;
  await look();
  effect(() => void (isOnline.value && session.value && !asking && untracked(refreshExchange)));
}

/**
 * Go on with what is left of a return as the API shows it, in place of another one; where nothing is left of
 * it, another one stays.
 */
export function attachExchange(returned) {
  return change((now) => exchangeOf(returned) ?? (now?.id === returned.id ? null : now));
}

/** Go on without it: it stays at the shop, and its slip brings it back. */
export function putExchangeAway() {
  return change(() => null);
}

/** Ask the shop how much is left. Without an answer it stays as known: no more is taken than there is. */
export async function refreshExchange() {
  const known = exchange.peek();
  if (known === null) return;
  asking += 1;
  try {
    const { body } = await ask("GET", `/api/returns/${known.id}/`);
    await change((now) => (now?.id === known.id ? exchangeOf(body) : now));
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof NoNetwork || error instanceof NotKept)) throw error;
    console.info("the exchange stays as known:", error.message);
  } finally {
    asking -= 1;
  }
}

async function change(changed) {
  exchange.value = await changeSetting(KEPT_AS, (now) => changed(now ?? null));
  tabs.postMessage("changed");
}

async function look() {
  exchange.value = (await setting(KEPT_AS)) ?? null;
}
