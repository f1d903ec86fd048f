/* Fills a message: {name} becomes the value, {n#one|many} picks a word by the number n. */

export type MessageParams = Record<string, string | number>;

export function fill(message: string, params: MessageParams = {}): string {
  return message
    .replace(/\{(\w+)#([^|}]*)\|([^}]*)\}/g, (_all, name: string, one: string, many: string) =>
      (Number(params[name]) === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (all, name: string) => (params[name] === undefined ? all : String(params[name])));
}

export function placeholders(message: string): string[] {
  return [...new Set([...message.matchAll(/\{(\w+)/g)].map((m) => m[1] ?? ''))].sort();
}
