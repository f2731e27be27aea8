/**
 * A sale undone before it was sent: its number is used, no goods and no money have moved for the shop.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { batch, html, useSignal } from "../shell/ui.js";
import { hasCash } from "./drawer.js";
import { voided } from "./outbox_states.js";
import { undoSale } from "./outbox.js";
import { openForCash } from "./printing.js";
import { Reason } from "./reasons.js";
import { told } from "./refusals.js";
import { register } from "./register.js";
import { confirmed } from "./sale.js";
import { Sheet } from "./sheet.js";
import { paidFor, ticketNumber } from "./sold_ticket.js";

const USUAL = ["undo.reason.mistake", "undo.reason.unwanted", "undo.reason.unpaid"];

/** The number on its ticket. */
export const numberOf = ({ seq }) => ticketNumber(register.value.series, seq);

/** Whether it may be undone, as far as is known: it was never sent. */
export const mayUndo = (entry) => voided(entry, { at: "", reason: "" }) !== null;

/** Asks for the reason, and undoes the sale. `done` is told a sentence about what became of it. */
export function UndoSale({ sale, done, close }) {
  const reason = useSignal("");
  const { problem, attempt } = useAttempt(told);
  const total = shown(paidFor(sale));
  function submit(event) {
    event.preventDefault();
    problem.value = reason.value.trim() ? "" : t("reason.none");
    if (!problem.value) attempt(async () => undone(await undoSale(sale.client_id, reason.value.trim())));
  }
  function undone(isUndone) {
    if (isUndone && hasCash(sale.payments)) openForCash();
    batch(() => {
      if (isUndone && confirmed.value?.entry.sale.seq === sale.seq) confirmed.value = null;
      done(t(isUndone ? "undo.done" : "undo.too_late", { number: numberOf(sale), total }));
    });
  }
  return html`
    <${Sheet} title=${t("undo.title", { number: numberOf(sale) })} close=${close}>
      <form class="stack" onSubmit=${submit}>
        <p>${t("undo.what", { total })}</p>
        <${Reason} reason=${reason.value} say=${(text) => (reason.value = text)} usual=${USUAL} />
        <p role="alert" class="problem">${problem}</p>
        <button class="primary large">${t("undo.do", { total })}</button>
        <button type="button" class="plain" onClick=${close}>${t("pad.close")}</button>
      </form>
    <//>`;
}
