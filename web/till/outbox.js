/**
 * Sends the sales of the outbox, one tab at a time, for as long as the till is open.
 *
 * @module
 */

import { ApiError, NoNetwork } from "../shell/api.js";
import { session } from "../shell/session.js";
import { computed, effect, signal } from "../shell/ui.js";
import { ask, isOnline, isReachable } from "./network.js";
import { noteNumber } from "./numbers.js";
import {
  NO_PAUSE, afterStart, bodyOf, charged, charging, dueNow, forgettable, givenUp, mayLeave, nextBatch, nextDue,
  onTheWay, queued, seen, settled, summary, voided,
} from "./outbox_states.js";
import { register } from "./register.js";
import { addSale, changeEntries, keepEntries, salesBefore, waitingSales } from "./store.js";

const LOCK = "till: sends the outbox";
/** A tab may be killed before it tells the others what it has kept. */
const LOOK_EVERY_MS = 60_000;
const AGAIN_AFTER_MS = 5000;
const NUMBER_TAKEN = "SEQ_TAKEN";
const KEPT_DAYS = 8;
const DAY_MS = 86_400_000;

/** The sales that are not done with, by their ids: as on the disk, which is read where another tab wrote. */
const waitingById = signal(new Map());
const tabs = new BroadcastChannel("till: outbox");
let wake = () => undefined;
const pause = signal(NO_PAUSE);

const inOrder = computed(() =>
  [...waitingById.value.values()].sort((one, other) => one.sale.seq - other.sale.seq),
);

/** The sales that the shop does not have, or holds for a person, in the order of their numbers. */
export const waiting = computed(() => inOrder.value.filter(({ state }) => state !== "overruled"));

/** The sales that were given up here, although the shop had charged them, until somebody has seen it. */
export const overruled = computed(() => inOrder.value.filter(({ state }) => state === "overruled"));

/** The figures of the status line: `{unsent, since, refused, held}`. */
export const figures = computed(() => summary(waiting.value));

/** Whether the shop had a number of this till already: another device numbers tickets of its register. */
export const isNumberedTwice = signal(false);

/** Why this tab waits before it sends again, as in `Pause`; null: it does not, or another tab sends. */
export const pauseReason = computed(() => pause.value.reason);

/** Whether nothing is unsent, as far as this tab knows. */
export const isEmpty = computed(() => mayLeave(waiting.value));

/** Whether somebody may sign out: not while a sale is unsent, whichever tab has made it. */
export async function isAllSent() {
  await look();
  return isEmpty.value;
}

/** Read the outbox, and send what it holds. */
export async function openOutbox() {
  await look();
  tabs.onmessage = changedElsewhere;
  effect(() => {
    if (isOnline.value && session.value && register.value) endPause();
  });
  addEventListener("online", endPause);
  sendWhateverFails();
}

/**
 * Put a sale and its ticket into the outbox; with `charge` one that the shop has to charge first. When this
 * returns, it is on the disk; the sender has been told.
 */
export async function keepSale(saleOf, { ticket, charge = null }) {
  const entryOf = (sale) => (charge ? charging(sale, charge) : queued(sale));
  const entry = await addSale((seq) => ({ ...entryOf(saleOf(seq)), ticket }));
  noteNumber(register.value.id, entry.sale.seq);
  remember([entry]);
  wake();
  return entry;
}

/** The shop has charged the sale, whose ticket is this. Answers whether it waited for that. */
export function settleCharge(clientId, ticket) {
  return chargeEnded(clientId, (entry) => ({ ...charged(entry), ticket }));
}

/** Somebody gives up a sale that the shop has to charge, for a reason. Answers whether it waited for that. */
export function giveUpCharge(clientId, reason) {
  const why = { at: new Date().toISOString(), reason };
  return chargeEnded(clientId, (entry) => givenUp(entry, why));
}

async function chargeEnded(clientId, next) {
  const isMeant = ({ sale, state }) => sale.client_id === clientId && state === "charging";
  const done = await changeEntries((found) => found.filter(isMeant).map(next));
  remember(done);
  wake();
  return done.length > 0;
}

/** Undo a sale that was never sent. Answers whether it is undone: it may have been sent meanwhile. */
export async function undoSale(clientId, reason) {
  const why = { at: new Date().toISOString(), reason };
  const undone = await changeEntries((found) =>
    found.filter(({ sale }) => sale.client_id === clientId).flatMap((entry) => voided(entry, why) ?? []),
  );
  remember(undone);
  wake();
  return undone.length > 0;
}

/** Somebody has seen that the shop had charged the sale. */
export async function sawOverruled(clientId) {
  const isMeant = ({ sale, state }) => sale.client_id === clientId && state === "overruled";
  remember(await changeEntries((found) => found.filter(isMeant).map(seen)));
}

/** Try everything again at once, for a person who asks for it. In another tab that sends, too. */
export async function sendNow() {
  remember(await changeEntries((found) => dueNow(found.filter(({ notBefore }) => notBefore > 0))));
  tabs.postMessage("send now");
  await isReachable();
  endPause();
}

async function changedElsewhere({ data }) {
  await look();
  await isReachable();
  if (data === "send now") endPause();
  else wake();
}

/** Read what is on the disk. */
async function look() {
  waitingById.value = byId(await waitingSales());
}

/** Know what this tab has kept on the disk, and tell the others to read it. */
function remember(changed) {
  const known = new Map([...waitingById.value, ...byId(changed)]);
  for (const { sale, state } of changed) if (state === "sent") known.delete(sale.client_id);
  waitingById.value = known;
  tabs.postMessage("changed");
}

const byId = (entries) => new Map(entries.map((entry) => [entry.sale.client_id, entry]));

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
  await keepEntries([], forgettable(await salesBefore(Date.now() - KEPT_DAYS * DAY_MS)));
  remember(await changeEntries(afterStart));
  for (;;) {
    const now = Date.now();
    const wait = register.value ? nextDue(sendable(waiting.value), pause.value) - now : Infinity;
    if (wait <= 0) await sendBatch();
    else if (await untilWoken(wait)) await look();
    if (Date.now() < now) await sendNow(); // the clock was set back: what waits would wait too long
  }
}

/** Without a network a sale that was never tried waits untried: so long it can be undone. */
function sendable(entries) {
  return isOnline.peek() ? entries : entries.filter(({ attempts }) => attempts > 0);
}

/** Resolved when somebody wakes the sender, or so many milliseconds later; true if nobody did for long. */
function untilWoken(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(milliseconds, LOOK_EVERY_MS), milliseconds >= LOOK_EVERY_MS);
    wake = () => {
      clearTimeout(timer);
      resolve(false);
    };
  });
}

async function sendBatch() {
  const going = await changeEntries((found) => onTheWay(nextBatch(sendable(found), Date.now())));
  if (!going.length) return look(); // another tab has changed what was due
  remember(going);
  const answer = await answerTo(bodyOf(going, register.value.id, waiting.value));
  const chance = { now: Date.now(), random: Math.random };
  const { entries, pause: next } = settled(going, answer, pause.value, chance);
  pause.value = next;
  if (entries.some(({ result }) => result?.flags.includes(NUMBER_TAKEN))) isNumberedTwice.value = true;
  await keepEntries(entries);
  remember(entries);
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

function endPause() {
  pause.value = NO_PAUSE;
  wake();
}
