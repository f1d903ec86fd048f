/* The page's own files on this device, so that it opens while the server cannot be heard (docs/decisions/0010).
 *
 * The one idea: a build says which files it is made of (/files.json); they are fetched one after the other, and only when the last is there does the
 * page that needs them take the place of the one before. So what is kept is always one whole build, whatever broke off when, and never an
 * answer with anybody's record in it: those are not files of a build. The files of the build before stay, for a tab that still is of it. */

export const LIST = '/files.json';
export const PAGE = '/';

/* Of a Cache, what is used here. */
export interface Shelf {
  match(path: string, options: { ignoreVary: boolean }): Promise<Response | undefined>;
  put(path: string, response: Response): Promise<void>;
  paths(): Promise<string[]>;
  remove(path: string): Promise<unknown>;
}
type Fetch = (path: string, how?: RequestInit) => Promise<Response>;

/* A cafe's sign-in page answers 200 to everything. */
const KINDS: [string, RegExp][] = [['.js', /javascript/], ['.css', /css/], ['.woff2', /font/], ['.svg', /svg/], ['.json', /json/]];
function isWhatItIsCalled(path: string, response: Response): boolean {
  const kind = KINDS.find(([end]) => path.endsWith(end));
  return response.ok && !response.redirected && kind !== undefined && kind[1].test(response.headers.get('Content-Type') ?? '');
}

async function listed(response: Response | undefined): Promise<string[]> {
  const list: unknown = await response?.json().catch(() => undefined);
  return Array.isArray(list) ? list.filter((x): x is string => typeof x === 'string' && x.startsWith('/')) : [];
}

export const kept = (shelf: Shelf, path: string): Promise<Response | undefined> => shelf.match(path, { ignoreVary: true });

/* Whether one whole build lies on the shelf now: the server's. */
export async function keepBuild(shelf: Shelf, fetch: Fetch): Promise<boolean> {
  const told = await fetch(LIST, { cache: 'no-cache' });
  if (!isWhatItIsCalled(LIST, told)) return false;
  const files = await listed(told.clone());
  const before = await listed(await kept(shelf, LIST));
  for (const path of files) {
    if (await kept(shelf, path)) continue;
    const file = await fetch(path);
    if (!isWhatItIsCalled(path, file)) return false;
    await shelf.put(path, file);
  }
  const page = await fetch(PAGE, { cache: 'no-cache' });
  if (!page.ok || page.redirected || !isOf(files, await page.clone().text())) return false; /* the program was renewed this very moment: next time */
  await shelf.put(PAGE, page);
  if (files.join() === before.join()) return true;
  await shelf.put(LIST, told);
  const wanted = new Set([PAGE, LIST, ...files, ...before]);
  for (const path of await shelf.paths()) if (!wanted.has(path)) await shelf.remove(path);
  return true;
}

function isOf(files: string[], page: string): boolean {
  const asked = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((m) => m[1] ?? '');
  return asked.length > 0 && asked.every((path) => files.includes(path));
}
