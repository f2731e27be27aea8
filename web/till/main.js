/** The till: the page at the counter. What is behind the log-in is loaded after it. */
import { later, open } from "../shell/page.js";
import { signal } from "../shell/ui.js";

const isBusy = signal(false);
const Till = later(async () => (await import("./till.js")).opened(isBusy));

await open("till", Till, { roles: ["EMPLOYEE", "ADMIN", "OWNER"], isBusy });
