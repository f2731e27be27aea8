import assert from "node:assert/strict";
import { test } from "node:test";

import { Index, folded } from "../till/search.js";

const COLA = { id: 1, name: "Coca Cola 600 ml", sku: "7501055300075" };
const LIGHT = { id: 2, name: "Coca Cola Light 600 ml", sku: "7501055300082" };
const CAFE = { id: 3, name: "Café soluble clásico", sku: "CAFE-200" };
const PIGGY = { id: 4, name: "Alcancía de piñata", sku: "012345678905" };
const SHOP = [LIGHT, CAFE, COLA, PIGGY];

const ids = (products) => products.map((product) => product.id);

test("accents, case, width and blanks do not matter", () => {
  assert.equal(folded("  CAFÉ  Piñón Ｌｉｇｈｔ "), "cafe pinon light");
  const index = new Index(SHOP);
  for (const typed of ["cafe", "CAFÉ", "café  CLASICO", "pinata"]) {
    assert.equal(index.find(typed).length, 1, typed);
  }
});

test("words are found in any order and inside words", () => {
  const index = new Index(SHOP);
  assert.deepEqual(ids(index.find("600 cola")), [1, 2]);
  assert.deepEqual(ids(index.find("light oca")), [2]);
  assert.deepEqual(ids(index.find("luble")), [3]);
  assert.deepEqual(index.find("cola cafe"), []);
  assert.deepEqual(index.find("   "), []);
});

test("names that begin with what was typed come first", () => {
  const names = ["Torta de jamón", "Jamón serrano", "Sandwich jamonero", "Superjamon", "Jamon de pierna"];
  const index = new Index(names.map((name, id) => ({ id, name, sku: `S${id}` })));
  assert.deepEqual(ids(index.find("jamon")), [4, 1, 2, 0, 3]);
});

test("words that begin so come first, however many have it inside", () => {
  const names = [..."abcdefgh"].map((letter) => `${letter} banano`);
  const all = [...names, "z anona", "z otro ano"];
  const index = new Index(all.map((name, id) => ({ id, name, sku: `S${id}` })));
  assert.deepEqual(ids(index.find("ano", 3)), [8, 9, 0]);
  assert.deepEqual(ids(index.find("ano", 1)), [8]);
  assert.deepEqual(ids(index.find("ano ban", 2)), [0, 1]);
});

test("a code finds its product, in any case and in both forms of a UPC", () => {
  const index = new Index(SHOP);
  assert.equal(index.byCode("7501055300075"), COLA);
  assert.equal(index.byCode(" cafe-200 "), CAFE);
  assert.equal(index.byCode("0012345678905"), PIGGY);
  assert.equal(new Index([{ ...PIGGY, sku: "0012345678905" }]).byCode("012345678905").id, 4);
  assert.equal(index.byCode("750105530007"), null);
  assert.deepEqual(ids(index.find("7501055300082")), [2]);
  assert.deepEqual(ids(index.find("30008")), [2]);
});

test("a changed product is found as it is now, a deleted one no more", () => {
  const index = new Index(SHOP);
  index.put({ id: 1, name: "Refresco de cola", sku: "NEW" });
  assert.deepEqual(ids(index.find("coca")), [2]);
  assert.deepEqual([index.byCode(COLA.sku), index.byCode("new").name], [null, "Refresco de cola"]);
  index.remove(2);
  index.remove(99);
  assert.deepEqual([index.find("coca"), index.product(2), index.size], [[], null, 3]);
  index.put({ id: 5, name: "Otra", sku: "NEW" });
  index.remove(1);
  assert.equal(index.byCode("NEW").id, 5);
});

test("an index that was changed finds what a new one finds", () => {
  const index = new Index();
  for (let round = 0; round < 500; round += 1) {
    const id = (round * 37) % 60;
    if (round % 5 === 4) index.remove(id);
    else index.put({ id, name: `Pan ${(round * 17) % 23} dulce`, sku: `P${id}` });
  }
  const kept = Array.from({ length: 60 }, (_, id) => index.product(id)).filter(Boolean);
  assert.equal(kept.length, index.size);
  assert.deepEqual(index.find("pan", 100), new Index(kept).find("pan", 100));
});

test("20,000 products are indexed and searched in the time of a key, 30 are found", () => {
  const kinds = ["Coca Cola", "Café molido", "Galletas Marías", "Jabón líquido", "Leche", "Pan blanco"];
  const products = Array.from({ length: 20_000 }, (_, id) => ({
    id,
    name: `${kinds[id % kinds.length]} número ${id} presentación ${id % 97} g`,
    sku: String(7_500_000_000_000 + id),
  }));
  const [index, built] = timed(() => new Index(products));
  assert.ok(built < 2000, `built in ${built} ms`);
  const typed = ["c", "co", "coc", "g 19 coca", "presentacion", "zzz", "1999", "numero leche 4", "esent"];
  for (const text of typed) {
    // The best of some: the first ones are compiled meanwhile.
    const rounds = Array.from({ length: 5 }, () => timed(() => index.find(text)));
    const took = Math.min(...rounds.map(([, ms]) => ms));
    const [[found]] = rounds;
    assert.ok(found.length <= 30);
    assert.ok(took < 50, `${text}: ${took} ms`);
  }
});

/**
 * @returns what was done, and its milliseconds of the processor: this machine may be busy with other tests
 */
function timed(work) {
  const before = process.cpuUsage();
  const done = work();
  const { user, system } = process.cpuUsage(before);
  return [done, (user + system) / 1000];
}
