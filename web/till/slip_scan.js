/**
 * The slip of a return that is scanned at a sale: the sale goes on with what is left of it.
 *
 * @module
 */

import { find, several } from "./exchanges.js";
import { told } from "./refusals.js";
import { notice } from "./sale.js";
import { show } from "./screens.js";

/** Where nothing is left of it, what the sale has said of an unknown code stays. */
export async function slipScanned(code) {
  const unknown = notice.peek();
  const say = (said) => notice.peek() === unknown && (notice.value = said);
  try {
    if (!(await find(code))) return;
    say(null);
    if (several.peek().length > 0) show("exchange");
  } catch (error) {
    say({ key: "exchange.not_asked", values: { code, why: told(error) } });
  }
}
