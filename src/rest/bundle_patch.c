/* Patches within a Bundle. The patch stands in the entry's resource: Parameters (a FHIRPath Patch) or a Binary with the patch's own
 * content type. In a batch each is a call by
 * itself. In a transaction it becomes, before anything else looks at the Bundle, the update it comes to: so all that holds for updates
 * (references between entries, rules, one moment) holds for it without saying so again. The version it was applied to is noted; when
 * another came between, the transaction's guard has the whole Bundle prepared anew, as with a patch by itself.
 * http://hl7.org/fhir/R4/http.html#patch */
#include "rest/rest_int.h"

#include "smart/jose.h"

#define MOST_TEXT ((size_t)64 << 20)

static ans_err no_patch(job *j)
{
    return ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("http.body"),
                         "a patch in a Bundle is Parameters, or a Binary of application/json-patch+json or application/merge-patch+json");
}

/* Base64 of FHIR as that of URLs; blanks may stand in it. */
static ans_str decode(ans_cx *cx, ans_str data)
{
    char *to = ans_arena_alloc(cx->arena, data.n + 1);
    size_t n = 0;
    for (size_t i = 0; to && i < data.n; i++) {
        char c = data.p[i];
        if (c != '=' && c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            to[n++] = (char)(c == '+' ? '-' : c == '/' ? '_' : c);
        }
    }
    return to ? ans_base64url_read(cx->arena, (ans_str){to, n}) : ANS_STR_NONE;
}

ans_err bundle_patch_read(job *j)
{
    ans_json doc;
    ans_err err = j->rq.body.n ? ans_json_parse(j->cx, j->rq.body, NULL, &doc) : no_patch(j);
    if (err != ANS_OK) {
        return err;
    }
    j->rq.is_fhir_patch = ans_str_is(ans_json_get_string(j->cx, &doc, 0, ANS_STR("resourceType")), "Parameters");
    if (j->rq.is_fhir_patch) {
        return ANS_OK;
    }
    ans_str type = ans_json_get_string(j->cx, &doc, 0, ANS_STR("contentType")), bare;
    (void)ans_str_cut(&type, ';', &bare);
    bare = ans_str_trim(bare);
    j->rq.is_merge = ans_str_ieq(bare, ANS_STR("application/merge-patch+json"));
    bool is_binary = ans_str_is(ans_json_get_string(j->cx, &doc, 0, ANS_STR("resourceType")), "Binary");
    if (!is_binary || (!j->rq.is_merge && !ans_str_ieq(bare, ANS_STR("application/json-patch+json")))) {
        return no_patch(j);
    }
    ans_str data = ans_json_get_string(j->cx, &doc, 0, ANS_STR("data"));
    j->rq.body = data.n ? decode(j->cx, data) : ANS_STR_NONE;
    return j->rq.body.n ? ANS_OK : no_patch(j);
}

/* ---- in a transaction ---- */

static bool is_patch(job *j, const ans_json *doc, ans_jnode entry)
{
    ans_jnode rq = ans_json_get(doc, entry, ANS_STR("request"));
    return rq != ANS_JNONE && ans_str_is(ans_json_get_string(j->cx, doc, rq, ANS_STR("method")), "PATCH");
}

static bool has_patch(job *j, const ans_json *doc, ans_jnode list)
{
    bool found = false;
    for (ans_jnode e = ans_json_first(doc, list); !found && e != ANS_JNONE; e = ans_json_next(doc, list, e)) {
        found = is_patch(j, doc, e);
    }
    return found;
}

/* The entry's patch as a call of its own, and what it comes to. */
static ans_err apply(job *j, ans_reader *rd, const ans_json *doc, ans_jnode entry, job *inner, ans_str *out_id, uint32_t *out_vid, ans_str *out)
{
    ans_jnode rq = ans_json_get(doc, entry, ANS_STR("request")), resource = ans_json_get(doc, entry, ANS_STR("resource"));
    ans_str url = bundle_url(j, ans_json_get_string(j->cx, doc, rq, ANS_STR("url")));
    inner->rq = (request){.method = ANS_STR("PATCH"), .query = url, .if_match = ans_json_get_string(j->cx, doc, rq, ANS_STR("ifMatch"))};
    (void)ans_str_cut(&inner->rq.query, '?', &inner->rq.path);
    inner->rq.body = resource == ANS_JNONE ? ANS_STR_NONE : ans_json_raw(doc, resource);
    ans_err err = route_find(j->cx, j->rest, &inner->rq, &inner->route);
    err = err == ANS_OK && j->pass ? gate_check_route(j, &inner->route) : err;
    err = err == ANS_OK ? bundle_patch_read(inner) : err;
    return err == ANS_OK ? write_patched(inner, rd, out_id, out_vid, out) : err;
}

static ans_err write_update(job *j, ans_reader *rd, const ans_json *doc, ans_jnode entry, ans_jw *w, uint32_t *out_vid)
{
    job inner = *j;
    ans_str id, text, full_url = ans_json_get_string(j->cx, doc, entry, ANS_STR("fullUrl"));
    uint32_t vid;
    ans_err err = apply(j, rd, doc, entry, &inner, &id, &vid, &text);
    if (err != ANS_OK) {
        return err;
    }
    ans_str type = ans_fhir_type_name(inner.route.type);
    ans_jw_begin(w, '{');
    if (full_url.n) {
        ans_jw_kv(w, ANS_STR("fullUrl"), full_url);
    }
    ans_jw_key(w, ANS_STR("resource"));
    ans_jw_raw(w, text);
    ans_jw_key(w, ANS_STR("request"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("method"), ANS_STR("PUT"));
    ans_jw_kv(w, ANS_STR("url"), ans_arena_fmt(j->cx->arena, "%.*s/%.*s", ANS_FMT(type), ANS_FMT(id)));
    if (inner.rq.if_match.n) {
        ans_jw_kv(w, ANS_STR("ifMatch"), inner.rq.if_match);
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
    *out_vid = vid;
    return ANS_OK;
}

ans_err bundle_patches(job *j, ans_reader *rd, ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("entry"));
    ans_buf b;
    ans_jw w;
    ans_str text;
    j->patched_vids = NULL; /* a call may be prepared again */
    bool is_list = list != ANS_JNONE && ans_json_kind_of(doc, list) == ANS_JSON_ARRAY;
    if (!is_list || !ans_str_is(ans_json_get_string(j->cx, doc, 0, ANS_STR("type")), "transaction") || !has_patch(j, doc, list)) {
        return ANS_OK;
    }
    uint32_t i = 0;
    j->patched_vids = ANS_NEW_N(j->cx->arena, uint32_t, ans_json_count(doc, list));
    ans_err err = j->patched_vids ? ANS_OK : ans_cx_nomem(j->cx);
    ans_buf_init_arena(&b, j->cx->arena, MOST_TEXT);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ans_json_get_string(j->cx, doc, 0, ANS_STR("resourceType")));
    ans_jw_kv(&w, ANS_STR("type"), ANS_STR("transaction"));
    ans_jw_key(&w, ANS_STR("entry"));
    ans_jw_begin(&w, '[');
    for (ans_jnode e = ans_json_first(doc, list); err == ANS_OK && e != ANS_JNONE; e = ans_json_next(doc, list, e), i++) {
        if (is_patch(j, doc, e)) {
            err = write_update(j, rd, doc, e, &w, &j->patched_vids[i]);
        } else {
            ans_jw_copy(&w, doc, e);
        }
        if (err != ANS_OK && j->cx->last_) {
            j->cx->last_->expression = ans_arena_fmt(j->cx->arena, "Bundle.entry[%u].resource", i);
        }
        if (err == ANS_OK && ans_cx_is_late(j->cx)) {
            err = ans_issue_add(j->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the Bundle took too long to prepare: send it in smaller ones");
        }
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    err = err == ANS_OK ? ans_buf_finish(&b, &text) : err;
    return err == ANS_OK ? ans_json_parse(j->cx, text, NULL, doc) : err;
}
