/**
 * The tokens of this page's session: access in memory, refresh in IndexedDB beside who it belongs to.
 * The till and the owner's page have a session each.
 */
import { openDB } from "../vendor/idb.js";
import { send } from "./http.js";

const PAGE = globalThis.document?.documentElement.dataset.page ?? "";
const STORE = "sessions";

let access = null;
let refreshing = null;
const listeners = new Set();

const database = () =>
  openDB("shell", 1, { upgrade: (created) => void created.createObjectStore(STORE) });

/** The access token that is known, or null. */
export const accessToken = () => access;

/** What is kept of this page's session: `{refresh, who}`, or undefined. */
export async function kept() {
  return (await database()).get(STORE, PAGE);
}

/** Keep a session: after a log-in, or when its user is known better. */
export async function keep(session, newAccess = access) {
  access = newAccess;
  await (await database()).put(STORE, session, PAGE);
}

/** Forget the session on this device. */
export async function forget() {
  access = null;
  await (await database()).delete(STORE, PAGE);
  for (const listener of listeners) listener();
}

/** Call `listener` whenever the session on this device is forgotten. */
export const onForgotten = (listener) => listeners.add(listener);

/**
 * Get a new access token; one request, however many wait for it. False if the session has ended, which
 * forgets it. Throws `NoNetwork`.
 */
export function refresh(timeoutMs) {
  refreshing ??= refreshed(timeoutMs).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function refreshed(timeoutMs) {
  const session = await kept();
  if (session === undefined) return false;
  const answer = await send("POST", "/api/auth/refresh/", { body: { refresh: session.refresh }, timeoutMs });
  if (answer.status === 200) access = answer.body.access;
  if (answer.status === 401) await forget();
  return answer.status === 200;
}
