/** Opens a page: texts, session, worker; then shows the log-in or the page. */
import { ignoreDoubleTaps } from "./double_taps.js";
import { LogIn, LogInAgain } from "./login.js";
import { followReleases } from "./release.js";
import { isOver, logOut, restore, session } from "./session.js";
import { language, loadTexts, t } from "./texts.js";
import { html, render, signal, useEffect } from "./ui.js";

/**
 * Open the page `name` (`till`, `owner`): `Page` is shown to who is logged in and has one of the `roles`.
 * Where browsers do not trust the address it only says so: there they have neither the locks that tabs need
 * to take turns, nor ids for what is sent once, and a password would be read on its way.
 *
 * While `isBusy.value` is true, no newer release of the page takes over, the page is not reloaded, and if the
 * session ends by itself it stays as it is behind the log-in.
 */
export async function open(name, Page, { roles, isBusy = signal(false) }) {
  const title = `app.${name}`;
  await loadTexts("shell", name);
  document.documentElement.lang = language;
  document.title = t(title);
  const root = document.getElementById("page");
  if (!isSecureContext) {
    render(html`<${Notice} title=${t(title)} why=${t("page.not_trusted")} />`, root);
    return;
  }
  ignoreDoubleTaps();
  const restored = restore();
  await Promise.race([restored, somebody()]);
  render(html`<${Whole} title=${t(title)} Page=${Page} roles=${roles} isBusy=${isBusy} />`, root);
  await Promise.all([restored, followReleases(name, isBusy)]);
}

/**
 * A component that is loaded when it is shown first: `later(async () => (await import("./close.js")).Close)`.
 * Its modules are no part of a first visit; the worker has them.
 */
export function later(load) {
  const loaded = signal(null);
  const take = async () => {
    loaded.value = { Component: await load() };
  };
  return function Later(props) {
    useEffect(() => void (loaded.peek() ?? take()), []);
    return loaded.value && html`<${loaded.value.Component} ...${props} />`;
  };
}

function Whole({ title, Page, roles, isBusy }) {
  const isOut = session.value === null || (isOver.value && !isBusy.value);
  if (isOut) return html`<${LogIn} title=${title} />`;
  if (roles.includes(session.value.role)) {
    return html`<${Page} />${isOver.value && html`<${LogInAgain} title=${title} />`}`;
  }
  return html`
    <${Notice} title=${title} why=${t("role.not_allowed")}>
      <button class="primary" onClick=${logOut}>${t("logout")}</button>
    <//>`;
}

/** Why a page is not shown; children are what may be done about it. */
export function Notice({ title, why, children }) {
  return html`
    <main class="login">
      <div class="card stack">
        <h1>${title}</h1>
        <p role="alert">${why}</p>
        ${children}
      </div>
    </main>`;
}

/** Resolved when somebody is known to be logged in. */
function somebody() {
  return new Promise((resolve) => {
    const stop = session.subscribe((who) => {
      if (who !== null) queueMicrotask(() => resolve(stop()));
    });
  });
}
