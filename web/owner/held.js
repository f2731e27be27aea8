/**
 * Held sales: their goods are gone and their money is here, but the shop could not book them as they came.
 */

import { ApiError, call } from "../shell/api.js";
import { dateAndTime } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { ItemsInput, PaymentsInput } from "./held_inputs.js";
import { MENDED, isMendable, messagesIn, partToApi, sums } from "./held_sale.js";
import { List } from "./list.js";
import { registerOptions, staffOptions, useNames } from "./names.js";
import { Card, Facts, Head } from "./parts.js";
import { addressOf, go } from "./places.js";
import { Unread, useRecord } from "./record.js";
import { SentTexts } from "./sent_texts.js";
import { worded } from "../shell/told.js";

const REFUSED = 400;

/** What a member is called before the messages about it; the others are about the whole sale. */
const NAMES = {
  items: "held.items", payments: "held.payments", register: "held.register", sold_by: "order.user",
  customer: "order.customer", cash_received: "order.received", seq: "held.seq", sold_at: "held.sold_at",
};

/** What is wrong with a sale, in one line. */
function wrong(errors) {
  const parts = Object.entries(messagesIn(errors)).map(([name, said]) => {
    const told = said.map(worded).join(" ");
    return name in NAMES ? `${t(NAMES[name])}: ${told}` : told;
  });
  return parts.join(" ");
}

/** All that are held, the oldest first. */
export function HeldSales() {
  const { register } = useNames();
  const columns = [
    { name: "at", label: "held.received", cell: (held) => dateAndTime(held.received_at) },
    { name: "register", label: "held.register", minor: true, cell: (held) => register(held.register) },
    { name: "why", label: "held.why", cell: (held) => wrong(held.errors) },
    { name: "total", label: "held.goods", numeric: true, cell: ({ sale }) => sumsTold(sale).goods },
  ];
  return html`
    <p class="quiet">${t("held.told")}</p>
    <${List} path="/api/sync/held/" title=${t("orders.held")} columns=${columns} search=${false}
      empty="held.none" opens=${({ id }) => addressOf("orders", `held-${id}`)} />`;
}

/** One of them: what is wrong, what was sent, and the two ways out: book it, mended or not, or give it up. */
export function HeldSale({ id }) {
  const record = useRecord(`/api/sync/held/?id=${id}`);
  const { register } = useNames();
  const back = addressOf("orders", "held");
  // Sales of the version before lists all of them.
  const held = record.body?.find((each) => each.id === id);
  const head = html`<${Head} back=${back} title=${t("held.one")} />`;
  if (!record.body) return html`${head}<${Unread} record=${record} />`;
  if (!held) return html`${head}<p class="card" role="status">${t("held.settled")}</p>`;
  const leave = () => go(back);
  return html`
    ${head}
    <${Card} title=${t("held.why")} name="why">
      <p class="problem">${wrong(held.errors)}</p>
      <${Facts} facts=${[
        ["held.received", dateAndTime(held.received_at)],
        ["held.register", register(held.register)],
        ["held.goods", sumsTold(held.sale).goods],
        ["held.paid", sumsTold(held.sale).paid],
      ]} />
      ${held.differing?.length > 0 && html`<${SentTexts} differing=${held.differing} />`}
    <//>
    <${Card} title=${t("held.mend")} name="mend"><${Mend} held=${held} leave=${leave} /><//>
    <${Card} title=${t("held.dismiss")} name="dismiss">
      <p class="quiet">${t("held.dismiss_told")}</p>
      <${Dismiss} id=${id} leave=${leave} />
    <//>`;
}

function sumsTold(sale) {
  const { goods, paid } = isMendable(sale) ? sums(sale) : { goods: null, paid: null };
  const told = (cents) => (cents === null ? "–" : shown(cents));
  return { goods: told(goods), paid: told(paid) };
}

/** The options, and what stands there now if it is none of them. */
const withNow = (options, now) =>
  (options.some(([value]) => value === `${now}`) ? options : [[`${now}`, `#${now}`], ...options]);

const parts = { isWide: true, toApi: (rows) => rows.map(partToApi) };
const TEXT = [{ name: "text", label: "held.text", type: "textarea", isWide: true }];

function Mend({ held, leave }) {
  const { sale, register, id } = held;
  if (!isMendable(sale)) {
    const send = ({ all, key }) => retry(id, { sale: readText(all.text) }, key, leave);
    return html`<${Form} fields=${TEXT} values=${{ text: JSON.stringify(sale, null, 2) }} send=${send}
      errorsOf=${(error) => ({ text: Object.values(messagesIn(error.body)).flat() })} submit="held.retry" />`;
  }
  const fields = [
    { name: "items", label: "held.items", Input: ItemsInput, ...parts },
    { name: "payments", label: "held.payments", Input: PaymentsInput, ...parts },
    { name: "register", label: "held.register", options: withNow(registerOptions(), register),
      toApi: Number },
    { name: "sold_by", label: "order.user", options: withNow(staffOptions(), sale.sold_by), toApi: Number },
    { name: "customer", label: "held.customer", type: "number" },
    { name: "cash_received", label: "order.received", type: "money" },
    { name: "seq", label: "held.seq", type: "number" },
    { name: "sold_at", label: "held.sold_at" },
  ];
  const values = {
    ...Object.fromEntries(MENDED.map((name) => [name, `${sale[name] ?? ""}`])),
    items: sale.items, payments: sale.payments ?? [], register: `${register}`,
  };
  const send = ({ changed: { register: drawer = register, ...mended }, key }) =>
    retry(id, { sale: { ...sale, ...mended }, register: drawer }, key, leave);
  return html`
    <${Form} fields=${fields} values=${values} send=${send} errorsOf=${(error) => messagesIn(error.body)}
      submit="held.retry" saved="held.booked" />`;
}

/**
 * Try to book it; answers the way on. If it is held again, the reasons are thrown as the API's refusals are.
 */
async function retry(id, body, key, leave) {
  const { body: result, headers } = await call("POST", `/api/sync/held/${id}/retry/`, { body, key });
  if (result.result === "held") throw new ApiError(REFUSED, result.errors, headers);
  if (result.order === null) return leave;
  return () => go(addressOf("orders", result.order));
}

/** What cannot be read is sent as a text, and held again for that. */
function readText(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

const REASON = [{ name: "reason", label: "held.reason", isRequired: true, isWide: true }];

function Dismiss({ id, leave }) {
  const send = async ({ all, key }) => {
    await call("POST", `/api/sync/held/${id}/dismiss/`, { body: all, key });
    return leave;
  };
  return html`
    <${Form} fields=${REASON} values=${{ reason: "" }} send=${send} submit="held.dismiss" look="danger" />`;
}
