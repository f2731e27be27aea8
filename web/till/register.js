/**
 * The register that this device stands at, and its shift. Both are kept on the device, so that a till opens
 * and sells without a network.
 *
 * @module
 */

import { ApiError, ifAnswered } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { signal } from "../shell/ui.js";
import { ask } from "./network.js";
import { lastNumber } from "./numbers.js";
import { told } from "./refusals.js";
import { changeSetting, keepSettings, setting } from "./store.js";

const NOT_FOUND = 404;
const OWN_SHIFT_OPEN = "own_shift_open";

/** `null`, or `{id, name, series, seq}`; `seq` is the last number known here when the page was opened. */
export const register = signal(null);

/**
 * The open shift of the register, as last heard of; null if there is none. Of somebody else's an employee
 * hears only that there is one: `{id, opened_at: null}`.
 */
export const shift = signal(null);

/**
 * The shop's answer that the shift above has ended elsewhere: the one that is open now, or null. Undefined as
 * long as nothing like it was heard.
 */
export const successor = signal(undefined);

const tabs = new BroadcastChannel("till: register");

/** Counts what is asked and heard of the shift: an answer that newer news has overtaken is dropped. */
let news = 0;

/** Read the device. */
export async function openRegister() {
  tabs.onmessage = look;
  await look();
}

async function look() {
  news += 1;
  register.value ??= (await setting("register")) ?? null;
  shift.value = (await setting("shift")) ?? null;
  successor.value = undefined;
}

/** The registers that a device can stand at; `soldAt` is when a sale of it was last sent, or null. */
export async function registers() {
  const [{ body: found }, tills] = await Promise.all([ask("GET", "/api/registers/"), numbered()]);
  const seen = new Map(tills.map((till) => [till.register, till.last_seen]));
  const active = found.filter((each) => each.is_active);
  return active.map((each) => ({ ...each, soldAt: seen.get(each.id) ?? null }));
}

/**
 * Make this device the till of a register: it goes on with the number after the last that the shop has, or
 * that this device has given. Where another tab has done it meanwhile, that register stays.
 */
export async function enrol({ id, name, series }) {
  const known = (await numbered()).find((till) => till.register === id);
  const seq = Math.max(known?.last_seq ?? 0, lastNumber(id));
  const enrolled = await changeSetting("register", (earlier) => earlier ?? { id, name, series, seq });
  await navigator.storage?.persist?.();
  register.value = enrolled;
  tabs.postMessage("changed");
  await refreshShift();
}

/** Ask which shift is open. Without an answer the one that is known stays. */
export async function refreshShift() {
  const asked = (news += 1);
  await unlessUnanswered(async () => {
    const found = await openNow();
    if (news === asked) await keepShift(found);
  });
}

/** Ask whether the shift that is known is still open; if it is not, its `successor` is known then. */
export async function lookAfterShift() {
  const known = shift.peek();
  if (known === null) return;
  const asked = news;
  await unlessUnanswered(async () => {
    const found = await openNow();
    if (news === asked && found?.id !== known.id) successor.value = found;
  });
}

/** Go over to the successor. */
export async function succeed() {
  await keepShift(successor.peek());
}

/** This shift is closed: there is none until one is opened, which may have happened before this was heard. */
export async function forgetShift({ id }) {
  if (shift.peek()?.id === id) await keepShift(null);
}

/** Open a shift. Throws `ApiError`, `NoNetwork`. */
export async function openShift(openingCash, key) {
  const body = { register: register.value.id, opening_cash: openingCash };
  await keepShift((await ask("POST", "/api/shifts/", { body, key })).body);
}

/**
 * The words for a shift that was not opened: if the person has one open elsewhere, at which register. If this
 * register has one, which was opened elsewhere or whose answer was lost, the till goes on with it.
 */
export async function notOpenedTold(error) {
  if (error instanceof ApiError) await refreshShift();
  const isElsewhere = error instanceof ApiError && error.headers.get("X-Error-Code") === OWN_SHIFT_OPEN;
  const found = isElsewhere ? await unlessUnanswered(ownShift) : null;
  return found ? t("shift.own_open", { register: found.register_name }) : told(error);
}

/** The words for a request about the shift that was refused: an employee does not see that of others. */
export function shiftTold(error) {
  const isOfOthers = error instanceof ApiError && error.status === NOT_FOUND;
  return isOfOthers ? t("shift.of_others") : told(error);
}

async function numbered() {
  return (await ask("GET", "/api/sync/registers/")).body;
}

/** The shift of this register that is open, as this person may see it; null: there is none. */
async function openNow() {
  return (await ownShift(register.value.id)) ?? (await shiftOfOthers());
}

/** What the shop is asked here may fail: the till goes on with the shift that it knows. */
function unlessUnanswered(work) {
  return ifAnswered(work, "the shift stays as it is");
}

/** The person's own shift that is open at a register, or anywhere; null: there is none. */
async function ownShift(id) {
  try {
    return (await ask("GET", "/api/shifts/current/", { query: { register: id } })).body;
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return null;
    throw error;
  }
}

/**
 * After a change of cashier the shift goes on: the one that is known stays as long as it is open. One that is
 * not known may be the person's own, opened since it was asked for.
 */
async function shiftOfOthers() {
  const { body: found } = await ask("GET", "/api/registers/");
  const id = found.find((each) => each.id === register.value.id)?.open_shift ?? null;
  if (id === null) return null;
  if (shift.value?.id === id) return shift.value;
  return (await ownShift(register.value.id)) ?? { id, opened_at: null };
}

async function keepShift(found) {
  news += 1;
  await keepSettings({ shift: found ?? undefined });
  shift.value = found;
  successor.value = undefined;
  tabs.postMessage("changed");
}
