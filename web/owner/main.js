/** The page of who runs the shop. */
import { open } from "../shell/page.js";
import { logOut, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Overview } from "./overview.js";

function Owner() {
  return html`
    <header class="bar row">
      <h1>${t("app.owner")}</h1>
      <span>${session.value.name}</span>
      <button onClick=${logOut}>${t("logout")}</button>
    </header>
    <${Overview} />`;
}

await open("owner", Owner, { roles: ["ADMIN", "OWNER"] });
