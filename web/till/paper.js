/**
 * Rows on a roll of paper, by the browser's own printing: one page that is as wide as the roll and as long as
 * what stands on it.
 *
 * @module
 */

import { html, render } from "../shell/ui.js";
import { QrCode } from "./qr.js";

const MM = 96 / 25.4;

/** Has `@page`, whose size no other style can set: it takes no variables. */
const page = new CSSStyleSheet();

let leave = () => undefined;

/**
 * Print the rows. Returns when the dialog is closed, or at once where there is none.
 *
 * @param {import("./rows.js").Row[]} rows
 * @param {80 | 58} width of the roll, in mm
 */
export function printOnPaper(rows, width) {
  leave();
  const roll = document.createElement("div");
  roll.className = `roll roll-${width}`;
  document.body.append(roll);
  render(html`${rows.map((row) => html`<${Row} ...${row} />`)}`, roll);
  // A page that is wider than long is turned by some drivers.
  const length = Math.max(Math.ceil(roll.getBoundingClientRect().height / MM), width + 1);
  page.replaceSync(`@page { size: ${width}mm ${length}mm; margin: 0 }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
  leave = () => {
    render(null, roll);
    roll.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== page);
    leave = () => undefined;
  };
  addEventListener("afterprint", () => leave(), { once: true });
  print();
}

function Row({ text, strong, qr }) {
  if (qr) return html`<${QrCode} content=${qr} />`;
  return strong ? html`<strong>${text}</strong>` : html`<span>${text}</span>`;
}
