/* Scopes in words, and what is made of what an administrator typed. */

import { describe, expect, it } from 'vitest';
import { askedQuery } from '../src/apps/Authorize';
import { EMPTY, newClient, type Typed } from '../src/apps/form';
import { staysIn, stayWords } from '../src/apps/stays';
import { codesOf, doingWords, grantWords, hostOf, readScope, scopeWords, typeWords } from '../src/apps/words';
import { APP_CATALOGUES, type AppWords } from '../src/i18n/apps';
import { fill } from '../src/i18n/format';

const w: AppWords = (key, params) => fill(APP_CATALOGUES.en[key], params);

describe('scopes in words', () => {
  it('say what is done, with what, of whom', () => {
    expect(scopeWords({ scope: '', of: 'patient', type: 'Observation', letters: 'rs' }, w)).toBe('See: measurements and test results of the person chosen');
    expect(scopeWords({ scope: '', of: 'user', letters: 'cruds' }, w)).toBe('See, add, change, delete: all of the record of everybody you may see');
    expect(scopeWords({ scope: '', of: 'patient', type: 'Basic', letters: 'c' }, w)).toBe('Add: the part Basic of the person chosen');
    expect(doingWords('s', w)).toBe('See');
    expect(typeWords('Patient', w)).toBe('personal details');
  });

  it('never leave a condition out', () => {
    const scope = readScope('patient/Observation.rs?category=http%3A%2F%2Fx|vital-signs,y|lab&status=final');
    expect(scope?.condition).toBe('category=http://x|vital-signs,y|lab&status=final');
    expect(codesOf('category=http://x|vital-signs,y|lab&status=final')).toBe('vital-signs, lab · final');
    expect(grantWords('openid patient/Observation.rs?category=a|b', w)).toContain('only with the code: b');
  });

  it('read both forms, and nothing else', () => {
    expect(readScope('patient/*.read')).toEqual({ scope: 'patient/*.read', of: 'patient', letters: 'rs' });
    expect(readScope('user/Patient.write')?.letters).toBe('cud');
    expect(readScope('launch/patient')).toBeUndefined();
    expect(readScope('openid')).toBeUndefined();
  });

  it('name where the browser goes, without what stands behind it', () => {
    expect(hostOf('https://app.example:8443/cb?x=1')).toBe('app.example:8443');
    expect(hostOf('vn.example.app:/cb')).toBe('vn.example.app');
    expect(hostOf('nonsense')).toBe('nonsense');
  });
});

describe('stays to choose from', () => {
  it('say what tells one from another', () => {
    expect(stayWords({ resourceType: 'Encounter', status: 'in-progress', period: { start: '2026-02-01' } }, w)).toBe('Staying · from 01/02/2026');
    expect(stayWords({ resourceType: 'Encounter', status: 'finished', period: { start: '2024', end: '2025-03' } }, w)).toBe('Over · from 2024 · until 03/2025');
    expect(stayWords({ resourceType: 'Encounter', status: 'planned' }, w)).toBe('Stay');
  });

  it('are no visits within one, and none that was struck', () => {
    const list = [{ id: 'a', status: 'finished' }, { id: 'b', status: 'in-progress', partOf: { reference: 'Encounter/a' } }, { id: 'c', status: 'entered-in-error' }, { id: 'd', status: 'cancelled' }];
    expect(staysIn(list.map((e) => ({ resourceType: 'Encounter' as const, ...e }))).map((e) => e.id)).toEqual(['a']);
  });
});

describe('the request in the address', () => {
  it('is taken as it stands', () => {
    expect(askedQuery('#/authorize?client_id=a&state=x%20y+z?&scope=a%2Fb')).toBe('client_id=a&state=x%20y+z?&scope=a%2Fb');
    expect(askedQuery('#/authorize')).toBe('');
  });
});

describe('a new program', () => {
  const full: Typed = { ...EMPTY, name: ' Biểu   đồ ', proof: 'public', redirects: ' https://a.example/cb \n\nhttps://b.example/cb', scope: 'openid\n patient/*.rs' };

  it('is what was typed, tidied', () => {
    expect(newClient(full)).toEqual({ name: 'Biểu đồ', kind: 'public', scope: 'openid patient/*.rs', redirects: ['https://a.example/cb', 'https://b.example/cb'] });
  });

  it.each([['name', { name: ' ' }], ['proof', { proof: undefined }], ['scope', { scope: '' }], ['addresses', { redirects: '\n' }], ['keys', { proof: 'key' as const }],
    ['account', { proof: 'own' as const, keys: '{}' }]])('is not made without %s', (_, less) => {
    expect(newClient({ ...full, ...less } as Typed)).toBeUndefined();
  });

  it('by itself has keys and an account, and no address', () => {
    expect(newClient({ ...full, proof: 'own', keys: ' {"keys":[]} ', account: 'kho.so', practitioner: 'x', launch: 'https://a' })).toEqual(
      { name: 'Biểu đồ', kind: 'key', scope: 'openid patient/*.rs', redirects: [], keys: '{"keys":[]}', account: 'kho.so', practitioner: 'x' });
    expect(newClient({ ...full, proof: 'key', keys: 'https://a.example/jwks' })).toMatchObject({ kind: 'key', keysUrl: 'https://a.example/jwks' });
  });
});
