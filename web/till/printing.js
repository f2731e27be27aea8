/**
 * Rows on the printer of this device, whichever it is, and its drawer. A printer that does not answer stops
 * nobody: `printProblem` says why.
 *
 * @module
 */

import { device, printProblem } from "./device.js";
import { drawerOpened, printed } from "./escpos.js";
import { printOnPaper } from "./paper.js";
import { NoPrinter, send } from "./serial_printer.js";

/** The columns of a roll, by its width in mm. */
const COLUMNS = { 80: 42, 58: 32 };

/**
 * Print rows. Answers whether a printer was there to take them.
 *
 * @param {(columns: number) => import("./rows.js").Row[]} rowsOf lays them out
 * @param {{drawer?: boolean}} [how] `drawer`: a serial printer opens it first; else its driver decides
 */
export function printRows(rowsOf, { drawer = false } = {}) {
  const { paper, printer, baud } = device.value;
  const rows = rowsOf(COLUMNS[paper]);
  const print = () =>
    printer === "serial" ? send(printed(rows, { drawer }), baud) : printOnPaper(rows, paper);
  return isDone(print);
}

/** Open the drawer where the till can: at a serial printer. */
export async function openDrawer() {
  const { printer, baud } = device.value;
  if (printer === "serial") await isDone(() => send(drawerOpened(), baud));
}

/** Cash comes or goes: open the drawer, if so chosen for the device. */
export async function openForCash() {
  if (device.value.drawer) await openDrawer();
}

async function isDone(work) {
  printProblem.value = null;
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof NoPrinter)) throw error;
    printProblem.value = `print.${error.reason}`;
    return false;
  }
}
