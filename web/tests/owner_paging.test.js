import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, nextCursor, ownState, reordered, startOf, withState } from "../owner/paging.js";
import { ticketSought } from "../owner/tickets.js";

const LIST = { limit: 50, names: ["status"], fixed: { channel: "POS" } };

test("the API is asked for what stands in the address", () => {
  const state = { search: "té", status: "OPEN", ordering: "-name", from: "100", unknown: "x" };
  assert.deepEqual(asked(state, LIST), {
    channel: "POS", search: "té", status: "OPEN", ordering: "-name", limit: 50, offset: 100,
  });
  assert.deepEqual(asked({}, LIST), { channel: "POS", limit: 50, offset: undefined });
});

test("a ticket is found by its number as a whole, and by the beginning of its folio", () => {
  const orders = { ...LIST, sought: ticketSought };
  assert.equal(asked({ search: "F47A" }, orders).search, "F47A");
  assert.deepEqual(asked({ search: "C2-000123" }, orders), {
    channel: "POS", folio: "C2-000123", limit: 50, offset: undefined,
  });
});

test("a page behind another is asked for by its cursor, so that no row is skipped or shown twice", () => {
  assert.deepEqual(asked({ from: "50", cursor: "abc" }, LIST), { channel: "POS", limit: 50, cursor: "abc" });
});

test("the next page is the one of the Link header", () => {
  assert.equal(nextCursor('<?search=t%C3%A9&limit=50&cursor=a%3Db>; rel="next"'), "a=b");
  assert.equal(nextCursor(null), null);
});

test("two lists of a place do not mix their states", () => {
  const query = { product: "7", "points.from": "50", "credit.from": "100" };
  assert.deepEqual(ownState(query, "points."), { from: "50" });
  assert.deepEqual(withState(query, { from: undefined, search: "a" }, "points."), {
    product: "7", "points.from": undefined, "points.search": "a", "credit.from": "100",
  });
});

test("a page begins at the first row unless the address says a whole number", () => {
  assert.deepEqual(["50", undefined, "-1", "x", "1.5"].map((from) => startOf({ from })), [50, 0, 0, 0, 0]);
});

test("a heading orders upwards, then downwards, then as usual", () => {
  assert.equal(reordered(undefined, "name"), "name");
  assert.equal(reordered("name", "name"), "-name");
  assert.equal(reordered("-name", "name"), undefined);
  assert.equal(reordered("-price", "name"), "name");
});
