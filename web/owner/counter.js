/** The block "registers and what is pending": asked after the page's first paint, since it counts lists. */
import { dateAndTime } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { owing, troubledTills, withDifference } from "./pending.js";

/** @param {{found: Awaited<ReturnType<import("./pending.js").pending>>}} props */
export function Counter({ found }) {
  const names = namesIn(found);
  const money = (text) => shown(cents(text));
  const parts = [
    ["openShifts", (rows) => rows, (shift) =>
      t("counter.shift", {
        register: shift.register_name,
        who: names.user(shift.opened_by),
        since: dateAndTime(shift.opened_at),
        expected: shift.expected_cash === null ? "–" : money(shift.expected_cash),
      })],
    ["closedShifts", withDifference, (shift) =>
      t("counter.difference", {
        register: shift.register_name, amount: money(shift.difference), at: dateAndTime(shift.closed_at),
      }), "urgent"],
    ["tills", troubledTills, (till) =>
      t("counter.till", {
        register: names.register(till.register),
        unsent: till.unsent ?? 0,
        gaps: till.gaps.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ") || "–",
        at: dateAndTime(till.last_seen),
      }), "urgent"],
    ["held", (rows) => rows, (held) =>
      t("counter.held_sale", {
        register: names.register(held.register), at: dateAndTime(held.received_at),
      }), "urgent"],
    ["flagged", (rows) => rows, (order) =>
      t("counter.flagged_sale", {
        folio: order.ticket_folio, flags: order.flags.map((flag) => t(`flag.${flag}`)).join(", "),
      })],
    ["shortfalls", (rows) => rows, (short) =>
      t("counter.shortfall", { product: short.product_name, quantity: short.quantity })],
    ["overdue", (rows) => rows, (layaway) => layawayTold(layaway, money), "urgent"],
    ["layaways", (rows) => rows, (layaway) => layawayTold(layaway, money)],
    ["debtors", owing, (customer) =>
      t("counter.debtor", {
        customer: `${customer.first_name} ${customer.last_name}`, amount: money(customer.credit_used),
      })],
  ];
  return html`
    <ul class="pending">
      ${parts.map(([name, chosen, told, urgent]) => html`
        <${Part} name=${name} list=${found[name]} chosen=${chosen} told=${told} urgent=${urgent} />`)}
    </ul>`;
}

function Part({ name, list, chosen, told, urgent }) {
  if (list === null) {
    return html`<li><h3>${t(`counter.${name}`)}</h3><p class="problem">${t("error.part")}</p></li>`;
  }
  const rows = chosen(list.rows);
  const count = rows.length === list.rows.length ? list.count : rows.length;
  return html`
    <li>
      <h3>${t(`counter.${name}`)}: <span class=${urgent && count > 0 ? "attention" : ""}>${count}</span></h3>
      ${rows.length > 0 && html`<ul>${rows.slice(0, 5).map((row) => html`<li>${told(row)}</li>`)}</ul>`}
    </li>`;
}

const layawayTold = (layaway, money) =>
  t("counter.layaway", {
    folio: layaway.ticket_folio, customer: layaway.customer_name ?? "–",
    balance: money(layaway.balance), due: layaway.due_date,
  });

/** Names of registers and people by id; an id that no list names is shown as it is. */
function namesIn({ registers, users }) {
  const byId = (list, name) => new Map((list?.rows ?? []).map((row) => [row.id, name(row)]));
  const registerNames = byId(registers, ({ name }) => name);
  const fullName = (user) => [user.first_name, user.last_name].join(" ").trim();
  const userNames = byId(users, (user) => fullName(user) || user.username);
  return {
    register: (id) => registerNames.get(id) ?? `${id}`,
    user: (id) => userNames.get(id) ?? `${id}`,
  };
}
