/**
 * The products that the till sells: kept on the device, indexed in memory, brought up to date by the feed of
 * changes. It is ready from the device alone, also when no server answers.
 *
 * @module
 */

import { ApiError, ifAnswered } from "../shell/api.js";
import { setTimeZone } from "../shell/format.js";
import { signal } from "../shell/ui.js";
import { ask, isOnline } from "./network.js";
import { Index } from "./search.js";
import { keepProducts, keepSettings, keptProducts, setting } from "./store.js";

const EVERY_MS = 15_000;
const EVERY_MS_OFFLINE = 2_000;
/** Safari has no moments without work. */
const whenIdle = globalThis.requestIdleCallback ?? setTimeout;

/** `null` until the device was read; then `{index, at}`: when the feed was last read to its end, or null. */
export const catalogue = signal(null);

/** What `/api/sync/bootstrap/` said last; null on a device that has never asked. */
export const bootstrap = signal(null);

/** `{path, next}`: the place in the feed up to which this tab knows it; other tabs have their own. */
let place = null;

/** Read the device. */
export async function openCatalogue() {
  const [{ items, feed }, known] = await Promise.all([keptProducts(), setting("bootstrap")]);
  if (known) useBootstrap(known);
  place = feed ?? null;
  useProducts(new Index(items), feed?.at ?? null);
}

/** Follow the feed from now on: at once, then again and again; sooner while there is no network. */
export function followFeed() {
  let timer = null; // null while it is being read
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(follow, isOnline.peek() ? EVERY_MS : EVERY_MS_OFFLINE);
  };
  const follow = async () => {
    clearTimeout(timer);
    timer = null;
    try {
      await ifAnswered(update, "the catalogue stays as it is");
    } finally {
      again();
    }
  };
  isOnline.subscribe((isBack) => void (isBack || timer === null || again()));
  addEventListener("online", follow);
  return follow();
}

async function update() {
  const { body: known } = await ask("GET", "/api/sync/bootstrap/");
  await keepSettings({ bootstrap: known });
  useBootstrap(known);
  const path = `${known.feeds.products}till/`;
  await (place?.path === path ? readOn(path) : readWhole(path));
}

/** The products are sold as soon as they are here; the device keeps them afterwards, all or none. */
async function readWhole(path) {
  const items = [];
  let page = { next: undefined, more: true };
  while (page.more) {
    page = await pageOf(path, page.next);
    items.push(...page.items);
  }
  const feed = { next: page.next, path, at: Date.now() };
  place = feed;
  useProducts(new Index(items), feed.at);
  await keepProducts({ items, deleted: [], feed });
}

async function readOn(path) {
  const { index } = catalogue.value;
  let page = { more: true };
  while (page.more) {
    const from = place.next;
    page = await nextPage(path, from);
    if (page === null) return readWhole(path);
    const { items, deleted, next } = page;
    const feed = { next, path, at: Date.now() };
    for (const product of items) index.put(product);
    for (const id of deleted) index.remove(id);
    place = feed;
    useProducts(index, feed.at);
    await keepProducts({ items, deleted, feed, from });
  }
}

/** The next page; null if the place in the feed is no longer good, as after a restore of the shop's data. */
async function nextPage(path, after) {
  try {
    return await pageOf(path, after);
  } catch (error) {
    if (error instanceof ApiError && error.fields.after) return null;
    throw error;
  }
}

async function pageOf(path, after) {
  return (await ask("GET", path, { query: { after } })).body;
}

function useProducts(index, at) {
  catalogue.value = { index, at };
  whenIdle(() => index.warm());
}

function useBootstrap(known) {
  bootstrap.value = known;
  setTimeZone(known.timezone);
}
