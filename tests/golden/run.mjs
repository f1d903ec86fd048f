/* Runs the exchanges of *.http in this folder against the real program: each file on a fresh server that keeps nothing.
 *
 *   ### name                      one exchange; the next one sees what it did
 *   METHOD /target                the request line
 *   Header: value                 sent as they stand, after the ones below
 *                                 (an empty line)
 *   body ...
 *   >>> 201                       the status wanted
 *   Header: value                 a header that must be there; * any value, ! it must not be there, ~x a regular expression
 *   {"json": ...}                 what the body must hold
 *
 * In the body wanted, an object names the members that must be there with that value (others may be, too), an array has
 * exactly those elements, numbers are compared as they are written (105.00), and a text may be "*" (anything), "!" (the member
 * is absent) or "~regular expression". Host, Connection: close and, with a body, Content-Length are added where they are
 * missing. FILE=name runs one file, V=1 names every exchange. */

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Server, askRaw, finish, newFolder, test, truth } from '../node.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/* ---- reading the files ---- */

function exchangesOf(text, file) {
  return text.split(/^### /m).slice(1).map((block) => {
    const at = block.search(/^>>> /m);
    if (at < 0) throw new Error(`${file}: an exchange without >>>`);
    const [name, requestLine, ...rest] = block.slice(0, at).split('\n');
    const empty = rest.indexOf('');
    const headers = (empty < 0 ? rest : rest.slice(0, empty)).filter(Boolean);
    const body = empty < 0 ? '' : rest.slice(empty + 1).join('\n').trim();
    const [statusLine, ...wanted] = block.slice(at + 4).split('\n');
    const bodyAt = wanted.findIndex((line) => /^[[{]/.test(line));
    const wantedHeaders = (bodyAt < 0 ? wanted : wanted.slice(0, bodyAt)).filter((line) => line.trim() !== '');
    const wantedBody = bodyAt < 0 ? '' : wanted.slice(bodyAt).join('\n');
    return { name: name.trim(), requestLine, headers, body, status: Number(statusLine), wantedHeaders, wantedBody };
  });
}

/* ---- sending ---- */

function bytesOf(x) {
  const [method, target] = x.requestLine.split(' ');
  const has = (name) => x.headers.some((h) => h.toLowerCase().startsWith(`${name}:`));
  const lines = [`${method} ${target} HTTP/1.1`];
  const body = Buffer.from(x.body);
  if (!has('host')) lines.push('Host: localhost');
  if (!has('connection')) lines.push('Connection: close');
  if (body.length > 0 && !has('content-length')) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from([...lines, ...x.headers, '', ''].join('\r\n')), body]);
}

function answerOf(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  truth(end > 0, `no whole answer: ${bytes.toString().slice(0, 200)}`);
  const [statusLine, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const body = bytes.subarray(end + 4);
  const length = headers.get('content-length');
  truth(length === undefined || Number(length) === body.length, `Content-Length ${length} of ${body.length} bytes`);
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.toString() };
}

/* ---- comparing ---- */

const NUMBER = '\u0001';

/* Numbers become marked texts, so that 105.00 stays 105.00. */
function parse(text) {
  return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (m) => (m[0] === '"' ? m : `"\\u0001${m}"`)));
}

const shown = (v) => (JSON.stringify(v) ?? 'nothing').replaceAll(NUMBER, '').replaceAll('\\u0001', '').slice(0, 300);

function compareText(got, wanted, at) {
  if (wanted === '*') truth(got !== undefined, `${at} is absent`);
  else if (wanted.startsWith('~')) truth(typeof got === 'string' && new RegExp(wanted.slice(1), 'u').test(got.replaceAll(NUMBER, '')), `${at}: ${shown(got)} does not match ${wanted}`);
  else truth(got === wanted, `${at}: got ${shown(got)}, wanted ${shown(wanted)}`);
}

function compare(got, wanted, at) {
  if (wanted === '!') truth(got === undefined, `${at} is there: ${shown(got)}`);
  else if (typeof wanted === 'string') compareText(got, wanted, at);
  else if (Array.isArray(wanted)) {
    truth(Array.isArray(got), `${at}: got ${shown(got)}, wanted an array`);
    truth(got.length === wanted.length, `${at}: ${got.length} elements, wanted ${wanted.length}: ${shown(got)}`);
    wanted.forEach((w, i) => compare(got[i], w, `${at}[${i}]`));
  } else if (wanted !== null && typeof wanted === 'object') {
    truth(got !== null && typeof got === 'object', `${at}: got ${shown(got)}, wanted an object`);
    for (const [key, w] of Object.entries(wanted)) compare(got[key], w, `${at}.${key}`);
  } else truth(got === wanted, `${at}: got ${shown(got)}, wanted ${shown(wanted)}`);
}

function judge(answer, x) {
  truth(answer.status === x.status, `status ${answer.status}, wanted ${x.status}: ${answer.body.slice(0, 300)}`);
  for (const line of x.wantedHeaders) {
    const name = line.slice(0, line.indexOf(':')).trim();
    const wanted = line.slice(line.indexOf(':') + 1).trim();
    compare(answer.headers.get(name.toLowerCase()), wanted, name);
  }
  if (x.wantedBody !== '') compare(parse(answer.body), parse(x.wantedBody), 'body');
}

/* ---- all files ---- */

for (const file of readdirSync(here).filter((f) => f.endsWith('.http')).sort()) {
  if (process.env.FILE && !file.startsWith(process.env.FILE)) continue;
  const exchanges = exchangesOf(readFileSync(here + file, 'utf8'), file);
  const server = await new Server(newFolder('golden'), '--memory', '--timezone', 'Asia/Ho_Chi_Minh').ready();
  for (const x of exchanges) {
    await test(`${file}: ${x.name}`, async () => judge(answerOf(await askRaw(server, bytesOf(x))), x));
  }
  await test(`${file}: the server ends in order`, async () => {
    const end = await server.stop();
    truth(end.code === 0, `ended with ${end.code ?? end.signal}: ${end.err.slice(-500)}`);
  });
}
finish();
