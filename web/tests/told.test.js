import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

globalThis.BroadcastChannel = class {}; // the tabs of a session: a real one would keep this process alive
const { ApiError } = await import("../shell/api.js");
const { told, worded } = await import("../shell/told.js");

const refusals = JSON.parse(
  await readFile(new URL("../../tests/architecture/refusals.json", import.meta.url), "utf8"),
);

/** What people meet on the pages and the API says in English: by service, the names of its refusals. */
const MET = {
  auth: [
    "CurrentPasswordMissing", "EmailTaken", "LastOwner", "Throttled", "UsernameTaken", "WrongCurrentPassword",
  ],
  catalog: [
    "BodyTooLarge", "SkuTaken", "StockBelowHolds", "StockChanged", "StockTooLarge", "TakesHeldStock",
    "UnknownSupplier", "UnusableFile(The file is empty.)",
  ],
  customers: ["EarnedPointsNotPositive", "PhoneNumberTaken", "UnknownRegister"],
  "every service": ["BodyTooLarge", "ChangedMeanwhile", "Forbidden(role)", "NotFound", "Unavailable"],
  gateway: ["BadGateway", "GatewayTimeout"],
};

for (const [service, names] of Object.entries(MET)) {
  test(`what ${service} refuses is said in the language of the page`, () => {
    for (const name of names) {
      const said = Object.values(refusals[service].pos[name].body).flat();
      for (const message of said) assert.notEqual(worded(message), message, name);
    }
  });
}

test("what is wrong with a file or a line of it is said in the language of the page", () => {
  for (const message of [
    'There is no column "precio". Columns: name, sku, price.', 'The column "sku" is missing.',
    "A column stands in the header twice.", "Line 7 has this sku already.",
    "The line has 3 cells instead of 4. Put a cell that contains a separator between quotation marks.",
    "The file is UTF-8 so far, and this line is not. Save the whole file as UTF-8.",
    "A quotation mark is not closed.", "Quotation marks inside a cell must be doubled.",
    "Lines must end with LF or CR LF. Save the file as CSV in UTF-8.",
    '"7.50106E+12" is a number that a spreadsheet has shortened. Make the column text.',
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DD.",
    "Ensure this value is not equal to 0.",
  ]) assert.notEqual(worded(message), message);
});

test("what the web shop refuses, and fields of any form, are said in the language of the page", () => {
  const { StepNotAllowed: step, ReturnIsClosed: closed, OrderNotFound: gone } = refusals.sales.store;
  for (const message of [
    ...[step, closed, gone].map(({ body }) => body.error),
    "This value does not match the required pattern.", "Must be a valid UUID.", "Not a valid string.",
    "Incorrect type. Expected pk value, received str.", "Ensure this field has at least 1 elements.",
    '"10,50" has a comma. Write decimals with a point: 1234.50.',
    "Invalid cursor.", "This range is compared by one of: day_before, none.",
  ]) assert.notEqual(worded(message), message);
});

test("why a sale is held is said in the language of the page, without the names of the API", () => {
  for (const message of [
    "POINTS no se puede cobrar sin conexión.", "Invalid data. Expected a dictionary, but got str.",
  ]) assert.notEqual(worded(message), message);
});

test("a number that is too large is not said to have too many decimals", () => {
  const most = "Ensure that there are no more than";
  assert.equal(worded(`${most} 2 decimal places.`), "said.digits");
  for (const digits of ["12 digits in total.", "10 digits before the decimal point."]) {
    assert.equal(worded(`${most} ${digits}`), "said.too_large");
  }
});

test("a message that nobody knows is shown as it is", () => {
  assert.equal(worded("El PIN es demasiado fácil."), "El PIN es demasiado fácil.");
});

test("what a proxy before the gateway refuses is said in words, too", () => {
  for (const status of [413, 502, 504]) {
    assert.notEqual(told(new ApiError(status, "<html>nginx</html>", new Headers())), `${status}`);
  }
});
