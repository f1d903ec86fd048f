/* People of the demo at a real server: sign in once, then ask as a page does. */

import { ask, equal } from '../node.mjs';

export const PASSWORD = 'ansinh-demo-2026';

export class Person {
  static async of(server, name, password = PASSWORD) {
    const person = new Person();
    const reply = await ask(server, 'POST', '/auth/sign-in', { name, password }, { 'content-type': 'application/json', 'x-ansinh': '1' });
    equal(reply.status, 200, `${name} signs in`);
    const cookie = reply.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
    return Object.assign(person, { server, name, cookie, me: reply.json, role: reply.json.roles[0]?.role ?? '' });
  }

  get = (path) => ask(this.server, 'GET', path, undefined, { cookie: this.cookie });
  send = (method, path, body, type = 'application/fhir+json') =>
    ask(this.server, method, path, body, { cookie: this.cookie, 'x-ansinh': '1', 'content-type': type });
  count = async (query) => (await this.get(`/fhir/${query}${query.includes('?') ? '&' : '?'}_summary=count`)).json?.total;
}
