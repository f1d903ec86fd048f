/* Node 18 keeps Web Crypto, which every browser has, behind a module. */
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto as Crypto;
