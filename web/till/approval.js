/**
 * Somebody else's approval of what the cashier may not do alone (contract §8.5): a sheet over the page, in
 * which an ADMIN or OWNER types a PIN. The cashier stays logged in, and the sale stays as it is.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { percentTold } from "../shell/format.js";
import { amount, cents, shown, typedCents } from "../shell/money.js";
import { useRepeatable } from "../shell/repeats.js";
import { isOver, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, render, signal, useEffect, useRef, useSignal } from "../shell/ui.js";
import { LIMITS, lacking } from "./approval_rules.js";
import { rememberApprover } from "./cashiers.js";
import { useFocus } from "./focus.js";
import { ask } from "./network.js";
import { secretTold } from "./refusals.js";
import { OtherSecret, SecretField } from "./secret_field.js";
import { Sheet } from "./sheet.js";

/** Who approved last: the next time they type their PIN only. */
const approver = signal("");

/**
 * Ask for the approval of one deed. Answers the token for `X-Approval`, valid for 2 minutes, or null if it
 * was given up.
 *
 * @param {"discount" | "refund" | "shift_difference" | "close_with_unsent" | "cash_refund"} action
 * @param {string | number} subject the `client_id` of a discount's order, or the id of the order or shift
 * @param {string | null} [limit] per cent or money, as the API writes it, of an action that has one; null:
 *   the approver types it, as the cashier is not to know it
 * @returns {Promise<string | null>}
 */
export function approvalFor(action, subject, limit = null) {
  const place = document.body.appendChild(document.createElement("div"));
  return new Promise((resolve) => {
    const settle = (token) => {
      resolve(token);
      render(null, place);
      place.remove();
    };
    render(html`<${Asking} deed=${{ action, subject, limit }} settle=${settle} />`, place);
  });
}

/**
 * Do a deed; where the API wants an approval, ask for it and do it again with the token. Answers what `work`
 * answers; throws the refusal if the approval was given up.
 *
 * @template T
 * @param {(approval: string | undefined) => Promise<T>} work the request, with the same key each time
 * @param {string | number} subject as `approvalFor`
 * @param {string | null | (() => Promise<string | null>)} [limit] as `approvalFor`; a function is asked for
 *   it when it is needed
 * @returns {Promise<T>}
 */
export async function approved(work, subject, limit = null) {
  try {
    return await work(undefined);
  } catch (error) {
    const actions = error instanceof ApiError ? lacking(error) : [];
    if (!actions.length) throw error;
    const most = typeof limit === "function" ? await limit() : limit;
    const tokens = [];
    for (const action of actions) {
      const token = await approvalFor(action, subject, most);
      if (token === null) throw error;
      tokens.push(token);
    }
    return await work(tokens.join(", "));
  }
}

function Asking({ deed, settle }) {
  const form = useRef(null);
  const { problem, isBusy, attempt } = useAttempt(secretTold);
  const secret = useSignal("pin");
  const repeatable = useRepeatable();
  const kind = LIMITS[deed.action];
  const asksLimit = deed.limit === null && kind !== undefined;
  const known = kind && deed.limit !== null && limitShown(kind, deed.limit);
  const [next, isKnown] = [useFocus(), useRef(approver.peek() !== "").current];
  const caller = useRef(session.peek()?.id).current;
  const isGone = isOver.value || session.value?.id !== caller; // a tab may be left by another one
  useEffect(() => void (isGone && settle(null)), [isGone]); // who is there now has to ask anew

  async function submit(event) {
    event.preventDefault();
    const { elements } = form.current;
    const typed = asksLimit ? typedCents(elements.limit.value) : null;
    problem.value = asksLimit && !typed ? t("amount.wrong") : "";
    if (problem.value) return;
    const limit = asksLimit ? amount(typed) : deed.limit;
    const body = { ...deed, subject: `${deed.subject}`, limit, approver: elements.approver.value };
    const isGiven = await attempt(async () => {
      const secrets = { [secret.value]: elements.secret.value }; // no part of what makes it a repeat
      const given = await repeatable(body, (key) => give({ ...body, ...secrets }, key));
      approver.value = body.approver;
      rememberApprover(given.approver, given.approver_name);
      settle(given.approval);
    });
    if (!isGiven) elements.secret.select();
  }
  return html`
    <${Sheet} title=${t("approval.title")} close=${() => settle(null)}>
      <form class="stack" ref=${form} onSubmit=${submit}>
        <p class="row">
          <span class="grow">${t(`approval.of.${deed.action}`)}</span>
          ${known && html`<strong class="number">${known}</strong>`}
        </p>
        <label>${t("approval.approver")}
          <input name="approver" autocomplete="off" autocapitalize="none" spellcheck=${false} required
            defaultValue=${approver.peek()} ref=${isKnown ? null : next} />
        </label>
        ${asksLimit && html`
          <label>${t("approval.limit")}
            <input name="limit" inputmode="decimal" autocomplete="off" required />
          </label>`}
        <${SecretField} kind=${secret} field=${isKnown ? next : null} />
        <p role="alert" class="problem">${problem}</p>
        <button class="primary large" disabled=${isBusy}>${t("approval.give")}</button>
        <div class="row">
          <${OtherSecret} kind=${secret} />
          <button type="button" class="plain" onClick=${() => settle(null)}>${t("approval.leave")}</button>
        </div>
      </form>
    <//>`;
}

async function give(body, key) {
  return (await ask("POST", "/api/approvals/", { body, key })).body;
}

const limitShown = (kind, limit) => (kind === "money" ? shown(cents(limit)) : percentTold(limit));
