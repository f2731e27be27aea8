/**
 * What comes back of an order, what becomes of it, and what is given back for it.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { dateAndTime } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useRef } from "../shell/ui.js";
import { useFocus } from "./focus.js";
import { isOnline } from "./network.js";
import { Reason } from "./reasons.js";
import { told } from "./refusals.js";
import { chosenOf, sumOf, waysOf, whyNothing, withAll, withDiscard, withPieces } from "./return_rules.js";
import { clear, current, draft, look, make, wanted } from "./returning.js";
import { useNoScans } from "./screens.js";

const USUAL = ["unwanted", "faulty", "expired", "mistake"].map((name) => `return.reason.${name}`);
const TYPING_MS = 150;

export function Draft() {
  useEffect(() => {
    const timer = setTimeout(look, TYPING_MS);
    return () => clearTimeout(timer);
  }, [wanted.value, isOnline.value]);
  const why = whyNothing(draft.value);
  return html`
    <div class="sale returning">
      <section class="card stack">
        <${Order} />
        ${why && html`<p class="warn">${t(`return.nothing.${why}`)}</p>`}
        <${Lines} isOver=${why !== null} />
        <${Before} />
      </section>
      ${why ? html`<div class="paying"><${Another} /></div>` : html`<${Money} />`}
    </div>`;
}

function Order() {
  const { order } = draft.value;
  const paid = order.payments.map(({ payment_method: method, amount }) =>
    `${t(`method.${method}`)} ${shown(cents(amount))}`);
  const facts = [dateAndTime(order.paid_at ?? order.created_at), order.customer_name, ...paid];
  return html`
    <h2>${t("return.of", { ticket: order.ticket_number ?? order.ticket_folio })}</h2>
    <p class="quiet">${facts.filter(Boolean).join(" · ")}</p>`;
}

function Lines({ isOver }) {
  const all = useFocus();
  const change = (next) => (draft.value = next);
  return html`
    ${!isOver && html`
      <button type="button" ref=${all} onClick=${() => change(withAll(draft.value))}>
        ${t("return.all")}
      </button>`}
    <ul class="lines">
      ${draft.value.lines.map((line) => html`<${Line} key=${line.productId} ...${line} change=${change} />`)}
    </ul>`;
}

function Line({ productId, name, sold, left, unit, change }) {
  const { pieces, discard } = chosenOf(draft.value, productId);
  const have = (count) => change(withPieces(draft.value, productId, count));
  const type = ({ currentTarget: field }) => {
    have(Number(field.value.replace(/\D/g, "")));
    field.value = chosenOf(draft.peek(), productId).pieces;
  };
  return html`
    <li class="back" data-product=${productId}>
      <span class="name">${name}
        <small class="quiet">${shown(unit)} · ${t("return.left", { left, sold })}</small>
      </span>
      ${left > 0 && html`
        <span class="row step" role="group" aria-label=${name}>
          <button type="button" aria-label=${t("return.less")} disabled=${pieces === 0}
            onClick=${() => have(pieces - 1)}>−</button>
          <input class="number" inputmode="numeric" autocomplete="off" value=${pieces}
            aria-label=${t("return.pieces", { name })}
            onFocus=${(event) => event.currentTarget.select()} onInput=${type} />
          <button type="button" aria-label=${t("return.more")} disabled=${pieces === left}
            onClick=${() => have(pieces + 1)}>+</button>
        </span>`}
      ${pieces > 0 && html`
        <button type="button" aria-pressed=${discard}
          onClick=${() => change(withDiscard(draft.value, productId, !discard))}>
          ${t("return.discard")}
        </button>`}
    </li>`;
}

/** The returns that were made of the order before: nobody makes one twice that is seen here. */
function Before() {
  const { returns } = draft.value;
  if (!returns.length) return null;
  return html`
    <h3>${t("return.before")}</h3>
    <ul class="lines">
      ${returns.map(({ id, created_at: at, items, refund_amount: amount }) => html`
        <li class="row" key=${id} data-before=${id}>
          <span class="grow">${dateAndTime(at)} · ${items.map(goods).join(", ")}</span>
          <span class="number">${shown(cents(amount))}</span>
        </li>`)}
    </ul>`;
}

const goods = ({ quantity, product_name: name }) => `${quantity} × ${name}`;

function Money() {
  const form = useRef(null);
  const { problem, isBusy, attempt } = useAttempt(told);
  useNoScans(isBusy.value);
  const { pieces, total } = sumOf(draft.value);
  const { worth, error } = current.value ?? {};
  const say = (reason) => (draft.value = { ...draft.value, reason });
  function submit(event) {
    event.preventDefault();
    const isReasoned = draft.value.reason.trim() !== "";
    problem.value = isReasoned ? "" : t("reason.none");
    if (isReasoned) attempt(make);
    else form.current.elements.reason.focus();
  }
  return html`
    <form class="paying stack" ref=${form} onSubmit=${submit}>
      <h2>${t("return.money")}</h2>
      <p class="total number" data-back=${worth ? cents(worth.refund_amount) : null}>${shown(total)}</p>
      <${Worth} worth=${worth} pieces=${pieces} />
      <${Ways} />
      <${Reason} reason=${draft.value.reason} say=${say} usual=${USUAL} />
      <p role="alert" class="problem">${(pieces > 0 && error && told(error)) || problem.value}</p>
      <button class="primary large" disabled=${isBusy.value || !worth}>
        ${t(draft.value.way === "EXCHANGE" ? "return.keep" : "return.make", { amount: shown(total) })}
      </button>
      <${Another} isBusy=${isBusy} />
    </form>`;
}

/** How the money is given back, as the shop proposes it. */
function Worth({ worth, pieces }) {
  if (!pieces) return html`<p class="quiet">${t("return.choose")}</p>`;
  if (!worth) return null;
  return html`
    <ul class="lines">
      ${worth.refunds.map(({ payment_method: method, amount }) => html`
        <li class="row" key=${method}>
          <span class="grow">${t(`method.${method}`)}</span>
          <span class="number">${shown(cents(amount))}</span>
        </li>`)}
    </ul>
    <${Points} count=${worth.points_returned} said="return.points" />
    <${Points} count=${worth.points_taken_back} said="return.points_back" />`;
}

const Points = ({ count, said }) => count > 0 && html`<p class="quiet">${t(said, { count })}</p>`;

function Ways() {
  const { way } = draft.value;
  return html`
    <div class="choices" role="group" aria-label=${t("return.way")}>
      ${waysOf(draft.value).map((each) => html`
        <button key=${each} type="button" aria-pressed=${way === each}
          onClick=${() => (draft.value = { ...draft.value, way: each })}>
          ${t(`return.way.${each}`)}
        </button>`)}
    </div>`;
}

function Another({ isBusy = false }) {
  return html`
    <button type="button" class="plain" disabled=${isBusy} onClick=${clear}>${t("return.another")}</button>`;
}
