/**
 * All that is to order, as a CSV file: the API's pages are read one by one, and only their lines are kept.
 */
import { call } from "../shell/api.js";
import { csv, lines } from "./csv.js";
import { nextCursor } from "./paging.js";

const PATH = "/api/analytics/suggested-orders/";
const LIMIT = 1000;
const TIMEOUT_MS = 30_000;

/**
 * The parts of the file, of one supplier after the other.
 * @param {string[]} headings
 * @param {(product: object) => Array<string | number | null>} rowOf
 * @param {(read: number, total: number) => void} onRead told after each page
 * @returns {Promise<Blob[]>}
 */
export async function orderFile(headings, rowOf, onRead) {
  const parts = [new Blob([csv(headings, [])])];
  let read = 0;
  for await (const { products, total } of pages()) {
    parts.push(new Blob([lines(products.map(rowOf))]));
    read += products.length;
    onRead(read, Math.max(read, total));
  }
  return parts;
}

async function* pages() {
  let cursor = null;
  let total = 0;
  do {
    const query = { limit: LIMIT, cursor, count: cursor && "none" };
    const { body, headers } = await call("GET", PATH, { query, timeoutMs: TIMEOUT_MS });
    total = Number(headers.get("X-Total-Count") ?? total); // the first page alone is asked for it
    yield { products: body.suppliers.flatMap(productsOf), total };
    cursor = nextCursor(headers.get("Link"));
  } while (cursor !== null);
}

const productsOf = ({ supplier_name: supplier, products }) =>
  products.map((product) => ({ ...product, supplier_name: supplier }));
