/* The Task that an alert is: written new, and written again with what changed. Everything else in it stays as it is. */
#include "rule/alert_int.h"

#include "base/hash.h"
#include "rule/put.h"

enum { MOST_CAUSES = 40 };
#define TASK_BYTES ((size_t)1 << 20)

void alert_name(ans_str rule_url, ans_str what, char out[NAME_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    ans_hasher h;
    ans_hasher_start(&h);
    ans_hasher_add(&h, rule_url);
    ans_hasher_add(&h, ANS_STR("\n"));
    ans_hasher_add(&h, what);
    ans_hash hash = ans_hasher_finish(&h);
    for (int i = 0; i < ANS_HASH_BYTES; i++) {
        out[2 * i] = digits[hash.b[i] >> 4];
        out[2 * i + 1] = digits[hash.b[i] & 15];
    }
}

int alert_rank(ans_str priority)
{
    return ans_str_is(priority, "stat") ? 3 : ans_str_is(priority, "asap") ? 2 : ans_str_is(priority, "urgent") ? 1 : 0;
}

/* ---- writing parts ---- */

/* "key": {"reference": "Type/id"}; nothing without id */
static void put_id(ans_cx *cx, ans_jw *w, const char *key, const char *type, ans_str id, ans_str display)
{
    ans_str reference = id.n ? ans_arena_fmt(cx->arena, "%s/%.*s", type, ANS_FMT(id)) : ANS_STR_NONE;
    if (reference.n) {
        ans_put_reference(w, key, reference, display);
    }
}

static void put_when(ans_jw *w, const char *key, int64_t us)
{
    char text[ANS_INSTANT_BYTES];
    ans_instant_print(us, text);
    ans_jw_kv(w, ans_str_of(key), (ans_str){text, sizeof text});
}

static void put_identifier(ans_jw *w, const char *system, ans_str rule_url, ans_str what)
{
    char name[NAME_BYTES];
    alert_name(rule_url, what, name);
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("system"), ans_str_of(system));
    ans_jw_kv(w, ANS_STR("value"), (ans_str){name, sizeof name});
    ans_jw_end(w, '}');
}

/* ---- members that a rule says ---- */

static const rule_action *action_of(const ans_alert *a)
{
    return &a->rule->actions[a->action];
}

static void put_code(ans_jw *w, const rule_action *action)
{
    ans_jw_key(w, ANS_STR("code"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("coding"));
    ans_jw_begin(w, '[');
    ans_put_coding(w, "urn:ansinh:task", ANS_STR("alert"));
    ans_put_coding(w, "urn:ansinh:alert-kind", action->kind);
    ans_jw_end(w, ']');
    ans_jw_kv(w, ANS_STR("text"), action->title);
    ans_put_english(w, "_text", action->title_en);
    ans_jw_end(w, '}');
}

static void put_description(ans_jw *w, const rule_action *action)
{
    ans_jw_kv(w, ANS_STR("description"), action->text);
    ans_put_english(w, "_description", action->text_en);
}

static void put_roles(ans_jw *w, const rule_action *action)
{
    ans_jw_key(w, ANS_STR("performerType"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < action->role_count; i++) {
        ans_put_concept(w, NULL, "urn:ansinh:role", action->roles[i]);
    }
    ans_jw_end(w, ']');
}

static void put_due(ans_jw *w, int64_t due_us)
{
    ans_jw_key(w, ANS_STR("restriction"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("period"));
    ans_jw_begin(w, '{');
    put_when(w, "end", due_us);
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

/* How it interrupts, and which step of its escalation comes next. */
static void put_extensions(ans_jw *w, ans_str interrupt, uint32_t step)
{
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("urn:ansinh:alert-interrupt"));
    ans_jw_kv(w, ANS_STR("valueCode"), interrupt);
    ans_jw_end(w, '}');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("urn:ansinh:alert-step"));
    ans_jw_key(w, ANS_STR("valueUnsignedInt"));
    ans_jw_int(w, step);
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
}

static ans_str interrupt_of(const rule_action *action)
{
    return action->interrupt == ANS_ALERT_ALWAYS ? ANS_STR("always") : action->interrupt == ANS_ALERT_BUDGET ? ANS_STR("budget") : ANS_STR("never");
}

/* Evidence beside the first, the word about it, and when the fact was that the title speaks of: a tablet may bring it hours later. */
static void put_inputs(ans_jw *w, const ans_alert *a, uint32_t from, bool is_first)
{
    for (uint32_t i = from; i < a->evidence_count; i++) {
        ans_jw_begin(w, '{');
        ans_put_concept(w, "type", "urn:ansinh:alert-input", ANS_STR("evidence"));
        ans_put_reference(w, "valueReference", a->evidence[i], ANS_STR_NONE);
        ans_jw_end(w, '}');
    }
    if (a->detail.n) {
        ans_jw_begin(w, '{');
        ans_put_concept(w, "type", "urn:ansinh:alert-input", ANS_STR("detail"));
        ans_jw_kv(w, ANS_STR("valueString"), a->detail);
        ans_jw_end(w, '}');
    }
    if (is_first && a->fact_us) {
        ans_jw_begin(w, '{');
        ans_put_concept(w, "type", "urn:ansinh:alert-input", ANS_STR("fact-time"));
        put_when(w, "valueDateTime", a->fact_us);
        ans_jw_end(w, '}');
    }
}

/* ---- new ---- */

static void put_head(ans_cx *cx, ans_jw *w, const ans_alert *a)
{
    const ans_rule_head *h = &a->rule->head;
    ans_str canonical = h->version.n ? ans_arena_fmt(cx->arena, "%.*s|%.*s", ANS_FMT(h->url), ANS_FMT(h->version)) : h->url;
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("Task"));
    put_extensions(w, interrupt_of(action_of(a)), 0);
    ans_jw_key(w, ANS_STR("identifier"));
    ans_jw_begin(w, '[');
    put_identifier(w, ALERT_KEY, h->url, a->key);
    if (a->cause.n) {
        put_identifier(w, ALERT_CAUSE, h->url, a->cause);
    }
    ans_jw_end(w, ']');
    ans_jw_kv(w, ANS_STR("instantiatesCanonical"), canonical);
    ans_jw_kv(w, ANS_STR("status"), ANS_STR("requested"));
    ans_jw_kv(w, ANS_STR("intent"), ANS_STR("order"));
    ans_jw_kv(w, ANS_STR("priority"), action_of(a)->priority);
}

ans_err alert_task_new(ans_cx *cx, const ans_alert *a, int64_t now_us, ans_str *out)
{
    const rule_action *action = action_of(a);
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, cx->arena, TASK_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put_head(cx, &w, a);
    put_code(&w, action);
    put_description(&w, action);
    put_id(cx, &w, "for", "Patient", a->patient, ANS_STR_NONE);
    put_id(cx, &w, "encounter", "Encounter", a->encounter, ANS_STR_NONE);
    put_when(&w, "authoredOn", now_us);
    put_when(&w, "lastModified", now_us);
    put_roles(&w, action);
    put_id(cx, &w, "location", "Location", a->ward, a->ward_name);
    if (a->evidence_count) {
        ans_put_reference(&w, "reasonReference", a->evidence[0], ANS_STR_NONE);
    }
    if (action->step_count) {
        put_due(&w, now_us + action->steps[0].after_us);
    }
    if (a->evidence_count > 1 || a->detail.n || a->fact_us) {
        ans_jw_key(&w, ANS_STR("input"));
        ans_jw_begin(&w, '[');
        put_inputs(&w, a, 1, true);
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out) == ANS_OK ? ANS_OK : ans_cx_nomem(cx);
}

/* ---- reading ---- */

ans_err alert_task_read(ans_cx *cx, const ans_version *v, alert_task *out)
{
    out->version = *v;
    ans_err err = ans_json_parse(cx, v->body, NULL, &out->doc);
    if (err == ANS_OK) {
        out->status = ans_json_get_string(cx, &out->doc, 0, ANS_STR("status"));
        out->priority = ans_json_get_string(cx, &out->doc, 0, ANS_STR("priority"));
        out->is_open = ans_str_is(out->status, "requested") || ans_str_is(out->status, "received") || ans_str_is(out->status, "accepted") ||
                       ans_str_is(out->status, "in-progress") || ans_str_is(out->status, "on-hold");
    }
    return err;
}

static ans_jnode list_of(const ans_json *doc, const char *key)
{
    ans_jnode n = ans_json_get(doc, 0, ans_str_of(key));
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_ARRAY ? n : ANS_JNONE;
}

bool alert_has_identifier(ans_cx *cx, const alert_task *t, const char *system, ans_str value)
{
    ans_jnode list = list_of(&t->doc, "identifier");
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(&t->doc, list); n != ANS_JNONE; n = ans_json_next(&t->doc, list, n)) {
        if (ans_str_is(ans_json_get_string(cx, &t->doc, n, ANS_STR("system")), system) &&
            ans_str_eq(ans_json_get_string(cx, &t->doc, n, ANS_STR("value")), value)) {
            return true;
        }
    }
    return false;
}

uint32_t alert_causes(ans_cx *cx, const alert_task *t)
{
    uint32_t count = 0;
    ans_jnode list = list_of(&t->doc, "identifier");
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(&t->doc, list); n != ANS_JNONE; n = ans_json_next(&t->doc, list, n)) {
        count += ans_str_is(ans_json_get_string(cx, &t->doc, n, ANS_STR("system")), ALERT_CAUSE);
    }
    return count;
}

static ans_jnode extension_of(ans_cx *cx, const alert_task *t, const char *url)
{
    ans_jnode list = list_of(&t->doc, "extension");
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(&t->doc, list); n != ANS_JNONE; n = ans_json_next(&t->doc, list, n)) {
        if (ans_str_is(ans_json_get_string(cx, &t->doc, n, ANS_STR("url")), url)) {
            return n;
        }
    }
    return ANS_JNONE;
}

uint32_t alert_step(ans_cx *cx, const alert_task *t)
{
    uint64_t step = 0;
    ans_jnode n = ans_json_get(&t->doc, extension_of(cx, t, "urn:ansinh:alert-step"), ANS_STR("valueUnsignedInt"));
    return n != ANS_JNONE && ans_str_u64(ans_json_raw(&t->doc, n), &step) && step < ANS_ALERT_MOST_STEPS ? (uint32_t)step : ANS_ALERT_MOST_STEPS;
}

int64_t alert_due(ans_cx *cx, const alert_task *t)
{
    ans_jnode period = ans_json_get(&t->doc, ans_json_get(&t->doc, 0, ANS_STR("restriction")), ANS_STR("period"));
    ans_str end = ans_json_get_string(cx, &t->doc, period, ANS_STR("end"));
    ans_datetime d;
    ans_tick low, high;
    if (!end.n || !ans_datetime_parse(end, true, &d)) {
        return INT64_MAX;
    }
    ans_datetime_range(&d, NULL, &low, &high);
    return low / 10;
}

/* ---- again ---- */

typedef struct rewriting {
    ans_cx *cx;
    const alert_task *task;
    const alert_change *change;
    ans_jw w;
    int64_t now_us;
    bool is_heavier; /* the new words weigh more than those that stand */
} rewriting;

/* The elements of a list that is there, without closing it. */
static void open_list(rewriting *x, const char *key, bool (*stays)(rewriting *x, ans_jnode n))
{
    const ans_json *doc = &x->task->doc;
    ans_jnode list = list_of(doc, key);
    ans_jw_key(&x->w, ans_str_of(key));
    ans_jw_begin(&x->w, '[');
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list); n != ANS_JNONE; n = ans_json_next(doc, list, n)) {
        if (!stays || stays(x, n)) {
            ans_jw_copy(&x->w, doc, n);
        }
    }
}

static bool identifier_stays(rewriting *x, ans_jnode n)
{
    return !x->change->drop.n || !ans_str_eq(ans_json_get_string(x->cx, &x->task->doc, n, ANS_STR("value")), x->change->drop);
}

static void again_identifiers(rewriting *x)
{
    const ans_alert *more = x->change->more;
    open_list(x, "identifier", identifier_stays);
    if (more && more->cause.n && alert_causes(x->cx, x->task) < MOST_CAUSES) {
        put_identifier(&x->w, ALERT_CAUSE, more->rule->head.url, more->cause);
    }
    ans_jw_end(&x->w, ']');
}

/* Evidence that comes again stands once; the word is the newest; the time goes with the title. */
static bool input_stays(rewriting *x, ans_jnode n)
{
    const ans_json *doc = &x->task->doc;
    const ans_alert *more = x->change->more;
    ans_str reference = ans_json_get_string(x->cx, doc, ans_json_get(doc, n, ANS_STR("valueReference")), ANS_STR("reference"));
    if (ans_json_get(doc, n, ANS_STR("valueString")) != ANS_JNONE) {
        return !more->detail.n;
    }
    if (ans_json_get(doc, n, ANS_STR("valueDateTime")) != ANS_JNONE) {
        return !x->is_heavier;
    }
    for (uint32_t i = 0; i < more->evidence_count; i++) {
        if (ans_str_eq(more->evidence[i], reference)) {
            return false;
        }
    }
    return true;
}

static void again_inputs(rewriting *x)
{
    const ans_json *doc = &x->task->doc;
    ans_jnode list = list_of(doc, "input");
    bool is_full = list != ANS_JNONE && ans_json_count(doc, list) > MOST_CAUSES;
    const ans_alert *more = x->change->more;
    if (list == ANS_JNONE && !more->evidence_count && !more->detail.n && !more->fact_us) {
        return;
    }
    open_list(x, "input", input_stays);
    if (!is_full) {
        put_inputs(&x->w, more, 0, x->is_heavier);
    }
    ans_jw_end(&x->w, ']');
}

static void again_roles(rewriting *x)
{
    if (x->is_heavier) {
        put_roles(&x->w, action_of(x->change->more));
        return;
    }
    open_list(x, "performerType", NULL);
    ans_put_concept(&x->w, NULL, "urn:ansinh:role", x->change->role);
    ans_jw_end(&x->w, ']');
}

static void again_notes(rewriting *x)
{
    open_list(x, "note", NULL);
    ans_jw_begin(&x->w, '{');
    put_when(&x->w, "time", x->now_us);
    ans_jw_kv(&x->w, ANS_STR("text"), x->change->note);
    ans_jw_end(&x->w, '}');
    ans_jw_end(&x->w, ']');
}

static void again_due(rewriting *x)
{
    const rule_action *action = x->is_heavier ? action_of(x->change->more) : NULL;
    int64_t due = x->change->due_us ? x->change->due_us : action && action->step_count ? x->now_us + action->steps[0].after_us : 0;
    if (due) {
        put_due(&x->w, due);
    }
}

static void again_extensions(rewriting *x)
{
    ans_str kept = ans_json_get_string(x->cx, &x->task->doc, extension_of(x->cx, x->task, "urn:ansinh:alert-interrupt"), ANS_STR("valueCode"));
    ans_str interrupt = x->is_heavier ? interrupt_of(action_of(x->change->more)) : kept.n ? kept : ANS_STR("never");
    put_extensions(&x->w, interrupt, x->is_heavier ? 0 : x->change->role.n ? x->change->step : alert_step(x->cx, x->task));
}

/* Which members are written anew, and so are not copied. */
static bool is_replaced(const rewriting *x, ans_str key)
{
    static const char *const of_more[] = {"identifier", "input"}, *const of_drop[] = {"identifier"};
    static const char *const of_heavier[] = {"code", "description", "_description", "priority", "status", "performerType", "restriction", "extension"};
    static const char *const of_role[] = {"performerType", "restriction", "extension", "priority", "note"};
    static const char *const of_status[] = {"status", "statusReason"};
    const struct {
        bool is_meant;
        const char *const *names;
        size_t count;
    } groups[] = {{x->change->more != NULL, of_more, 2}, {x->change->drop.n > 0, of_drop, 1}, {x->is_heavier, of_heavier, 8}, {x->change->role.n > 0, of_role, 5}, {x->change->status.n > 0, of_status, 2}};
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (size_t i = 0; groups[g].is_meant && i < groups[g].count; i++) {
            if (ans_str_is(key, groups[g].names[i])) {
                return true;
            }
        }
    }
    return ans_str_is(key, "lastModified");
}

static void again_status(rewriting *x)
{
    ans_str status = x->change->status.n ? x->change->status : x->is_heavier ? ANS_STR("requested") : ANS_STR_NONE;
    if (status.n) {
        ans_jw_kv(&x->w, ANS_STR("status"), status);
    }
    if (x->change->reason.n) {
        ans_put_concept(&x->w, "statusReason", "urn:ansinh:alert-reason", x->change->reason);
    }
}

static void again_priority(rewriting *x)
{
    static const char *const higher[] = {"urgent", "asap", "stat", "stat"};
    if (x->is_heavier) {
        ans_jw_kv(&x->w, ANS_STR("priority"), action_of(x->change->more)->priority);
    } else if (x->change->role.n) {
        ans_jw_kv(&x->w, ANS_STR("priority"), ans_str_of(higher[alert_rank(x->task->priority)]));
    }
}

ans_err alert_task_again(ans_cx *cx, const alert_task *task, const alert_change *change, int64_t now_us, ans_str *out)
{
    rewriting x = {.cx = cx, .task = task, .change = change, .now_us = now_us};
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, TASK_BYTES);
    ans_jw_init(&x.w, &b);
    x.is_heavier = change->more && alert_rank(action_of(change->more)->priority) > alert_rank(task->priority);
    ans_jw_begin(&x.w, '{');
    ANS_JSON_EACH(&task->doc, 0, member)
    {
        ans_str key = ans_json_key(&task->doc, member);
        bool is_blank = ans_json_kind_of(&task->doc, member) == ANS_JSON_OBJECT && !ans_json_count(&task->doc, member); /* a kept body's meta */
        if (!is_blank && !is_replaced(&x, key)) {
            ans_jw_key(&x.w, key);
            ans_jw_copy(&x.w, &task->doc, member);
        }
    }
    again_status(&x);
    again_priority(&x);
    put_when(&x.w, "lastModified", now_us);
    if (change->more || change->drop.n) {
        again_identifiers(&x);
    }
    if (change->more) {
        again_inputs(&x);
    }
    if (x.is_heavier) {
        put_code(&x.w, action_of(change->more));
        put_description(&x.w, action_of(change->more));
    }
    if (x.is_heavier || change->role.n) {
        again_roles(&x);
        again_due(&x);
        again_extensions(&x);
    }
    if (change->role.n) {
        again_notes(&x);
    }
    ans_jw_end(&x.w, '}');
    return ans_buf_finish(&b, out) == ANS_OK ? ANS_OK : ans_cx_nomem(cx);
}
