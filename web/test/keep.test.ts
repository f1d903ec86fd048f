import { describe, expect, it } from 'vitest';
import { keepBuild, LIST, PAGE, type Shelf } from '../src/keep/shelf';

/* A server with one build on it, and a shelf as a browser has it. */
interface Build { page: string; files: string[] }
const build = (n: number, shared = ['/assets/font.woff2']): Build => {
  const files = [...shared, `/assets/main-${n}.js`, `/assets/main-${n}.css`, `/assets/later-${n}.js`, '/icon.svg'];
  return { files, page: `<html><link href="/icon.svg"><script src="/assets/main-${n}.js"></script><link href="/assets/main-${n}.css"><div id="root">` };
};
const KIND: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css', woff2: 'font/woff2', svg: 'image/svg+xml', json: 'application/json' };
const reply = (body: string, type: string, status = 200): Response => new Response(body, { status, headers: { 'Content-Type': type } });

function served(b: Build) {
  const asked: string[] = [];
  return {
    asked,
    get: async (path: string): Promise<Response> => {
      asked.push(path);
      if (path === LIST) return reply(JSON.stringify(b.files), KIND.json ?? '');
      if (path === PAGE) return reply(b.page, 'text/html');
      if (!b.files.includes(path)) return reply('not found', 'text/plain', 404);
      return reply(`content of ${path}`, KIND[path.split('.').pop() ?? ''] ?? '');
    },
  };
}

class FakeShelf implements Shelf {
  readonly at = new Map<string, Response>();
  async match(path: string): Promise<Response | undefined> { return this.at.get(path)?.clone(); }
  async put(path: string, response: Response): Promise<void> { this.at.set(path, response); }
  async paths(): Promise<string[]> { return [...this.at.keys()]; }
  async remove(path: string): Promise<void> { this.at.delete(path); }
}

/* What the page on the shelf needs is there, to the last file of its build. */
async function whole(shelf: FakeShelf, builds: Build[]): Promise<number | undefined> {
  const page = await (await shelf.match(PAGE))?.text();
  if (page === undefined) return undefined;
  const i = builds.findIndex((b) => b.page === page);
  for (const path of builds[i]?.files ?? ['none']) expect(await (await shelf.match(path))?.text(), path).toBe(`content of ${path}`);
  return i;
}

const FAULTS: Record<string, () => Promise<Response>> = {
  'the line goes': async () => { throw new TypeError('Failed to fetch'); },
  'a sign-in page of a Wi-Fi': async () => reply('<html><a href="/wifi">Wi-Fi</a>', 'text/html'),
  'the server is in trouble': async () => reply('', 'text/plain', 503),
  'not found': async () => reply('', 'text/plain', 404),
  'something else': async () => reply('{}', 'application/json'),
};

describe('the page kept on the device', () => {
  it('is one whole build', async () => {
    const [shelf, server] = [new FakeShelf(), served(build(1))];
    expect(await keepBuild(shelf, server.get)).toBe(true);
    expect(await whole(shelf, [build(1)])).toBe(0);
    expect([...shelf.at.keys()].sort()).toEqual([...build(1).files, LIST, PAGE].sort());
  });

  it('is fetched once', async () => {
    const shelf = new FakeShelf();
    await keepBuild(shelf, served(build(1)).get);
    const again = served(build(1));
    expect(await keepBuild(shelf, again.get)).toBe(true);
    expect(again.asked).toEqual([LIST, PAGE]);
  });

  it('goes over to a renewed program, and keeps the files of the one before for a tab that is still of it', async () => {
    const shelf = new FakeShelf();
    await keepBuild(shelf, served(build(1)).get);
    expect(await keepBuild(shelf, served(build(2)).get)).toBe(true);
    expect(await whole(shelf, [build(1), build(2)])).toBe(1);
    expect(shelf.at.has('/assets/later-1.js')).toBe(true);
    expect(await keepBuild(shelf, served(build(3)).get)).toBe(true);
    expect([shelf.at.has('/assets/later-1.js'), shelf.at.has('/assets/later-2.js')]).toEqual([false, true]);
  });

  it('is one whole build whatever breaks off when, and goes on from there', async () => {
    const count = build(2).files.length + 2;
    for (const [name, fault] of Object.entries(FAULTS)) {
      for (let at = 0; at < count; at += 1) {
        for (const start of ['nothing', 'a build before'] as const) {
          const shelf = new FakeShelf();
          if (start === 'a build before') await keepBuild(shelf, served(build(1)).get);
          const server = served(build(2));
          let calls = 0;
          const get = (path: string): Promise<Response> => { calls += 1; return calls === at + 1 ? fault() : server.get(path); };
          const done = await keepBuild(shelf, get).catch(() => false);
          const stands = await whole(shelf, [build(1), build(2)]);
          const what = `${name} at ${at}, from ${start}`;
          if (calls > at) expect(done, what).toBe(false);
          expect(stands, what).toBe(done ? 1 : start === 'nothing' ? undefined : 0);
          expect(await keepBuild(shelf, served(build(2)).get), what).toBe(true);
          expect(await whole(shelf, [build(1), build(2)]), what).toBe(1);
        }
      }
    }
  });

  it('is not taken from a program that was renewed in between', async () => {
    const shelf = new FakeShelf();
    await keepBuild(shelf, served(build(1)).get);
    const [two, three] = [served(build(2)), served(build(3))];
    expect(await keepBuild(shelf, (path) => (path === PAGE ? three : two).get(path))).toBe(false);
    expect(await whole(shelf, [build(1)])).toBe(0);
  });
});
