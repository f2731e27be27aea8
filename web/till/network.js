/**
 * Whether the shop's server answers, as the till's own requests find out: nobody has to wait to be told.
 *
 * @module
 */

import { ApiError, NoNetwork, call } from "../shell/api.js";
import { send } from "../shell/http.js";
import { signal } from "../shell/ui.js";
import { Patience } from "./patience.js";

const TOO_LONG_MS = 1200;
const ONCE_MORE_MS = 2000;
/** The gateway answers this itself, without a token. */
const NAME = "/";
/** The shop dates a sale at its arrival if it was sold so long after that (contract §8.6). */
const CLOCK_MS = 5 * 60_000;

const patience = new Patience();
let heardAt = -Infinity;

/** Whether the last request was answered in time. */
export const isOnline = signal(navigator.onLine);

/** Whether the device's clock differs from the shop's: its sales would count at another time, or day. */
export const isClockWrong = signal(false);

addEventListener("offline", () => (isOnline.value = false));

/** Milliseconds since the server has answered something. */
export const heardFor = () => performance.now() - heardAt;

/** Ask for as little as there is: no answer in time, usually `usualMs`, counts as no network. */
export async function isAnswering(usualMs) {
  const askedAt = performance.now();
  try {
    const { headers } = await send("HEAD", NAME, { timeoutMs: patience.limit(usualMs, askedAt) });
    heard(askedAt, headers);
  } catch (error) {
    if (!(error instanceof NoNetwork)) throw error;
    isOnline.value = false;
  }
}

/** Whether the shop answers: without a network it is asked again, as a lost answer tells of no other. */
export async function isReachable() {
  if (!isOnline.peek()) await isAnswering(ONCE_MORE_MS);
  return isOnline.peek();
}

/** `call` of the shell; a request that waits long counts as no network until it is answered after all. */
export async function ask(method, path, options) {
  const askedAt = performance.now();
  const late = setTimeout(() => (isOnline.value = false), patience.limit(TOO_LONG_MS, askedAt));
  try {
    const answer = await call(method, path, options);
    heard(askedAt, answer.headers);
    return answer;
  } catch (error) {
    if (error instanceof NoNetwork) isOnline.value = false;
    if (error instanceof ApiError) heard(askedAt, error.headers);
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function heard(askedAt, headers) {
  heardAt = performance.now();
  patience.heard(heardAt - askedAt, heardAt);
  isOnline.value = true;
  isClockWrong.value = Math.abs(Date.now() - Date.parse(headers.get("Date"))) > CLOCK_MS;
}
