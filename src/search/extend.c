/* Search parameters that are not R4's own: of packages, and what people define. They are given before the store is bound and are the same
 * until the index is made anew, so that an index is never of some resources only. */
#include "search/search_int.h"

enum { MOST_CODE = 64, MOST_TARGETS = 255, MOST_ADDED = 100 };

static int type_named(ans_str name)
{
    for (int t = ANS_SP_NUMBER; t <= ANS_SP_URI; t++) {
        if (t != ANS_SP_COMPOSITE && ans_str_is(name, ans_sp_type_name((ans_sp_type)t))) {
            return t;
        }
    }
    return -1;
}

static bool is_code(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i && ((c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')))) {
            return false;
        }
    }
    return s.n > 0 && s.n <= MOST_CODE;
}

static ans_err read_targets(ans_cx *cx, ans_search *s, const ans_json *doc, ans_jnode def, ans_sp *sp)
{
    ans_jnode list = ans_json_get(doc, def, ANS_STR("target"));
    uint32_t count = list == ANS_JNONE ? 0 : ans_json_count(doc, list);
    if (count == 0 || count > MOST_TARGETS) {
        return ANS_OK; /* any */
    }
    ans_type *at = ANS_NEW_N(s->arena, ans_type, count);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    ANS_JSON_EACH(doc, list, t)
    {
        ans_type type = ans_fhir_type_named(ans_json_string(cx, doc, t));
        if (type && ans_fhir_is_resource(type)) {
            at[sp->target_count++] = type;
        } else if (type) { /* "Resource": any */
            sp->target_count = 0;
            return ANS_OK;
        }
    }
    sp->targets = at;
    return ANS_OK;
}

static const char *kept(ans_search *s, ans_str text)
{
    return ans_arena_dup(s->arena, text).p;
}

/* The parameters that a type gets beside its own. */
typedef struct additions {
    type_info *to;
    const ans_sp *at[MOST_ADDED];
    uint16_t count;
} additions;

static bool has_code(const additions *a, ans_str code)
{
    bool has = search_param(a->to, code) != NULL;
    for (uint16_t i = 0; !has && i < a->count; i++) {
        has = ans_str_is(code, a->at[i]->code);
    }
    return has;
}

static bool compiles(ans_str expression, ans_type type)
{
    const ans_path *path;
    ans_cx own = {.arena = ans_arena_new((size_t)16 << 20)};
    bool good = own.arena && ans_path_compile(&own, own.arena, expression, type, &path) == ANS_OK;
    ans_arena_free(own.arena);
    return good;
}

static ans_err add(ans_cx *cx, ans_search *s, const ans_json *doc, ans_jnode def, additions *a, ans_search_extended *out)
{
    ans_str code = ans_json_get_string(cx, doc, def, ANS_STR("code")), expression = ans_json_get_string(cx, doc, def, ANS_STR("expression"));
    int type = type_named(ans_json_get_string(cx, doc, def, ANS_STR("type")));
    if (a->count == MOST_ADDED || type < 0 || !is_code(code) || !expression.n || has_code(a, code) || !compiles(expression, a->to->type)) {
        out->left_out++;
        return ANS_OK;
    }
    ans_sp *sp = ANS_NEW(s->arena, ans_sp);
    if (!sp) {
        return ans_cx_nomem(cx);
    }
    *sp = (ans_sp){.base = a->to->type,
                   .code = kept(s, code),
                   .expression = kept(s, expression),
                   .url = kept(s, ans_json_get_string(cx, doc, def, ANS_STR("url"))),
                   .type = (uint8_t)type};
    a->at[a->count++] = sp;
    out->added++;
    return sp->code && sp->expression ? read_targets(cx, s, doc, def, sp) : ans_cx_nomem(cx);
}

static bool is_based_on(ans_cx *cx, const ans_json *doc, ans_jnode def, ans_type type)
{
    ans_jnode bases = ans_json_get(doc, def, ANS_STR("base"));
    for (ans_jnode b = bases == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, bases); b != ANS_JNONE; b = ans_json_next(doc, bases, b)) {
        ans_type base = ans_fhir_type_named(ans_json_string(cx, doc, b));
        if (base && ans_fhir_is_a(type, base)) {
            return true;
        }
    }
    return false;
}

/* The type's list with the new ones behind. Aliases point into it, so they are found anew. */
static ans_err make_list(ans_cx *cx, ans_search *s, const additions *a)
{
    type_info *ti = a->to;
    param *list = ANS_NEW_N(s->arena, param, ti->count + a->count);
    if (!list) {
        return ans_cx_nomem(cx);
    }
    for (uint16_t i = 0; i < ti->count; i++) {
        list[i].sp = ti->params[i].sp;
    }
    for (uint16_t i = 0; i < a->count; i++) {
        list[ti->count++].sp = a->at[i];
    }
    ti->params = list;
    registry_find_aliases(ti);
    return ANS_OK;
}

ans_err ans_search_extend(ans_cx *cx, ans_search *s, ans_str definitions, ans_search_extended *out)
{
    ans_json doc;
    *out = (ans_search_extended){0};
    ans_err err = definitions.n ? ans_json_parse(cx, definitions, NULL, &doc) : ANS_OK;
    for (uint16_t i = 0; err == ANS_OK && definitions.n && i < s->count; i++) {
        additions a = {.to = &s->types[i]};
        for (ans_jnode def = ans_json_first(&doc, 0); err == ANS_OK && def != ANS_JNONE; def = ans_json_next(&doc, 0, def)) {
            err = is_based_on(cx, &doc, def, a.to->type) ? add(cx, s, &doc, def, &a, out) : ANS_OK;
        }
        err = err == ANS_OK && a.count ? make_list(cx, s, &a) : err;
    }
    return err;
}

const ans_sp *ans_search_extra(const ans_search *s, ans_type type, uint32_t *at)
{
    const type_info *ti = s->of_type[type] ? &s->types[s->of_type[type] - 1] : NULL;
    for (; ti && *at < ti->count;) {
        const ans_sp *sp = ti->params[(*at)++].sp;
        const ans_sp *own = ans_sp_named(type, ans_str_of(sp->code));
        if (own != sp) {
            return sp;
        }
    }
    return NULL;
}
