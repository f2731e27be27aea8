import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const IMPORT = /(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)"/g;
const COMMENT = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;

const importsOf = new Map();
for (const folder of ["shell", "till", "owner"]) {
  const files = await readdir(new URL(`../${folder}/`, import.meta.url));
  for (const file of files.filter((each) => each.endsWith(".js"))) {
    const module = new URL(`../${folder}/${file}`, import.meta.url);
    const written = (await readFile(module, "utf8")).replace(COMMENT, "");
    importsOf.set(module.href, [...written.matchAll(IMPORT)].map(([, path]) => new URL(path, module).href));
  }
}

/** The modules from this one back to itself; null if no way leads there. */
function circleOf(module, way = [module], seen = new Set()) {
  for (const next of importsOf.get(way.at(-1)) ?? []) {
    if (next === module) return [...way, next];
    if (seen.has(next)) continue;
    seen.add(next);
    const circle = circleOf(module, [...way, next], seen);
    if (circle) return circle;
  }
  return null;
}

test("no module needs itself, not even by what is loaded later", () => {
  assert.ok(importsOf.size > 100);
  for (const module of importsOf.keys()) assert.equal(circleOf(module), null);
});
