/** The place of the registers and their shifts: who has which drawer, and what was found in it. */

import { call } from "../shell/api.js";
import { dateAndTime } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form, shownIn } from "./form.js";
import { List } from "./list.js";
import { askForNames, registerOptions, staffOptions, useNames } from "./names.js";
import { optionsOf } from "./options.js";
import { Card, Difference, Head, Tabs, Tag, money } from "./parts.js";
import { addressOf, go } from "./places.js";
import { Unread, useRecord } from "./record.js";
import { Shift } from "./shift.js";

const TABS = [[undefined, "drawers.shifts"], ["registers", "drawers.registers"]];
const ONE = /^(?<kind>shift|register)-(?<id>\d+|new)$/;

/** `part` is `registers`, or one thing: `shift-7`, `register-2`, `register-new`. */
export function Drawers({ part }) {
  const { kind, id } = ONE.exec(part ?? "")?.groups ?? {};
  if (kind) {
    const One = kind === "shift" ? Shift : Register;
    return html`<main class="owner"><${One} key=${part} id=${id} /></main>`;
  }
  const isRegisters = part === "registers";
  return html`
    <main class="owner">
      <${Tabs} name="drawers" label="place.drawers" tabs=${TABS} current=${isRegisters ? part : undefined} />
      ${isRegisters ? html`<${Registers} />` : html`<${Shifts} />`}
    </main>`;
}

/** @param {{fixed?: object, prefix?: string}} props of one register only, in a place with other lists */
function Shifts({ fixed = {}, prefix = "" }) {
  const { person } = useNames();
  const columns = [
    { name: "at", label: "shift.opened_at", ordering: "opened_at",
      cell: (shift) => dateAndTime(shift.opened_at) },
    { name: "register", label: "held.register", cell: (shift) => shift.register_name },
    { name: "user", label: "shift.opened_by", minor: true, cell: (shift) => person(shift.opened_by) },
    { name: "z", label: "shift.z", numeric: true, minor: true, cell: ({ z_number: z }) => z ?? "–" },
    { name: "expected", label: "shift.expected", numeric: true, minor: true,
      cell: (shift) => money(shift.expected_cash) },
    { name: "difference", label: "shift.difference", numeric: true,
      cell: (shift) => (shift.status === "OPEN" ? html`<${Tag} tone="warn">${t("shift.OPEN")}<//>`
        : html`<${Difference} of=${shift.difference} />`) },
  ];
  const isAll = fixed.register === undefined;
  const filters = [
    { name: "date_from", label: "range.from" }, { name: "date_to", label: "range.to" },
    { name: "status", label: "order.status", options: optionsOf("shift", ["OPEN", "CLOSED"]) },
    ...(isAll ? [{ name: "register", label: "held.register", options: registerOptions() }] : []),
    { name: "user", label: "shift.user", options: staffOptions() },
  ];
  return html`
    <${List} path="/api/shifts/" title=${t("drawers.shifts")} columns=${columns} filters=${filters}
      fixed=${fixed}
      prefix=${prefix} search=${false} empty="shifts.none"
      opens=${({ id }) => addressOf("drawers", `shift-${id}`)} />`;
}

function Registers() {
  const columns = [
    { name: "name", label: "register.name", cell: ({ name }) => name },
    { name: "series", label: "register.series", cell: ({ series }) => series },
    { name: "state", label: "order.status", cell: (register) => html`<${State} ...${register} />` },
  ];
  return html`
    <${List} path="/api/registers/" title=${t("drawers.registers")} columns=${columns} search=${false}
      empty="registers.none" opens=${({ id }) => addressOf("drawers", `register-${id}`)}>
      <a class="button primary" href=${addressOf("drawers", "register-new")}>${t("register.new")}</a>
    <//>`;
}

function State({ is_active: isActive, open_shift: shift }) {
  if (!isActive) return html`<${Tag} tone="bad">${t("register.inactive")}<//>`;
  return shift === null
    ? html`<${Tag} tone="">${t("register.closed")}<//>`
    : html`<${Tag} tone="good">${t("register.open")}<//>`;
}

const NAME = { name: "name", label: "register.name", isRequired: true };
const NEW = [NAME, { name: "series", label: "register.series", hint: "register.series_hint" }];
const KNOWN = [NAME, { name: "is_active", label: "register.is_active", type: "checkbox" }];

function Register({ id }) {
  const back = addressOf("drawers", "registers");
  if (id === "new") {
    const send = async ({ all, key }) => {
      await call("POST", "/api/registers/", { body: all, key });
      await askForNames();
      return () => go(back);
    };
    return html`
      <${Head} back=${back} title=${t("register.new")} />
      <div class="card"><${Form} fields=${NEW} values=${{ name: "", series: "" }} send=${send} /></div>`;
  }
  return html`<${KnownRegister} id=${Number(id)} back=${back} />`;
}

function KnownRegister({ id, back }) {
  const record = useRecord("/api/registers/"); // the API has no address of a single one
  const register = record.body?.find((each) => each.id === id);
  if (!record.body) return html`<${Head} back=${back} /><${Unread} record=${record} />`;
  if (!register) {
    return html`<${Head} back=${back} title="…" /><p class="card" role="status">${t("said.gone")}</p>`;
  }
  const send = async ({ changed }) => {
    await call("PATCH", `/api/registers/${id}/`, { body: changed });
    record.again();
    await askForNames();
  };
  return html`
    <${Head} back=${back} title=${`${register.name} (${register.series})`}><${State} ...${register} /><//>
    <${Card} title=${t("customer.data")} name="data">
      <${Form} fields=${KNOWN} values=${shownIn(KNOWN, register)} send=${send} />
    <//>
    <${Card} title=${t("drawers.shifts")} name="shifts">
      <${Shifts} fixed=${{ register: id }} prefix="shifts." />
    <//>`;
}
