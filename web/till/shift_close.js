/**
 * The close of a shift: the drawer is counted by notes and coins, without seeing what should be in it, then
 * somebody confirms. What was typed stays while another screen is shown.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { amount, cents, shown } from "../shell/money.js";
import { useRepeatable } from "../shell/repeats.js";
import { isSupervisor, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { computed, effect, html, signal, useRef, useSignal } from "../shell/ui.js";
import { approvalFor, approved } from "./approval.js";
import { COUNTABLE, DENOMINATIONS, NOTHING_TYPED, cashOf, closeOf, piecesOf } from "./drawer.js";
import { useFocus } from "./focus.js";
import { ask } from "./network.js";
import { figures, sendNow } from "./outbox.js";
import { told } from "./refusals.js";
import { shift as current } from "./register.js";
import { reportRows } from "./report_sections.js";
import { useNoScans } from "./screens.js";
import { Sheet } from "./sheet.js";
import { printDone } from "./slips.js";

const typed = signal(NOTHING_TYPED);
const shiftId = computed(() => current.value?.id);

/** What was counted of a shift is of that one alone, wherever it is closed. */
effect(() => void (shiftId.value, (typed.value = NOTHING_TYPED)));

/** `closed` is called with the Z report. */
export function CloseShift({ shift, closed }) {
  const form = useRef(null);
  const wrong = useSignal([]);
  const asked = useSignal(null);
  useNoScans();
  const first = useFocus();
  if (!isSupervisor.value && shift.opened_by !== session.value.id) {
    return html`<section class="card stack narrow" ref=${form}><p>${t("close.not_yours")}</p></section>`;
  }
  const change = (part, name) => (event) => {
    const text = event.currentTarget.value;
    const { [part]: before } = typed.value;
    typed.value = { ...typed.value, [part]: name === undefined ? text : { ...before, [name]: text } };
  };
  function submit(event) {
    event.preventDefault();
    const close = closeOf(typed.value, figures.value.unsent);
    wrong.value = close.wrong;
    if (close.body) asked.value = close;
    else form.current.elements.namedItem(close.wrong[0]).focus();
  }
  return html`
    <form class="halves" ref=${form} onSubmit=${submit} onKeyDown=${goOn}>
      <div class="card counter" role="group" aria-label=${t("close.cash")}>
        <h2>${t("close.cash")}</h2>
        ${DENOMINATIONS.map((value) => html`
          <${Denomination} key=${value} value=${value} wrong=${wrong.value.includes(String(value))}
            first=${value === DENOMINATIONS[0] ? first : null} change=${change("pieces", value)} />`)}
      </div>
      <div class="card stack">
        <p>${t("close.counted")}</p>
        <p class="total number" role="status" data-counted>${shown(cashOf(typed.value.pieces))}</p>
        <${Others} wrong=${wrong.value} change=${change} />
        <p role="alert" class="problem">${wrong.value.length > 0 && t("close.wrong")}</p>
        <button class="primary large">${t("close.go_on")}</button>
      </div>
    </form>
    ${asked.value && html`
      <${Confirm} shift=${shift} close=${asked.value} closed=${closed} leave=${() => (asked.value = null)} />
    `}`;
}

function Denomination({ value, wrong, first, change }) {
  const text = typed.value.pieces[value] ?? "";
  const sum = value * (piecesOf(text) ?? 0);
  return html`
    <span class="number">${shown(value)}</span>
    <span aria-hidden="true">×</span>
    <input name=${value} inputmode="numeric" autocomplete="off" value=${text} onInput=${change}
      aria-label=${t("close.pieces", { value: shown(value) })} aria-invalid=${wrong}
      ref=${first} />
    <span class="number ${sum ? "" : "quiet"}">${shown(sum)}</span>`;
}

function Others({ wrong, change }) {
  const { tenders, left, note } = typed.value;
  return html`
    <div class="fields">
      ${COUNTABLE.map((method) => html`
        <label key=${method}>${t(`method.${method}`)}
          <input name=${method} inputmode="decimal" autocomplete="off" value=${tenders[method] ?? ""}
            onInput=${change("tenders", method)} aria-invalid=${wrong.includes(method)} />
        </label>`)}
    </div>
    <label>${t("close.left")}
      <input name="left" inputmode="decimal" autocomplete="off" value=${left} onInput=${change("left")}
        aria-invalid=${wrong.includes("left")} />
    </label>
    <label>${t("close.note")}
      <input name="note" maxlength="1000" autocomplete="off" value=${note} onInput=${change("note")} />
    </label>`;
}

/** Enter goes to the next field, and from the last one to the button. */
function goOn(event) {
  if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  const stops = [...event.currentTarget.elements];
  const next = stops[stops.indexOf(event.target) + 1];
  next.focus();
  next.select?.();
}

function Confirm({ shift, close, leave, closed }) {
  const { problem, isBusy, attempt } = useAttempt(told);
  const repeatable = useRepeatable();
  const { unsent } = figures.value;
  const body = { ...close.body, unsent };

  async function confirm() {
    const report = await repeatable(body, (key) => closeWith(shift, close, body, key));
    if (!report) return;
    closed(report);
    printDone(reportRows, report);
  }
  // The button stays enabled: the focus comes back to it from an approval.
  const once = () => isBusy.value || attempt(confirm);
  return html`
    <${Sheet} title=${t("close.title")} close=${leave}>
      <table><tbody>
        ${Object.entries({ counted: close.cash, left: close.left, withdrawn: close.withdrawn }).map(
          ([name, value]) => html`
            <tr key=${name}>
              <th scope="row">${t(`cash.${name}`)}</th><td class="number">${shown(value)}</td>
            </tr>`,
        )}
      </tbody></table>
      ${unsent > 0 && html`
        <p class="warn">${t("close.unsent", { count: unsent })}</p>
        <button class="primary large" autofocus onClick=${sendNow}>${t("unsent.send")}</button>`}
      <p role="alert" class="problem">${problem}</p>
      <button class=${unsent > 0 ? "" : "primary large"} autofocus onClick=${once}>
        ${t(unsent > 0 ? "close.nevertheless" : "close.confirm")}
      </button>
      <button class="plain" onClick=${leave}>${t("close.count_on")}</button>
    <//>`;
}

/**
 * Close it, with the approvals that it needs; a supervisor needs none. Answers the Z report, or null if an
 * approval was given up before anything was sent.
 */
async function closeWith(shift, { cash }, body, key) {
  const leavesSales = body.unsent > 0;
  const isForced = leavesSales && isSupervisor.peek();
  const leave = leavesSales && !isForced ? await approvalFor("close_with_unsent", shift.id) : undefined;
  if (leave === null) return null;
  const sent = isForced ? { ...body, force: true } : body;
  const close = (more) => {
    const approval = [leave, more].filter(Boolean).join(", ") || undefined;
    return ask("POST", `/api/shifts/${shift.id}/close/`, { body: sent, key, approval });
  };
  return (await approved(close, shift.id, () => differenceOf(shift, cash))).body;
}

/** By how much the cash differs from what is expected now; null where the shop counts blindly. */
async function differenceOf({ id }, cash) {
  const { expected_cash: expected } = (await ask("GET", `/api/shifts/${id}/`)).body;
  return expected === null ? null : amount(Math.abs(cash - cents(expected)));
}
