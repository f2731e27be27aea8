// @ts-check
/**
 * What a refused payment says about an order that draws on points, credit or an exchange (contract §8.2).
 */

import { isOutcome } from "../shell/outcomes.js";

/**
 * What has become of the order: `paid`, by this try or by another one; `refused`, nothing is charged nor
 * will be; `unclear`, as the shop says the same of an order that is being charged just now.
 *
 * @param {{status: number, body: any}} refusal of the payment
 * @param {{status: string}} order as it is after that
 * @returns {"paid" | "refused" | "unclear"}
 */
export function fateOf({ status, body }, order) {
  if (order.status === "PAID") return "paid";
  if (order.status === "CANCELLED") return "refused";
  return isOutcome(status) && !body?.non_field_errors ? "refused" : "unclear";
}
