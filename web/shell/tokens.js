/**
 * The tokens of this page's session: access in memory, refresh in IndexedDB beside who it belongs to.
 * The till and the owner's page have a session each; all tabs of a page share it.
 */
import { openDB } from "../vendor/idb.js";
import { ApiError, send } from "./http.js";

const PAGE = globalThis.document?.documentElement.dataset.page ?? "";
const STORE = "sessions";
const THROTTLED = 429;

let access = null;
let refreshing = null;
let changed = () => undefined;
const tabs = new BroadcastChannel(`session of ${PAGE}`);
tabs.onmessage = ({ data: how }) => {
  access = null;
  changed(how);
};

const database = () =>
  openDB("shell", 1, { upgrade: (created) => void created.createObjectStore(STORE) });

/** The access token that is known, or null. */
export const accessToken = () => access;

/** Use this access token from now on. */
export function useAccess(token) {
  access = token;
}

/** What is kept of this page's session: `{refresh, who}`, or undefined. */
export async function kept() {
  return (await database()).get(STORE, PAGE);
}

/**
 * Keep what is known of the session that goes on. Answers whether it does: another tab may have ended it, or
 * begun another, meanwhile.
 */
export function keep(session) {
  return ifStill(session, (store) => store.put(session, PAGE));
}

/** Keep a session that begins, in all tabs of the page. */
export async function begin(session) {
  await (await database()).put(STORE, session, PAGE);
  tabs.postMessage("another");
}

/** Forget the session on this device, in all tabs of the page. */
export async function forget() {
  await (await database()).delete(STORE, PAGE);
  forgotten("none");
}

function forgotten(how) {
  access = null;
  tabs.postMessage(how);
  changed(how);
}

/** Do this with the kept session if it is still this one, in one step. Answers whether it is. */
async function ifStill({ refresh: own }, work) {
  const step = (await database()).transaction(STORE, "readwrite");
  const isStill = (await step.store.get(PAGE))?.refresh === own;
  if (isStill) await work(step.store);
  await step.done;
  return isStill;
}

/** Call `listener` when the kept session is `"another"`, `"none"`, or `"over"`: nobody here has ended it. */
export function onChanged(listener) {
  changed = listener;
}

/**
 * Get a new access token; one request, however many wait for it. False if there is no session, or if it has
 * ended: then it is forgotten. Throws `NoNetwork`, and `ApiError` while the server cannot tell.
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
  const isOther = (await kept())?.refresh !== session.refresh;
  if (isOther) return access !== null; // somebody has logged in meanwhile, here or in another tab
  const { status, body, headers } = answer;
  if (status === THROTTLED || status >= 500) throw new ApiError(status, body, headers);
  if (status === 200) access = body.access;
  if (status === 401 && (await ifStill(session, (store) => store.delete(PAGE)))) forgotten("over");
  return status === 200;
}
