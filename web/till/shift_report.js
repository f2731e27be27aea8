/**
 * The report of a shift on the screen: X while it is open, Z after its close.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { nameOf } from "./cashiers.js";
import { headOf, sectionsOf } from "./report_sections.js";

/** `report` as the API answers it. */
export function ShiftReport({ report }) {
  const { title, lines } = headOf(report.shift, { t, nameOf });
  return html`
    <article class="report stack" data-report=${report.shift.z_number ?? "X"}>
      <header>
        <h2>${title}</h2>
        ${lines.map((line) => html`<p>${line}</p>`)}
      </header>
      <div class="figures">
        ${sectionsOf(report, t).map((section) => html`<${Section} key=${section.title} ...${section} />`)}
      </div>
    </article>`;
}

function Section({ title, columns, figures }) {
  return html`
    <section>
      <h3>${title}</h3>
      <table>
        ${columns.length > 0 && html`
          <thead>
            <tr><td></td>${columns.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr>
          </thead>`}
        <tbody>${figures.map((figure) => html`<${Figure} ...${figure} />`)}</tbody>
      </table>
    </section>`;
}

function Figure({ name, values, strong }) {
  return html`
    <tr class=${strong ? "sum" : ""}>
      <th scope="row">${name}</th>
      ${values.map(({ text, tone }) => html`<td class="number ${tone ?? ""}">${text}</td>`)}
    </tr>`;
}
