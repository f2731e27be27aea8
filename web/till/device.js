/**
 * What was chosen for this device: its paper and printer, when it prints, sounds.
 *
 * @module
 */

import { signal } from "../shell/ui.js";
import { keepSettings, setting } from "./store.js";

/**
 * @typedef {object} Device
 * @property {80 | 58} paper the width of the roll, in mm
 * @property {"yes" | "ask" | "no"} print whether each sale is printed
 * @property {"browser" | "serial"} printer how a ticket gets to the printer
 * @property {number} baud the speed of a serial printer
 * @property {boolean} drawer a serial printer opens the drawer when cash comes or goes
 * @property {boolean} sounds
 */

/** @type {Device} */
const CHOSEN_BY_NOBODY = {
  paper: 80, print: "ask", printer: "browser", baud: 9600, drawer: true, sounds: true,
};

export const device = signal(CHOSEN_BY_NOBODY);

/** Why the printer or its drawer did nothing when it was asked last: the key of a text, or null. */
export const printProblem = signal(null);

/** Read the device. */
export async function openDevice() {
  device.value = { ...CHOSEN_BY_NOBODY, ...(await setting("device")) };
}

/** Choose anew; what is not named stays. */
export async function choose(values) {
  device.value = { ...device.value, ...values };
  await keepSettings({ device: device.value });
}
