/**
 * A sale undone before it was sent: its number is used, no goods and no money have moved for the shop.
 *
 * @module
 */

import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { batch, html } from "../shell/ui.js";
import { hasCash } from "./drawer.js";
import { voided } from "./outbox_states.js";
import { undoSale } from "./outbox.js";
import { openForCash } from "./printing.js";
import { ReasonSheet } from "./reason_sheet.js";
import { confirmed } from "./sale.js";
import { numberOf, paidFor } from "./sold_ticket.js";

const USUAL = ["undo.reason.mistake", "undo.reason.unwanted", "undo.reason.unpaid"];

/** Whether it may be undone, as far as is known: it was never sent. */
export const mayUndo = (entry) => voided(entry, { at: "", reason: "" }) !== null;

/** Asks for the reason, and undoes the sale. `done` is told a sentence about what became of it. */
export function UndoSale({ entry, done, close }) {
  const { sale } = entry;
  const total = shown(paidFor(sale));
  async function undo(reason) {
    const isUndone = await undoSale(sale.client_id, reason);
    if (isUndone && hasCash(sale.payments)) openForCash();
    batch(() => {
      if (isUndone && confirmed.value?.entry.sale.seq === sale.seq) confirmed.value = null;
      done(t(isUndone ? "undo.done" : "undo.too_late", { number: numberOf(entry), total }));
    });
  }
  return html`
    <${ReasonSheet} title=${t("undo.title", { number: numberOf(entry) })} usual=${USUAL}
      submit=${t("undo.do", { total })} take=${undo} close=${close}>
      <p>${t("undo.what", { total })}</p>
    <//>`;
}
