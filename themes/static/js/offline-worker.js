// Sans réseau, une page calme à la place de celle qui ne vient pas. Rien n’est gardé que cette page et les fichiers qu’elle
// demande : jamais ce qu’une personne connectée a lu. Les feuilles de pointage ont leur propre travailleur, plus étroit.
"use strict";
const KEPT = "hors-ligne-1";
const PAGE = "/hors-ligne/";

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { cache: "no-store" });
  if (!answer.ok) throw new Error(PAGE);
  const html = await answer.clone().text();
  await cache.put(PAGE, answer);
  const files = [...html.matchAll(/(?:href|src)="(\/(?:static\/|theme\.css|icone\.svg)[^"]*)"/g)].map((found) => found[1]);
  await Promise.allSettled([...new Set(files)].map((file) => cache.add(file)));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("hors-ligne-") && name !== KEPT).map((name) => caches.delete(name)));
}

async function kept(path) {
  const cache = await caches.open(KEPT);
  return (await cache.match(path, { ignoreVary: true })) || Response.error();
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(PAGE)));
  else if (pathname.startsWith("/static/") || pathname === "/theme.css") event.respondWith(fetch(request).catch(() => kept(request)));
});
