import assert from "node:assert/strict";
import { test } from "node:test";
import { addTexts, t } from "../shell/texts.js";

for (const folder of ["shell", "till", "owner"]) {
  test(`${folder} says the same things in both languages`, async () => {
    const [{ default: es }, { default: en }] = await Promise.all(
      ["es", "en"].map((language) => import(`../${folder}/texts/${language}.js`)),
    );
    assert.deepEqual(Object.keys(en).sort(), Object.keys(es).sort());
    for (const key of Object.keys(es)) assert.deepEqual(valuesOf(en[key]), valuesOf(es[key]), key);
  });
}

test("a text has its values filled in", () => {
  addTexts({ greeting: "Hola, {name}: {count}" });
  assert.equal(t("greeting", { name: "Ana", count: 0 }), "Hola, Ana: 0");
});

test("a value that is not given, and a text that is not there, can be seen", () => {
  addTexts({ greeting: "Hola, {name}" });
  assert.equal(t("greeting"), "Hola, {name}");
  assert.equal(t("no.such.text"), "no.such.text");
});

const valuesOf = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();
