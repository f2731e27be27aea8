/**
 * The sale on the screen of a tab that is left: by a reload, by the way back, or because the device needs its
 * memory. The tab's next page goes on with it. How it is paid is not kept, as nobody was charged.
 *
 * @module
 */

import { bringBack } from "./parking.js";
import { cart, isUnderWay } from "./sale.js";
import { isKept } from "./store.js";

const KEPT_AS = "till: sale";

/** Go on with the sale that was left, unless it was paid or put aside at that moment. */
export async function openLeftSale() {
  const left = JSON.parse(sessionStorage.getItem(KEPT_AS));
  if (left && !(await isKept(left.clientId))) await bringBack(left);
  forget(); // not before: the tab may be left again meanwhile
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => (document.hidden ? keep() : forget()));
}

function keep() {
  if (isUnderWay.peek()) sessionStorage.setItem(KEPT_AS, JSON.stringify(cart.peek()));
  else forget();
}

/** While the tab is seen it keeps nothing: a copy of the tab would have the sale, too. */
function forget() {
  sessionStorage.removeItem(KEPT_AS);
}
