/** The till: the page at the counter. */
import { open } from "../shell/page.js";
import { logOut, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";

function Till() {
  return html`
    <header class="bar row">
      <h1>${t("app.till")}</h1>
      <span>${session.value.name}</span>
      <button onClick=${logOut}>${t("logout")}</button>
    </header>
    <main></main>`;
}

await open("till", Till, { roles: ["EMPLOYEE", "ADMIN", "OWNER"] });
