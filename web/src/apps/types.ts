/* What /auth says about programs of others (src/rest/smart_page.c, smart_client.c). */

export interface AskedScope { scope: string; of: 'patient' | 'user' | 'system'; type?: string; letters: string; condition?: string }

export interface Asked {
  client: string; name: string; organization?: string; purpose?: string; goesTo: string;
  /* openid, offline_access ...: with blanks between */
  flags: string;
  patient?: string; encounter?: string; needsPatient: boolean; needsEncounter: boolean; scopes: AskedScope[];
}
/* A request that is no good; redirect: the program may be told of it. */
export interface BadAsk { error: string; text: string; name?: string; redirect?: string }

export interface AllowedApp { id: string; client: string; name: string; scope: string; patient?: string; since?: string; lastUsed?: string; until?: string }
export interface LaunchApp { client: string; name: string }

export interface Client {
  id: string; name: string; kind: 'public' | 'secret' | 'key'; scope?: string; organization?: string; purpose?: string; account?: string; launch?: string;
  keysUrl?: string; hasKeys: boolean; introspect: boolean; disabled: boolean; redirects: string[]; created?: string; secret?: string;
}
export interface NewClient {
  name: string; kind: 'public' | 'secret' | 'key'; scope: string; redirects: string[]; launch?: string; keys?: string; keysUrl?: string; account?: string; practitioner?: string;
}
