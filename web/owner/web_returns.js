/** The returns of the web shop: what buyers ask to send back, what is decided, and where the goods go. */

import { call } from "../shell/api.js";
import { dateAndTime } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { List } from "./list.js";
import { optionsOf } from "./options.js";
import { Card, Facts, Head, PartsTable, Tag } from "./parts.js";
import { addressOf } from "./places.js";
import { Unread, useRecord } from "./record.js";
import { price } from "./web_orders.js";

/** What may follow each state; nothing follows the last ones. */
const NEXT = { requested: ["approved", "rejected"], approved: ["processed"], rejected: [], processed: [] };
const TONES = { requested: "warn", approved: "", rejected: "bad", processed: "good" };
const DISPOSITIONS = ["restock", "discard"];

const goesTo = (disposition) => t(`disposition.${disposition.toUpperCase()}`);

const Status = ({ status }) => html`<${Tag} tone=${TONES[status]}>${t(`web.return.${status}`)}<//>`;

/** The list, the newest first. */
export function WebReturns() {
  const columns = [
    { name: "id", label: "return.short", cell: ({ id }) => `${id}` },
    { name: "at", label: "order.at", cell: (each) => dateAndTime(each.created_at) },
    { name: "buyer", label: "web.buyer", minor: true, cell: ({ username }) => username },
    { name: "reason", label: "return.reason", minor: true, cell: ({ reason }) => reason },
    { name: "amount", label: "return.amount", numeric: true, cell: (each) => price(each.total_refund) },
    { name: "status", label: "order.status", cell: (each) => html`<${Status} ...${each} />` },
  ];
  const options = optionsOf("web.return", Object.keys(NEXT));
  const statuses = { name: "status", label: "order.status", options };
  return html`
    <${List} path="/sales/returns" title=${t("orders.web-returns")} columns=${columns} filters=${[statuses]}
      search=${false} rowsIn=${({ returns }) => returns} empty="returns.none"
      opens=${({ id }) => addressOf("orders", `return-${id}`)} />`;
}

/** One return with its goods, and the decision about it. */
export function WebReturn({ id }) {
  const record = useRecord(`/sales/returns/${id}`);
  const back = addressOf("orders", "web-returns");
  const title = t("web.return.one", { id });
  if (!record.body) return html`<${Head} back=${back} title=${title} /><${Unread} record=${record} />`;
  const found = record.body;
  const order = found.order_id;
  const goods = found.items.map((item) => [
    item.product_name, item.reason, goesTo(item.disposition), item.quantity, price(item.refund_amount),
  ]);
  return html`
    <${Head} back=${back} title=${title}><${Status} ...${found} /><//>
    <div class="blocks">
      <${Card} title=${t("order.facts")} name="facts">
        <${Facts} facts=${[
          ["order.at", dateAndTime(found.created_at)],
          ["web.buyer", found.username],
          ["web.number", html`<a href=${addressOf("orders", `web-${order}`)}>${order}</a>`],
          ["return.amount", html`<strong>${price(found.total_refund)}</strong>`, "total"],
          ["web.return.notes", found.admin_notes ?? undefined],
        ]} />
      <//>
      ${NEXT[found.status].length > 0 && html`
        <${Card} title=${t("web.return.decision")} name="decision"><${Decision} record=${record} /><//>`}
    </div>
    <${Card} title=${t("return.items")} name="goods">
      <${PartsTable} title=${t("return.items")} cells=${goods} numericFrom=${3} minor=${[2]}
        headings=${["line.product", "return.reason", "return.disposition", "line.quantity",
          "return.amount"]} />
    <//>`;
}

function Decision({ record: { path, body, again } }) {
  const { status, admin_notes: notes, items } = body;
  const fields = [
    { name: "status", label: "order.status", options: optionsOf("web.return", [status, ...NEXT[status]]) },
    { name: "admin_notes", label: "web.return.notes", type: "textarea", hint: "web.return.notes_hint" },
    { name: "items", label: "web.return.goods", Input: Goods, isWide: true, toApi: (goods) =>
      goods.map(({ product_id: product, disposition }) => ({ product_id: product, disposition })) },
  ];
  const send = async ({ changed, key }) => {
    await call("PUT", path, { body: changed, key });
    again();
  };
  return html`
    <${Form} key=${status} fields=${fields} send=${send}
      values=${{ status, admin_notes: notes ?? "", items }} />`;
}

/** Where the pieces of each product go. */
function Goods({ id, value: items, onValue }) {
  const send = (at) => (event) => {
    const disposition = event.currentTarget.value;
    onValue(items.map((item, place) => (place === at ? { ...item, disposition } : item)));
  };
  return html`
    <div class="stack" id=${id} role="group">
      ${items.map(({ product_id: product, product_name: name, disposition }, at) => html`
        <label key=${product}>${name}
          <select value=${disposition} onChange=${send(at)}>
            ${DISPOSITIONS.map((each) => html`
              <option value=${each} selected=${each === disposition}>${goesTo(each)}</option>`)}
          </select>
        </label>`)}
    </div>`;
}
