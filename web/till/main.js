/** The till: the page at the counter. What is behind the log-in is loaded after it. */
import { open } from "../shell/page.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect, useSignal } from "../shell/ui.js";

const isBusy = signal(false);

function Loaded() {
  const Till = useSignal(null);
  useEffect(() => {
    import("./till.js").then(({ opened }) => (Till.value = { found: opened(isBusy) }));
  }, []);
  return Till.value && html`<${Till.value.found} />`;
}

/** There browsers have neither locks, without which two tabs would send a sale, nor ids for sales. */
function NotTrusted() {
  return html`
    <main class="login">
      <section class="card stack">
        <h1>${t("app.till")}</h1>
        <p role="alert">${t("till.not_trusted")}</p>
      </section>
    </main>`;
}

const Page = isSecureContext ? Loaded : NotTrusted;
await open("till", Page, { roles: ["EMPLOYEE", "ADMIN", "OWNER"], isBusy });
