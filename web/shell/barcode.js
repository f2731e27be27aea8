/** A barcode as SVG: EAN-13 for thirteen digits that are one, else Code 128. */
import { code128, isCode128 } from "./code128.js";
import { ean13, isEan13 } from "./ean13.js";
import { html } from "./ui.js";

const HEIGHT = 40;
/** Empty modules on either side, without which a reader finds no beginning and no end. */
const QUIET = 11;

/**
 * The bars, and below them the text. It is as wide as what it stands in, unless a style makes it a multiple
 * of its `--modules`; black on white in the dark, too.
 * A text that no barcode can say is shown without bars.
 */
export function Barcode({ text }) {
  const widthsOf = isEan13(text) ? ean13 : code128;
  return html`
    <figure class="barcode">
      ${isCode128(text) && html`<${Bars} text=${text} widths=${widthsOf(text)} />`}
      <figcaption>${text}</figcaption>
    </figure>`;
}

function Bars({ text, widths }) {
  const whole = widths.reduce((sum, width) => sum + width, 2 * QUIET);
  return html`
    <svg viewBox="0 0 ${whole} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${text}
      style=${{ "--modules": whole }}>
      <path d=${outline(widths)} shape-rendering="crispEdges" />
    </svg>`;
}

/** One rectangle for each bar. */
function outline(widths) {
  let at = QUIET;
  return widths
    .map((width, place) => {
      const bar = place % 2 === 0 ? `M${at} 0h${width}v${HEIGHT}h-${width}z` : "";
      at += width;
      return bar;
    })
    .join("");
}
