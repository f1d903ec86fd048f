/* What forms add to the language: weight(), once called ordinal(): what answers count for. Where it stands (on the coding, the
 * answer option, the value set, the code system) only the host knows, who has the form. Also the names an expression takes from
 * its environment, which forms need to know beforehand.
 * spec: http://hl7.org/fhir/uv/sdc/expressions.html#fhirpath-supplements */
#include "path/path_int.h"

static ans_err fn_weight(pev *ev, const pstep *call, uint32_t in)
{
    const ans_path_host *host = ev->env->host;
    uint32_t kept = in;
    (void)call;
    for (uint32_t i = in; i < ev->n && host && host->weight; i++) {
        ans_item item = ev->at[i], weight;
        bool has = false;
        ans_err err = ans_path_spend(ev, 8);
        err = err ? err : host->weight(host->arg, ev->cx, &item, &weight, &has);
        if (err) {
            return err;
        }
        if (has) {
            ev->at[kept++] = weight;
        }
    }
    ev->n = kept;
    return ANS_OK;
}

const pfunc ans_path_funcs_form[] = {
    {"weight", 0, 0, 0, fn_weight},
    {"ordinal", 0, 0, 0, fn_weight},
    {NULL, 0, 0, 0, NULL},
};

/* ---- names ---- */

typedef struct names {
    ans_cx *cx;
    ans_arena *arena;
    ans_str *at;
    uint32_t count, cap;
    ans_str *own; /* what the expression defines itself */
    uint32_t own_count, own_cap;
} names;

static bool is_in(const ans_str *at, uint32_t count, ans_str name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (ans_str_eq(at[i], name)) {
            return true;
        }
    }
    return false;
}

static ans_err add_name(names *ns, ans_str name, ans_str **at, uint32_t *count, uint32_t *cap)
{
    if (is_in(*at, *count, name)) {
        return ANS_OK;
    }
    ans_str *grown = ans_arena_grow(ns->arena, *at, *count, cap, 8, sizeof name);
    if (!grown) {
        return ans_cx_nomem(ns->cx);
    }
    *at = grown;
    grown[(*count)++] = name;
    return ANS_OK;
}

static ans_err collect(names *ns, const pexpr *e);

static ans_err collect_step(names *ns, const pstep *s)
{
    ans_err err = ANS_OK;
    if (s->kind == PSTEP_VAR && s->var == PVAR_OTHER) {
        return add_name(ns, s->name, &ns->at, &ns->count, &ns->cap);
    }
    if (s->kind == PSTEP_CALL && s->arg_count > 0 && ans_str_is(s->name, "defineVariable") && s->args[0]->kind == PEXPR_CHAIN &&
        s->args[0]->steps[0].kind == PSTEP_LITERAL) {
        err = add_name(ns, s->args[0]->steps[0].value->text, &ns->own, &ns->own_count, &ns->own_cap);
    }
    for (unsigned i = 0; !err && i < s->arg_count; i++) {
        err = collect(ns, s->args[i]);
    }
    return err;
}

/* As deep as the brackets of the text, which the parser bounds. */
static ans_err collect(names *ns, const pexpr *e)
{
    ans_err err = ANS_OK;
    for (unsigned i = 0; !err && i < e->count; i++) {
        err = e->kind == PEXPR_CHAIN ? collect_step(ns, &e->steps[i]) : collect(ns, e->operands[i]);
    }
    return err;
}

ans_err ans_path_names(ans_cx *cx, ans_arena *arena, const ans_path *path, const ans_str **out, uint32_t *out_count)
{
    names ns = {.cx = cx, .arena = arena};
    ans_err err = collect(&ns, path->root);
    if (err) {
        return err;
    }
    *out_count = 0;
    for (uint32_t i = 0; i < ns.count; i++) {
        if (!is_in(ns.own, ns.own_count, ns.at[i])) {
            ns.at[(*out_count)++] = ns.at[i];
        }
    }
    *out = ns.at;
    return ANS_OK;
}
