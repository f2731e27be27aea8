/**
 * The screen of apartados: those that are open, one of them with its payments, and a new one.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { day } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useComputed, useEffect, useRef, useSignal } from "../shell/ui.js";
import { CustomerSheet } from "./customer_sheet.js";
import { Layaway } from "./layaway_one.js";
import { OpenLayaway } from "./layaway_open.js";
import { again, findByTicket, layaway, lookFor, openOnes, showOne, unsettled } from "./layaways.js";
import { isOnline } from "./network.js";
import { told } from "./refusals.js";
import { isUnderWay, sums } from "./sale.js";
import { BackToSale, useScans } from "./screens.js";
import { Unsettled } from "./unsettled.js";

export function Layaways() {
  const isNew = useSignal(false);
  const back = () => (isNew.value = false);
  const begin = () => {
    showOne(null); // nor a ticket that is being looked for
    isNew.value = true;
  };
  useEffect(() => layaway.subscribe((found) => void (found && back())), []);
  useEffect(() => () => showOne(null), []);
  if (unsettled.value) {
    const title = t(`layaway.unsettled.${unsettled.value.about.what}`);
    return html`<${Unsettled} deed=${unsettled.value} title=${title} look=${lookFor} again=${again} />`;
  }
  if (layaway.value) return html`<${Layaway} />`;
  return isNew.value
    ? html`<${OpenLayaway} back=${back} />`
    : html`<${List} begin=${begin} />`;
}

function List({ begin }) {
  const found = useSignal(null);
  const customer = useSignal(null);
  const overdue = useSignal(false);
  const isChoosing = useSignal(false);
  const asked = useRef(null);
  const reading = useAttempt(told);
  const { problem, attempt } = useAttempt(told);
  const wanted = useComputed(() => ({ customer: customer.value?.id, overdue: overdue.value || undefined }));
  const look = async (of) => {
    asked.current = of;
    const isRead = await reading.attempt(async () => {
      const layaways = await openOnes(of);
      if (of === wanted.peek()) found.value = layaways;
    });
    if (!isRead && asked.current === of) asked.current = found.value = null;
  };
  const lookOnce = () => asked.current === wanted.value || look(wanted.value);
  const find = (ticket) => attempt(async () => {
    if (!(await findByTicket(ticket))) problem.value = t("layaway.unknown", { ticket });
  });
  const take = useSignal(find).value;
  useScans(take);
  useEffect(() => void (isOnline.value && lookOnce()), [wanted.value, isOnline.value]);
  const submit = (event) => {
    event.preventDefault();
    const typed = event.currentTarget.elements.ticket.value.trim();
    if (typed) find(typed);
  };
  const close = () => (isChoosing.value = false);
  const choose = (chosen) => {
    customer.value = chosen;
    close();
  };
  return html`
    <section class="stack medium">
      <div class="card stack">
        <h2>${t("deed.layaway")}</h2>
        ${!isOnline.value && html`<p class="warn">${t("layaway.offline")}</p>`}
        ${isUnderWay.value && html`
          <button class="primary large" disabled=${!isOnline.value} onClick=${begin}>
            ${t("layaway.begin", { total: shown(sums.value.total) })}
          </button>`}
        ${!isUnderWay.value && html`<p class="quiet">${t("layaway.how")}</p>`}
        <form class="row lookup" onSubmit=${submit}>
          <label>${t("layaway.ticket")}
            <input name="ticket" autocomplete="off" autocapitalize="characters" />
          </label>
          <button>${t("return.find")}</button>
        </form>
        <p role="alert" class="problem">${problem}</p>
      </div>
      <div class="card stack">
        <h3>${customer.value ? customer.value.name : t("layaway.all")}</h3>
        <div class="choices">
          <button aria-pressed=${overdue} onClick=${() => (overdue.value = !overdue.value)}>
            ${t("layaway.overdue_only")}
          </button>
          ${customer.value
            ? html`<button onClick=${() => choose(null)}>${t("layaway.everybody")}</button>`
            : html`<button onClick=${() => (isChoosing.value = true)}>${t("layaway.customer")}</button>`}
        </div>
        <${Reading} ...${reading} again=${() => look(wanted.value)} />
        ${found.value?.length === 0 && html`<p class="quiet">${t("layaway.none")}</p>`}
        <ul class="lines">
          ${found.value?.map((each) => html`
            <li key=${each.id}>
              <button class="line" data-layaway=${each.id} onClick=${() => showOne(each)}>
                <span class="grow">${each.customer_name}
                  <small class="quiet">${each.ticket_folio} · <${Due} ...${each} /></small>
                </span>
                <strong class="number">${shown(cents(each.balance))}</strong>
              </button>
            </li>`)}
        </ul>
      </div>
      <${BackToSale} />
      ${isChoosing.value && html`<${CustomerSheet} choose=${choose} close=${close} />`}
    </section>`;
}

/** Says that the list is being read, or why it could not be, and reads it again. */
function Reading({ problem, isBusy, again }) {
  if (isBusy.value) return html`<p role="status" class="quiet">${t("layaway.reading")}</p>`;
  if (!problem.value) return null;
  return html`
    <div role="alert" class="row">
      <p class="problem grow">${problem}</p>
      <button onClick=${again}>${t("again")}</button>
    </div>`;
}

/** By when it is to be paid. */
function Due({ due_date: date, overdue }) {
  const by = day(date);
  return overdue ? html`<span class="bad">${t("layaway.overdue", { by })}</span>` : t("layaway.by", { by });
}
