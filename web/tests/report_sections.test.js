import assert from "node:assert/strict";
import { test } from "node:test";

import { addTexts, t } from "../shell/texts.js";
import shell from "../shell/texts/es.js";
import till from "../till/texts/es.js";
import { headOf, sectionsOf } from "../till/report_sections.js";
import { cashOf, reportOf, zReport } from "./reports.js";

addTexts(shell, till);
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

test("what came late says what it was, and what was given back has a minus", () => {
  const money = { order: 5, amount: "22.00", payment_method: "CASH", at: "2026-03-01T23:05:00Z" };
  const late = ["SALE", "REFUND", "CREDIT_PAYMENT"].map((kind) => ({ kind, ...money }));
  const { figures } = section(reportOf({ late }), "Llegó después del cierre");
  assert.deepEqual(figures.map(({ name, values }) => [name.split(" · ")[1], values[1].text]), [
    ["venta", "$22.00"], ["devolución", "-$22.00"], ["abono a crédito", "$22.00"],
  ]);
});

test("numbers that have not arrived are runs", () => {
  const { figures } = section(reportOf({ gaps: [[3, 3], [7, 9]] }), "Tickets");
  assert.equal(figures.at(-1).values[0].text, "3, 7–9");
});
