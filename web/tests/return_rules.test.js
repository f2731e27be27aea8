import assert from "node:assert/strict";
import { test } from "node:test";
import {
  draftOf, isTicketCode, isTicketOf, returnBody, returnOf, sumOf, ticketIn, waysOf, whyNothing, withAll,
  withDiscard, withPieces,
} from "../till/return_rules.js";

const ID = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const COLA = { ...item(15, 3), amount: "55.52", tax_amount: "8.86", returnable_quantity: 2 };
const BREAD = { ...item(16, 1), amount: "22.00", tax_amount: "0.00", returnable_quantity: 1 };
const ORDER = {
  id: 7, status: "PAID", items: [COLA, BREAD],
  payments: [{ payment_method: "CASH", amount: "60.00" }, { payment_method: "CARD", amount: "26.38" }],
};
const DRAFT = draftOf(ORDER, []);

for (const [code, ticket] of [
  [ID.toUpperCase(), ID],
  [`https://tienda.example/t/${ID}?x=1`, ID],
  [ID.replaceAll("-", ""), ID.replaceAll("-", "")],
  ["f47ac10b ", "F47AC10B"],
  ["c2-123", "C2-000123"],
  ["C2'000123", "C2-000123"],
  ["12345678", "12345678"],
  ["45", "C7-000045"],
  ["no ticket", "NO TICKET"],
]) {
  test(`the ticket of ${code} is ${ticket}`, () => assert.equal(ticketIn(code, "C7"), ticket));
}

test("a code can be a ticket's if it is an id or a number", () => {
  for (const code of [ID, "C2-000123", "C2'000123"]) assert.equal(isTicketCode(code), true, code);
  const others = ["7501055300075", "KO-600-MX", "F47AC10B"];
  for (const code of others) assert.equal(isTicketCode(code), false, code);
});

test("a sale of this device is found by its id, folio and number", () => {
  const sale = { client_id: ID, seq: 123 };
  for (const ticket of [ID, ID.replaceAll("-", ""), "F47AC10B", "C7-000123"]) {
    assert.equal(isTicketOf(sale, "C7", ticket), true, ticket);
  }
  for (const ticket of ["F47AC10C", "C7-000124", "C8-000123", "F4", ""]) {
    assert.equal(isTicketOf(sale, "C7", ticket), false, ticket);
  }
});

test("a piece is worth what was paid for it", () => {
  const draft = withPieces(DRAFT, 15, 2);
  assert.deepEqual(sumOf(draft), { pieces: 2, total: 4292 });
  assert.deepEqual(sumOf(withAll(draft)), { pieces: 3, total: 6492 });
  assert.deepEqual(sumOf(DRAFT), { pieces: 0, total: 0 });
});

test("never more pieces come back than are left, nor less than none", () => {
  assert.equal(sumOf(withPieces(DRAFT, 15, 9)).pieces, 2);
  assert.equal(sumOf(withPieces(DRAFT, 15, -1)).pieces, 0);
  assert.equal(sumOf(withPieces(DRAFT, 99, 1)).pieces, 0);
  assert.equal(sumOf(withPieces(DRAFT, 15, Number.NaN)).pieces, 0);
});

test("only a paid order of which something is left can come back", () => {
  assert.equal(whyNothing(DRAFT), null);
  assert.equal(whyNothing(draftOf({ ...ORDER, status: "CANCELLED" }, [])), "not_paid");
  const back = [COLA, BREAD].map((item) => ({ ...item, returnable_quantity: 0 }));
  assert.equal(whyNothing(draftOf({ ...ORDER, items: back }, [])), "all_back");
});

test("the body names what is chosen, what becomes of it, and who gives the money", () => {
  const draft = { ...withDiscard(withAll(DRAFT), 16, true), reason: " Caducado " };
  assert.deepEqual(returnBody(draft, 3), {
    items: [
      { product_id: 15, quantity: 2, disposition: "RESTOCK" },
      { product_id: 16, quantity: 1, disposition: "DISCARD" },
    ],
    reason: "Caducado",
    register: 3,
  });
  const { refunds, register } = returnBody({ ...draft, way: "CASH" }, null);
  assert.deepEqual([refunds, register], [[{ payment_method: "CASH", amount: "64.92" }], undefined]);
});

test("money can always be kept for an exchange, and cash is another way unless all was paid so", () => {
  assert.deepEqual(waysOf(DRAFT), ["AS_PAID", "CASH", "EXCHANGE"]);
  const inCash = draftOf({ ...ORDER, payments: ORDER.payments.slice(0, 1) }, []);
  assert.deepEqual(waysOf(inCash), ["AS_PAID", "EXCHANGE"]);
  const { refunds } = returnBody({ ...withAll(inCash), way: "EXCHANGE" }, 3);
  assert.deepEqual(refunds, [{ payment_method: "EXCHANGE", amount: "64.92" }]);
});

test("a return whose answer was lost is found among those of its order", () => {
  const body = returnBody({ ...withAll(DRAFT), reason: "Caducado" }, 3);
  const deed = { by: 4, body, about: { known: [8] } };
  const made = { id: 9, user: 4, reason: "Caducado", items: body.items.toReversed() };
  assert.equal(returnOf(deed, [made]), made);
  const others = [
    { ...made, id: 8 },
    { ...made, user: 5 },
    { ...made, reason: "Defectuoso" },
    { ...made, items: made.items.slice(1) },
  ];
  assert.equal(returnOf(deed, others), null);
});

function item(id, quantity) {
  return { product_id: id, product_name: `Producto ${id}`, quantity };
}
