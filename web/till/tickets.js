/**
 * Tickets of sales: printed after the sale, and again when somebody asks. What is printed a second time says
 * that it is a copy.
 *
 * @module
 */

import { timeZone } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { bootstrap } from "./catalogue.js";
import { device, printProblem } from "./device.js";
import { ask } from "./network.js";
import { openDrawer, printRows } from "./printing.js";
import { NoPrinter } from "./serial_printer.js";
import { ticketOf, ticketOfOrder } from "./sold_ticket.js";
import { outbox } from "./store.js";
import { tenderName, ticketDate, ticketWords } from "./ticket_words.js";
import { ticketRows, wrapped } from "./ticket.js";

/** The sales that were printed here once. */
const printedOnce = new Set();

const nameOf = (paid) => tenderName(t, paid);
const RULER = "1234567890";
/** As long as the code of a ticket. */
const TEST_CODE = "00000000-0000-0000-0000-000000000000";
const NO_SHOP = { name: "", address: "", rfc: "", footer: "" };

/** A sale of the outbox was confirmed: print it and open the drawer, as was chosen for the device. */
export async function afterSale(entry) {
  const drawer = device.value.drawer && isCash(entry.sale);
  if (device.value.print === "yes") return printSale(entry, { drawer });
  if (drawer) await unlessNoPrinter(openDrawer);
}

/** Print the ticket of a sale of the outbox; if it was printed before, or asked to, as a copy. */
export function printSale(entry, { drawer = false, copy = printedOnce.has(entry.sale.client_id) } = {}) {
  const ticket = ticketOf(entry, {
    shop: bootstrap.value?.shop ?? NO_SHOP,
    dateOf: (at) => ticketDate(at, timeZone()),
    nameOf,
    notice: copy ? t("ticket.copy") : "",
  });
  return unlessNoPrinter(async () => {
    await printRows((columns) => ticketRows(ticket, columns, ticketWords(t)), { drawer });
    printedOnce.add(entry.sale.client_id);
  });
}

/** Print a copy of an order that the shop has. Throws `ApiError`, `NoNetwork`. */
export async function printOrder(order) {
  const { body: shown } = await ask("GET", `/api/orders/${order.id}/ticket/`);
  const ticket = ticketOfOrder(order, shown, { notice: t("ticket.copy"), nameOf });
  await unlessNoPrinter(() => printRows((columns) => ticketRows(ticket, columns, ticketWords(t))));
}

/** Print the last sale of this till: as a copy if it was printed, or is not on the screen. */
export async function printLast(confirmed) {
  const [last] = await soldHere();
  if (last) await printSale(last, confirmed?.seq === last.sale.seq ? {} : { copy: true });
}

/** Print what shows whether paper, letters and code are right. */
export function printTest() {
  const { paper } = device.value;
  const rowsOf = (columns) => [
    { text: t("test.title"), strong: true },
    ...wrapped(t("test.columns", { columns, paper }), columns).map((text) => ({ text })),
    { text: RULER.repeat(columns).slice(0, columns) },
    ...wrapped(t("test.edges"), columns).map((text) => ({ text })),
    ...wrapped(t("test.letters"), columns).map((text) => ({ text })),
    { text: "", qr: TEST_CODE },
  ];
  return unlessNoPrinter(() => printRows(rowsOf));
}

/** The sales on this device that have a ticket, the newest first. */
export async function soldHere() {
  const entries = (await outbox()).filter(({ ticket }) => ticket);
  return entries.sort((one, other) => other.sale.seq - one.sale.seq);
}

function isCash({ payments }) {
  return payments.some((paid) => paid.payment_method === "CASH");
}

async function unlessNoPrinter(work) {
  printProblem.value = null;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NoPrinter)) throw error;
    printProblem.value = `print.${error.reason}`;
  }
}
