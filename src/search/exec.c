/* The executor: every predicate can become a set of rids, or be asked about one rid at a time. Of a conjunction the
 * predicate with the fewest rows leads; each other one is either made a set as well or asked per candidate, whichever costs
 * less. Chains are sets of target rids walked back through the reference rows: no list of ids ever leaves the engine. */
#include "search/search_int.h"

#define COST_OF_A_SEEK 8   /* in row steps */
#define STEPS_BETWEEN_LOOKS 4096
#define MOST_CURSORS 40 /* kept open to ask one rid at a time; a reader has 64 */

ans_err exec_body(exec *x, ans_cx *cx, ans_rid rid, ans_version *out_version, ans_json *out_doc, ans_item *out)
{
    ans_err err = ans_store_read_rid(cx, x->rd, rid, true, out_version);
    if (err == ANS_OK) {
        err = ans_json_parse(cx, out_version->body, NULL, out_doc);
    }
    if (err == ANS_OK) {
        *out = ans_item_of_resource(out_doc, 0);
    }
    return err;
}

static ans_err judge_body(exec *x, const pred *p, ans_rid rid, bool *out)
{
    ans_cx cx = {.arena = x->scratch, .deadline_us = x->cx->deadline_us};
    ans_version v;
    ans_json doc;
    ans_item root;
    *out = false;
    ans_err err = exec_body(x, &cx, rid, &v, &doc, &root);
    if (err == ANS_OK) {
        err = pred_match_body(x->s, &cx, p, &root, out);
    }
    ans_arena_reset(x->scratch);
    return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
}

static ans_str payload_of(ans_str row)
{
    return (ans_str){row.p + 2, row.n - 6};
}

ans_err exec_late(exec *x, uint64_t step)
{
    if (step % STEPS_BETWEEN_LOOKS == 0 && ans_cx_is_late(x->cx)) {
        return ans_issue_add(x->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the search took too long: narrow it");
    }
    return ANS_OK;
}

/* One row of a range: does its owner match? */
ans_err exec_row_fits(exec *x, const pred *p, const range *r, ans_str row, bool *out)
{
    if (p->kind == PRED_BEDSIDE) {
        *out = bedside_fits(x, p, row);
        return ANS_OK;
    }
    verdict v = r->exact ? YES : pvalue_test(x->s, p, r->value, payload_of(row));
    if (v == MAYBE) {
        return judge_body(x, p, ans_row_rid(row), out);
    }
    *out = v == YES;
    return ANS_OK;
}

static ans_err add_range(exec *x, const pred *p, const range *r, rids *out)
{
    ans_cursor *cur;
    ans_str row;
    ans_err err = ans_cursor_open(x->cx, x->rd, r->low, r->high, &cur);
    if (err != ANS_OK) {
        return err;
    }
    uint64_t step = 0;
    for (err = ans_cursor_seek(x->cx, cur, r->low, &row); err == ANS_OK && row.p;) {
        bool fits = r->exact;
        if (!fits && !rids_has(out, ans_row_rid(row))) {
            err = exec_row_fits(x, p, r, row, &fits);
        }
        if (fits) {
            (void)rids_add(out, ans_row_rid(row));
        }
        err = err == ANS_OK ? exec_late(x, ++step) : err;
        bool skips = p && p->kind == PRED_BEDSIDE && !fits && !rids_has(out, ans_row_rid(row));
        err = err != ANS_OK ? err : skips ? bedside_skip(x, p, cur, row, &row) : ans_cursor_next(x->cx, cur, &row);
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err add_prefix(exec *x, ans_str prefix, rids *out)
{
    ranges one = {0};
    ans_err err = range_add_prefix(x->cx, &one, prefix, true);
    return err == ANS_OK ? add_range(x, NULL, &one.at[0], out) : err;
}

static ans_err all_of_type(exec *x, const type_info *ti, rids *out)
{
    return add_prefix(x, slot_key(x->cx, ti->all_slot, ANS_STR_NONE), out);
}

ans_err exec_is_current(exec *x, const type_info *ti, ans_rid rid, bool *out)
{
    char four[4] = {(char)(rid >> 24), (char)(rid >> 16), (char)(rid >> 8), (char)rid};
    ranges one = {0};
    uint64_t n = 0;
    ans_err err = range_add_prefix(x->cx, &one, slot_key(x->cx, ti->all_slot, (ans_str){four, 4}), true);
    if (err == ANS_OK) {
        err = ans_store_count_rows(x->cx, x->rd, one.at[0].low, one.at[0].high, 1, &n);
    }
    *out = n > 0;
    return err;
}

/* ---- predicates as sets ---- */

static ans_err values_set(exec *x, const type_info *ti, const pred *p, rids *out)
{
    rids found = *out;
    ans_err err = ANS_OK;
    bool turned = p->modifier == M_NOT;
    if (p->modifier == M_TEXT) {
        rids all;
        err = rids_init(x, &all, x->top);
        err = err == ANS_OK ? all_of_type(x, ti, &all) : err;
        for (ans_rid rid = 0; err == ANS_OK && (rid = rids_after(&all, rid)) != 0;) {
            bool fits;
            err = judge_body(x, p, rid, &fits);
            if (err == ANS_OK && fits) {
                (void)rids_add(out, rid);
            }
            err = err == ANS_OK ? exec_late(x, rid) : err;
        }
        return err;
    }
    if (turned) {
        err = rids_init(x, &found, x->top);
    }
    for (uint32_t i = 0; err == ANS_OK && i < p->ranges.count; i++) {
        err = add_range(x, p, &p->ranges.at[i], &found);
    }
    if (err == ANS_OK && turned) {
        err = all_of_type(x, ti, out);
        rids_minus(out, &found);
    } else {
        *out = found;
    }
    return err;
}

static uint16_t slot_of(const param *p)
{
    return p->alias ? p->alias->slot : p->slot;
}

static ans_rid row_target(ans_str row)
{
    return ans_row_rid((ans_str){row.p, 7}); /* slot 2, kind 1, rid 4 */
}

/* Walk all local reference rows of a parameter: for each (target, owner) that `keep` has on the given side, add the other. */
static ans_err cross(exec *x, const param *p, const rids *keep, bool keep_targets, rids *out)
{
    char kind = ROW_REF_LOCAL;
    ranges all = {0};
    ans_cursor *cur;
    ans_str row;
    uint64_t step = 0;
    ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, slot_of(p), (ans_str){&kind, 1}), false);
    err = err == ANS_OK ? ans_cursor_open(x->cx, x->rd, all.at[0].low, all.at[0].high, &cur) : err;
    if (err != ANS_OK) {
        return err;
    }
    for (err = ans_cursor_seek(x->cx, cur, all.at[0].low, &row); err == ANS_OK && row.p;) {
        ans_rid target = row_target(row), owner = ans_row_rid(row);
        if (rids_has(keep, keep_targets ? target : owner)) {
            (void)rids_add(out, keep_targets ? owner : target);
        }
        err = exec_late(x, ++step);
        err = err == ANS_OK ? ans_cursor_next(x->cx, cur, &row) : err;
    }
    ans_cursor_close(cur);
    return err;
}

ans_err exec_owners(exec *x, const param *p, ans_rid target, rids *out)
{
    char five[5] = {ROW_REF_LOCAL, (char)(target >> 24), (char)(target >> 16), (char)(target >> 8), (char)target};
    return add_prefix(x, slot_key(x->cx, slot_of(p), (ans_str){five, 5}), out);
}

static ans_err slot_rows(exec *x, const param *p, uint64_t cap, uint64_t *out)
{
    ranges all = {0};
    ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, slot_of(p), ANS_STR_NONE), false);
    return err == ANS_OK ? ans_store_count_rows(x->cx, x->rd, all.at[0].low, all.at[0].high, cap, out) : err;
}

static ans_err chain_set(exec *x, const pred *p, rids *out)
{
    rids targets;
    uint64_t rows = 0;
    ans_err err = rids_init(x, &targets, x->top);
    for (uint32_t i = 0; err == ANS_OK && i < p->inner_count; i++) {
        rids one;
        err = rids_init(x, &one, x->top);
        err = err == ANS_OK ? exec_set(x, &p->inner[i], &one) : err;
        if (err == ANS_OK) {
            rids_or(&targets, &one);
        }
    }
    err = err == ANS_OK ? slot_rows(x, p->param, targets.count * COST_OF_A_SEEK + 1, &rows) : err;
    if (err == ANS_OK && rows <= targets.count * COST_OF_A_SEEK) {
        return cross(x, p->param, &targets, true, out);
    }
    for (ans_rid rid = 0; err == ANS_OK && (rid = rids_after(&targets, rid)) != 0;) {
        err = exec_owners(x, p->param, rid, out);
    }
    return err;
}

/* Targets an owner's body names, for the few owners of a selective reverse chain. */
static ans_err targets_of(exec *x, const param *p, ans_rid owner, rids *out)
{
    ans_cx cx = {.arena = x->scratch, .deadline_us = x->cx->deadline_us};
    ans_version v;
    ans_json doc;
    ans_item root;
    svs values = {0};
    ans_err err = exec_body(x, &cx, owner, &v, &doc, &root);
    err = err == ANS_OK ? search_values(x->s, &cx, p, &root, &values) : err;
    for (uint32_t i = 0; err == ANS_OK && i < values.count; i++) {
        ans_ref ref = {ans_search_type_number(x->s, values.at[i].target.type), values.at[i].target.id};
        ans_rid rid;
        if (ref.type && ans_store_rid(&cx, x->rd, ref, &rid) == ANS_OK) {
            (void)rids_add(out, rid);
        }
    }
    ans_arena_reset(x->scratch);
    return err;
}

static ans_err has_set(exec *x, const type_info *ti, const pred *p, rids *out)
{
    rids owners, targets;
    uint64_t rows = 0;
    ans_err err = rids_init(x, &owners, x->top);
    err = err == ANS_OK ? rids_init(x, &targets, x->top) : err;
    err = err == ANS_OK ? exec_set(x, &p->inner[0], &owners) : err;
    err = err == ANS_OK ? slot_rows(x, p->via, owners.count * COST_OF_A_BODY + 1, &rows) : err;
    if (err == ANS_OK && rows <= owners.count * COST_OF_A_BODY) {
        err = cross(x, p->via, &owners, false, &targets);
    } else {
        for (ans_rid rid = 0; err == ANS_OK && (rid = rids_after(&owners, rid)) != 0;) {
            err = targets_of(x, p->via, rid, &targets);
        }
    }
    for (ans_rid rid = 0; err == ANS_OK && (rid = rids_after(&targets, rid)) != 0;) {
        bool current;
        err = exec_is_current(x, ti, rid, &current); /* a reference may dangle or name another type */
        if (err == ANS_OK && current) {
            (void)rids_add(out, rid);
        }
    }
    return err;
}

static ans_err add_ref(exec *x, const type_info *ti, ans_type type, ans_str id, rids *out)
{
    ans_rid rid;
    bool current;
    ans_err err = type == ti->type ? ans_store_rid(x->cx, x->rd, (ans_ref){ti->number, id}, &rid) : ANS_E_NOTFOUND;
    if (err == ANS_OK) {
        err = exec_is_current(x, ti, rid, &current);
        if (err == ANS_OK && current) {
            (void)rids_add(out, rid);
        }
    }
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

static ans_err id_set(exec *x, const type_info *ti, const pred *p, rids *out)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < p->value_count; i++) {
        err = add_ref(x, ti, ti->type, p->values[i].code, out);
    }
    if (err == ANS_OK && p->modifier == M_NOT) {
        rids all;
        err = rids_init(x, &all, x->top);
        err = err == ANS_OK ? all_of_type(x, ti, &all) : err;
        if (err == ANS_OK) {
            rids_minus(&all, out);
            *out = all;
        }
    }
    return err;
}

static ans_err list_set(exec *x, const type_info *ti, ans_str id, rids *out)
{
    ans_ref list = {ans_search_type_number(x->s, ans_fhir_type_named(ANS_STR("List"))), id};
    ans_version v;
    ans_json doc;
    ans_err err = ans_store_read(x->cx, x->rd, list, &v);
    if (err == ANS_OK && !exec_sees(x, ans_fhir_type_named(ANS_STR("List")), v.rid)) {
        return ANS_OK;
    }
    if (err != ANS_OK) {
        return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
    }
    err = ans_json_parse(x->cx, v.body, NULL, &doc);
    ans_jnode entries = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("entry")) : ANS_JNONE;
    if (entries == ANS_JNONE) {
        return err;
    }
    ANS_JSON_EACH(&doc, entries, e) {
        ans_reference r;
        ans_jnode item = ans_json_get(&doc, e, ANS_STR("item"));
        ans_reference_parse(ans_json_get_string(x->cx, &doc, item, ANS_STR("reference")), &r);
        if (err == ANS_OK && r.kind == ANS_REF_LOCAL) {
            err = add_ref(x, ti, r.type, r.id, out);
        }
    }
    return err;
}

/* _lastUpdated needs no rows: the log is ordered by time. What counts is the time a client was shown, which has milliseconds: it finds
 * what it has seen. */
void exec_updated_span(const pvalue *v, ans_history_query *out)
{
    bool open_end = v->prefix == P_GT || v->prefix == P_GE || v->prefix == P_SA || v->prefix == P_NE;
    bool open_start = v->prefix == P_LT || v->prefix == P_LE || v->prefix == P_EB || v->prefix == P_NE;
    *out = (ans_history_query){.since_us = open_start ? 0 : v->low / 10 - 1, .until_us = open_end ? 0 : v->high / 10 + 1000};
}

static bool updated_fits(const pvalue *v, const ans_version *version)
{
    ans_tick at = version->when_us / 1000 * 10000;
    return date_fits(v->prefix, v, at, at + 1);
}

static ans_err judge_version(exec *x, const pred *p, ans_rid rid, bool *out)
{
    ans_cx cx = {.arena = x->scratch, .deadline_us = x->cx->deadline_us};
    ans_version now;
    *out = false;
    ans_err err = ans_store_read_rid(&cx, x->rd, rid, false, &now);
    for (uint32_t i = 0; err == ANS_OK && !*out && i < p->value_count; i++) {
        *out = updated_fits(&p->values[i], &now);
    }
    ans_arena_reset(x->scratch);
    return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
}

/* Walk the versions of the span, keep those still current. */
static ans_err updated_walk(exec *x, const type_info *ti, const pvalue *v, rids *out)
{
    ans_history_query h;
    exec_updated_span(v, &h);
    h.type = ti->number;
    h.forward = true;
    h.limit = 1024;
    ans_cx cx = {.arena = x->scratch, .deadline_us = x->cx->deadline_us};
    for (;;) {
        ans_version *list;
        uint32_t count;
        ans_err err = ans_store_history(&cx, x->rd, &h, &list, &count);
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            ans_version now;
            if (updated_fits(v, &list[i]) &&
                ans_store_read_rid(&cx, x->rd, list[i].rid, false, &now) == ANS_OK && now.pos == list[i].pos) {
                (void)rids_add(out, list[i].rid);
            }
            h.from = list[i].pos + 1;
        }
        ans_arena_reset(x->scratch);
        if (err != ANS_OK || count < h.limit) {
            return err;
        }
        err = exec_late(x, 0);
        if (err != ANS_OK) {
            return err;
        }
    }
}

static ans_err missing_set(exec *x, const type_info *ti, const pred *p, rids *out)
{
    rids present, all;
    ans_err err = rids_init(x, &present, x->top);
    err = err == ANS_OK ? rids_init(x, &all, x->top) : err;
    err = err == ANS_OK ? all_of_type(x, ti, &all) : err;
    if (err == ANS_OK && p->param->alias) { /* the rows of `subject` do not say which target is a Patient: ask the bodies */
        for (ans_rid rid = 0; err == ANS_OK && (rid = rids_after(&all, rid)) != 0;) {
            bool found;
            err = judge_body(x, p, rid, &found);
            if (err == ANS_OK && found) {
                (void)rids_add(&present, rid);
            }
            err = err == ANS_OK ? exec_late(x, rid) : err;
        }
    } else if (err == ANS_OK && p->param->member_count == 0) {
        err = add_prefix(x, slot_key(x->cx, p->param->slot, ANS_STR_NONE), &present);
    }
    for (uint8_t i = 0; err == ANS_OK && i < p->param->member_count; i++) {
        err = add_prefix(x, slot_key(x->cx, p->param->members[i]->slot, ANS_STR_NONE), &present);
    }
    if (err == ANS_OK && p->flag) {
        rids_minus(&all, &present);
        *out = all;
    } else {
        *out = present;
    }
    return err;
}

ans_err exec_pred_set(exec *x, const type_info *ti, pred *p)
{
    rids *out = &p->set;
    if (out->blocks) {
        return ANS_OK;
    }
    ans_err err = rids_init(x, out, x->top);
    if (err != ANS_OK) {
        return err;
    }
    switch ((pred_kind)p->kind) {
    case PRED_VALUES:
    case PRED_BEDSIDE:
        return values_set(x, ti, p, out);
    case PRED_MISSING:
        return missing_set(x, ti, p, out);
    case PRED_CHAIN:
        return chain_set(x, p, out);
    case PRED_HAS:
        return has_set(x, ti, p, out);
    case PRED_ID:
        return id_set(x, ti, p, out);
    case PRED_ANY:
        for (uint32_t i = 0; err == ANS_OK && i < p->inner->count; i++) {
            err = values_set(x, ti, &p->inner->preds[i], out);
        }
        return err;
    case PRED_LIST:
        for (uint32_t i = 0; err == ANS_OK && i < p->value_count; i++) {
            err = list_set(x, ti, p->values[i].code, out);
        }
        return err;
    case PRED_UPDATED:
        for (uint32_t i = 0; err == ANS_OK && i < p->value_count; i++) {
            err = updated_walk(x, ti, &p->values[i], out);
        }
        return err;
    case PRED_CONSUMED:
        break;
    }
    return ANS_OK;
}

/* ---- asking about one rid ---- */

bool exec_is_seekable(const pred *p)
{
    if (p->kind != PRED_VALUES || p->modifier == M_TEXT || p->ranges.count > MOST_SEEKABLE) {
        return false;
    }
    for (uint32_t i = 0; i < p->ranges.count; i++) {
        if (!p->ranges.at[i].exact) {
            return false;
        }
    }
    return true;
}

static ans_err seek_fits(exec *x, pred *p, ans_rid rid, bool *out)
{
    bool found = false;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && !found && i < p->ranges.count; i++) {
        const range *r = &p->ranges.at[i];
        char key[300];
        ans_str row;
        size_t n = r->low.n;
        if (!p->cursors[i]) {
            err = ans_cursor_open(x->cx, x->rd, r->low, r->high, &p->cursors[i]);
        }
        if (err != ANS_OK || n + 4 > sizeof key) {
            return err == ANS_OK ? ANS_E_BUG : err;
        }
        memcpy(key, r->low.p, n);
        key[n] = (char)(rid >> 24), key[n + 1] = (char)(rid >> 16), key[n + 2] = (char)(rid >> 8), key[n + 3] = (char)rid;
        err = ans_cursor_seek(x->cx, p->cursors[i], (ans_str){key, n + 4}, &row);
        found = err == ANS_OK && row.p && row.n == n + 4 && ans_row_rid(row) == rid;
    }
    *out = found != (p->modifier == M_NOT);
    return err;
}

void exec_close_cursors(query *q)
{
    for (uint32_t i = 0; i < q->count; i++) {
        pred *p = &q->preds[i];
        for (uint32_t k = 0; p->cursors && k < p->ranges.count; k++) {
            if (p->cursors[k]) {
                ans_cursor_close(p->cursors[k]);
                p->cursors[k] = NULL;
            }
        }
    }
}

/* Decide how each predicate but the exec_leading one will be asked, for about `candidates` candidates. */
ans_err exec_prepare(exec *x, query *q, const pred *lead, uint64_t candidates)
{
    ans_err err = ANS_OK;
    uint32_t cursors = 0;
    for (uint32_t i = 0; err == ANS_OK && i < q->count; i++) {
        pred *p = &q->preds[i];
        if (p == lead || p->kind == PRED_CONSUMED) {
            continue;
        }
        bool seekable = exec_is_seekable(p) && cursors + p->ranges.count <= MOST_CURSORS;
        uint64_t each = seekable ? COST_OF_A_SEEK * (p->ranges.count + 1) : p->kind == PRED_UPDATED ? COST_OF_A_VERSION : COST_OF_A_BODY;
        bool one_by_one = p->kind == PRED_VALUES || p->kind == PRED_MISSING || p->kind == PRED_UPDATED;
        if ((!one_by_one && !seekable) || p->estimate < candidates * each) {
            err = exec_pred_set(x, q->type, p);
        } else if (seekable && !p->cursors) {
            cursors += p->ranges.count;
            p->cursors = ANS_NEW_N(x->cx->arena, ans_cursor *, p->ranges.count + 1);
            err = p->cursors ? ANS_OK : ans_cx_nomem(x->cx);
        }
    }
    return err;
}

static ans_err pred_fits(exec *x, pred *p, ans_rid rid, bool *out)
{
    if (p->set.blocks) {
        *out = rids_has(&p->set, rid);
        return ANS_OK;
    }
    if (p->cursors) {
        return seek_fits(x, p, rid, out);
    }
    if (p->kind == PRED_UPDATED) {
        return judge_version(x, p, rid, out);
    }
    bool found;
    ans_err err = judge_body(x, p, rid, &found);
    *out = p->kind == PRED_MISSING ? found != p->flag : found != (p->modifier == M_NOT);
    return err;
}

/* Every match of every query, inner ones too, is asked about here: so here it is judged whether it is there at all. */
ans_err exec_others_fit(exec *x, query *q, const pred *lead, ans_rid rid, bool *out)
{
    *out = exec_sees(x, q->type->type, rid);
    for (uint32_t i = 0; *out && i < q->count; i++) {
        pred *p = &q->preds[i];
        if (p == lead || p->kind == PRED_CONSUMED) {
            continue;
        }
        ans_err err = pred_fits(x, p, rid, out);
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

pred *exec_leading(query *q)
{
    pred *best = NULL;
    for (uint32_t i = 0; i < q->count; i++) {
        pred *p = &q->preds[i];
        if (p->kind != PRED_CONSUMED && (!best || p->estimate < best->estimate)) {
            best = p;
        }
    }
    return best;
}

/* ---- whole queries ---- */

/* Walk an exact range, each row of which is another resource: those that are seen, into a set or counted (out NULL). */
static ans_err walk_seen(exec *x, ans_type type, const range *r, rids *out, uint64_t *out_count)
{
    ans_cursor *cur;
    ans_str row;
    uint64_t step = 0;
    ans_err err = ans_cursor_open(x->cx, x->rd, r->low, r->high, &cur);
    if (err != ANS_OK) {
        return err;
    }
    for (err = ans_cursor_seek(x->cx, cur, r->low, &row); err == ANS_OK && row.p;) {
        ans_rid rid = ans_row_rid(row);
        bool seen = exec_sees(x, type, rid);
        *out_count += seen;
        if (seen && out) {
            (void)rids_add(out, rid);
        }
        err = exec_late(x, ++step);
        err = err == ANS_OK ? ans_cursor_next(x->cx, cur, &row) : err;
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err seen_of_type(exec *x, const type_info *ti, rids *out)
{
    ranges all = {0};
    uint64_t count = 0;
    if (!x->filter) {
        return all_of_type(x, ti, out);
    }
    ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, ti->all_slot, ANS_STR_NONE), true);
    return err == ANS_OK ? walk_seen(x, ti->type, &all.at[0], out, &count) : err;
}

static ans_err count_range(exec *x, ans_type type, const range *r, bool only_whether, uint64_t *out)
{
    *out = 0;
    return x->filter && !only_whether ? walk_seen(x, type, r, NULL, out)
                                      : ans_store_count_rows(x->cx, x->rd, r->low, r->high, only_whether ? 1 : 0, out);
}

ans_err exec_set(exec *x, query *q, rids *out)
{
    pred *lead = exec_leading(q);
    if (!lead) {
        return seen_of_type(x, q->type, out);
    }
    ans_err err = exec_pred_set(x, q->type, lead);
    err = err == ANS_OK ? exec_prepare(x, q, lead, lead->set.count) : err;
    uint64_t step = 0;
    for (ans_rid rid = 0; err == ANS_OK && (rid = rids_after(&lead->set, rid)) != 0;) {
        bool fits;
        err = exec_others_fit(x, q, lead, rid, &fits);
        if (err == ANS_OK && fits) {
            (void)rids_add(out, rid);
        }
        err = err == ANS_OK ? exec_late(x, ++step) : err;
    }
    exec_close_cursors(q);
    return err;
}

/* The rows of the one range that has any, when the query is a single exact predicate: then counting rows is counting. */
static ans_err count_exact(exec *x, const query *q, bool *out_done, uint64_t *out)
{
    const pred *p = q->count == 1 ? &q->preds[0] : NULL;
    const range *only = NULL;
    uint32_t filled = 0;
    *out_done = false;
    if (q->count == 0) {
        ranges all = {0};
        ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, q->type->all_slot, ANS_STR_NONE), true);
        *out_done = true;
        return err == ANS_OK ? count_range(x, q->type->type, &all.at[0], false, out) : err;
    }
    if (!p || !exec_is_seekable(p) || p->modifier == M_NOT) {
        return ANS_OK;
    }
    for (uint32_t i = 0; i < p->ranges.count; i++) {
        uint64_t n = 0;
        ans_err err = count_range(x, q->type->type, &p->ranges.at[i], true, &n);
        if (err != ANS_OK) {
            return err;
        }
        only = n ? &p->ranges.at[i] : only;
        filled += n > 0;
    }
    *out_done = filled <= 1;
    *out = 0;
    return filled == 1 ? count_range(x, q->type->type, only, false, out) : ANS_OK;
}

ans_err exec_count(exec *x, query *q, uint64_t *out)
{
    bool done;
    rids set;
    ans_err err = count_exact(x, q, &done, out);
    if (err != ANS_OK || done) {
        return err;
    }
    err = rids_init(x, &set, x->top);
    err = err == ANS_OK ? exec_set(x, q, &set) : err;
    *out = set.count;
    return err;
}
