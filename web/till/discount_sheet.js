/**
 * A discount by hand on a line: how much, and why.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { withDiscount } from "./cart.js";
import { typedPercent } from "./discount_rules.js";
import { giveDiscount } from "./discounts.js";
import { useFocus } from "./focus.js";
import { Reason } from "./reasons.js";
import { told } from "./refusals.js";
import { cart, pricesNow } from "./sale.js";
import { Sheet } from "./sheet.js";

const USUAL = ["discount.reason.damaged", "discount.reason.expires", "discount.reason.good_customer"];

export function DiscountSheet({ line, close }) {
  const { product } = line;
  const given = cart.peek().items.find((item) => item.product.id === product.id)?.manual;
  const field = useFocus();
  const typed = useSignal(given ? `${Number(given.percent)}` : "");
  const reason = useSignal(given?.reason ?? "");
  const { problem, isBusy, attempt } = useAttempt(told);
  const percent = typedPercent(typed.value);

  const give = (manual) => isBusy.peek() || attempt(async () => {
    if (await giveDiscount(product.id, manual)) close();
    else problem.value = t("discount.not_approved");
  });
  const submit = (event) => {
    event.preventDefault();
    problem.value = percent === null ? t("discount.wrong") : reason.value.trim() ? "" : t("reason.none");
    if (!problem.value) give({ percent, reason: reason.value.trim() });
  };
  return html`
    <${Sheet} title=${product.name} close=${close}>
      <form class="stack" onSubmit=${submit}>
        <label>${t("discount.percent")}
          <input name="percent" inputmode="decimal" autocomplete="off" ref=${field} value=${typed}
            onInput=${(event) => (typed.value = event.currentTarget.value)} />
        </label>
        <${Price} line=${line} percent=${percent} />
        <${Reason} reason=${reason.value} say=${(text) => (reason.value = text)} usual=${USUAL} />
        <p role="alert" class="problem">${problem}</p>
        <button class="primary large">${t("discount.give")}</button>
        <div class="row">
          ${given && html`<button type="button" onClick=${() => give(null)}>${t("discount.remove")}</button>`}
          <button type="button" class="plain" onClick=${close}>${t("pad.close")}</button>
        </div>
      </form>
    <//>`;
}

/** What a piece costs then; a promotion or a birthday may give as much already. */
function Price({ line, percent }) {
  const priced = (manual) => {
    const { lines } = pricesNow(withDiscount(cart.value, line.product.id, manual));
    return lines.find(({ product }) => product.id === line.product.id);
  };
  const [before, after] = [priced(null), priced(percent && { percent, reason: "" })];
  if (!before) return null;
  const isBeaten = percent !== null && !after.manual;
  return html`
    <p class="row" aria-live="polite">
      <span class="grow">${t(isBeaten ? "discount.beaten" : "discount.piece")}</span>
      ${after.manual && html`<s class="quiet number">${shown(before.unitTotal)}</s>`}
      <strong class="number">${shown(after.unitTotal)}</strong>
    </p>`;
}
