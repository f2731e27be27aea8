/**
 * A sheet that asks for the reason of what cannot be taken back, and does it.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Reason } from "./reasons.js";
import { told } from "./refusals.js";
import { Sheet } from "./sheet.js";

/** `take` does it, with the reason; `usual` as in `Reason`; nothing is done while it `isOff`. */
export function ReasonSheet({ title, usual, submit, take, isOff = false, close, children }) {
  const reason = useSignal("");
  const { problem, isBusy, attempt } = useAttempt(told);
  const send = (event) => {
    event.preventDefault();
    const why = reason.value.trim();
    if (why) attempt(() => take(why));
    else problem.value = t("reason.none");
  };
  return html`
    <${Sheet} title=${title} close=${close}>
      <form class="stack" onSubmit=${send}>
        ${children}
        <${Reason} reason=${reason.value} say=${(text) => (reason.value = text)} usual=${usual} />
        <p role="alert" class="problem">${problem}</p>
        <button class="primary large" disabled=${isBusy.value || isOff}>${submit}</button>
        <button type="button" class="plain" onClick=${close}>${t("pad.close")}</button>
      </form>
    <//>`;
}
