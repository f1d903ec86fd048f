/* Running the engine for the slow search's tests: seeds, pages, whole answers, and what to say when they are wrong. */
#ifndef TEST_SEARCH_RUN_H
#define TEST_SEARCH_RUN_H

#include "prop/search_ask.h"

typedef struct answer {
    uint32_t *at; /* indices of documents, in the order they came */
    uint32_t count;
    uint64_t total;
    bool has_total;
} answer;

static inline uint64_t first_seed(void)
{
    const char *given = getenv("SEED");
    uint64_t seed = 0;
    if (given) {
        return strtoull(given, NULL, 10);
    }
    ans_random(&seed, sizeof seed);
    return seed % 1000000000;
}

static inline void fail_query(const char *what, ans_str query, const doc *d)
{
    print_error("%s: %.*s\n", what, ANS_FMT(query));
    if (d) {
        print_error("  %s/%s alive=%d rid=%u %.*s\n", ans_fhir_types[d->type].name, d->id, d->alive, d->rid, ANS_FMT(d->body));
    }
    fail();
}

static inline uint32_t index_of(world *w, ans_str query, const ans_version *v)
{
    const doc *d = find_doc(w, ans_search_type_of(w->search, v->ref.type), v->ref.id);
    if (!d || !is_there(w, d) || d->vid != v->vid) {
        fail_query("an entry that is not there", query, d);
    }
    return (uint32_t)(d - w->docs);
}

static inline bool sees(const void *arg, ans_type type, ans_rid rid)
{
    (void)type;
    return !is_hidden(((const world *)arg)->veil, rid);
}

/* One page; the arena of the answer is the world's brief one. */
static inline ans_str page(world *w, ans_type type, ans_str query, ans_str token, bool count_only, ans_search_result *out)
{
    ans_cx cx = {.arena = w->brief};
    ans_str text = token.n ? ans_arena_fmt(w->brief, "%.*s&_page=%.*s", ANS_FMT(query), ANS_FMT(token)) : query;
    const ans_search_filter filter = {.sees = sees, .arg = w, .seal = ANS_STR("somebody")};
    ans_search_request rq = {.type = type, .query = text, .strict = true, .count_only = count_only, .filter = w->veil ? &filter : NULL};
    assert_int_equal(ans_reader_begin(&cx, w->rd), ANS_OK);
    ans_err err = ans_search_run(w->search, &cx, w->rd, &rq, out);
    ans_reader_end(w->rd);
    if (err != ANS_OK) {
        print_error("%s: %s\n", ans_err_name(err), cx.issues ? cx.issues->text.p : "");
        fail_query("refused", query, NULL);
    }
    return out->next;
}

static inline answer all_pages(world *w, ans_type type, ans_str query, uint32_t page_size)
{
    answer a = {.at = ANS_NEW_N(w->brief, uint32_t, w->count + 1)};
    bool *seen = ANS_NEW_N(w->brief, bool, w->count + 1);
    ans_str sized = ans_arena_fmt(w->brief, "%.*s%s_count=%u", ANS_FMT(query), query.n ? "&" : "", page_size), token = ANS_STR_NONE;
    do {
        ans_search_result r;
        token = page(w, type, sized, token, false, &r);
        a.has_total = a.has_total || r.has_total;
        a.total = r.has_total ? r.total : a.total;
        if (r.count > page_size || (token.n && r.count != page_size)) {
            fail_query("a page of the wrong size", sized, NULL);
        }
        for (uint32_t i = 0; i < r.count; i++) {
            uint32_t at = index_of(w, sized, &r.entries[i].version);
            if (seen[at]) {
                fail_query("given twice", sized, &w->docs[at]);
            }
            seen[at] = true;
            a.at[a.count++] = at;
        }
    } while (token.n);
    return a;
}

static inline bool meets_all(world *w, crit **list, uint32_t count, const doc *d)
{
    bool met = is_there(w, d) && d->type == list[0]->type;
    for (uint32_t i = 0; i < count && met; i++) {
        met = meets(w, list[i], d);
    }
    return met;
}

/* Which documents should be found. */
static inline bool *expected(world *w, crit **list, uint32_t count, uint32_t *out_count)
{
    bool *want = ANS_NEW_N(w->brief, bool, w->count + 1);
    ans_arena *outer = w->brief;
    *out_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        settle(w, list[i]);
    }
    w->brief = ans_arena_new((size_t)256 << 20);
    for (uint32_t i = 0; i < w->count; i++) {
        want[i] = meets_all(w, list, count, &w->docs[i]);
        *out_count += want[i];
        ans_arena_reset(w->brief);
    }
    ans_arena_free(w->brief);
    w->brief = outer;
    return want;
}

static inline void world_of(void (*run)(world *w), bool in_memory, uint32_t changes, uint32_t kind_count)
{
    world *w = calloc(1, sizeof *w);
    uint64_t seed = first_seed();
    assert_non_null(w);
    print_message("SEED=%llu\n", (unsigned long long)seed);
    world_open(w, in_memory, seed);
    w->kinds = kind_count;
    w->most = changes + changes / 2 < MOST_DOCS ? changes + changes / 2 : MOST_DOCS;
    for (uint32_t i = 0; i < changes; i++) {
        change(w, 75, 12);
    }
    run(w);
    world_close(w);
    free(w);
}

#endif
