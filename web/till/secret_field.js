/**
 * The field in which somebody types a PIN, or a password in its place.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";

/** The field `secret` of a form; the signal `kind` is `pin` or `password`. */
export function SecretField({ kind, field = null }) {
  return html`
    <label>${t(`approval.${kind.value}`)}
      <input name="secret" class="secret" inputmode=${kind.value === "pin" ? "numeric" : "text"}
        autocomplete="off" autocapitalize="none" spellcheck=${false} required ref=${field} />
    </label>`;
}

/** The button that asks for the other kind. */
export function OtherSecret({ kind }) {
  const change = () => (kind.value = kind.value === "pin" ? "password" : "pin");
  return html`<button type="button" onClick=${change}>${t(`approval.not_${kind.value}`)}</button>`;
}
