/**
 * The form that asks for a code, by hand or by the scanner: a ticket, a slip.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { useFocus } from "./focus.js";
import { isOnline } from "./network.js";

/** `title`, `label`, `submit` and `offline` are keys of texts; `take` is called with what is typed. */
export function CodeForm({ name, title, label, submit, offline, problem, take }) {
  const field = useFocus({ unlessTouched: true });
  const send = (event) => {
    event.preventDefault();
    if (field.current.value.trim()) take(field.current.value);
  };
  return html`
    <form class="card stack" onSubmit=${send}>
      <h2>${t(title)}</h2>
      ${!isOnline.value && html`<p class="warn">${t(offline)}</p>`}
      <label>${t(label)}
        <input name=${name} autocomplete="off" autocapitalize="characters" ref=${field} />
      </label>
      <p role="alert" class="problem">${problem}</p>
      <button class="primary">${t(submit)}</button>
    </form>`;
}
