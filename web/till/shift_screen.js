/**
 * The shift of this register: its X report, cash that is moved, and its close with the Z report.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { PrintProblem } from "./confirmed_screen.js";
import { useFocus } from "./focus.js";
import { ask } from "./network.js";
import { forgetShift, shift, shiftTold } from "./register.js";
import { withoutShift } from "./register_screens.js";
import { reportRows } from "./report_sections.js";
import { BackToSale, show } from "./screens.js";
import { CloseShift } from "./shift_close.js";
import { Movements } from "./shift_movements.js";
import { ShiftReport } from "./shift_report.js";
import { Print } from "./slips.js";

const VIEWS = { report: XReport, movements: Movements, close: CloseShift };

export function Shift() {
  const view = useSignal("report");
  const z = useSignal(null);
  const closed = (report) => {
    z.value = report;
    withoutShift.value = false;
    forgetShift(report.shift);
  };
  if (z.value) return html`<${ZReport} report=${z.value} />`;
  if (!shift.value) return html`<${NoShift} />`;
  return html`
    <section class="stack whole">
      <nav class="row" aria-label=${t("deed.shift")}>
        ${Object.keys(VIEWS).map((name) => html`
          <button key=${name} aria-pressed=${name === view.value} onClick=${() => (view.value = name)}>
            ${t(`shift.${name}`)}
          </button>`)}
        <${BackToSale} />
      </nav>
      <${VIEWS[view.value]} key=${shift.value.id} shift=${shift.value} closed=${closed} />
    </section>`;
}

function NoShift() {
  return html`
    <section class="card stack narrow">
      <h2>${t("deed.shift")}</h2>
      <p>${t("status.no_shift")}</p>
      <button class="primary" onClick=${() => show(null)}>${t("screen.back")}</button>
    </section>`;
}

/** The report as of now. A shift that somebody has closed elsewhere shows its Z report. */
function XReport({ shift: { id }, closed }) {
  const found = useSignal(null);
  const { problem, attempt } = useAttempt(shiftTold);
  const look = () => attempt(async () => {
    const { body } = await ask("GET", `/api/shifts/${id}/report/`);
    if (shift.peek() && shift.peek().id !== id) return;
    if (body.shift.status === "CLOSED") closed(body);
    else found.value = body;
  });
  useEffect(() => void look(), [id]);
  return html`
    ${found.value && html`<div class="card"><${ShiftReport} report=${found.value} /></div>`}
    <p role="alert" class="problem">${problem}</p>
    <${PrintProblem} />
    <div class="row">
      ${found.value && html`<${Print} rowsOf=${reportRows} of=${found.value} />`}
      <button onClick=${look}>${t("shift.again")}</button>
    </div>`;
}

function ZReport({ report }) {
  const next = useFocus();
  return html`
    <section class="stack whole">
      <p role="status" class="good">${t("shift.closed")}</p>
      <div class="card"><${ShiftReport} report=${report} /></div>
      <${PrintProblem} />
      <div class="row">
        <button class="primary" ref=${next} onClick=${() => show(null)}>${t("shift.next")}</button>
        <${Print} rowsOf=${reportRows} of=${report} />
      </div>
    </section>`;
}
