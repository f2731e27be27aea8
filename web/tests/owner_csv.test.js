import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../owner/csv.js";

const body = (...rows) => csv(["a", "b"], rows).slice(1);

test("a file begins with the mark by which spreadsheets know UTF-8", () => {
  assert.equal(csv(["Piñata"], []), "\ufeffPiñata\r\n");
});

test("commas, quotes and line ends stay within their cell", () => {
  assert.equal(body(['2" clavo', "x,y"], ["a\nb", null]), 'a,b\r\n"2"" clavo","x,y"\r\n"a\nb",\r\n');
});

test("a name that would run as a formula is text", () => {
  assert.equal(body(["=1+1", "@x"]), "a,b\r\n'=1+1,'@x\r\n");
  assert.equal(body(["-5", -5.5]), "a,b\r\n-5,-5.5\r\n");
});

test("so is one whose sign is a wide one, or stands behind blanks", () => {
  assert.equal(body(["＝1+1", "＋1"]), "a,b\r\n'＝1+1,'＋1\r\n");
  assert.equal(body(["－1", "＠x"]), "a,b\r\n'－1,'＠x\r\n");
  assert.equal(body([" =1+1", "\u00a0@x"]), "a,b\r\n' =1+1,'\u00a0@x\r\n");
  assert.equal(body(["\t=1", "a=1"]), "a,b\r\n'\t=1,a=1\r\n");
});
