import { describe, expect, it } from 'vitest';
import { agentText } from '../src/access/agent';
import { groundOf, initials } from '../src/access/Face';
import { choices } from '../src/access/LockScreen';
import { completeMe } from '../src/access/me';
import { secondsOf } from '../src/drugs/Second';
import { onlyDigits } from '../src/access/PinPad';
import { isAccountName, suggestName } from '../src/access/accountName';
import { roleResource, stateOf, type PractitionerRole } from '../src/access/staff';

const role = (start?: string, end?: string, active?: boolean): PractitionerRole => ({
  resourceType: 'PractitionerRole', ...(active === undefined ? {} : { active }),
  period: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) },
});
const at = Date.parse('2026-11-22T10:00:00+07:00');

describe('who may sign as the second here and now', () => {
  const me = completeMe({
    account: { id: 'a', name: 'a', display: 'A', hasPin: true, hasTotp: false }, device: { registered: true },
    people: [{ account: 'a', display: 'A', hasPin: true }, { account: 'b', display: 'B', hasPin: true }, { account: 'c', display: 'C', hasPin: false }],
  });
  it('is another one with a PIN, on a shared device, with sign-in on', () => {
    expect(secondsOf(me).map((p) => p.account)).toEqual(['b']);
    expect(secondsOf({ ...me, device: { registered: false } })).toEqual([]);
    expect(secondsOf({ ...me, auth: 'off' })).toEqual([]);
  });
});

describe('a dated role', () => {
  it.each([
    ['2026-01-01', undefined, 'now'], [undefined, undefined, 'now'], ['2026-11-22', '2026-11-22', 'now'], ['2026-11-23', undefined, 'later'],
    ['2020', '2026-11-21', 'over'], ['2020', '2025', 'over'], ['2020', '2026', 'now'], ['2020', '2026-10', 'over'], ['2020', '2026-11', 'now'],
    ['2020', '2026-11-22T09:59:00+07:00', 'over'], ['2020', '2026-11-22T10:01:00+07:00', 'now'],
  ])('from %s to %s is %s', (start, end, state) => {
    expect(stateOf(role(start, end), at)).toBe(state);
  });

  it('that is switched off is over', () => {
    expect(stateOf(role('2026', undefined, false), at)).toBe('over');
  });

  it('names what it gives: code, organisation, wards, days', () => {
    const made = roleResource('p1', {
      role: 'nurse', organization: { resourceType: 'Organization', id: 'o1', name: 'A' }, wards: [{ resourceType: 'Location', id: 'w1', name: 'B' }],
      from: '2026-11-22', to: '',
    });
    expect(made).toEqual({
      resourceType: 'PractitionerRole', active: true, practitioner: { reference: 'Practitioner/p1' },
      organization: { reference: 'Organization/o1', display: 'A' }, location: [{ reference: 'Location/w1', display: 'B' }],
      code: [{ coding: [{ system: 'urn:ansinh:role', code: 'nurse' }] }], period: { start: '2026-11-22' },
    });
  });
});

describe('names', () => {
  it.each([
    ['Điều dưỡng Nguyễn Thị Hà', 'ha.nt'], ['Đặng Đức', 'duc.d'], ['Hà', 'ha'], ['', ''],
  ])('%s is suggested as %s', (display, name) => {
    expect(suggestName(display)).toBe(name);
  });

  it('are shortened to initials, with a ground of their own', () => {
    expect(initials('Điều dưỡng Hà')).toBe('DH');
    expect(initials('y sĩ Ổn')).toBe('SỔ');
    expect(initials('  ')).toBe('');
    expect(groundOf('abc')).toBe(groundOf('abc'));
  });

  it('of browsers are told apart', () => {
    const t = (key: string): string => key;
    expect(agentText('Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Safari/537.36', t as never)).toBe('Chrome, Android');
    expect(agentText('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537 Edg/120', t as never)).toBe('Edge, Windows');
    expect(agentText(undefined, t as never)).toBe('sessions.unknown');
  });
});

describe('the lock screen', () => {
  const people = [{ account: 'a', display: 'A', hasPin: true }, { account: 'b', display: 'B', hasPin: true }];
  const account = { id: 'a', name: 'a', display: 'A', hasPin: true, hasTotp: false };

  it('offers the one who is locked first, and each once', () => {
    const me = completeMe({ auth: 'on', signedIn: true, locked: true, account, people: [...people].reverse(), device: { registered: true } });
    expect(choices(me).map((p) => p.account)).toEqual(['a', 'b']);
  });

  it('asks for a PIN only where one counts', () => {
    expect(choices(completeMe({ auth: 'on', signedIn: true, account, device: { registered: false } }))).toEqual([{ account: 'a', display: 'A', hasPin: false }]);
    expect(choices(completeMe({ auth: 'on', signedIn: false, people })).length).toBe(2);
  });

  it('takes digits only, at most eight', () => {
    expect(onlyDigits('12a3-4567890')).toBe('12345678');
  });
  it.each([['qt.an', true], ['An_2@x-y', true], ['Nguyễn An', false], ['đào', false], ['a b', false], ['', false], ['a'.repeat(65), false]])('takes %s as a name to sign in with: %s', (name, good) => {
    expect(isAccountName(name)).toBe(good);
  });
});
