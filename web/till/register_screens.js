/**
 * Before selling: which register this device stands at, and the opening of its shift.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { ago } from "../shell/format.js";
import { amount, typedCents } from "../shell/money.js";
import { useRepeatable } from "../shell/repeats.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect, useSignal } from "../shell/ui.js";
import { bootstrap } from "./catalogue.js";
import { useFocus } from "./focus.js";
import { told } from "./refusals.js";
import { enrol, notOpenedTold, openShift, registers } from "./register.js";
import { useNoScans } from "./screens.js";

/** Somebody has chosen to sell without a shift. */
export const withoutShift = signal(false);

export function Enrol() {
  const found = useSignal(null);
  const { problem, attempt } = useAttempt(told);
  const look = () => attempt(async () => (found.value = await registers()));
  useEffect(() => void look(), []);
  return html`
    <section class="card stack narrow">
      <h2>${t("enrol.title")}</h2>
      <p class="quiet">${t("enrol.why")}</p>
      ${found.value?.map((each) => html`
        <button key=${each.id} onClick=${() => attempt(() => enrol(each))}>
          ${each.name} (${each.series})
          ${each.soldAt && html`
            <span class="under quiet">${t("enrol.used", { ago: ago(each.soldAt) })}</span>`}
        </button>`)}
      ${found.value?.length === 0 && html`<p>${t("enrol.none")}</p>`}
      <p role="alert" class="problem">${problem}</p>
      <button class="plain" onClick=${look}>${t("again")}</button>
    </section>`;
}

export function OpenShift() {
  useNoScans();
  const first = useFocus();
  const { problem, attempt } = useAttempt(notOpenedTold);
  const repeatable = useRepeatable();
  function submit(event) {
    event.preventDefault();
    const cash = typedCents(event.currentTarget.elements.cash.value);
    problem.value = cash === null ? t("amount.wrong") : "";
    if (cash !== null) attempt(() => repeatable(cash, (key) => openShift(amount(cash), key)));
  }
  return html`
    <form class="card stack narrow" onSubmit=${submit}>
      <h2>${t("shift.title")}</h2>
      <label>${t("shift.cash")}
        <input name="cash" inputmode="decimal" autocomplete="off" ref=${first} />
      </label>
      <p role="alert" class="problem">${problem}</p>
      <button class="primary">${t("shift.open")}</button>
      ${!bootstrap.value?.limits.require_open_shift && html`
        <button type="button" class="plain" onClick=${() => (withoutShift.value = true)}>
          ${t("shift.without")}
        </button>`}
    </form>`;
}
