import assert from "node:assert/strict";
import { test } from "node:test";

import { drawerOpened, encoded, printed } from "../till/escpos.js";
import { widthOf } from "../till/rows.js";
import { ticketRows } from "../till/ticket.js";
import { assertGolden, dump } from "./golden.js";
import { TICKET, WORDS } from "./words.js";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

for (const columns of [42, 32]) {
  test(`the bytes of a ticket of ${columns} columns are as they were looked at`, () => {
    const bytes = printed(ticketRows(TICKET, columns, WORDS), { drawer: true });
    assertGolden(`ticket_${columns}.hex`, dump(bytes));
  });
}

test("a printer is reset, taken out of Chinese, set to code page 858; the paper is fed and cut", () => {
  assert.equal(hex(printed([{ text: "ñ" }])), "1b40" + "1c2e" + "1b7413" + "a40a" + "1b6404" + "1d564200");
  assert.equal(hex(printed([], { cut: false })), "1b40" + "1c2e" + "1b7413");
});

test("the drawer opens before the ticket is printed, or alone", () => {
  const bytes = hex(printed([{ text: "a" }], { cut: false, drawer: true }));
  assert.equal(bytes, "1b401c2e1b7413" + "1b700019fa" + "610a");
  assert.equal(hex(drawerOpened()), "1b40" + "1b700019fa");
});

test("a strong row is bold, and only that row", () => {
  const bytes = hex(printed([{ text: "T", strong: true }, { text: "u" }], { cut: false }));
  assert.equal(bytes.slice(14), "1b4501" + "540a" + "1b4500" + "750a");
});

test("a QR code is stored with its length and printed in the middle", () => {
  const bytes = hex(printed([{ text: "", qr: "AB" }], { cut: false })).slice(14);
  const stored = "1d286b0500" + "315030" + "4142";
  assert.ok(bytes.includes(stored), bytes);
  assert.ok(bytes.startsWith("1b6101") && bytes.endsWith("1d286b0300315130" + "0a" + "1b6100"), bytes);
  const long = hex(printed([{ text: "", qr: "A".repeat(300) }], { cut: false }));
  assert.ok(long.includes("1d286b2f01" + "315030" + "41".repeat(300)));
});

test("letters are those of code page 858", () => {
  assert.equal(hex(encoded("áéíóúüñÑ¿¡€°")), "a082a1a2a381a4a5a8add5f8");
  assert.equal(hex(encoded("n\u0303")), "a4");
});

test("a letter that the code page lacks loses its accent, or is a question mark", () => {
  assert.equal(String.fromCharCode(...encoded("ōŁ→")), "o??");
  assert.equal(String.fromCharCode(...encoded("“a” – b’s…")), "\"a\" - b's.");
});

test("a letter takes as many columns on paper as its row has counted for it", () => {
  const letters = ["q\u0302", "コ", "ａ", "🇲🇽", "1\ufe0f\u20e3", "👍🏽", "❤️", "Marca™", "क्षि", "\u0301"];
  for (const text of letters) assert.equal(encoded(text).length, widthOf(text), text);
  assert.equal(String.fromCharCode(...encoded("q\u0302コx")), "q? x");
});

test("no text controls the printer", () => {
  assert.equal(String.fromCharCode(...encoded("a\x1b@\x1dV\x00\n\x7f")), "a?@?V???");
});
