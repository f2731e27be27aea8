/**
 * Forms: a label for each field, what the API says against a value beside its field, and the first such field
 * has the focus. What is typed stays until it is saved.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { amount, typedCents } from "../shell/money.js";
import { useRepeatable } from "../shell/repeats.js";
import { t } from "../shell/texts.js";
import { told, worded } from "../shell/told.js";
import { html, useEffect, useLayoutEffect, useRef, useSignal } from "../shell/ui.js";
import { unsavedForms, useWayOn } from "./places.js";

/** Where the focus goes: a field of several inputs is not marked itself. */
const FIRST_WRONG = ".field:has(> .problem) :is(input, select, textarea, button)";

let forms = 0;

/**
 * @typedef {object} Field
 * @property {string} name the API's member
 * @property {string} label a text's key
 * @property {"text"|"money"|"number"|"date"|"checkbox"|"textarea"|"email"|"tel"|"password"} [type]
 * @property {string[][]} [options] `[value, label]`: a choice of these
 * @property {string} [hint] a text's key: shown below the field
 * @property {(values: object) => string} [note] shown below the hint, of what stands in all fields
 * @property {string} [group] a text's key: the heading of this field and those after it
 * @property {boolean} [isRequired] marked so; what is missing says the API
 * @property {boolean} [isWide] takes the whole width
 * @property {(value: string) => unknown} [toApi] what is sent for what is typed
 * @property {Function} [Input] a component of its own instead of an input: it is given what an
 *   input is given, all `values`, and `onValue(value)`
 * @property {object} [attributes] more attributes of the input (`max`, `autocomplete`, …)
 */

/**
 * @param {object} props
 * @param {Field[]} props.fields
 * @param {Record<string, string | boolean>} props.values what stands in the fields at first: `shownIn`
 * @param {(sent: {all: object, changed: object, key: string}) => Promise<(() => void) | void>} props.send
 *   `all` that is filled in and what was `changed`, as the API takes it; `key` is the deed's
 *   `Idempotency-Key`. Answers the way to another screen, if there is one; rejects with what `call` throws
 * @param {(error: ApiError) => Record<string, string[]>} [props.errorsOf] field → messages
 * @param {string} [props.submit] the text's key of the button
 * @param {string} [props.saved] the text's key of what is said when it was sent
 * @param {() => void} [props.onBegin] called before something is typed where nothing was
 * @param {"primary" | "danger"} [props.look] of the button: `danger` for what cannot be undone
 */
export function Form({
  fields, values, send, errorsOf = (error) => error.fields, submit = "form.save", saved = "form.saved",
  look = "primary", onBegin, children,
}) {
  const typed = useSignal({});
  const errors = useSignal({});
  const problem = useSignal("");
  const done = useSignal("");
  const isBusy = useSignal(false);
  const form = useRef(null);
  const id = useRef(null);
  id.current ??= `form-${(forms += 1)}`;
  const repeatable = useRepeatable();
  const wayOn = useWayOn();
  const now = { ...values, ...typed.value };
  const changed = fields.filter(({ name }) => !isSame(now[name], values[name]));
  useUnsaved(changed.length > 0);
  useEffect(() => form.current.querySelector(FIRST_WRONG)?.focus(), [errors.value]);

  const type = (name) => (value) => {
    if (Object.keys(typed.value).length === 0) onBegin?.();
    typed.value = { ...typed.value, [name]: value };
    done.value = "";
  };

  async function submitted(event) {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    problem.value = done.value = "";
    errors.value = {};
    const filled = fields.filter(({ name }) => now[name] !== "" && now[name] !== undefined);
    const sent = { all: bodyOf(filled, now), changed: bodyOf(changed, now) };
    try {
      const before = typed.value;
      const way = await repeatable(sent.all, (key) => send({ ...sent, key }));
      typed.value = typedSince(before, typed.value);
      done.value = t(saved);
      wayOn(way);
    } catch (error) {
      refuse(error);
    } finally {
      isBusy.value = false;
    }
  }

  function refuse(error) {
    const why = told(error);
    const found = error instanceof ApiError ? errorsOf(error) : {};
    const isShown = ([name]) => fields.some((field) => field.name === name);
    const messages = Object.entries(found);
    const isAllBeside = messages.length > 0 && messages.every(isShown);
    problem.value = isAllBeside ? t("form.look") : why;
    errors.value = Object.fromEntries(messages.filter(isShown));
  }

  return html`
    <form class="form" ref=${form} onSubmit=${submitted} noValidate aria-busy=${isBusy}>
      ${fields.map((field) => html`
        ${field.group && html`<h3 class="whole">${t(field.group)}</h3>`}
        <${Labelled} key=${field.name} field=${field} id=${`${id.current}-${field.name}`} values=${now}
          errors=${errors.value[field.name]} onValue=${type(field.name)} />`)}
      <div class="whole row">
        <button class=${look} disabled=${isBusy}>${t(isBusy.value ? "form.busy" : submit)}</button>
        ${children}
        <p role="status" class="good">${done}</p>
        <p role="alert" class="problem">${problem}</p>
      </div>
    </form>`;
}

/** What stands in the fields for a thing as the API answers it; nothing for a member that is null. */
export function shownIn(fields, body) {
  return Object.fromEntries(fields.map(({ name, type }) => {
    const value = body[name];
    return [name, type === "checkbox" ? value === true : `${value ?? ""}`];
  }));
}

/** Lists are the same if they say the same. */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const typedSince = (before, now) =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== before[name]));

function bodyOf(fields, values) {
  return Object.fromEntries(fields.map((field) => [field.name, sentFor(field, values[field.name])]));
}

/** What cannot be read is sent as it was typed: the API says what is wrong with it. */
function sentFor({ type, toApi }, value) {
  if (toApi) return toApi(value);
  const written = typeof value === "string" ? value.trim() : value;
  if (written === "" && ["money", "number", "date"].includes(type)) return null;
  if (type === "number") return Number.isFinite(Number(written)) ? Number(written) : written;
  if (type === "money") return typedCents(written) === null ? written : amount(typedCents(written));
  return written;
}

function Labelled({ field, id, values, errors, onValue }) {
  const { name, label, hint, note, type, isRequired, isWide } = field;
  const look = `field ${isWide ? "whole" : ""} ${type === "checkbox" ? "check" : ""}`;
  const notes = [hint && `${id}-hint`, note && `${id}-note`, errors && `${id}-error`];
  const described = notes.filter(Boolean).join(" ") || undefined;
  const told = {
    id, onValue, value: values[name], "aria-invalid": errors && "true", "aria-describedby": described,
  };
  return html`
    <div class=${look} data-field=${name}>
      <label for=${id}>${t(label)}${isRequired && html` <span aria-hidden="true">*</span>`}</label>
      <${field.Input ?? Input} ...${told} field=${field} values=${values} />
      ${hint && html`<p class="quiet" id=${`${id}-hint`}>${t(hint)}</p>`}
      ${note && html`<p class="quiet" id=${`${id}-note`}>${note(values)}</p>`}
      ${errors && html`<p class="problem" id=${`${id}-error`}>${errors.map(worded).join(" ")}</p>`}
    </div>`;
}

const KEYBOARDS = { money: "decimal", number: "numeric" };

function Input({ field, value, values, onValue, ...told }) {
  const { name, type = "text", options, isRequired, attributes } = field;
  const common = { name, ...told, ...attributes, "aria-required": isRequired ? "true" : undefined };
  const take = (event) => onValue(event.currentTarget.value);
  if (options) {
    return html`
      <select ...${common} value=${value} onChange=${take}>
        ${options.map(([each, text]) => html`
          <option value=${each} selected=${each === value}>${text}</option>`)}
      </select>`;
  }
  if (type === "checkbox") {
    const check = (event) => onValue(event.currentTarget.checked);
    return html`<input ...${common} type="checkbox" checked=${value} onChange=${check} />`;
  }
  if (type === "textarea") return html`<textarea ...${common} rows="3" value=${value} onInput=${take} />`;
  return html`
    <input autocomplete="off" ...${common} type=${type in KEYBOARDS ? "text" : type}
      inputmode=${KEYBOARDS[type]} value=${value} onInput=${take} />`;
}

/** What is typed and not saved is not dropped without a question, however soon somebody leaves. */
function useUnsaved(isChanged) {
  useLayoutEffect(() => {
    if (!isChanged) return undefined;
    unsavedForms.value += 1;
    return () => {
      unsavedForms.value -= 1;
    };
  }, [isChanged]);
}
