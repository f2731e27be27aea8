/**
 * The place of all that was sold: tickets, what came back, what is kept for somebody, and what needs a hand.
 */

import { html } from "../shell/ui.js";
import { HeldSale, HeldSales } from "./held.js";
import { Order } from "./order.js";
import { Layaways, Returns, Sales, Shortfalls } from "./order_lists.js";
import { Tabs } from "./parts.js";
import { WebOrder, WebOrders } from "./web_orders.js";
import { WebReturn, WebReturns } from "./web_returns.js";

/** Each list with the part of the address, which may be any text; the sales of the tills have none. */
const LISTS = {
  __proto__: null, returns: Returns, layaways: Layaways, held: HeldSales, shortfalls: Shortfalls,
  web: WebOrders, "web-returns": WebReturns,
};
const TABS = [[undefined, "orders.sales"], ...Object.keys(LISTS).map((part) => [part, `orders.${part}`])];
const ONE = /^(?:(?<kind>web|return|held)-)?(?<id>\d+)$/;

/**
 * `part` is a list, or one of its things: `12` an order, `web-12` one of the web shop, `return-4` a return of
 * one, `held-3` a held sale.
 */
export function Orders({ part }) {
  const one = ONE.exec(part ?? "")?.groups;
  if (one) {
    const One = { web: WebOrder, return: WebReturn, held: HeldSale }[one.kind] ?? Order;
    return html`<main class="owner"><${One} key=${part} id=${Number(one.id)} /></main>`;
  }
  const Shown = LISTS[part] ?? Sales;
  return html`
    <main class="owner">
      <${Tabs} name="orders" label="place.orders" tabs=${TABS} current=${part in LISTS ? part : undefined} />
      <${Shown} key=${part} />
    </main>`;
}
