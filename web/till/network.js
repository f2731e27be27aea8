/**
 * Whether the shop's server answers, as the till's own requests find out: nobody has to wait to be told.
 *
 * @module
 */

import { ApiError, NoNetwork, call } from "../shell/api.js";
import { send } from "../shell/http.js";
import { signal } from "../shell/ui.js";

const TOO_LONG_MS = 1200;
/** The gateway answers this itself, without a token. */
const NAME = "/";

let heardAt = -Infinity;

/** Whether the last request was answered in time. */
export const isOnline = signal(navigator.onLine);

addEventListener("offline", () => (isOnline.value = false));

/** Milliseconds since the server has answered something. */
export const heardFor = () => performance.now() - heardAt;

/** Ask for as little as there is: no answer in time counts as no network. */
export async function isAnswering(timeoutMs) {
  try {
    await send("HEAD", NAME, { timeoutMs });
    heard();
  } catch (error) {
    if (!(error instanceof NoNetwork)) throw error;
    isOnline.value = false;
  }
}

/** `call` of the shell; a request that waits long counts as no network until it is answered after all. */
export async function ask(method, path, options) {
  const late = setTimeout(() => (isOnline.value = false), TOO_LONG_MS);
  try {
    const answer = await call(method, path, options);
    heard();
    return answer;
  } catch (error) {
    if (error instanceof NoNetwork) isOnline.value = false;
    if (error instanceof ApiError) heard();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function heard() {
  heardAt = performance.now();
  isOnline.value = true;
}
