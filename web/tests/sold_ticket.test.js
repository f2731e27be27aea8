import assert from "node:assert/strict";
import { test } from "node:test";

import { asOrdered, keptOf, ticketOf, ticketOfOrder } from "../till/sold_ticket.js";
import { noticeOf, tenderName, ticketDate, ticketWords } from "../till/ticket_words.js";
import { ticketRows } from "../till/ticket.js";
import shell from "../shell/texts/es.js";
import { addTexts, t } from "../shell/texts.js";
import till from "../till/texts/es.js";
import { asText } from "./golden.js";
import { PLAIN_TICKET, WORDS } from "./words.js";

addTexts(shell, till);

const SHOP = { name: "La Esquina", address: "", rfc: "", footer: "" };
const ID = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const HOW = {
  shop: SHOP,
  dateOf: (at) => ticketDate(at, "America/Mexico_City"),
  nameOf: (paid) => tenderName(t, paid),
};
const SUMS = {
  lines: [{ product: { name: "Pan" }, quantity: 2, unitTotal: 2550, total: 5100, tax: 0 }],
  total: 5100,
  saved: 300,
  taxes: [{ rate: "0.00", base: 5100, tax: 0 }],
};
const PEOPLE = { seller: "Lucía", customer: null, register: { id: 2, name: "Caja 2", series: "C2", seq: 7 } };
const SALE = {
  client_id: ID,
  seq: 8,
  sold_at: "2026-03-01T16:20:31.000Z",
  payments: [
    { payment_method: "CASH", amount: "31.00" },
    { payment_method: "CARD", amount: "20.00", card_kind: "DEBIT" },
  ],
  cash_received: "50.00",
};
const soldOf = (sale) => ticketOf({ sale, ticket: keptOf(SUMS, PEOPLE) }, HOW);

test("a ticket says what was sold, by whom, where, and how it was paid", () => {
  const { number, folio, qr, date, register, seller, lines, ...paid } = soldOf(SALE);
  assert.deepEqual([number, folio, qr], ["C2-000008", "F47AC10B", ID]);
  assert.deepEqual([date, register, seller], ["01/03/2026 10:20", "Caja 2", "Lucía"]);
  assert.deepEqual(lines, [{ name: "Pan", quantity: 2, unitTotal: 2550, total: 5100 }]);
  assert.deepEqual(paid.tenders, [
    { name: "Efectivo", amount: 3100 },
    { name: "Tarjeta de débito", amount: 2000 },
  ]);
  assert.deepEqual([paid.total, paid.received, paid.change], [5100, 5000, 1900]);
});

test("a ticket warns that its sale was undone, and that it is a copy", () => {
  const undone = { ...SALE, voided_at: "2026-03-01T16:21:00.000Z" };
  assert.equal(noticeOf(t, SALE, false), "");
  assert.equal(noticeOf(t, SALE, true), "COPIA");
  assert.equal(noticeOf(t, undone, true), "CANCELADO · COPIA");
});

test("without cash nothing was received and no change given", () => {
  const { received, change } = soldOf({ ...SALE, payments: [SALE.payments[1]], cash_received: undefined });
  assert.deepEqual([received, change], [null, null]);
});

test("what is kept is data alone, without the product and the number of the next sale", () => {
  const kept = keptOf(SUMS, PEOPLE);
  assert.deepEqual(structuredClone(kept), kept);
  assert.deepEqual(kept.register, { name: "Caja 2", series: "C2" });
});

test("the ticket of a sale that was charged as an order has the taxes of the order", () => {
  const products = [{ id: 1, tax_rate: "0.16" }, { id: 2, tax_rate: "EXENT" }, { id: 3, tax_rate: "0.16" }];
  const order = {
    items: [
      { product_id: 2, amount: "10.00", tax_amount: "0.00" },
      { product_id: 1, amount: "0.05", tax_amount: "0.00" },
      { product_id: 3, amount: "100.00", tax_amount: "16.00" },
    ],
    money_saved_total: "0.01",
  };
  const kept = keptOf(SUMS, PEOPLE);
  assert.deepEqual(asOrdered(kept, order, products), {
    ...kept,
    saved: 1,
    taxes: [{ rate: "0.16", base: 10_005, tax: 1600 }, { rate: "EXENT", base: 1000, tax: 0 }],
  });
});

test("the words of a ticket are those that the server's has", () => {
  const rows = (words) => asText(ticketRows({ ...PLAIN_TICKET, taxes: TAXES }, 42, words));
  assert.equal(rows(ticketWords(t)), rows(WORDS));
});

test("midnight is 00:00, and the day is the shop's", () => {
  assert.equal(ticketDate("2026-03-01T06:00:00Z", "America/Mexico_City"), "01/03/2026 00:00");
  assert.equal(ticketDate("2026-03-01T05:59:59Z", "America/Mexico_City"), "28/02/2026 23:59");
});

test("an order of the shop is a copy, beside what the shop says of it", () => {
  const { payments, cash_received } = SALE;
  const order = { client_id: ID, ticket_number: "C2-000008", payments, cash_received };
  const shown = {
    ...{ shop: SHOP, notice: "CANCELADO", date: "01/03/2026 10:20" },
    ...{ ticket_folio: "F47AC10B", invoice_code: "7K2QX" },
    ...{ user: 7, user_name: null, customer_name: null, change: "19.00", points: null },
    items: [{ product_name: "Pan", quantity: 2, unit_total: "25.50", total: "51.00" }],
    ...{ final_amount: "51.00", money_saved_total: "3.00" },
    taxes: [{ tax_rate: null, base: "51.00", tax: "0.00" }],
  };
  const ticket = ticketOfOrder(order, shown, { notice: "COPIA", nameOf: HOW.nameOf });
  assert.equal(ticket.notice, "CANCELADO · COPIA");
  assert.deepEqual(ticket.lines, soldOf(SALE).lines);
  assert.deepEqual(ticket.tenders, soldOf(SALE).tenders);
  assert.deepEqual([ticket.received, ticket.change, ticket.qr], [5000, 1900, ID]);
  const text = asText(ticketRows(ticket, 32, ticketWords(t)));
  assert.match(text, /^Atendió +7$/m);
  assert.match(text, /^IVA de \$51\.00 +\$0\.00$/m);
});

const TAXES = ["0.16", "0.08", "0.00", "EXENT"].map((rate) => ({ rate, base: 100, tax: 16 }));
