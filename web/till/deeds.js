/**
 * Deeds that only the shop can do, each once: a return, a payment of an apartado. A deed is on the device's
 * disk, with its `Idempotency-Key`, before it is sent, and stays there until it is known what became of it:
 * neither a lost answer nor a page that died makes anybody do it twice.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { isOutcome } from "../shell/outcomes.js";
import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { computed, effect, signal } from "../shell/ui.js";
import { approved } from "./approval.js";
import { choicesOf } from "./deed_rules.js";
import { ask } from "./network.js";
import { notice } from "./notice.js";
import { told } from "./refusals.js";
import { screen, show } from "./screens.js";
import { changeSetting, setting } from "./store.js";

/** @typedef {import("./deed_rules.js").Deed} Deed */

const KEPT_AS = "deeds";

const deeds = signal([]);

/** The deed of a screen of which nobody knows yet what became of it; null: none. */
export const unsettledOf = (name) => computed(() => deeds.value.find((deed) => deed.name === name) ?? null);

/** Read the device. Answers the name of the screen that has to settle something; null: none has. */
export async function openDeeds() {
  deeds.value = (await setting(KEPT_AS)) ?? [];
  return deeds.value[0]?.name ?? null;
}

/** A deed of who is logged in, to be done by `perform`. */
export function deedOf(name, path, body, about) {
  const now = Date.now();
  return { key: crypto.randomUUID(), name, path, body, about, by: session.peek().id, at: now, sentAt: now };
}

/**
 * Do a deed, or do it again with the same key: once, in any case. Answers the body of the shop's answer.
 *
 * Throws `ApiError` and `NoNetwork`; unless it is refused for good, `unsettledOf` shows it then, and its
 * screen is shown. A refusal is told beside the sale if its screen was left meanwhile.
 *
 * @param {Deed} deed
 * @param {{subject?: string | number, limit?: string}} [approval] what somebody else may have to approve
 */
export async function perform(deed, { subject, limit } = {}) {
  const sent = { ...deed, sentAt: Date.now() };
  const send = (approval) => ask("POST", deed.path, { body: deed.body, key: deed.key, approval });
  await changeSetting(KEPT_AS, (kept = []) => [...without(kept, deed), sent]);
  let isLeft = false; // also by somebody who is there again: what was on it is gone
  const unwatch = effect(() => void (isLeft ||= screen.value !== deed.name));
  try {
    const { body } = await (subject === undefined ? send() : approved(send, subject, limit));
    await settle(deed);
    return body;
  } catch (error) {
    if (error instanceof ApiError && isOutcome(error.status)) {
      await settle(deed);
      if (isLeft) tell(deed, error);
    } else unsettle(sent);
    throw error;
  } finally {
    unwatch();
  }
}

function tell(deed, error) {
  notice.value = { key: "deed.refused", values: { deed: t(`deed.${deed.name}`), why: told(error) } };
}

function unsettle(deed) {
  deeds.value = [...without(deeds.value, deed), deed];
  show(deed.name);
}

/** What may be done now about a deed whose answer was lost, and that the shop does not show. */
export const choicesFor = (deed) => choicesOf(deed, { caller: session.peek().id, now: Date.now() });

/** It is known what became of the deed. */
export async function settle(deed) {
  await changeSetting(KEPT_AS, (kept = []) => without(kept, deed));
  deeds.value = without(deeds.value, deed);
}

const without = (kept, deed) => kept.filter(({ key }) => key !== deed.key);
