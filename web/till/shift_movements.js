/**
 * Cash that comes or goes without a sale: a form for one, and the list of them.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { dateAndTime } from "../shell/format.js";
import { amount, cents, shown, typedCents } from "../shell/money.js";
import { isOutcome } from "../shell/outcomes.js";
import { useRepeatable } from "../shell/repeats.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useRef, useSignal } from "../shell/ui.js";
import { nameOf } from "./cashiers.js";
import { PrintProblem } from "./confirmed_screen.js";
import { moved } from "./drawer.js";
import { movementRows } from "./movement_slip.js";
import { ask } from "./network.js";
import { notice } from "./notice.js";
import { openDrawer, openForCash } from "./printing.js";
import { register, shiftTold } from "./register.js";
import { useNoScans } from "./screens.js";
import { Print, printDone } from "./slips.js";

const KINDS = ["PAID_IN", "PAID_OUT", "DROP", "NO_SALE"];

export function Movements({ shift: known }) {
  const shift = { register_name: register.value.name, ...known }; // of others, only its id is known
  const found = useSignal(null);
  const { problem, attempt } = useAttempt(shiftTold);
  const look = () => attempt(async () => (found.value = (await ask("GET", pathOf(shift))).body));
  useEffect(() => void look(), [shift.id]);
  return html`
    <div class="halves">
      <${Move} shift=${shift} done=${look} />
      <section class="card stack">
        <h2>${t("moves.title")}</h2>
        <p role="alert" class="problem">${problem}</p>
        ${found.value?.length === 0 && html`<p class="quiet">${t("moves.none")}</p>`}
        <ul class="lines">
          ${found.value?.map((movement) => html`
            <${Movement} key=${movement.id} movement=${movement} shift=${shift} />`)}
        </ul>
      </section>
    </div>`;
}

function Movement({ movement, shift }) {
  const { id, kind, reason, user, created_at: at } = movement;
  const amount = shown(moved(movement));
  const name = t("moves.print_of", { kind: t(`move.${kind}`), amount });
  return html`
    <li class="row" data-movement=${id}>
      <div class="grow">
        <strong>${t(`move.${kind}`)}</strong> · ${reason}
        <p class="quiet">${dateAndTime(at)} · ${nameOf(user)}</p>
      </div>
      <strong class="number">${amount}</strong>
      <${Print} rowsOf=${movementRows} of=${{ movement, shift }} name=${name} />
    </li>`;
}

function Move({ shift, done }) {
  const form = useRef(null);
  const kind = useSignal(KINDS[0]);
  const { problem, isBusy, attempt } = useAttempt(shiftTold);
  useNoScans(isBusy.value);
  const said = useSignal("");
  const repeatable = useRepeatable();
  const movesMoney = kind.value !== "NO_SALE";
  const isLeft = () => form.current === null;

  function submit(event) {
    event.preventDefault();
    const { elements } = form.current;
    const typed = movesMoney ? typedCents(elements.amount.value) : 0;
    said.value = "";
    problem.value = typed === null || (movesMoney && typed <= 0) ? t("amount.wrong") : "";
    if (problem.value) return;
    const body = { kind: kind.value, amount: amount(typed), reason: elements.reason.value };
    attempt(async () => {
      const { body: movement } = await record(body);
      if (movesMoney) openForCash();
      else openDrawer();
      printDone(movementRows, { movement, shift });
      if (isLeft()) return;
      said.value = t("moves.done");
      form.current.reset();
      (elements.amount ?? elements.reason).focus();
      await done();
    });
  }

  /** What became of it is told beside the sale if the screen was left meanwhile. */
  async function record(body) {
    const tell = (key, why) => isLeft() && (notice.value = { key, values: { deed: named(body), why } });
    try {
      const answer = await repeatable(body, (key) => ask("POST", pathOf(shift), { body, key }));
      tell("moves.done_of");
      return answer;
    } catch (error) {
      const isRefused = error instanceof ApiError && isOutcome(error.status);
      tell(isRefused ? "deed.refused" : "moves.unknown", shiftTold(error));
      throw error;
    }
  }
  return html`
    <form class="card stack" ref=${form} onSubmit=${submit}>
      <h2>${t("moves.new")}</h2>
      <div class="choices" role="group" aria-label=${t("moves.kind")}>
        ${KINDS.map((name) => html`
          <button type="button" key=${name} aria-pressed=${kind.value === name}
            onClick=${() => (kind.value = name)}>${t(`move.${name}`)}</button>`)}
      </div>
      <p class="quiet">${t(`move.${kind.value}.is`)}</p>
      ${movesMoney && html`
        <label>${t("moves.amount")}
          <input name="amount" inputmode="decimal" autocomplete="off" required />
        </label>`}
      <label>${t("moves.reason")}<input name="reason" maxlength="255" autocomplete="off" required /></label>
      <p role="alert" class="problem">${problem}</p>
      <p role="status" class="good">${said}</p>
      <${PrintProblem} />
      <button class="primary" disabled=${isBusy}>${t("moves.do")}</button>
    </form>`;
}

function named({ kind, amount }) {
  return kind === "NO_SALE" ? t(`move.${kind}`) : `${t(`move.${kind}`)} ${shown(cents(amount))}`;
}

function pathOf({ id }) {
  return `/api/shifts/${id}/movements/`;
}
