import assert from "node:assert/strict";
import { test } from "node:test";

import { encoded } from "../till/escpos.js";
import { printable, widthOf, wrapped } from "../till/rows.js";
import { ticketRows } from "../till/ticket.js";
import { asText, assertGolden } from "./golden.js";
import { PLAIN_TICKET, TICKET, WORDS } from "./words.js";

const PAPERS = [42, 32];

for (const columns of PAPERS) {
  test(`a ticket of ${columns} columns is as it was looked at`, () => {
    assertGolden(`ticket_${columns}.txt`, asText(ticketRows(TICKET, columns, WORDS)));
    const copy = { ...PLAIN_TICKET, notice: "COPIA" };
    assertGolden(`copy_${columns}.txt`, asText(ticketRows(copy, columns, WORDS)));
  });

  test(`no row is wider than ${columns} columns, and numbers stay at the edge`, () => {
    for (const letter of ["x", "ñ", "コ", "é".normalize("NFD"), "a b ", "👩‍👩‍👧", "🇲🇽", "q\u0302"]) {
      const name = letter.repeat(40).trim();
      const line = { name, quantity: 1_000_000, unitTotal: 99_999, total: 999_999_999 };
      const rows = ticketRows({ ...TICKET, lines: [line], seller: name, customer: name }, columns, WORDS);
      assert.ok(rows.every((row) => widthOf(row.text) <= columns), name);
      assert.ok(rows.every((row) => encoded(row.text).length <= columns), `${name} as bytes`);
      const total = rows.find((row) => row.text.endsWith("$9,999,999.99"));
      assert.equal(widthOf(total.text), columns);
      const letters = asText(rows).replace(/\s/g, "");
      assert.ok(letters.includes(printable(name).replaceAll(" ", "")), "no letter is lost");
    }
  });

  test(`60 lines are 60 lines on ${columns} columns`, () => {
    const bread = { quantity: 1, unitTotal: 100, total: 100 };
    const lines = Array.from({ length: 60 }, (_, at) => ({ name: `Pan ${at}`, ...bread }));
    const rows = ticketRows({ ...TICKET, lines }, columns, WORDS);
    assert.equal(rows.filter((row) => /^Pan \d+$/.test(row.text)).length, 60);
    assert.equal(rows.length, ticketRows({ ...TICKET, lines: [] }, columns, WORDS).length + 120);
  });
}

test("what controls a printer or misleads a reader is not printed", () => {
  const cleaned = {
    "  two\tblanks\n and a line ": "two blanks and a line",
    "cut\x1dV\x00!": "cut V !",
    "\x1b[31mred": "[31mred",
    "abc\u202edcba\u202c": "abcdcba",
    "zero\u200bwidth\ufeff": "zerowidth",
    "line\u2028and\u2029paragraph\x85next": "line and paragraph next",
    "Cafe\u0301": "Café",
    "\u200b\x1b": "",
  };
  for (const [text, left] of Object.entries(cleaned)) assert.equal(printable(text), left);
  const rows = ticketRows({ ...PLAIN_TICKET, seller: "ana\x1b@", customer: "\x1dV\x00" }, 42, WORDS);
  assert.doesNotMatch(asText(rows), /[^\P{Cc}\n]/u);
});

test("a sign takes one column, a picture two, as on the server's ticket", () => {
  assert.deepEqual(["™", "☎", "©", "❤"].map(widthOf), [1, 1, 1, 1]);
  assert.deepEqual(["❤️", "👍🏽", "🇲🇽", "1\ufe0f\u20e3"].map(widthOf), [2, 2, 2, 2]);
});

test("a long word is broken, others are kept whole", () => {
  assert.deepEqual(wrapped("uno dos tres", 8), ["uno dos", "tres"]);
  assert.deepEqual(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
  assert.deepEqual(wrapped("コココ", 4), ["ココ", "コ"]);
  assert.deepEqual(wrapped("", 4), []);
});

test("a name and a value share a row if there is a blank between them", () => {
  const rows = (seller) => asText(ticketRows({ ...PLAIN_TICKET, seller }, 32, WORDS));
  assert.match(rows("x".repeat(24)), /^Atendió x{24}$/m);
  assert.match(rows("x".repeat(25)), /^Atendió\n {7}x{25}$/m);
});

test("total, number and change are strong, and the code is a row of its own", () => {
  const rows = ticketRows(TICKET, 42, WORDS);
  const strong = rows.filter((row) => row.strong).map((row) => row.text.trim().split(/\s{2,}/)[0]);
  assert.deepEqual(strong, ["Abarrotes La Esquina", "Ticket", "TOTAL", "Cambio"]);
  assert.deepEqual(rows.filter((row) => row.qr).map((row) => row.qr), [TICKET.qr]);
});
