/** The hours of the week, 7 × 24: a square grows and darkens with what was sold, so that colour is not alone. */

import { html } from "../../shell/ui.js";
import { level } from "../figures.js";
import { Marks } from "./marks.js";
import { useWidth } from "./width.js";

const HOURS = 24;
const LEVELS = 5;
const LEFT = 36;
const TOP = 20;
const HOURS_WRITTEN = [0, 6, 12, 18];

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string[]} props.weekdays seven short names, from Monday
 * @param {{value: number, told: string}[]} props.hours 168, from Monday at midnight
 */
export function Heat({ title, weekdays, hours, chosen }) {
  const [ref, width] = useWidth();
  const cell = { width: (width - LEFT) / HOURS, height: Math.min(28, Math.max(22, (width - LEFT) / HOURS)) };
  const highest = Math.max(0, ...hours.map(({ value }) => value));
  const height = TOP + cell.height * weekdays.length;
  return html`
    <div class="drawing" ref=${ref}>
      <svg role="group" aria-label=${title} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
        ${weekdays.map((name, at) => html`
          <text class="label" aria-hidden="true" x="0" y=${TOP + (at + 0.5) * cell.height} dy="0.32em">${name}</text>
        `)}
        ${HOURS_WRITTEN.map((hour) => html`
          <text class="label" aria-hidden="true" x=${LEFT + hour * cell.width} y="13">${hour} h</text>
        `)}
        <${Marks} chosen=${chosen} columns=${HOURS}
                  marks=${hours.map((hour, at) => mark(hour, at, cell, level(hour.value, highest, LEVELS)))} />
      </svg>
    </div>
  `;
}

function mark({ told }, at, cell, strength) {
  const x = LEFT + (at % HOURS) * cell.width;
  const y = TOP + Math.floor(at / HOURS) * cell.height;
  const part = 0.3 + (0.6 * strength) / LEVELS;
  const side = { width: cell.width * part, height: cell.height * part };
  const shape = html`
    <rect class="reach" x=${x} y=${y} width=${cell.width} height=${cell.height} />
    <rect class="heat heat-${strength}" rx="2" width=${side.width} height=${side.height}
          x=${x + (cell.width - side.width) / 2} y=${y + (cell.height - side.height) / 2} />
  `;
  return { told, shape };
}
