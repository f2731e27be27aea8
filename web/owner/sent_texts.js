/** The texts that tills have sent of one sale, for a person who compares them. */

import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";

/** The text that was `booked`, if one was, and the others that came for the same sale. */
export function SentTexts({ booked, differing }) {
  const part = (label, text) => html`
    <h4>${t(label)}</h4>
    <pre class="text" tabindex="0">${JSON.stringify(text, null, 2)}</pre>`;
  return html`
    <details>
      <summary>${t("review.sent")}</summary>
      ${booked !== undefined && part("review.booked", booked)}
      ${differing.map((text) => part("review.not_booked", text))}
    </details>`;
}
