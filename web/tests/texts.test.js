import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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

for (const file of ["shell/texts/es", "till/texts/es", "till/texts/en", "owner/texts/es", "owner/texts/en"]) {
  test(`${file} says each thing once`, async () => {
    const written = await readFile(new URL(`../${file}.js`, import.meta.url), "utf8");
    const keys = [...written.matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key);
    assert.ok(keys.length > 0);
    assert.deepEqual(keys.filter((key, at) => keys.indexOf(key) !== at), []);
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
