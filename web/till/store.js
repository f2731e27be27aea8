/**
 * What the till keeps on its device, in IndexedDB: products, the outbox, parked sales, settings. A sale is on
 * the disk before anybody is told that it happened; nothing of it is ever in localStorage.
 *
 * @module
 */

import { openDB } from "../vendor/idb.js";
/** @typedef {import("./outbox_states.js").Entry} Entry */

const ON_DISK = { durability: "strict" };

/** The states of a sale that is not done with; the others, of eight days, are for reprints. */
const WAITING = ["charging", "queued", "sending", "held", "overruled"];
const PUT_AT_ONCE = 200;

const database = openDB("till", 3, {
  upgrade(created, before, _, work) {
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
  },
});

/**
 * A setting: `register` `{id, name, series, seq}`, `bootstrap`, `shift`, `feed` `{path, next, at}`, `deeds`,
 * `cashiers`, `discount_rule`, `device`.
 */
export async function setting(name) {
  return (await database).get("settings", name);
}

/** Keep settings, all or none; `undefined` forgets one. */
export async function keepSettings(values) {
  const work = (await database).transaction("settings", "readwrite", ON_DISK);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) work.store.delete(name);
    else work.store.put(value, name);
  }
  await work.done;
}

/**
 * Change a setting as it is on the disk now, in one step; it is on the disk when this returns.
 *
 * @template T
 * @param {string} name
 * @param {(value: T | undefined) => T} change
 * @returns {Promise<T>} what it is then
 */
export async function changeSetting(name, change) {
  const work = (await database).transaction("settings", "readwrite", ON_DISK);
  const changed = change(await work.store.get(name));
  work.store.put(changed, name);
  await work.done;
  return changed;
}

/** All products on the device. */
export async function products() {
  return (await database).getAll("products");
}

/**
 * Keep what changed, what is gone, and where to go on in the feed, all or none. `whole`: nothing else stays.
 * Thousands of products are put in parts, between which the page hears scans.
 */
export async function keepProducts({ items, deleted, feed, whole = false }) {
  const work = (await database).transaction(["products", "settings"], "readwrite");
  const kept = work.objectStore("products");
  if (whole) kept.clear();
  for (let from = 0; from < items.length; from += PUT_AT_ONCE) {
    await Promise.all(items.slice(from, from + PUT_AT_ONCE).map((product) => kept.put(product)));
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
export async function addSale(entryOf) {
  const work = (await database).transaction(["settings", "outbox"], "readwrite", ON_DISK);
  const settings = work.objectStore("settings");
  const register = await settings.get("register");
  const seq = register.seq + 1;
  const entry = entryOf(seq);
  settings.put({ ...register, seq }, "register");
  work.objectStore("outbox").add(entry);
  await work.done;
  return entry;
}

/**
 * All sales that are kept, also those that are kept for reprints only: thousands.
 *
 * @returns {Promise<Entry[]>}
 */
export async function outbox() {
  return (await database).getAll("outbox");
}

/**
 * The sales that are unsent, or held for a person.
 *
 * @returns {Promise<Entry[]>}
 */
export async function waitingSales() {
  return waitingIn((await database).transaction("outbox").store);
}

/**
 * The sales before a moment.
 *
 * @param {number} soldBefore milliseconds since 1970
 * @returns {Promise<Entry[]>}
 */
export async function salesBefore(soldBefore) {
  const before = IDBKeyRange.upperBound(new Date(soldBefore).toISOString(), true);
  return (await database).getAllFromIndex("outbox", "sold_at", before);
}

/**
 * The sales that were made last, the newest first.
 *
 * @param {number} most
 * @returns {Promise<Entry[]>}
 */
export async function lastSales(most) {
  const found = [];
  const sales = (await database).transaction("outbox").store.index("sold_at");
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
  const work = (await database).transaction("outbox", "readwrite", ON_DISK);
  for (const entry of entries) work.store.put(entry);
  for (const entry of forgotten) work.store.delete(entry.sale.client_id);
  await work.done;
}

/**
 * Change waiting sales as they are on the disk now, in one step.
 *
 * @param {(entries: Entry[]) => Entry[]} change answers those to keep as they are in it
 * @returns {Promise<Entry[]>} what it answered
 */
export async function changeEntries(change) {
  const work = (await database).transaction("outbox", "readwrite", ON_DISK);
  const changed = change(await waitingIn(work.store));
  for (const entry of changed) work.store.put(entry);
  await work.done;
  return changed;
}

/**
 * A sale that was put aside: who did it, and when.
 *
 * @typedef {{cart: import("./cart.js").Cart, at: number, by: {id: number, name: string}}} Parked
 */

/** @returns {Promise<Parked[]>} */
export async function parkedSales() {
  return (await database).getAll("parked");
}

/**
 * Put a sale aside, take another one back, or both in one step, on the disk when this returns. Of two tabs
 * that take the same one, one gets it; the other's own sale is not put aside then.
 *
 * @param {Parked | null} put
 * @param {string | null} [taken] the `clientId` of the one to take
 * @returns {Promise<Parked | null>} the one taken
 */
export async function exchangeParked(put, taken = null) {
  const work = (await database).transaction("parked", "readwrite", ON_DISK);
  const found = (taken && (await work.store.get(taken))) ?? null;
  if (found) work.store.delete(taken);
  if (put && (found || !taken)) work.store.put(put);
  await work.done;
  return found;
}

async function waitingIn(sales) {
  const found = await Promise.all(WAITING.map((state) => sales.index("state").getAll(state)));
  return found.flat();
}
