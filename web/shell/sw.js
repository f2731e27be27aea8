/**
 * The worker of a page: keeps all files of one release on the device, and answers with them, offline too.
 * The gateway puts `self.release = {page, version, index, bundle}` in front of these lines: the paths of the
 * page and of all files that it may load, in one answer.
 */
const { page, version, index, bundle } = self.release;
const OURS = `${page} `;
const CACHE = OURS + version;

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { pathname } = new URL(url);
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(kept(index));
  else if (pathname.startsWith(`/web/${version}/`)) event.respondWith(kept(pathname));
});

/** Keep every file or none: the paths contain the version, so that all are of one release. */
async function keepAll() {
  const [cache, theIndex, theBundle] = await Promise.all([caches.open(CACHE), got(index), got(bundle)]);
  const files = Object.entries(await theBundle.json());
  await cache.put(index, theIndex);
  await Promise.all(files.map(([path, file]) => cache.put(path, asAnswer(file))));
}

async function got(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${answer.status}: ${path}`);
  return answer;
}

const asAnswer = ({ type, text }) => new Response(text, { headers: { "Content-Type": type } });

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
