/**
 * The button with the cashier's name, which lets another one take over.
 *
 * @module
 */

import { later } from "../shell/page.js";
import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";

const TakeOver = later(async () => (await import("./cashier_sheet.js")).TakeOver);

/** Children say where the cashier is. */
export function ChangeCashier({ children }) {
  const isOpen = useSignal(false);
  return html`
    <button class="plain cashier" title=${t("cashier.title")} onClick=${() => (isOpen.value = true)}>
      <strong>${session.value.name}</strong> <span class="place">${children}</span>
    </button>
    ${isOpen.value && html`<${TakeOver} close=${() => (isOpen.value = false)} />`}`;
}
