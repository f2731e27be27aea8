/** The frame of every chart: its title, the drawing, what the chosen mark says, and the same data as a table. */

import { t } from "../../shell/texts.js";
import { html, useSignal } from "../../shell/ui.js";

/**
 * @param {object} props
 * @param {string} props.title names the chart and its table
 * @param {{headings: string[], rows: string[][]}} props.table the same data; the first column names the row
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
        <${DataTable} caption=${title} ...${table} />
      </details>
    </figure>
  `;
}

/** A table that scrolls sideways by itself where it is wider than the screen, by keyboard too. */
export function DataTable({ caption, headings, rows }) {
  return html`
    <div class="table" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <thead>
          <tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(([name, ...cells]) => html`
            <tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
          `)}
        </tbody>
      </table>
    </div>
  `;
}
