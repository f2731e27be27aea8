/** The overview: what is looked at, when it is asked for, and the eight blocks. */
import { ApiError, NoNetwork } from "../shell/api.js";
import { day, exactTime } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect } from "../shell/ui.js";
import { Counter } from "./counter.js";
import { todayInShop } from "./days.js";
import { DeadStock, Products, RunningOut } from "./goods.js";
import { pending } from "./pending.js";
import { RANGES, overview } from "./reports.js";
import { Figures, PaymentMethods, PeakHours, Timeline } from "./sales.js";

const REFRESH_MS = 30_000;
const CLOCK = [11, 16]; // hours and minutes of the store's time

/** What is looked at; without `compare` the usual one, and today unless the range `custom` has its days. */
const choice = signal({ range: RANGES[0] });
const data = signal(null);
const counter = signal(null);
const problem = signal(null);
let question = 0;

/** Ask for all that is shown; an answer to an older question is dropped. */
async function load() {
  const own = ++question;
  try {
    const found = await overview(choice.value);
    if (own !== question) return;
    data.value = found;
    problem.value = null;
    const waiting = await pending(todayInShop());
    if (own === question) counter.value = waiting;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof NoNetwork)) throw error;
    if (own === question) problem.value = error instanceof NoNetwork ? t("network.none") : error.message;
  }
}

/** Look at something else; other days are compared in the way that is usual for them. */
function choose(changed) {
  choice.value = { ...choice.value, compare: undefined, ...changed };
  load();
}

/** Ask again every 30 s while somebody can see it, and at once when the page is seen again. */
function refreshWhileVisible() {
  const refresh = () => document.visibilityState === "visible" && load();
  const timer = setInterval(refresh, REFRESH_MS);
  document.addEventListener("visibilitychange", refresh);
  load();
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", refresh);
    question += 1;
  };
}

/** The whole overview. */
export function Overview() {
  useEffect(refreshWhileVisible, []);
  return html`
    <main class="owner">
      <${Choices} />
      ${problem.value && html`
        <div role="alert" class="card row">
          <p class="problem grow">${t(data.value ? "error.old" : "error.load", { why: problem.value })}</p>
          <button onClick=${load}>${t("error.again")}</button>
        </div>`}
      ${data.value && html`<${Blocks} />`}
      ${!data.value && !problem.value && html`<p role="status">${t("overview.loading")}</p>`}
    </main>`;
}

function Choices() {
  const { range, compare, start, end } = choice.value;
  const pick = (name) => (event) => choose({ [name]: event.currentTarget.value });
  const today = todayInShop();
  const { comparison, comparisons } = data.value ?? { comparisons: [] };
  return html`
    <div class="choices">
      <${Picker} label="overview.range" prefix="range" options=${RANGES} value=${range}
                 onChange=${pick("range")} />
      ${range === "custom" && html`
        <${DayPicker} label="range.from" value=${start ?? today} last=${today} onChange=${pick("start")} />
        <${DayPicker} label="range.to" value=${end ?? today} last=${today} onChange=${pick("end")} />`}
      <${Picker} label="overview.compare" prefix="compare" options=${comparisons}
                 value=${compare ?? comparison?.kind ?? "none"}
                 onChange=${pick("compare")} />
    </div>`;
}

function Picker({ label, prefix, options, value, onChange }) {
  return html`
    <label>${t(label)}
      <select value=${value} onChange=${onChange}>
        ${options.map((name) => html`
          <option value=${name} selected=${name === value}>${t(`${prefix}.${name}`)}</option>`)}
      </select>
    </label>`;
}

function DayPicker({ label, value, last, onChange }) {
  const change = (event) => event.currentTarget.value !== "" && onChange(event); // empty while it is typed
  return html`
    <label>${t(label)} <input type="date" max=${last} value=${value} onChange=${change} /></label>`;
}

function Blocks() {
  const found = data.value;
  const props = { data: found };
  return html`
    <p class="as-of" data-as-of=${found.asOf}>
      ${compared(found)} · ${t("overview.as_of", { time: exactTime(found.asOf) })}
    </p>
    <div class="blocks">
      <${Block} name="figures" wide><${Figures} ...${props} /><//>
      <${Block} name="series" wide>
        <${Timeline} ...${props} onDay=${(start) => choose({ range: "custom", start, end: start })} />
      <//>
      <${Block} name="methods"><${PaymentMethods} ...${props} /><//>
      <${Block} name="products"><${Products} ...${props} /><//>
      <${Block} name="hours" wide><${PeakHours} ...${props} /><//>
      <${Block} name="out" wide><${RunningOut} ...${props} /><//>
      <${Block} name="dead" wide><${DeadStock} ...${props} /><//>
      <${Block} name="counter" wide>
        ${counter.value ? html`<${Counter} found=${counter.value} />` : html`<p>${t("overview.loading")}</p>`}
      <//>
    </div>`;
}

function Block({ name, wide = false, children }) {
  const look = `card block ${wide ? "wide" : ""}`;
  return html`
    <section class=${look} data-block=${name} aria-labelledby=${`block-${name}`}>
      <h2 id=${`block-${name}`}>${t(`${name}.title`)}</h2>
      ${children}
    </section>`;
}

/** What is compared with what, and up to which moment. */
function compared({ period, comparison }) {
  const days = ({ start, end }) => (start === end ? day(start) : `${day(start)} – ${day(end)}`);
  if (!comparison) return days(period);
  const told = { now: days(period), before: days(comparison) };
  if (!comparison.until) return t("overview.compared", told);
  return t("overview.compared_until", { ...told, time: comparison.until.slice(...CLOCK) });
}
