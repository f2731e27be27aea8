/** Keeps the page's files on the device, by its worker, and changes to a newer release when it may. */
import { effect } from "./ui.js";

const LOOK_EVERY_MS = 15 * 60_000;

const trusted = globalThis.trustedTypes ?? { createPolicy: (_, rules) => rules };
const addresses = trusted.createPolicy("worker", { createScriptURL: (page) => `/${page}/sw.js` });

/**
 * Register the worker of the page `name`. A newer release takes over only while `isBusy.value` is false in
 * all tabs of the page: each holds a lock while it is busy. A tab reloads itself when it is not busy.
 */
export async function followReleases(name, isBusy) {
  if (!navigator.serviceWorker) return; // as in a private window of Firefox
  const lock = `${name} is busy`;
  const untilFree = holdWhile(isBusy, lock);
  reloadAfterChange(isBusy);
  const registration = await navigator.serviceWorker.register(addresses.createScriptURL(name));
  const change = async () => {
    if (isBusy.peek() || !registration.waiting) return;
    await untilFree();
    await ifNoTabIsBusy(lock, () => registration.waiting?.postMessage("take over"));
  };
  registration.addEventListener("updatefound", () =>
    registration.installing.addEventListener("statechange", change),
  );
  effect(() => {
    if (!isBusy.value) change();
  });
  setInterval(() => look(registration), LOOK_EVERY_MS);
}

/** Hold the lock while the tab is busy. Returns a function whose promise ends when it is no longer held. */
function holdWhile(isBusy, lock) {
  let held = Promise.resolve();
  effect(() => {
    if (!isBusy.value) return undefined;
    let release;
    const released = new Promise((resolve) => (release = resolve));
    held = navigator.locks.request(lock, { mode: "shared" }, () => released);
    return release;
  });
  return () => held;
}

const ifNoTabIsBusy = (lock, work) =>
  navigator.locks.request(lock, { mode: "exclusive", ifAvailable: true }, (held) => held && work());

/** The first worker of a page that had none changes nothing. */
function reloadAfterChange(isBusy) {
  let hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) effect(() => void (isBusy.value || location.reload()));
    hadOne = true;
  });
}

/** A browser looks for a newer worker when a page is opened; ours stay open for days. */
async function look(registration) {
  try {
    await registration.update();
  } catch (error) {
    console.info("no newer release was looked for:", error.message);
  }
}
