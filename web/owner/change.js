/** A change since the period before: an arrow, a sign and a number, so that colour is not alone. */

import { percent } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { change } from "./figures.js";

const ARROWS = { up: "▲", down: "▼", same: "=", new: "▲" };

/** The change in words: `▲ +12.5 %`, `nuevo`, or `–` where there is nothing to compare. */
export function changeTold(now, before) {
  const { kind, ratio } = change(now, before);
  if (kind === "none") return "–";
  if (kind === "new") return t("change.new");
  return `${ARROWS[kind]} ${percent(ratio)}`;
}

/**
 * @param {{now: number, before: number | null, lessIsBetter?: boolean, shown?: (difference: number) => string}} props
 *   `shown` writes the difference itself, for money
 */
export function Change({ now, before, lessIsBetter = false, shown }) {
  const { kind, difference } = change(now, before);
  const grew = kind === "up" || kind === "new";
  const judged = grew || kind === "down" ? (grew === lessIsBetter ? "bad" : "good") : "";
  return html`
    <span class=${`change ${judged}`}>
      ${changeTold(now, before)}
      ${shown && kind !== "none" && kind !== "same" ? html` <small>(${signed(difference, shown)})</small>` : null}
    </span>
  `;
}

function signed(difference, shown) {
  return `${difference < 0 ? "−" : "+"}${shown(Math.abs(difference))}`;
}
