/** Named amounts as horizontal bars, the name and the amount written beside each. */

import { html } from "../../shell/ui.js";
import { scale } from "../figures.js";
import { Marks } from "./marks.js";
import { useWidth } from "./width.js";

const ROW = 48;
const BAR = 14;

/**
 * @param {object} props
 * @param {string} props.title
 * @param {{name: string, value: number, shown: string, told: string}[]} props.rows
 */
export function HorizontalBars({ title, rows, chosen, onChoose }) {
  const [ref, width] = useWidth();
  const length = scale(Math.max(0, ...rows.map(({ value }) => value)), width);
  return html`
    <div class="drawing" ref=${ref}>
      <svg role="group" aria-label=${title} width=${width} height=${rows.length * ROW}
           viewBox="0 0 ${width} ${rows.length * ROW}">
        <${Marks} chosen=${chosen} onChoose=${onChoose}
                  marks=${rows.map((row, at) => mark(row, at * ROW, width, length))} />
      </svg>
    </div>
  `;
}

function mark({ name, value, shown, told }, y, width, length) {
  const shape = html`
    <rect class="reach" x="0" y=${y} width=${width} height=${ROW} />
    <text class="name" x="0" y=${y + 18}>${name}</text>
    <text class="value" x=${width} y=${y + 18} text-anchor="end">${shown}</text>
    <rect class="track" x="0" y=${y + 26} width=${width} height=${BAR} rx="3" />
    <rect class="bar" x="0" y=${y + 26} width=${length(value)} height=${BAR} rx="3" />
  `;
  return { told, shape };
}
