/** A QR code as SVG. The program that computes it is loaded when something is printed first. */
import { html } from "../shell/ui.js";
import { qrcode } from "../vendor/qrcode.js";

/** White modules around a code, without which no reader finds it. */
const QUIET = 4;
/** The version that the text needs, and correction M, as the printer's own codes have (`escpos.js`). */
const SMALLEST = 0;
const CORRECTION = "M";

export function QrCode({ content }) {
  const code = qrcode(SMALLEST, CORRECTION);
  code.addData(content);
  code.make();
  const size = code.getModuleCount();
  const whole = size + 2 * QUIET;
  return html`
    <svg class="qr" viewBox="0 0 ${whole} ${whole}" role="img" aria-label=${content}>
      <path d=${outline(code, size)} shape-rendering="crispEdges" />
    </svg>`;
}

function outline(code, size) {
  const places = Array.from({ length: size }, (_, place) => place);
  return places
    .flatMap((row) => places.filter((column) => code.isDark(row, column)).map((column) => [row, column]))
    .map(([row, column]) => `M${column + QUIET} ${row + QUIET}h1v1h-1z`)
    .join("");
}
