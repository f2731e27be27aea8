/**
 * A sheet over the page. Escape closes it, and the focus goes back to where it was.
 *
 * @module
 */

import { html, modal, useRef } from "../shell/ui.js";

/** `close` is called when it is left, however that happens. */
export function Sheet({ title, close, children }) {
  const sheet = useRef(null);
  sheet.current ??= modal();
  const closed = ({ currentTarget }) => currentTarget.isConnected && close();
  return html`
    <dialog ref=${sheet.current} onClose=${closed} aria-label=${title}>
      <div class="stack">
        <h2>${title}</h2>
        ${children}
      </div>
    </dialog>`;
}
