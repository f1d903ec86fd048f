/* What the steps of the command have in common: asking the record, the list of a package, Bundles. */
#include "app/package.h"

#define BUNDLE_BYTES ((size_t)192 << 20)

void package_forget_page(package_job *j)
{
    ans_arena_reset(j->page.arena);
    j->page.issues = j->page.last_ = NULL;
}

ans_err package_ask(package_job *j, ans_cx *cx, const char *method, ans_str path, ans_str body, ans_rest_answer *out)
{
    return path.p ? record_ask(cx, &j->door, method, path, body, out) : ans_cx_nomem(cx);
}

ans_err package_list_of(package_job *j, ans_str name, ans_json *out)
{
    ans_rest_answer a;
    *out = (ans_json){0};
    ans_err err = package_ask(j, j->cx, "GET", ans_arena_fmt(j->cx->arena, "ImplementationGuide/package-%.*s", ANS_FMT(name)), ANS_STR_NONE, &a);
    return err == ANS_OK && a.status == 200 ? ans_json_parse(j->cx, a.body, NULL, out) : err;
}

ans_jnode package_listed(const ans_json *list)
{
    ans_jnode definition = list->count ? ans_json_get(list, 0, ANS_STR("definition")) : ANS_JNONE;
    return definition == ANS_JNONE ? ANS_JNONE : ans_json_get(list, definition, ANS_STR("resource"));
}

ans_str package_listed_ref(ans_cx *cx, const ans_json *list, ans_jnode resource)
{
    return ans_json_get_string(cx, list, ans_json_get(list, resource, ANS_STR("reference")), ANS_STR("reference"));
}

bool package_is_tagged(ans_cx *cx, const ans_json *doc, ans_str name)
{
    ans_jnode tags = ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("meta")), ANS_STR("tag"));
    for (ans_jnode t = tags == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, tags); t != ANS_JNONE; t = ans_json_next(doc, tags, t)) {
        if (ans_str_is(ans_json_get_string(cx, doc, t, ANS_STR("system")), PACKAGE_TAG) &&
            ans_str_eq(ans_json_get_string(cx, doc, t, ANS_STR("code")), name)) {
            return true;
        }
    }
    return false;
}

ans_err package_put_deletion(package_job *j, ans_jw *w, ans_str ref)
{
    ans_rest_answer a;
    ans_json there;
    ans_err err = package_ask(j, &j->page, "GET", ans_arena_dup(j->page.arena, ref), ANS_STR_NONE, &a);
    bool is_ours = err == ANS_OK && a.status == 200 && ans_json_parse(&j->page, a.body, NULL, &there) == ANS_OK &&
                   package_is_tagged(&j->page, &there, j->p.name);
    err = ans_issue_pass(j->cx, &j->page, err);
    package_forget_page(j);
    if (is_ours) {
        ans_jw_begin(w, '{');
        package_put_request(w, "DELETE", ref);
        ans_jw_end(w, '}');
        j->gone++;
    }
    return err;
}

void package_begin_bundle(ans_buf *b, ans_jw *w, ans_arena *arena)
{
    ans_buf_init_arena(b, arena, BUNDLE_BYTES);
    ans_jw_init(w, b);
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(w, ANS_STR("type"), ANS_STR("transaction"));
    ans_jw_key(w, ANS_STR("entry"));
    ans_jw_begin(w, '[');
}

void package_put_request(ans_jw *w, const char *method, ans_str url)
{
    ans_jw_key(w, ANS_STR("request"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("method"), ans_str_of(method));
    ans_jw_kv(w, ANS_STR("url"), url);
    ans_jw_end(w, '}');
}

ans_err package_end_bundle(ans_buf *b, ans_jw *w, ans_str *out)
{
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    return ans_buf_finish(b, out);
}
