/** A table of a thing's parts, or of the data of a chart. */
import { html } from "../shell/ui.js";

/**
 * It scrolls sideways by itself where it is wider than the screen, by keyboard too.
 * @param {object} props
 * @param {string} props.title names it for people who do not see it
 * @param {string[]} props.headings
 * @param {unknown[][]} props.rows what the cells show; the first one names its row
 * @param {number} [props.numericFrom] numbers from this column on
 * @param {number[]} [props.minor] the places of the columns that are not shown on a phone
 */
export function Table({ title, headings, rows, numericFrom = 1, minor = [] }) {
  const look = (at) => `${at >= numericFrom ? "number" : ""} ${minor.includes(at) ? "minor" : ""}`;
  return html`
    <div class="table" tabindex="0" role="group" aria-label=${title}>
      <table aria-label=${title}>
        <thead>
          <tr>${headings.map((heading, at) => html`<th scope="col" class=${look(at)}>${heading}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(([name, ...cells]) => html`
            <tr>
              <th scope="row" class=${look(0)}>${name}</th>
              ${cells.map((cell, at) => html`<td class=${look(at + 1)}>${cell}</td>`)}
            </tr>`)}
        </tbody>
      </table>
    </div>`;
}
