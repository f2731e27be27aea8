/** The blocks of what was sold: figures, the timeline, peak hours, payment methods. */
import { month, number, numbers, percent, shortDay, weekdayName } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Change } from "./change.js";
import { Chart } from "./chart_frame.js";
import { Bars, Heat, HorizontalBars, Sparkline } from "./charts.js";
import { dayTold } from "./days.js";
import { shownIfKnown } from "./figures.js";

const PESO = 100;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const TOP_HOURS = 3;
const FIGURES = {
  revenue: shown, tickets: number, average: shown, units: number, returned: shown, discounts: shown,
  margin: shownIfKnown,
};
const LOSSES = ["returned", "discounts"];

/** The main figures, each with its change and its last days; of the margin, how far costs are known. */
export function Figures({ data: { now, before, change, recent, margin } }) {
  return html`
    ${now.tickets === 0 && html`<p>${t("overview.empty")}</p>`}
    <dl class="figures">
      ${Object.entries(FIGURES).map(([name, written]) => html`
        <div class="figure" data-figure=${name}>
          <dt>${t(`figures.${name}`)}</dt>
          <dd class="value">${written(now[name])}</dd>
          <dd><${Change} now=${now[name]} before=${before?.[name] ?? null} written=${written}
                percentChanged=${change?.[name] ?? null} isLoss=${LOSSES.includes(name)} /></dd>
          ${before && html`<dd class="quiet">${t("figures.before", { before: written(before[name]) })}</dd>`}
          <dd><${Sparkline} values=${recent.map((each) => each[name])}
                title=${t("figures.spark", { name: t(`figures.${name}`), count: recent.length })} /></dd>
        </div>`)}
    </dl>
    <p class="quiet">${marginTold(margin)}</p>`;
}

function marginTold({ ratio, known }) {
  if (known === 0) return t("figures.no_cost");
  return t("figures.margin_told", { ratio: percent(ratio), known: percent(known) });
}

/** Sales by hour, day or month over those of the period before; `onDay` opens the day of a bar. */
export function Timeline({ data: { by, points, comparison }, onDay }) {
  const parts = points.map((point) => ({ ...point, ...NAMES[by](point) }));
  const title = t(`series.${by}`);
  const table = {
    headings: [`when_${by}`, "now", "before", "tickets"].map((name) => t(`series.${name}`)),
    minor: [3],
    rows: parts.map(({ name, revenue, before, tickets }) =>
      [name, shown(revenue), shownIfKnown(before), number(tickets)]),
  };
  const bars = parts.map(({ name, label, revenue, before }) => ({
    label, now: revenue, before, told: toldOf(name, revenue, before),
  }));
  const open = by === "day" ? (at) => onDay(points[at].start) : undefined;
  return html`
    ${comparison && html`<${Legend} />`}
    <${Chart} title=${title} table=${table} drawing=${(chosen) => html`
      <${Bars} title=${title} points=${bars} shown=${pesos} smallest=${PESO}
               chosen=${chosen} onChoose=${open} />`} />`;
}

function toldOf(name, revenue, before) {
  const now = `${name}: ${shown(revenue)}`;
  return before === null ? now : `${now}; ${t("figures.before", { before: shown(before) })}`;
}

const NAMES = {
  hour: ({ hour }) => ({ name: `${hour}:00`, label: `${hour}` }),
  day: ({ start }) => ({ name: dayTold(start), label: shortDay(start) }),
  month: ({ start }) => ({ name: month(start), label: month(start) }),
};

const compact = numbers({ notation: "compact" });
const pesos = (whole) => `$${compact(whole / PESO)}`;

function Legend() {
  return html`
    <ul class="legend">
      <li>
        <svg width="20" height="16" aria-hidden="true"><rect class="amount" width="20" height="16" /></svg>
        ${t("legend.now")}
      </li>
      <li>
        <svg width="32" height="16" aria-hidden="true" class="before">
          <polyline points="0,8 32,8" /><circle cx="16" cy="8" r="3" />
        </svg>
        ${t("legend.before")}
      </li>
    </ul>`;
}

/** When the shop is fullest: the hours of the week, the strongest ones in words. */
export function PeakHours({ data: { hours, hoursPeriod } }) {
  const named = hours.map((hour) => ({ ...hour, name: weekdayName(hour.weekday), at: `${hour.hour}:00` }));
  const told = ({ name, at, revenue, tickets }) =>
    t("hours.told", { weekday: name, hour: at, revenue: shown(revenue), tickets: number(tickets) });
  const strongest = named.toSorted((a, b) => b.revenue - a.revenue).slice(0, TOP_HOURS);
  const top = strongest.filter(({ revenue }) => revenue > 0);
  const title = t("hours.title_of", { start: dayTold(hoursPeriod.start), end: dayTold(hoursPeriod.end) });
  const table = {
    headings: [t("hours.weekday"), ...Array.from({ length: 24 }, (_, hour) => `${hour} h`)],
    rows: WEEKDAYS.map((weekday) => [
      weekdayName(weekday),
      ...named.filter((hour) => hour.weekday === weekday).map(({ revenue }) => shown(revenue)),
    ]),
  };
  return html`
    <p>${t("hours.top", { list: top.map(({ name, at }) => `${name} ${at}`).join(", ") || "–" })}</p>
    <${Chart} title=${title} table=${table} hint=${t("hours.hint")} drawing=${(chosen) => html`
      <${Heat} title=${title} weekdays=${WEEKDAYS.map(weekdayName)} chosen=${chosen}
               hours=${named.map((hour) => ({ value: hour.revenue, told: told(hour) }))} />`} />`;
}

/** How the sales were paid: a sale of two tenders counts under both, with its part. */
export function PaymentMethods({ data: { methods } }) {
  if (methods.length === 0) return html`<p>${t("overview.empty")}</p>`;
  const title = t("methods.by_amount");
  const rows = methods.map(({ name, amount, tickets, share }) => ({
    name: t(`method.${name}`), value: amount, shown: `${shown(amount)} · ${percent(share)}`,
    told: t("methods.told", {
      name: t(`method.${name}`), amount: shown(amount), share: percent(share), tickets: number(tickets),
    }),
    cells: [shown(amount), percent(share), number(tickets)],
  }));
  const table = {
    headings: ["name", "amount", "share", "tickets"].map((name) => t(`methods.${name}`)),
    minor: [3],
    rows: rows.map(({ name, cells }) => [name, ...cells]),
  };
  return html`
    <${Chart} title=${title} table=${table} drawing=${(chosen) => html`
      <${HorizontalBars} title=${title} rows=${rows} chosen=${chosen} />`} />`;
}
