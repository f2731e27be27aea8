/** The till: the page at the counter. What is behind the log-in is loaded after it. */
import { open } from "../shell/page.js";
import { html, signal, useEffect, useSignal } from "../shell/ui.js";

const isBusy = signal(false);

function Page() {
  const Till = useSignal(null);
  useEffect(() => {
    import("./till.js").then(({ opened }) => (Till.value = { found: opened(isBusy) }));
  }, []);
  return Till.value && html`<${Till.value.found} />`;
}

await open("till", Page, { roles: ["EMPLOYEE", "ADMIN", "OWNER"], isBusy });
