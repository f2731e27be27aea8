/** One person who works here: data and role, password, PIN, sessions, and what happened with the account. */

import { call } from "../shell/api.js";
import { dateAndTime } from "../shell/format.js";
import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { List } from "./list.js";
import { askForNames, fullName } from "./names.js";
import { optionsOf } from "./options.js";
import { Card, Head, Tag } from "./parts.js";
import { addressOf, go } from "./places.js";
import { RecordForm, Unread, useRecord } from "./record.js";
import { Remove } from "./remove.js";
import { Sessions } from "./sessions.js";

export const USER_FIELDS = [
  { name: "first_name", label: "person.first_name", isRequired: true },
  { name: "last_name", label: "person.last_name", isRequired: true },
  { name: "username", label: "person.username", isRequired: true },
  { name: "email", label: "person.email", type: "email", isRequired: true },
  { name: "phone_number", label: "customer.phone", type: "tel" },
  { name: "address", label: "person.address" },
];

/** What somebody may: `USER` are shoppers, to whom nobody is made here, but who works here may become one. */
export const roleField = (roles = ["EMPLOYEE", "ADMIN", "OWNER"]) => ({
  name: "role", label: "person.role", hint: "person.role_hint",
  options: optionsOf("role", roles),
});

/** The user with this id; one's own page also sets the PIN. */
export function User({ id }) {
  const record = useRecord(`/api/users/${id}/`);
  const isOwn = id === session.value.id;
  if (!record.body) return html`<${Head} /><${Unread} record=${record} />`;
  const user = record.body;
  const removed = () => {
    go(addressOf("users"));
    return askForNames();
  };
  const roles = ["EMPLOYEE", "ADMIN", "OWNER", ...(user.role === "USER" ? ["USER"] : [])];
  const fields = [...USER_FIELDS, roleField(roles)];
  return html`
    <${Head} title=${fullName(user)}>
      <${Tag}>${t(`role.${user.role}`)}<//>
      ${isOwn
        ? html`<${Tag} tone="good">${t("users.me")}<//>`
        : html`<${Remove} record=${record} fields=${fields} label="users.delete"
            question=${t("users.delete_sure", { name: fullName(user) })} done=${removed} />`}
    <//>
    <${Card} title=${t("customer.data")} name="data"><${RecordForm} record=${record} fields=${fields} /><//>
    <div class="blocks">
      <${Card} title=${t("person.password")} name="password">
        <${Password} id=${id} isOwn=${isOwn} changed=${record.again} />
      <//>
      ${isOwn && html`<${Card} title=${t("pin.title")} name="pin"><${Pin} /><//>`}
      <${Card} title=${t("sessions.title")} name="sessions" isWhole=${isOwn}>
        <${Sessions} id=${id} isOwn=${isOwn} changed=${record.again} />
      <//>
    </div>
    <${Audit} id=${id} />`;
}

/** A field for a password or a PIN. */
export const secret = (name, label, more = {}) => ({
  name, label, type: "password", isRequired: true, toApi: (value) => value, // blanks belong to it
  attributes: { autocomplete: name === "current_password" ? "current-password" : "new-password" }, ...more,
});

/**
 * One's own password needs the one of now; somebody else's new one ends their sessions and takes their PIN.
 */
function Password({ id, isOwn, changed }) {
  const now = secret("current_password", "person.current_password");
  const later = secret("password", "person.new_password", { hint: "person.password_hint" });
  const send = async ({ all }) => {
    await call("PATCH", isOwn ? "/api/users/me/" : `/api/users/${id}/`, { body: all });
    changed();
  };
  return html`
    <p class="quiet">${t(isOwn ? "person.password_own" : "person.password_other")}</p>
    <${Form} fields=${isOwn ? [now, later] : [later]} values=${{ password: "", current_password: "" }}
      send=${send}
      submit="person.password_set" saved="person.password_saved" />`;
}

function Pin() {
  const fields = [
    secret("pin", "pin.new", { hint: "pin.hint",
      attributes: { inputmode: "numeric", autocomplete: "off", maxlength: 8 } }),
    secret("current_password", "person.current_password"),
  ];
  const send = async ({ all }) => void (await call("PUT", "/api/users/me/pin/", { body: all }));
  return html`
    <p class="quiet">${t("pin.told")}</p>
    <${Form} fields=${fields} values=${{ pin: "", current_password: "" }} send=${send} submit="pin.set"
      saved="pin.saved" />`;
}

/** Who did what with the account, from where. */
function Audit({ id }) {
  const columns = [
    { name: "at", label: "order.at", cell: (event) => dateAndTime(event.created_at) },
    { name: "kind", label: "audit.kind", cell: (event) => t(`audit.${event.kind}`) },
    { name: "actor", label: "audit.actor", cell: (event) => event.actor ?? "–" },
    { name: "from", label: "audit.from", minor: true, cell: (event) => event.ip_address || "–" },
  ];
  return html`
    <${Card} title=${t("audit.title")} name="audit">
      <${List} path=${`/api/users/${id}/audit/`} title=${t("audit.title")} prefix="audit." columns=${columns}
        search=${false} limit=${10} />
    <//>`;
}
