import { describe, expect, it } from 'vitest';
import { isOver, membersOf, MOST, newTeam, withMember, withoutMember, type CareTeam } from '../src/team/team';

const AT = Date.parse('2026-11-22T10:00:00+07:00');
const team = (...participant: CareTeam['participant'] & object): CareTeam => ({ resourceType: 'CareTeam', id: 't', status: 'active', participant });
const member = (id: string, end?: string) => ({ member: { reference: `Practitioner/${id}`, display: `${id} by the entry` }, ...(end === undefined ? {} : { period: { start: '2026-01-01', end } }) });

describe('who is assigned', () => {
  it('is each once, by the name that staff has, without those who are off', () => {
    const list = membersOf([team(member('a'), member('b', '2026-02-01'), member('a')), { ...team(member('c'), { member: { reference: 'RelatedPerson/r' } }), id: 'u' }], new Map([['a', 'An']]), AT);
    expect(list.map((m) => [m.id, m.name, m.team])).toEqual([['a', 'An', 't'], ['c', 'c by the entry', 'u']]);
  });
  it('is who was added, from that moment on', () => {
    const after = withMember(team(member('a'), member('gone', '2026-02-01')), 'b', 'Bình', AT);
    expect(after.participant).toEqual([member('a'), { member: { reference: 'Practitioner/b', display: 'Bình' }, period: { start: '2026-11-22T10:00:00+07:00' } }]);
  });
  it('is not who was taken off, and a team of nobody is over', () => {
    expect(withoutMember(team(member('a'), member('b')), 'a', AT).participant).toEqual([member('b')]);
    const empty = withoutMember(team(member('a')), 'a', AT);
    expect([empty.status, 'participant' in empty]).toEqual(['inactive', false]);
  });
  it('is over at its end, not before', () => {
    expect([isOver(member('a', '2026-11-22T09:59:00+07:00'), AT), isOver(member('a', '2026-11-23T09:59:00+07:00'), AT), isOver(member('a'), AT)]).toEqual([true, false, false]);
  });
  it('begins as a team of this person, and holds as many as the server counts', () => {
    expect(newTeam('p', 'u')).toMatchObject({ status: 'active', subject: { reference: 'Patient/p' } });
    expect(MOST).toBe(12);
  });
});
