/* Care rules of two records that are one person: links stand on both sides or on neither, in no circle, and what is still going on does not
 * stay behind on the record that was replaced. What was written there stays there (same_person.c finds it). */
#include "rest/care_int.h"

enum { MOST_DEEP = 16 };

ans_ref care_link_of(care *c, const ans_json *doc, const char *type, ans_jnode *at)
{
    ans_jnode list = doc->count ? ans_json_get(doc, 0, ANS_STR("link")) : ANS_JNONE;
    ans_jnode n = list == ANS_JNONE ? list : *at == ANS_JNONE ? ans_json_first(doc, list) : ans_json_next(doc, list, *at);
    for (; n != ANS_JNONE; n = ans_json_next(doc, list, n)) {
        *at = n;
        if (ans_str_is(ans_json_get_string(c->cx, doc, n, ANS_STR("type")), type)) {
            ans_ref ref = care_reference(c, doc, ans_json_get(doc, n, ANS_STR("other")));
            if (ref.id.n && ans_search_type_of(c->j->rest->o.search, ref.type) == c->t_patient) {
                return ref;
            }
        }
    }
    return (ans_ref){0};
}

static bool is_linked(care *c, const ans_json *doc, const char *type, ans_ref to)
{
    ans_jnode at = ANS_JNONE;
    for (ans_ref r = care_link_of(c, doc, type, &at); r.id.n; r = care_link_of(c, doc, type, &at)) {
        if (r.type == to.type && ans_str_eq(r.id, to.id)) {
            return true;
        }
    }
    return false;
}

/* Each link of one type has its counterpart. */
static ans_err check_sides(care *c, const care_change *x, const char *type, const char *counter)
{
    ans_jnode at = ANS_JNONE;
    for (ans_ref r = care_link_of(c, &x->now, type, &at); r.id.n; r = care_link_of(c, &x->now, type, &at)) {
        ans_json other;
        ans_err err = care_read(c, r, &other);
        if (err != ANS_OK) {
            return err;
        }
        if (!is_linked(c, &other, counter, x->change->ref)) {
            return care_refuse(c, x, "link", "a record that is linked as %s names this one as %s, in the same transaction", type, counter);
        }
    }
    return ANS_OK;
}

/* A link that was taken away is gone on the other side too. */
static ans_err check_gone(care *c, const care_change *x, const char *type, const char *counter)
{
    ans_jnode at = ANS_JNONE;
    for (ans_ref r = care_link_of(c, &x->old, type, &at); r.id.n; r = care_link_of(c, &x->old, type, &at)) {
        ans_json other;
        if (is_linked(c, &x->now, type, r)) {
            continue;
        }
        ans_err err = care_read(c, r, &other);
        if (err != ANS_OK) {
            return err;
        }
        if (is_linked(c, &other, counter, x->change->ref)) {
            return care_refuse(c, x, "link", "a link is taken away on both sides, in the same transaction");
        }
    }
    return ANS_OK;
}

static ans_err check_circle(care *c, const care_change *x)
{
    ans_json doc = x->now;
    for (int deep = 0; deep < MOST_DEEP; deep++) {
        ans_jnode at = ANS_JNONE;
        ans_ref up = care_link_of(c, &doc, "replaced-by", &at);
        if (!up.id.n) {
            return ANS_OK;
        }
        ans_err err = up.type == x->change->ref.type && ans_str_eq(up.id, x->change->ref.id) ? ANS_E_RULE : care_read(c, up, &doc);
        if (err != ANS_OK) {
            return err == ANS_E_RULE ? care_refuse(c, x, "link", "a record cannot be replaced by itself, also not by way of others") : err;
        }
    }
    return care_refuse(c, x, "link", "records replaced one another %d times: that is a circle, or as good as one", MOST_DEEP);
}

static ans_err check_left(care *c, const care_change *x)
{
    bool open = false;
    uint32_t orders = 0;
    ans_err err = care_has_open_stay(c, x->change->ref, NULL, &open);
    err = err == ANS_OK ? care_orders_left(c, x->change->ref, &orders) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (open) {
        return care_refuse(c, x, "link", "the record that is replaced still has an open stay: end it, or move it to the other record");
    }
    return orders ? care_refuse(c, x, "link", "medicines are still ordered under the record that is replaced: stop them, or move them to the other record") : ANS_OK;
}

ans_err care_link(care *c, const care_change *x)
{
    ans_jnode at = ANS_JNONE;
    if (!x->now.count) {
        ans_ref any = care_link_of(c, &x->old, "replaces", &at);
        at = ANS_JNONE;
        any = any.id.n ? any : care_link_of(c, &x->old, "replaced-by", &at);
        return any.id.n ? care_refuse(c, x, "", "a record that is linked with another one is not deleted: take the link away first") : ANS_OK;
    }
    ans_ref by = care_link_of(c, &x->now, "replaced-by", &at);
    ans_jnode active = ans_json_get(&x->now, 0, ANS_STR("active"));
    if (by.id.n && (active == ANS_JNONE || ans_json_kind_of(&x->now, active) != ANS_JSON_FALSE)) {
        return care_refuse(c, x, "active", "a record that was replaced is not active");
    }
    ans_err err = check_sides(c, x, "replaced-by", "replaces");
    err = err == ANS_OK ? check_sides(c, x, "replaces", "replaced-by") : err;
    err = err == ANS_OK ? check_gone(c, x, "replaced-by", "replaces") : err;
    err = err == ANS_OK ? check_gone(c, x, "replaces", "replaced-by") : err;
    err = err == ANS_OK && by.id.n ? check_circle(c, x) : err;
    return err == ANS_OK && by.id.n && !is_linked(c, &x->old, "replaced-by", by) ? check_left(c, x) : err;
}

bool care_is_replaced(care *c, const ans_json *person)
{
    ans_jnode at = ANS_JNONE;
    return care_link_of(c, person, "replaced-by", &at).id.n > 0;
}
