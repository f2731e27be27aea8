/** The block "registers and what is pending": asked after the page's first paint, since it counts lists. */
import { ago, dateAndTime, day, number, span } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { fullName, person, register } from "./names.js";
import { money, signed } from "./parts.js";
import { SHOWN, troubledTills, withDifference } from "./pending.js";
import { addressOf } from "./places.js";

/**
 * All of it, each part with the way to its list and each row with the way to its thing.
 * @param {{found: Awaited<ReturnType<import("./pending.js").pending>>}} props
 */
export function Counter({ found }) {
  return html`
    <ul class="pending">
      ${PARTS.map((part) => html`<${Part} key=${part.name} ...${part} list=${found[part.name]} />`)}
    </ul>`;
}

const order = (id) => addressOf("orders", id);
const shiftAddress = ({ id }) => addressOf("drawers", `shift-${id}`);

/**
 * `chosen` are the rows that count, `told` says one and `summed` shows all, `href` and `opens` lead to the
 * list and to a row.
 */
const PARTS = [
  { name: "openShifts", href: addressOf("drawers", undefined, { status: "OPEN" }), opens: shiftAddress,
    told: (shift) => t("counter.shift", {
      register: shift.register_name, who: person(shift.opened_by), since: dateAndTime(shift.opened_at),
      expected: money(shift.expected_cash),
    }) },
  { name: "closedShifts", href: addressOf("drawers", undefined, { status: "CLOSED" }), opens: shiftAddress,
    isUrgent: true, chosen: withDifference,
    told: (shift) => t("counter.difference", {
      register: shift.register_name, amount: signed(shift.difference), at: dateAndTime(shift.closed_at),
    }) },
  { name: "tills", href: addressOf("drawers", "registers"), isUrgent: true, chosen: troubledTills,
    opens: (till) => addressOf("drawers", `register-${till.register}`), told: tillTold },
  { name: "held", href: addressOf("orders", "held"), isUrgent: true, opens: ({ id }) => order(`held-${id}`),
    told: (held) => t("counter.held_sale", {
      register: register(held.register), at: dateAndTime(held.received_at),
    }) },
  { name: "flagged", href: addressOf("orders", undefined, { reviewed: "false" }),
    opens: ({ id }) => order(id),
    told: (sale) => t("counter.flagged_sale", {
      folio: sale.ticket_folio, flags: sale.flags.map((flag) => t(`flag.${flag}`)).join(", "),
    }) },
  { name: "shortfalls", href: addressOf("orders", "shortfalls"),
    opens: (short) => (short.order === null ? undefined : order(short.order)),
    told: (short) => t("counter.shortfall", { product: short.product_name, quantity: short.quantity }) },
  { name: "overdue", href: addressOf("orders", "layaways", { overdue: "true" }), isUrgent: true,
    opens: (layaway) => order(layaway.order), told: layawayTold },
  { name: "layaways", href: addressOf("orders", "layaways", { status: "OPEN" }),
    opens: (layaway) => order(layaway.order), told: layawayTold },
  { name: "debtors", href: addressOf("customers", undefined, { ordering: "-credit_used" }),
    opens: ({ id }) => addressOf("customers", id), summed: owedTold,
    told: (customer) => t("counter.debtor", {
      customer: fullName(customer), amount: money(customer.credit_used),
    }) },
];

function Part({ name, href, list, chosen = (rows) => rows, told, opens, isUrgent = false, summed }) {
  const title = t(`counter.${name}`);
  if (list === null) {
    return html`<li><h3><a href=${href}>${title}</a></h3><p class="problem">${t("error.part")}</p></li>`;
  }
  const rows = chosen(list.rows);
  const count = rows.length === list.rows.length ? list.count : rows.length;
  const line = (row) => (opens(row) === undefined ? told(row) : html`<a href=${opens(row)}>${told(row)}</a>`);
  return html`
    <li data-pending=${name}>
      <h3><a href=${href}><span>${title}: <span class=${isUrgent && count > 0 ? "attention" : ""}>
        ${number(count)}</span></span></a></h3>
      ${summed && count > 0 && summed(list)}
      ${rows.length > 0 && html`<ul>${rows.slice(0, SHOWN).map((row) => html`<li>${line(row)}</li>`)}</ul>`}
    </li>`;
}

/** What is the matter with a till, and when it was heard of last. */
function tillTold({ register: id, unsent, gaps, last_seen: seen }) {
  const parts = [
    unsent > 0 && t("counter.till.unsent", { count: number(unsent) }),
    gaps.length > 0 && t("counter.till.gaps", { gaps: gaps.map(span).join(", ") }),
    seen !== null && t("counter.till.seen", { ago: ago(seen) }),
  ];
  return `${register(id)}: ${parts.filter(Boolean).join("; ")}`;
}

function layawayTold(layaway) {
  return t("counter.layaway", {
    folio: layaway.ticket_folio, customer: layaway.customer_name ?? "–",
    balance: money(layaway.balance), due: day(layaway.due_date),
  });
}

/** What all of them owe, and what of it is how old; the oldest catches the eye. */
function owedTold({ total, ages }) {
  const aged = ages.filter(({ amount }) => amount > 0).map(({ from, to, amount }) => {
    const age = to === null ? "old" : from === 0 ? "recent" : "between";
    const told = t(`counter.owed.${age}`, { from, to, after: from - 1, amount: shown(amount) });
    return html`<span class=${age === "old" ? "attention" : ""}>${told}</span>`;
  });
  return html`<p class="sums"><span>${t("counter.owed", { total: shown(total) })}</span>${aged}</p>`;
}
