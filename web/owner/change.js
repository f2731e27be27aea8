/** A change since the period before: an arrow and a number, so that colour is not alone. */

import { percent, signed } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { change } from "./figures.js";

const ARROWS = { up: "▲", down: "▼", same: "=" };

/**
 * The change (`▲ 12.5%`, `nuevo`, or `–` where there is nothing to compare), and the difference itself; of a
 * loss before only that, as a share of it misleads.
 * @param {object} props
 * @param {number | null} props.now
 * @param {number | null} props.before
 * @param {number | null} props.percentChanged as the report says it
 * @param {(difference: number) => string} props.written
 * @param {boolean} [props.isLoss] more of it is worse
 */
export function Change({ now, before, percentChanged, written, isLoss = false }) {
  const { kind, ratio, difference } = change(now, before, percentChanged);
  const isTold = kind !== "none" && kind !== "same";
  return html`
    <span class=${`change ${isLoss ? "" : kind}`}>
      ${told(kind, ratio)} ${isTold && html`<span>(${signed(difference, written)})</span>`}
    </span>`;
}

function told(kind, ratio) {
  if (kind === "none") return "–";
  if (kind === "new") return t("change.new");
  return ratio === null ? ARROWS[kind] : `${ARROWS[kind]} ${percent(Math.abs(ratio))}`;
}
