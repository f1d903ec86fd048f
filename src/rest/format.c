/* _summary, _elements and _pretty. What is shown follows the definitions: the summary flag of each element, and mandatory
 * elements always. A shortened resource says so with the tag SUBSETTED. http://hl7.org/fhir/R4/search.html#summary */
#include "rest/rest_int.h"

#define TEXT_MAX ((size_t)128 << 20)

static const char subsetted[] =
    "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\"SUBSETTED\"}";

ans_err format_read(ans_cx *cx, ans_str query, format *out)
{
    *out = (format){0};
    out->pretty = ans_str_is(ans_query_get(cx, query, "_pretty"), "true");
    ans_str summary = ans_query_get(cx, query, "_summary");
    out->elements = ans_query_get(cx, query, "_elements");
    if (ans_str_is(summary, "true")) {
        out->summary = 't';
    } else if (ans_str_is(summary, "text")) {
        out->summary = 'x';
    } else if (ans_str_is(summary, "data")) {
        out->summary = 'd';
    } else if (summary.n && !ans_str_is(summary, "false") && !ans_str_is(summary, "count")) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_summary"), "_summary is true, text, data, count or false");
    }
    out->changes = out->summary || out->elements.n;
    return ANS_OK;
}

static bool in_list(ans_str list, ans_str type, ans_str name)
{
    ans_str one;
    for (bool more = list.n > 0; more;) {
        more = ans_str_cut(&list, ',', &one);
        if (one.n > type.n + 1 && ans_str_starts(one, type) && one.p[type.n] == '.') {
            one = ans_str_from(one, type.n + 1);
        }
        if (ans_str_eq(one, name)) {
            return true;
        }
    }
    return false;
}

static bool is_kept(const format *f, ans_type t, ans_str key, bool top)
{
    ans_str bare = key.n && key.p[0] == '_' ? ans_str_from(key, 1) : key;
    if (top && (ans_str_is(bare, "resourceType") || ans_str_is(bare, "id") || ans_str_is(bare, "meta"))) {
        return true;
    }
    const ans_fhir_member *m = ans_fhir_member_of(t, bare);
    if (!m) {
        return false;
    }
    if (f->elements.n) {
        return !top || m->min > 0 || in_list(f->elements, ans_fhir_type_name(t), (ans_str){m->element, m->element_len});
    }
    if (f->summary == 'x') {
        return !top || m->min > 0 || ans_str_is(bare, "text");
    }
    if (f->summary == 'd') {
        return !top || !ans_str_is(bare, "text");
    }
    return m->is_summary || m->min > 0;
}

static void key_out(ans_buf *b, ans_str key, bool *comma)
{
    if (*comma) {
        ans_buf_add_c(b, ',');
    }
    *comma = true;
    ans_buf_add_c(b, '"');
    ans_buf_add(b, key);
    ANS_BUF_LIT(b, "\":");
}

/* meta gets the tag behind the ones it has; tags that are no list are left out. */
static void meta_out(const ans_json *doc, ans_jnode meta, ans_buf *b)
{
    bool comma = false, tagged = false;
    ans_buf_add_c(b, '{');
    for (ans_jnode n = meta == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, meta); n != ANS_JNONE; n = ans_json_next(doc, meta, n)) {
        bool is_tag = ans_str_is(ans_json_key(doc, n), "tag");
        if (is_tag && ans_json_kind_of(doc, n) != ANS_JSON_ARRAY) {
            continue;
        }
        key_out(b, ans_json_key(doc, n), &comma);
        if (is_tag) {
            ans_str raw = ans_json_raw(doc, n);
            ans_buf_add(b, ans_str_head(raw, raw.n - 1));
            ans_buf_add(b, ans_json_first(doc, n) == ANS_JNONE ? ANS_STR_NONE : ANS_STR(","));
            ans_buf_add(b, ANS_STR(subsetted));
            ans_buf_add_c(b, ']');
            tagged = true;
        } else {
            ans_json_print(doc, n, false, b);
        }
    }
    if (!tagged) {
        key_out(b, ANS_STR("tag"), &comma);
        ans_buf_add_c(b, '[');
        ans_buf_add(b, ANS_STR(subsetted));
        ans_buf_add_c(b, ']');
    }
    ans_buf_add_c(b, '}');
}

static void object_out(const format *f, const ans_json *doc, ans_jnode object, ans_type t, bool top, ans_buf *b);

/* Below the top, summaries go on into backbones only: a data type is shown whole. */
static void value_out(const format *f, const ans_json *doc, ans_jnode n, ans_type t, ans_buf *b)
{
    ans_json_kind kind = ans_json_kind_of(doc, n);
    bool deeper = f->summary == 't' && t && ans_fhir_types[t].kind == ANS_FHIR_BACKBONE;
    if (!deeper || kind < ANS_JSON_ARRAY) {
        ans_json_print(doc, n, false, b);
        return;
    }
    if (kind == ANS_JSON_OBJECT) {
        object_out(f, doc, n, t, false, b);
        return;
    }
    bool comma = false;
    ans_buf_add_c(b, '[');
    ANS_JSON_EACH(doc, n, child) {
        if (comma) {
            ans_buf_add_c(b, ',');
        }
        comma = true;
        value_out(f, doc, child, t, b);
    }
    ans_buf_add_c(b, ']');
}

static void object_out(const format *f, const ans_json *doc, ans_jnode object, ans_type t, bool top, ans_buf *b)
{
    bool comma = false;
    ans_buf_add_c(b, '{');
    ANS_JSON_EACH(doc, object, n) {
        ans_str key = ans_json_key(doc, n);
        if (!is_kept(f, t, key, top)) {
            continue;
        }
        key_out(b, key, &comma);
        if (top && ans_str_is(key, "meta")) {
            meta_out(doc, n, b);
            continue;
        }
        const ans_fhir_member *m = ans_fhir_member_of(t, key);
        value_out(f, doc, n, m ? m->type : 0, b);
    }
    ans_buf_add_c(b, '}');
}

ans_err format_resource(ans_cx *cx, const format *f, ans_str body, ans_str *out)
{
    ans_json doc;
    ans_type t;
    ans_buf b;
    *out = body;
    if (!f->changes) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(cx, body, NULL, &doc);
    err = err == ANS_OK ? canon_type(cx, &doc, 0, ANS_STR_NONE, &t) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, cx->arena, TEXT_MAX);
    object_out(f, &doc, 0, t, true, &b);
    return ans_buf_finish(&b, out);
}

ans_err format_pretty(ans_cx *cx, const format *f, ans_str *body)
{
    ans_json doc;
    ans_buf b;
    if (!f->pretty || body->n == 0) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(cx, *body, &(ans_json_limits){.max_bytes = TEXT_MAX}, &doc);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, cx->arena, 4 * TEXT_MAX);
    ans_json_print(&doc, 0, true, &b);
    return ans_buf_finish(&b, body);
}
