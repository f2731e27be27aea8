/**
 * Whether the shop's server answers, as the till's own requests find out: nobody has to wait to be told.
 *
 * @module
 */

import { ApiError, NoNetwork, call } from "../shell/api.js";
import { worded } from "../shell/told.js";
import { signal } from "../shell/ui.js";

const TOO_LONG_MS = 1200;

/** Whether the last request was answered in time. */
export const isOnline = signal(navigator.onLine);

addEventListener("offline", () => (isOnline.value = false));

/** `call` of the shell; a request that waits long counts as no network until it is answered after all. */
export async function ask(method, path, options) {
  const late = setTimeout(() => (isOnline.value = false), TOO_LONG_MS);
  try {
    const answer = await call(method, path, options);
    isOnline.value = true;
    return answer;
  } catch (error) {
    if (error instanceof NoNetwork) isOnline.value = false;
    if (error instanceof ApiError) isOnline.value = true;
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** The words for a request that failed: what the API said, or that there is no network. Others are thrown. */
export function told(error, t) {
  if (error instanceof ApiError) return worded(error.message);
  if (error instanceof NoNetwork) return t("network.none");
  throw error;
}
