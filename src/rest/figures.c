/* Organization/$sensitive-counts: of how many residents something sensitive is known, by the organisations below one's own in its line, by sex
 * and age, as of the end of a month.
 *
 * - Counted are people, not entries, who lived in a facility on that day (an Encounter of class IMP), where the organisations stood
 *   on that day; only facilities over which the caller has the right `aggregate` today.
 * - One table is all that is told of a thing and a day: rows, columns, totals, through ans_suppress. There is nothing to choose but the
 *   thing and the month, so that no second break-down shows what the first one hides. Months, because from one day to the next the
 *   difference of two tables would be a person.
 * - Nobody is named, in the answer or in the audit. */
#include "auth/suppress.h"
#include "base/os.h"
#include "base/sort.h"
#include "rest/consent_int.h"
#include "rest/org_ops.h"

enum { MOST_PERSONS = 200000, MOST_STEPS = 16, AGES = 3, COLUMNS = 2 * AGES + 1, MOST_DATES = 3 };
#define SCRATCH_BYTES ((size_t)8 << 20)

/* What may be asked about. A list of codes that anybody could extend would be a search engine for small groups. */
static const struct figure {
    const char *code, *type, *query, *person;
    const char *dates[MOST_DATES]; /* the first that is there says since when it is known */
    const char *right;             /* type whose right it takes */
    bool is_year;                  /* known within the last year; else ever */
} figures[] = {
    {"hiv", "Condition", "_security=HIV", "subject", {"recordedDate", "onsetDateTime"}, "Condition", false},
    {"substance", "Condition", "_security=ETH", "subject", {"recordedDate", "onsetDateTime"}, "Condition", false},
    {"violence", "Condition", "_security=SDV", "subject", {"recordedDate", "onsetDateTime"}, "Condition", false},
    {"screening-mental", "Task", "code=urn:ansinh:task|screening-follow-up&_security=MH", "for", {"authoredOn"}, "QuestionnaireResponse", true},
    {"screening-substance", "Task", "code=urn:ansinh:task|screening-follow-up&_security=ETH", "for", {"authoredOn"}, "QuestionnaireResponse", true},
};

static const struct {
    const char *sex;
    int from, to; /* years; to -1: no end */
} columns[COLUMNS] = {{"male", 0, 15}, {"male", 16, 59}, {"male", 60, -1}, {"female", 0, 15}, {"female", 16, 59}, {"female", 60, -1}, {"unknown", 0, -1}};

typedef struct tally {
    org_call c;
    ans_reader *rd;
    const struct figure *about;
    ans_org root;
    ans_lines lines;
    ans_day year_ago;
    ans_cx scratch;       /* of one body */
    ans_cx asking;        /* of one person */
    ans_str *persons;     /* ids */
    uint32_t person_count, person_cap;
    ans_org *rows;
    uint32_t row_count, row_cap;
    uint64_t *counts;     /* rows x COLUMNS */
    uint32_t count_cap;
    ans_org at;           /* of the person being looked at: the facility */
} tally;

/* ---- whom ---- */

/* "Patient/x" at name; empty: another kind of reference. */
static ans_str person_in(ans_cx *cx, const ans_json *doc, const char *name)
{
    ans_reference r;
    ans_reference_parse(ans_json_get_string(cx, doc, ans_json_get(doc, 0, ans_str_of(name)), ANS_STR("reference")), &r);
    return r.kind == ANS_REF_LOCAL && r.type == ans_fhir_type_named(ANS_STR("Patient")) ? r.id : ANS_STR_NONE;
}

static bool is_struck(ans_cx *cx, const ans_json *doc)
{
    paper p = {cx, doc};
    ans_str status = paper_code(&p, paper_at(&p, 0, "verificationStatus"), "http://terminology.hl7.org/CodeSystem/condition-ver-status");
    return ans_str_is(ans_json_get_string(cx, doc, 0, ANS_STR("status")), "entered-in-error") || ans_str_is(status, "entered-in-error") ||
           ans_str_is(status, "refuted");
}

/* What says no date is known whenever one asks. */
static bool was_known(const tally *t, ans_cx *cx, const ans_json *doc)
{
    for (int i = 0; i < MOST_DATES && t->about->dates[i]; i++) {
        ans_day day;
        ans_str text = ans_json_get_string(cx, doc, 0, ans_str_of(t->about->dates[i]));
        if (text.n && paper_day(text, false, &day)) {
            return day <= t->c.a.day && (!t->about->is_year || day > t->year_ago);
        }
    }
    return !t->about->is_year;
}

static ans_err visit_fact(void *arg, const ans_version *v, bool *more)
{
    tally *t = arg;
    ans_json doc;
    ans_arena_reset(t->scratch.arena);
    ans_err err = ans_json_parse(&t->scratch, v->body, NULL, &doc);
    ans_str id = err == ANS_OK && !is_struck(&t->scratch, &doc) && was_known(t, &t->scratch, &doc) ? person_in(&t->scratch, &doc, t->about->person) : ANS_STR_NONE;
    *more = err == ANS_OK;
    if (!id.n) {
        return err;
    }
    ans_str *at = ans_arena_grow(t->c.j->cx->arena, t->persons, t->person_count, &t->person_cap, 256, sizeof *at);
    if (!at) {
        return ans_cx_nomem(t->c.j->cx);
    }
    t->persons = at;
    at[t->person_count] = ans_arena_dup(t->c.j->cx->arena, id);
    bool same = t->person_count && ans_str_eq(at[t->person_count], at[t->person_count - 1]);
    t->person_count += !same;
    if (t->person_count > MOST_PERSONS) {
        return ans_issue_add(t->c.j->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d people: ask for a smaller area", MOST_PERSONS);
    }
    return ANS_OK;
}

static int by_text(const void *a, const void *b)
{
    return ans_str_cmp(*(const ans_str *)a, *(const ans_str *)b);
}

static ans_err find_persons(tally *t)
{
    ans_search_request rq = {.type = ans_fhir_type_named(ans_str_of(t->about->type)), .query = ans_str_of(t->about->query), .strict = true};
    ans_err err = ans_search_each(t->c.j->rest->o.search, t->c.j->cx, t->rd, &rq, visit_fact, t);
    if (err == ANS_OK && t->person_count) {
        ans_sort(t->persons, t->person_count, sizeof *t->persons, by_text);
    }
    return err;
}

/* ---- where ---- */

/* Two stays on one day: the one that is found first. */
static ans_err visit_stay(void *arg, const ans_version *v, bool *more)
{
    tally *t = arg;
    ans_json doc;
    ans_reference r;
    ans_arena_reset(t->scratch.arena);
    ans_err err = ans_json_parse(&t->scratch, v->body, NULL, &doc);
    if (err != ANS_OK) {
        return err;
    }
    ans_reference_parse(ans_json_get_string(&t->scratch, &doc, ans_json_get(&doc, 0, ANS_STR("serviceProvider")), ANS_STR("reference")), &r);
    t->at = r.kind == ANS_REF_LOCAL && r.type == ans_fhir_type_named(ANS_STR("Organization")) ? ans_orgs_find(t->c.orgs, r.id) : 0;
    *more = t->at == 0;
    return ANS_OK;
}

static ans_err find_stay(tally *t, ans_str person)
{
    ans_cx *cx = &t->asking;
    ans_arena_reset(cx->arena);
    ans_str day = ans_day_print(cx->arena, t->c.a.day);
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("Encounter")), .strict = true,
                             .query = ans_arena_fmt(cx->arena, "patient=Patient/%.*s&class=IMP&status=in-progress,onleave,finished&date=ge%.*s&date=le%.*s", ANS_FMT(person),
                                                    ANS_FMT(day), ANS_FMT(day))};
    t->at = 0;
    return rq.query.p ? ans_search_each(t->c.j->rest->o.search, cx, t->rd, &rq, visit_stay, t) : ans_cx_nomem(cx);
}

static bool may_count(const tally *t, ans_org facility)
{
    const job *j = t->c.j;
    ans_rid rid = ans_orgs_rid(t->c.orgs, facility);
    return gate_is_open(j) || (rid && ans_pass_allows(j->pass, ans_fhir_type_named(ans_str_of(t->about->right)), ans_gate_mark(j->rest->o.gate, rid), ANS_RIGHT_AGGREGATE));
}

/* Up from a facility to what stands directly below the root that day; the root itself when there is nothing between. 0: elsewhere. */
static ans_err row_of(tally *t, ans_org facility, ans_org *out)
{
    ans_org at = facility;
    *out = 0;
    for (int step = 0; step < MOST_STEPS && at; step++) {
        ans_org_link *up;
        uint32_t count;
        ans_org next = 0;
        if (at == t->root) {
            *out = at;
            return ANS_OK;
        }
        ans_err err = ans_orgs_parents(&t->asking, t->c.orgs, at, t->lines, t->c.a, &up, &count);
        if (err != ANS_OK) {
            return err;
        }
        for (uint32_t i = 0; i < count; i++) {
            if (up[i].upper == t->root) {
                *out = at;
                return ANS_OK;
            }
            next = next || !ans_orgs_is_within(t->c.orgs, up[i].upper, t->root, t->lines, t->c.a) ? next : up[i].upper;
        }
        at = next;
    }
    return ANS_OK;
}

/* ---- counting ---- */

static ans_err read_column(tally *t, ans_str person, uint32_t *out)
{
    ans_version v;
    ans_json doc;
    ans_datetime born;
    ans_ref ref = {ans_search_type_number(t->c.j->rest->o.search, ans_fhir_type_named(ANS_STR("Patient"))), person};
    *out = COLUMNS - 1;
    ans_arena_reset(t->scratch.arena);
    ans_err err = ans_store_read(&t->scratch, t->rd, ref, &v);
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ANS_OK;
    }
    err = err == ANS_OK ? ans_json_parse(&t->scratch, v.body, NULL, &doc) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_str sex = ans_json_get_string(&t->scratch, &doc, 0, ANS_STR("gender")), date = ans_json_get_string(&t->scratch, &doc, 0, ANS_STR("birthDate"));
    int years = ans_datetime_parse(date, true, &born) ? ans_age_on(&born, t->c.a.day) : -1;
    for (uint32_t i = 0; i + 1 < COLUMNS && years >= 0; i++) {
        bool in = years >= columns[i].from && (columns[i].to < 0 || years <= columns[i].to);
        *out = in && ans_str_is(sex, columns[i].sex) ? i : *out;
    }
    return ANS_OK;
}

static ans_err count_one(tally *t, ans_org row, uint32_t column)
{
    ans_arena *arena = t->c.j->cx->arena;
    uint32_t i = 0;
    while (i < t->row_count && t->rows[i] != row) {
        i++;
    }
    if (i == t->row_count) {
        ans_org *rows = ans_arena_grow(arena, t->rows, t->row_count, &t->row_cap, 64, sizeof *rows);
        uint64_t *counts = rows ? ans_arena_grow(arena, t->counts, t->row_count, &t->count_cap, 64, COLUMNS * sizeof *counts) : NULL;
        if (!counts) {
            return ans_cx_nomem(t->c.j->cx);
        }
        t->rows = rows;
        t->counts = counts;
        t->rows[i] = row;
        memset(&t->counts[(size_t)i * COLUMNS], 0, COLUMNS * sizeof *counts);
        t->row_count++;
    }
    t->counts[(size_t)i * COLUMNS + column]++;
    return ANS_OK;
}

static ans_err count_person(tally *t, ans_str person)
{
    ans_org row = 0;
    uint32_t column;
    ans_err err = find_stay(t, person);
    err = err == ANS_OK && t->at && may_count(t, t->at) ? row_of(t, t->at, &row) : err;
    if (err != ANS_OK || !row) {
        return err;
    }
    err = read_column(t, person, &column);
    return err == ANS_OK ? count_one(t, row, column) : err;
}

/* Rows of everything below, also where there is nobody: that a row is missing would tell as much as a 0. */
static ans_err add_children(tally *t)
{
    ans_org_link *l;
    uint32_t count;
    ans_err err = ans_orgs_children(t->c.j->cx, t->c.orgs, t->root, t->lines, t->c.a, &l, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        uint32_t k = 0;
        while (k < t->row_count && t->rows[k] != l[i].lower) {
            k++;
        }
        if (k == t->row_count && l[i].lines != ANS_LINES_ALL && org_sees(&t->c, l[i].lower)) {
            err = count_one(t, l[i].lower, 0);
            t->counts[(size_t)k * COLUMNS] -= err == ANS_OK;
        }
    }
    return err;
}

static ans_err count_all(tally *t)
{
    ans_err err = find_persons(t);
    for (uint32_t i = 0; err == ANS_OK && i < t->person_count; i++) {
        if (ans_cx_is_late(t->c.j->cx)) {
            return ANS_E_TIMEOUT;
        }
        if (i == 0 || !ans_str_eq(t->persons[i], t->persons[i - 1])) {
            err = count_person(t, t->persons[i]);
        }
    }
    return err == ANS_OK ? add_children(t) : err;
}

/* ---- what is asked ---- */

static ans_err read_about(tally *t)
{
    ans_str about = operation_param(t->c.j, "about");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        t->about = ans_str_is(about, figures[i].code) ? &figures[i] : t->about;
    }
    return t->about ? ANS_OK : ans_issue_add(t->c.j->cx, ANS_E_VALUE, ANS_STR("http.about"), "about is one of hiv, substance, violence, screening-mental, screening-substance");
}

/* The last day of a month that is over: that of `date`, when it is one. */
static bool is_month_end(ans_day day, ans_arena *arena)
{
    ans_str next = ans_day_print(arena, day + 1);
    return next.n == 10 && ans_str_is(ans_str_from(next, 8), "01");
}

static ans_day end_of_month(ans_cx *cx, ans_day day)
{
    for (int i = 0; i < 31 && !is_month_end(day, cx->arena); i++) {
        day--;
    }
    return day;
}

static bool is_root(const tally *t, ans_org org)
{
    return org && may_count(t, org);
}

/* The organisation of a role that may: the first, or the one that is named. */
static ans_err find_root(tally *t)
{
    job *j = t->c.j;
    ans_role *roles;
    uint32_t count = 0;
    ans_org named = 0;
    ans_err err = org_call_named(&t->c, "organization", &named);
    if (err == ANS_OK && gate_is_open(j)) {
        t->root = named;
        return named ? ANS_OK : ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.organization"), "organization says below which one is counted");
    }
    err = err == ANS_OK ? ans_gate_roles(j->rest->o.gate, j->cx, &j->who, &roles, &count) : err;
    for (uint32_t i = 0; err == ANS_OK && !t->root && i < count; i++) {
        ans_org org = roles[i].organization.n ? ans_orgs_find(t->c.orgs, roles[i].organization) : 0;
        t->root = (!named || org == named) && is_root(t, org) ? org : 0;
    }
    if (err == ANS_OK && (!t->root || j->who.client.n)) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "no role of this account may see such figures of its organisation");
    }
    return err;
}

static ans_err begin(tally *t, job *j)
{
    ans_cx *cx = j->cx;
    ans_str given = operation_param(j, "date");
    ans_day today = ans_day_of(ans_now_us()), day = today;
    if (given.p && !ans_day_parse(given, &day)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("http.date"), "date is written YYYY-MM-DD");
    }
    ans_err err = org_call_begin(j, &t->c);
    if (err != ANS_OK) {
        return err;
    }
    err = read_about(t);
    t->c.a = (ans_as_of){.day = end_of_month(cx, day < today ? day : today - 1)};
    t->year_ago = t->c.a.day - 365;
    err = err == ANS_OK ? find_root(t) : err;
    ans_lines own = err == ANS_OK ? ans_orgs_lines_of(t->c.orgs, t->root, t->c.a) : 0, civil = err == ANS_OK ? ans_orgs_line(t->c.orgs, ANS_STR("civil")) : 0;
    t->lines = own & ~civil ? own & ~civil : own;
    return err;
}

/* ---- the answer ---- */

static void put_count(tally *t, const char *name, uint64_t n, bool hidden)
{
    if (hidden) {
        org_out_text(&t->c, name, "valueCode", ANS_STR("hidden"));
    } else {
        org_out_number(&t->c, name, (uint32_t)n);
    }
}

static void put_columns(tally *t)
{
    for (uint32_t i = 0; i < COLUMNS; i++) {
        org_out_open(&t->c, "column");
        org_out_text(&t->c, "sex", "valueCode", ans_str_of(columns[i].sex));
        if (i + 1 < COLUMNS) {
            org_out_number(&t->c, "from", (uint32_t)columns[i].from);
            if (columns[i].to >= 0) {
                org_out_number(&t->c, "to", (uint32_t)columns[i].to);
            }
        }
        org_out_close(&t->c);
    }
}

static ans_err put_table(tally *t)
{
    ans_hidden h;
    uint64_t sums[COLUMNS] = {0}, all = 0;
    ans_err err = ans_suppress(t->c.j->cx, &(ans_table){t->row_count, COLUMNS, t->counts}, &h);
    for (uint32_t r = 0; err == ANS_OK && r < t->row_count; r++) {
        uint64_t sum = 0;
        org_out_open(&t->c, "row");
        org_out_reference(&t->c, "organization", t->rows[r], t->c.a);
        for (uint32_t c = 0; c < COLUMNS; c++) {
            uint64_t n = t->counts[(size_t)r * COLUMNS + c];
            put_count(t, "count", n, h.cells[r * COLUMNS + c]);
            sum += n;
            sums[c] += n;
        }
        put_count(t, "total", sum, h.rows[r]);
        org_out_close(&t->c);
        all += sum;
    }
    if (err != ANS_OK) {
        return err;
    }
    org_out_open(&t->c, "all");
    for (uint32_t c = 0; c < COLUMNS; c++) {
        put_count(t, "count", sums[c], h.columns[c]);
    }
    put_count(t, "total", all, h.all);
    org_out_close(&t->c);
    return ANS_OK;
}

ans_err sensitive_counts_run(job *j, ans_reader *rd)
{
    tally t = {.rd = rd, .scratch = {.arena = ans_arena_new(SCRATCH_BYTES)}, .asking = {.arena = ans_arena_new(SCRATCH_BYTES)}};
    ans_err err = t.scratch.arena && t.asking.arena ? begin(&t, j) : ans_cx_nomem(j->cx);
    err = err == ANS_OK ? count_all(&t) : err;
    if (err == ANS_OK) {
        org_out_text(&t.c, "asOf", "valueDate", ans_day_print(j->cx->arena, t.c.a.day));
        org_out_text(&t.c, "about", "valueCode", ans_str_of(t.about->code));
        org_out_reference(&t.c, "organization", t.root, t.c.a);
        put_columns(&t);
        err = t.row_count ? put_table(&t) : ANS_OK;
    }
    ans_arena_free(t.scratch.arena);
    ans_arena_free(t.asking.arena);
    return err == ANS_OK ? org_call_end(&t.c) : err;
}
