/**
 * The screen of a return: a ticket is found, then what comes back is chosen, then the money is given back.
 *
 * @module
 */

import { attempted } from "../shell/attempt.js";
import { dateAndTime } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect, useSignal } from "../shell/ui.js";
import { CodeForm } from "./code_form.js";
import { PrintProblem } from "./confirmed_screen.js";
import { waiting } from "./outbox.js";
import { told } from "./refusals.js";
import { Draft } from "./return_draft.js";
import { Receipt } from "./return_receipt.js";
import {
  clear, draft, find, lookFor, made, makeAgain, takeScanned, unsentSale, unsettled,
} from "./returning.js";
import { BackToSale, useScans } from "./screens.js";
import { numberOf, paidFor } from "./sold_ticket.js";
import { lastSales } from "./store.js";
import { Unsettled } from "./unsettled.js";
import { UndoSale, mayUndo } from "./undo_sale.js";

const LAST = 5;
const AT_THE_SHOP = ["sent", "overruled"];

const problem = signal("");

export function Return() {
  useScans(scanned);
  useEffect(() => {
    problem.value = "";
    return clear;
  }, []);
  if (unsettled.value) {
    const title = t("return.unsettled", { ticket: unsettled.value.about.ticket });
    return html`<${Unsettled} deed=${unsettled.value} title=${title} look=${lookFor} again=${makeAgain} />`;
  }
  if (made.value) return html`<${Receipt} ...${made.value} again=${clear} />`;
  return draft.value ? html`<${Draft} />` : html`<${Find} />`;
}

function scanned(code) {
  if (!unsettled.peek() && !takeScanned(code)) begin(code);
}

/** Find the ticket, and show what can come back of it. */
export function begin(ticket) {
  return attempted(async () => {
    if (!(await find(ticket))) problem.value = t("return.unknown", { ticket });
  }, problem, told);
}

function Find() {
  return html`
    <section class="stack narrow">
      <${CodeForm} name="ticket" title="deed.return" label="return.ticket" submit="return.find"
        offline="return.offline" problem=${problem} take=${begin} />
      <${LastSales} />
      <${BackToSale} />
    </section>`;
}

/** The last sales of this device: those that were sent can come back, those that never were can be undone. */
function LastSales() {
  const last = useSignal([]);
  const undone = useSignal(null);
  const said = useSignal("");
  useEffect(() => void lastSales(LAST).then((found) => (last.value = found)), [waiting.value]);
  const found = unsentSale.value;
  const entries = last.value.filter(({ sale }) => sale.client_id !== found?.sale.client_id);
  const undo = (entry) => (undone.value = entry);
  const close = () => undo(null);
  const done = (sentence) => {
    close();
    unsentSale.value = null;
    said.value = sentence;
  };
  return html`
    <p role="status" class=${said.value ? "card good" : "unseen"}>${said}</p>
    <${PrintProblem} />
    ${found && html`
      <section class="card stack">
        <p class="warn">${t(mayUndo(found) ? "return.unsent" : "return.on_its_way")}</p>
        <ul class="lines"><${OwnSale} entry=${found} undo=${undo} /></ul>
      </section>`}
    ${entries.length > 0 && html`
      <section class="card stack">
        <h3>${t("return.last")}</h3>
        <ul class="lines">
          ${entries.map((entry) => html`
            <${OwnSale} key=${entry.sale.client_id} entry=${entry} undo=${undo} />`)}
        </ul>
      </section>`}
    ${undone.value && html`<${UndoSale} entry=${undone.value} done=${done} close=${close} />`}`;
}

function OwnSale({ entry, undo }) {
  const { sale, state } = entry;
  return html`
    <li class="row ticket" data-own=${sale.seq}>
      <span class="grow">
        <strong>${numberOf(entry)}</strong> <span class="quiet">${dateAndTime(sale.sold_at)}</span>
      </span>
      <span class="number">${shown(paidFor(sale))}</span>
      ${deedOf()}
    </li>`;

  function deedOf() {
    if (sale.voided_at) return html`<span class="quiet">${t("undo.undone")}</span>`;
    if (mayUndo(entry)) {
      return html`<button type="button" onClick=${() => undo(entry)}>${t("undo.begin")}</button>`;
    }
    if (!AT_THE_SHOP.includes(state)) return html`<span class="quiet">${t(`unsent.${state}`)}</span>`;
    return html`<button type="button" onClick=${() => begin(sale.client_id)}>${t("return.begin")}</button>`;
  }
}
