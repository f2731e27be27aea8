/**
 * Printing after a sale, and of the last ticket by a key. The modules that print are loaded then.
 *
 * @module
 */

import { effect } from "../shell/ui.js";
import { device, printProblem } from "./device.js";
import { confirmed } from "./sale.js";

/** Prints the last ticket. */
export const PRINT_KEY = "F8";

/** From now on, print confirmed sales and open the drawer, as was chosen for the device. */
export function followSales() {
  effect(() => {
    if (confirmed.value) printed(confirmed.value.entry);
  });
}

/** Print the ticket of the last sale of this till. */
export async function printLast() {
  const tickets = await import("./tickets.js");
  await tickets.printLast(confirmed.peek());
}

async function printed(entry) {
  printProblem.value = null;
  const { print, printer } = device.peek();
  if (print !== "yes" && printer !== "serial") return;
  const { afterSale } = await import("./tickets.js");
  await afterSale(entry);
}
