/**
 * What is paid now for an apartado: one method or several, and the change.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { shown, typedCents } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useRef, useSignal } from "../shell/ui.js";
import { MEANS, changeOf, paidNow, paymentMembers, proposed, withPart } from "./layaway_rules.js";
import { isOnline } from "./network.js";
import { told } from "./refusals.js";
import { meansName } from "./ticket_words.js";

/**
 * A form that takes between `bounds.least` and `bounds.most`. `take` is told `{payment, total}` and does it;
 * `why` is a sentence if it cannot be taken at all.
 */
export function LayawayPayment({ bounds, label, take, why = "", children }) {
  const form = useRef(null);
  const parts = useSignal([]);
  const received = useSignal("");
  const { problem, isBusy, attempt } = useAttempt(told);
  const paid = paidNow(parts.value);
  const next = proposed(parts.value, bounds);
  const cash = received.value.trim() === "" ? null : typedCents(received.value);
  const change = changeOf(parts.value, cash);
  const takesCash = parts.value.some(({ method }) => method === "CASH");

  function add(means) {
    const field = form.current.elements.amount;
    const more = field.value.trim() === "" ? next : typedCents(field.value);
    const longer = more === null ? null : withPart(parts.value, means, more, bounds);
    problem.value = longer ? "" : t("layaway.wrong", { most: shown(bounds.most - paid) });
    if (!longer) return field.focus();
    parts.value = longer;
    field.value = "";
  }
  const remove = (removed) => (parts.value = parts.value.filter((part) => part !== removed));
  function submit(event) {
    event.preventDefault();
    if (form.current.elements.amount?.value.trim()) return add({ method: "CASH" });
    const counted = takesCash ? cash : null;
    problem.value = "";
    if (paid < bounds.least || paid === 0) problem.value = t("layaway.least", { least: shown(bounds.least) });
    else if (takesCash && (change === null || (received.value.trim() && cash === null))) {
      problem.value = t("layaway.short");
    }
    if (problem.value) return undefined;
    return attempt(() => take({ payment: paymentMembers(parts.value, counted), total: paid }));
  }
  return html`
    <form class="stack" ref=${form} onSubmit=${submit}>
      ${children}
      ${parts.value.map((part) => html`
        <p class="row" key=${meansName(t, part)} data-part=${part.method}>
          <span class="grow">${meansName(t, part)}</span><span class="number">${shown(part.amount)}</span>
          <button type="button" onClick=${() => remove(part)}>${t("pay.remove")}</button>
        </p>`)}
      ${paid < bounds.most && html`
        <label>${t("layaway.amount")}
          <input name="amount" inputmode="decimal" autocomplete="off" placeholder=${shown(next)} />
        </label>
        <div class="choices">
          ${MEANS.map((means) => html`
            <button key=${meansName(t, means)} type="button"
              onClick=${() => add(means)}>${meansName(t, means)}</button>`)}
        </div>`}
      ${takesCash && html`
        <label>${t("layaway.cash_received")}
          <input name="received" inputmode="decimal" autocomplete="off" value=${received.value}
            onInput=${(event) => (received.value = event.currentTarget.value)} />
        </label>`}
      ${takesCash && change > 0 && html`
        <p class="row"><span class="grow">${t("paid.change")}</span><strong>${shown(change)}</strong></p>`}
      <p role="alert" class="problem">${why || problem.value}</p>
      <button class="primary large" disabled=${isBusy.value || !isOnline.value || why !== "" || paid === 0}>
        ${label(shown(paid))}
      </button>
    </form>`;
}
