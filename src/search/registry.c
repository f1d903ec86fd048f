/* The registry: for every resource type its parameters, their slots in the store and their compiled expressions.
 *
 * Numbers are taken once from the store at start. Expressions are compiled when a type is first used, so that a start
 * costs nothing for the hundred types a facility never touches. */
#include "search/search_int.h"

#include "base/os.h"

static ans_err add_type(ans_cx *cx, ans_search *s, ans_type t)
{
    static const char *const abstract[] = {"DomainResource", "Resource"};
    type_info *ti = &s->types[s->count];
    uint16_t own = 0;
    const ans_sp *first = ans_sp_of(t, &own);
    uint32_t total = own;
    for (int i = 0; i < 2; i++) {
        uint16_t n = 0;
        (void)ans_sp_of(ans_fhir_type_named(ans_str_of(abstract[i])), &n);
        total += n;
    }
    *ti = (type_info){.type = t};
    ti->params = ANS_NEW_N(s->arena, param, total);
    if (!ti->params) {
        return ans_cx_nomem(cx);
    }
    for (uint16_t i = 0; i < own; i++) {
        ti->params[ti->count++].sp = &first[i];
    }
    for (int i = 0; i < 2; i++) {
        ans_type base = ans_fhir_type_named(ans_str_of(abstract[i]));
        uint16_t n = 0;
        const ans_sp *sp = ans_fhir_is_a(t, base) ? ans_sp_of(base, &n) : NULL;
        for (uint16_t k = 0; sp && k < n; k++) {
            if (!search_param(ti, ans_str_of(sp[k].code))) {
                ti->params[ti->count++].sp = &sp[k];
            }
        }
    }
    s->of_type[t] = (uint16_t)(s->count + 1);
    s->count++;
    return ANS_OK;
}

/* `patient` is `subject.where(resolve() is Patient)`: the same rows, fewer targets. Found by the text of the definitions. */
static void find_alias(const type_info *ti, param *p)
{
    static const char tail[] = ".where(resolve() is ";
    ans_str e = ans_str_of(p->sp->expression);
    ptrdiff_t at = p->sp->type == ANS_SP_REFERENCE && e.n ? ans_str_search(e, ANS_STR(".where(resolve() is ")) : -1;
    if (at < 0 || e.p[e.n - 1] != ')' || ans_str_find(e, '|') >= 0) {
        return;
    }
    ans_str target = ans_str_from(e, (size_t)at + sizeof tail - 1);
    target.n--;
    for (uint16_t i = 0; i < ti->count; i++) {
        param *q = &ti->params[i];
        if (q != p && q->sp->type == ANS_SP_REFERENCE && q->sp->expression &&
            ans_str_eq(ans_str_of(q->sp->expression), ans_str_head(e, (size_t)at))) {
            p->alias = q;
            p->alias_target = ans_fhir_type_named(target);
            return;
        }
    }
}

static bool same_components(const ans_sp *a, const ans_sp *b)
{
    bool same = a->component_count == b->component_count;
    for (uint8_t i = 0; same && i < a->component_count; i++) {
        same = a->components[i].type == b->components[i].type && strcmp(a->components[i].expression, b->components[i].expression) == 0;
    }
    return same;
}

/* The parameter whose whole expression is the longest beginning of `rest`, cut at an alternative. */
static const param *with_beginning(const type_info *ti, const param *not, ans_str rest)
{
    const param *best = NULL;
    size_t longest = 0;
    for (uint16_t i = 0; i < ti->count; i++) {
        const param *q = &ti->params[i];
        ans_str e = ans_str_of(q->sp->expression);
        bool fits = q != not && q->sp->type == not->sp->type && e.n > longest && !q->member_count && ans_str_starts(rest, e) &&
                    (rest.n == e.n || ans_str_starts(ans_str_from(rest, e.n), ANS_STR(" | ")));
        if (fits && same_components(q->sp, not->sp)) {
            best = q;
            longest = e.n;
        }
    }
    return best;
}

/* combo-code is `Observation.code | Observation.component.code`: the rows of code and of component-code together. Found by the
 * text of the definitions. References are left alone: chains and includes walk their rows by slot. */
static void find_members(const type_info *ti, param *p)
{
    ans_str rest = ans_str_of(p->sp->expression);
    uint8_t count = 0;
    if (p->sp->type == ANS_SP_REFERENCE || ans_str_find(rest, '|') < 0) {
        return;
    }
    while (rest.n) {
        const param *q = with_beginning(ti, p, rest);
        if (!q || count == 4) {
            return;
        }
        p->members[count++] = q;
        rest = ans_str_from(rest, strlen(q->sp->expression) + 3);
    }
    p->member_count = count > 1 ? count : 0;
}

void registry_find_aliases(type_info *ti)
{
    for (uint16_t i = 0; i < ti->count; i++) {
        find_alias(ti, &ti->params[i]);
        find_members(ti, &ti->params[i]);
    }
}

bool param_has_rows(const param *p)
{
    return p->path && !p->alias && !p->member_count && strcmp(p->sp->code, "_id") != 0;
}

ans_err ans_search_new(ans_cx *cx, const ans_zone *zone, ans_search **out)
{
    ans_arena *arena = ans_arena_new((size_t)256 << 20);
    ans_search *s = arena ? ANS_NEW(arena, ans_search) : NULL;
    if (!s) {
        ans_arena_free(arena);
        return ANS_E_NOMEM;
    }
    s->arena = arena;
    s->zone = zone;
    (void)pthread_mutex_init(&s->lock, NULL); /* default attributes cannot fail on Linux */
    s->of_type = ANS_NEW_N(arena, uint16_t, ans_fhir_type_count);
    s->types = ANS_NEW_N(arena, type_info, ans_fhir_type_count);
    ans_err err = s->of_type && s->types ? ANS_OK : ANS_E_NOMEM;
    for (ans_type t = 1; err == ANS_OK && t < ans_fhir_type_count; t++) {
        if (ans_fhir_is_resource(t)) {
            err = add_type(cx, s, t);
        }
    }
    for (uint16_t i = 0; err == ANS_OK && i < s->count; i++) {
        registry_find_aliases(&s->types[i]);
    }
    if (err != ANS_OK) {
        ans_search_free(s);
        return err;
    }
    *out = s;
    return ANS_OK;
}

const ans_zone *ans_search_zone(const ans_search *search)
{
    return search->zone;
}

void ans_search_free(ans_search *search)
{
    if (search) {
        (void)pthread_mutex_destroy(&search->lock);
        ans_arena_free(search->arena);
    }
}

/* Names in the store: "Patient", "Patient#all", "Patient#pc", "Patient#pd", "Patient.birthdate". */
static ans_err collect_names(ans_cx *cx, ans_search *s, ans_str *names, uint32_t *out_count)
{
    uint32_t n = 0;
    for (uint16_t i = 0; i < s->count; i++) {
        const type_info *ti = &s->types[i];
        const char *name = ans_fhir_types[ti->type].name;
        names[n++] = ans_str_of(name);
        names[n++] = ans_arena_fmt(cx->arena, "%s#all", name);
        names[n++] = ans_arena_fmt(cx->arena, "%s#pc", name);
        names[n++] = ans_arena_fmt(cx->arena, "%s#pd", name);
        for (uint16_t k = 0; k < ti->count; k++) {
            names[n++] = ans_arena_fmt(cx->arena, "%s.%s", name, ti->params[k].sp->code);
        }
    }
    *out_count = n;
    return n && names[n - 1].p ? ANS_OK : ans_cx_nomem(cx);
}

static void give_numbers(ans_search *s, const uint16_t *numbers)
{
    uint32_t n = 0;
    for (uint16_t i = 0; i < s->count; i++) {
        type_info *ti = &s->types[i];
        ti->number = numbers[n++];
        ti->all_slot = numbers[n++];
        ti->patient = search_param(ti, ANS_STR("patient"));
        ti->code = search_param(ti, ANS_STR("code"));
        ti->date = search_param(ti, ANS_STR("date"));
        bool pc = ti->patient && ti->code && ti->code->sp->type == ANS_SP_TOKEN;
        bool pd = ti->patient && ti->date && ti->date->sp->type == ANS_SP_DATE;
        ti->pc_slot = pc ? numbers[n] : 0;
        ti->pd_slot = pd ? numbers[n + 1] : 0;
        n += 2;
        for (uint16_t k = 0; k < ti->count; k++) {
            ti->params[k].slot = numbers[n++];
        }
        if (ti->number < s->numbers) {
            s->of_number[ti->number] = (uint16_t)(i + 1);
        }
    }
}

ans_err ans_search_bind(ans_cx *cx, ans_search *s, ans_store *store)
{
    uint32_t most = 0;
    for (uint16_t i = 0; i < s->count; i++) {
        most += 4u + s->types[i].count;
    }
    ans_str *names = ANS_NEW_N(cx->arena, ans_str, most);
    uint16_t *numbers = ANS_NEW_N(cx->arena, uint16_t, most);
    if (!names || !numbers) {
        return ans_cx_nomem(cx);
    }
    uint32_t count = 0;
    ans_err err = collect_names(cx, s, names, &count);
    if (err == ANS_OK) {
        err = ans_store_names(cx, store, names, count, numbers);
    }
    if (err != ANS_OK) {
        return err;
    }
    for (uint32_t i = 0; i < count; i++) {
        s->numbers = numbers[i] >= s->numbers ? numbers[i] + 1u : s->numbers;
    }
    s->of_number = ANS_NEW_N(s->arena, uint16_t, s->numbers + 1);
    if (!s->of_number) {
        return ans_cx_nomem(cx);
    }
    memcpy(s->key, ans_store_hash_key(store), sizeof s->key);
    give_numbers(s, numbers);
    return ANS_OK;
}

static ans_err compile_param(ans_cx *cx, ans_search *s, const type_info *ti, param *p)
{
    if (!p->sp->expression || p->sp->type == ANS_SP_SPECIAL) {
        return ANS_OK;
    }
    ans_err err = ans_path_compile(cx, s->arena, ans_str_of(p->sp->expression), ti->type, &p->path);
    if (err != ANS_OK || p->sp->type != ANS_SP_COMPOSITE) {
        return err;
    }
    p->parts = ANS_NEW_N(s->arena, const ans_path *, p->sp->component_count);
    if (!p->parts) {
        return ANS_E_NOMEM;
    }
    for (uint8_t i = 0; err == ANS_OK && i < p->sp->component_count; i++) {
        err = ans_path_compile(cx, s->arena, ans_str_of(p->sp->components[i].expression), 0, &p->parts[i]);
    }
    return err;
}

static bool compile_type(ans_search *s, type_info *ti)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    bool ok = cx.arena != NULL;
    for (uint16_t i = 0; ok && i < ti->count; i++) {
        param *p = &ti->params[i];
        if (p->path) {
            continue; /* an earlier attempt came this far */
        }
        ans_err err = compile_param(&cx, s, ti, p);
        if (err == ANS_E_NOMEM || err == ANS_E_TOOBIG) {
            ok = false;
        } else if (err != ANS_OK) {
            p->path = NULL; /* a definition this engine cannot read: never matches, and says so in the log */
            ans_log("error", "event=search_expression type=%s code=%s error=%s", ans_fhir_types[ti->type].name,
                    p->sp->code, ans_err_name(err));
        }
    }
    ans_arena_free(cx.arena);
    return ok;
}

static type_info *ready(ans_search *s, type_info *ti)
{
    if (atomic_load_explicit(&ti->ready, memory_order_acquire)) {
        return ti;
    }
    (void)pthread_mutex_lock(&s->lock);
    bool ok = atomic_load(&ti->ready) || compile_type(s, ti);
    if (ok) {
        atomic_store_explicit(&ti->ready, true, memory_order_release);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return ok ? ti : NULL;
}

type_info *search_type(ans_search *s, ans_type t)
{
    return t < ans_fhir_type_count && s->of_type[t] ? ready(s, &s->types[s->of_type[t] - 1]) : NULL;
}

type_info *search_type_numbered(ans_search *s, uint16_t number)
{
    return number < s->numbers && s->of_number[number] ? ready(s, &s->types[s->of_number[number] - 1]) : NULL;
}

uint16_t ans_search_type_number(const ans_search *s, ans_type t)
{
    return t < ans_fhir_type_count && s->of_type[t] ? s->types[s->of_type[t] - 1].number : 0;
}

ans_type ans_search_type_of(const ans_search *s, uint16_t number)
{
    return number < s->numbers && s->of_number[number] ? s->types[s->of_number[number] - 1].type : 0;
}

const param *search_param(const type_info *ti, ans_str code)
{
    for (uint16_t i = 0; i < ti->count; i++) {
        if (ans_str_eq(ans_str_of(ti->params[i].sp->code), code)) {
            return &ti->params[i];
        }
    }
    return NULL;
}

uint16_t ans_search_slot(const ans_search *s, ans_type type, ans_str code)
{
    if (type >= ans_fhir_type_count || !s->of_type[type]) {
        return 0;
    }
    const type_info *ti = &s->types[s->of_type[type] - 1];
    if (ans_str_is(code, "#all")) {
        return ti->all_slot;
    }
    const param *p = search_param(ti, code);
    return !p || p->member_count || !p->sp->expression ? 0 : p->alias ? p->alias->slot : p->slot;
}
