/**
 * The people who have logged in at this device, so that they change by a PIN and reports name them.
 *
 * @module
 */

import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { effect, signal } from "../shell/ui.js";
import { keepSettings, setting } from "./store.js";

const MOST = 12;
const approvers = new Map();

/** `{id, name, email, role}` of each, who came last first. */
export const cashiers = signal([]);

/** Read the device; from now on everybody who logs in is remembered. */
export async function openCashiers() {
  cashiers.value = (await setting("cashiers")) ?? [];
  effect(() => void (session.value && remember(session.value)));
}

/** The name of a person of a report, where this device knows it. */
export function nameOf(id) {
  const known = cashiers.value.find((each) => each.id === id)?.name ?? approvers.get(id);
  return known ?? t("report.person", { id });
}

/** The name of who has approved something here, for the report that names them next. */
export function rememberApprover(id, name) {
  approvers.set(id, name);
}

async function remember(who) {
  const others = cashiers.peek().filter(({ id }) => id !== who.id);
  cashiers.value = [who, ...others].slice(0, MOST);
  await keepSettings({ cashiers: cashiers.value });
}
