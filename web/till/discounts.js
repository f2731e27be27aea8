/**
 * Discounts by hand on the sale on the screen, approved where the cashier may not give them alone.
 *
 * @module
 */

import { isSupervisor, session } from "../shell/session.js";
import { approvalFor } from "./approval.js";
import { withDiscount } from "./cart.js";
import { bootstrap } from "./catalogue.js";
import { highestByHand, lacksApproval } from "./discount_rules.js";
import { isReachable } from "./network.js";
import { approve, cart, changeCart, pay, pricesNow } from "./sale.js";

/** The 2 minutes of an approval, less the way to the shop. */
const VALID_MS = 110_000;

/** The payment that waits for an approval: a key that is pressed twice asks once. */
let approving = null;

/**
 * Give a discount on a product of the sale, or with null take it back. Answers whether it stands: not if it
 * needs an approval that nobody gave. Without a network nobody can: the shop flags the sale for review.
 *
 * @param {number} productId
 * @param {import("./pricing.js").ManualDiscount | null} manual
 */
export async function giveDiscount(productId, manual) {
  if (!(await isApproved(withDiscount(cart.peek(), productId, manual)))) return false;
  changeCart((now) => withDiscount(now, productId, manual));
  return true;
}

/** Begin to pay; a discount that lacks an approval, as one that has expired, is approved first. */
export function payApproved() {
  if (!isLacking(cart.peek())) return pay();
  approving ??= isApproved(cart.peek()).then((may) => may && pay()).finally(() => (approving = null));
  return approving;
}

async function isApproved(sale) {
  if (!isLacking(sale)) return true;
  const isThere = await isReachable();
  const percent = highestByHand(pricesNow(sale).lines);
  const token = isThere ? await approvalFor("discount", sale.clientId, percent) : null;
  if (cart.peek().clientId !== sale.clientId) return false;
  if (token !== null) approve({ token, percent, caller: session.peek().id, until: Date.now() + VALID_MS });
  return token !== null || !isThere;
}

function isLacking(sale) {
  const limit = isSupervisor.peek() ? null : (bootstrap.peek()?.limits.employee_discount_percent ?? null);
  const caller = session.peek().id;
  const circumstances = { rule: { limit }, approval: sale.approval, caller, now: Date.now() };
  return lacksApproval(highestByHand(pricesNow(sale).lines), circumstances);
}
