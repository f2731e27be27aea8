/**
 * The screen of an exchange: the slip of a return brings it, the sale goes on with it, its rest is paid out.
 *
 * @module
 */

import { attempted } from "../shell/attempt.js";
import { dateAndTime } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { isSupervisor } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect, useSignal } from "../shell/ui.js";
import { CodeForm } from "./code_form.js";
import { PrintProblem } from "./confirmed_screen.js";
import { exchange, putExchangeAway, refreshExchange } from "./exchange.js";
import { again, clear, find, goOn, lookFor, paidOut, payOut, several, unsettled } from "./exchanges.js";
import { useFocus } from "./focus.js";
import { isOnline } from "./network.js";
import { told } from "./refusals.js";
import { payoutRows } from "./return_slip.js";
import { BackToSale, show, useNoScans, useScans } from "./screens.js";
import { Print } from "./slips.js";
import { Unsettled } from "./unsettled.js";

const problem = signal("");

export function Exchange() {
  useScans(scanned);
  useEffect(() => {
    problem.value = "";
    return clear;
  }, []);
  if (unsettled.value) {
    const title = t("exchange.unsettled", { number: unsettled.value.about.id });
    return html`<${Unsettled} deed=${unsettled.value} title=${title} look=${lookFor} again=${again} />`;
  }
  if (paidOut.value) return html`<${PaidOut} returned=${paidOut.value} />`;
  const isOpen = exchange.value !== null && several.value.length === 0;
  return isOpen ? html`<${Open} ...${exchange.value} />` : html`<${Find} />`;
}

function scanned(code) {
  if (!unsettled.peek()) begin(code);
}

function begin(code) {
  return attempt(async () => {
    if (!(await find(code))) problem.value = t("exchange.none", { code });
  });
}

/** Do something, and say why it was not done. */
const attempt = (work) => attempted(work, problem, told);

function Find() {
  return html`
    <section class="stack narrow">
      <${CodeForm} name="slip" title="deed.exchange" label="exchange.slip" submit="exchange.find"
        offline="exchange.offline" problem=${problem} take=${begin} />
      ${several.value.length > 0 && html`<${Several} />`}
      <${BackToSale} />
    </section>`;
}

function Several() {
  const choose = (returned) => () => attempt(() => goOn(returned));
  return html`
    <section class="card stack">
      <h3>${t("exchange.which")}</h3>
      <ul class="lines">
        ${several.value.map((returned) => html`
          <li key=${returned.id}><button class="line" onClick=${choose(returned)}>
            <span class="grow">${t("exchange.of", { number: returned.id })}
              <span class="under quiet">${dateAndTime(returned.created_at)}</span>
            </span>
            <strong class="number">${shown(cents(returned.exchange_left))}</strong>
          </button></li>`)}
      </ul>
    </section>`;
}

function Open({ id, left }) {
  const next = useFocus();
  const isBusy = useSignal(false);
  useNoScans(isBusy.value);
  async function pay() {
    isBusy.value = true;
    await attempt(payOut);
    isBusy.value = false;
    refreshExchange(); // where it was refused, another till has used it
  }
  return html`
    <section class="card stack narrow" data-open-exchange=${id}>
      <h2>${t("exchange.of", { number: id })}</h2>
      <p>${t("return.kept")}</p>
      <p class="total number">${shown(left)}</p>
      <${Offline} />
      <p role="alert" class="problem">${problem}</p>
      <button class="primary large" ref=${next} onClick=${() => show(null)}>${t("exchange.use")}</button>
      ${isSupervisor.value
        ? html`<button disabled=${isBusy.value || !isOnline.value} onClick=${pay}>
            ${t("exchange.pay_out", { amount: shown(left) })}
          </button>`
        : html`<p class="quiet">${t("exchange.who_pays_out")}</p>`}
      <button disabled=${isBusy.value} onClick=${() => attempt(putExchangeAway)}>
        ${t("exchange.put_away")}
      </button>
      <p class="quiet">${t("exchange.kept")}</p>
    </section>`;
}

/** What was left is paid out: the customer gets it, and signs for it. */
function PaidOut({ returned }) {
  const next = useFocus();
  return html`
    <section class="card stack narrow" data-paid-out=${returned.id}>
      <p role="status" class="good">${t("exchange.paid_out", { number: returned.id })}</p>
      <p>${t("return.hand_over")}</p>
      <p class="total number">${shown(cents(returned.payout.amount))}</p>
      <button class="primary" ref=${next} onClick=${() => show(null)}>${t("screen.back")}</button>
      <${Print} rowsOf=${payoutRows} of=${returned} />
      <${PrintProblem} />
    </section>`;
}

function Offline() {
  return !isOnline.value && html`<p class="warn">${t("exchange.offline")}</p>`;
}
