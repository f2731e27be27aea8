/** A price before tax, and beside it what is paid: whichever is typed, the other follows. */
import { amount, shown, typedCents } from "../shell/money.js";
import { priceBeforeTax } from "../shell/prices.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { paidFor } from "./prices.js";

export function PriceInput({ field, id, value, values, onValue, ...told }) {
  const paid = useSignal(null); // as it is being typed
  const typeBefore = (event) => {
    paid.value = null;
    onValue(event.currentTarget.value);
  };
  const typePaid = (event) => {
    paid.value = event.currentTarget.value;
    const whole = typedCents(paid.value);
    onValue(whole === null ? paid.value : amount(priceBeforeTax(whole, values.tax_rate)));
  };
  const now = paidFor(field.stored, values);
  const isOther = paid.value !== null && now !== null && typedCents(paid.value) !== now;
  return html`
    <div class="pair">
      <input id=${id} name=${field.name} inputmode="decimal" autocomplete="off" aria-required="true"
        ...${told}
        value=${value} onInput=${typeBefore} />
      <label class="paid">${t("product.price_with_tax")}
        <input inputmode="decimal" autocomplete="off" onInput=${typePaid}
          value=${paid.value ?? (now === null ? "" : amount(now))} />
      </label>
    </div>
    ${isOther && html`
      <p role="status" class="warn">${t("product.price_not_reached", { price: shown(now) })}</p>`}`;
}
