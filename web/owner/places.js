/**
 * The places of the page, each with an address of its own (`/owner/#products`), so that a reload, a link and
 * the browser's way back lead where they should.
 *
 * @module
 */

import { later } from "../shell/page.js";
import { signal } from "../shell/ui.js";

/**
 * In the order of the navigation. `place.<name>` is its text, and `Screen` is loaded when it is shown first;
 * what follows the name in the address (`#products/7`) is its `part`.
 *
 * @type {{name: string, Screen: Function}[]}
 */
export const PLACES = [
  { name: "overview", Screen: later(async () => (await import("./overview.js")).Overview) },
];

const NAME = /^#(\w+)(?:\/(.+))?$/;

/** Where somebody is: `{name, part}`; `part` is `undefined` without one. */
export const place = signal(placeIn(location.hash));

addEventListener("hashchange", () => (place.value = placeIn(location.hash)));

/** The address of a place. */
export function addressOf(name, part) {
  return part === undefined ? `#${name}` : `#${name}/${encodeURIComponent(part)}`;
}

function placeIn(hash) {
  const [, name, part] = NAME.exec(hash) ?? [];
  const isKnown = PLACES.some((each) => each.name === name);
  return isKnown ? { name, part: part && decodeURIComponent(part) } : { name: PLACES[0].name };
}
