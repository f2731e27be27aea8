/** Where somebody is logged in, and the end of that. */

import { call } from "../shell/api.js";
import { dateAndTime } from "../shell/format.js";
import { logOut } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Sure, Tag } from "./parts.js";
import { Unread, useRecord } from "./record.js";

const BROWSERS = [
  [/Edg\//, "Edge"], [/OPR\//, "Opera"], [/Firefox\//, "Firefox"], [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS = [
  [/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** A device by the name that it gave itself: `Chrome, Android`; as it is where nothing is known. */
function deviceOf(agent) {
  const known = [BROWSERS, SYSTEMS].map((list) => list.find(([pattern]) => pattern.test(agent))?.[1]);
  return known.filter(Boolean).join(", ") || agent || "–";
}

/**
 * The live sessions of somebody: one is ended by itself, or all. `changed` is called then: so is the account.
 */
export function Sessions({ id, isOwn, changed }) {
  const record = useRecord(isOwn ? "/api/sessions/" : `/api/users/${id}/sessions/`);
  if (!record.body) return html`<${Unread} record=${record} />`;
  const end = (path) => async () => {
    await call("POST", path, { body: {} });
    record.again();
    changed();
  };
  const one = ({ id: each, current }) => (current ? logOut : end(`/api/sessions/${each}/revoke/`));
  return html`
    ${record.body.length === 0 && html`<p>${t("sessions.none")}</p>`}
    <ul class="plain-list">
      ${record.body.map((each) => html`
        <li class="row" key=${each.id} data-session=${each.id}>
          <span class="grow">
            ${deviceOf(each.user_agent)} · ${each.ip_address || "–"}<br />
            <span class="quiet">${t("sessions.used", { at: dateAndTime(each.last_used_at) })}</span>
          </span>
          ${each.current && html`<${Tag} tone="good">${t("sessions.current")}<//>`}
          ${isOwn && html`
            <${Sure} label="sessions.end" question=${t("sessions.end_sure")} deed=${one(each)} />`}
        </li>`)}
    </ul>
    ${!isOwn && record.body.length > 0 && html`
      <${Sure} label="sessions.end_all" question=${t("sessions.end_all_sure")}
        deed=${end(`/api/users/${id}/sessions/revoke/`)} />`}`;
}
