/** The overview: what is looked at, when it is asked for, and the eight blocks. */
import { ApiError } from "../shell/api.js";
import { exactTime } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { told } from "../shell/told.js";
import { html, signal, useEffect } from "../shell/ui.js";
import { Counter } from "./counter.js";
import { daysTold, todayInShop } from "./days.js";
import { DeadStock, Products, RunningOut } from "./goods.js";
import { NotRead } from "./not_read.js";
import { pending } from "./pending.js";
import { addressOf, go, place, replace } from "./places.js";
import { RANGES, overview } from "./reports.js";
import { Figures, PaymentMethods, PeakHours, Timeline } from "./sales.js";

const REFRESH_MS = 30_000;
const REFUSED = 400;
const CLOCK = [11, 16]; // hours and minutes of the store's time

const data = signal(null);
const counter = signal(null);
const problem = signal(null);
let question = 0;

/**
 * What is looked at, as it stands in the address; without `compare` the usual one, and today unless the range
 * `custom` has its days. A range that there is not is the first one.
 */
function choice() {
  const { query } = place.value;
  return { ...query, range: RANGES.includes(query.range) ? query.range : RANGES[0] };
}

/**
 * Ask for all that is shown; an answer to an older question is dropped. A range that is not compared in the
 * way that stands in the address is compared in its usual one.
 */
async function load() {
  const own = ++question;
  try {
    const found = await overview(choice());
    if (own !== question) return;
    data.value = found;
    problem.value = null;
    const waiting = await pending(todayInShop());
    if (own === question) counter.value = waiting;
  } catch (error) {
    const why = told(error);
    if (own !== question) return;
    const { compare, ...others } = choice();
    const isRefused = error instanceof ApiError && error.status === REFUSED;
    if (compare && isRefused) replace(addressOf("overview", undefined, others));
    else problem.value = why;
  }
}

/** Look at something else; other days are compared in the way that is usual for them. */
function choose(changed) {
  go(addressOf("overview", undefined, { ...choice(), compare: undefined, ...changed }));
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
  useEffect(refreshWhileVisible, [JSON.stringify(choice())]);
  return html`
    <main class="owner">
      <${Choices} />
      ${problem.value && html`
        <${NotRead} why=${problem.value} isOld=${data.value !== null} again=${load} />`}
      ${data.value && html`<${Blocks} />`}
      ${!data.value && !problem.value && html`<p role="status">${t("overview.loading")}</p>`}
    </main>`;
}

function Choices() {
  const { range, compare, start, end } = choice();
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
  if (!comparison) return daysTold(period);
  const days = { now: daysTold(period), before: daysTold(comparison) };
  if (!comparison.until) return t("overview.compared", days);
  return t("overview.compared_until", { ...days, time: comparison.until.slice(...CLOCK) });
}
