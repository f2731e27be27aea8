import assert from "node:assert/strict";
import { test } from "node:test";

import { setting } from "../till/store.js";

test("a device that could not be read is tried again", async () => {
  let tries = 0;
  globalThis.indexedDB = {
    open() {
      tries += 1;
      throw new Error("the disk does not answer");
    },
  };
  await assert.rejects(setting("register"), /does not answer/);
  await assert.rejects(setting("register"), /does not answer/);
  assert.equal(tries, 2);
});
