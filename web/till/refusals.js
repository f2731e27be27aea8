/**
 * The words for a deed that failed.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { told as requestTold } from "../shell/told.js";
import { NotKept } from "./store.js";

const THROTTLED = 429;
const MINUTE_S = 60;

/** What the API said, that there is no network, or that the device keeps nothing. Others are thrown. */
export function told(error) {
  return error instanceof NotKept ? t("store.not_kept") : requestTold(error);
}

/** The words for a secret that was not taken: also for how long none is checked any more. */
export function secretTold(error) {
  if (!(error instanceof ApiError) || error.status !== THROTTLED) return told(error);
  const minutes = Math.ceil((Number(error.headers.get("Retry-After")) || MINUTE_S) / MINUTE_S);
  return t("approval.wait", { minutes });
}
