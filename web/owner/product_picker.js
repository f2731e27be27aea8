/**
 * A product that is chosen by typing words of its name, or its code; below it what a discount makes of its
 * price.
 */
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useRef, useSignal } from "../shell/ui.js";
import { answerIfAny } from "./asking.js";
import { promisedPrices } from "./prices.js";

const SHOWN = 8;
const TYPING_MS = 250;

export function ProductPicker({ id, value, values, onValue, ...told }) {
  const product = useSignal(null);
  const found = useSignal([]);
  const typing = useRef(undefined);
  useEffect(() => {
    if (value === "" || `${product.value?.id}` === value) return undefined;
    let isWanted = true;
    product.value = null;
    answerIfAny(`/api/products/${encodeURIComponent(value)}/`).then((answer) => {
      if (isWanted) product.value = answer?.body ?? null;
    });
    return () => {
      isWanted = false;
    };
  }, [value]);
  useEffect(() => () => clearTimeout(typing.current), []);
  const type = (event) => {
    const search = event.currentTarget.value.trim();
    clearTimeout(typing.current);
    const look = async () => {
      const answer = search === "" ? null : await answerIfAny("/api/products/", { search, limit: SHOWN });
      if (typing.current === own) found.value = answer?.body ?? []; // else more has been typed meanwhile
    };
    const own = setTimeout(look, TYPING_MS);
    typing.current = own;
  };
  const take = (chosen) => () => {
    product.value = chosen;
    found.value = [];
    onValue(`${chosen.id}`);
  };
  if (value !== "") {
    return html`
      <div class="row picked">
        <p class="grow" id=${id} tabindex="-1" ...${told}>
          ${product.value?.name ?? "…"}
          ${product.value && html`<br /><span class="quiet">${pricesOf(product.value, values)}</span>`}
        </p>
        <button type="button" onClick=${() => onValue("")}>${t("picker.other")}</button>
      </div>`;
  }
  return html`
    <input id=${id} type="search" autocomplete="off" placeholder=${t("product.search")} ...${told}
      onInput=${type} />
    <ul class="found">
      ${found.value.map((each) => html`
        <li key=${each.id}><button type="button" onClick=${take(each)}>
          ${each.name} <span class="quiet">${each.sku} · ${shown(cents(each.final_price))}</span>
        </button></li>`)}
    </ul>`;
}

/** The price that is paid, and what is paid with the discount that stands in the form. */
function pricesOf(product, { discount_percent: percent }) {
  const { usual, promised } = promisedPrices(product, percent ?? "");
  if (promised === null) return t("promotion.price", { price: shown(usual) });
  return t("promotion.prices", { before: shown(usual), now: shown(promised) });
}
