/** What pages are written with: Preact, its hooks and signals, and `html` templates. */
export {
  html, render, h, Fragment,
  signal, computed, effect, batch, untracked,
  useSignal, useComputed, useSignalEffect, useEffect, useLayoutEffect, useRef,
} from "../vendor/preact.js";

/** Resolved when what was done stands on the screen. */
export function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/**
 * The ref of a dialog that is shown over the page as long as it is there. A ref is set before the effects of
 * what is in the dialog, which find it open; cleared before it goes, so that the focus goes back.
 */
export function modal() {
  let sheet;
  return (dialog) => {
    if (dialog === null) return sheet.close();
    sheet = dialog;
    sheet.showModal();
  };
}
