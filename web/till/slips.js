/**
 * Slips: what is printed beside the tickets of sales. A report, cash that was moved, a return, an apartado:
 * each has a module that lays its rows out.
 *
 * @module
 */

import { timeZone } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html, painted } from "../shell/ui.js";
import { nameOf } from "./cashiers.js";
import { bootstrap } from "./catalogue.js";
import { device } from "./device.js";
import { printRows } from "./printing.js";
import { ticketDate } from "./ticket_words.js";

/**
 * What a slip says beside its subject.
 *
 * @typedef {object} Words
 * @property {import("./ticket_words.js").Texts} t
 * @property {(id: number) => string} nameOf of a person
 * @property {(at: string | number) => string} dateOf
 * @property {import("./rows.js").Shop} shop
 * @property {number} now
 */

const NAMELESS = { name: "", address: "", rfc: "", footer: "" };

/** The shop, as it stands on all that is printed. */
export const shop = () => bootstrap.value?.shop ?? NAMELESS;

/**
 * A button that prints `of`: `rowsOf(of, columns, words)` lays it out. `name` tells it from others with the
 * same words.
 */
export function Print({ rowsOf, of, name, children = t("slip.print") }) {
  const print = () => printSlip(rowsOf, of);
  return html`<button type="button" aria-label=${name} onClick=${print}>${children}</button>`;
}

/** Somebody has done what `of` says: print it without being asked, where that is chosen for the device. */
export async function printDone(rowsOf, of) {
  if (device.value.print !== "yes") return;
  await painted();
  await printSlip(rowsOf, of);
}

function printSlip(rowsOf, of) {
  return printRows((columns) => rowsOf(of, columns, words()));
}

/** @returns {Words} */
function words() {
  const dateOf = (at) => ticketDate(at, timeZone());
  return { t, nameOf, dateOf, shop: shop(), now: Date.now() };
}
