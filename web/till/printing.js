/**
 * Rows on the printer of this device, whichever it is. Loaded when something is printed first.
 *
 * @module
 */

import { device } from "./device.js";
import { drawerOpened, printed } from "./escpos.js";
import { printOnPaper } from "./paper.js";
import { send } from "./serial_printer.js";

/** The columns of a roll, by its width in mm. */
const COLUMNS = { 80: 42, 58: 32 };

/**
 * Print rows. Throws `NoPrinter`.
 *
 * @param {(columns: number) => import("./ticket.js").Row[]} rowsOf lays them out
 * @param {{drawer?: boolean}} [how] `drawer`: a serial printer opens it first; else its driver decides
 */
export async function printRows(rowsOf, { drawer = false } = {}) {
  const { paper, printer, baud } = device.value;
  const rows = rowsOf(COLUMNS[paper]);
  if (printer === "serial") await send(printed(rows, { drawer }), baud);
  else printOnPaper(rows, paper);
}

/** Open the drawer where the till can: at a serial printer. Throws `NoPrinter`. */
export async function openDrawer() {
  if (device.value.printer === "serial") await send(drawerOpened(), device.value.baud);
}
