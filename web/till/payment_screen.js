/**
 * How the sale is paid: what remains, notes to tap, other tenders.
 *
 * @module
 */

import { shown, typedCents } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { focusHome, useFocus } from "./focus.js";
import { circumstances, payment, stopPaying, takeCash, takeTender } from "./sale.js";
import { show } from "./screens.js";
import { CARDS, TenderRefused, quickCash, remaining, whyNot, withoutTender } from "./tenders.js";
import { meansName } from "./ticket_words.js";

const OTHERS = [...CARDS, ...["TRANSFER", "VOUCHER", "POINTS", "CREDIT"].map((method) => ({ method }))];

export function Payment() {
  const field = useFocus({ unlessTouched: true });
  const problem = useSignal("");
  const due = remaining(payment.value);

  async function attempt(work) {
    await tried(work);
    if (field.current) focusHome(); // the button of the tender may be disabled now
  }
  async function tried(work) {
    const typed = field.current.value.trim();
    const amount = typed === "" ? null : typedCents(typed);
    problem.value = typed !== "" && amount === null ? t("amount.wrong") : "";
    if (problem.value) return;
    try {
      await work(amount);
      if (field.current) field.current.value = "";
    } catch (error) {
      if (!(error instanceof TenderRefused)) throw error;
      problem.value = t(`tender.not.${error.reason}`);
    }
  }
  const cash = (amount) => takeCash(amount ?? undefined);
  const by = (means) => () => attempt((amount) => takeTender(means, amount));
  const submit = (event) => {
    event.preventDefault();
    attempt(cash);
  };
  return html`
    <form class="stack" onSubmit=${submit}>
      <h2>${t("pay.remaining")}</h2>
      <p class="total number" data-remaining=${due}>${shown(due)}</p>
      <${Taken} />
      <label>${t("pay.amount")}
        <input name="amount" inputmode="decimal" autocomplete="off" ref=${field} />
      </label>
      <p role="alert" class="problem">${problem}</p>
      <div class="notes">
        ${quickCash(due).map((amount) => html`
          <${Note} key=${amount} amount=${amount} isExact=${amount === due} />`)}
      </div>
      <div class="choices">
        <button>${t("method.CASH")}</button>
        ${OTHERS.map((means) => html`
          <${Other} key=${meansName(t, means)} means=${means} take=${by(means)} />`)}
        <${ByExchange} due=${due} take=${by({ method: "EXCHANGE" })} />
        <button type="button" class="plain" onClick=${stopPaying}>${t("pay.back")}</button>
      </div>
    </form>`;
}

/** The tenders so far; each can be taken back, as nobody was charged. */
function Taken() {
  const remove = (id) => (payment.value = withoutTender(payment.value, id));
  return payment.value.tenders.map((tender) => html`
    <p class="row" key=${tender.id}>
      <span class="grow">${meansName(t, tender)}</span><span class="number">${shown(tender.amount)}</span>
      <button type="button" onClick=${() => remove(tender.id)}>${t("pay.remove")}</button>
    </p>`);
}

function Note({ amount, isExact }) {
  return html`
    <button type="button" class=${isExact ? "primary" : ""} onClick=${() => takeCash(amount)}>
      ${isExact ? t("pay.exact", { amount: shown(amount) }) : shown(amount)}
    </button>`;
}

function Other({ means, take }) {
  const reason = whyNot(payment.value, means.method, circumstances.value);
  return html`
    <button type="button" disabled=${reason !== null} onClick=${take}>
      ${meansName(t, means)}${reason && html`<small>${t(`tender.not.${reason}`)}</small>`}
    </button>`;
}

/** Where none is at hand, a slip brings one; what was entered as paid stays meanwhile. */
function ByExchange({ due, take }) {
  const { exchange } = circumstances.value;
  const reason = whyNot(payment.value, "EXCHANGE", circumstances.value);
  const isMissing = reason === "no_exchange";
  return html`
    <button type="button" disabled=${reason !== null && !isMissing}
      onClick=${isMissing ? () => show("exchange") : take}>
      ${t("method.EXCHANGE")}
      <small>${reason ? t(`tender.not.${reason}`) : shown(Math.min(due, exchange.left))}</small>
    </button>`;
}
