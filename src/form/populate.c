/* Populate: a new response with what is known beforehand.
 *
 * The form is walked once and the response written on the way; expressions see an empty response with its subject, what the form was
 * launched with, and the answers to its queries. Whose record may be asked, and what of it is seen, is decided by who answers the
 * queries (env->query). Conditions are not asked: an item that turns out not to be enabled keeps what was found for it until the
 * person who fills in the form, or verify, says otherwise.
 * spec: http://hl7.org/fhir/uv/sdc/populate.html */
#include "base/os.h"
#include "form/form_int.h"

enum { MOST_INSTANCES = 500 }; /* of one group */

typedef struct filling_in {
    use u;
    ans_jw w;
} filling_in;

static ans_err write_items(filling_in *x, const scope *s, bool *out_any);

/* ---- what an item begins with ---- */

/* An observation's date goes back at most this long: "2025-11-22T08:00:00Z" of now minus the period. Empty: no such period. */
static ans_str since(filling_in *x, uint32_t item)
{
    const ans_json *doc = x->u.form->doc;
    static const struct {
        const char *code;
        int64_t seconds;
    } units[] = {{"a", 31557600}, {"mo", 2629800}, {"wk", 604800}, {"d", 86400}, {"h", 3600}, {"min", 60}};
    ans_jnode ext = form_extension(doc, x->u.form->items[item].node, SDC_URL "observationLinkPeriod", ANS_JNONE);
    ans_jnode period = ext == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, ext, ANS_STR("valueDuration"));
    ans_jnode value = ans_json_get(doc, period, ANS_STR("value"));
    ans_str code = ans_json_get_string(x->u.cx, doc, period, ANS_STR("code"));
    ans_str text = value == ANS_JNONE ? ANS_STR_NONE : ans_json_kind_of(doc, value) == ANS_JSON_STRING ? ans_json_string(x->u.cx, doc, value) : ans_json_raw(doc, value);
    ans_decimal d;
    char instant[ANS_INSTANT_BYTES];
    for (size_t i = 0; i < sizeof units / sizeof *units && ans_decimal_parse(text, &d); i++) {
        double count = ans_decimal_double(d);
        if (ans_str_is(code, units[i].code) && count > 0 && count < 1e6) {
            ans_instant_print(ans_now_us() - (int64_t)(count * (double)units[i].seconds) * 1000000, instant);
            return ans_arena_dup(x->u.cx->arena, (ans_str){instant, sizeof instant});
        }
    }
    return ANS_STR_NONE;
}

static void add_codes(filling_in *x, uint32_t item, ans_buf *b)
{
    const ans_json *doc = x->u.form->doc;
    ans_jnode codes = form_list(doc, x->u.form->items[item].node, "code");
    bool follows = false;
    for (ans_jnode n = codes == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, codes); n != ANS_JNONE; n = ans_json_next(doc, codes, n)) {
        coding c = form_coding(x->u.cx, doc, n);
        ans_item text = {.kind = ANS_ITEM_STRING, .text = ans_arena_fmt(x->u.cx->arena, "%.*s|%.*s", ANS_FMT(c.system), ANS_FMT(c.code))};
        if (c.code.n && text.text.p) {
            ans_item_add_to_query(x->u.cx, &text, follows, b);
            follows = true;
        }
    }
}

/* The newest observation of the item's code: its value. */
static ans_err observed(filling_in *x, const scope *s, ans_items *out)
{
    static const char newest[] = "entry.resource.ofType(Observation).first().value";
    ans_str from = since(x, s->item), query;
    ans_item patient = {.kind = ANS_ITEM_STRING}, bundle;
    const ans_path *path;
    ans_path_env env = {.allowance = &x->u.steps, .max_steps = MOST_STEPS_EACH};
    ans_buf b;
    for (uint32_t i = 0; i < x->u.env->var_count; i++) {
        const ans_path_var *v = &x->u.env->vars[i];
        if (ans_str_is(v->name, "patient") && v->value.count == 1) {
            patient.text = ans_item_text(x->u.cx, &v->value.at[0]);
        }
    }
    if (!from.n || !patient.text.n || !x->u.env->query) {
        return ANS_OK;
    }
    ans_buf_init_arena(&b, x->u.cx->arena, 1 << 16);
    ANS_BUF_LIT(&b, "Observation?patient=");
    ans_item_add_to_query(x->u.cx, &patient, false, &b);
    ans_buf_fmt(&b, "&date=ge%.*s&status=final,amended,corrected&_sort=-date&_count=1&code=", ANS_FMT(from));
    size_t before = b.n;
    add_codes(x, s->item, &b);
    if (b.n == before) {
        return ANS_OK;
    }
    ans_err err = ans_buf_finish(&b, &query) == ANS_OK ? x->u.env->query(x->u.env->query_arg, x->u.cx, query, &bundle) : ans_cx_nomem(x->u.cx);
    err = err == ANS_OK ? ans_path_compile(x->u.cx, x->u.cx->arena, ANS_STR(newest), 0, &path) : err;
    return err == ANS_OK ? ans_path_eval(x->u.cx, path, &env, &bundle, out) : err;
}

/* initial[x] of the form, and options that are selected from the start. */
static void write_fixed(filling_in *x, uint32_t item, bool *out_any)
{
    const ans_form *f = x->u.form;
    const struct {
        ans_jnode list;
        bool only_selected;
    } lists[] = {{form_list(f->doc, f->items[item].node, "initial"), false}, {f->items[item].options, true}};
    for (size_t i = 0; i < 2; i++) {
        for (ans_jnode n = lists[i].list == ANS_JNONE ? ANS_JNONE : ans_json_first(f->doc, lists[i].list); n != ANS_JNONE;
             n = ans_json_next(f->doc, lists[i].list, n)) {
            ans_str key;
            ans_jnode value = form_value_of(f->doc, n, &key);
            if (value == ANS_JNONE || (lists[i].only_selected && !form_is_true(f->doc, n, "initialSelected"))) {
                continue;
            }
            ans_jw_begin(&x->w, '{');
            ans_jw_key(&x->w, key);
            form_put(&x->w, f->doc, value);
            ans_jw_end(&x->w, '}');
            *out_any = true;
        }
    }
}

/* One answer, with what is below it. */
static ans_err write_answer(filling_in *x, const scope *s, const ans_item *value, bool *out_any)
{
    form_mark m = form_mark_here(&x->w), list;
    bool done = false, below = false;
    ans_jw_begin(&x->w, '{');
    ans_err err = form_write_value(&x->u, s->item, value, &x->w, &done);
    if (err != ANS_OK || !done) {
        form_take_back(&x->w, m);
        return err;
    }
    list = form_mark_here(&x->w);
    ans_jw_key(&x->w, ANS_STR("item"));
    ans_jw_begin(&x->w, '[');
    err = write_items(x, s, &below);
    ans_jw_end(&x->w, ']');
    if (!below) {
        form_take_back(&x->w, list);
    }
    ans_jw_end(&x->w, '}');
    *out_any = true;
    return err;
}

/* An expression before an observation before what the form itself says. */
static ans_err write_answers(filling_in *x, const scope *s, bool *out_any)
{
    const form_item *it = &x->u.form->items[s->item];
    form_mark m = form_mark_here(&x->w);
    ans_items values = {0};
    ans_err err = it->initial ? form_evaluate(&x->u, s, it->initial, &values) : observed(x, s, &values);
    uint32_t most = it->repeats ? values.count : values.count > 0;
    ans_jw_key(&x->w, ANS_STR("answer"));
    ans_jw_begin(&x->w, '[');
    for (uint32_t i = 0; err == ANS_OK && i < most; i++) {
        err = write_answer(x, s, &values.at[i], out_any);
    }
    if (err == ANS_OK && !*out_any) {
        write_fixed(x, s->item, out_any);
    }
    ans_jw_end(&x->w, ']');
    if (!*out_any) {
        form_take_back(&x->w, m);
    }
    return err;
}

/* ---- items ---- */

static ans_err write_one(filling_in *x, const scope *s, bool *out_any)
{
    const form_item *it = &x->u.form->items[s->item];
    form_mark m = form_mark_here(&x->w), list;
    bool any = false;
    ans_err err;
    ans_jw_begin(&x->w, '{');
    form_put_head(&x->w, x->u.form, s->item);
    if (it->type != ITEM_GROUP) {
        err = write_answers(x, s, &any);
    } else {
        list = form_mark_here(&x->w);
        ans_jw_key(&x->w, ANS_STR("item"));
        ans_jw_begin(&x->w, '[');
        err = write_items(x, s, &any);
        ans_jw_end(&x->w, ']');
        if (!any) {
            form_take_back(&x->w, list);
        }
    }
    ans_jw_end(&x->w, '}');
    if (!any) {
        form_take_back(&x->w, m);
    }
    *out_any = *out_any || any;
    return err;
}

/* The items a group is made for: of a Bundle, its resources. */
static ans_err contexts_of(filling_in *x, const scope *s, ans_items *out)
{
    static const char resources[] = "iif($this is Bundle, entry.resource, $this)";
    const form_expr *e = x->u.form->items[s->item].population;
    const ans_path *path;
    ans_items found = {0};
    ans_path_env env = {.allowance = &x->u.steps, .max_steps = MOST_STEPS_EACH};
    ans_err err = form_evaluate(&x->u, s, e, &found);
    if (err == ANS_OK && found.count == 1) {
        err = ans_path_compile(x->u.cx, x->u.cx->arena, ANS_STR(resources), 0, &path);
        return err == ANS_OK ? ans_path_eval(x->u.cx, path, &env, &found.at[0], out) : err;
    }
    *out = found;
    return err;
}

static ans_err write_group(filling_in *x, const scope *up, uint32_t item, bool *out_any)
{
    const form_item *it = &x->u.form->items[item];
    scope s;
    ans_items contexts = {0};
    ans_err err = form_enter(&x->u, up, item, NO_ITEM, ANS_JNONE, &s);
    err = err == ANS_OK ? contexts_of(x, &s, &contexts) : err;
    uint32_t most = it->repeats ? (contexts.count < MOST_INSTANCES ? contexts.count : MOST_INSTANCES) : 1;
    for (uint32_t i = 0; err == ANS_OK && i < most; i++) {
        err = form_enter(&x->u, up, item, NO_ITEM, ANS_JNONE, &s);
        if (err == ANS_OK && it->population->slot != NO_ITEM) {
            s.slots[it->population->slot] = (value_slot){.is_known = true, .value = {.at = contexts.at + i, .count = i < contexts.count}};
        }
        err = err == ANS_OK ? write_one(x, &s, out_any) : err;
    }
    return err;
}

/* All items below the scope's; as deep as the form. */
static ans_err write_items(filling_in *x, const scope *up, bool *out_any)
{
    const ans_form *f = x->u.form;
    ans_err err = ANS_OK;
    for (uint32_t i = up->item + 1; err == ANS_OK && i < f->items[up->item].end; i = f->items[i].end) {
        scope s;
        if (f->items[i].type == ITEM_DISPLAY) {
            continue;
        }
        if (f->items[i].population) {
            err = write_group(x, up, i, out_any);
            continue;
        }
        err = form_enter(&x->u, up, i, NO_ITEM, ANS_JNONE, &s);
        err = err == ANS_OK ? write_one(x, &s, out_any) : err;
    }
    return err;
}

/* ---- the response ---- */

static void write_reference(ans_jw *w, const char *key, ans_str reference)
{
    if (reference.n) {
        ans_jw_key(w, ans_str_of(key));
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("reference"), reference);
        ans_jw_end(w, '}');
    }
}

/* Everything but the items; the object stays open. */
static void begin_response(ans_cx *cx, const ans_form *f, const ans_form_head *head, ans_jw *w)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("QuestionnaireResponse"));
    if (f->url.n) {
        ans_str both = f->version.n ? ans_arena_fmt(cx->arena, "%.*s|%.*s", ANS_FMT(f->url), ANS_FMT(f->version)) : f->url;
        ans_jw_kv(w, ANS_STR("questionnaire"), both.p ? both : f->url);
    }
    ans_jw_kv(w, ANS_STR("status"), ANS_STR("in-progress"));
    write_reference(w, "subject", head->subject);
    write_reference(w, "encounter", head->encounter);
    write_reference(w, "author", head->author);
}

static ans_err finish(ans_cx *cx, ans_buf *b, ans_str *out)
{
    return ans_buf_finish(b, out) == ANS_OK
               ? ANS_OK
               : ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR("QuestionnaireResponse"), "the response would be more than 16 MiB");
}

/* The empty response that the expressions see. */
static ans_err begin_use(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_form_head *head, use *out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    ans_buf b;
    ans_jw w;
    ans_str text;
    ans_buf_init_arena(&b, cx->arena, MOST_BYTES);
    ans_jw_init(&w, &b);
    begin_response(cx, form, head, &w);
    ans_jw_end(&w, '}');
    ans_err err = doc ? finish(cx, &b, &text) : ans_cx_nomem(cx);
    err = err == ANS_OK ? ans_json_parse(cx, text, NULL, doc) : err;
    return err == ANS_OK ? form_use_begin(cx, form, env, doc, 0, out) : err;
}

ans_err ans_form_populate(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_form_head *head, ans_str *out)
{
    filling_in x;
    ans_buf b;
    ans_json doc;
    ans_str text = ANS_STR_NONE;
    scope top;
    bool any = false;
    ans_buf_init_arena(&b, cx->arena, MOST_BYTES);
    ans_jw_init(&x.w, &b);
    ans_err err = begin_use(cx, form, env, head, &x.u);
    err = err == ANS_OK ? form_enter(&x.u, NULL, 0, 0, 0, &top) : err;
    if (err != ANS_OK) {
        return err;
    }
    begin_response(cx, form, head, &x.w);
    form_mark m = form_mark_here(&x.w);
    ans_jw_key(&x.w, ANS_STR("item"));
    ans_jw_begin(&x.w, '[');
    err = write_items(&x, &top, &any);
    ans_jw_end(&x.w, ']');
    if (!any) {
        form_take_back(&x.w, m);
    }
    ans_jw_end(&x.w, '}');
    err = err == ANS_OK ? finish(cx, &b, &text) : err;
    err = err == ANS_OK ? ans_json_parse(cx, text, NULL, &doc) : err;
    return err == ANS_OK ? ans_form_calculate(cx, form, env, &doc, 0, ANS_FORM_SETTLE, out) : err;
}
