/**
 * Sends the sales of the outbox, one tab at a time, for as long as the till is open.
 *
 * @module
 */

import { ApiError, NoNetwork } from "../shell/api.js";
import { computed, effect, signal } from "../shell/ui.js";
import { ask, isOnline } from "./network.js";
import {
  NO_PAUSE, afterStart, bodyOf, dueNow, forgettable, mayLeave, nextBatch, onTheWay, settled, summary,
} from "./outbox_states.js";
import { register } from "./register.js";
import { addSale, changeEntries, keepEntries, outbox } from "./store.js";

const LOCK = "till: sends the outbox";
const LOOK_EVERY_MS = 1000;
const AGAIN_AFTER_MS = 5000;
const KEPT_DAYS = 8;
const DAY_MS = 86_400_000;

const entries = signal([]);
const tabs = new BroadcastChannel("till: outbox");
let wake = () => undefined;
let pause = NO_PAUSE;

/** The figures of the status line: `{unsent, since, refused, held}`. */
export const figures = computed(() => summary(entries.value));

/** Whether somebody may sign out: not while a sale is unsent. */
export const isEmpty = computed(() => mayLeave(entries.value));

/** The sales that the shop does not have, or holds for a person, in the order of their numbers. */
export const waiting = computed(() =>
  entries.value.filter(({ state }) => state !== "sent").toSorted((one, other) => one.sale.seq - other.sale.seq),
);

/** Read the outbox, and send what it holds. */
export async function openOutbox() {
  entries.value = await outbox();
  tabs.onmessage = changedElsewhere;
  addEventListener("online", () => wake());
  sendWhateverFails();
}

/** Put a sale and its ticket into the outbox. When this returns, it is on the disk; the sender was told. */
export async function keepSale(saleOf, ticket) {
  const entry = await addSale(saleOf, ticket);
  entries.value = [...entries.value, entry];
  tabs.postMessage("changed");
  wake();
  return entry;
}

/** Try everything again at once, for a person who asks for it. In another tab that sends, too. */
export async function sendNow() {
  await changeEntries((found) => dueNow(found.filter(({ notBefore }) => notBefore > 0)));
  tabs.postMessage("send now");
  endPause();
}

async function changedElsewhere({ data }) {
  entries.value = await outbox();
  if (data === "send now") endPause();
  else wake();
}

/** A fault of this page or its disk must not leave sales unsent until somebody reloads: begin again. */
async function sendWhateverFails() {
  for (;;) {
    try {
      await navigator.locks.request(LOCK, sendForEver);
    } catch (error) {
      console.error("the outbox begins again after", error);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

async function sendForEver() {
  const found = await outbox();
  const old = forgettable(found, Date.now() - KEPT_DAYS * DAY_MS);
  await kept(afterStart(found.filter((entry) => !old.includes(entry))), old);
  endPauseWhenOnline();
  for (;;) {
    const woken = new Promise((resolve) => (wake = resolve));
    const batch = pause.until <= Date.now() && register.value ? nextBatch(await outbox(), Date.now()) : [];
    if (batch.length) await sendBatch(batch);
    else await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
  }
}

async function sendBatch(batch) {
  const going = onTheWay(batch);
  await kept(going);
  const answer = await answerTo(bodyOf(going, register.value.id, await outbox()));
  const chance = { now: Date.now(), random: Math.random };
  const { entries: done, pause: next } = settled(going, answer, pause, chance);
  pause = next;
  await kept(done);
}

async function answerTo(body) {
  try {
    return await ask("POST", "/api/sync/sales/", { body });
  } catch (error) {
    if (error instanceof NoNetwork) return { status: null };
    if (!(error instanceof ApiError)) throw error;
    const seconds = Number(error.headers.get("Retry-After"));
    return { status: error.status, body: error.body, retryAfterMs: seconds > 0 ? seconds * 1000 : undefined };
  }
}

async function kept(changed, forgotten = []) {
  await keepEntries(changed, forgotten);
  entries.value = await outbox();
  tabs.postMessage("changed");
}

function endPauseWhenOnline() {
  effect(() => {
    if (isOnline.value) endPause();
  });
}

function endPause() {
  pause = NO_PAUSE;
  wake();
}
