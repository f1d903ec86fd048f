/* Stands between this site's pages and the line, for the files of the build alone (shelf.ts). The page itself is asked of the server first, so a
 * renewed program is seen at once; everything about people (/fhir, /auth) and the light page pass by as if nobody stood here. */

import { keepBuild, kept, PAGE, type Shelf } from './shelf';

declare const self: ServiceWorkerGlobalScope;

const NAME = 'ansinh-page';
const PATIENCE_MS = 4_000; /* a line that is there and brings nothing */

async function shelf(): Promise<Shelf> {
  const cache = await caches.open(NAME);
  return {
    match: (path, options) => cache.match(path, options),
    put: (path, response) => cache.put(path, response),
    paths: async () => (await cache.keys()).map((request) => new URL(request.url).pathname),
    remove: (path) => cache.delete(path),
  };
}

/* Storage may be broken or gone: then everything is as it was without us. */
const onShelf = async (path: string): Promise<Response | undefined> => kept(await shelf(), path).catch(() => undefined);

async function page(request: Request): Promise<Response> {
  const asked = fetch(request);
  const here = await onShelf(PAGE);
  if (!here) return asked;
  const patience = new Promise<undefined>((tired) => { setTimeout(() => tired(undefined), PATIENCE_MS); });
  const answer = await Promise.race([asked, patience]).catch(() => undefined);
  return answer && answer.status < 500 ? answer : here;
}

async function file(request: Request, path: string): Promise<Response> {
  return (await onShelf(path)) ?? fetch(request);
}

let keeping: Promise<unknown> | undefined;
self.addEventListener('message', (event) => {
  if (event.data !== 'keep') return;
  keeping ??= shelf().then((on) => keepBuild(on, (path, how) => fetch(path, how))).catch(() => false).finally(() => { keeping = undefined; });
  event.waitUntil(keeping);
});
self.addEventListener('install', () => { void self.skipWaiting(); });
self.addEventListener('activate', (event) => { event.waitUntil(self.clients.claim()); });
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && pathname === PAGE) event.respondWith(page(request));
  else if (pathname.startsWith('/assets/') || pathname === '/icon.svg') event.respondWith(file(request, pathname));
});
