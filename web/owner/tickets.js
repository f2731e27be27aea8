// @ts-check
/** How tickets are sought, and what they are called. Knows neither the page nor the API. */

/**
 * What the API is asked for when somebody types or scans what stands on a ticket: a folio is found from its
 * beginning on, a number (`C2-000123`) and a UUID only as a whole.
 *
 * @param {string} text
 * @returns {{search?: string, folio?: string}}
 */
export function ticketSought(text) {
  return text.includes("-") ? { folio: text } : { search: text };
}
