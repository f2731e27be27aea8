/** The four charts of the owner's page, drawn as SVG; what they say stands in texts beside the colours. */
import { Marks, useWidth } from "./chart_frame.js";
import { HEAT_LEVELS, barsIn, clipped, everyNth, level, scale, ticks } from "./figures.js";
import { html } from "../shell/ui.js";

const BARS_HEIGHT = 240;
const MARGIN = { top: 12, right: 8, bottom: 28, left: 64 };
const LABEL_GAP = 8;
const LETTER_WIDTH = 9; // of 16 px text, on average and a bit more

/**
 * @param {object} props
 * @param {string} props.title
 * @param {{label: string, told: string, now: number, before: number | null}[]} props.points `label` stands
 *   below the bar, `told` is what the bar says; `before` null is a part that is not compared
 * @param {(value: number) => string} props.shown a value of the axis
 * @param {number} [props.smallest] the smallest step of the axis
 */
export function Bars({ title, points, shown, smallest = 1, chosen, onChoose }) {
  const [ref, width] = useWidth();
  const highest = Math.max(0, ...points.flatMap(({ now, before }) => [now, before ?? 0]));
  const all = ticks(highest, { smallest });
  const inner = {
    width: Math.max(width - MARGIN.left - MARGIN.right, 1), height: BARS_HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const height = scale(all.at(-1), inner.height);
  const slot = inner.width / Math.max(points.length, 1);
  const place = { slot, y: (value) => inner.height - height(value) };
  return html`
    <div class="drawing" ref=${ref}>
      <svg role="group" aria-label=${title} width=${width} height=${BARS_HEIGHT}
           viewBox="0 0 ${width} ${BARS_HEIGHT}">
        <g transform="translate(${MARGIN.left} ${MARGIN.top})">
          <${Axis} all=${all} shown=${shown} width=${inner.width} y=${place.y} />
          <${Labels} points=${points} slot=${slot} width=${inner.width} y=${inner.height + 20} />
          <${Marks} chosen=${chosen} onChoose=${onChoose} columns=${points.length}
                    marks=${points.map((point, at) => bar(point, at, place, inner.height))} />
          <${Before} points=${points} place=${place} />
        </g>
      </svg>
    </div>
  `;
}

/** A bar, and an invisible one as high as the chart: a small value is as easy to hit as a large one. */
function bar({ told, now }, at, { slot, y }, bottom) {
  const width = Math.max(slot * 0.7, 1);
  const shape = html`
    <rect class="reach" x=${at * slot} y="0" width=${slot} height=${bottom} />
    <rect class="amount" x=${at * slot + (slot - width) / 2} y=${y(now)} width=${width}
          height=${bottom - y(now)} rx=${Math.min(3, width / 3)} />
  `;
  return { told, shape };
}

/** The period before: a dashed line with dots, which differs from the bars without any colour. */
function Before({ points, place: { slot, y } }) {
  const dots = points
    .map(({ before }, at) => ({ before, x: (at + 0.5) * slot }))
    .filter(({ before }) => before !== null)
    .map(({ before, x }) => ({ x, y: y(before) }));
  return html`
    <g class="before" aria-hidden="true">
      <polyline points=${dots.map((dot) => `${dot.x},${dot.y}`).join(" ")} />
      ${dots.map((dot) => html`<circle cx=${dot.x} cy=${dot.y} r="2.5" />`)}
    </g>
  `;
}

function Axis({ all, shown, width, y }) {
  return all.map((tick) => html`
    <g class="axis" aria-hidden="true">
      <line x1="0" x2=${width} y1=${y(tick)} y2=${y(tick)} />
      <text x="-8" y=${y(tick)} dy="0.32em" text-anchor="end">${shown(tick)}</text>
    </g>
  `);
}

function Labels({ points, slot, width, y }) {
  const length = (label) => label.length * LETTER_WIDTH;
  const widest = Math.max(...points.map(({ label }) => length(label)));
  const nth = everyNth(points.length, width, widest + LABEL_GAP);
  const most = (label) => width + MARGIN.right - length(label) / 2; // the last one is not cut
  const centre = (label, at) => Math.min((at + 0.5) * slot, most(label));
  const written = points.map(({ label }, at) => ({ label, at })).filter(({ at }) => at % nth === 0);
  return written.map(({ label, at }) => html`
    <text class="label" aria-hidden="true" x=${centre(label, at)} y=${y} text-anchor="middle">${label}</text>
  `);
}

const ROW_HEIGHT = 48;
const BAR_HEIGHT = 14;

/**
 * @param {object} props
 * @param {string} props.title
 * @param {{name: string, value: number, shown: string, told: string}[]} props.rows a loss is below 0
 */
export function HorizontalBars({ title, rows, chosen, onChoose }) {
  const [ref, width] = useWidth();
  const { zero, bars } = barsIn(rows.map(({ value }) => value), width);
  return html`
    <div class="drawing" ref=${ref}>
      <svg role="group" aria-label=${title} width=${width} height=${rows.length * ROW_HEIGHT}
           viewBox="0 0 ${width} ${rows.length * ROW_HEIGHT}">
        <${Marks} chosen=${chosen} onChoose=${onChoose}
                  marks=${rows.map((each, at) => row(each, at * ROW_HEIGHT, width, { ...bars[at], zero }))} />
      </svg>
    </div>
  `;
}

function row({ name, value, shown, told }, y, width, bar) {
  const shape = html`
    <rect class="reach" x="0" y=${y} width=${width} height=${ROW_HEIGHT} />
    <text class="name" x="0" y=${y + 18}>${clipped(name, width / LETTER_WIDTH - shown.length - 1)}</text>
    <text class="value" x=${width} y=${y + 18} text-anchor="end">${shown}</text>
    <rect class="track" x="0" y=${y + 26} width=${width} height=${BAR_HEIGHT} rx="3" />
    <rect class=${value < 0 ? "amount loss" : "amount"} x=${bar.x} y=${y + 26} width=${bar.length}
          height=${BAR_HEIGHT} rx="3" />
    ${bar.zero > 0 && html`<line class="zero" x1=${bar.zero} x2=${bar.zero} y1=${y + 24} y2=${y + 42} />`}
  `;
  return { told, shape };
}

const HOURS = 24;
const HEAT_LEFT = 40;
const HEAT_TOP = 22;
const CELL_HEIGHT = { least: 22, most: 28 };
const HOURS_WRITTEN = [0, 6, 12, 18];

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string[]} props.weekdays seven short names, from Monday
 * @param {{value: number, told: string}[]} props.hours 168, from Monday at midnight
 */
export function Heat({ title, weekdays, hours, chosen }) {
  const [ref, width] = useWidth();
  const wide = Math.max((width - HEAT_LEFT) / HOURS, 1);
  const cell = { width: wide, height: Math.min(CELL_HEIGHT.most, Math.max(CELL_HEIGHT.least, wide)) };
  const highest = Math.max(0, ...hours.map(({ value }) => value));
  const height = HEAT_TOP + cell.height * weekdays.length;
  return html`
    <div class="drawing" ref=${ref}>
      <svg role="group" aria-label=${title} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
        ${weekdays.map((name, at) => html`
          <text class="label" aria-hidden="true" x="0" y=${HEAT_TOP + (at + 0.5) * cell.height} dy="0.32em">
            ${name}
          </text>
        `)}
        ${HOURS_WRITTEN.map((hour) => html`
          <text class="label" aria-hidden="true" x=${HEAT_LEFT + (hour + 0.5) * cell.width} y="15"
                text-anchor="middle">${hour} h</text>
        `)}
        <${Marks} chosen=${chosen} columns=${HOURS}
                  marks=${hours.map((hour, at) => hourOfWeek(hour, at, cell, level(hour.value, highest)))} />
      </svg>
    </div>
  `;
}

function hourOfWeek({ told }, at, cell, strength) {
  const x = HEAT_LEFT + (at % HOURS) * cell.width;
  const y = HEAT_TOP + Math.floor(at / HOURS) * cell.height;
  const part = 0.3 + (0.6 * strength) / HEAT_LEVELS;
  const side = { width: cell.width * part, height: cell.height * part };
  const shape = html`
    <rect class="reach" x=${x} y=${y} width=${cell.width} height=${cell.height} />
    <rect class="heat heat-${strength}" rx="2" width=${side.width} height=${side.height}
          x=${x + (cell.width - side.width) / 2} y=${y + (cell.height - side.height) / 2} />
  `;
  return { told, shape };
}

const SPARK_WIDTH = 96;
const SPARK_HEIGHT = 28;
const SPARK_PAD = 3;

/** @param {{title: string, values: number[]}} props oldest first; its axis begins at 0, or at a loss below */
export function Sparkline({ title, values }) {
  if (values.length < 2) return null;
  const lowest = Math.min(0, ...values);
  const y = scale(Math.max(0, ...values) - lowest, SPARK_HEIGHT - 2 * SPARK_PAD);
  const height = (value) => SPARK_HEIGHT - SPARK_PAD - y(value - lowest);
  const step = (SPARK_WIDTH - 2 * SPARK_PAD) / (values.length - 1);
  const dots = values.map((value, at) => [SPARK_PAD + at * step, height(value)]);
  const [x, last] = dots.at(-1);
  return html`
    <svg class="sparkline" role="img" aria-label=${title} width=${SPARK_WIDTH} height=${SPARK_HEIGHT}
         viewBox="0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}">
      ${lowest < 0 && html`<line x1="0" x2=${SPARK_WIDTH} y1=${height(0)} y2=${height(0)} />`}
      <polyline points=${dots.map((dot) => dot.join(",")).join(" ")} />
      <circle cx=${x} cy=${last} r="2.5" />
    </svg>
  `;
}
