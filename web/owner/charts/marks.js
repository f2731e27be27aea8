/** Marks of a chart that a keyboard reaches: one stop of the Tab key, arrow keys move between them. */

import { html, useSignal } from "../../shell/ui.js";
import { moved } from "../figures.js";

/**
 * @param {object} props
 * @param {{told: string, shape: unknown}[]} props.marks what each mark says, and its drawing
 * @param {import("../../shell/ui.js").Signal<string>} props.chosen shows what the chosen mark says
 * @param {number} [props.columns] marks in a row, for the keys up and down
 * @param {(at: number) => void} [props.onChoose] Enter or a click on a mark
 */
export function Marks({ marks, chosen, columns = 1, onChoose }) {
  const stop = useSignal(0);
  const last = Math.min(stop.value, marks.length - 1);
  const go = (event) => {
    if (event.key === "Enter") onChoose?.(last);
    const next = moved(last, event.key, marks.length, columns);
    if (next === last) return;
    event.preventDefault();
    stop.value = next;
    event.currentTarget.children[next].focus();
  };
  const choose = (at) => {
    stop.value = at;
    chosen.value = marks[at].told;
  };
  return html`
    <g onKeyDown=${go}>
      ${marks.map(({ told, shape }, at) => html`
        <g class="mark" role="img" aria-label=${told} tabindex=${at === last ? 0 : -1}
           onFocus=${() => choose(at)} onPointerEnter=${() => { chosen.value = told; }}
           onClick=${() => { choose(at); onChoose?.(at); }}>
          <title>${told}</title>
          ${shape}
        </g>
      `)}
    </g>
  `;
}
