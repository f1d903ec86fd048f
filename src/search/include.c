/* _include and _revinclude: from the page's matches along reference parameters, forwards through the bodies just read,
 * backwards through the reference rows; with :iterate also from what was included, until nothing new comes. */
#include "search/search_int.h"

#define MOST_INCLUDED 1000

typedef struct including {
    exec *x;
    const query *q;
    ans_search_result *result;
    rids seen;
    uint32_t cap;
    bool full;
} including;

static ans_err add_entry(including *in, const ans_version *v)
{
    if (in->result->count == in->cap) {
        in->full = true;
        return ANS_OK;
    }
    in->result->entries[in->result->count++] = (ans_search_entry){.version = *v, .mode = ANS_INCLUDE};
    return ANS_OK;
}

static ans_err add_rid(including *in, ans_rid rid, ans_type only)
{
    ans_version v;
    if (in->full || !rids_add(&in->seen, rid)) {
        return ANS_OK;
    }
    ans_err err = ans_store_read_rid(in->x->cx, in->x->rd, rid, true, &v);
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ANS_OK; /* a dangling reference includes nothing */
    }
    ans_type type = err == ANS_OK ? ans_search_type_of(in->x->s, v.ref.type) : 0;
    if (err != ANS_OK || (only && type != only) || !exec_sees(in->x, type, rid)) {
        return err;
    }
    return add_entry(in, &v);
}

static bool is_reference(const param *p)
{
    return p->sp->type == ANS_SP_REFERENCE && (p->path || p->alias);
}

static ans_err forward_param(including *in, const include_rule *rule, const param *p, const ans_item *root)
{
    exec *x = in->x;
    svs values = {0};
    ans_err err = search_values(x->s, x->cx, p, root, &values);
    for (uint32_t i = 0; err == ANS_OK && i < values.count; i++) {
        const sv *v = &values.at[i];
        ans_rid rid;
        if (v->target.type == 0 || (rule->target && rule->target != v->target.type)) {
            continue;
        }
        ans_ref ref = {ans_search_type_number(x->s, v->target.type), v->target.id};
        err = ans_store_rid(x->cx, x->rd, ref, &rid);
        err = err == ANS_OK ? add_rid(in, rid, rule->target) : err == ANS_E_NOTFOUND ? ANS_OK : err;
    }
    return err;
}

static ans_err forward(including *in, const include_rule *rule, const ans_version *v)
{
    exec *x = in->x;
    type_info *ti = search_type_numbered(x->s, v->ref.type);
    ans_json doc;
    if (!ti || (rule->source && rule->source != ti)) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(x->cx, v->body, NULL, &doc);
    ans_item root;
    if (err == ANS_OK) {
        root = ans_item_of_resource(&doc, 0);
    }
    if (err == ANS_OK && rule->param) {
        return forward_param(in, rule, rule->param, &root);
    }
    for (uint16_t i = 0; err == ANS_OK && i < ti->count; i++) {
        if (is_reference(&ti->params[i])) {
            err = forward_param(in, rule, &ti->params[i], &root);
        }
    }
    return err;
}

static ans_err backward_param(including *in, const param *p, ans_rid target)
{
    exec *x = in->x;
    ans_cursor *cur;
    ans_str row;
    ranges all = {0};
    char five[5] = {ROW_REF_LOCAL, (char)(target >> 24), (char)(target >> 16), (char)(target >> 8), (char)target};
    const param *kept = p->alias ? p->alias : p;
    ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, kept->slot, (ans_str){five, 5}), true);
    err = err == ANS_OK ? ans_cursor_open(x->cx, x->rd, all.at[0].low, all.at[0].high, &cur) : err;
    if (err != ANS_OK) {
        return err;
    }
    for (err = ans_cursor_seek(x->cx, cur, all.at[0].low, &row); err == ANS_OK && row.p && !in->full;) {
        err = add_rid(in, ans_row_rid(row), 0);
        err = err == ANS_OK ? ans_cursor_next(x->cx, cur, &row) : err;
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err backward(including *in, const include_rule *rule, const ans_version *v)
{
    ans_type type = ans_search_type_of(in->x->s, v->ref.type);
    if (rule->target && rule->target != type) {
        return ANS_OK;
    }
    if (rule->param) {
        return rule->param->alias_target && rule->param->alias_target != type ? ANS_OK
                                                                               : backward_param(in, rule->param, v->rid);
    }
    ans_err err = ANS_OK;
    for (uint16_t i = 0; err == ANS_OK && i < rule->source->count; i++) {
        const param *p = &rule->source->params[i];
        if (is_reference(p) && !p->alias) {
            err = backward_param(in, p, v->rid);
        }
    }
    return err;
}

ans_err exec_includes(exec *x, const query *q, ans_search_result *result)
{
    if (q->include_count == 0) {
        return ANS_OK;
    }
    including in = {.x = x, .q = q, .result = result, .cap = result->count + MOST_INCLUDED};
    ans_pos pos;
    ans_rid top;
    ans_search_entry *entries = ans_arena_alloc(x->cx->arena, sizeof *entries * in.cap); /* not zeroed: a bound */
    ans_err err = entries ? ans_store_head(x->cx, x->rd, &pos, &top) : ans_cx_nomem(x->cx);
    err = err == ANS_OK ? rids_init(x, &in.seen, top) : err;
    if (err != ANS_OK) {
        return err;
    }
    uint32_t matches = result->count;
    if (matches) {
        memcpy(entries, result->entries, matches * sizeof *entries);
    }
    result->entries = entries;
    for (uint32_t i = 0; i < matches; i++) {
        (void)rids_add(&in.seen, entries[i].version.rid);
    }
    for (uint32_t i = 0; err == ANS_OK && i < result->count; i++) { /* the list grows while it is walked */
        for (uint32_t k = 0; err == ANS_OK && k < q->include_count; k++) {
            const include_rule *rule = &q->includes[k];
            if (i < matches || rule->iterate) {
                ans_version v = result->entries[i].version;
                err = rule->reverse ? backward(&in, rule, &v) : forward(&in, rule, &v);
            }
        }
    }
    if (in.full) {
        ans_issue_warn(x->cx, "incomplete", ANS_STR("_include"), "more than %d resources would be included: the rest is left out", MOST_INCLUDED);
    }
    return err;
}
