/* What the server says of the machine it stands on, for the bar on top: a clock that nobody should sign by, a disk that is nearly full. */

export type Trouble = 'clock' | 'disk';

export function troublesOf(health: unknown): Trouble[] {
  const said = typeof health === 'object' && health !== null ? health as Record<string, unknown> : {};
  return [
    ...(['early', 'behind', 'ahead'].includes(String(said.clock)) ? ['clock' as const] : []),
    ...(said.disk === 'low' ? ['disk' as const] : []),
  ];
}

/* What cannot be asked is not news: the bar for a lost line says that. */
export async function askHealth(signal: AbortSignal): Promise<Trouble[] | undefined> {
  try {
    const reply = await fetch('/health', { signal, cache: 'no-store', headers: { 'X-Ansinh-Background': '1' } });
    return reply.ok ? troublesOf(await reply.json()) : undefined;
  } catch {
    return undefined;
  }
}
