/* A response against its form: is everything where the form has it, are required items answered, may what is answered be answered.
 * What one answer may be stands in answer.c. Both walk the form's rules; the table of rules is rules.def. */
#include "form/verify_int.h"

static ans_err check_list(verifying *v, const scope *s, ans_jnode object, ans_str place);

ans_str form_below(verifying *v, ans_str place, const char *member, uint32_t at)
{
    ans_str s = ans_arena_fmt(v->u.cx->arena, "%.*s.%s[%u]", ANS_FMT(place), member, at);
    return s.p ? s : place;
}

static bool is_question(const form_item *it)
{
    return it->type != ITEM_GROUP && it->type != ITEM_DISPLAY;
}

static bool has_answer(const verifying *v, ans_jnode node)
{
    const ans_json *doc = v->u.response.doc;
    for (ans_jnode n = node; n < doc->nodes[node].next; n++) {
        if (doc->nodes[n].key_len && ans_str_is(ans_json_key(doc, n), "answer")) {
            return true;
        }
    }
    return false;
}

/* How often an item is there: answers of a question, instances of a group. */
static uint32_t occurs(const verifying *v, const form_item *it, ans_jnode node)
{
    if (!is_question(it)) {
        return !it->required || has_answer(v, node);
    }
    ans_jnode answers = form_list(v->u.response.doc, node, "answer");
    return answers == ANS_JNONE ? 0 : ans_json_count(v->u.response.doc, answers);
}

static bool limit(verifying *v, uint32_t item, const char *url, uint64_t *out)
{
    const ans_json *doc = v->u.form->doc;
    ans_jnode ext = form_look_extension(&v->u, doc, v->u.form->items[item].node, url, ANS_JNONE);
    ans_jnode value = ext == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, ext, ANS_STR("valueInteger"));
    return value != ANS_JNONE && ans_str_u64(ans_json_raw(doc, value), out);
}

/* ---- one item ---- */

static ans_err check_answers(verifying *v, const scope *s, ans_jnode node, ans_str place)
{
    const ans_json *doc = v->u.response.doc;
    const form_item *it = &v->u.form->items[s->item];
    ans_jnode answers = form_list(doc, node, "answer");
    uint32_t at = 0;
    ans_err err = ANS_OK;
    if (answers == ANS_JNONE) {
        return ans_json_get(doc, node, ANS_STR("answer")) == ANS_JNONE
                   ? ANS_OK
                   : form_broken(v->u.cx, v->out, RULE_SHAPE, place, "answer must be a list");
    }
    if (!it->repeats && ans_json_count(doc, answers) > 1 && !it->calculated) {
        err = form_broken(v->u.cx, v->out, RULE_REPEATS, place, "linkId '%.*s'", ANS_FMT(it->link_id));
    }
    for (ans_jnode a = ans_json_first(doc, answers); err == ANS_OK && a != ANS_JNONE; a = ans_json_next(doc, answers, a)) {
        ans_str where = form_below(v, place, "answer", at++);
        err = form_check_answer(v, s, a, where);
        err = err == ANS_OK ? check_list(v, s, a, where) : err;
    }
    return err == ANS_OK ? form_check_together(v, s, answers, place) : err;
}

/* A constraint that does not hold. One that cannot be worked out has given its warning already. */
static ans_err check_constraints(verifying *v, const scope *s, ans_str place)
{
    const ans_form *f = v->u.form;
    const form_item *it = &f->items[s->item];
    ans_err err = ANS_OK;
    for (uint32_t i = it->first_expr; err == ANS_OK && i < it->first_expr + it->expr_count; i++) {
        const form_expr *e = &f->exprs[i];
        ans_items items;
        bool holds;
        if (e->use != EXPR_CONSTRAINT || e->broken.n) {
            continue;
        }
        err = form_evaluate(&v->u, s, e, &items);
        holds = items.count == 0 || (items.at[0].kind == ANS_ITEM_BOOLEAN && items.at[0].flag);
        if (err == ANS_OK && !holds) {
            ans_jnode human = form_look_extension(&v->u, f->doc, e->node, "human", ANS_JNONE);
            ans_str text = ans_json_get_string(v->u.cx, f->doc, human, ANS_STR("valueString"));
            err = form_broken(v->u.cx, v->out, RULE_CONSTRAINT, place, "%.*s", ANS_FMT(ans_str_head(text, 200)));
        }
    }
    return err;
}

/* Below a question items stand in its answers, below all others in the item itself. */
static ans_err check_inside(verifying *v, const scope *s, ans_jnode node, ans_str place)
{
    const ans_json *doc = v->u.response.doc;
    const form_item *it = &v->u.form->items[s->item];
    if (is_question(it)) {
        return ans_json_get(doc, node, ANS_STR("item")) != ANS_JNONE
                   ? form_broken(v->u.cx, v->out, RULE_BELOW, place, "linkId '%.*s'", ANS_FMT(it->link_id))
                   : check_answers(v, s, node, place);
    }
    if (ans_json_get(doc, node, ANS_STR("answer")) != ANS_JNONE) {
        return form_broken(v->u.cx, v->out, RULE_GROUP, place, "linkId '%.*s'", ANS_FMT(it->link_id));
    }
    return check_list(v, s, node, place);
}

static ans_err check_item(verifying *v, const scope *up, uint32_t item, ans_jnode node, ans_str place)
{
    scope s;
    bool is_enabled = false;
    ans_err err = form_enter(&v->u, up, item, form_answered_around(&v->u.response, node), node, &s);
    err = err == ANS_OK ? form_is_enabled(&v->u, &s, &is_enabled) : err;
    if (err == ANS_OK && !is_enabled) {
        return has_answer(v, node) ? form_broken(v->u.cx, v->out, RULE_DISABLED, place, "linkId '%.*s'", ANS_FMT(v->u.form->items[item].link_id))
                                   : ANS_OK;
    }
    err = err == ANS_OK ? check_inside(v, &s, node, place) : err;
    return err == ANS_OK ? check_constraints(v, &s, place) : err;
}

/* ---- what is not there ---- */

static ans_err check_missing(verifying *v, const scope *up, uint32_t item, uint32_t count, ans_str place);

/* A section that is not there: its own items are missing as much as if it were there empty. */
static ans_err check_missing_section(verifying *v, const scope *s, ans_str place)
{
    const ans_form *f = v->u.form;
    ans_err err = ANS_OK;
    for (uint32_t i = s->item + 1; err == ANS_OK && i < f->items[s->item].end; i = f->items[i].end) {
        err = check_missing(v, s, i, 0, place);
    }
    return err;
}

/* Fewer (or more) than the form wants of an enabled item. */
static ans_err check_missing(verifying *v, const scope *up, uint32_t item, uint32_t count, ans_str place)
{
    const form_item *it = &v->u.form->items[item];
    uint64_t least = 0, most = UINT64_MAX;
    bool has_least = limit(v, item, CORE_URL "questionnaire-minOccurs", &least);
    bool has_most = limit(v, item, CORE_URL "questionnaire-maxOccurs", &most);
    bool is_section = it->type == ITEM_GROUP && !it->repeats && count == 0 && v->must_be_whole;
    if (has_most && count > most) {
        return form_broken(v->u.cx, v->out, RULE_MAX_OCCURS, place, "linkId '%.*s', at most %llu", ANS_FMT(it->link_id), (unsigned long long)most);
    }
    bool lacks = v->must_be_whole && ((it->required && count == 0) || (has_least && count > 0 && count < least));
    if ((!lacks && !is_section) || it->type == ITEM_DISPLAY) {
        return ANS_OK;
    }
    scope s;
    bool is_enabled = false;
    ans_err err = form_enter(&v->u, up, item, NO_ITEM, ANS_JNONE, &s);
    err = err == ANS_OK ? form_is_enabled(&v->u, &s, &is_enabled) : err;
    if (err != ANS_OK || !is_enabled) {
        return err;
    }
    if (lacks && !is_section) {
        return count == 0 ? form_broken(v->u.cx, v->out, RULE_REQUIRED, place, "linkId '%.*s'", ANS_FMT(it->link_id))
                          : form_broken(v->u.cx, v->out, RULE_MIN_OCCURS, place, "linkId '%.*s', at least %llu", ANS_FMT(it->link_id),
                                        (unsigned long long)least);
    }
    uint32_t before = v->out->errors;
    err = check_missing_section(v, &s, place);
    if (err == ANS_OK && lacks && v->out->errors == before) {
        err = form_broken(v->u.cx, v->out, RULE_REQUIRED, place, "linkId '%.*s'", ANS_FMT(it->link_id));
    }
    return err;
}

/* ---- a list of items ---- */

static ans_err one_of_list(verifying *v, const scope *s, ans_jnode n, ans_str place, uint32_t *last)
{
    const ans_form *f = v->u.form;
    const ans_json *doc = v->u.response.doc;
    if (ans_json_kind_of(doc, n) != ANS_JSON_OBJECT) {
        return form_broken(v->u.cx, v->out, RULE_SHAPE, place, "an item must be an object");
    }
    ans_str link = ans_json_get_string(v->u.cx, doc, n, ANS_STR("linkId"));
    uint32_t item = link.n ? form_item_named(f, link) : NO_ITEM;
    if (item == NO_ITEM || f->items[item].parent != s->item) {
        return form_broken(v->u.cx, v->out, RULE_UNKNOWN, place, link.n ? "%s" : "linkId is missing%s", "");
    }
    ans_err err = item < *last ? form_broken(v->u.cx, v->out, RULE_ORDER, place, "linkId '%.*s'", ANS_FMT(f->items[item].link_id)) : ANS_OK;
    *last = item;
    counted *c = &v->counts[item];
    c->items++;
    c->answers += occurs(v, &f->items[item], n);
    bool again = c->items > 1 && (is_question(&f->items[item]) || !f->items[item].repeats);
    if (err == ANS_OK && again) {
        err = form_broken(v->u.cx, v->out, RULE_REPEATS, place, "linkId '%.*s'", ANS_FMT(f->items[item].link_id));
    }
    return err == ANS_OK ? check_item(v, s, item, n, place) : err;
}

/* What the lists have too few or too many of. */
static ans_err check_counts(verifying *v, const scope *s, ans_str place)
{
    const ans_form *f = v->u.form;
    ans_err err = ANS_OK;
    for (uint32_t i = s->item + 1; err == ANS_OK && i < f->items[s->item].end; i = f->items[i].end) {
        counted c = v->counts[i];
        bool is_empty_group = f->items[i].type == ITEM_GROUP && c.items > 0 && c.answers == 0;
        if (!is_empty_group) {
            err = check_missing(v, s, i, c.answers, place);
        } else if (v->must_be_whole) {
            err = form_broken(v->u.cx, v->out, RULE_REQUIRED, place, "linkId '%.*s'", ANS_FMT(f->items[i].link_id));
        }
    }
    return err;
}

/* The items below the scope's item that an object of the response has. As deep as the form. */
static ans_err check_list(verifying *v, const scope *s, ans_jnode object, ans_str place)
{
    const ans_form *f = v->u.form;
    const ans_json *doc = v->u.response.doc;
    uint32_t at = 0, last = 0, children = 1;
    ans_jnode list = ans_json_get(doc, object, ANS_STR("item"));
    ans_err err = ANS_OK;
    if (list != ANS_JNONE && ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return form_broken(v->u.cx, v->out, RULE_SHAPE, place, "item must be a list");
    }
    for (uint32_t i = s->item + 1; i < f->items[s->item].end; i = f->items[i].end) {
        v->counts[i] = (counted){0};
        children++;
    }
    if (!form_look(&v->u, children)) {
        return form_spent(&v->u);
    }
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list); err == ANS_OK && n != ANS_JNONE;
         n = ans_json_next(doc, list, n)) {
        err = one_of_list(v, s, n, form_below(v, place, "item", at), &last);
        at++;
    }
    return err == ANS_OK ? check_counts(v, s, place) : err;
}

/* ---- the response itself ---- */

static ans_err check_head(verifying *v)
{
    static const char *const known[] = {"completed", "amended", "in-progress", "entered-in-error", "stopped"};
    const ans_form *f = v->u.form;
    const ans_json *doc = v->u.response.doc;
    ans_str status = ans_json_get_string(v->u.cx, doc, v->u.response.root, ANS_STR("status"));
    ans_str url = ans_json_get_string(v->u.cx, doc, v->u.response.root, ANS_STR("questionnaire")), version = url;
    size_t i = 0;
    while (i < sizeof known / sizeof *known && !ans_str_is(status, known[i])) {
        i++;
    }
    v->must_be_whole = i < 2;
    ans_err err = i < sizeof known / sizeof *known
                      ? ANS_OK
                      : form_broken(v->u.cx, v->out, RULE_STATUS, ANS_STR("QuestionnaireResponse.status"), "%s", "");
    if (url.n) {
        (void)ans_str_cut(&version, '|', &url);
    }
    bool other = url.n && f->url.n && !ans_str_eq(url, f->url);
    bool other_version = !other && url.n && version.n && f->version.n && !ans_str_eq(version, f->version);
    if (err == ANS_OK && (other || other_version)) {
        err = form_broken(v->u.cx, v->out, RULE_FORM, ANS_STR("QuestionnaireResponse.questionnaire"), "%s", other_version ? "another version" : "");
    }
    return err;
}

ans_err ans_form_check_response(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_json *response, ans_jnode root,
                                ans_form_result *out)
{
    verifying v = {.out = out};
    scope top;
    *out = (ans_form_result){0};
    ans_err err = form_use_begin(cx, form, env, response, root, &v.u);
    err = err == ANS_OK ? form_check_start(&v) : err;
    err = err == ANS_OK ? check_head(&v) : err;
    err = err == ANS_OK ? form_enter(&v.u, NULL, 0, 0, root, &top) : err;
    err = err == ANS_OK ? check_list(&v, &top, root, ANS_STR("QuestionnaireResponse")) : err;
    err = err == ANS_OK ? check_constraints(&v, &top, ANS_STR("QuestionnaireResponse")) : err;
    return err == ANS_OK && !v.u.looks ? form_spent(&v.u) : err; /* what was not looked for was not found, which says nothing */
}
