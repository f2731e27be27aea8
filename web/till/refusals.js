/**
 * The words for a secret that was not taken.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { told } from "./network.js";

const THROTTLED = 429;
const MINUTE_S = 60;

/** What the API said, or for how long no secret is checked any more; or that there is no network. */
export function refusalTold(error) {
  if (!(error instanceof ApiError) || error.status !== THROTTLED) return told(error, t);
  const minutes = Math.ceil((Number(error.headers.get("Retry-After")) || MINUTE_S) / MINUTE_S);
  return t("approval.wait", { minutes });
}
