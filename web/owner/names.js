/**
 * Names of people and registers for the ids in the API's answers: asked when a place is opened that shows
 * them.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { signal, useEffect } from "../shell/ui.js";
import { answerIfAny } from "./asking.js";

/** The shop's staff and its registers as the API lists them; empty until they are known. */
export const staff = signal([]);
export const registers = signal([]);

/** Ask for both again, as after one was made or renamed. What cannot be had leaves the names of before. */
export async function askForNames() {
  await Promise.all([[staff, "/api/users/"], [registers, "/api/registers/"]].map(async ([names, path]) => {
    names.value = (await answerIfAny(path))?.body ?? names.value;
  }));
}

/** Names by id, asked for when the screen is shown. */
export function useNames() {
  useEffect(() => void askForNames(), []);
  return { person, register };
}

/** What somebody is called; somebody who is gone has a number in place of a name. */
export const person = (id) => {
  if (id === null || id === undefined) return null;
  const found = staff.value.find((each) => each.id === id);
  return found ? fullName(found) : `#${id}`;
};

/** What a register is called, or its number. */
export const register = (id) => {
  if (id === null || id === undefined) return null;
  return registers.value.find((each) => each.id === id)?.name ?? `#${id}`;
};

/** What people call somebody: their names, else what they log in with. */
export const fullName = (user) => [user.first_name, user.last_name].join(" ").trim() || user.username;

/** `[value, label]` of all that a field or a filter may choose of. */
export const staffOptions = () => staff.value.map((user) => [`${user.id}`, fullName(user)]);
export const registerOptions = () => registers.value.map(({ id, name }) => [`${id}`, name]);

/** `[value, label]` of the drawers that cash comes from or goes to: that of one's own shift, and all open. */
export const drawerOptions = () => {
  const open = registers.value.filter((each) => each.open_shift !== null);
  return [["", t("debt.own_drawer")], ...open.map(({ id, name }) => [`${id}`, name])];
};
