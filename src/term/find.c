/* Finding what a question stands on: code systems by URL, version and day, value sets by canonical. */
#include "base/os.h"
#include "term/term_int.h"

typedef struct type_numbers {
    ans_type code_system, value_set;
} type_numbers;

static type_numbers types;
static pthread_once_t types_made = PTHREAD_ONCE_INIT;

static void make_types(void)
{
    types = (type_numbers){ans_fhir_type_named(ANS_STR("CodeSystem")), ans_fhir_type_named(ANS_STR("ValueSet"))};
}

walk walk_start(const ans_term_scope *scope, ans_cx *cx)
{
    (void)pthread_once(&types_made, make_types); /* cannot fail with a valid control */
    return (walk){.cx = cx,
                  .defs = scope->defs,
                  .day = scope->day,
                  .steps = scope->spent ? *scope->spent : 0,
                  .most_steps = STEPS_OF_HAS,
                  .spent = scope->spent};
}

ans_err walk_step(walk *w, uint32_t steps)
{
    w->steps = steps < UINT32_MAX - w->steps ? w->steps + steps : UINT32_MAX;
    if (w->spent) {
        *w->spent = w->steps;
    }
    if (w->steps > w->most_steps) {
        return ANS_E_COSTLY;
    }
    return (w->steps & 0xFFF) < steps && ans_cx_is_late(w->cx) ? ANS_E_TIMEOUT : ANS_OK;
}

/* ---- code systems ---- */

static ans_err system_of(walk *w, const ans_def *def, const ans_term_system **out)
{
    const void *made;
    ans_err err = ans_def_made(w->cx, w->defs, def, ANS_DEF_TERM, system_make, &made);
    if (err == ANS_OK) {
        *out = made;
    }
    return err;
}

/* The country has one clock since 1975, without summer time. */
#define CLOCK_AHEAD_US (INT64_C(7) * 3600 * 1000000)
#define DAY_US (INT64_C(24) * 3600 * 1000000)

static int32_t day_of(const walk *w)
{
    return w->day != ANS_TERM_TODAY ? w->day : (int32_t)((ans_now_us() + CLOCK_AHEAD_US) / DAY_US);
}

/* Of several editions the one valid on the day; of several such, the one that began last. An edition without a period is for the
 * days that none with a period claims. */
static ans_err edition_of_day(walk *w, ans_str url, const ans_term_system **out)
{
    const ans_term_system *best = NULL, *plain = NULL;
    uint32_t at = ans_defs_past_core(w->defs); /* R4 has one edition of each of its own */
    int32_t day = day_of(w);
    for (const ans_def *def; (def = ans_defs_next(w->defs, types.code_system, &at));) {
        const ans_term_system *s;
        if (!ans_str_eq(def->url, url)) {
            continue;
        }
        ans_err err = system_of(w, def, &s);
        if (err != ANS_OK) {
            return err;
        }
        if (!s->has_period) {
            plain = plain && !def->is_retired && ans_str_cmp(plain->version, s->version) >= 0 ? plain : s;
        } else if (s->first <= day && day <= s->last && (!best || best->first < s->first)) {
            best = s;
        }
    }
    *out = best ? best : plain;
    return ANS_OK;
}

static ans_err find(walk *w, ans_str url, ans_str version, const ans_term_system **out, bool *out_is_core)
{
    char canonical[512];
    const ans_def *def;
    *out = NULL;
    *out_is_core = false;
    if (version.n) {
        if (url.n + version.n + 1 > sizeof canonical) {
            return ANS_OK;
        }
        memcpy(canonical, url.p, url.n);
        canonical[url.n] = '|';
        memcpy(canonical + url.n + 1, version.p, version.n);
        def = ans_defs_find(w->defs, types.code_system, (ans_str){canonical, url.n + version.n + 1});
    } else {
        def = ans_defs_find(w->defs, types.code_system, url);
    }
    if (!def) {
        return known_list(w->cx, url, out);
    }
    ans_err err = system_of(w, def, out);
    *out_is_core = def->is_core;
    if (err != ANS_OK || version.n || def->is_core) {
        return err;
    }
    bool is_now = (*out)->has_period && (*out)->first <= day_of(w) && day_of(w) <= (*out)->last;
    return w->day == ANS_TERM_TODAY && (is_now || !(*out)->has_period) ? ANS_OK : edition_of_day(w, url, out);
}

ans_err find_system(walk *w, ans_str url, ans_str version, const ans_term_system **out)
{
    bool is_core;
    return find(w, url, version, out, &is_core);
}

ans_err find_system_of(walk *w, const set_part *part, ans_str version, const ans_term_system **out)
{
    bool is_core;
    *out = atomic_load_explicit(&part->core, memory_order_acquire);
    if (*out && (part->version.n || !version.n)) {
        return ANS_OK;
    }
    ans_err err = find(w, part->system, part->version.n ? part->version : version, out, &is_core);
    if (err == ANS_OK && is_core && (part->version.n || !version.n)) {
        /* a part is read-only but for this note */
        atomic_store_explicit(&((set_part *)(uintptr_t)part)->core, *out, memory_order_release);
    }
    return err;
}

ans_err ans_term_system_find(ans_cx *cx, const ans_term_scope *scope, ans_str url, ans_str version, const ans_term_system **out)
{
    walk w = walk_start(scope, cx);
    ans_str plain = url;
    if (!version.n && ans_str_cut(&plain, '|', &url)) {
        version = plain;
    }
    return find_system(&w, url, version, out);
}

ans_err ans_term_system_of_def(ans_cx *cx, const ans_term_scope *scope, const ans_def *def, const ans_term_system **out)
{
    walk w = walk_start(scope, cx);
    return system_of(&w, def, out);
}

ans_err ans_term_system_of_doc(ans_cx *cx, const ans_json *doc, ans_jnode root, const ans_term_system **out)
{
    ans_term_system *s;
    if (!ans_str_is(ans_json_get_string(cx, doc, root, ANS_STR("resourceType")), "CodeSystem")) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("CodeSystem"), "this is no CodeSystem");
    }
    ans_err err = system_read(cx, doc, root, cx->arena, &s);
    *out = err == ANS_OK ? s : NULL;
    return err;
}

/* ---- value sets ---- */

static ans_err set_of(walk *w, const ans_def *def, const ans_term_set **out)
{
    const void *made;
    ans_err err = ans_def_made(w->cx, w->defs, def, ANS_DEF_TERM, set_make, &made);
    if (err == ANS_OK) {
        *out = made;
    }
    return err;
}

/* All codes of a system, of which there is no document. */
static ans_err all_of(walk *w, ans_str url, ans_str system, const ans_term_set **out)
{
    ans_term_set *s = ANS_NEW(w->cx->arena, ans_term_set);
    set_part *p = ANS_NEW(w->cx->arena, set_part);
    if (!s || !p) {
        return ans_cx_nomem(w->cx);
    }
    p->system = system;
    s->url = url;
    s->include = p;
    s->include_count = 1;
    s->has_compose = true;
    *out = s;
    return ANS_OK;
}

/* SYSTEM?fhir_vs: all codes; SYSTEM?fhir_vs=isa/CODE: a code and what stands below it. */
static ans_err implied_by_query(walk *w, ans_str canonical, size_t at, const ans_term_set **out)
{
    ans_str query = ans_str_from(canonical, at + 1), system = ans_str_head(canonical, at);
    ans_err err = all_of(w, canonical, system, out);
    if (err != ANS_OK || ans_str_is(query, "fhir_vs")) {
        return err;
    }
    set_filter *f = ANS_NEW(w->cx->arena, set_filter);
    if (!f) {
        return ans_cx_nomem(w->cx);
    }
    f->op = ans_str_starts(query, ANS_STR("fhir_vs=isa/")) ? OP_IS_A : OP_UNKNOWN;
    f->is_code = true;
    f->value = ans_str_from(query, sizeof "fhir_vs=isa/" - 1);
    (*out)->include->filters = f;
    (*out)->include->filter_count = 1;
    return ANS_OK;
}

/* What a code system of the record names as the value set of all its codes. Those of R4 itself are there as value sets. */
static ans_err implied_by_system(walk *w, ans_str canonical, const ans_term_set **out)
{
    ans_str url, version = canonical;
    uint32_t at = ans_defs_past_core(w->defs);
    bool has_version = ans_str_cut(&version, '|', &url);
    for (const ans_def *def; (def = ans_defs_next(w->defs, types.code_system, &at));) {
        const ans_term_system *s;
        ans_err err = system_of(w, def, &s);
        if (err != ANS_OK) {
            return err;
        }
        if (ans_str_eq(s->value_set, canonical) || (ans_str_eq(s->value_set, url) && (!has_version || ans_str_eq(s->version, version)))) {
            err = all_of(w, canonical, s->url, out);
            if (err == ANS_OK && has_version) {
                (*out)->include->version = s->version;
            }
            return err;
        }
    }
    return ANS_OK;
}

ans_err find_set(walk *w, ans_str canonical, const ans_term_set **out)
{
    const ans_def *def = ans_defs_find(w->defs, types.value_set, canonical);
    ptrdiff_t query = def ? -1 : ans_str_search(canonical, ANS_STR("?fhir_vs"));
    *out = NULL;
    if (def) {
        return set_of(w, def, out);
    }
    return query > 0 ? implied_by_query(w, canonical, (size_t)query, out) : implied_by_system(w, canonical, out);
}

ans_err ans_term_set_find(ans_cx *cx, const ans_term_scope *scope, ans_str canonical, const ans_term_set **out)
{
    walk w = walk_start(scope, cx);
    return find_set(&w, canonical, out);
}

ans_err ans_term_set_of_def(ans_cx *cx, const ans_term_scope *scope, const ans_def *def, const ans_term_set **out)
{
    walk w = walk_start(scope, cx);
    return set_of(&w, def, out);
}
