/** The form that logs somebody in. */
import { useAttempt } from "./attempt.js";
import { isLeftOpen, isOver, logIn } from "./session.js";
import { LANGUAGES, choose, language, t } from "./texts.js";
import { html, modal, useEffect, useRef } from "./ui.js";

/** `title` names the page that one logs in to. */
export function LogIn({ title }) {
  return html`<main class="login"><${Form} title=${title} /><${Languages} /></main>`;
}

/**
 * Over the page of somebody whose session has ended, which stays as it is: they go on where they were, with
 * what they have typed.
 */
export function LogInAgain({ title }) {
  const sheet = useRef(modal()).current;
  const stay = ({ currentTarget }) => currentTarget.isConnected && currentTarget.showModal();
  return html`
    <dialog class="login" ref=${sheet} onClose=${stay} aria-label=${title}>
      <${Form} title=${title} />
    </dialog>`;
}

function Form({ title }) {
  const { problem, isBusy, attempt } = useAttempt();
  const first = useRef(null);
  useEffect(() => first.current.focus(), []); // a page heeds `autofocus` only once

  async function submit(event) {
    event.preventDefault();
    const { email, password } = event.currentTarget.elements;
    if (!(await attempt(() => logIn(email.value, password.value)))) password.select();
  }

  return html`
    <form class="card stack" onSubmit=${submit}>
      <h1>${title}</h1>
      <label>${t("login.email")}
        <input name="email" type="email" autocomplete="username" required ref=${first} />
      </label>
      <label>${t("login.password")}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${isOver.value && html`<p role="status">${t("said.session")}</p>`}
      ${isLeftOpen.value && html`<p role="status">${t("login.left_open")}</p>`}
      <p role="alert" class="problem">${problem}</p>
      <button class="primary" disabled=${isBusy}>${t(isBusy.value ? "login.busy" : "login.submit")}</button>
    </form>`;
}

function Languages() {
  return html`
    <nav class="row" aria-label=${t("login.language")}>
      ${Object.entries(LANGUAGES).map(
        ([name, shown]) => html`
          <button class="plain" lang=${name} aria-pressed=${name === language} onClick=${() => choose(name)}>
            ${shown}
          </button>`,
      )}
    </nav>`;
}
