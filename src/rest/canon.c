/* The bytes that are kept: minified, with resourceType, id and meta first, without versionId and lastUpdated (the store
 * knows them; ans_search_body puts them back at a place that needs no search). Everything else stays in its order and to
 * the letter, numbers included. Equal content therefore has equal bytes and an equal hash: an update that changes nothing
 * is seen as such. */
#include "rest/rest_int.h"

#include "base/os.h"

#define BODY_MAX ((size_t)64 << 20)

ans_err canon_type(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_str where, ans_type *out)
{
    if (root == ANS_JNONE || ans_json_kind_of(doc, root) != ANS_JSON_OBJECT) {
        return ans_issue_add(cx, ANS_E_INVALID, where, "a resource must be a JSON object");
    }
    ans_str name = ans_json_get_string(cx, doc, root, ANS_STR("resourceType"));
    if (!name.p) {
        return ans_issue_add(cx, ANS_E_INVALID, where, "'resourceType' is missing or no string");
    }
    ans_type t = ans_fhir_type_named(name);
    if (!t || !ans_fhir_is_resource(t)) {
        return ans_issue_add(cx, ANS_E_INVALID, where, "'resourceType' names no resource type of FHIR R4");
    }
    *out = t;
    return ANS_OK;
}

/* The type of an object: of a contained resource what it says itself, else what the definition of its element says. */
static ans_type type_of(ans_cx *cx, const ans_json *doc, ans_jnode object, ans_type declared)
{
    ans_jnode own = ans_json_get(doc, object, ANS_STR("resourceType"));
    return own == ANS_JNONE ? declared : ans_fhir_type_named(ans_json_string(cx, doc, own));
}

static ans_type type_of_member(ans_type t, ans_str key)
{
    const ans_fhir_member *m = t ? ans_fhir_member_of(t, key) : NULL;
    return m ? m->type : 0;
}

/* Depth is bounded by the parser's limit, so recursion is too. type: of the value, 0 when the definitions do not know it. */
static ans_err print(ans_cx *cx, const ans_json *doc, ans_jnode n, ans_type type, const canon_hook *hook, ans_buf *out)
{
    ans_json_kind kind = ans_json_kind_of(doc, n);
    if (!hook || kind < ANS_JSON_STRING) {
        ans_json_print(doc, n, false, out);
        return ANS_OK;
    }
    if (kind == ANS_JSON_STRING) {
        ans_str other = ANS_STR_NONE;
        ans_err err = hook->replace(hook->arg, cx, type, ans_json_key(doc, n), ans_json_string(cx, doc, n), &other);
        if (err == ANS_OK && other.p) {
            ans_json_print_string(out, other);
        } else {
            ans_json_print(doc, n, false, out);
        }
        return err;
    }
    bool is_object = kind == ANS_JSON_OBJECT, first = true;
    type = is_object ? type_of(cx, doc, n, type) : type;
    ans_err err = ANS_OK;
    ans_buf_add_c(out, is_object ? '{' : '[');
    ANS_JSON_EACH(doc, n, child) {
        if (!first) {
            ans_buf_add_c(out, ',');
        }
        first = false;
        if (is_object) {
            ans_buf_add_c(out, '"');
            ans_buf_add(out, ans_json_key(doc, child));
            ANS_BUF_LIT(out, "\":");
        }
        if (err == ANS_OK) {
            err = print(cx, doc, child, is_object ? type_of_member(type, ans_json_key(doc, child)) : type, hook, out);
        }
    }
    ans_buf_add_c(out, is_object ? '}' : ']');
    return err;
}

static ans_err print_members(ans_cx *cx, const ans_json *doc, ans_jnode object, ans_type type, const char *const *without,
                             bool comma, const canon_hook *hook, ans_buf *out)
{
    ans_jnode skipped[4]; /* looked up by name, since a name may be written with escapes */
    int count = 0;
    for (; without[count]; count++) {
        skipped[count] = ans_json_get(doc, object, ans_str_of(without[count]));
    }
    ANS_JSON_EACH(doc, object, child) {
        ans_str key = ans_json_key(doc, child);
        bool skip = false;
        for (int i = 0; i < count && !skip; i++) {
            skip = skipped[i] == child;
        }
        if (skip) {
            continue;
        }
        if (comma) {
            ans_buf_add_c(out, ',');
        }
        comma = true;
        ans_buf_add_c(out, '"');
        ans_buf_add(out, key);
        ANS_BUF_LIT(out, "\":");
        ans_err err = print(cx, doc, child, type_of_member(type, key), hook, out);
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

ans_err canon_body(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_type type, ans_str id, const canon_hook *hook,
                   ans_str *out)
{
    static const char *const first[] = {"resourceType", "id", "meta", NULL};
    static const char *const ours[] = {"versionId", "lastUpdated", NULL};
    ans_jnode meta = ans_json_get(doc, root, ANS_STR("meta"));
    if (meta != ANS_JNONE && ans_json_kind_of(doc, meta) != ANS_JSON_OBJECT) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("meta"), "'meta' must be an object");
    }
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, BODY_MAX);
    (void)ans_buf_room(&b, ans_json_raw(doc, root).n + 256); /* as a rule one piece of memory is enough */
    ANS_BUF_LIT(&b, "{\"resourceType\":\"");
    ans_buf_add(&b, ans_fhir_type_name(type));
    ANS_BUF_LIT(&b, "\",\"id\":\"");
    ans_buf_add(&b, id);
    ANS_BUF_LIT(&b, "\",\"meta\":{");
    ans_err err = meta == ANS_JNONE ? ANS_OK : print_members(cx, doc, meta, ans_fhir_type_named(ANS_STR("Meta")), ours, false, hook, &b);
    ans_buf_add_c(&b, '}');
    err = err == ANS_OK ? print_members(cx, doc, root, type, first, true, hook, &b) : err;
    ans_buf_add_c(&b, '}');
    if (err != ANS_OK) {
        return err;
    }
    err = ans_buf_finish(&b, out);
    return err == ANS_OK ? ANS_OK : ans_cx_nomem(cx);
}

/* 20 letters: time first, so that ids and rids arrive in one order and index pages fill from the right; then a counter and
 * random bits, so that ids cannot be guessed from their neighbours. */
void canon_new_id(ans_rest *rest, ans_cx *cx, ans_str *out)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint64_t ms = (uint64_t)(ans_now_us() / 1000), low;
    uint64_t count = atomic_fetch_add(&rest->ids, 1) & 0x7FFF;
    ans_random(&low, sizeof low);
    char text[20];
    for (int i = 8; i >= 0; i--, ms >>= 5) {
        text[i] = letters[ms & 31];
    }
    for (int i = 11; i >= 9; i--, count >>= 5) {
        text[i] = letters[count & 31];
    }
    for (int i = 19; i >= 12; i--, low >>= 5) {
        text[i] = letters[low & 31];
    }
    *out = ans_arena_dup(cx->arena, (ans_str){text, sizeof text});
}

ans_err canon_change(ans_rest *rest, ans_cx *cx, const ans_json *doc, ans_jnode root, ans_type type, ans_str id,
                     const canon_hook *hook, const validate_how *how, ans_change *out)
{
    ans_json kept;
    ans_str body;
    ans_err err = validate_write(rest, cx, doc, root, type, how);
    err = err == ANS_OK ? canon_body(cx, doc, root, type, id, hook, &body) : err;
    err = err == ANS_OK ? ans_json_parse(cx, body, NULL, &kept) : err;
    if (err != ANS_OK) {
        return err;
    }
    *out = (ans_change){.ref = {ans_search_type_number(rest->o.search, type), id}, .body = body, .hash = ans_hash_content(body)};
    return ans_search_index(rest->o.search, cx, type, &kept, 0, &out->rows);
}
