/* What somebody does in a shift, deed by deed: the requests of the page, in its order, some beside one another and some after one another.
 *
 * A deed takes the member, their random numbers and `timed`, which measures what a person waits for: from the tap to the last answer, with
 * the reading of it. The dice decide whom and what, never how long. */

const MANY = 500;
const PAST = 100;
const KEY_MS = 120;
const FORMS = ['phq-9', 'gad-7', 'barthel', 'braden', 'morse'];
/* As forms/screens.ts and content/access/rights.json say. */
const READ_FORMS = ['nurse', 'doctor', 'assistant-doctor', 'rehab-technician', 'social-worker'];
const CARE = ['nurse', 'doctor', 'assistant-doctor'];
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/* ---- the board ---- */

const boardPath = (m) => (m.wards.length === 1 ? `Location/${m.wards[0]}/$board` : `Organization/${m.facility}/$board`);
const boardName = (m) => (m.wards.length === 1 ? 'board of a ward' : 'board of a facility');

/* Opened, or asked again by the page itself: then with the ETag of the last answer. */
export async function board(page, m, timed, again = false) {
  const answer = await timed(boardName(m), () => m.background.operation(boardPath(m), 'Parameters', again ? m.etag : undefined));
  if (!answer) return;
  m.etag = answer.etag;
  m.board = page.readBoard(answer.resource);
}

const openBoard = (page, m, dice, timed) => board(page, m, timed);

/* ---- people ---- */

/* The page asks for every card, and a card says so when this account may not see what would stand in it. */
const allowed = (asked) => asked.catch((error) => { if (error.status !== 403) throw error; });

async function type(page, m, dice, timed) {
  const words = dice.one(m.board.residents).name.split(' ');
  const word = words[words.length - 1];
  for (let n = 1; n <= word.length; n += 1) {
    const [attempt] = page.searchAttempts(word.slice(0, n));
    await timed('a name typed, one key', () => m.server.search('Patient', {
      ...attempt, _count: 20, _elements: 'name,birthDate,gender,identifier,deceased,active' }));
    await sleep(KEY_MS);
  }
}

/* screens/Person.tsx with its panels. */
async function person(page, m, dice, timed) {
  const { id } = dice.one(m.board.residents);
  const medicines = (status, count) => m.server.search('MedicationRequest', {
    patient: id, status, _sort: '-authoredon', _include: 'MedicationRequest:medication', _count: count });
  const results = async (patient) => page.loadTitles(m.server, [...page.resultsByForm((await page.loadPast(m.server, patient)).responses, patient).keys()]);
  await timed('a person opened', async () => {
    await m.server.read('Patient', id);
    await Promise.all([
      ...(m.wards.length > 0 ? [page.isUnseen(m.server, id)] : []),
      ...page.VITALS.map((kind) => m.server.search('Observation', { patient: id, code: kind.codes.join(','), _sort: '-date', _count: PAST })),
      allowed(m.server.search('Condition', { patient: id, _sort: '-onset-date', _count: MANY })),
      medicines('active,on-hold,draft,unknown', MANY), medicines('completed,stopped,cancelled', PAST),
      m.server.search('MedicationStatement', { patient: id, _sort: '-effective', _include: 'MedicationStatement:medication', _count: MANY }),
      ...(m.is(READ_FORMS) ? [results(id)] : []),
    ]);
  });
}

/* ---- vital signs ---- */

const WORDS = { notMeasured: 'Không đo được', acvpu: { A: 'Tỉnh' }, vital: {
  breathing: 'Nhịp thở', spo2: 'SpO2', oxygen: 'Thở oxy', bp: 'Huyết áp', pulse: 'Mạch', consciousness: 'Ý thức', temperature: 'Nhiệt độ' } };

function signsTyped(page, m, dice, r) {
  const number = (low, high) => String(low + dice.below(high - low + 1));
  const draft = { ...page.emptyDraft(), oxygen: 'no', consciousness: 'A', typed: {
    breathing: number(13, 19), spo2: number(96, 99), systolic: number(108, 139), diastolic: number(65, 84), pulse: number(60, 88),
    temperature: `36,${dice.below(10)}` } };
  const judged = page.judgeDraft(draft, { stage: 'adult', lastWeight: undefined });
  const at = page.withOffset(new Date());
  const common = { encounter: { reference: `Encounter/${r.encounter}` }, performer: [m.giver] };
  const made = page.observationsOf(draft, judged, r.id, at, WORDS, common);
  const score = page.scoreObservation(page.signsOf(draft, judged), 1, made, { incomplete: 'Chưa đủ', unit: 'điểm' });
  made.set('news2', { ...score, effectiveDateTime: at });
  const { sent, superseded } = page.prepareSend(draft, made, page.uuid4);
  return { bundle: page.transactionOf(made, sent), superseded };
}

async function signs(page, m, dice, timed) {
  const r = dice.one(m.board.residents);
  const since = new Date(Date.now() - 14 * 86_400_000).toISOString();
  await timed('vital signs of two weeks', () => m.server.search('Observation', {
    patient: r.id, category: 'vital-signs', date: `ge${since}`, _sort: '-date', _count: 400 }));
  const { bundle, superseded } = signsTyped(page, m, dice, r);
  await timed('a set of vital signs kept', () => page.saveSet(m.server, bundle, superseded));
}

/* ---- medicines ---- */

async function doses(page, m, dice, timed) {
  const [ward] = m.wards;
  if (!m.round || m.round.ward.place.id !== ward) {
    m.round = await timed('a drug round opened', () => page.loadRound(m.server, ward, Date.now()));
  } else {
    /* every fourth time all that could have changed, else the doses of others (drugs/useRound.ts) */
    m.looks = (m.looks ?? 0) + 1;
    const look = m.looks % 4 === 0 ? page.loadAll : page.loadNewer;
    const change = await timed('a drug round, what is new', () => look(m.background, m.round, Date.now()));
    m.round = change(m.round);
  }
  const round = page.roundOf(m.round, m.round.given, m.round.effects, Date.now(), m.giver.reference);
  const open = round.cards.flatMap((c) => c.doses.filter((d) => d.state.kind === 'due' || d.state.kind === 'late').map((line) => ({ c, line })));
  for (let n = 0; n < 3 && open.length > 0; n += 1) {
    const [{ c, line }] = open.splice(dice.below(open.length), 1);
    const item = page.newItem(page.recordDose(line.dose, c.resident, m.giver, Date.now(), page.uuid4(), {}));
    const outcome = await timed('a dose given', () => page.sendItem(m.server, item, Date.now()));
    /* another may have given it meanwhile: then that is what the answer says */
    if (outcome.kind !== 'stored' && outcome.halt !== 'taken') throw new Error(`a dose: ${outcome.kind} ${outcome.halt ?? ''} ${outcome.why ?? outcome.problem ?? ''}`);
  }
}

/* ---- quick care ---- */

async function care(page, m, dice, timed) {
  const [ward] = m.wards;
  m.care = m.care ? await timed('quick care, what is new', () => page.loadNewerCare(m.background, m.care, Date.now())) : await timed('quick care opened', () => page.loadDaily(m.server, ward, Date.now()));
  const there = m.care.ward.residents;
  const from = dice.below(there.length);
  const keep = async (name, people, kind) => {
    const { code } = dice.one(page.kindOf(kind).answers);
    const wanted = page.recordCare(people.map((r) => ({ whom: { id: r.id, stay: r.stay.id }, act: { kind, answer: code } })), m.giver, Date.now(), page.uuid4, page.recordWords);
    const outcome = await timed(name, () => page.sendItem(m.server, page.newItem(wanted), Date.now()));
    if (outcome.kind !== 'stored') throw new Error(`${name}: ${outcome.kind} ${outcome.halt ?? ''} ${outcome.why ?? outcome.problem ?? ''}`);
  };
  await keep('care of one kept', there.slice(from, from + 1), 'turning');
  await keep('care of six kept', there.slice(from, from + 6), 'activity');
}

/* ---- forms ---- */

function answersOf(page, form, dice, most) {
  const given = {};
  const walk = (items) => {
    for (const item of items ?? []) {
      const option = dice.one(item.answerOption ?? [undefined]);
      const isAsked = !item.readOnly && option?.valueCoding !== undefined && Object.keys(given).length < most;
      if (isAsked) given[item.linkId] = [{ value: { valueCoding: option.valueCoding } }];
      walk(item.item);
    }
  };
  walk(form.item);
  return new page.Filled(page.indexOf(form), { given, counts: {} });
}

async function form(page, m, dice, timed) {
  const r = dice.one(m.board.residents);
  const { form: asked } = await timed('a form opened', async () => {
    const [loaded] = await Promise.all([page.loadForm(m.server, dice.one(FORMS)), m.server.read('Patient', r.id), page.loadHere(m.server, r.id)]);
    return loaded;
  });
  for (const most of [2, 5, 100]) {
    const filled = answersOf(page, asked, dice, most);
    await timed('a form calculated', () => page.calculate(m.server, asked, {
      resourceType: 'QuestionnaireResponse', status: 'in-progress', questionnaire: `${asked.url}|${asked.version}`, item: page.answeredItems(filled) }));
  }
  const id = page.uuid4();
  const response = page.responseOf(answersOf(page, asked, dice, 100), {
    patient: r.id, stay: r.encounter, author: m.giver, authored: page.withOffset(new Date()), id });
  const item = { ...page.newItem({ id, at: Date.now(), resource: { ...response, identifier: [response.identifier] } }), form: asked };
  const outcome = await timed('a form kept', () => page.sendItem(m.server, item, Date.now()));
  if (outcome.kind !== 'stored') throw new Error(`a form: ${outcome.kind} ${outcome.halt ?? ''} ${outcome.why ?? outcome.problem ?? ''}`);
}

/* ---- handover, traces ---- */

async function handover(page, m, _dice, timed) {
  const [ward] = m.wards;
  await timed('a handover opened', async () => {
    const now = Date.now();
    const past = await page.loadHandovers(m.server, ward);
    return page.loadHandover(m.server, ward, past, page.lastShift(past, m.giver.reference, now).since, now);
  });
}

async function audit(page, m, dice, timed) {
  const wanted = { patient: dice.one(m.board.residents).id, who: '', from: '', to: '', kind: '' };
  const find = async (w, count) => {
    const found = await m.server.search('AuditEvent', page.questionFor(w, count));
    const people = found.items.flatMap((e) => (e.entity ?? []).flatMap((x) => /^Patient\/(.+)$/.exec(x.what?.reference ?? '')?.[1] ?? []));
    await page.namesOf(m.server, people);
  };
  await timed('the audit of a person', () => Promise.all([
    page.namesOf(m.server, [wanted.patient]), find({ ...wanted, kind: 'glass' }, 20), find(wanted, 50)]));
}

/* How often, of a hundred deeds; whoever may not do one does another. */
const deeds = [
  { often: 12, run: openBoard },
  { often: 12, run: type },
  { often: 20, run: person },
  { often: 22, run: signs, who: [...CARE, 'carer'] },
  { often: 16, run: doses, who: CARE },
  { often: 14, run: care, who: [...CARE, 'carer'], able: (m) => m.wards.length > 0 },
  { often: 8, run: form, who: CARE },
  { often: 4, run: handover, who: CARE, able: (m) => m.wards.length > 0 }, /* a ward is handed over by who works there */
  { often: 6, run: audit, who: ['facility-head'] },
];

const deedsFor = (m) => deeds.filter((d) => (!d.who || m.is(d.who)) && (!d.able || d.able(m)));
export const deedsOf = (m) => deedsFor(m).map((d) => d.run);

export function deedOf(m, dice) {
  const mine = deedsFor(m);
  let at = dice.below(mine.reduce((n, d) => n + d.often, 0));
  return mine.find((d) => { at -= d.often; return at < 0; }).run;
}
