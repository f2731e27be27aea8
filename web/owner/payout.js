/** What is left of an exchange is paid out in cash, of a drawer whose shift is open or of none. */

import { call } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { drawerField } from "./names.js";

/** `id` is the return's; `paid` is called when it was paid out. */
export function Payout({ id, paid }) {
  const drawer = drawerField("payout.register");
  const send = async ({ all, key }) => {
    await call("POST", `/api/returns/${id}/payout/`, { body: all, key });
    paid();
  };
  return html`
    <details data-deed="payout">
      <summary>${t("payout.pay")}</summary>
      <${Form} fields=${[drawer.field]} values=${{ register: drawer.value }} send=${send}
        submit="payout.pay" />
    </details>`;
}
