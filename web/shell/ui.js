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
