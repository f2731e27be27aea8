/** The last points of a figure as a small line; a decoration beside the figure, which says what counts. */

import { html } from "../../shell/ui.js";
import { scale } from "../figures.js";

const WIDTH = 96;
const HEIGHT = 28;
const PAD = 3;

/** @param {{title: string, values: number[]}} props oldest first; its axis begins at 0 */
export function Sparkline({ title, values }) {
  if (values.length < 2) return null;
  const y = scale(Math.max(...values), HEIGHT - 2 * PAD);
  const step = (WIDTH - 2 * PAD) / (values.length - 1);
  const dots = values.map((value, at) => [PAD + at * step, HEIGHT - PAD - y(value)]);
  const [x, last] = dots.at(-1);
  return html`
    <svg class="sparkline" role="img" aria-label=${title} width=${WIDTH} height=${HEIGHT}
         viewBox="0 0 ${WIDTH} ${HEIGHT}">
      <polyline points=${dots.map((dot) => dot.join(",")).join(" ")} />
      <circle cx=${x} cy=${last} r="2.5" />
    </svg>
  `;
}
