import { describe, expect, it } from 'vitest';
import { completeMe, hasRole, wardsOf, type Me } from '../src/access/me';
import { homeHref, maySee, navFor, placeOf } from '../src/registry';
import { isStillAt, matchPath, pathOf } from '../src/route';
import type { ScreenEntry } from '../src/screen';

const Screen = () => null;
const TABLE: ScreenEntry[] = [
  { path: 'ward', title: 'people.title', needs: 'ward', nav: { label: 'app.people', icon: 'people' }, Screen },
  { path: 'ward/:id', title: 'people.title', needs: 'ward', Screen },
  { path: 'people', title: 'people.title', needs: 'people', nav: { label: 'app.people', icon: 'people' }, Screen },
  { path: 'account', title: 'people.title', account: true, Screen },
];
const me = (given: Partial<Me>): Me => completeMe({ auth: 'on', signedIn: true, ...given });

describe('addresses', () => {
  it.each([
    ['#/person/42', 'person/:id', { id: '42' }],
    ['#/person/a%2Fb?x=1', 'person/:id', { id: 'a/b' }],
    ['#/person/100%', 'person/:id', { id: '100%' }],
    ['#//people/', 'people', {}],
    ['#/person/42/vitals', 'person/:id', undefined],
    ['#/people', 'person', undefined],
  ])('%s against %s', (hash, pattern, params) => {
    expect(matchPath(pattern, pathOf(hash))).toEqual(params);
  });

  it.each([
    ['#/audit', '#/audit?who=a', true], ['#/audit?who=a', '#/audit', true], ['', '#/audit', true], ['#/', '#/people?q=ng', true],
    ['#/accounts', '#/audit?who=a', false], ['#/person/42', '#/people?q=ng', false],
  ])('at %s the screen of %s still stands: %s', (hash, href, stands) => {
    expect(isStillAt(hash, href)).toBe(stands);
  });

  it('find their screen, its parameters and the query', () => {
    const place = placeOf('#/ward/b7?q=ng+thi', TABLE);
    expect(place?.entry.path).toBe('ward/:id');
    expect(place?.params).toEqual({ id: 'b7' });
    expect(place?.query.get('q')).toBe('ng thi');
    expect(placeOf('#/nowhere', TABLE)).toBeUndefined();
  });

  it('lead home to the first screen one may open', () => {
    expect(homeHref(me({ screens: ['people', 'ward'] }), TABLE)).toBe('#/ward');
    expect(homeHref(me({ screens: ['people'] }), TABLE)).toBe('#/people');
    expect(homeHref(completeMe({ auth: 'off' }), TABLE)).toBe('#/people');
  });
});

describe('who may see what', () => {
  it('follows the screens of the server', () => {
    expect(navFor(me({ screens: ['people'] }), TABLE).map((s) => s.path)).toEqual(['people']);
    expect(maySee(me({ screens: ['people'] }), TABLE[1] as ScreenEntry)).toBe(false);
    expect(maySee(me({ screens: [] }), TABLE[3] as ScreenEntry)).toBe(true);
  });

  it('shows everything without sign-in, except what needs an account', () => {
    const off = completeMe({ auth: 'off' });
    expect(TABLE.map((s) => maySee(off, s))).toEqual([true, true, true, false]);
    expect(hasRole(off, ['auditor'])).toBe(true);
  });

  it('knows my wards: each once, none meaning the whole facility', () => {
    const role = (...names: string[]) => ({ role: 'nurse', wards: names.map((name) => ({ reference: `Location/${name}`, name })) });
    expect(wardsOf(me({ roles: [role('a', 'b'), role('b')] })).map((w) => w.name)).toEqual(['a', 'b']);
    expect(wardsOf(me({ roles: [role('a'), role()] }))).toEqual([]);
    expect(hasRole(me({ roles: [role('a')] }), ['doctor', 'nurse'])).toBe(true);
    expect(hasRole(me({ roles: [role('a')] }), ['doctor'])).toBe(false);
  });
});
