/**
 * Tickets of sales: printed after the sale, and again when somebody asks. What is printed a second time says
 * that it is a copy.
 *
 * @module
 */

import { timeZone } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { painted } from "../shell/ui.js";
import { device } from "./device.js";
import { hasCash } from "./drawer.js";
import { ask } from "./network.js";
import { openForCash, printRows } from "./printing.js";
import { wrapped } from "./rows.js";
import { shop } from "./slips.js";
import { ticketOf, ticketOfOrder } from "./sold_ticket.js";
import { outbox } from "./store.js";
import { noticeOf, tenderName, ticketDate, ticketWords } from "./ticket_words.js";
import { ticketRows } from "./ticket.js";

/** The sales that were printed here once. */
const printedOnce = new Set();

const wasPrinted = ({ sale }) => printedOnce.has(sale.client_id);
const nameOf = (paid) => tenderName(t, paid);
const RULER = "1234567890";
/** As long as the code of a ticket. */
const TEST_CODE = "00000000-0000-0000-0000-000000000000";

/** A sale of the outbox was confirmed: print it and open the drawer, as was chosen for the device. */
export async function afterSale(entry) {
  await painted(); // a printer's dialog would hide it
  const takesCash = hasCash(entry.sale.payments);
  if (device.value.print === "yes") await printSale(entry, { drawer: device.value.drawer && takesCash });
  else if (takesCash) await openForCash();
}

/** Print the ticket of a sale of the outbox; if it was printed before, or asked to, as a copy. */
export async function printSale(entry, { drawer = false, copy = wasPrinted(entry) } = {}) {
  const ticket = ticketOf(entry, {
    shop: shop(),
    dateOf: (at) => ticketDate(at, timeZone()),
    nameOf,
    notice: noticeOf(t, entry.sale, copy),
  });
  const isPrinted = await printRows((columns) => ticketRows(ticket, columns, ticketWords(t)), { drawer });
  if (isPrinted) printedOnce.add(entry.sale.client_id);
}

/** Print a copy of an order that the shop has. Throws `ApiError`, `NoNetwork`. */
export async function printOrder(order) {
  const { body: shown } = await ask("GET", `/api/orders/${order.id}/ticket/`);
  const ticket = ticketOfOrder(order, shown, { notice: t("ticket.copy"), nameOf });
  await printRows((columns) => ticketRows(ticket, columns, ticketWords(t)));
}

/** Print the sale that is confirmed on the screen; without one a copy of the last sale of this till. */
export async function printLast(confirmed) {
  if (confirmed) return printSale(confirmed.entry);
  const [last] = await soldHere();
  if (last) await printSale(last, { copy: true });
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
  return printRows(rowsOf);
}

/** The sales on this device that have a ticket, the newest first. */
export async function soldHere() {
  const entries = (await outbox()).filter(({ ticket }) => ticket);
  return entries.sort((one, other) => other.sale.seq - one.sale.seq);
}
