/**
 * Discounts by hand on the sale on the screen, approved where the cashier may not give them alone.
 *
 * @module
 */

import { ApiError, NoNetwork } from "../shell/api.js";
import { session } from "../shell/session.js";
import { approvalFor } from "./approval.js";
import { withDiscount } from "./cart.js";
import { highestByHand, lacksApproval } from "./discount_rules.js";
import { ask, isOnline } from "./network.js";
import { approve, cart, changeCart, pay, pricesNow } from "./sale.js";
import { keepSettings, setting } from "./store.js";

const EMPLOYEE = "EMPLOYEE";
const KEPT_AS = "discount_rule";
const ANYTHING = { limit: null };
/** The 2 minutes of an approval, less the way to the shop. */
const VALID_MS = 110_000;

let ruleOfEmployees = ANYTHING;

/**
 * Give a discount on a product of the sale, or with null take it back. Answers whether it stands: not if it
 * needs an approval that nobody gave. Without a network nobody can: the shop flags the sale for review.
 *
 * @param {number} productId
 * @param {import("./pricing.js").ManualDiscount | null} manual
 */
export async function giveDiscount(productId, manual) {
  await learnRule();
  if (!(await isApproved(withDiscount(cart.peek(), productId, manual)))) return false;
  changeCart((now) => withDiscount(now, productId, manual));
  return true;
}

/** Begin to pay; if the approval of a discount has expired meanwhile, somebody approves it again first. */
export function payApproved() {
  if (!isLacking(cart.peek()) || !isOnline.peek()) return pay();
  return isApproved(cart.peek()).then((approved) => approved && pay());
}

async function isApproved(sale) {
  if (!isLacking(sale) || !isOnline.peek()) return true;
  const percent = highestByHand(pricesNow(sale).lines);
  const token = await approvalFor("discount", sale.clientId, percent);
  if (token === null || cart.peek().clientId !== sale.clientId) return false;
  approve({ token, percent, caller: session.peek().id, until: Date.now() + VALID_MS });
  return true;
}

function isLacking(sale) {
  const { id, role } = session.peek();
  const rule = role === EMPLOYEE ? ruleOfEmployees : ANYTHING;
  const circumstances = { rule, approval: sale.approval, caller: id, now: Date.now() };
  return lacksApproval(highestByHand(pricesNow(sale).lines), circumstances);
}

/** What employees may do alone, as the shop says now; without an answer as it said last. */
async function learnRule() {
  if (session.peek().role !== EMPLOYEE) return;
  try {
    ruleOfEmployees = (await ask("GET", "/api/approvals/policy/")).body.discount;
    await keepSettings({ [KEPT_AS]: ruleOfEmployees });
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof NoNetwork)) throw error;
    ruleOfEmployees = (await setting(KEPT_AS)) ?? ANYTHING;
  }
}
