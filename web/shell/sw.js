/**
 * The worker of a page: keeps all files of one release on the device, and answers with them, offline too.
 * The gateway puts `self.release = {page, version, index, files}` in front of these lines.
 */
const { page, version, index, files } = self.release;
const OURS = `${page} `;
const CACHE = OURS + version;

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const path = new URL(url).pathname;
  const file = mode === "navigate" ? index : path;
  if (method === "GET" && (mode === "navigate" || files.includes(path))) event.respondWith(kept(file));
});

/** Keep every file or none: the paths contain the version, so that all are of one release. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  await cache.addAll(files);
}

/** Forget the releases before, and serve the tabs that are open. */
async function begin() {
  const before = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(before.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(file) {
  const cache = await caches.open(CACHE);
  return (await cache.match(file)) ?? fetch(file);
}
