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

/**
 * The field of a form that says which drawer cash comes from or goes to, and what stands in it at first.
 * Where one is open, the cash is of that one, whoever opened it; else of one's own shift, unless one is
 * chosen.
 */
export function drawerField(label) {
  const open = registers.value
    .filter((each) => each.open_shift !== null)
    .map(({ id, name }) => [`${id}`, name]);
  const options = open.length === 1 ? open : [["", t("drawer.own")], ...open];
  const field = { name: "register", label, hint: `${label}_hint`, toApi: Number, options };
  return { field, value: options[0][0] };
}
