import assert from "node:assert/strict";
import { test } from "node:test";

import { customerOf, draftOf, phoneIn } from "../till/customer_rules.js";

test("a customer of the API is who buys, with balances in points and cents", () => {
  const maria = {
    id: 1,
    first_name: "Maria",
    last_name: "González",
    phone_number: "55 4433 2211",
    birth_date: "1995-08-20",
    is_frequent: true,
    current_points: 150,
    available_credit: "1649.50",
  };
  assert.deepEqual(customerOf(maria), {
    id: 1,
    name: "Maria González",
    phone: "55 4433 2211",
    is_frequent: true,
    birth_date: "1995-08-20",
    points: 150,
    creditLeft: 164950,
  });
});

test("a card has the ten digits of a phone number, in any spelling", () => {
  for (const code of ["5544332211", "+525544332211", "525544332211", "55 4433-2211"]) {
    assert.equal(phoneIn(code), "5544332211", code);
  }
  const others = ["7501055300075", "554433221", "KO-600-MX", "C2-000123", ""];
  for (const code of others) assert.equal(phoneIn(code), null, code);
});

test("what was searched in vain begins a new customer", () => {
  assert.deepEqual(draftOf(" 55 4433 "), { first_name: "", last_name: "", phone_number: "55 4433" });
  assert.deepEqual(draftOf("ana"), { first_name: "ana", last_name: "", phone_number: "" });
  assert.deepEqual(draftOf("Ana López"), { first_name: "Ana", last_name: "López", phone_number: "" });
  const named = { first_name: "José Luis", last_name: "Pérez Gil", phone_number: "" };
  assert.deepEqual(draftOf("José Luis Pérez Gil"), named);
});
