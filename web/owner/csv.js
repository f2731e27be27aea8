/** Tables as CSV that a spreadsheet opens without questions. */

/** Without it a spreadsheet takes ñ for two letters of another alphabet. */
export const BYTE_ORDER_MARK = "\ufeff";

/** As the server's `csv_files.py` has it, with the signs in their wide forms. */
const BEGINS_A_FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const IS_A_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * The text of a CSV file, lines ended by CRLF (RFC 4180).
 * @param {string[]} headings
 * @param {Array<Array<string | number | null>>} rows null is an empty cell
 */
export function csv(headings, rows) {
  return BYTE_ORDER_MARK + lines([headings, ...rows]);
}

/**
 * More lines of such a file.
 * @param {Array<Array<string | number | null>>} rows
 */
export function lines(rows) {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A text that would run as a formula gets an apostrophe: product names come from imports. */
function cell(value) {
  let text = value === null || value === undefined ? "" : String(value);
  if (BEGINS_A_FORMULA.test(text) && !IS_A_NUMBER.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
