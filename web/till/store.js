/**
 * What the till keeps on its device, in IndexedDB: products, the outbox, parked sales, settings. A sale is on
 * the disk before anybody is told that it happened; localStorage only knows its number (`numbers.js`).
 *
 * @module
 */

import { openDB } from "../vendor/idb.js";
import { signal } from "../shell/ui.js";
/** @typedef {import("./outbox_states.js").Entry} Entry */

const ON_DISK = { durability: "strict" };

/** The states of a sale that is not done with; the others, of eight days, are for reprints. */
const WAITING = ["charging", "queued", "sending", "held", "overruled"];
const PUT_AT_ONCE = 200;

/** What was to be kept is not on the disk, nothing of it: there is no room, or the data is gone. */
export class NotKept extends Error {}

/** Whether this tab waits for another, in which an older release still works with the device's data. */
export const isBlocked = signal(false);

/** Whether a newer release in another tab waits for this one to end. */
export const isInTheWay = signal(false);

let opening = null;

/** The database. It is opened anew after a failure, or an end that nobody asked for, as of its data. */
function database() {
  opening ??= opened().catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

async function opened() {
  const found = await openDB("till", 3, {
    upgrade,
    blocked: () => (isBlocked.value = true),
    blocking: () => (isInTheWay.value = true),
    terminated: () => (opening = null),
  });
  isBlocked.value = false;
  return found;
}

function upgrade(created, before, _, work) {
  if (before < 1) {
    created.createObjectStore("products", { keyPath: "id" });
    created.createObjectStore("outbox", { keyPath: "sale.client_id" });
    created.createObjectStore("settings");
  }
  if (before < 2) created.createObjectStore("parked", { keyPath: "cart.clientId" });
  if (before < 3) {
    const sales = work.objectStore("outbox");
    sales.createIndex("state", "state");
    sales.createIndex("sold_at", "sale.sold_at");
  }
}

/**
 * A setting: `register` `{id, name, series, seq}`, `bootstrap`, `shift`, `feed` `{path, next, at}`, `deeds`,
 * `cashiers`, `device`, `exchange`.
 */
export async function setting(name) {
  return (await database()).get("settings", name);
}

/** Keep settings, all or none; `undefined` forgets one. */
export async function keepSettings(values) {
  await inOneStep("settings", ({ store }) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) store.delete(name);
      else store.put(value, name);
    }
  });
}

/**
 * Change a setting as it is on the disk now, in one step; it is on the disk when this returns.
 *
 * @template T
 * @param {string} name
 * @param {(value: T | undefined) => T} change
 * @returns {Promise<T>} what it is then
 */
export function changeSetting(name, change) {
  return inOneStep("settings", async ({ store }) => {
    const changed = change(await store.get(name));
    store.put(changed, name);
    return changed;
  });
}

/** All products on the device, and the place in the feed (the setting) up to which they are known. */
export async function keptProducts() {
  const work = (await database()).transaction(["products", "settings"]);
  const [items, feed] = await Promise.all([
    work.objectStore("products").getAll(),
    work.objectStore("settings").get("feed"),
  ]);
  return { items, feed };
}

/**
 * Keep what changed since the place `from`, what is gone, and where to go on in the feed, all or none: none
 * if another tab has kept another place meanwhile. Without `from` nothing else stays. Thousands of products
 * are put in parts, between which the page hears scans.
 */
export async function keepProducts({ items, deleted, feed, from = null }) {
  const work = (await database()).transaction(["products", "settings"], "readwrite");
  const kept = work.objectStore("products");
  if (from === null) kept.clear();
  else if ((await work.objectStore("settings").get("feed"))?.next !== from) return;
  for (let first = 0; first < items.length; first += PUT_AT_ONCE) {
    await Promise.all(items.slice(first, first + PUT_AT_ONCE).map((product) => kept.put(product)));
  }
  for (const id of deleted) kept.delete(id);
  work.objectStore("settings").put(feed, "feed");
  await work.done;
}

/**
 * Give a sale the register's next number and put it into the outbox, on the disk when this returns. Tabs take
 * turns, so that no number is given twice.
 *
 * @param {(seq: number) => Entry} entryOf
 * @returns {Promise<Entry>}
 */
export function addSale(entryOf) {
  return inOneStep(["settings", "outbox"], async (step) => {
    const settings = step.objectStore("settings");
    const register = await settings.get("register");
    const seq = register.seq + 1;
    const entry = entryOf(seq);
    settings.put({ ...register, seq }, "register");
    step.objectStore("outbox").add(entry);
    return entry;
  });
}

/**
 * All sales that are kept, also those that are kept for reprints only: thousands.
 *
 * @returns {Promise<Entry[]>}
 */
export async function outbox() {
  return (await database()).getAll("outbox");
}

/**
 * The sales that are unsent, or held for a person.
 *
 * @returns {Promise<Entry[]>}
 */
export async function waitingSales() {
  return waitingIn((await database()).transaction("outbox").store);
}

/**
 * The sales before a moment.
 *
 * @param {number} soldBefore milliseconds since 1970
 * @returns {Promise<Entry[]>}
 */
export async function salesBefore(soldBefore) {
  const before = IDBKeyRange.upperBound(new Date(soldBefore).toISOString(), true);
  return (await database()).getAllFromIndex("outbox", "sold_at", before);
}

/**
 * The sales that were made last, the newest first.
 *
 * @param {number} most
 * @returns {Promise<Entry[]>}
 */
export async function lastSales(most) {
  const found = [];
  const sales = (await database()).transaction("outbox").store.index("sold_at");
  for (let at = await sales.openCursor(null, "prev"); at && found.length < most; at = await at.continue()) {
    found.push(at.value);
  }
  return found;
}

/**
 * Keep what has become of sales, and forget others, all or none.
 *
 * @param {Entry[]} entries
 * @param {Entry[]} [forgotten]
 */
export async function keepEntries(entries, forgotten = []) {
  await inOneStep("outbox", ({ store }) => {
    for (const entry of entries) store.put(entry);
    for (const entry of forgotten) store.delete(entry.sale.client_id);
  });
}

/**
 * Change waiting sales as they are on the disk now, in one step.
 *
 * @param {(entries: Entry[]) => Entry[]} change answers those to keep as they are in it
 * @returns {Promise<Entry[]>} what it answered
 */
export function changeEntries(change) {
  return inOneStep("outbox", async ({ store }) => {
    const changed = change(await waitingIn(store));
    for (const entry of changed) store.put(entry);
    return changed;
  });
}

/**
 * A sale that was put aside: who did it, and when.
 *
 * @typedef {{cart: import("./cart.js").Cart, at: number, by: {id: number, name: string}}} Parked
 */

/** @returns {Promise<Parked[]>} */
export async function parkedSales() {
  return (await database()).getAll("parked");
}

/** Whether the sale with this `clientId` is in the outbox, or put aside. */
export async function isKept(clientId) {
  const work = (await database()).transaction(["outbox", "parked"]);
  const stores = [work.objectStore("outbox"), work.objectStore("parked")];
  const found = await Promise.all(stores.map((store) => store.getKey(clientId)));
  return found.some((key) => key !== undefined);
}

/**
 * Put a sale aside, take another one back, or both in one step, on the disk when this returns. Of two tabs
 * that take the same one, one gets it; the other's own sale is not put aside then.
 *
 * @param {Parked | null} put
 * @param {string | null} [taken] the `clientId` of the one to take
 * @returns {Promise<Parked | null>} the one taken
 */
export function exchangeParked(put, taken = null) {
  return inOneStep("parked", async ({ store }) => {
    const found = (taken && (await store.get(taken))) ?? null;
    if (found) store.delete(taken);
    if (put && (found || !taken)) store.put(put);
    return found;
  });
}

/**
 * Change these stores, all or nothing, on the disk when this returns. Throws `NotKept`.
 *
 * @template T
 * @param {string | string[]} stores
 * @param {(step: any) => T | Promise<T>} work
 * @returns {Promise<T>} what `work` answered
 */
async function inOneStep(stores, work) {
  try {
    const step = (await database()).transaction(stores, "readwrite", ON_DISK);
    const working = (async () => work(step))().catch((error) => {
      step.abort(); // what was put before it failed would stay
      throw error;
    });
    const [answer] = await Promise.all([working, step.done]);
    return answer;
  } catch (error) {
    throw new NotKept(`${error.name}: ${error.message}`, { cause: error });
  }
}

async function waitingIn(sales) {
  const found = await Promise.all(WAITING.map((state) => sales.index("state").getAll(state)));
  return found.flat();
}
