/* The name somebody signs in with: what is offered, and what the server takes. Alone in its file: the first screen needs no more. */

/* "Điều dưỡng Nguyễn Thị Hà" -> "ha.nt": the given name, then the initials, as most people here do it. */
export function suggestName(display: string): string {
  const words = display.toLowerCase().replace(/\u0111/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').split(/[^a-z0-9]+/).filter((w) => w !== '');
  const given = words.pop() ?? '';
  const initials = words.slice(-2).map((w) => w[0] ?? '').join('');
  return initials === '' ? given : `${given}.${initials}`;
}

/* What the server takes as a name to sign in with (src/auth/account.c). */
export const isAccountName = (name: string): boolean => /^[A-Za-z0-9._@-]{1,64}$/.test(name);
