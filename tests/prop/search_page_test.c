/* The order of answers: sorted as a slow sort says, each match exactly once over pages while others write between them, and
 * what is included with a page. */
#include "prop/search_run.h"

/* ---- sorting ---- */

typedef struct sort_by {
    const char *code; /* "_id" and "_lastUpdated" too */
    bool descending;
} sort_by;

typedef struct sort_value {
    bool has;
    int64_t number;
    ans_str text;
} sort_value;

static sort_value value_of(world *w, uint8_t type, const found *f)
{
    sort_value v = {.has = true};
    switch ((ans_sp_type)type) {
    case ANS_SP_DATE:
        v.number = f->low;
        break;
    case ANS_SP_NUMBER:
        v.number = f->no_from ? INT64_MIN : (int64_t)f->from;
        break;
    case ANS_SP_STRING:
        v.text = ans_str_head(model_fold(w, f->raw), 64);
        break;
    case ANS_SP_TOKEN:
        v.text = f->code.n ? f->code : f->text;
        break;
    case ANS_SP_REFERENCE:
        v.text = f->target ? joined(w, ans_fhir_type_name(f->target), "/", f->id) : f->raw.n ? f->raw : f->code;
        break;
    default:
        v.text = f->raw;
        break;
    }
    return v;
}

static int order_of(const sort_value *a, const sort_value *b)
{
    return a->number != b->number ? (a->number < b->number ? -1 : 1) : ans_str_cmp(a->text, b->text);
}

static sort_value key_of(world *w, const sort_by *by, const doc *d)
{
    sort_value best = {.has = false};
    founds *values = ANS_NEW(w->brief, founds);
    if (strcmp(by->code, "_id") == 0) {
        return (sort_value){.has = true, .text = ans_str_of(d->id)};
    }
    if (strcmp(by->code, "_lastUpdated") == 0) {
        return (sort_value){.has = true, .number = d->changed};
    }
    const ans_sp *sp = ans_sp_named(d->type, ans_str_of(by->code));
    model_values(w, sp, d, values);
    for (uint32_t i = 0; i < values->count; i++) {
        sort_value v = value_of(w, sp->type, &values->at[i]);
        int order = best.has ? order_of(&v, &best) : 0;
        if (!values->at[i].is_part && (!best.has || (by->descending ? order > 0 : order < 0))) {
            best = v;
        }
    }
    return best;
}

static int compare_docs(world *w, const sort_by *by, uint32_t count, const doc *a, const doc *b)
{
    for (uint32_t i = 0; i < count; i++) {
        sort_value x = key_of(w, &by[i], a), y = key_of(w, &by[i], b);
        if (x.has != y.has) {
            return x.has ? -1 : 1;
        }
        int order = x.has ? order_of(&x, &y) : 0;
        if (order) {
            return by[i].descending ? -order : order;
        }
    }
    return a->rid < b->rid ? -1 : 1;
}

static bool is_sortable(const ans_sp *sp)
{
    return is_askable(sp) && sp->type != ANS_SP_COMPOSITE && sp->type != ANS_SP_QUANTITY;
}

static sort_by any_sort(world *w, ans_type type)
{
    if (chance(w, 15)) {
        return (sort_by){chance(w, 50) ? "_id" : "_lastUpdated", chance(w, 50)};
    }
    for (;;) {
        const ans_sp *sp = any_param(w, type);
        if (is_sortable(sp)) {
            return (sort_by){sp->code, chance(w, 50)};
        }
    }
}

static ans_str with_sort(world *w, ans_str query, const sort_by *by, uint32_t count)
{
    ans_str out = ans_arena_fmt(w->brief, "%.*s%s_sort=", ANS_FMT(query), query.n ? "&" : "");
    for (uint32_t i = 0; i < count; i++) {
        out = ans_arena_fmt(w->brief, "%.*s%s%s%s", ANS_FMT(out), i ? "," : "", by[i].descending ? "-" : "", by[i].code);
    }
    return out;
}

static void check_order(world *w, ans_str query, const answer *a, const sort_by *by, uint32_t count)
{
    for (uint32_t i = 1; i < a->count; i++) {
        const doc *x = &w->docs[a->at[i - 1]], *y = &w->docs[a->at[i]];
        if (compare_docs(w, by, count, x, y) > 0) {
            print_error("  %s/%s %.*s\n", ans_fhir_types[x->type].name, x->id, ANS_FMT(x->body));
            fail_query("comes too late", query, y);
        }
    }
}

static void sorted(world *w)
{
    sort_by by[2];
    ans_type type = ans_fhir_type_named(ans_str_of(PICK(w, kinds)));
    uint32_t want = 0, count = 1 + below(w, 2);
    for (uint32_t i = 0; i < count; i++) {
        by[i] = any_sort(w, type);
    }
    ans_str query = with_sort(w, ANS_STR_NONE, by, count);
    answer a = all_pages(w, type, query, 1 + below(w, 200));
    for (uint32_t i = 0; i < w->count; i++) {
        want += is_there(w, &w->docs[i]) && w->docs[i].type == type;
    }
    if (a.count != want) {
        fail_query("sorting lost or found some", query, NULL);
    }
    check_order(w, query, &a, by, count);
}

/* What a walk at a bedside has found is sorted by the dates in its rows. */
static void sorted_at_bedside(world *w)
{
    crit *list[MOST_AT_BEDSIDE];
    sort_by by[2] = {{"date", chance(w, 60)}, {"_id", chance(w, 50)}};
    uint32_t want_count, count, keys = 1 + below(w, 2);
    ans_type type = ans_fhir_type_named(ANS_STR("Observation"));
    ans_str query;
    ans_buf b;
    ans_buf_init_arena(&b, w->brief, 65536);
    count = bedside_crits(w, type, list);
    for (uint32_t i = 0; i < count; i++) {
        write_crit(list[i], &b);
    }
    assert_int_equal(ans_buf_finish(&b, &query), ANS_OK);
    query = with_sort(w, query, by, keys);
    bool *want = expected(w, list, count, &want_count);
    answer a = all_pages(w, type, query, 1 + below(w, 10));
    for (uint32_t i = 0; i < a.count; i++) {
        if (!want[a.at[i]]) {
            fail_query("found but does not match", query, &w->docs[a.at[i]]);
        }
    }
    if (a.count != want_count) {
        fail_query("sorting lost or found some", query, NULL);
    }
    check_order(w, query, &a, by, keys);
}

/* ---- over several types ---- */

static void system_wide(world *w)
{
    const char *const codes_of_all[] = {"_tag", "_source", "_profile", "_id", "_lastUpdated"};
    bool wanted[COUNT(kinds)], any = false, every = chance(w, 30);
    sort_by by = {chance(w, 50) ? "_lastUpdated" : "identifier", chance(w, 50)};
    crit *c = ANS_NEW(w->brief, crit);
    const char *code = PICK(w, codes_of_all);
    ans_buf b;
    ans_str query;
    *c = (crit){.modifier = "", .type = ans_fhir_type_named(ans_str_of(PICK(w, kinds)))};
    c->sp = ans_sp_named(c->type, ans_str_of(code));
    if (code[1] == 'i' || code[1] == 'l') {
        do {
            ask_special(w, c, 3);
        } while ((c->kind == BY_ID) != (code[1] == 'i'));
    } else {
        ask_plain(w, c);
    }
    bool sort = !every && chance(w, 50);
    ans_buf_init_arena(&b, w->brief, 65536);
    write_crit(c, &b);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        /* a type without identifiers cannot be sorted by them */
        bool may = !sort || by.code[0] == '_' || ans_sp_named(ans_fhir_type_named(ans_str_of(kinds[i])), ANS_STR("identifier"));
        wanted[i] = every || (chance(w, 40) && may);
        if (wanted[i] && !every) {
            ans_buf_fmt(&b, "%s%s", any ? "," : "&_type=", kinds[i]);
        }
        any = any || wanted[i];
    }
    assert_int_equal(ans_buf_finish(&b, &query), ANS_OK);
    if (!any) {
        return;
    }
    query = sort ? with_sort(w, query, &by, 1) : query;
    answer a = all_pages(w, 0, query, 1 + below(w, 30));
    bool *seen = ANS_NEW_N(w->brief, bool, w->count);
    for (uint32_t i = 0; i < a.count; i++) {
        seen[a.at[i]] = true;
    }
    for (uint32_t i = 0; i < w->count; i++) {
        bool of_type = false;
        for (size_t k = 0; k < COUNT(kinds); k++) {
            of_type = of_type || (wanted[k] && ans_str_is(ans_fhir_type_name(w->docs[i].type), kinds[k]));
        }
        if (seen[i] != (of_type && is_there(w, &w->docs[i]) && meets(w, c, &w->docs[i]))) {
            fail_query(seen[i] ? "found but does not match" : "matches but was not found", query, &w->docs[i]);
        }
    }
    if (sort) {
        check_order(w, query, &a, &by, 1);
    }
}

/* ---- pages while others write ---- */

static void write_between(world *w)
{
    for (uint32_t i = below(w, 8); i > 0; i--) {
        change(w, 60, 30);
    }
}

/* "about" depends on the day it is asked. */
static bool goes_by_the_clock(const crit *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        const asked *q = &c->values[i];
        for (uint8_t k = 0; q->parts && k < c->sp->component_count; k++) {
            if (is_prefix(&q->parts[k], "ap")) {
                return true;
            }
        }
        if (is_prefix(q, "ap")) {
            return true;
        }
    }
    return false;
}

static void paged(world *w, uint32_t largest_page)
{
    ans_type type = ans_fhir_type_named(ans_str_of(kinds[below(w, w->kinds)]));
    ans_arena *own = ans_arena_new((size_t)256 << 20), *outer = w->brief;
    uint32_t count = below(w, 3), start = w->step, docs = w->count, page_size = 1 + largest_page / 20 + below(w, largest_page), unused;
    crit *list[2];
    sort_by by = any_sort(w, type);
    ans_buf b;
    ans_str query, token = ANS_STR_NONE;
    w->brief = own; /* changes reset the world's brief arena; this one lives until the last page */
    ans_buf_init_arena(&b, own, 65536);
    for (uint32_t i = 0; i < count; i++) {
        do {
            list[i] = any_crit(w, type, 3);
        } while (goes_by_the_clock(list[i]));
        write_crit(list[i], &b);
    }
    assert_int_equal(ans_buf_finish(&b, &query), ANS_OK);
    if (chance(w, 50)) {
        query = with_sort(w, query, &by, 1);
    }
    bool *want = ANS_NEW_N(own, bool, docs);
    if (count) {
        want = expected(w, list, count, &unused);
    }
    uint32_t *seen = ANS_NEW_N(own, uint32_t, MOST_DOCS);
    query = ans_arena_fmt(own, "%.*s%s_count=%u", ANS_FMT(query), query.n ? "&" : "", page_size);
    for (;;) {
        ans_search_result r;
        token = page(w, type, query, token, false, &r);
        for (uint32_t i = 0; i < r.count; i++) {
            seen[index_of(w, query, &r.entries[i].version)]++;
        }
        if (!token.n) {
            break;
        }
        w->brief = outer;
        write_between(w);
        w->brief = own;
    }
    for (uint32_t i = 0; i < docs; i++) {
        const doc *d = &w->docs[i];
        bool stayed = is_there(w, d) && d->changed <= start && d->type == type;
        if (stayed && seen[i] != (count ? want[i] : 1)) {
            fail_query(seen[i] > 1 ? "given twice though unchanged" : seen[i] ? "given but never matched" : "lost between pages", query, d);
        }
    }
    w->brief = outer;
    ans_arena_free(own);
}

static void paged_small(world *w)
{
    paged(w, 12);
}

/* ---- included ---- */

typedef struct rule {
    ans_type source, target;
    const char *code; /* NULL: all */
    bool reverse, iterate;
} rule;

/* Asked for every pair of documents: what it allocates dies at once, or a closure over many would fill the arena. */
static bool points_at(world *w, const ans_sp *sp, const doc *from, const doc *to)
{
    static ans_arena *own;
    ans_arena *outer = w->brief;
    bool points = false;
    own = own ? own : ans_arena_new((size_t)64 << 20);
    w->brief = own;
    founds *values = ANS_NEW(own, founds);
    model_values(w, sp, from, values);
    for (uint32_t i = 0; !points && i < values->count; i++) {
        points = values->at[i].target == to->type && ans_str_is(values->at[i].id, to->id);
    }
    ans_arena_reset(own);
    w->brief = outer;
    return points;
}

/* Does the rule lead from one document to the other? */
static bool leads(world *w, const rule *r, const doc *from, const doc *to)
{
    const doc *owner = r->reverse ? to : from, *target = r->reverse ? from : to;
    const char *const bases[] = {NULL, "DomainResource", "Resource"};
    if (!is_there(w, to) || owner->type != r->source || (r->target && r->target != target->type)) {
        return false;
    }
    if (r->code) {
        return points_at(w, ans_sp_named(r->source, ans_str_of(r->code)), owner, target);
    }
    for (size_t i = 0; i < COUNT(bases); i++) {
        uint16_t count;
        const ans_sp *sp = ans_sp_of(bases[i] ? ans_fhir_type_named(ans_str_of(bases[i])) : r->source, &count);
        for (uint16_t k = 0; k < count; k++) {
            if (sp[k].type == ANS_SP_REFERENCE && sp[k].expression && points_at(w, &sp[k], owner, target)) {
                return true;
            }
        }
    }
    return false;
}

static rule any_rule(world *w, ans_type type, bool first)
{
    rule r = {.reverse = chance(w, 50), .iterate = chance(w, 40)};
    for (int tries = 0;; tries++) {
        bool fits = first && tries < 100; /* a type may refer to nothing, or nothing to it: then any rule will do */
        r.source = !r.reverse && fits ? type : ans_fhir_type_named(ans_str_of(PICK(w, kinds)));
        const ans_sp *sp = any_param(w, r.source);
        if (sp->type != ANS_SP_REFERENCE || (r.reverse && fits && !may_target(sp, type))) {
            continue;
        }
        r.code = chance(w, 15) ? NULL : sp->code;
        r.target = chance(w, 30) ? ans_fhir_type_named(ans_str_of(PICK(w, kinds))) : 0;
        return r;
    }
}

static void write_rule(const rule *r, ans_buf *b)
{
    ans_buf_fmt(b, "&%s%s=%s:%s", r->reverse ? "_revinclude" : "_include", r->iterate ? ":iterate" : "", ans_fhir_types[r->source].name,
                r->code ? r->code : "*");
    if (r->target) {
        ans_buf_fmt(b, ":%s", ans_fhir_types[r->target].name);
    }
}

static void included(world *w)
{
    rule rules[3];
    ans_type type = ans_fhir_type_named(ans_str_of(PICK(w, kinds)));
    uint32_t count = 1 + below(w, 3), todo_count = 0;
    ans_buf b;
    ans_str query;
    ans_search_result r;
    ans_buf_init_arena(&b, w->brief, 65536);
    ans_buf_fmt(&b, "_count=%u", 1 + below(w, 8));
    for (uint32_t i = 0; i < count; i++) {
        rules[i] = any_rule(w, type, i == 0);
        write_rule(&rules[i], &b);
    }
    assert_int_equal(ans_buf_finish(&b, &query), ANS_OK);
    (void)page(w, type, query, ANS_STR_NONE, false, &r);
    bool *in = ANS_NEW_N(w->brief, bool, w->count), *got = ANS_NEW_N(w->brief, bool, w->count);
    uint32_t *todo = ANS_NEW_N(w->brief, uint32_t, w->count), matches = 0;
    for (uint32_t i = 0; i < r.count; i++) {
        uint32_t at = index_of(w, query, &r.entries[i].version);
        if (got[at]) {
            fail_query("given twice", query, &w->docs[at]);
        }
        got[at] = true;
        if (r.entries[i].mode == ANS_MATCH) {
            in[at] = true;
            todo[todo_count++] = at;
            matches++;
        }
    }
    for (uint32_t i = 0; i < todo_count; i++) {
        for (uint32_t k = 0; k < count; k++) {
            for (uint32_t d = 0; (i < matches || rules[k].iterate) && d < w->count; d++) {
                if (!in[d] && leads(w, &rules[k], &w->docs[todo[i]], &w->docs[d])) {
                    in[d] = true;
                    todo[todo_count++] = d;
                }
            }
        }
    }
    for (uint32_t i = 0; i < w->count; i++) {
        if (in[i] != got[i]) {
            fail_query(got[i] ? "included without reason" : "not included", query, &w->docs[i]);
        }
    }
}

/* ---- all of it ---- */

static void run_all(world *w)
{
    static void (*const tests[])(world *) = {sorted, system_wide, paged_small, included, sorted_at_bedside};
    for (int i = 0; i < 500; i++) {
        any_veil(w);
        tests[i % 5](w);
        ans_arena_reset(w->brief);
        change(w, 30, 25);
    }
}

/* More rows than the engine collects at once: it walks. */
static void run_large(world *w)
{
    for (int i = 0; i < 40; i++) {
        any_veil(w);
        paged(w, 300);
        ans_arena_reset(w->brief);
    }
}

static void in_memory(void **state)
{
    (void)state;
    world_of(run_all, true, 250, COUNT(kinds));
}

static void on_disk(void **state)
{
    (void)state;
    world_of(run_all, false, 250, COUNT(kinds));
}

static void large(void **state)
{
    (void)state;
    world_of(run_large, true, 4500, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_memory), cmocka_unit_test(on_disk), cmocka_unit_test(large)};
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
