// @ts-check
/**
 * The ticket of a sale that this till has made. What the sale as it is sent does not say (names, sums) is
 * kept beside it in the outbox: the ticket of last week has last week's prices.
 */

import { cents } from "../shell/money.js";
import { taxesOf } from "./cart.js";

/** @typedef {import("./ticket.js").Ticket} Ticket */
/** @typedef {import("./outbox_states.js").Entry} Entry */

/**
 * What a ticket shows beside the sale itself. Amounts are cents.
 *
 * @typedef {object} Kept
 * @property {Ticket["lines"]} lines
 * @property {number} total
 * @property {number} saved
 * @property {Ticket["taxes"]} taxes
 * @property {string} seller
 * @property {string | null} customer
 * @property {{name: string, series: string}} register
 */

/** @typedef {{payment_method: string, card_kind?: string | null}} Paid */

/**
 * What is to be kept of a sale for its ticket.
 *
 * @param {{lines: any[], total: number, saved: number, taxes: Ticket["taxes"]}} sums as `priced` answers them
 * @param {Pick<Kept, "seller" | "customer" | "register">} people
 * @returns {Kept}
 */
export function keptOf({ lines, total, saved, taxes }, { seller, customer, register }) {
  const sold = lines.map(({ product, quantity, unitTotal, total }) => ({
    ...{ name: product.name, quantity, unitTotal, total },
  }));
  const { name, series } = register;
  return { lines: sold, total, saved, taxes, seller, customer, register: { name, series } };
}

/**
 * The same of a sale that the shop has charged as an order. An order takes its discounts off before tax, so
 * that its taxes can differ by cents from those of a sale that is told afterwards (contract §4, §8.8).
 *
 * @param {Kept} kept
 * @param {{items: any[], money_saved_total: string}} order as the API answers it
 * @param {{id: number, tax_rate: string}[]} products
 * @returns {Kept}
 */
export function asOrdered(kept, { items, money_saved_total: saved }, products) {
  const byId = Object.fromEntries(products.map((product) => [product.id, product]));
  const lines = items.map((item) => ({
    product: byId[item.product_id], amount: cents(item.amount), tax: cents(item.tax_amount),
  }));
  return { ...kept, saved: cents(saved), taxes: taxesOf(lines) };
}

/**
 * The consecutive number of a register's sale, such as `C2-000123` (contract §8.6).
 *
 * @param {string} series
 * @param {number} seq
 */
export function ticketNumber(series, seq) {
  return `${series}-${String(seq).padStart(6, "0")}`;
}

/** The number on the ticket of a sale of the outbox. */
export function numberOf({ sale, ticket }) {
  return ticketNumber(ticket.register.series, sale.seq);
}

/** What was paid for a sale of the outbox, in cents. */
export function paidFor({ payments }) {
  return payments.reduce((sum, { amount }) => sum + cents(amount), 0);
}

/**
 * The ticket of a sale of the outbox.
 *
 * @param {{sale: Entry["sale"], ticket: Kept}} entry
 * @param {object} how
 * @param {Ticket["shop"]} how.shop
 * @param {(soldAt: string) => string} how.dateOf
 * @param {(paid: Paid) => string} how.nameOf the name of a payment method
 * @param {string} [how.notice]
 * @returns {Ticket}
 */
export function ticketOf({ sale, ticket }, { shop, dateOf, nameOf, notice }) {
  const { register, ...kept } = ticket;
  const cash = sale.payments.filter((paid) => paid.payment_method === "CASH");
  const received = sale.cash_received === undefined ? null : cents(sale.cash_received);
  return {
    ...kept,
    ...{ shop, notice },
    number: numberOf({ sale, ticket }),
    folio: sale.client_id.slice(0, 8).toUpperCase(),
    date: dateOf(sale.sold_at),
    register: register.name,
    tenders: sale.payments.map((paid) => ({ name: nameOf(paid), amount: cents(paid.amount) })),
    received,
    change: received === null ? null : received - cents(cash[0].amount),
    qr: sale.client_id,
  };
}

/**
 * The ticket of an order that the shop has, made at whatever till.
 *
 * @param {any} order as `GET /api/orders/` lists it
 * @param {any} shown as `GET /api/orders/{id}/ticket/` answers it
 * @param {{notice?: string, nameOf: (paid: Paid) => string}} how `notice` stands beside the shop's own
 * @returns {Ticket}
 */
export function ticketOfOrder(order, shown, { notice, nameOf }) {
  return {
    shop: shown.shop,
    notice: [shown.notice, notice].filter(Boolean).join(" · "),
    number: order.ticket_number,
    folio: shown.ticket_folio,
    invoiceCode: shown.invoice_code,
    date: shown.date,
    seller: shown.user_name ?? String(shown.user),
    customer: shown.customer_name,
    lines: shown.items.map((item) => ({
      name: item.product_name,
      quantity: item.quantity,
      unitTotal: cents(item.unit_total),
      total: cents(item.total),
    })),
    total: cents(shown.final_amount),
    saved: cents(shown.money_saved_total),
    taxes: shown.taxes.map(({ tax_rate: rate, base, tax }) => ({ rate, base: cents(base), tax: cents(tax) })),
    tenders: order.payments.map((paid) => ({ name: nameOf(paid), amount: cents(paid.amount) })),
    received: order.cash_received === null ? null : cents(order.cash_received),
    change: shown.change === null ? null : cents(shown.change),
    points: shown.points,
    qr: order.client_id ?? shown.ticket_folio,
  };
}
