/* Where the follower of the rules meets the rest: an alert is written like any Task, with the gate's labels and the audit's entry, and
 * the shift boards are asked as the program itself, one facility after the other. */
#include "app/alerts.h"

#include "paper/paper.h"
#include "rest/notice.h"

enum { MOST_FACILITIES = 2000 };

struct alert_door {
    ans_alerts *alerts;
    ans_rest *rest;
    const folder *folder;
    ans_stock_watch *stock;
};

static const ans_who program = {.kind = ANS_WHO_OPEN};

/* ---- writing ---- */

static ans_err refused(ans_cx *cx, const ans_rest_answer *answer)
{
    ans_err err = answer->status == 412 || answer->status == 409 ? ANS_E_PRECOND
                  : answer->status == 507                        ? ANS_E_NOSPACE
                  : answer->status >= 500                        ? ANS_E_BUSY
                                                                 : ANS_E_RULE;
    ans_json doc;
    ans_jnode list = ans_json_parse(cx, answer->body, NULL, &doc) == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("issue")) : ANS_JNONE;
    ans_jnode first = list == ANS_JNONE ? ANS_JNONE : ans_json_first(&doc, list);
    ans_str why = first == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(cx, &doc, first, ANS_STR("diagnostics")); /* types and places, no values */
    return ans_issue_add(cx, err, ANS_STR("Task"), "the record does not take the alert (%d): %.*s", answer->status, ANS_FMT(why));
}

static ans_err write_task(void *arg, ans_cx *cx, const ans_alert_write *w)
{
    alert_door *d = arg;
    ans_rest_answer answer;
    ans_rest_question q = {.method = w->id.n ? ANS_STR("PUT") : ANS_STR("POST"), .path = ANS_STR("Task"), .body = w->body, .prefer = ANS_STR("return=minimal")};
    if (w->id.n) {
        q.path = ans_arena_fmt(cx->arena, "Task/%.*s", ANS_FMT(w->id));
        q.if_match = ans_arena_fmt(cx->arena, "W/\"%u\"", w->if_vid);
    }
    ans_err err = q.path.p ? ans_rest_ask(d->rest, cx, &program, &q, &answer) : ans_cx_nomem(cx);
    return err != ANS_OK ? err : answer.status < 300 ? ANS_OK : refused(cx, &answer);
}

/* ---- boards ---- */

typedef struct facilities {
    ans_str *at;
    uint32_t count;
} facilities;

/* Those with somebody living there. */
static ans_err find_facilities(ans_cx *cx, const alert_door *d, facilities *out)
{
    ans_reader *rd;
    *out = (facilities){.at = ANS_NEW_N(cx->arena, ans_str, MOST_FACILITIES)};
    ans_err err = out->at ? ans_reader_open(cx, d->folder->store, &rd) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    const ans_paper_view view = {.rd = rd, .search = d->folder->search};
    err = ans_reader_begin(cx, rd);
    if (err == ANS_OK) {
        err = ans_paper_facilities(cx, &view, out->at, MOST_FACILITIES, &out->count);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err;
}

/* As the element of a typed document, so that value finds valueCode. */
static ans_err each_resident(ans_cx *cx, ans_str board, ans_rule_visit *visit, void *visit_arg)
{
    ans_json doc;
    ans_items all = {0};
    ans_err err = ans_json_parse(cx, board, NULL, &doc);
    ans_item root = err == ANS_OK ? ans_item_of_resource(&doc, 0) : (ans_item){0};
    err = err == ANS_OK ? ans_item_children(cx, &root, ANS_STR("parameter"), &all) : err;
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        if (!ans_str_is(ans_json_get_string(cx, &doc, all.at[i].node, ANS_STR("name")), "resident")) {
            continue;
        }
        ans_cx one = {.arena = ans_arena_new((size_t)64 << 20), .deadline_us = cx->deadline_us};
        err = one.arena ? visit(visit_arg, &one, &all.at[i]) : ans_cx_nomem(cx);
        err = ans_issue_pass(cx, &one, err);
        ans_arena_free(one.arena);
    }
    return err;
}

static ans_err boards(void *arg, ans_cx *cx, ans_rule_visit *visit, void *visit_arg)
{
    alert_door *d = arg;
    facilities f;
    ans_err err = find_facilities(cx, d, &f);
    for (uint32_t i = 0; err == ANS_OK && i < f.count; i++) {
        ans_cx one = {.arena = ans_arena_new((size_t)512 << 20)};
        ans_rest_answer answer = {0};
        ans_rest_question q = {.method = ANS_STR("GET"), .is_inner = true,
                               .path = ans_arena_fmt(cx->arena, "Organization/%.*s/$board", ANS_FMT(f.at[i]))};
        err = one.arena && q.path.p ? ans_rest_ask(d->rest, &one, &program, &q, &answer) : ans_cx_nomem(cx);
        if (err == ANS_OK && answer.status == 200) {
            err = each_resident(&one, answer.body, visit, visit_arg);
        } else if (err == ANS_OK && answer.status >= 500) {
            err = ans_issue_add(&one, ANS_E_BUSY, ANS_STR_NONE, "a shift board cannot be asked now");
        }
        err = ans_issue_pass(cx, &one, err);
        ans_arena_free(one.arena);
    }
    return err;
}

/* ---- ward stock ---- */

static const ans_stock_patience patience = {.first_ms = 5000, .longest_ms = 20000, .wait_ms = 1000, .whole_ms = 5000};

static ans_err seen(void *arg, ans_cx *cx, const ans_version *at, uint32_t count)
{
    alert_door *d = arg;
    return ans_stock_watch_see(d->stock, d->rest, cx, at, count);
}

static ans_err caught_up(void *arg, ans_cx *cx)
{
    alert_door *d = arg;
    return ans_stock_watch_tell(d->stock, d->rest, cx);
}

/* ---- the whole ---- */

ans_err alerts_open(ans_cx *cx, const options *o, const folder *f, alert_door **out)
{
    ans_str path = o->memory ? ANS_STR_NONE : ans_arena_fmt(cx->arena, "%s/alerts.pos", o->data);
    alert_door *d = ANS_NEW(cx->arena, alert_door);
    if (!d || (!o->memory && !path.p)) {
        return ans_cx_nomem(cx);
    }
    *d = (alert_door){.folder = f};
    ans_alerts_options a = {.store = f->store, .search = f->search, .defs = f->defs, .path = path.p, .follow = true,
                            .write = write_task, .boards = boards, .seen = seen, .caught_up = caught_up, .arg = d};
    ans_err err = ans_stock_watch_new(cx, &patience, &d->stock);
    err = err == ANS_OK ? ans_alerts_open(cx, &a, &d->alerts) : err;
    *out = err == ANS_OK ? d : NULL;
    return err;
}

ans_err alerts_start(ans_cx *cx, alert_door *d, ans_rest *rest)
{
    d->rest = rest;
    return ans_alerts_start(cx, d->alerts);
}

ans_alerts *alerts_of(alert_door *d)
{
    return d->alerts;
}

void alerts_stop(alert_door *d)
{
    if (d) {
        ans_alerts_stop(d->alerts);
    }
}

void alerts_free(alert_door *d)
{
    if (d) {
        ans_alerts_free(d->alerts);
    }
}
