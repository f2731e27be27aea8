/** Keeps the page's files on the device, by its worker, and changes to a newer release when it may. */
import { effect } from "./ui.js";

const worker = globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });

/**
 * Register the worker of the page `name`, and let a newer release take over only while `isBusy.value` is false
 * in all tabs of the page: each tab holds a lock while it is busy. A tab reloads when it is not busy.
 */
export async function followReleases(name, isBusy) {
  if (!navigator.serviceWorker) return; // needs TLS, or localhost
  const lock = `${name} is busy`;
  holdWhile(isBusy, lock);
  reloadAfterChange(isBusy);
  const path = `/${name}/sw.js`;
  const registration = await navigator.serviceWorker.register(worker?.createScriptURL(path) ?? path);
  const change = () => takeOver(registration, isBusy, lock);
  registration.addEventListener("updatefound", () =>
    registration.installing.addEventListener("statechange", change),
  );
  effect(() => void (isBusy.value || change()));
}

function takeOver(registration, isBusy, lock) {
  if (isBusy.value || !registration.waiting) return;
  const ifNoTabIsBusy = { mode: "exclusive", ifAvailable: true };
  navigator.locks.request(lock, ifNoTabIsBusy, (held) => held && registration.waiting?.postMessage("take over"));
}

function holdWhile(isBusy, lock) {
  effect(() => {
    if (!isBusy.value) return undefined;
    const { promise: untilFree, resolve: release } = Promise.withResolvers();
    navigator.locks.request(lock, { mode: "shared" }, () => untilFree);
    return release;
  });
}

/** The first worker of a page that had none changes nothing. */
function reloadAfterChange(isBusy) {
  if (!navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener("controllerchange", () =>
    effect(() => void (isBusy.value || location.reload())),
  );
}
