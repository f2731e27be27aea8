/** The apartado of an order: what was paid, what is left, and its end. */

import { call } from "../shell/api.js";
import { dateAndTime, day } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { drawerField, useNames } from "./names.js";
import { LayawayMark } from "./order_marks.js";
import { Card, Facts, PartsTable, money } from "./parts.js";
import { Unread, useRecord } from "./record.js";

const REASON = { name: "reason", label: "layaway.reason", isRequired: true, isWide: true };

/** `onChange` is called when it was cancelled. */
export function Layaway({ id, onChange }) {
  const record = useRecord(`/api/layaways/${id}/`);
  const { person } = useNames();
  if (!record.body) return html`<${Unread} record=${record} />`;
  const layaway = record.body;
  const cancel = async ({ all, key }) => {
    record.take(await call("POST", `/api/layaways/${id}/cancel/`, { body: all, key }));
    onChange();
  };
  const isOpen = layaway.status === "OPEN";
  const drawer = drawerField("payout.register");
  const refunds = layaway.refunds.map(
    ({ payment_method: method, amount }) => `${t(`method.${method}`)} ${money(amount)}`,
  );
  const paid = layaway.payments.map((part) => [
    dateAndTime(part.created_at), t(`method.${part.payment_method}`), person(part.user), money(part.amount),
  ]);
  return html`
    <${Card} title=${t("layaway.title")} name="layaway">
      <${Facts} facts=${[
        ["order.status", html`<${LayawayMark} layaway=${layaway} />`],
        ["layaway.balance", isOpen ? html`<strong>${money(layaway.balance)}</strong>` : undefined, "balance"],
        ["layaway.paid", money(layaway.paid)],
        ["layaway.due", isOpen ? day(layaway.due_date) : undefined],
        ["layaway.reason", layaway.cancel_reason ?? undefined],
        ["layaway.fee", layaway.fee === null ? undefined : money(layaway.fee)],
        ["return.method", refunds.join(", ") || undefined, "refunds"],
      ]} />
      <${PartsTable} title=${t("layaway.payments")} cells=${paid} numericFrom=${3} minor=${[2]}
        headings=${["order.at", "methods.name", "order.user", "methods.amount"]} />
      ${isOpen && html`
        <details>
          <summary>${t("layaway.cancel")}</summary>
          <p class="quiet">${t("layaway.cancel_told")}</p>
          <${Form} fields=${[REASON, drawer.field]} values=${{ reason: "", register: drawer.value }}
            send=${cancel} submit="layaway.cancel" look="danger" />
        </details>`}
    <//>`;
}
