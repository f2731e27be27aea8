/**
 * The sale on the screen: scans, searches and payments change it, and a payment that is whole confirms it.
 *
 * @module
 */

import { dayInShop } from "../shell/format.js";
import { batch, computed, signal, untracked } from "../shell/ui.js";
import { session } from "../shell/session.js";
import {
  CartRefuses, EMPTY, add, forCustomer, hasLost, priced, setQuantity, soldAt, soldItems, step,
} from "./cart.js";
import { bootstrap, catalogue } from "./catalogue.js";
import { phoneIn } from "./customer_rules.js";
import { customerOfPhone } from "./customers.js";
import { exchange } from "./exchange.js";
import { isOnline } from "./network.js";
import { notice } from "./notice.js";
import { keepSale } from "./outbox.js";
import { told } from "./refusals.js";
import { register, shift } from "./register.js";
import { isTicketCode } from "./return_rules.js";
import { keptOf } from "./sold_ticket.js";
import { beep } from "./sounds.js";
import { splitQuantity } from "./scanner.js";
import { NotKept } from "./store.js";
import {
  change, isPaid, isPaidOffline, paidMembers, payBy, payCash, paymentOf, remaining,
} from "./tenders.js";

const FEWEST_KEYS = 2;
const UNDO_MS = 5000;
/** Always the same, so that a key which finds nothing draws nothing. */
const NONE = [];

const begun = () => ({ ...EMPTY, clientId: crypto.randomUUID() });

/** The sale before it is paid. */
export const cart = signal(begun());

/** What is typed into the search field; `3*` means that the next product is taken three times. */
export const search = signal("");

/** How the sale is being paid; null while goods are still being added. */
export const payment = signal(null);

/** The sale that was confirmed last, until the next one begins: `{total, change, entry}`. */
export const confirmed = signal(null);

/** The `client_id` of a sale that was decided just now, and that the shop has to charge; else null. */
export const toCharge = signal(null);

/** The cart before a line was taken out of it, for some seconds and until the next deed; else null. */
export const lost = signal(null);

/** The lines and sums of the cart. */
export const sums = computed(() => pricesNow(cart.value));

/** The customer of the sale, or null. */
export const buyer = computed(() => cart.value.customer);

/** What it depends on how the sale can be paid. */
export const circumstances = computed(() => (
  { online: isOnline.value, customer: buyer.value, exchange: exchange.value }
));

/** Whether a sale is on the screen that is not confirmed. */
export const isUnderWay = computed(() => cart.value.items.length > 0);

let isSettling = false;
let scannedMeanwhile = [];
let forgetLost;
/** The card that is being looked for: an answer after another one, or a choice, changes nothing. */
let looked = null;

/**
 * A code was scanned: one more piece, or as many as were typed before `*`. It begins the next sale, too. A
 * phone number is a customer's card, a ticket the slip of a return.
 */
export function scanned(code) {
  if (isSettling) return void scannedMeanwhile.push(code);
  const product = catalogue.value.index.byCode(code);
  beep(product ? "found" : "unknown");
  if (product) return take(product);
  search.value = "";
  const phone = phoneIn(code);
  if (phone) return void cardScanned(phone);
  const unknown = { key: "sale.unknown", values: { code } };
  notice.value = unknown;
  if (isTicketCode(code)) {
    import("./slip_scan.js").then(({ slipScanned }) => slipScanned(code, unknown));
  }
}

async function cardScanned(phone) {
  const { clientId } = cart.peek();
  looked = phone;
  const isStill = () => looked === phone && cart.peek().clientId === clientId;
  const say = (key, why) => isStill() && (notice.value = { key, values: { code: phone, why } });
  say("customer.looking");
  try {
    const customer = await customerOfPhone(phone);
    if (customer === null) say("sale.unknown");
    else if (isStill()) attach(customer);
  } catch (error) {
    say("customer.not_asked", told(error));
  }
}

/** The products that the search finds: none by a single key, which may be the first one of a scan. */
export const found = computed(() => {
  const { text } = splitQuantity(search.value, bootstrap.value?.limits.quantity);
  return text.length < FEWEST_KEYS ? NONE : catalogue.value.index.find(text);
});

/** Take a product into the sale. */
export function take(product) {
  const { limits } = bootstrap.value ?? {};
  const { quantity } = splitQuantity(search.peek(), limits?.quantity);
  changeCart((now) => add(now, product, quantity ?? 1, limits));
  search.value = "";
}

/** Take the first product that is found; a single key finds the one with that code. */
export function takeFirst() {
  const { text } = splitQuantity(search.peek(), bootstrap.value?.limits.quantity);
  const product = found.peek()[0] ?? catalogue.peek().index.byCode(text);
  if (product) take(product);
  else if (text) notice.value = { key: "sale.not_found", values: { text } };
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
  looked = null;
  changeCart(({ clientId }) => ({ ...EMPTY, clientId }));
}

/** Bring back what was taken out last. */
export function undo() {
  const before = lost.peek();
  if (before) changeCart(() => before);
}

/** The sale is this customer's, or with null nobody's: prices may change. */
export function attach(customer) {
  looked = null;
  changeCart((now) => forCustomer(now, customer));
}

/** The sale's customer as the shop knows them now; while somebody pays, as before. */
export function renew(customer) {
  if (isSettling || payment.peek() || buyer.peek()?.id !== customer.id) return;
  cart.value = forCustomer(cart.peek(), customer);
}

/** Somebody has approved the discounts of the sale. */
export function approve(approval) {
  changeCart((now) => ({ ...now, approval }));
}

/** Another sale on the screen, or with null a new one. */
export function begin(next = null) {
  batch(() => {
    cart.value = next ?? begun();
    payment.value = null;
    confirmed.value = null;
    notice.value = null;
    lost.value = null;
  });
}

/**
 * While `work` goes on the sale stays as it is: scans wait, other deeds do nothing. Where the device cannot
 * keep what it does, nothing has happened, and the person is told.
 */
export async function undisturbed(work) {
  if (isSettling) return;
  isSettling = true;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    console.error("the device keeps nothing:", error.message);
    stopPaying();
    notice.value = { key: "store.not_kept", values: {} };
  } finally {
    isSettling = false;
    const waiting = scannedMeanwhile;
    scannedMeanwhile = [];
    waiting.forEach(scanned);
  }
}

/** Begin to pay what is on the screen, at the prices of this moment: some may have changed since a scan. */
export function pay() {
  if (isSettling || !isUnderWay.peek()) return;
  batch(() => {
    notice.value = null;
    cart.value = { ...cart.peek() };
    payment.value = paymentOf(sums.peek().total);
  });
}

/** Go on adding goods; what was entered as paid is forgotten, and the person is told. */
export function stopPaying() {
  const isEntered = payment.peek()?.tenders.length > 0;
  payment.value = null;
  notice.value = isEntered ? { key: "pay.forgotten", values: {} } : null;
}

/** Notes and coins were handed over; without an amount, what remains exactly. */
export function takeCash(received = remaining(payment.peek())) {
  return paidWith((now) => payCash(now, received));
}

/** Another tender pays this amount, or all that remains. Throws `TenderRefused`. */
export function takeTender({ method, cardKind }, amount) {
  const details = { cardKind, ...(amount !== null && { amount }) };
  return paidWith((now) => payBy(now, method, circumstances.peek(), details));
}

/** Resolved when a sale that is being confirmed is on the disk. */
async function paidWith(next) {
  if (isSettling) return;
  payment.value = next(payment.peek());
  if (isPaid(payment.peek())) await undisturbed(() => confirm(payment.peek()));
}

async function confirm(paid) {
  const who = session.peek();
  const { clientId, customer, approval } = cart.peek();
  const sold = sums.peek(); // what was to be paid, though prices change while somebody pays
  const items = soldItems(sold.lines);
  const sale = {
    client_id: clientId,
    sold_at: soldAt(Date.now(), shift.peek()),
    sold_by: who.id,
    ...(customer && { customer: customer.id }),
    ...(approval && items.some((item) => item.discount_percent) && { approval: approval.token }),
    items,
    ...paidMembers(paid),
  };
  const done = { total: paid.total, change: change(paid) };
  const charge = isPaidOffline(paid) ? null : chargeOf(cart.peek(), done);
  const people = { seller: who.name, customer: customer?.name ?? null, register: register.peek() };
  const entry = await keepSale((seq) => ({ ...sale, seq }), { ticket: keptOf(sold, people), charge });
  batch(() => {
    begin();
    if (charge) toCharge.value = entry.sale.client_id;
    else confirmed.value = { ...done, entry };
  });
}

function chargeOf(sold, done) {
  const drawer = shift.peek() ? register.peek().id : undefined;
  return { key: crypto.randomUUID(), register: drawer, cart: sold, ...done };
}

/** The sale as `changed` makes it; a payment that had begun is forgotten. */
export function changeCart(changed) {
  if (isSettling) return;
  const before = cart.peek();
  batch(() => {
    stopPaying();
    confirmed.value = null;
    try {
      cart.value = changed(before);
      offerUndo(hasLost(before, cart.peek()) ? before : null);
    } catch (error) {
      if (!(error instanceof CartRefuses)) throw error;
      notice.value = { key: `sale.refused.${error.code}`, values: {} };
    }
  });
}

function offerUndo(before) {
  clearTimeout(forgetLost);
  lost.value = before;
  if (before) forgetLost = setTimeout(() => (lost.value = null), UNDO_MS);
}

/** The lines and sums of a cart at the prices of this moment. */
export function pricesNow(sale) {
  const at = Date.now();
  const birthdayPercent = untracked(() => bootstrap.value?.birthday_percent) ?? "0.00";
  return priced(sale, { at, today: dayInShop(at), birthdayPercent });
}
