/** Days of the shop as the API writes them: `2026-11-28`. */

/** The day of the shop at this moment. */
export function dayAt(now, timeZone) {
  const options = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("en-CA", options).format(now);
}
