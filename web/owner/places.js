/**
 * The places of the page, each with an address of its own (`/owner/#products`), so that a reload, a link and
 * the browser's way back lead where they should.
 *
 * @module
 */

import { computed, effect, signal, useLayoutEffect, useRef } from "../shell/ui.js";

/** In the order of the navigation; `place.<name>` is the text of each. Any other address is the first's. */
export const PLACES = ["overview", "products", "promotions", "orders", "customers", "drawers", "users"];

const ADDRESS = /^#(\w+)(?:\/([^?]+))?(?:\?(.*))?$/;

/** Where somebody is: `{name, part, query}`; `part` is `undefined` without one, `query` has texts by name. */
export const place = signal({ name: PLACES[0], query: {} });

/** How many forms have something typed that is not saved yet. */
export const unsavedForms = signal(0);

/** While there is one, no newer release takes over, and nobody leaves without being asked. */
export const isUnsaved = computed(() => unsavedForms.value > 0);

/** What somebody wants to do that would drop what is typed, until they have answered; else null. */
export const leaving = signal(null);

const left = new Map();

/** Where in the tab's history the place is; each entry knows its own number. */
let at = history.state?.at ?? 0;
let here = location.hash;
let wanted = null;
let granted = null;
let from = "";

/** The address of a list as it was left: with what was searched and filtered, and its page. */
export const asLeft = (address) => left.get(address) ?? address;

/** The address from which somebody has come here, without its query. */
export const cameFrom = () => from;

addEventListener("popstate", moved);
giveNumber(at);
be(location.hash);

effect(() => {
  if (!isUnsaved.value) return undefined;
  const ask = (event) => event.preventDefault();
  addEventListener("beforeunload", ask);
  return () => removeEventListener("beforeunload", ask);
});

/** The address of a place; what is empty in the query is left out. */
export function addressOf(name, part, query = {}) {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#${name}${part === undefined ? "" : `/${encodeURIComponent(part)}`}${given && `?${given}`}`;
}

/** Go to an address, whatever is typed; the browser's way back leads here. */
export function go(address) {
  at += 1;
  history.pushState({ at }, "", address);
  leaving.value = null;
  be(address);
}

/**
 * Be at an address from now on, whatever is typed, in the place of the one before: there is no way back to
 * that.
 */
export function replace(address) {
  history.replaceState({ at }, "", address);
  leaving.value = null;
  be(address);
}

/** Do what would drop what is typed: at once if nothing is, else when somebody has agreed. */
export function unlessUnsaved(deed) {
  if (isUnsaved.peek()) leaving.value = deed;
  else deed();
}

/**
 * Takes the way on from a deed that is done. Who has left its screen meanwhile stays where they are, with
 * what they have typed there.
 */
export function useWayOn() {
  const isShown = useRef(true);
  useLayoutEffect(() => () => (isShown.current = false), []);
  return (way) => (isShown.current ? way?.() : undefined);
}

function be(address) {
  if (isElsewhere(address)) from = bare(here);
  here = location.hash;
  left.set(bare(address), address);
  place.value = placeIn(address);
}

/**
 * Somebody has followed a link, or moved in the tab's history. The address is the new one by then: it is
 * taken back, and then they are asked whether they leave what is typed.
 */
function moved() {
  const to = history.state?.at ?? (location.hash === here ? at : at + 1);
  giveNumber(to);
  if (isUnsaved.peek() && isElsewhere(location.hash) && to !== granted) {
    wanted = () => {
      granted = to;
      history.go(to - at);
    };
    history.go(at - to);
    return;
  }
  leaving.value = wanted;
  wanted = granted = null;
  at = to;
  be(location.hash);
}

/** Whether other forms stand there: in the same place a query only changes what its lists show. */
function isElsewhere(address) {
  const { name, part } = placeIn(address);
  return name !== place.peek().name || part !== place.peek().part;
}

function bare(address) {
  return address.replace(/\?.*/, "");
}

/** Links make entries without a number. */
function giveNumber(entry) {
  if (history.state?.at !== entry) history.replaceState({ at: entry }, "");
}

function placeIn(hash) {
  const [, name, part, query] = ADDRESS.exec(hash) ?? [];
  if (!PLACES.includes(name)) return { name: PLACES[0], query: {} };
  const given = Object.fromEntries(new URLSearchParams(query));
  return { name, part: part && readable(part), query: given };
}

/** The part as it is written, if no browser would have written it so. */
function readable(part) {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return part;
  }
}
