/* A person of the staff at a glance: the initials on one of six grounds, always the same for the same account. */

export function initials(display: string): string {
  const words = display.trim().split(/\s+/).filter((w) => w !== '');
  return words.slice(-2).map((w) => [...w][0] ?? '').join('').toLocaleUpperCase('vi');
}

export function groundOf(account: string): number {
  let sum = 0;
  for (const c of account) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 9973;
  return sum % 6;
}

export function Face({ account, display }: { account: string; display: string }) {
  return <span className={`an-staff-face an-staff-face-${groundOf(account)}`} aria-hidden="true">{initials(display)}</span>;
}
