/* Another hour than the one it is: HOUR='2026-11-23 05:58' (Vietnam) plays a script as if it began then, by hand, for what is only wrong at a change of shifts,
 * at midnight, on the last of a month. The script and the servers it starts run under Debian's `faketime`; Chromium does not bear that (its pages never finish
 * loading), so its pages get a clock that runs ahead by as much. Time goes on as always. */

import { spawnSync } from 'node:child_process';

const AHEAD = 'ANSINH_E2E_AHEAD'; /* set for the second start, by how many seconds */

/* Starts this very script again in that hour and ends with it; does nothing without HOUR, or when it is that second start. */
export function playAt(hour) {
  if (hour === undefined || process.env[AHEAD] !== undefined) return;
  const then = Date.parse(`${hour.replace(' ', 'T')}:00+07:00`);
  if (Number.isNaN(then)) throw new Error(`HOUR=${hour}: say it as 2026-11-23 05:58`);
  const ahead = Math.round((then - Date.now()) / 1000);
  const { status, error } = spawnSync('faketime', ['-f', `${ahead < 0 ? '' : '+'}${ahead}s`, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit', env: { ...process.env, [AHEAD]: String(ahead), DONT_FAKE_MONOTONIC: '1' },
  });
  if (error) throw new Error(`HOUR needs the package faketime: ${error.message}`);
  process.exit(status ?? 1);
}

/* The surroundings of a program that shall know nothing of it. */
export const plainEnv = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(LD_PRELOAD|FAKETIME.*)$/.test(name)));

/* Before anything of the page runs, in a browser context. */
export async function setHour(context) {
  const ms = 1000 * Number(process.env[AHEAD] ?? 0);
  if (ms === 0) return;
  await context.addInitScript((by) => {
    const Real = Date;
    const now = () => Real.now() + by;
    globalThis.Date = new Proxy(Real, {
      construct: (target, values, made) => Reflect.construct(target, values.length === 0 ? [now()] : values, made === globalThis.Date ? target : made),
      apply: () => new Real(now()).toString(),
      get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
    });
  }, ms);
}
