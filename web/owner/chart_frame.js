/** What every chart has: a frame, a table of the same data, marks that a keyboard reaches, its width. */
import { t } from "../shell/texts.js";
import { html, useEffect, useLayoutEffect, useRef, useSignal } from "../shell/ui.js";
import { moved } from "./figures.js";
import { Table } from "./table.js";

const FIRST_WIDTH = 320;

/**
 * @param {object} props
 * @param {string} props.title names the chart and its table
 * @param {{headings: string[], rows: string[][], minor?: number[]}} props.table the same data
 * @param {string} [props.hint] shown until a mark is chosen
 * @param {(chosen: import("../../shell/ui.js").Signal<string>) => unknown} props.drawing draws the chart;
 *   its marks write what they say into the signal
 */
export function Chart({ title, table, hint = t("chart.hint"), drawing }) {
  const chosen = useSignal("");
  return html`
    <figure class="chart">
      <figcaption>${title}</figcaption>
      ${drawing(chosen)}
      <p class="chart-told" aria-hidden="true">${chosen.value || hint}</p>
      <details>
        <summary>${t("chart.table")}</summary>
        <${Table} title=${title} ...${table} />
      </details>
    </figure>
  `;
}

/**
 * @param {object} props
 * @param {{told: string, shape: unknown}[]} props.marks what each mark says, and its drawing
 * @param {import("../../shell/ui.js").Signal<string>} props.chosen shows what the chosen mark says
 * @param {number} [props.columns] marks in a row, for the keys up and down
 * @param {(at: number) => void} [props.onChoose] Enter or a click on a mark
 */
export function Marks({ marks, chosen, columns = 1, onChoose }) {
  const stop = useSignal(0);
  const pointed = useRef(null);
  useLayoutEffect(() => { // other figures have come: nothing of those before is told
    if (pointed.current !== null) chosen.value = marks[pointed.current]?.told ?? "";
  }, [marks]);
  const last = Math.min(stop.value, marks.length - 1);
  const go = (event) => {
    if (event.key === "Enter") onChoose?.(last);
    const next = moved(last, event.key, marks.length, columns);
    if (next === last) return;
    event.preventDefault();
    stop.value = next;
    event.currentTarget.children[next].focus();
  };
  const point = (at) => {
    pointed.current = at;
    chosen.value = marks[at].told;
  };
  const choose = (at) => {
    stop.value = at;
    point(at);
  };
  return html`
    <g onKeyDown=${go}>
      ${marks.map(({ told, shape }, at) => html`
        <g class="mark" role="img" aria-label=${told} tabindex=${at === last ? 0 : -1}
           onFocus=${() => choose(at)} onPointerEnter=${() => point(at)}
           onClick=${() => { choose(at); onChoose?.(at); }}>
          <title>${told}</title>
          ${shape}
        </g>
      `)}
    </g>
  `;
}

/** `[ref, width]`: give `ref` to the element; `width` follows it. */
export function useWidth() {
  const ref = useRef(null);
  const width = useSignal(FIRST_WIDTH);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.max(Math.floor(entry.contentRect.width), 1);
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width.value];
}
