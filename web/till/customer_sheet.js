/**
 * Whose sale it is: found by digits of the phone number or by name, or registered now.
 *
 * @module
 */

import { ApiError } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { t } from "../shell/texts.js";
import { worded } from "../shell/told.js";
import { html, useEffect, useRef, useSignal } from "../shell/ui.js";
import { draftOf } from "./customer_rules.js";
import { findCustomers, register } from "./customers.js";
import { useFocus } from "./focus.js";
import { told } from "./refusals.js";
import { Sheet } from "./sheet.js";

const FEWEST_KEYS = 2;
const STILL_MS = 120;
const FIELDS = [
  { name: "first_name", type: "text" },
  { name: "last_name", type: "text" },
  { name: "phone_number", type: "tel" },
];

export function CustomerSheet({ choose, close }) {
  const draft = useSignal(null);
  const create = (typed) => (draft.value = draftOf(typed));
  return html`
    <${Sheet} title=${t(draft.value ? "customer.new" : "customer.title")} close=${close}>
      ${draft.value
        ? html`<${NewCustomer} draft=${draft.value} choose=${choose} back=${() => (draft.value = null)} />`
        : html`<${Finder} choose=${choose} create=${create} close=${close} />`}
    <//>`;
}

function Finder({ choose, create, close }) {
  const field = useFocus();
  const typed = useSignal("");
  const found = useSignal(null);
  const problem = useSignal("");
  const words = typed.value.trim();
  const isFound = found.value?.words === words;

  async function look(wanted) {
    try {
      const customers = await findCustomers(wanted);
      const isLeft = field.current === null;
      if (isLeft || typed.peek().trim() !== wanted) return [];
      found.value = { words: wanted, customers };
      problem.value = "";
      return customers;
    } catch (error) {
      problem.value = told(error);
      return [];
    }
  }
  useEffect(() => {
    if (words.length < FEWEST_KEYS) return undefined;
    const timer = setTimeout(look, STILL_MS, words);
    return () => clearTimeout(timer);
  }, [words]);
  const submit = async (event) => {
    event.preventDefault();
    if (!words) return;
    const [first] = isFound ? found.value.customers : await look(words);
    if (first) choose(first);
  };
  return html`
    <form class="stack" onSubmit=${submit}>
      <label>${t("customer.search")}
        <input id="customer-search" type="text" autocomplete="off" ref=${field} value=${typed}
          onInput=${(event) => (typed.value = event.currentTarget.value)} />
      </label>
      <p role="alert" class="problem">${problem}</p>
      <ul class="found">
        ${isFound && found.value.customers.map((each) => html`
          <li key=${each.id}><button type="button" class="line" onClick=${() => choose(each)}>
            <span class="grow">${each.name}</span><span class="number">${each.phone}</span>
          </button></li>`)}
      </ul>
      ${isFound && !found.value.customers.length && html`<p role="status">${t("customer.none")}</p>`}
      <div class="row">
        <button type="button" onClick=${() => create(typed.value)}>${t("customer.new")}</button>
        <button type="button" class="plain" onClick=${close}>${t("pad.close")}</button>
      </div>
    </form>`;
}

function NewCustomer({ draft, choose, back }) {
  const form = useRef(null);
  const wrong = useSignal({});
  const refused = (error) => {
    wrong.value = error instanceof ApiError ? error.fields : {};
    return FIELDS.some(({ name }) => wrong.value[name]) ? "" : told(error);
  };
  const { problem, isBusy, attempt } = useAttempt(refused);
  const next = useFocus();
  const empty = FIELDS.find(({ name }) => !draft[name]) ?? FIELDS[0];

  function submit(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form.current));
    const missing = FIELDS.filter(({ name }) => !given[name].trim());
    wrong.value = Object.fromEntries(missing.map(({ name }) => [name, [t("said.required")]]));
    problem.value = "";
    if (!missing.length) attempt(async () => {
      const registered = await register(given);
      if (form.current) choose(registered);
    });
  }
  return html`
    <form class="stack" ref=${form} onSubmit=${submit} novalidate>
      ${FIELDS.map(({ name, type }) => html`
        <${Field} key=${name} name=${name} type=${type} start=${draft[name]} wrong=${wrong.value[name]}
          next=${name === empty.name ? next : null} />`)}
      <p role="alert" class="problem">${problem}</p>
      <button class="primary large" disabled=${isBusy}>${t("customer.create")}</button>
      <button type="button" class="plain" onClick=${back}>${t("customer.back")}</button>
    </form>`;
}

function Field({ name, type, start, wrong, next }) {
  const told = `wrong-${name}`;
  return html`
    <div class="stack field">
      <label>${t(`customer.${name}`)}
        <input name=${name} type=${type} autocomplete="off" defaultValue=${start} aria-describedby=${told}
          aria-invalid=${wrong ? "true" : "false"} ref=${next} />
      </label>
      <p id=${told} class="problem">${wrong?.map(worded).join(" ")}</p>
    </div>`;
}
