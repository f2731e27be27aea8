/**
 * A sheet with a whole number in it, by keys or by touch.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Sheet } from "./sheet.js";

const DIGITS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "0"];

/**
 * The number that is there at first is replaced by the first digit. `remove` stands for none; children are
 * more buttons.
 */
export function Numpad({ title, label, start, done, close, remove, children }) {
  const typed = useSignal("");
  const back = () => (typed.value = typed.value.slice(0, -1));
  const submit = (event) => {
    event.preventDefault();
    const pieces = typed.value === "" ? start : Number(typed.value);
    if (Number.isInteger(pieces)) done(pieces);
  };
  return html`
    <${Sheet} title=${title} close=${close}>
      <form class="stack" onSubmit=${submit}>
        <label>${label}
          <input inputmode="none" autocomplete="off" autofocus placeholder=${start} value=${typed}
            onInput=${(event) => (typed.value = event.currentTarget.value.replace(/\D/g, ""))} />
        </label>
        <div class="pad">
          ${DIGITS.map((digit) => html`
            <button type="button" onClick=${() => (typed.value += digit)}>${digit}</button>`)}
          <button type="button" aria-label=${t("pad.back")} onClick=${back}>⌫</button>
          <button class="primary">${t("pad.done")}</button>
        </div>
        <div class="row filled">
          <button type="button" onClick=${remove}>${t("pad.remove")}</button>
          ${children}
          <button type="button" class="plain" onClick=${close}>${t("pad.close")}</button>
        </div>
      </form>
    <//>`;
}
