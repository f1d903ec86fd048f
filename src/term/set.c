/* A ValueSet's compose, read once: what is included and excluded, listed codes in tables, filters taken apart, expressions compiled.
 * Nothing of other definitions is looked at here; has.c and expand.c do that at each question. */
#include "term/term_int.h"

typedef struct build {
    ans_cx *cx;
    ans_cx own;
    const ans_json *doc;
    ans_term_set *s;
} build;

static ans_err no_memory(build *b)
{
    return ans_issue_add(b->cx, ans_arena_err(b->own.arena), ANS_STR_NONE, "no memory for the index of a value set");
}

static ans_str listed_code(const void *arg, uint32_t at)
{
    return ((const set_part *)arg)->codes[at].code;
}

/* ---- filters ---- */

static uint8_t op_named(ans_str op)
{
    static const struct {
        const char *name;
        uint8_t op;
    } names[] = {{"is-a", OP_IS_A},   {"descendent-of", OP_DESCENDENT}, {"is-not-a", OP_IS_NOT_A}, {"=", OP_EQUAL},
                 {"regex", OP_REGEX}, {"in", OP_IN},                    {"not-in", OP_NOT_IN},     {"exists", OP_EXISTS},
                 {"generalizes", OP_GENERALIZES}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ans_str_is(op, names[i].name)) {
            return names[i].op;
        }
    }
    return OP_UNKNOWN;
}

/* FHIRPath has the project's bounded regular expressions: the pattern becomes the literal of one. A pattern that cannot be read
 * makes the filter one that is not known. */
static ans_err compile_regex(build *b, set_filter *f)
{
    ans_buf text;
    ans_str done;
    ans_cx work = {.arena = b->cx->arena};
    ans_buf_init_arena(&text, b->cx->arena, (size_t)64 << 10);
    ANS_BUF_LIT(&text, "$this.matchesFull('");
    for (size_t i = 0; i < f->value.n; i++) {
        if (f->value.p[i] == '\\' || f->value.p[i] == '\'') {
            ans_buf_add_c(&text, '\\');
        }
        ans_buf_add_c(&text, f->value.p[i]);
    }
    ANS_BUF_LIT(&text, "')");
    ans_err err = ans_buf_finish(&text, &done);
    err = err == ANS_OK ? ans_path_compile(&work, b->own.arena, done, 0, &f->regex) : err;
    if (err == ANS_E_SYNTAX || err == ANS_E_VALUE || err == ANS_E_TOOBIG) {
        f->op = OP_UNKNOWN;
        return ANS_OK;
    }
    return err;
}

/* A list too long makes the filter one that is not known. */
static ans_err split_list(build *b, set_filter *f)
{
    ans_str rest = f->value, one;
    uint32_t most = 1;
    for (size_t i = 0; i < rest.n; i++) {
        most += rest.p[i] == ',';
    }
    if (most > LONGEST_LIST) {
        f->op = OP_UNKNOWN;
        return ANS_OK;
    }
    f->list = ANS_NEW_N(b->own.arena, ans_str, most);
    if (!f->list) {
        return no_memory(b);
    }
    for (bool more = rest.n > 0; more;) {
        more = ans_str_cut(&rest, ',', &one);
        f->list[f->list_count++] = ans_str_trim(one);
    }
    return ANS_OK;
}

static ans_err read_filter(build *b, ans_jnode n, set_filter *f)
{
    *f = (set_filter){.property = text_of(&b->own, b->doc, n, "property"),
                      .value = text_of(&b->own, b->doc, n, "value"),
                      .op = op_named(text_of(b->cx, b->doc, n, "op"))};
    f->is_code = ans_str_is(f->property, "concept") || ans_str_is(f->property, "code");
    if (f->op == OP_REGEX) {
        return compile_regex(b, f);
    }
    return f->op == OP_IN || f->op == OP_NOT_IN ? split_list(b, f) : ANS_OK;
}

static ans_err read_filters(build *b, ans_jnode n, set_part *p)
{
    ans_jnode list = list_of(b->doc, n, "filter");
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    p->filters = ANS_NEW_N(b->own.arena, set_filter, ans_json_count(b->doc, list) + 1);
    if (!p->filters) {
        return no_memory(b);
    }
    for (ans_jnode f = ans_json_first(b->doc, list); err == ANS_OK && f != ANS_JNONE; f = ans_json_next(b->doc, list, f)) {
        err = read_filter(b, f, &p->filters[p->filter_count++]);
    }
    return err;
}

/* ---- parts ---- */

static ans_err make_listed_table(build *b, set_part *p)
{
    uint32_t first;
    ans_err err = table_make(b->own.arena, p->code_count, true, &p->table);
    for (uint32_t i = 0; err == ANS_OK && i < p->code_count; i++) {
        (void)table_add(&p->table, listed_code, p, i, &first); /* the first of two counts */
    }
    return err;
}

static ans_err read_listed(build *b, ans_jnode n, set_part *p)
{
    ans_jnode list = list_of(b->doc, n, "concept");
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    p->has_codes = true;
    p->codes = ANS_NEW_N(b->own.arena, listed, ans_json_count(b->doc, list) + 1);
    if (!p->codes) {
        return no_memory(b);
    }
    ANS_JSON_EACH(b->doc, list, c)
    {
        listed one = {.code = text_of(&b->own, b->doc, c, "code"), .display = text_of(&b->own, b->doc, c, "display"), .at = c};
        if (one.code.n) {
            p->codes[p->code_count++] = one;
        }
    }
    return make_listed_table(b, p);
}

static ans_err read_sets(build *b, ans_jnode n, set_part *p)
{
    ans_jnode list = list_of(b->doc, n, "valueSet");
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    p->sets = ANS_NEW_N(b->own.arena, ans_str, ans_json_count(b->doc, list) + 1);
    if (!p->sets) {
        return no_memory(b);
    }
    ANS_JSON_EACH(b->doc, list, u)
    {
        p->sets[p->set_count] = ans_json_string(&b->own, b->doc, u);
        p->set_count += p->sets[p->set_count].n > 0;
    }
    return ANS_OK;
}

static ans_err read_part(build *b, ans_jnode n, set_part *p)
{
    *p = (set_part){.system = text_of(&b->own, b->doc, n, "system"), .version = text_of(&b->own, b->doc, n, "version")};
    ans_err err = read_listed(b, n, p);
    err = err == ANS_OK ? read_filters(b, n, p) : err;
    return err == ANS_OK ? read_sets(b, n, p) : err;
}

static ans_err read_parts(build *b, ans_jnode compose, const char *name, set_part **out, uint32_t *out_count)
{
    ans_jnode list = list_of(b->doc, compose, name);
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    *out = ANS_NEW_N(b->own.arena, set_part, ans_json_count(b->doc, list) + 1);
    if (!*out) {
        return no_memory(b);
    }
    for (ans_jnode n = ans_json_first(b->doc, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(b->doc, list, n)) {
        err = read_part(b, n, &(*out)[(*out_count)++]);
    }
    return err;
}

/* ---- an expansion that came with it ---- */

static uint32_t count_contained(const build *b, ans_jnode expansion)
{
    uint32_t count = 0;
    for (ans_jnode n = expansion; n < b->doc->nodes[expansion].next; n++) {
        count += ans_json_kind_of(b->doc, n) == ANS_JSON_OBJECT;
    }
    return count;
}

/* Codes within codes, without recursion, as in system.c. */
static void read_contained(build *b, ans_jnode list, set_part *p)
{
    struct level {
        ans_jnode list, next;
    } stack[DEEPEST_CONCEPTS];
    int depth = 0;
    stack[0] = (struct level){list, ans_json_first(b->doc, list)};
    while (depth >= 0) {
        struct level *l = &stack[depth];
        if (l->next == ANS_JNONE) {
            depth--;
            continue;
        }
        ans_jnode n = l->next;
        l->next = ans_json_next(b->doc, l->list, n);
        if (ans_json_kind_of(b->doc, n) != ANS_JSON_OBJECT) {
            continue; /* says no code, and count_contained made no room for it */
        }
        listed one = {.system = text_of(&b->own, b->doc, n, "system"),
                      .code = text_of(&b->own, b->doc, n, "code"),
                      .display = text_of(&b->own, b->doc, n, "display"),
                      .at = n,
                      .depth = (uint32_t)depth};
        one.is_group = !one.code.n || is_true(b->doc, ans_json_get(b->doc, n, ANS_STR("abstract")));
        p->codes[p->code_count++] = one;
        list = list_of(b->doc, n, "contains");
        if (list != ANS_JNONE && depth + 1 < DEEPEST_CONCEPTS) {
            stack[++depth] = (struct level){list, ans_json_first(b->doc, list)};
        }
    }
}

/* All there is: not a page of it, and no more was counted than it lists. */
static bool is_whole(build *b, ans_jnode expansion)
{
    ans_jnode total = ans_json_get(b->doc, expansion, ANS_STR("total"));
    ans_jnode offset = ans_json_get(b->doc, expansion, ANS_STR("offset"));
    uint64_t n;
    return (offset == ANS_JNONE || ans_str_is(ans_json_raw(b->doc, offset), "0")) &&
           (total == ANS_JNONE || (ans_str_u64(ans_json_raw(b->doc, total), &n) && n <= b->s->expansion.code_count)) &&
           list_of(b->doc, expansion, "extension") == ANS_JNONE;
}

static ans_err read_expansion(build *b)
{
    ans_jnode expansion = ans_json_get(b->doc, b->s->root, ANS_STR("expansion"));
    ans_jnode list = expansion == ANS_JNONE ? ANS_JNONE : list_of(b->doc, expansion, "contains");
    set_part *p = &b->s->expansion;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    p->codes = ANS_NEW_N(b->own.arena, listed, count_contained(b, expansion) + 1);
    if (!p->codes) {
        return no_memory(b);
    }
    read_contained(b, list, p);
    p->has_codes = b->s->has_expansion = true;
    b->s->is_whole_expansion = is_whole(b, expansion);
    return make_listed_table(b, p);
}

static ans_err read_set(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_arena *arena, ans_term_set **out)
{
    build b = {.cx = cx, .own = {.arena = arena}, .doc = doc, .s = ANS_NEW(arena, ans_term_set)};
    ans_jnode compose = ans_json_get(doc, root, ANS_STR("compose"));
    if (!b.s) {
        return no_memory(&b);
    }
    b.s->doc = doc;
    b.s->root = root;
    b.s->url = text_of(&b.own, doc, root, "url");
    b.s->version = text_of(&b.own, doc, root, "version");
    b.s->has_compose = compose != ANS_JNONE;
    ans_err err = read_expansion(&b);
    if (compose != ANS_JNONE) {
        ans_jnode inactive = ans_json_get(doc, compose, ANS_STR("inactive"));
        b.s->hides_inactive = inactive != ANS_JNONE && !is_true(doc, inactive);
        err = err == ANS_OK ? read_parts(&b, compose, "include", &b.s->include, &b.s->include_count) : err;
        err = err == ANS_OK ? read_parts(&b, compose, "exclude", &b.s->exclude, &b.s->exclude_count) : err;
    }
    *out = err == ANS_OK ? b.s : NULL;
    return err;
}

ans_err set_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    ans_term_set *s;
    (void)view;
    (void)def;
    ans_err err = read_set(cx, doc, 0, arena, &s);
    if (err == ANS_OK) {
        *out = s;
    }
    return err;
}

ans_err ans_term_set_of_doc(ans_cx *cx, const ans_json *doc, ans_jnode root, const ans_term_set **out)
{
    ans_term_set *s;
    ans_str type = ans_json_get_string(cx, doc, root, ANS_STR("resourceType"));
    if (!ans_str_is(type, "ValueSet")) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("ValueSet"), "this is no ValueSet");
    }
    ans_err err = read_set(cx, doc, root, cx->arena, &s);
    if (err == ANS_OK && !s->has_compose && !s->has_expansion) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("ValueSet.compose"), "the value set says neither compose nor expansion");
    }
    *out = err == ANS_OK ? s : NULL;
    return err;
}

void ans_term_set_doc(const ans_term_set *set, const ans_json **out_doc, ans_jnode *out_root)
{
    *out_doc = set->doc;
    *out_root = set->root;
}

ans_str ans_term_set_url(const ans_term_set *set)
{
    return set->url;
}

ans_str ans_term_set_display(const ans_term_set *set, const ans_term_system *s, ans_str code)
{
    for (uint32_t i = 0; i < set->include_count; i++) {
        const set_part *p = &set->include[i];
        uint32_t at = p->code_count && (!s || ans_str_eq(p->system, s->url)) ? table_find(&p->table, listed_code, p, code) : ANS_TERM_NONE;
        if (at != ANS_TERM_NONE && p->codes[at].display.n) {
            return p->codes[at].display;
        }
    }
    return ANS_STR_NONE;
}

ans_str ans_term_set_system(const ans_term_set *set, ans_str code)
{
    for (uint32_t i = 0; i < set->include_count; i++) {
        const set_part *p = &set->include[i];
        if (p->code_count && table_find(&p->table, listed_code, p, code) != ANS_TERM_NONE) {
            return p->system;
        }
    }
    return set->include_count == 1 ? set->include[0].system : ANS_STR_NONE;
}
