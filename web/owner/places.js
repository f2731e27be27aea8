/**
 * The places of the page, each with an address of its own (`/owner/#products`), so that a reload, a link and
 * the browser's way back lead where they should.
 *
 * @module
 */

import { later } from "../shell/page.js";
import { signal } from "../shell/ui.js";

/**
 * In the order of the navigation. `place.<name>` is its text, and `Screen` is loaded when it is shown first.
 * It is given what follows the name in the address: `part` (`#products/7`), `query` (`#products?search=té`).
 *
 * `tellsZone`: what the place asks for first tells the shop's time zone, which others wait for.
 *
 * @type {{name: string, Screen: Function, tellsZone?: boolean}[]}
 */
export const PLACES = [
  { name: "overview", tellsZone: true, Screen: later(async () => (await import("./overview.js")).Overview) },
  { name: "products", Screen: later(async () => (await import("./products.js")).Products) },
  { name: "promotions", Screen: later(async () => (await import("./promotions.js")).Promotions) },
  { name: "orders", Screen: later(async () => (await import("./orders.js")).Orders) },
  { name: "customers", Screen: later(async () => (await import("./customers.js")).Customers) },
  { name: "drawers", Screen: later(async () => (await import("./drawers.js")).Drawers) },
  { name: "users", Screen: later(async () => (await import("./users.js")).Users) },
];

const ADDRESS = /^#(\w+)(?:\/([^?]+))?(?:\?(.*))?$/;

/** Where somebody is: `{name, part, query}`; `part` is `undefined` without one, `query` has texts by name. */
export const place = signal(placeIn(location.hash));

/** Whether somebody has typed what is not saved yet: no newer release takes over meanwhile. */
export const isUnsaved = signal(false);

addEventListener("hashchange", () => (place.value = placeIn(location.hash)));

/** The address of a place; what is empty in the query is left out. */
export function addressOf(name, part, query = {}) {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#${name}${part === undefined ? "" : `/${encodeURIComponent(part)}`}${given && `?${given}`}`;
}

/** Go to an address; the browser's way back leads here. */
export function go(address) {
  location.hash = address;
}

/** Be at an address from now on, in the place of the one before: there is no way back to that. */
export function replace(address) {
  history.replaceState(null, "", address);
  place.value = placeIn(address);
}

function placeIn(hash) {
  const [, name, part, query] = ADDRESS.exec(hash) ?? [];
  if (!PLACES.some((each) => each.name === name)) return { name: PLACES[0].name, query: {} };
  const given = Object.fromEntries(new URLSearchParams(query));
  return { name, part: part && decodeURIComponent(part), query: given };
}
