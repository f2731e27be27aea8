/**
 * The sale on the screen: scans, searches and payments change it, and a payment that is whole confirms it.
 *
 * @module
 */

import { batch, computed, signal, untracked } from "../shell/ui.js";
import { session } from "../shell/session.js";
import { CartRefuses, EMPTY, add, priced, setQuantity, soldItems, step } from "./cart.js";
import { bootstrap, catalogue, storeDay } from "./catalogue.js";
import { isOnline } from "./network.js";
import { keepSale } from "./outbox.js";
import { register } from "./register.js";
import { keptOf } from "./sold_ticket.js";
import { beep } from "./sounds.js";
import { change, isPaid, paidMembers, payBy, payCash, paymentOf, remaining } from "./tenders.js";
import { splitQuantity } from "./scanner.js";

/** The sale before it is paid. */
export const cart = signal(EMPTY);

/** What is typed into the search field; `3*` means that the next product is taken three times. */
export const search = signal("");

/** How the sale is being paid; null while goods are still being added. */
export const payment = signal(null);

/** The sale that was confirmed last, until the next one begins: `{total, change, seq, entry}`. */
export const confirmed = signal(null);

/** What the last deed has to say: `{key, values}` of a text, or null. */
export const notice = signal(null);

/** The lines and sums of the cart. */
export const sums = computed(() => pricesNow(cart.value));

/** Whether a sale is on the screen that is not confirmed. */
export const isUnderWay = computed(() => cart.value.items.length > 0);

let confirming = null;
let scannedMeanwhile = [];

/** A code was scanned: one more piece, or as many as were typed before `*`. It begins the next sale, too. */
export function scanned(code) {
  if (confirming) return void scannedMeanwhile.push(code);
  const product = catalogue.value.index.byCode(code);
  if (product) take(product);
  else {
    batch(() => {
      search.value = "";
      notice.value = { key: "sale.unknown", values: { code } };
    });
  }
  beep(product ? "found" : "unknown");
}

/** The products that the search finds, with the words of it. */
export function found(most = 30) {
  const { text } = splitQuantity(search.value, bootstrap.value?.limits.quantity);
  return catalogue.value.index.find(text, most);
}

/** Take a product into the sale. */
export function take(product) {
  const { limits } = bootstrap.value ?? {};
  const { quantity } = splitQuantity(search.peek(), limits?.quantity);
  changeCart((now) => add(now, product, quantity ?? 1, limits));
  search.value = "";
}

/** One piece more or less of the product that was taken last. */
export function stepLast(pieces) {
  changeCart((now) => step(now, pieces, bootstrap.value?.limits));
}

/** Have so many pieces of a product; none take it out. */
export function have(productId, pieces) {
  changeCart((now) => setQuantity(now, productId, pieces, bootstrap.value?.limits));
}

/** Give the sale up. */
export function clear() {
  changeCart(() => EMPTY);
}

/** Begin to pay what is on the screen. */
export function pay() {
  if (confirming || !isUnderWay.peek()) return;
  batch(() => {
    notice.value = null;
    payment.value = paymentOf(sums.peek().total);
  });
}

/** Go on adding goods; what was entered as paid is forgotten, as nobody was charged. */
export function stopPaying() {
  payment.value = null;
}

/** Notes and coins were handed over; without an amount, what remains exactly. */
export function takeCash(received = remaining(payment.peek())) {
  return paidWith((now) => payCash(now, received));
}

/** Another tender pays this amount, or all that remains. Throws `TenderRefused`. */
export function takeTender(method, amount) {
  const details = amount === null ? {} : { amount };
  return paidWith((now) => payBy(now, method, { online: isOnline.peek(), customer: null }, details));
}

/** Resolved when a sale that is being confirmed is on the disk. */
async function paidWith(next) {
  if (confirming) return;
  payment.value = next(payment.peek());
  if (!isPaid(payment.peek())) return;
  confirming = confirm(payment.peek());
  try {
    await confirming;
  } finally {
    confirming = null;
    const waiting = scannedMeanwhile;
    scannedMeanwhile = [];
    waiting.forEach(scanned);
  }
}

async function confirm(paid) {
  const at = new Date();
  const sold = pricesNow(cart.peek(), at.getTime());
  const who = session.peek();
  const sale = {
    client_id: crypto.randomUUID(),
    sold_at: at.toISOString(),
    sold_by: who.id,
    items: soldItems(sold.lines),
    ...paidMembers(paid),
  };
  const ticket = keptOf(sold, { seller: who.name, customer: null, register: register.peek() });
  const entry = await keepSale((seq) => ({ ...sale, seq }), ticket);
  batch(() => {
    cart.value = EMPTY;
    payment.value = null;
    confirmed.value = { total: paid.total, change: change(paid), seq: entry.sale.seq, entry };
  });
}

function changeCart(changed) {
  if (confirming) return;
  batch(() => {
    payment.value = null;
    confirmed.value = null;
    notice.value = null;
    try {
      cart.value = changed(cart.peek());
    } catch (error) {
      if (!(error instanceof CartRefuses)) throw error;
      notice.value = { key: `sale.refused.${error.code}`, values: {} };
    }
  });
}

function pricesNow(sale, at = Date.now()) {
  const birthdayPercent = untracked(() => bootstrap.value?.birthday_percent) ?? "0.00";
  return priced(sale, { at, today: untracked(() => storeDay(at)), birthdayPercent });
}
