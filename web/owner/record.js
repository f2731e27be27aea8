/**
 * A thing of the API that a form changes: read with its `ETag`, changed with `If-Match`. If somebody else
 * changed it meanwhile, the form says what, and goes on with what was typed.
 *
 * @module
 */

import { ApiError, call } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { html, useRef, useSignal } from "../shell/ui.js";
import { Form, shownIn } from "./form.js";
import { NotRead } from "./not_read.js";
import { useReading } from "./reading.js";

const CHANGED_MEANWHILE = 412;
const LOOKS = 5;

/**
 * The thing at `path` (`/api/products/7/`), null while it is not read; `take` an answer that is newer.
 * `problem` says why it cannot be read; `again` tries.
 */
export function useRecord(path) {
  const { answer, problem, again, take } = useReading(() => call("GET", path), [path]);
  return { ...recordIn(path, answer.value), problem, take, again };
}

const recordIn = (path, answer) => ({ path, body: answer?.body ?? null, etag: answer?.headers.get("ETag") });

/** Shown while a record is not read. */
export function Unread({ record: { problem, again } }) {
  if (problem === null) return html`<p role="status">${t("overview.loading")}</p>`;
  return html`<${NotRead} why=${problem} again=${again} />`;
}

/**
 * The form that changes a record that is read.
 *
 * @param {object} props
 * @param {ReturnType<typeof useRecord>} props.record
 * @param {import("./form.js").Field[]} props.fields others of its members are neither sent nor compared
 */
export function RecordForm({ record, fields, ...others }) {
  const conflict = useSignal(null); // what stood before, and what somebody else has made of it
  const begun = useRef(null); // the record that somebody has typed into: it may have been read anew since
  const send = async ({ changed }) => {
    conflict.value = null;
    const seen = Object.keys(changed).length > 0 ? begun.current : record;
    const save = (tag) => call("PATCH", record.path, { body: changed, ifMatch: tag });
    const { answer, conflict: found } = await unlessChanged(seen, fields, save);
    if (answer) return take(answer);
    conflict.value = { before: seen.body, now: found.now };
    throw found.refusal;
  };
  const take = (answer) => { // also below what is typed and not saved
    record.take(answer);
    begun.current = recordIn(record.path, answer);
    conflict.value = null;
  };
  return html`
    ${conflict.value && html`
      <${Conflict} fields=${fields} before=${conflict.value.before} now=${conflict.value.now.body}
        look=${() => take(conflict.value.now)} />`}
    <${Form} fields=${fields} values=${shownIn(fields, record.body)} send=${send}
      onBegin=${() => (begun.current = record)} ...${others} />`;
}

/**
 * What the API answers to `deed(tag)`, unless another value stands by now in one of the form's fields. A
 * change of something else (a sale changes the stock of a product) is none of the form's business: the deed
 * is sent again with the newer tag.
 */
export async function unlessChanged({ path, body, etag }, fields, deed) {
  const before = shownIn(fields, body);
  let tag = etag;
  for (let looks = 0; ; looks += 1) {
    try {
      return { answer: await deed(tag) };
    } catch (refusal) {
      if (!(refusal instanceof ApiError) || refusal.status !== CHANGED_MEANWHILE) throw refusal;
      const now = await call("GET", path);
      if (looks === LOOKS || differing(fields, before, shownIn(fields, now.body)).length > 0) {
        return { conflict: { now, refusal } };
      }
      tag = now.headers.get("ETag");
    }
  }
}

const differing = (fields, before, now) => fields.filter(({ name }) => before[name] !== now[name]);

/** What somebody else changed, and the way on. */
function Conflict({ fields, before, now, look }) {
  const [earlier, later] = [shownIn(fields, before), shownIn(fields, now)];
  const words = ({ options = [], type }, value) => {
    if (type === "checkbox") return t(value ? "form.yes" : "form.no");
    return options.find(([each]) => each === value)?.[1] ?? (value || "–");
  };
  return html`
    <div role="alert" class="card stack conflict">
      <p><strong>${t("form.conflict")}</strong></p>
      <ul>
        ${differing(fields, earlier, later).map((field) => html`
          <li>${t("form.conflict_field", {
            field: t(field.label),
            before: words(field, earlier[field.name]), now: words(field, later[field.name]),
          })}</li>`)}
      </ul>
      <button onClick=${look}>${t("form.conflict_look")}</button>
    </div>`;
}
