/**
 * The deeds of the menu: which one's screen is shown beside the sale, and what a scan does there.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html, signal, useLayoutEffect } from "../shell/ui.js";

/** In the order of the menu; `deed.<name>` is the text of each. */
export const DEEDS = [
  "parked", "return", "exchange", "layaway", "reprint", "shift", "unsent", "pin", "device",
];

/** The name of the deed whose screen is shown; null for the sale. */
export const screen = signal(null);

/** What scanned codes are for, the latest last. */
const takers = [];

/** Show the screen of a deed, or with null the sale. */
export function show(name) {
  screen.value = name;
}

/** The way back from the screen of a deed. */
export function BackToSale() {
  return html`<button type="button" class="plain" onClick=${() => show(null)}>${t("screen.back")}</button>`;
}

/** What a scanned code is for: what the screen has asked for, else the sale, which is shown then. */
export function scannedFor(sale) {
  return (code) => {
    if (takers.length > 0) return takers.at(-1)(code);
    show(null);
    return sale(code);
  };
}

/** While the component is shown, scanned codes are its own: the return of a ticket, a customer's card. */
export function useScans(take) {
  useLayoutEffect(() => {
    if (take === null) return undefined;
    takers.push(take);
    return () => void takers.splice(takers.lastIndexOf(take), 1);
  }, [take]);
}

/**
 * While the component is shown, and `isBusy`, a scan does nothing: it ends in no field, and takes no screen
 * away.
 */
export function useNoScans(isBusy = true) {
  useScans(isBusy ? ignored : null);
}

const ignored = () => undefined;
