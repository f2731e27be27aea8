/** Days of the shop as the API writes them (`2026-11-28`), the periods an owner looks at, and their names. */

const DAY_MS = 86_400_000;

/** Ranges in the order of the picker; the first one is shown at opening. */
export const RANGES = ["today", "yesterday", "7d", "week", "month", "30d", "year", "custom"];

/** The day of the shop at this moment. */
export function dayAt(now, timeZone) {
  const options = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("en-CA", options).format(now);
}

/** The day that is so many days later, or earlier if negative. */
export function plusDays(day, days) {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days the period has, both ends included. */
export function lengthOf({ start, end }) {
  return Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS) + 1;
}

/** 1 to 7, from Monday, as ISO weeks count. */
export function weekday(day) {
  return new Date(Date.parse(day)).getUTCDay() || 7;
}

/**
 * The days of a range. `custom` has days of its own; turned round if they come in the wrong order.
 * @returns {{start: string, end: string}} both included
 */
export function periodOf(range, today, custom = { start: today, end: today }) {
  const until = (start) => ({ start, end: today });
  switch (range) {
    case "yesterday": return { start: plusDays(today, -1), end: plusDays(today, -1) };
    case "7d": return until(plusDays(today, -6));
    case "week": return until(plusDays(today, 1 - weekday(today)));
    case "month": return until(`${today.slice(0, 8)}01`);
    case "30d": return until(plusDays(today, -29));
    case "year": return until(`${today.slice(0, 5)}01-01`);
    case "custom": return custom.start <= custom.end ? custom : { start: custom.end, end: custom.start };
    default: return until(today);
  }
}

/** With what a period may be compared, the default first: of days only a single one has its weekday. */
export function comparesOf(period) {
  return lengthOf(period) === 1 ? ["weekday", "day"] : ["previous"];
}
