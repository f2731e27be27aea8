import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

globalThis.BroadcastChannel = class {}; // the tabs of a session: a real one would keep this process alive
globalThis.localStorage = { getItem: () => "en" };
const { worded } = await import("../shell/told.js");

const refusals = JSON.parse(
  await readFile(new URL("../../tests/architecture/refusals.json", import.meta.url), "utf8"),
);
const SPANISH = /[áéíóúñ¿¡]|\b(?:el|la|los|es|solo|no tiene|ya|quedan?|hay|faltan|suman|para|puntos|caja)\b/i;

for (const service of ["auth", "catalog", "customers", "sales"]) {
  test(`what ${service} refuses in Spanish is said in English on an English page`, () => {
    const bodies = Object.values(refusals[service].pos).map(({ body }) => body);
    const spanish = bodies.flatMap(textsIn).filter((message) => SPANISH.test(message));
    assert.ok(spanish.length > 0);
    for (const message of spanish) assertEnglish(message);
  });
}

test("so is what is wrong with a field", () => {
  for (const message of [
    "El PIN debe tener de 4 a 8 dígitos.",
    "El RFC no es válido: revisa las letras, la fecha y el dígito verificador.",
    "El régimen fiscal son 3 dígitos, como 601.",
    "El uso de CFDI es una clave como G03 o CP01.",
    "El código postal son 5 dígitos.",
    "La clave de producto o servicio del SAT tiene 8 dígitos.",
    "La clave de unidad del SAT tiene 2 o 3 mayúsculas o dígitos, como H87.",
    "El objeto de impuesto del SAT va de 01 a 08.",
    "Envía payment_method o payments, no los dos.",
    "EXCHANGE lleva el id de la devolución en reference.",
  ]) assertEnglish(message);
});

test("amounts and names stay", () => {
  const short = "Stock insuficiente para 'Café de olla'. Disponible: 5, Solicitado: 10";
  assert.equal(worded(short), "Not enough stock of “Café de olla”. Available: 5, wanted: 10");
  assert.equal(worded("Suman $1502.00, no $1500.00."), "They add up to $1502.00, not $1500.00.");
});

function assertEnglish(message) {
  assert.notEqual(worded(message), message);
  assert.doesNotMatch(worded(message), SPANISH, message);
  assert.doesNotMatch(worded(message), /[{}]/, message);
}

function textsIn(said) {
  return typeof said === "object" && said !== null ? Object.values(said).flatMap(textsIn) : [`${said}`];
}
