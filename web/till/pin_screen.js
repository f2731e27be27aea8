/**
 * One's own PIN: to take a till over, and for supervisors to approve.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { t } from "../shell/texts.js";
import { html, useRef, useSignal } from "../shell/ui.js";
import { useFocus } from "./focus.js";
import { ask } from "./network.js";
import { secretTold } from "./refusals.js";
import { BackToSale } from "./screens.js";

export function OwnPin() {
  const first = useFocus();
  const form = useRef(null);
  const { problem, attempt } = useAttempt(secretTold);
  const done = useSignal(false);

  function submit(event) {
    event.preventDefault();
    const { password, pin, again } = form.current.elements;
    done.value = false;
    problem.value = pin.value === again.value ? "" : t("pin.differs");
    if (!problem.value) attempt(() => keep({ current_password: password.value, pin: pin.value }));
  }
  async function keep(body) {
    await ask("PUT", "/api/users/me/pin/", { body });
    done.value = true;
    form.current.reset();
  }
  return html`
    <form class="card stack narrow" ref=${form} onSubmit=${submit}>
      <h2>${t("deed.pin")}</h2>
      <p class="quiet">${t("pin.why")}</p>
      <label>${t("pin.password")}
        <input name="password" type="password" autocomplete="current-password" required ref=${first} />
      </label>
      ${["pin", "again"].map((name) => html`
        <label key=${name}>${t(`pin.${name}`)}
          <input name=${name} class="secret" inputmode="numeric" autocomplete="off" required />
        </label>`)}
      <p role="alert" class="problem">${problem}</p>
      <p role="status" class="good">${done.value && t("pin.done")}</p>
      <button class="primary">${t("pin.keep")}</button>
      <${BackToSale} />
    </form>`;
}
