/* What concepts are called: the display, designations in other languages, and those that supplements add. */
#include "term/term_int.h"

ans_err ans_term_names_of(ans_cx *cx, const ans_term_scope *scope, const ans_term_system *s, ans_term_names *out)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("CodeSystem"));
    uint32_t at = ans_defs_past_core(scope->defs), cap = 0; /* R4 has one supplement, an example */
    *out = (ans_term_names){.system = s};
    for (const ans_def *def; (def = ans_defs_next(scope->defs, type, &at)) != NULL;) {
        const ans_term_system *more;
        ans_str of, url;
        ans_err err = ans_term_system_of_def(cx, scope, def, &more);
        if (err != ANS_OK) {
            return err;
        }
        of = more->supplements;
        bool has_version = ans_str_cut(&of, '|', &url);
        if (more->content != CONTENT_SUPPLEMENT || def->is_retired || !ans_str_eq(url, s->url) || (has_version && !ans_str_eq(of, s->version))) {
            continue;
        }
        const ans_term_system **list = ans_arena_grow(cx->arena, (void *)out->supplements, out->count, &cap, 4, sizeof *list);
        if (!list) {
            return ans_cx_nomem(cx);
        }
        out->supplements = list;
        list[out->count++] = more;
    }
    return ANS_OK;
}

/* "vi" takes "vi-VN", and the other way round. */
static bool is_language(ans_str have, ans_str wanted)
{
    ans_str a, b;
    (void)ans_str_cut(&have, '-', &a);
    (void)ans_str_cut(&wanted, '-', &b);
    return a.n > 0 && ans_str_ieq(a, b);
}

static ans_err add(ans_cx *cx, ans_term_designations *list, uint32_t *cap, ans_term_designation one)
{
    ans_term_designation *at = ans_arena_grow(cx->arena, list->at, list->count, cap, 8, sizeof *at);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    list->at = at;
    list->at[list->count++] = one;
    return ANS_OK;
}

ans_err ans_term_designations_in(ans_cx *cx, const ans_json *doc, ans_jnode concept, ans_term_designations *list)
{
    ans_jnode designations = doc && concept != ANS_JNONE ? list_of(doc, concept, "designation") : ANS_JNONE;
    ans_err err = ANS_OK;
    if (designations == ANS_JNONE) {
        return ANS_OK;
    }
    for (ans_jnode d = ans_json_first(doc, designations); err == ANS_OK && d != ANS_JNONE; d = ans_json_next(doc, designations, d)) {
        ans_term_designation one = {.language = text_of(cx, doc, d, "language"),
                                    .value = text_of(cx, doc, d, "value"),
                                    .doc = doc,
                                    .use = ans_json_get(doc, d, ANS_STR("use"))};
        err = one.value.n ? add(cx, list, &list->cap_, one) : ANS_OK;
    }
    return err;
}

ans_err ans_term_designations_of(ans_cx *cx, const ans_term_names *names, uint32_t place, ans_term_designations *out)
{
    const ans_term_system *s = names->system;
    *out = (ans_term_designations){0};
    ans_err err = ans_term_designations_in(cx, s->doc, s->at[place].at, out);
    for (uint32_t i = 0; err == ANS_OK && i < names->count; i++) {
        const ans_term_system *more = names->supplements[i];
        uint32_t at = system_place(more, s->at[place].code);
        if (at == ANS_TERM_NONE) {
            continue;
        }
        ans_term_designation one = {.language = more->language, .value = more->at[at].display, .use = ANS_JNONE, .doc = more->doc};
        err = one.value.n && one.language.n ? add(cx, out, &out->cap_, one) : ANS_OK;
        err = err == ANS_OK ? ans_term_designations_in(cx, more->doc, more->at[at].at, out) : err;
    }
    return err;
}

static bool is_display_use(const ans_term_designation *d)
{
    ans_jnode code = d->use == ANS_JNONE ? ANS_JNONE : ans_json_get(d->doc, d->use, ANS_STR("code"));
    return code == ANS_JNONE || ans_str_is(ans_json_raw(d->doc, code), "display");
}

ans_str ans_term_designation_for(const ans_term_designations *list, ans_str language)
{
    const ans_term_designation *found = NULL;
    for (uint32_t i = 0; language.n && i < list->count; i++) {
        const ans_term_designation *d = &list->at[i];
        if (is_language(d->language, language) && (!found || (!is_display_use(found) && is_display_use(d)))) {
            found = d;
        }
    }
    return found ? found->value : ANS_STR_NONE;
}

ans_err ans_term_display(ans_cx *cx, const ans_term_names *names, uint32_t place, ans_str language, ans_str *out)
{
    ans_term_designations list;
    ans_str one;
    *out = names->system->at[place].display;
    if (!language.n || is_language(names->system->language, language)) {
        return ANS_OK;
    }
    ans_err err = ans_term_designations_of(cx, names, place, &list);
    if (err == ANS_OK && (one = ans_term_designation_for(&list, language)).n) {
        *out = one;
    }
    return err;
}
