/** A change since the period before: an arrow and a number, so that colour is not alone. */

import { percent } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { change } from "./figures.js";

const ARROWS = { up: "▲", down: "▼", same: "=", new: "▲" };

/** The change in words: `▲ 12.5 %`, `nuevo`, or `–` where there is nothing to compare. */
export function changeTold(now, before) {
  const { kind, ratio } = change(now, before);
  if (kind === "none") return "–";
  if (kind === "new") return t("change.new");
  return `${ARROWS[kind]} ${percent(Math.abs(ratio))}`;
}

/**
 * The change, and the difference itself.
 * @param {{now: number, before: number | null, written: (difference: number) => string}} props
 */
export function Change({ now, before, written }) {
  const { kind, difference } = change(now, before);
  const isTold = kind !== "none" && kind !== "same";
  const sign = difference < 0 ? "−" : "+";
  return html`
    <span class=${`change ${kind}`}>
      ${changeTold(now, before)} ${isTold && html`<span>(${sign}${written(Math.abs(difference))})</span>`}
    </span>`;
}
