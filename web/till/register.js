/**
 * The register that this device stands at, and its shift. Both are kept on the device, so that a till opens
 * and sells without a network.
 *
 * @module
 */

import { ApiError, NoNetwork } from "../shell/api.js";
import { signal } from "../shell/ui.js";
import { ask } from "./network.js";
import { keepSettings, setting } from "./store.js";

const NOT_FOUND = 404;

/** `null`, or `{id, name, series, seq}`; `seq` is the last number known here when the page was opened. */
export const register = signal(null);

/** The open shift of the register, as last heard of; null if there is none. */
export const shift = signal(null);

/** Read the device. */
export async function openRegister() {
  [register.value, shift.value] = [(await setting("register")) ?? null, (await setting("shift")) ?? null];
}

/** The registers that a device can stand at. */
export async function registers() {
  const { body } = await ask("GET", "/api/registers/");
  return body.filter((each) => each.is_active);
}

/** Make this device the till of a register: it goes on with the number after the last one the shop has. */
export async function enrol({ id, name, series }) {
  const { body: rows } = await ask("GET", "/api/sync/registers/");
  const seq = rows.find((row) => row.register === id)?.last_seq ?? 0;
  const enrolled = { id, name, series, seq };
  await keepSettings({ register: enrolled, shift: undefined });
  await navigator.storage?.persist?.();
  register.value = enrolled;
  await refreshShift();
}

/** Ask which shift is open. Without an answer the one that is known stays. */
export async function refreshShift() {
  try {
    const { body } = await ask("GET", "/api/shifts/current/", { query: { register: register.value.id } });
    await keepShift(body);
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return keepShift(null);
    if (!(error instanceof NoNetwork || error instanceof ApiError)) throw error;
    console.info("the shift stays as it is:", error.message);
  }
}

/** Open a shift. Throws `ApiError`, `NoNetwork`. */
export async function openShift(openingCash, key) {
  const body = { register: register.value.id, opening_cash: openingCash };
  await keepShift((await ask("POST", "/api/shifts/", { body, key })).body);
}

async function keepShift(found) {
  await keepSettings({ shift: found ?? undefined });
  shift.value = found;
}
