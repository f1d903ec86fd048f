/* ConceptMap/$translate and $closure.
 * spec: http://hl7.org/fhir/R4/conceptmap-operations.html */
#include "rest/term_int.h"

/* ---- $translate ---- */

static ans_err find_map(term_call *c, const ans_json **out, ans_jnode *out_root)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("ConceptMap"));
    ans_str url = term_param(c, "url"), version = term_param(c, "conceptMapVersion");
    ans_jnode given = term_resource(c, "conceptMap", "ConceptMap");
    const ans_def *def = NULL;
    *out = NULL;
    *out_root = 0;
    if (given != ANS_JNONE) {
        *out = &c->doc;
        *out_root = given;
        return ANS_OK;
    }
    if (c->j->route.id.n) {
        def = ans_defs_by_id(c->scope.defs, type, c->j->route.id);
    } else if (url.n) {
        url = version.n ? ans_arena_fmt(c->cx->arena, "%.*s|%.*s", ANS_FMT(url), ANS_FMT(version)) : url;
        def = url.p ? ans_defs_find(c->scope.defs, type, url) : NULL;
    } else {
        return ANS_OK; /* by source and target */
    }
    return def ? ans_def_doc(c->cx, c->scope.defs, def, out) : term_bad(c, ANS_E_NOTFOUND, "url", "there is no such concept map here");
}

static bool is_match(const ans_term_match *m)
{
    return m->concept.code.n && !ans_str_is(m->equivalence, "unmatched") && !ans_str_is(m->equivalence, "disjoint");
}

static void put_product(term_call *c, const ans_term_match *m)
{
    ans_jnode list = m->target == ANS_JNONE ? ANS_JNONE : ans_json_get(m->doc, m->target, ANS_STR("product"));
    if (list == ANS_JNONE || ans_json_kind_of(m->doc, list) != ANS_JSON_ARRAY) {
        return;
    }
    ANS_JSON_EACH(m->doc, list, p)
    {
        ans_term_code concept = {.system = ans_json_get_string(c->cx, m->doc, p, ANS_STR("system")),
                                 .code = ans_json_get_string(c->cx, m->doc, p, ANS_STR("value")),
                                 .display = ans_json_get_string(c->cx, m->doc, p, ANS_STR("display"))};
        term_open(c, "product");
        term_put(c, "element", "valueUri", ans_json_get_string(c->cx, m->doc, p, ANS_STR("property")));
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("name"), ANS_STR("concept"));
        ans_jw_key(&c->w, ANS_STR("valueCoding"));
        term_put_coding(&c->w, &concept);
        ans_jw_end(&c->w, '}');
        term_close(c);
    }
}

static void put_match(term_call *c, const ans_term_match *m)
{
    term_open(c, "match");
    term_put(c, "equivalence", "valueCode", m->equivalence);
    if (m->concept.code.n) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("name"), ANS_STR("concept"));
        ans_jw_key(&c->w, ANS_STR("valueCoding"));
        term_put_coding(&c->w, &m->concept);
        ans_jw_end(&c->w, '}');
    }
    put_product(c, m);
    term_put(c, "source", "valueUri", m->map);
    term_close(c);
}

static ans_err translate_one(term_call *c, const ans_json *map, ans_jnode root, const ans_term_translate_options *o, uint32_t *out_good)
{
    ans_term_matches found;
    ans_err err = ans_term_translate(c->cx, &c->scope, map, root, o, &found);
    for (uint32_t i = 0; err == ANS_OK && i < found.count; i++) {
        *out_good += is_match(&found.at[i]);
        put_match(c, &found.at[i]);
    }
    return err;
}

static ans_err translate_concept(term_call *c, const ans_json *map, ans_jnode root, ans_term_translate_options *o, uint32_t *out_good)
{
    ans_jnode p = term_posted(c, "codeableConcept", ANS_JNONE);
    ans_jnode concept = p == ANS_JNONE ? ANS_JNONE : ans_json_get(&c->doc, p, ANS_STR("valueCodeableConcept"));
    ans_jnode list = concept == ANS_JNONE ? ANS_JNONE : ans_json_get(&c->doc, concept, ANS_STR("coding"));
    ans_err err = ANS_OK;
    if (p == ANS_JNONE) {
        err = term_code_asked(c, "version", &o->code);
        return err == ANS_OK ? translate_one(c, map, root, o, out_good) : err;
    }
    uint32_t spent = 0;
    c->scope.spent = &spent; /* many codings cost no more than one */
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&c->doc, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(&c->doc, list, n)) {
        o->code = term_coding_in(c, n);
        err = translate_one(c, map, root, o, out_good);
    }
    c->scope.spent = NULL;
    return err;
}

/* The result stands before the matches and is known after them: they are written apart. */
static ans_err translate(term_call *c)
{
    const ans_json *map;
    ans_jnode root;
    ans_str matches;
    ans_buf whole = c->b;
    ans_jw writer = c->w;
    uint32_t good = 0;
    ans_term_translate_options o = {
        .source_set = term_param(c, "source"), .target_set = term_param(c, "target"), .target_system = term_param(c, "targetsystem")};
    ans_err err = term_flag(c, "reverse", false, &o.is_reverse);
    err = err == ANS_OK ? find_map(c, &map, &root) : err;
    if (err == ANS_OK && !map && !o.source_set.n && !o.target_set.n && !o.target_system.n) {
        return term_bad(c, ANS_E_INVALID, "url", "say which map: url, or source, target or targetsystem");
    }
    if (err == ANS_OK && term_posted(c, "dependency", ANS_JNONE) != ANS_JNONE) {
        return term_bad(c, ANS_E_UNSUPPORTED, "dependency", "is not supported");
    }
    ans_buf_init_arena(&c->b, c->cx->arena, (size_t)16 << 20);
    ans_jw_init(&c->w, &c->b);
    err = err == ANS_OK ? translate_concept(c, map, root, &o, &good) : err;
    err = err == ANS_OK ? ans_buf_finish(&c->b, &matches) : err;
    c->b = whole;
    c->w = writer;
    if (err != ANS_OK) {
        return err;
    }
    term_begin(c);
    term_put_flag(c, "result", good > 0);
    if (!good) {
        term_put(c, "message", "valueString", ANS_STR("không có mã tương ứng (no match)"));
    }
    if (matches.n) {
        ans_jw_raw(&c->w, matches);
    }
    term_end(c);
    return ANS_OK;
}

ans_err term_translate(job *j, ans_reader *rd)
{
    (void)rd;
    return term_run(j, translate);
}

/* ---- $closure ---- */

/* Those of one system make a group; relations come in the order they were found, so systems may come again. */
static void put_group(term_call *c, const ans_term_relations *r, ans_str system)
{
    ans_jw *w = &c->w;
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("source"), system);
    ans_jw_kv(w, ANS_STR("target"), system);
    ans_jw_key(w, ANS_STR("element"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < r->count; i++) {
        if (!ans_str_eq(r->at[i].system, system)) {
            continue;
        }
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("code"), r->at[i].lower);
        ans_jw_key(w, ANS_STR("target"));
        ans_jw_begin(w, '[');
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("code"), r->at[i].upper);
        ans_jw_kv(w, ANS_STR("equivalence"), ANS_STR("subsumes"));
        ans_jw_end(w, '}');
        ans_jw_end(w, ']');
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static void put_table(term_call *c, ans_str name, const ans_term_relations *r)
{
    ans_jw *w = &c->w;
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("ConceptMap"));
    ans_jw_kv(w, ANS_STR("version"), ans_arena_fmt(c->cx->arena, "%u", r->version));
    ans_jw_kv(w, ANS_STR("name"), name);
    ans_jw_kv(w, ANS_STR("status"), ANS_STR("active"));
    ans_jw_key(w, ANS_STR("experimental"));
    ans_jw_bool(w, true);
    if (r->count) {
        ans_jw_key(w, ANS_STR("group"));
        ans_jw_begin(w, '[');
        for (uint32_t i = 0; i < r->count; i++) {
            bool is_first = true;
            for (uint32_t k = 0; is_first && k < i; k++) {
                is_first = !ans_str_eq(r->at[k].system, r->at[i].system);
            }
            if (is_first) {
                put_group(c, r, r->at[i].system);
            }
        }
        ans_jw_end(w, ']');
    }
    ans_jw_end(w, '}');
}

static ans_err read_concepts(term_call *c, ans_term_code **out, uint32_t *out_count)
{
    uint32_t count = 0;
    for (ans_jnode p = term_posted(c, "concept", ANS_JNONE); p != ANS_JNONE; p = term_posted(c, "concept", p)) {
        count++;
    }
    *out = ANS_NEW_N(c->cx->arena, ans_term_code, count + 1);
    *out_count = 0;
    if (!*out) {
        return ans_cx_nomem(c->cx);
    }
    for (ans_jnode p = term_posted(c, "concept", ANS_JNONE); p != ANS_JNONE; p = term_posted(c, "concept", p)) {
        ans_jnode coding = ans_json_get(&c->doc, p, ANS_STR("valueCoding"));
        ans_term_code code = coding == ANS_JNONE ? (ans_term_code){0} : term_coding_in(c, coding);
        if (!code.code.n || !code.system.n) {
            return term_bad(c, ANS_E_INVALID, "concept", "is a Coding with system and code");
        }
        (*out)[(*out_count)++] = code;
    }
    return ANS_OK;
}

static ans_err closure(term_call *c)
{
    ans_term_closure_call call = {.owner = c->j->who.account, .name = term_param(c, "name")};
    ans_term_relations r;
    ans_term_code *codes;
    ans_str version = term_param(c, "version");
    uint64_t since = 0;
    if (!call.name.n || call.name.n > 128) {
        return term_bad(c, ANS_E_INVALID, "name", "name the table, in at most 128 bytes");
    }
    if (version.n && (!ans_str_u64(version, &since) || since > UINT32_MAX)) {
        return term_bad(c, ANS_E_VALUE, "version", "is a number that this table's answers gave");
    }
    ans_err err = read_concepts(c, &codes, &call.count);
    call.codes = err == ANS_OK ? codes : NULL;
    call.has_since = version.n > 0;
    call.since = (uint32_t)since;
    err = err == ANS_OK ? ans_term_closure(c->cx, &c->scope, c->j->rest->closures, &call, &r) : err;
    if (err == ANS_OK) {
        put_table(c, call.name, &r);
    }
    return err;
}

ans_err term_closure(job *j, ans_reader *rd)
{
    (void)rd;
    return ans_str_is(j->rq.method, "POST") ? term_run(j, closure)
                                            : ans_issue_add(j->cx, ANS_E_METHOD, ANS_STR("http.method"), "it changes a table: use POST");
}
