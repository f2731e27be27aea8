/**
 * Change of cashier: somebody who has worked here is chosen, and types a PIN; an ADMIN or OWNER types
 * the password. The sale on the screen stays, and so does what is unsent.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { logIn, session, takeOver } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, useLayoutEffect, useRef, useSignal } from "../shell/ui.js";
import { cashiers } from "./cashiers.js";
import { focusHome } from "./focus.js";
import { isOnline } from "./network.js";
import { secretTold } from "./refusals.js";
import { OtherSecret, SecretField } from "./secret_field.js";
import { Sheet } from "./sheet.js";

const BY_PIN = "EMPLOYEE";

export function TakeOver({ close }) {
  const others = cashiers.value.filter(({ id }) => id !== session.value.id);
  const chosen = useSignal(others[0] ?? null);
  const secret = useSignal(secretOf(chosen.peek()));
  const { problem, isBusy, attempt } = useAttempt(secretTold);
  const form = useRef(null);
  useLayoutEffect(() => form.current.elements[chosen.value ? "secret" : "user"].focus(), [chosen.value]);

  const leave = () => form.current.closest("dialog").close(); // the focus goes back, and `close` is called
  const choose = (who) => {
    chosen.value = who;
    secret.value = secretOf(who);
    problem.value = "";
  };
  async function submit(event) {
    event.preventDefault();
    const { elements } = form.current;
    const user = chosen.value?.email ?? elements.user.value;
    const isDone = await attempt(async () => {
      await (secret.value === "pin" ? takeOver : logIn)(user, elements.secret.value);
      leave();
      focusHome();
    });
    if (!isDone) elements.secret.select();
  }
  return html`
    <${Sheet} title=${t("cashier.title")} close=${close}>
      <form class="stack" ref=${form} onSubmit=${submit}>
        <div class="choices" role="group" aria-label=${t("cashier.who")}>
          ${[...others, null].map((who) => html`
            <button type="button" key=${who?.id} aria-pressed=${chosen.value?.id === who?.id}
              onClick=${() => choose(who)}>${who?.name ?? t("cashier.other")}</button>`)}
        </div>
        ${chosen.value === null && html`
          <label>${t("cashier.user")}
            <input name="user" autocomplete="off" autocapitalize="none" spellcheck=${false} required />
          </label>`}
        <${SecretField} kind=${secret} />
        <p role="alert" class="problem">${isOnline.value ? problem.value : t("cashier.offline")}</p>
        <button class="primary large"
          disabled=${isBusy.value || !isOnline.value}>${t("cashier.change")}</button>
        <div class="row">
          <${OtherSecret} kind=${secret} />
          <button type="button" class="plain" onClick=${leave}>${t("approval.leave")}</button>
        </div>
      </form>
    <//>`;
}

/** What somebody types first: only an employee gets in by a PIN. */
function secretOf(who) {
  return who === null || who.role === BY_PIN ? "pin" : "password";
}
