/**
 * A field for a reason, and the usual ones to tap.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";

/** `usual` are keys of texts. `reason` is what stands in the field, `say` changes it. */
export function Reason({ reason, say, usual }) {
  return html`
    <label>${t("reason")}
      <input name="reason" autocomplete="off" maxlength="255" value=${reason}
        onInput=${(event) => say(event.currentTarget.value)} />
    </label>
    <div class="choices" role="group" aria-label=${t("reason.usual")}>
      ${usual.map((key) => html`
        <button key=${key} type="button" aria-pressed=${reason === t(key)} onClick=${() => say(t(key))}>
          ${t(key)}
        </button>`)}
    </div>`;
}
