import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import { shown, typedCents } from "../shell/money.js";

const OTHERS = /\u2212(?=[\d$`"'{])/; // the one on a button between two numbers is no sign
const PRINTED_AS_TYPED = "escpos.js"; // a printer knows no other

async function* sources() {
  for (const folder of ["shell", "shell/texts", "till", "till/texts", "owner", "owner/texts"]) {
    for (const file of await readdir(new URL(`../${folder}/`, import.meta.url))) {
      if (!file.endsWith(".js") || file === PRINTED_AS_TYPED) continue;
      const written = await readFile(new URL(`../${folder}/${file}`, import.meta.url), "utf8");
      yield* written.split("\n").map((line) => `${folder}/${file}: ${line}`);
    }
  }
}

test("an amount that is shown can be typed again", () => {
  for (const cents of [-123_456, -5, 0, 5, 123_456]) assert.equal(typedCents(shown(cents)), cents);
});

test("the pages write no other sign before an amount than the one that is typed", async () => {
  const found = [];
  for await (const line of sources()) if (OTHERS.test(line)) found.push(line);
  assert.deepEqual(found, []);
});
