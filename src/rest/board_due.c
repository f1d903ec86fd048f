/* What is open on the board: rounds that were ordered and not made, doses that were ordered and have no answer.
 *
 * An order says hours of the day on the ward's own clock. Each falls on a moment; the moments from MOST_PAST ago to SOON ahead
 * are looked at. A dose has an answer when a MedicationAdministration carries its name "<order>/<day>T<HH:MM>" (identifier
 * urn:ansinh:id:dose) and is not struck through, whatever the answer is. A round is made when anything of it was measured from
 * an hour before its moment on. An older round is not asked for any more once a newer one is due: what was missed then
 * cannot be measured now. Doses without hours are as needed, and never due.
 *
 * Answers are asked for by their names, and rounds only for whom one may be open: what is long past is never read. */
#include "rest/board_int.h"
#include "base/sort.h"

#define US_PER_MINUTE INT64_C(60000000)
#define PAST_US BOARD_PAST_US
#define LOOK_US (3 * 60 * US_PER_MINUTE)
#define EARLY_US (60 * US_PER_MINUTE) /* a round may begin so much before its moment */

/* ---- hours and days (fhir/timing.h) ---- */

static void read_timing(board *b, const ans_json *doc, ans_jnode timing, const person *p, ans_timing *out)
{
    int64_t written = board_time(b, ans_json_get_string(b->cx, doc, 0, ANS_STR("authoredOn")));
    int64_t since = board_time(b, p->since), asks = ans_order_asks_from(b->cx, doc, b->zone);
    ans_timing_read(b->cx, doc, timing, b->zone, written, asks > since ? asks : since, out);
}

/* ---- open things ---- */

ans_err board_add_due(board *b, person *p, due_what what, ans_str kind, int64_t us)
{
    for (due *d = p->dues; d; d = d->next) {
        if (d->what == what && d->at_us == us && ans_str_eq(d->kind, kind)) {
            d->count++;
            return ANS_OK;
        }
    }
    due *d = ANS_NEW(b->cx->arena, due);
    if (!d) {
        return ans_cx_nomem(b->cx);
    }
    *d = (due){.at_us = us, .count = 1, .what = what, .kind = kind, .next = p->dues};
    p->dues = d;
    return ANS_OK;
}

void board_span(board *b, const ans_json *doc, ans_jnode timing, const person *p, int64_t *out_from, int64_t *out_until)
{
    ans_timing t;
    read_timing(b, doc, timing, p, &t);
    *out_from = t.from_us;
    *out_until = t.until_us;
}

typedef struct visiting {
    board *b;
    person *p;
    void *arg;
    open_moment *take;
} visiting;

static ans_err open_at(void *arg, const ans_moment *m)
{
    const visiting *o = arg;
    return o->take(o->b, o->p, o->arg, m);
}

ans_err board_each_moment(board *b, const ans_json *doc, ans_jnode timing, person *p, void *arg, open_moment *take)
{
    ans_timing t;
    visiting o = {b, p, arg, take};
    read_timing(b, doc, timing, p, &t);
    return ans_timing_each(&t, b->zone, b->now_us - BOARD_PAST_US, b->now_us + BOARD_AHEAD_US, open_at, &o);
}

/* ---- rounds ---- */

static ans_err open_round(board *b, person *p, void *arg, const ans_moment *m)
{
    (void)arg;
    return board_add_due(b, p, DUE_VITALS, ANS_STR_NONE, m->us);
}

static ans_err take_round_order(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    (void)id;
    return p ? board_each_moment(b, doc, ans_json_get(doc, 0, ANS_STR("occurrenceTiming")), p, NULL, open_round) : ANS_OK;
}

static ans_err take_vitals(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    (void)id;
    int64_t us = p && !board_is_struck(b, doc) ? board_time(b, ans_json_get_string(b->cx, doc, 0, ANS_STR("effectiveDateTime"))) : 0;
    if (p && us > p->vitals_us) {
        p->vitals_us = us;
    }
    return ANS_OK;
}

/* The newest round whose moment has come, or comes within the hour; INT64_MIN: none. */
static int64_t newest_round(const board *b, const person *p)
{
    int64_t newest = INT64_MIN;
    for (const due *d = p->dues; d; d = d->next) {
        if (d->what == DUE_VITALS && d->at_us <= b->now_us + EARLY_US && d->at_us > newest) {
            newest = d->at_us;
        }
    }
    return newest;
}

/* Rounds that were made go, and of those missed all but the newest. */
static ans_err settle_rounds(board *b, person *p)
{
    int64_t newest = newest_round(b, p), passed = INT64_MIN;
    if (newest == INT64_MIN) {
        return ANS_OK;
    }
    p->vitals_us = p->score_us;
    if (p->vitals_us < newest - EARLY_US) { /* a round without a score: known by a pulse or a pressure */
        ans_str since = board_since(b, (PAST_US + EARLY_US) / (60 * US_PER_MINUTE));
        ans_str query = ans_arena_fmt(b->cx->arena, "code=http://loinc.org|8867-4,http://loinc.org|85354-9&date=ge%.*s", ANS_FMT(since));
        ans_err err = board_each_of(b, p, "Observation", query, take_vitals);
        if (err != ANS_OK) {
            return err;
        }
    }
    for (const due *d = p->dues; d; d = d->next) {
        passed = d->what == DUE_VITALS && d->at_us <= b->now_us && d->at_us > passed ? d->at_us : passed;
    }
    for (due **at = &p->dues; *at;) {
        bool is_over = (*at)->what == DUE_VITALS && ((*at)->at_us < passed || (*at)->at_us - EARLY_US <= p->vitals_us);
        if (is_over) {
            *at = (*at)->next;
        } else {
            at = &(*at)->next;
        }
    }
    return ANS_OK;
}

/* ---- doses ---- */

typedef struct dose {
    ans_str name; /* "<order>/<day>T<HH:MM>" */
    person *p;
    int64_t us;
    bool is_done;
} dose;

static int by_name(const void *x, const void *y)
{
    return ans_str_cmp(((const dose *)x)->name, ((const dose *)y)->name);
}

static ans_err open_dose(board *b, person *p, void *arg, const ans_moment *m)
{
    const ans_str order = *(const ans_str *)arg;
    int year, month, date;
    if ((b->dose_count & (b->dose_count - 1)) == 0) { /* full at each power of two */
        dose *more = ANS_NEW_N(b->cx->arena, dose, b->dose_count ? b->dose_count * 2 : 1);
        if (!more) {
            return ans_cx_nomem(b->cx);
        }
        if (b->dose_count) {
            memcpy(more, b->doses, sizeof *more * b->dose_count);
        }
        b->doses = more;
    }
    ans_civil_from_days(m->day, &year, &month, &date);
    ans_str name = ans_arena_fmt(b->cx->arena, "%.*s/%04d-%02d-%02dT%02d:%02d", ANS_FMT(order), year, month, date, m->hour, m->minute);
    b->doses[b->dose_count++] = (dose){.name = name, .p = p, .us = m->us};
    return name.p ? ANS_OK : ans_cx_nomem(b->cx);
}

static bool is_as_needed(const ans_json *doc, ans_jnode instruction)
{
    ans_jnode yes = ans_json_get(doc, instruction, ANS_STR("asNeededBoolean"));
    return (yes != ANS_JNONE && ans_str_is(ans_json_raw(doc, yes), "true")) ||
           ans_json_get(doc, instruction, ANS_STR("asNeededCodeableConcept")) != ANS_JNONE;
}

static ans_err take_medicine_order(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("dosageInstruction"));
    ans_err err = ANS_OK;
    if (!p || list == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, list, one)
    {
        if (err == ANS_OK && !is_as_needed(doc, one)) {
            err = board_each_moment(b, doc, ans_json_get(doc, one, ANS_STR("timing")), p, &id, open_dose);
        }
    }
    return err;
}

static ans_err take_given(board *b, const ans_json *doc, ans_str id)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("identifier"));
    (void)id;
    if (list == ANS_JNONE || board_is_struck(b, doc)) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, list, one)
    {
        dose key = {.name = ans_json_get_string(b->cx, doc, one, ANS_STR("value"))};
        dose *found = ans_sorted_find(&key, b->doses, b->dose_count, sizeof key, by_name);
        if (found && ans_str_is(ans_json_get_string(b->cx, doc, one, ANS_STR("system")), "urn:ansinh:id:dose")) {
            found->is_done = true;
        }
    }
    return ANS_OK;
}

/* Only a dose whose hour has come, or comes within LOOK_US, can have an answer. */
static ans_err settle_doses(board *b)
{
    ans_buf list;
    ans_str query;
    ans_err err = ANS_OK;
    bool any = false;
    if (b->dose_count == 0) {
        return ANS_OK;
    }
    ans_sort(b->doses, b->dose_count, sizeof *b->doses, by_name);
    ans_buf_init_arena(&list, b->cx->arena, (size_t)4 << 20);
    for (uint32_t i = 0; i < b->dose_count; i++) {
        if (b->doses[i].us <= b->now_us + LOOK_US) {
            ans_buf_add(&list, any ? ANS_STR(",urn:ansinh:id:dose|") : ANS_STR("identifier=urn:ansinh:id:dose|"));
            ans_buf_add(&list, b->doses[i].name);
            any = true;
        }
    }
    err = ans_buf_finish(&list, &query);
    err = err == ANS_OK && any ? board_each(b, "MedicationAdministration", query, take_given) : err;
    for (uint32_t i = 0; err == ANS_OK && i < b->dose_count; i++) {
        const dose *o = &b->doses[i];
        bool is_twin = i && ans_str_eq(o->name, b->doses[i - 1].name);
        err = o->is_done || is_twin ? ANS_OK : board_add_due(b, o->p, DUE_MEDICINE, ANS_STR_NONE, o->us);
    }
    return err;
}

ans_err board_dues(board *b)
{
    ans_arena *a = b->cx->arena;
    ans_str orders = ans_arena_fmt(a, "patient=%.*s&status=active", ANS_FMT(b->patients));
    ans_err err = board_each(b, "ServiceRequest", ans_arena_fmt(a, "%.*s&code=http://loinc.org|85353-1", ANS_FMT(orders)), take_round_order);
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        err = settle_rounds(b, &b->people[i]);
    }
    err = err == ANS_OK ? board_each(b, "MedicationRequest", orders, take_medicine_order) : err;
    err = err == ANS_OK ? settle_doses(b) : err;
    return err == ANS_OK ? board_care(b) : err;
}
