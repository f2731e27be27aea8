/**
 * What the till keeps on its device, in IndexedDB: products, the outbox, settings. A sale is on the disk
 * before anybody is told that it happened; nothing of it is ever in localStorage.
 *
 * @module
 */

import { openDB } from "../vendor/idb.js";
import { queued } from "./outbox_states.js";

/** @typedef {import("./outbox_states.js").Entry} Entry */

const ON_DISK = { durability: "strict" };

const database = openDB("till", 1, {
  upgrade(created) {
    created.createObjectStore("products", { keyPath: "id" });
    created.createObjectStore("outbox", { keyPath: "sale.client_id" });
    created.createObjectStore("settings");
  },
});

/** A setting: `register` `{id, name, series, seq}`, `bootstrap`, `shift`, `feed` `{next, at}`, `device`. */
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

/** All products on the device. */
export async function products() {
  return (await database).getAll("products");
}

/** Keep a page of the feed: what changed, what is gone, and where to go on. `whole`: nothing else is left. */
export async function keepProducts({ items, deleted, feed, whole = false }) {
  const work = (await database).transaction(["products", "settings"], "readwrite");
  const kept = work.objectStore("products");
  if (whole) kept.clear();
  for (const product of items) kept.put(product);
  for (const id of deleted) kept.delete(id);
  work.objectStore("settings").put(feed, "feed");
  await work.done;
}

/**
 * Give a sale the register's next number and put it into the outbox, on the disk when this returns. Tabs take
 * turns, so that no number is given twice.
 *
 * @param {(seq: number) => Entry["sale"]} saleOf
 * @param {Entry["ticket"]} ticket
 * @returns {Promise<Entry>}
 */
export async function addSale(saleOf, ticket) {
  const work = (await database).transaction(["settings", "outbox"], "readwrite", ON_DISK);
  const settings = work.objectStore("settings");
  const register = await settings.get("register");
  const seq = register.seq + 1;
  const entry = { ...queued(saleOf(seq)), ticket };
  settings.put({ ...register, seq }, "register");
  work.objectStore("outbox").add(entry);
  await work.done;
  return entry;
}

/** @returns {Promise<Entry[]>} */
export async function outbox() {
  return (await database).getAll("outbox");
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
 * Change entries as they are on the disk now, in one step.
 *
 * @param {(entries: Entry[]) => Entry[]} change answers those to keep as they are in it
 */
export async function changeEntries(change) {
  const work = (await database).transaction("outbox", "readwrite", ON_DISK);
  for (const entry of change(await work.store.getAll())) work.store.put(entry);
  await work.done;
}
