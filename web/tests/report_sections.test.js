import assert from "node:assert/strict";
import { test } from "node:test";

import { addTexts, t } from "../shell/texts.js";
import es from "../till/texts/es.js";
import { headOf, reportRows, sectionsOf } from "../till/report_sections.js";
import { asText, widthOf } from "../till/ticket.js";

addTexts(es);
const words = { t, nameOf: (id) => `Ana ${id}` };
const titles = (report) => sectionsOf(report, t).map(({ title }) => title);
const section = (report, title) => sectionsOf(report, t).find((each) => each.title === title);

test("the report of a new shift has no empty section", () => {
  assert.deepEqual(titles(reportOf()), ["Efectivo", "Ventas", "Devoluciones", "Tickets"]);
  assert.equal(headOf(reportOf().shift, words).title, "Corte X · Caja 1");
});

test("what is expected is hidden where the shop counts blindly", () => {
  const { figures } = section(reportOf({ cash: cashOf({ expected: null }) }), "Efectivo");
  assert.equal(figures.at(-1).values[0].text, "se ve al cerrar");
});

test("a Z report tells what was counted, too much with a plus", () => {
  const report = zReport();
  assert.equal(headOf(report.shift, words).title, "Corte Z 3 · Caja 1");
  const found = section(report, "Efectivo").figures.find(({ name }) => name === "Diferencia");
  assert.deepEqual(found.values, [{ text: "+$10.00", tone: "bad" }]);
  assert.deepEqual(section(report, "Contado por forma de pago").figures, [
    { name: "Tarjeta", values: [{ text: "$20.00" }, { text: "$0.00", tone: "good" }] },
  ]);
  assert.deepEqual(section(report, "Efectivo con lo que llegó después").figures[1].values[0].text, "-$12.00");
});

test("numbers that have not arrived are runs", () => {
  const { figures } = section(reportOf({ gaps: [[3, 3], [7, 9]] }), "Tickets");
  assert.equal(figures.at(-1).values[0].text, "3, 7–9");
});

for (const columns of [42, 32]) {
  test(`on paper no row is wider than ${columns} columns, and no figure is lost`, () => {
    const rows = reportRows(zReport(), columns, words);
    assert.ok(rows.every(({ text }) => widthOf(text) <= columns));
    const text = asText(rows);
    for (const each of sectionsOf(zReport(), t)) {
      assert.ok(text.includes(each.title.split(" ")[0]));
      for (const { values } of each.figures) for (const value of values) assert.ok(text.includes(value.text));
    }
  });
}

function cashOf(more = {}) {
  return {
    opening: "500.00", taken: "0.00", refunded: "0.00", paid_in: "0.00", paid_out: "0.00", dropped: "0.00",
    credit_payments: "0.00", expected: "500.00", counted: null, difference: null, ...more,
  };
}

function reportOf(more = {}) {
  const shift = {
    register_name: "Caja 1", opened_by: 4, opened_at: "2026-03-01T16:00:00Z", opening_difference: null,
    closed_at: null, closed_by: null, approved_by: null, z_number: null, note: null,
    left_in_drawer: null, withdrawn: null,
  };
  return {
    shift, cash: cashOf(), cancelled: 0, tenders: [], taxes: [], first_folio: null, last_folio: null,
    sales: { count: 0, gross: "0.00", discounts: "0.00", net: "0.00", tax: "0.00" },
    refunds: { count: 0, amount: "0.00", taxes: [] },
    layaway: { received: "0.00", returned: "0.00", applied: "0.00" },
    open_orders: 0, exchanges: { open: [] }, gaps: [], close_attempts: [], late: [], adjusted: null, ...more,
  };
}

function zReport() {
  const tender = { payment_method: "CARD", count: 1, amount: "20.00", refunded: "0.00" };
  const before = reportOf();
  return {
    ...before,
    shift: {
      ...before.shift, z_number: 3, closed_at: "2026-03-01T23:00:00Z", closed_by: 4, approved_by: 2,
      left_in_drawer: "200.00", withdrawn: "310.00", opening_difference: "-5.00", note: "Sin cambio",
    },
    cash: cashOf({ counted: "510.00", difference: "10.00" }),
    tenders: [{ ...tender, counted: "20.00", difference: "0.00" }],
    taxes: [
      { tax_rate: "0.16", base: "17.24", tax: "2.76" },
      { tax_rate: "EXENT", base: "5.00", tax: "0.00" },
    ],
    layaway: { received: "100.00", returned: "0.00", applied: "0.00" },
    exchanges: { open: [{ return: 9, left: "40.00" }] },
    close_attempts: [
      { user: 4, counted_cash: "510.00", difference: null, unsent: 2, at: "2026-03-01T22:58:00Z" },
    ],
    late: [{ kind: "SALE", order: 5, amount: "22.00", payment_method: "CASH", at: "2026-03-01T23:05:00Z" }],
    adjusted: { expected: "522.00", difference: "-12.00" },
  };
}
