/** Bars of a period, and the period before as a line over them, on one axis from 0. */

import { html } from "../../shell/ui.js";
import { everyNth, scale, ticks } from "../figures.js";
import { Marks } from "./marks.js";
import { useWidth } from "./width.js";

const HEIGHT = 240;
const MARGIN = { top: 12, right: 8, bottom: 28, left: 64 };
const LABEL_WIDTH = 52;

/**
 * @param {object} props
 * @param {string} props.title
 * @param {{label: string, told: string, now: number, before: number | null}[]} props.points `label` stands
 *   below the bar, `told` is what the bar says; `now` null is a part still to come
 * @param {(value: number) => string} props.shown a value of the axis
 * @param {number} [props.smallest] the smallest step of the axis
 */
export function Bars({ title, points, shown, smallest = 1, chosen, onChoose }) {
  const [ref, width] = useWidth();
  const highest = Math.max(0, ...points.flatMap(({ now, before }) => [now ?? 0, before ?? 0]));
  const all = ticks(highest, { smallest });
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const height = scale(all.at(-1), inner.height);
  const place = { slot: inner.width / Math.max(points.length, 1), y: (value) => inner.height - height(value) };
  return html`
    <div class="drawing" ref=${ref}>
      <svg role="group" aria-label=${title} width=${width} height=${HEIGHT} viewBox="0 0 ${width} ${HEIGHT}">
        <g transform="translate(${MARGIN.left} ${MARGIN.top})">
          <${Axis} all=${all} shown=${shown} width=${inner.width} y=${place.y} />
          <${Labels} points=${points} slot=${place.slot} width=${inner.width} y=${inner.height + 20} />
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
    <rect class="bar" x=${at * slot + (slot - width) / 2} y=${y(now ?? 0)} width=${width}
          height=${bottom - y(now ?? 0)} rx=${Math.min(3, width / 3)} />
  `;
  return { told, shape };
}

/** The period before: a dashed line with dots, which differs from the bars without any colour. */
function Before({ points, place: { slot, y } }) {
  const dots = points
    .map(({ before }, at) => ({ x: (at + 0.5) * slot, y: y(before ?? 0), known: before !== null }))
    .filter(({ known }) => known);
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
  const nth = everyNth(points.length, width, LABEL_WIDTH);
  const written = points.map(({ label }, at) => ({ label, at })).filter(({ at }) => at % nth === 0);
  return written.map(({ label, at }) => html`
    <text class="label" aria-hidden="true" x=${(at + 0.5) * slot} y=${y} text-anchor="middle">${label}</text>
  `);
}
