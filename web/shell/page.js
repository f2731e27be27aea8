/** Opens a page: texts, session, worker; then shows the log-in or the page. */
import { LogIn } from "./login.js";
import { followReleases } from "./release.js";
import { restore, session } from "./session.js";
import { language, loadTexts, t } from "./texts.js";
import { html, render, signal } from "./ui.js";

/**
 * Open the page `name` (`till`, `owner`): `Page` is shown to who is logged in.
 *
 * While `isBusy.value` is true, no newer release of the page takes over, and the page is not reloaded.
 */
export async function open(name, Page, { isBusy = signal(false) } = {}) {
  await loadTexts("shell", name);
  document.documentElement.lang = language;
  document.title = t(`app.${name}`);
  const restored = restore();
  await Promise.race([restored, known()]);
  const root = document.getElementById("page");
  render(html`<${Whole} title=${t(`app.${name}`)} Page=${Page} />`, root);
  await Promise.all([restored, followReleases(name, isBusy)]);
}

function Whole({ title, Page }) {
  return session.value === null ? html`<${LogIn} title=${title} />` : html`<${Page} />`;
}

/** Until somebody is known to be logged in. */
function known() {
  return new Promise((resolve) => {
    const stop = session.subscribe((who) => {
      if (who !== null) queueMicrotask(() => stop(resolve()));
    });
  });
}
