// @ts-check
/**
 * Judges by the keys of a scanner whether the till will hear it: nothing here knows the page or a clock.
 * A scanner is set up with the barcodes of its maker; this says which setting to look for.
 */

/** @typedef {{key: string, at: number}} Press a key, and when it was pressed, in ms */

/**
 * What is wrong: it does not end a code; it types too slowly; small letters are capitals; its keyboard is not
 * the device's; it sends more than the code; it is no code of the sheet.
 *
 * @typedef {"unended" | "slow" | "case" | "layout" | "extra" | "unknown"} Problem
 */

/**
 * @typedef {object} Verdict
 * @property {string | null} code the code of the sheet that was meant
 * @property {string} text what arrived
 * @property {number} gapMs the longest time between two keys
 * @property {Problem[]} problems none: the till hears it
 */

/** Keys of a scan are at most so far apart (`scanner.js`). */
export const GAP_MS = 35;
/** So long after the last key nothing belongs to it any more, however slow the scanner is. */
export const SILENCE_MS = 500;

const ENDS = new Set(["Enter", "Tab"]);

/**
 * Whether a key ends what came before it; a person's Tab or Enter comes after nothing.
 *
 * @param {Press[]} presses
 * @param {string} key
 */
export function ends(presses, key) {
  return ENDS.has(key) && presses.length > 0;
}

/**
 * What the keys of one scan say about the scanner.
 *
 * @param {Press[]} presses until the one that ended it, or silence
 * @param {string[]} codes those of the sheet
 * @returns {Verdict}
 */
export function judged(presses, codes) {
  const letters = presses.filter(({ key }) => !ENDS.has(key));
  const text = letters.map(({ key }) => key).join("");
  const gaps = presses.slice(1).map(({ at }, before) => at - presses[before].at);
  const gapMs = Math.round(Math.max(0, ...gaps));
  const code = meant(text, codes);
  /** @type {[Problem, boolean][]} */
  const found = [
    ["unended", presses.length === letters.length],
    ["slow", gapMs > GAP_MS],
    [code === null ? "unknown" : difference(text, code), text !== code],
  ];
  return { code, text, gapMs, problems: found.filter(([, isWrong]) => isWrong).map(([problem]) => problem) };
}

/** @returns {string | null} */
function meant(text, codes) {
  const alike = [
    (code) => text === code,
    (code) => text.toLowerCase() === code.toLowerCase(),
    (code) => text.includes(code),
    (code) => text.length === code.length && sharedLetters(text, code) * 2 > code.length,
  ];
  for (const isAlike of alike) {
    const code = codes.find(isAlike);
    if (code !== undefined) return code;
  }
  return null;
}

/** @returns {Problem} */
function difference(text, code) {
  if (text.toLowerCase() === code.toLowerCase()) return "case";
  return text.length > code.length ? "extra" : "layout";
}

function sharedLetters(text, code) {
  return Array.from(code).filter((letter, at) => text[at]?.toLowerCase() === letter.toLowerCase()).length;
}
