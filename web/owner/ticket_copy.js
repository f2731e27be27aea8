/** A copy of a ticket as the shop's server lays it out, to read and to print. */

import { call } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { t } from "../shell/texts.js";
import { html, useRef, useSignal } from "../shell/ui.js";

const COLUMNS = 42; // that the server lays out

/**
 * The button that shows the ticket of an order of the tills, and prints it: the sheet alone is on the paper.
 */
export function TicketCopy({ id }) {
  const sheet = useRef(null);
  const text = useSignal("");
  const { problem, attempt } = useAttempt();
  const show = () => attempt(async () => {
    text.value = marked((await call("GET", `/api/orders/${id}/ticket/`, { accept: "text/plain" })).body);
    sheet.current.showModal();
  });
  return html`
    <button class="no-print" onClick=${show}>${t("ticket.show")}</button>
    <p role="alert" class="problem">${problem}</p>
    <dialog ref=${sheet} class="paper" aria-label=${t("ticket.title")}>
      <pre class="ticket" tabindex="0">${text}</pre>
      <div class="row no-print">
        <button class="primary" onClick=${() => window.print()}>${t("ticket.print")}</button>
        <button onClick=${() => sheet.current.close()}>${t("ticket.close")}</button>
      </div>
    </dialog>`;
}

/** The customer has the first one: what is printed here says that it is a copy, as at the till. */
function marked(ticket) {
  const mark = `*** ${t("ticket.copy")} ***`;
  return `${mark.padStart((COLUMNS + mark.length) >> 1)}\n\n${ticket}`;
}
