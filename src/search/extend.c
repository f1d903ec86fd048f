/* Search parameters that are not R4's own: of packages, and what people define. They are given before the store is bound and are the same
 * until the index is made anew, so that an index is never of some resources only. */
#include "search/search_int.h"

enum { MOST_CODE = 64, MOST_TARGETS = 255 };

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

/* A place more in the type's list; aliases point into it, so they are found anew. */
static ans_err append(ans_cx *cx, ans_search *s, type_info *ti, const ans_sp *sp)
{
    param *more = ANS_NEW_N(s->arena, param, ti->count + 1);
    if (!more) {
        return ans_cx_nomem(cx);
    }
    for (uint16_t i = 0; i < ti->count; i++) {
        more[i].sp = ti->params[i].sp;
    }
    more[ti->count].sp = sp;
    ti->params = more;
    ti->count++;
    registry_find_aliases(ti);
    return ANS_OK;
}

static ans_err add_to(ans_cx *cx, ans_search *s, const ans_json *doc, ans_jnode def, type_info *ti, ans_search_extended *out)
{
    ans_str code = ans_json_get_string(cx, doc, def, ANS_STR("code")), expression = ans_json_get_string(cx, doc, def, ANS_STR("expression"));
    int type = type_named(ans_json_get_string(cx, doc, def, ANS_STR("type")));
    const ans_path *path;
    ans_cx own = {.arena = ans_arena_new((size_t)16 << 20)};
    bool is_good = own.arena && type >= 0 && is_code(code) && expression.n && !search_param(ti, code) &&
                   ans_path_compile(&own, own.arena, expression, ti->type, &path) == ANS_OK;
    ans_arena_free(own.arena);
    if (!is_good) {
        out->left_out++;
        return ANS_OK;
    }
    ans_sp *sp = ANS_NEW(s->arena, ans_sp);
    if (!sp) {
        return ans_cx_nomem(cx);
    }
    *sp = (ans_sp){.base = ti->type,
                   .code = kept(s, code),
                   .expression = kept(s, expression),
                   .url = kept(s, ans_json_get_string(cx, doc, def, ANS_STR("url"))),
                   .type = (uint8_t)type};
    ans_err err = read_targets(cx, s, doc, def, sp);
    err = err == ANS_OK ? append(cx, s, ti, sp) : err;
    out->added += err == ANS_OK;
    return err;
}

ans_err ans_search_extend(ans_cx *cx, ans_search *s, ans_str definitions, ans_search_extended *out)
{
    ans_json doc;
    *out = (ans_search_extended){0};
    ans_err err = definitions.n ? ans_json_parse(cx, definitions, NULL, &doc) : ANS_OK;
    if (err != ANS_OK || !definitions.n) {
        return err;
    }
    ANS_JSON_EACH(&doc, 0, def)
    {
        ans_jnode bases = ans_json_get(&doc, def, ANS_STR("base"));
        for (ans_jnode b = bases == ANS_JNONE ? ANS_JNONE : ans_json_first(&doc, bases); b != ANS_JNONE; b = ans_json_next(&doc, bases, b)) {
            ans_type base = ans_fhir_type_named(ans_json_string(cx, &doc, b));
            for (uint16_t i = 0; err == ANS_OK && base && i < s->count; i++) {
                if (ans_fhir_is_a(s->types[i].type, base)) {
                    err = add_to(cx, s, &doc, def, &s->types[i], out);
                }
            }
        }
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
