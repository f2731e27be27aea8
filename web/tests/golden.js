import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * Compare with the file `golden/<name>`, byte by byte. `GOLDEN=write node --test` writes it instead; look at
 * its diff then.
 *
 * @param {string} name
 * @param {string} text
 */
export function assertGolden(name, text) {
  const file = new URL(`golden/${name}`, import.meta.url);
  if (process.env.GOLDEN === "write") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"), name);
}

/** Bytes in rows of 32, so that a difference can be found. */
export function dump(bytes) {
  return Buffer.from(bytes).toString("hex").replace(/.{64}/g, "$&\n") + "\n";
}

/** The rows of a ticket as one text, each ended by a line feed; a QR code is no text. */
export function asText(rows) {
  return rows.filter((row) => !row.qr).map((row) => `${row.text}\n`).join("");
}
