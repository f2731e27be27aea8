// @ts-check
/**
 * A list's state as it stands in the address, and what the API is asked for with it. Knows neither.
 *
 * A state has the values of the filters, `search`, `ordering`, and where the page begins: `from`, how many
 * rows stand before it, and `cursor`, by which the API goes on behind the row before, whatever was added
 * meanwhile.
 *
 * @module
 */

const NEXT = /<[^>]*\?([^>]*)>\s*;\s*rel="next"/;

/**
 * The list's own part of an address: of several lists of a place each has a prefix (`points.`).
 *
 * @param {Record<string, string>} query
 * @param {string} prefix
 * @returns {Record<string, string>}
 */
export function ownState(query, prefix) {
  const own = Object.entries(query).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

/**
 * The address' query with this state of the list; the rest of it stays.
 *
 * @param {Record<string, string>} query
 * @param {Record<string, string | number | undefined>} state
 * @param {string} prefix
 */
export function withState(query, state, prefix) {
  const own = Object.entries(state).map(([name, value]) => [prefix + name, value]);
  return { ...query, ...Object.fromEntries(own) };
}

/**
 * The query with which the API is asked for a page of the list.
 *
 * @param {Record<string, string>} state
 * @param {{limit: number, names: string[], fixed: Record<string, any>,
 *   sought?: (text: string) => Record<string, string | undefined>}} list `names` are those of its filters;
 *   `sought` are the API's parameters for what is searched
 */
export function asked(state, { limit, names, fixed, sought = (search) => ({ search }) }) {
  const chosen = ["ordering", ...names].filter((name) => state[name]);
  const start = state.cursor ? { cursor: state.cursor } : { offset: startOf(state) || undefined };
  return {
    ...fixed, ...Object.fromEntries(chosen.map((name) => [name, state[name]])),
    ...(state.search ? sought(state.search) : {}), limit, ...start,
  };
}

/**
 * How many rows stand before the page.
 *
 * @param {Record<string, string>} state
 */
export function startOf(state) {
  const from = Number(state.from ?? 0);
  return Number.isSafeInteger(from) && from > 0 ? from : 0;
}

/**
 * The cursor of the next page in a `Link` header; null on the last page.
 *
 * @param {string | null} link
 */
export function nextCursor(link) {
  const [, query] = NEXT.exec(link ?? "") ?? [];
  return query === undefined ? null : new URLSearchParams(query).get("cursor");
}

/**
 * The state that orders by this field: upwards first, then downwards, then as usual.
 *
 * @param {string | undefined} ordering
 * @param {string} field
 */
export function reordered(ordering, field) {
  if (ordering === field) return `-${field}`;
  return ordering === `-${field}` ? undefined : field;
}
