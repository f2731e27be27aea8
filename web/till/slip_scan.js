/**
 * The slip of a return that is scanned at a sale: the sale goes on with what is left of it.
 *
 * @module
 */

import { find, several } from "./exchanges.js";
import { notice } from "./notice.js";
import { told } from "./refusals.js";
import { show } from "./screens.js";

/**
 * `unknown` is the notice that there is no such product: it stays where nothing is left of the return. After
 * a later notice the scan is over: modules that are asked for twice may come in any order.
 */
export async function slipScanned(code, unknown) {
  if (notice.peek() !== unknown) return;
  const say = (said) => notice.peek() === unknown && (notice.value = said);
  try {
    if (!(await find(code))) return;
    say(null);
    if (several.peek().length > 0) show("exchange");
  } catch (error) {
    say({ key: "exchange.not_asked", values: { code, why: told(error) } });
  }
}
