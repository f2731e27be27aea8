/** The page of who runs the shop. */
import { later, open } from "../shell/page.js";
import { logOut, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";

const Overview = later(async () => (await import("./overview.js")).Overview);

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
