/* An index of one CodeSystem: its concepts in the document's order, a table of their codes, and who stands below whom. A concept
 * stands below the one it is written in, below what its property `parent` names, and above what its property `child` names. */
#include "base/os.h"
#include "term/term_int.h"

typedef struct edge {
    uint32_t lower, upper;
} edge;

typedef struct build {
    ans_cx *cx;
    ans_cx own; /* whose arena is the index's: texts that had to be decoded stay */
    const ans_json *doc;
    ans_term_system *s;
    uint32_t cap;
    edge *edges; /* beyond a concept's first parent, before they are sorted */
    uint32_t edge_count, edge_cap;
    ans_str parent_code, child_code; /* property codes that the system itself gives these meanings */
} build;

ans_str text_of(ans_cx *own, const ans_json *doc, ans_jnode obj, const char *name)
{
    return ans_json_get_string(own, doc, obj, ans_str_of(name));
}

static ans_err no_memory(build *b)
{
    return ans_issue_add(b->cx, ans_arena_err(b->own.arena), ANS_STR_NONE, "no memory for the index of a code system");
}

static ans_str concept_code(const void *arg, uint32_t at)
{
    return ((const ans_term_system *)arg)->at[at].code;
}

uint32_t system_place(const ans_term_system *s, ans_str code)
{
    return s->count ? table_find(&s->table, concept_code, s, code) : ANS_TERM_NONE;
}

/* ---- concepts ---- */

ans_str property_text(ans_cx *cx, const ans_json *doc, ans_jnode property)
{
    ANS_JSON_EACH(doc, property, m)
    {
        if (ans_str_starts(ans_json_key(doc, m), ANS_STR("value"))) {
            ans_json_kind kind = ans_json_kind_of(doc, m);
            return kind == ANS_JSON_STRING   ? ans_json_string(cx, doc, m)
                   : kind == ANS_JSON_OBJECT ? ans_json_get_string(cx, doc, m, ANS_STR("code"))
                   : kind == ANS_JSON_ARRAY  ? ANS_STR_NONE
                                             : ans_json_raw(doc, m);
        }
    }
    return ANS_STR_NONE;
}

static void read_flags(build *b, ans_jnode concept, ans_term_concept *c)
{
    ans_jnode list = list_of(b->doc, concept, "property");
    if (list == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(b->doc, list, p)
    {
        ans_str code = text_of(b->cx, b->doc, p, "code"), value = property_text(b->cx, b->doc, p);
        if (ans_str_is(code, "notSelectable") || ans_str_is(code, "abstract")) {
            c->is_abstract |= ans_str_is(value, "true");
        } else if (ans_str_is(code, "inactive")) {
            c->is_inactive |= ans_str_is(value, "true");
        } else if (ans_str_is(code, "status")) {
            c->is_inactive |= ans_str_is(value, "retired") || ans_str_is(value, "inactive");
        }
    }
}

static ans_err add_concept(build *b, ans_jnode n, uint32_t parent, uint32_t *out)
{
    ans_term_system *s = b->s;
    ans_term_concept c = {.at = n, .parent = parent, .code = text_of(&b->own, b->doc, n, "code")};
    *out = parent;
    if (!c.code.n) {
        return ANS_OK; /* a concept without a code is none; what stands in it belongs to what it stands in */
    }
    ans_term_concept *at = ans_arena_grow(b->cx->arena, s->at, s->count, &b->cap, 64, sizeof *at);
    if (!at || s->count >= UINT32_MAX / 4) {
        return no_memory(b);
    }
    c.display = text_of(&b->own, b->doc, n, "display");
    read_flags(b, n, &c);
    s->at = at;
    *out = s->count;
    s->at[s->count++] = c;
    return ANS_OK;
}

/* Nested concepts without recursion: the tape is in the order of the document, so a stack of open ones is enough. */
static ans_err read_concepts(build *b, ans_jnode root)
{
    struct level {
        ans_jnode list, next;
        uint32_t parent;
    } stack[DEEPEST_CONCEPTS];
    ans_jnode list = list_of(b->doc, root, "concept");
    int depth = 0;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    stack[0] = (struct level){list, ans_json_first(b->doc, list), ANS_TERM_NONE};
    while (depth >= 0) {
        struct level *l = &stack[depth];
        if (l->next == ANS_JNONE) {
            depth--;
            continue;
        }
        ans_jnode n = l->next;
        uint32_t at;
        l->next = ans_json_next(b->doc, l->list, n);
        ans_err err = add_concept(b, n, l->parent, &at);
        list = list_of(b->doc, n, "concept");
        if (err != ANS_OK) {
            return err;
        }
        if (list != ANS_JNONE && depth + 1 < DEEPEST_CONCEPTS) {
            stack[++depth] = (struct level){list, ans_json_first(b->doc, list), at};
        }
    }
    return ANS_OK;
}

static ans_err keep_concepts(build *b)
{
    ans_term_system *s = b->s;
    ans_term_concept *at = ANS_NEW_N(b->own.arena, ans_term_concept, s->count + 1);
    if (!at) {
        return no_memory(b);
    }
    if (s->count) {
        memcpy(at, s->at, sizeof *at * s->count);
    }
    s->at = at;
    return ANS_OK;
}

/* ---- who stands below whom ---- */

static ans_err add_edge(build *b, uint32_t lower, uint32_t upper)
{
    ans_term_concept *c = &b->s->at[lower];
    if (lower == upper || upper == c->parent) {
        return ANS_OK;
    }
    if (c->parent == ANS_TERM_NONE) {
        c->parent = upper;
        return ANS_OK;
    }
    edge *at = ans_arena_grow(b->cx->arena, b->edges, b->edge_count, &b->edge_cap, 64, sizeof *at);
    if (!at) {
        return no_memory(b);
    }
    b->edges = at;
    b->edges[b->edge_count++] = (edge){lower, upper};
    return ANS_OK;
}

/* A code that stands twice is one concept with two parents: its second place is taken out. Parents come before children, so
 * where a parent went is known. */
static ans_err make_table(build *b, bool folds)
{
    ans_term_system *s = b->s;
    uint32_t *moved = ANS_NEW_N(b->cx->arena, uint32_t, s->count + 1), kept = 0;
    ans_err err = moved ? table_make(b->own.arena, s->count, folds, &s->table) : ans_cx_nomem(b->cx);
    for (uint32_t i = 0; err == ANS_OK && i < s->count; i++) {
        ans_term_concept c = s->at[i];
        c.parent = c.parent == ANS_TERM_NONE ? c.parent : moved[c.parent];
        s->at[kept] = c;
        if (table_add(&s->table, concept_code, s, kept, &moved[i])) {
            kept++;
        } else if (c.parent != ANS_TERM_NONE) {
            err = add_edge(b, moved[i], c.parent);
        }
    }
    s->count = kept;
    return err;
}

static void read_property_names(build *b, ans_jnode root)
{
    ans_jnode list = list_of(b->doc, root, "property");
    b->parent_code = ANS_STR("parent");
    b->child_code = ANS_STR("child");
    if (list == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(b->doc, list, p)
    {
        ans_str uri = text_of(b->cx, b->doc, p, "uri"), code = text_of(b->cx, b->doc, p, "code");
        if (code.n && ans_str_is(uri, "http://hl7.org/fhir/concept-properties#parent")) {
            b->parent_code = code;
        } else if (code.n && ans_str_is(uri, "http://hl7.org/fhir/concept-properties#child")) {
            b->child_code = code;
        }
    }
}

static ans_err read_edges_of(build *b, uint32_t at)
{
    ans_jnode list = list_of(b->doc, b->s->at[at].at, "property");
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    for (ans_jnode p = ans_json_first(b->doc, list); err == ANS_OK && p != ANS_JNONE; p = ans_json_next(b->doc, list, p)) {
        ans_str code = text_of(b->cx, b->doc, p, "code");
        bool up = ans_str_eq(code, b->parent_code) || ans_str_is(code, "subsumedBy"), down = ans_str_eq(code, b->child_code);
        uint32_t other = up || down ? system_place(b->s, property_text(b->cx, b->doc, p)) : ANS_TERM_NONE;
        if (other != ANS_TERM_NONE) {
            err = up ? add_edge(b, at, other) : add_edge(b, other, at);
        }
    }
    return err;
}

/* First parents that lead back to where they came from are taken away: then every walk upwards ends. */
static ans_err cut_cycles(build *b)
{
    ans_term_system *s = b->s;
    uint32_t *seen = ANS_NEW_N(b->cx->arena, uint32_t, s->count + 1); /* the walk that passed here, from 1 */
    if (!seen) {
        return ans_cx_nomem(b->cx);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        for (uint32_t at = i; at != ANS_TERM_NONE && seen[at] == 0; at = s->at[at].parent) {
            seen[at] = i + 1;
            uint32_t up = s->at[at].parent;
            if (up != ANS_TERM_NONE && seen[up] == i + 1) {
                s->at[at].parent = ANS_TERM_NONE;
            }
        }
    }
    return ANS_OK;
}

/* Count, add up, put in: lists of all concepts in one array each. */
static ans_err make_parents(build *b)
{
    ans_term_system *s = b->s;
    s->is_forest = b->edge_count == 0;
    if (s->is_forest) {
        return ANS_OK;
    }
    s->more_first = ANS_NEW_N(b->own.arena, uint32_t, s->count + 2);
    s->more = ANS_NEW_N(b->own.arena, uint32_t, b->edge_count);
    if (!s->more_first || !s->more) {
        return no_memory(b);
    }
    for (uint32_t i = 0; i < b->edge_count; i++) {
        s->more_first[b->edges[i].lower + 2]++;
    }
    for (uint32_t i = 2; i < s->count + 2; i++) {
        s->more_first[i] += s->more_first[i - 1];
    }
    for (uint32_t i = 0; i < b->edge_count; i++) {
        s->more[s->more_first[b->edges[i].lower + 1]++] = b->edges[i].upper;
    }
    return ANS_OK;
}

static ans_err make_children(build *b)
{
    ans_term_system *s = b->s;
    s->child_first = ANS_NEW_N(b->own.arena, uint32_t, s->count + 2);
    s->child = ANS_NEW_N(b->own.arena, uint32_t, s->count + b->edge_count + 1);
    s->tops = ANS_NEW_N(b->own.arena, uint32_t, s->count + 1);
    if (!s->child_first || !s->child || !s->tops) {
        return no_memory(b);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->at[i].parent != ANS_TERM_NONE) {
            s->child_first[s->at[i].parent + 2]++;
        } else {
            s->tops[s->top_count++] = i;
        }
    }
    for (uint32_t i = 0; i < b->edge_count; i++) {
        s->child_first[b->edges[i].upper + 2]++;
    }
    for (uint32_t i = 2; i < s->count + 2; i++) {
        s->child_first[i] += s->child_first[i - 1];
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->at[i].parent != ANS_TERM_NONE) {
            s->child[s->child_first[s->at[i].parent + 1]++] = i;
        }
    }
    for (uint32_t i = 0; i < b->edge_count; i++) {
        s->child[s->child_first[b->edges[i].upper + 1]++] = b->edges[i].lower;
    }
    return ANS_OK;
}

static ans_err make_hierarchy(build *b)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; b->doc && err == ANS_OK && i < b->s->count; i++) {
        err = read_edges_of(b, i);
    }
    err = err == ANS_OK ? cut_cycles(b) : err;
    err = err == ANS_OK ? make_parents(b) : err;
    return err == ANS_OK ? make_children(b) : err;
}

/* ---- the head ---- */

static uint8_t content_of(ans_str text)
{
    return ans_str_is(text, "complete")     ? CONTENT_COMPLETE
           : ans_str_is(text, "fragment")   ? CONTENT_FRAGMENT
           : ans_str_is(text, "example")    ? CONTENT_EXAMPLE
           : ans_str_is(text, "supplement") ? CONTENT_SUPPLEMENT
                                            : CONTENT_NONE;
}

bool ans_term_day(ans_str text, int32_t *out)
{
    ans_datetime d;
    if (!ans_datetime_parse(text, true, &d)) {
        return false;
    }
    *out = (int32_t)ans_days_from_civil(d.year, d.month, d.day);
    return true;
}

static int32_t last_day(ans_str text, int32_t open)
{
    ans_datetime d;
    if (!text.n || !ans_datetime_parse(text, true, &d)) {
        return open;
    }
    int month = d.precision == ANS_PREC_YEAR ? 12 : d.month;
    int day = d.precision <= ANS_PREC_MONTH ? ans_days_in_month(d.year, month) : d.day;
    return (int32_t)ans_days_from_civil(d.year, month, day);
}

static void read_period(build *b, ans_jnode root)
{
    ans_term_system *s = b->s;
    ans_jnode list = list_of(b->doc, root, "extension");
    s->first = INT32_MIN;
    s->last = INT32_MAX;
    if (list == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(b->doc, list, e)
    {
        ans_jnode period = ans_json_get(b->doc, e, ANS_STR("valuePeriod"));
        if (period == ANS_JNONE || !ans_str_is(text_of(b->cx, b->doc, e, "url"), "urn:ansinh:valid-period")) {
            continue;
        }
        s->has_period = true;
        (void)ans_term_day(text_of(b->cx, b->doc, period, "start"), &s->first); /* none: open */
        s->last = last_day(text_of(b->cx, b->doc, period, "end"), INT32_MAX);
    }
}

static void forget(void *arg)
{
    ans_term_system *s = arg;
    ans_arena_free(s->word_arena);
    (void)pthread_mutex_destroy(&s->lock); /* nobody holds it */
}

static ans_err start(build *b, ans_cx *cx, ans_arena *arena)
{
    *b = (build){.cx = cx, .own = {.arena = arena}, .s = ANS_NEW(arena, ans_term_system)};
    if (!b->s) {
        return no_memory(b);
    }
    if (pthread_mutex_init(&b->s->lock, NULL) != 0) {
        return ANS_E_NOMEM;
    }
    return ans_arena_cleanup(arena, forget, b->s);
}

ans_err system_read(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_arena *arena, ans_term_system **out)
{
    build b;
    ans_err err = start(&b, cx, arena);
    if (err != ANS_OK) {
        return err;
    }
    ans_term_system *s = b.s;
    b.doc = s->doc = doc;
    s->root = root;
    s->url = text_of(&b.own, doc, root, "url");
    s->version = text_of(&b.own, doc, root, "version");
    s->value_set = text_of(&b.own, doc, root, "valueSet");
    s->language = text_of(&b.own, doc, root, "language");
    s->supplements = text_of(&b.own, doc, root, "supplements");
    s->content = content_of(text_of(cx, doc, root, "content"));
    read_period(&b, root);
    read_property_names(&b, root);
    err = read_concepts(&b, root);
    err = err == ANS_OK ? keep_concepts(&b) : err;
    err = err == ANS_OK ? make_table(&b, !is_true(doc, ans_json_get(doc, root, ANS_STR("caseSensitive")))) : err;
    err = err == ANS_OK ? make_hierarchy(&b) : err;
    *out = err == ANS_OK ? s : NULL;
    return err;
}

ans_err system_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    ans_term_system *s;
    (void)view;
    (void)def;
    ans_err err = system_read(cx, doc, 0, arena, &s);
    if (err == ANS_OK) {
        *out = s;
    }
    return err;
}

ans_err system_of_lines(ans_cx *cx, ans_str url, ans_str lines, ans_arena *arena, ans_term_system **out)
{
    build b;
    ans_str line, code;
    ans_err err = start(&b, cx, arena);
    if (err != ANS_OK) {
        return err;
    }
    b.s->url = url;
    b.s->language = ANS_STR("en");
    b.s->content = CONTENT_COMPLETE;
    while (err == ANS_OK && lines.n) {
        (void)ans_str_cut(&lines, '\n', &line); /* the last line has no end */
        (void)ans_str_cut(&line, '\t', &code);
        ans_term_concept *at = ans_arena_grow(cx->arena, b.s->at, b.s->count, &b.cap, 256, sizeof *at);
        if (!at) {
            return no_memory(&b);
        }
        b.s->at = at;
        at[b.s->count++] = (ans_term_concept){.code = code, .display = line, .at = ANS_JNONE, .parent = ANS_TERM_NONE};
    }
    err = keep_concepts(&b);
    err = err == ANS_OK ? make_table(&b, false) : err;
    err = err == ANS_OK ? make_hierarchy(&b) : err;
    *out = err == ANS_OK ? b.s : NULL;
    return err;
}

/* ---- the face ---- */

ans_str ans_term_system_url(const ans_term_system *s)
{
    return s->url;
}

ans_str ans_term_system_version(const ans_term_system *s)
{
    return s->version;
}

void ans_term_system_doc(const ans_term_system *s, const ans_json **out_doc, ans_jnode *out_root)
{
    *out_doc = s->doc;
    *out_root = s->root;
}

uint32_t ans_term_system_count(const ans_term_system *s)
{
    return s->count;
}

bool ans_term_system_is_complete(const ans_term_system *s)
{
    return s->content == CONTENT_COMPLETE;
}

uint32_t ans_term_place(const ans_term_system *s, ans_str code)
{
    return system_place(s, code);
}

const ans_term_concept *ans_term_concept_at(const ans_term_system *s, uint32_t place)
{
    return &s->at[place];
}
