// Garde lisibles sans réseau les feuilles de pointage déjà ouvertes, un jour au plus : elles nomment des enfants.
"use strict";
const PATIENCE = 4000;
const today = () => `pointage-${new Date().toISOString().slice(0, 10)}`;

async function forgetOtherDays() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("pointage-") && name !== today()).map((name) => caches.delete(name)));
}

async function answer(request) {
  await forgetOtherDays();
  const cache = await caches.open(today());
  const kept = await cache.match(request, { ignoreVary: true });
  const fresh = fetch(request).then((response) => {
    if (response.ok && !response.redirected) cache.put(request, response.clone());
    return kept && response.status >= 500 ? kept : response;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => { setTimeout(() => resolve(kept), PATIENCE); });
  return Promise.race([fresh.catch(() => kept), late]);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(forgetOtherDays().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === self.location.origin) event.respondWith(answer(request));
});
