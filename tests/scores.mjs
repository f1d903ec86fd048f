/* The public scoring cases: node tests/scores.mjs FOLDER (with scores.jsonl) runs `ansinh questionnaire calculate` on each form and
 * response and compares the values of the calculated items: all that are listed, in order, numbers by value. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { PROGRAM, finish, test } from './node.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node tests/scores.mjs FOLDER');
  process.exit(2);
}

/* Values of every item by linkId, wherever it stands. */
function valuesOf(items, out = {}) {
  for (const item of items ?? []) {
    for (const answer of item.answer ?? []) {
      const key = Object.keys(answer).find((k) => k.startsWith('value'));
      if (key) (out[item.linkId] ??= []).push(answer[key]);
      valuesOf(answer.item, out);
    }
    valuesOf(item.item, out);
  }
  return out;
}

for (const line of readFileSync(join(folder, 'scores.jsonl'), 'utf8').split('\n').filter(Boolean)) {
  const given = JSON.parse(line);
  await test(given.id, () => {
    const end = spawnSync(PROGRAM, ['questionnaire', 'calculate', join(folder, given.file), '-'],
      { input: JSON.stringify(given.response), encoding: 'utf8', timeout: 20000 });
    if (end.status !== 0) throw new Error(end.stderr);
    const got = valuesOf(JSON.parse(end.stdout).item);
    for (const [linkId, wanted] of Object.entries(given.expected)) {
      if (!isDeepStrictEqual(got[linkId] ?? [], wanted)) {
        throw new Error(`${linkId}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got[linkId] ?? [])}`);
      }
    }
  });
}
finish();
