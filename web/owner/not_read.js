/** Says that something could not be read, and reads it again. */
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";

/** @param {{why: string, isOld?: boolean, again: () => void}} props `isOld`: what was read before is shown */
export function NotRead({ why, isOld = false, again }) {
  return html`
    <div role="alert" class="card row">
      <p class="problem grow">${t(isOld ? "error.old" : "error.load", { why })}</p>
      <button onClick=${again}>${t("error.again")}</button>
    </div>`;
}
