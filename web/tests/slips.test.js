import assert from "node:assert/strict";
import { test } from "node:test";

import { printed } from "../till/escpos.js";
import { layawayRows, paymentRows } from "../till/layaway_slips.js";
import { movementRows } from "../till/movement_slip.js";
import { reportRows, sectionsOf } from "../till/report_sections.js";
import { payoutRows, returnRows } from "../till/return_slip.js";
import { widthOf } from "../till/rows.js";
import { ticketIn } from "../till/return_rules.js";
import { asText, assertGolden, dump } from "./golden.js";
import { reportOf, zReport } from "./reports.js";
import { CANCELLED, EXCHANGED, LAYAWAY, MOVEMENT, PAID_OUT, RETURN, SLIP_WORDS } from "./slips.js";

const SLIPS = {
  x: [reportRows, reportOf()],
  z: [reportRows, zReport()],
  movement: [movementRows, MOVEMENT],
  return: [returnRows, RETURN],
  return_exchanged: [returnRows, EXCHANGED],
  payout: [payoutRows, PAID_OUT],
  layaway: [layawayRows, LAYAWAY],
  layaway_payment: [paymentRows, LAYAWAY],
  layaway_cancelled: [layawayRows, CANCELLED],
};
const NAMELESS = { name: "", address: "", rfc: "", footer: "" };

const rowsOf = (name, columns, words = SLIP_WORDS) => {
  const [lay, of] = SLIPS[name];
  return lay(of, columns, words);
};

for (const columns of [42, 32]) {
  for (const name of Object.keys(SLIPS)) {
    test(`${name} on ${columns} columns is as it was looked at, and so are its bytes`, () => {
      const rows = rowsOf(name, columns);
      assertGolden(`slip_${name}_${columns}.txt`, asText(rows));
      assertGolden(`slip_${name}_${columns}.hex`, dump(printed(rows)));
      assert.ok(rows.every(({ text }) => widthOf(text) <= columns));
    });
  }

  test(`no figure of a report is lost on ${columns} columns`, () => {
    const text = asText(rowsOf("z", columns));
    for (const { title, figures } of sectionsOf(zReport(), SLIP_WORDS.t)) {
      assert.ok(text.includes(title.split(" ")[0]));
      for (const { values } of figures) for (const value of values) assert.ok(text.includes(value.text));
    }
  });
}

test("what a customer brings back is found by the code on it", () => {
  for (const name of ["return", "return_exchanged", "layaway", "layaway_payment"]) {
    const codes = rowsOf(name, 32).filter(({ qr }) => qr).map(({ qr }) => ticketIn(qr, "C1"));
    assert.deepEqual(codes, [name.startsWith("return") ? "C2-000123" : "F47AC10B"]);
  }
});

test("a letter of the till's own words is never printed as a question mark", () => {
  for (const name of Object.keys(SLIPS)) {
    const text = Buffer.from(printed(rowsOf(name, 42))).toString("latin1");
    assert.ok(!text.includes("?"), name);
  }
});

test("a slip of a shop without texts begins with what it is", () => {
  const words = { ...SLIP_WORDS, shop: NAMELESS };
  for (const name of Object.keys(SLIPS)) {
    const [first] = rowsOf(name, 42, words);
    assert.ok(first.strong && first.text.trim(), name);
  }
});

test("an apartado that is paid has no due date and is not signed", () => {
  const rows = layawayRows({ ...LAYAWAY, status: "PAID" }, 42, SLIP_WORDS);
  assert.doesNotMatch(asText(rows), /Vence|Firma/);
});

test("the receipt of a payment says that its apartado was cancelled since", () => {
  const said = (layaway) => asText(paymentRows(layaway, 42, SLIP_WORDS)).includes("*** CANCELADO ***");
  assert.deepEqual([CANCELLED, LAYAWAY].map(said), [true, false]);
});
