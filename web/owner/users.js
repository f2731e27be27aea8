/** The place of the people who work here: who they are, and what they may. */

import { call } from "../shell/api.js";
import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { List } from "./list.js";
import { fullName } from "./names.js";
import { optionsOf } from "./options.js";
import { Head, Tag } from "./parts.js";
import { addressOf, go } from "./places.js";
import { USER_FIELDS, User, roleField, secret } from "./user.js";

const TONES = { OWNER: "good", ADMIN: "warn" };
const COLUMNS = [
  { name: "name", label: "customer.name", ordering: "first_name", cell: fullName },
  { name: "email", label: "person.email", ordering: "email", minor: true, cell: ({ email }) => email },
  { name: "username", label: "person.username", ordering: "username", minor: true,
    cell: (user) => user.username },
  { name: "role", label: "person.role",
    cell: ({ role }) => html`<${Tag} tone=${TONES[role]}>${t(`role.${role}`)}<//>` },
];
const ROLES = ["EMPLOYEE", "ADMIN", "OWNER", "USER", "ALL"];

/** `part` is `new`, or the id of somebody. */
export function Users({ part }) {
  if (part === "new") return html`<main class="owner"><${NewUser} /></main>`;
  if (part !== undefined) return html`<main class="owner"><${User} key=${part} id=${Number(part)} /></main>`;
  const roles = { name: "role", label: "person.role", options: optionsOf("role", ROLES), any: "role.staff" };
  return html`
    <main class="owner">
      <${List} path="/api/users/" title=${t("place.users")} columns=${COLUMNS} filters=${[roles]}
        search="users.search" opens=${({ id }) => addressOf("users", id)}>
        <a class="button" href=${addressOf("users", session.value.id)}>${t("users.me")}</a>
        <a class="button primary" href=${addressOf("users", "new")}>${t("users.new")}</a>
      <//>
    </main>`;
}

function NewUser() {
  const password = secret("password", "person.password", { hint: "person.password_hint" });
  const send = async ({ all, key }) => {
    const { body } = await call("POST", "/api/users/", { body: all, key });
    return () => go(addressOf("users", body.id));
  };
  return html`
    <${Head} title=${t("users.new")} />
    <div class="card">
      <${Form} fields=${[...USER_FIELDS, roleField(), password]} values=${{ role: "EMPLOYEE" }}
        send=${send} />
    </div>`;
}
