/* From entries to resources. Codes stand within the ones they are below: chapter, block, category, code. */
#include <stdio.h>

#include "app/list.h"
#include "base/os.h"
#include "base/sort.h"
#include "fhir/value.h"

enum { DEEPEST = 24 }; /* a code deeper than that stands at its ancestor of that depth */
#define RESOURCE_BYTES ((size_t)200 << 20)

/* ---- the tree ---- */

static int by_code(const void *a, const void *b)
{
    return ans_str_cmp((*(const list_entry *const *)a)->code, (*(const list_entry *const *)b)->code);
}

static int by_key(const void *key, const void *one)
{
    return ans_str_cmp(*(const ans_str *)key, (*(const list_entry *const *)one)->code);
}

typedef struct tree {
    ans_cx *cx;
    const list_kind *kind;
    list_entries *all;
    list_entry **sorted;
    uint32_t sorted_count;
    uint32_t top; /* the first without a parent, from 1 */
} tree;

static uint32_t place_of(const tree *t, ans_str code)
{
    list_entry **at = code.n ? ans_sorted_find(&code, t->sorted, t->sorted_count, sizeof *t->sorted, by_key) : NULL;
    return at ? (uint32_t)(*at - t->all->at) + 1 : 0;
}

/* Of an ICD code: the longest beginning of it that is a code (A00.01 -> A00.0 -> A00); else what the row says. */
static uint32_t parent_of(const tree *t, const list_entry *e)
{
    ans_str head = e->code;
    while (t->kind->is_icd && !e->is_group && head.n > 3) {
        head.n--;
        head.n -= head.p[head.n - 1] == '.';
        uint32_t at = place_of(t, head);
        if (at && !t->all->at[at - 1].is_group) {
            return at;
        }
    }
    return place_of(t, e->parent);
}

/* A parent that would lead back to the code itself is none. */
static bool leads_back(const tree *t, uint32_t from, uint32_t to)
{
    for (int depth = 0; from && depth <= DEEPEST; depth++) {
        if (from == to) {
            return true;
        }
        from = t->all->at[from - 1].up;
    }
    return from != 0;
}

static ans_err make_tree(tree *t)
{
    list_entries *all = t->all;
    t->sorted = ANS_NEW_N(t->cx->arena, list_entry *, all->count + 1);
    if (!t->sorted) {
        return ans_cx_nomem(t->cx);
    }
    for (uint32_t i = 0; i < all->count; i++) {
        all->at[i].up = all->at[i].first = all->at[i].next = 0;
        if (all->at[i].code.n) {
            t->sorted[t->sorted_count++] = &all->at[i];
        }
    }
    ans_sort(t->sorted, t->sorted_count, sizeof *t->sorted, by_code);
    for (uint32_t i = 0; i < all->count; i++) {
        uint32_t up = all->at[i].code.n ? parent_of(t, &all->at[i]) : 0;
        all->at[i].up = leads_back(t, up, i + 1) ? 0 : up;
    }
    for (uint32_t i = all->count; i-- > 0;) {
        list_entry *e = &all->at[i];
        uint32_t *first = e->up ? &all->at[e->up - 1].first : &t->top;
        if (e->code.n) {
            e->next = *first;
            *first = i + 1;
        }
    }
    return ANS_OK;
}

/* ---- the resource ---- */

static void put(ans_jw *w, const char *key, const char *value)
{
    ans_jw_kv(w, ans_str_of(key), ans_str_of(value));
}

static void put_property(ans_jw *w, ans_str code, ans_str value)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("code"), code);
    if (ans_str_is(value, "true")) {
        ans_jw_key(w, ANS_STR("valueBoolean"));
        ans_jw_bool(w, true);
    } else {
        ans_jw_kv(w, ANS_STR("valueString"), value);
    }
    ans_jw_end(w, '}');
}

static void put_name(ans_jw *w, const char *language, ans_str name)
{
    if (name.n) {
        ans_jw_begin(w, '{');
        put(w, "language", language);
        ans_jw_kv(w, ANS_STR("value"), name);
        ans_jw_end(w, '}');
    }
}

static void begin_concept(ans_jw *w, const list_entry *e)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("code"), e->code);
    ans_jw_kv(w, ANS_STR("display"), e->vi);
    if (e->en.n || e->other.n) {
        ans_jw_key(w, ANS_STR("designation"));
        ans_jw_begin(w, '[');
        put_name(w, "en", e->en);
        put_name(w, "vi", e->other);
        ans_jw_end(w, ']');
    }
    if (e->property_count || e->is_group) {
        ans_jw_key(w, ANS_STR("property"));
        ans_jw_begin(w, '[');
        for (uint32_t i = 0; i < e->property_count; i++) {
            put_property(w, e->properties[i].code, e->properties[i].value);
        }
        if (e->is_group) {
            put_property(w, ANS_STR("notSelectable"), ANS_STR("true"));
        }
        ans_jw_end(w, ']');
    }
}

static void put_concepts(ans_jw *w, const tree *t)
{
    uint32_t at = t->top;
    ans_jw_key(w, ANS_STR("concept"));
    ans_jw_begin(w, '[');
    while (at) {
        const list_entry *e = &t->all->at[at - 1];
        begin_concept(w, e);
        if (e->first) {
            ans_jw_key(w, ANS_STR("concept"));
            ans_jw_begin(w, '[');
            at = e->first;
            continue;
        }
        ans_jw_end(w, '}');
        while (!e->next && e->up) {
            e = &t->all->at[e->up - 1];
            ans_jw_end(w, ']');
            ans_jw_end(w, '}');
        }
        at = e->next;
    }
    ans_jw_end(w, ']');
}

/* Every property that some code has, once; a flag when nothing else is ever said. */
static ans_err put_declared(ans_cx *cx, ans_jw *w, const list_entries *all)
{
    list_property *known = ANS_NEW_N(cx->arena, list_property, SHEET_COLUMNS + 8);
    uint32_t count = 1;
    if (!known) {
        return ans_cx_nomem(cx);
    }
    known[0] = (list_property){ANS_STR("notSelectable"), ANS_STR("true")};
    for (uint32_t i = 0; i < all->count; i++) {
        for (uint32_t k = 0; k < all->at[i].property_count; k++) {
            const list_property *p = &all->at[i].properties[k];
            uint32_t at = 0;
            while (at < count && !ans_str_eq(known[at].code, p->code)) {
                at++;
            }
            if (at == count && count < SHEET_COLUMNS + 8) {
                known[count++] = *p;
            } else if (at < count && !ans_str_is(p->value, "true")) {
                known[at].value = p->value;
            }
        }
    }
    ans_jw_key(w, ANS_STR("property"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < count; i++) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("code"), known[i].code);
        if (i == 0) {
            put(w, "uri", "http://hl7.org/fhir/concept-properties#notSelectable");
        }
        put(w, "type", ans_str_is(known[i].value, "true") ? "boolean" : "string");
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    return ANS_OK;
}

static void put_period(ans_jw *w, ans_str from, ans_str to)
{
    ans_jw_begin(w, '{');
    put(w, "url", "urn:ansinh:valid-period");
    ans_jw_key(w, ANS_STR("valuePeriod"));
    ans_jw_begin(w, '{');
    if (from.n) {
        ans_jw_kv(w, ANS_STR("start"), from);
    }
    if (to.n) {
        ans_jw_kv(w, ANS_STR("end"), to);
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

ans_err list_code_system(ans_cx *cx, const list_kind *kind, const list_edition *edition, list_entries *entries, ans_str *out)
{
    tree t = {.cx = cx, .kind = kind, .all = entries};
    ans_buf b;
    ans_jw w;
    ans_err err = make_tree(&t);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, cx->arena, RESOURCE_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put(&w, "resourceType", "CodeSystem");
    ans_jw_kv(&w, ANS_STR("id"), edition->id);
    if (edition->from.n || edition->to.n) {
        ans_jw_key(&w, ANS_STR("extension"));
        ans_jw_begin(&w, '[');
        put_period(&w, edition->from, edition->to);
        ans_jw_end(&w, ']');
    }
    put(&w, "language", "vi");
    put(&w, "url", kind->system);
    ans_jw_kv(&w, ANS_STR("version"), edition->version);
    put(&w, "title", kind->title);
    put(&w, "status", "active");
    put(&w, "description", kind->source);
    ans_jw_key(&w, ANS_STR("caseSensitive"));
    ans_jw_bool(&w, true);
    put(&w, "valueSet", kind->value_set);
    put(&w, "hierarchyMeaning", kind->is_icd ? "is-a" : "grouped-by");
    put(&w, "content", "complete");
    ans_jw_key(&w, ANS_STR("count"));
    ans_jw_int(&w, t.sorted_count);
    err = put_declared(cx, &w, entries);
    put_concepts(&w, &t);
    ans_jw_end(&w, '}');
    return err == ANS_OK ? ans_buf_finish(&b, out) : err;
}

ans_err list_value_set(ans_cx *cx, const list_kind *kind, ans_str *out)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, cx->arena, RESOURCE_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put(&w, "resourceType", "ValueSet");
    put(&w, "id", kind->id);
    put(&w, "language", "vi");
    put(&w, "url", kind->value_set);
    put(&w, "title", kind->title);
    put(&w, "status", "active");
    put(&w, "description", kind->source);
    ans_jw_key(&w, ANS_STR("compose"));
    ans_jw_begin(&w, '{');
    ans_jw_key(&w, ANS_STR("include"));
    ans_jw_begin(&w, '[');
    ans_jw_begin(&w, '{');
    put(&w, "system", kind->system);
    ans_jw_end(&w, '}');
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out);
}

/* ---- periods ---- */

ans_str list_day_before(ans_cx *cx, ans_str day)
{
    ans_datetime d;
    int year, month, date;
    if (!ans_datetime_parse(day, false, &d) || d.precision != ANS_PREC_DAY) {
        return ANS_STR_NONE;
    }
    ans_civil_from_days(ans_days_from_civil(d.year, d.month, d.day) - 1, &year, &month, &date);
    return ans_arena_fmt(cx->arena, "%04d-%02d-%02d", year, month, date);
}

static bool is_period(ans_cx *cx, const ans_json *doc, ans_jnode extension)
{
    return ans_str_is(ans_json_get_string(cx, doc, extension, ANS_STR("url")), "urn:ansinh:valid-period") &&
           ans_json_get(doc, extension, ANS_STR("valuePeriod")) != ANS_JNONE;
}

static ans_err read_period(ans_cx *cx, const ans_json *doc, ans_str *out_from, ans_str *out_to)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    *out_from = *out_to = ANS_STR_NONE;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, list, e)
    {
        if (is_period(cx, doc, e)) {
            ans_jnode period = ans_json_get(doc, e, ANS_STR("valuePeriod"));
            *out_from = ans_json_get_string(cx, doc, period, ANS_STR("start"));
            *out_to = ans_json_get_string(cx, doc, period, ANS_STR("end"));
        }
    }
    return ANS_OK;
}

ans_err list_period(ans_cx *cx, ans_str body, ans_str *out_from, ans_str *out_to)
{
    ans_json doc;
    ans_err err = ans_json_parse(cx, body, NULL, &doc);
    return err == ANS_OK ? read_period(cx, &doc, out_from, out_to) : err;
}

static void put_extensions(ans_cx *cx, ans_jw *w, const ans_json *doc, ans_str from, ans_str to)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    for (ans_jnode e = list == ANS_JNONE ? list : ans_json_first(doc, list); e != ANS_JNONE; e = ans_json_next(doc, list, e)) {
        if (!is_period(cx, doc, e)) {
            ans_jw_raw(w, ans_json_raw(doc, e));
        }
    }
    put_period(w, from, to);
    ans_jw_end(w, ']');
}

ans_err list_close_period(ans_cx *cx, ans_str body, ans_str to, ans_str *out)
{
    ans_json doc;
    ans_buf b;
    ans_jw w;
    ans_str from, ignored;
    ans_err err = ans_json_parse(cx, body, NULL, &doc);
    err = err == ANS_OK ? read_period(cx, &doc, &from, &ignored) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, cx->arena, RESOURCE_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put_extensions(cx, &w, &doc, from, to);
    ANS_JSON_EACH(&doc, 0, m)
    {
        ans_str key = ans_json_key(&doc, m);
        if (ans_str_is(key, "extension") || ans_str_is(key, "meta")) {
            continue;
        }
        ans_jw_key(&w, key);
        if (ans_json_kind_of(&doc, m) == ANS_JSON_STRING) {
            ans_jw_str(&w, ans_json_string(cx, &doc, m));
        } else {
            ans_jw_raw(&w, ans_json_raw(&doc, m));
        }
    }
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out);
}
