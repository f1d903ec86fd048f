/* JSON Merge Patch (RFC 7396): the document printed anew, member by member, with what the patch says in its place. Values that the patch
 * does not name keep their bytes. Both documents were parsed, so neither is deeper than the parser lets it be. */
#include "json/patch.h"

#define MOST_TEXT ((size_t)64 << 20)
#define MOST_STEPS 10000000u /* of comparing members by name */

typedef struct merging {
    const ans_json *doc, *patch;
    uint64_t steps;
    ans_buf b;
} merging;

static bool is_object(const ans_json *doc, ans_jnode n)
{
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_OBJECT;
}

static void key_out(merging *m, ans_str key, bool *comma)
{
    if (*comma) {
        ans_buf_add_c(&m->b, ',');
    }
    *comma = true;
    ans_buf_add_c(&m->b, '"');
    ans_buf_add(&m->b, key); /* as it stands in its text */
    ANS_BUF_LIT(&m->b, "\":");
}

/* old: what is there now, or ANS_JNONE. */
static void merge(merging *m, ans_jnode old, ans_jnode said)
{
    bool comma = false, was_object = is_object(m->doc, old);
    if (!is_object(m->patch, said)) {
        ans_json_print(m->patch, said, false, &m->b);
        return;
    }
    m->steps += (uint64_t)ans_json_count(m->patch, said) * (was_object ? ans_json_count(m->doc, old) * 2 : 1);
    if (m->steps > MOST_STEPS) {
        return;
    }
    ans_buf_add_c(&m->b, '{');
    for (ans_jnode n = was_object ? ans_json_first(m->doc, old) : ANS_JNONE; n != ANS_JNONE; n = ans_json_next(m->doc, old, n)) {
        ans_jnode change = ans_json_get(m->patch, said, ans_json_key(m->doc, n));
        if (change != ANS_JNONE && ans_json_kind_of(m->patch, change) == ANS_JSON_NULL) {
            continue;
        }
        key_out(m, ans_json_key(m->doc, n), &comma);
        if (change == ANS_JNONE) {
            ans_json_print(m->doc, n, false, &m->b);
        } else {
            merge(m, n, change);
        }
    }
    ANS_JSON_EACH(m->patch, said, n)
    {
        ans_str key = ans_json_key(m->patch, n);
        bool is_new = !was_object || ans_json_get(m->doc, old, key) == ANS_JNONE;
        if (is_new && ans_json_kind_of(m->patch, n) != ANS_JSON_NULL) {
            key_out(m, key, &comma);
            merge(m, ANS_JNONE, n);
        }
    }
    ans_buf_add_c(&m->b, '}');
}

ans_err ans_json_merge(ans_cx *cx, const ans_json *doc, const ans_json *patch, ans_str *out)
{
    merging m = {.doc = doc, .patch = patch};
    ans_str text;
    if (!is_object(patch, 0)) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("http.body"), "a JSON Merge Patch is an object");
    }
    ans_buf_init_arena(&m.b, cx->arena, MOST_TEXT);
    merge(&m, 0, 0);
    if (m.steps > MOST_STEPS) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR("http.body"), "the patch has too many members to look for");
    }
    ans_err err = ans_buf_finish(&m.b, &text);
    if (err != ANS_OK) {
        return ans_arena_is_full(cx->arena) ? ans_cx_nomem(cx) : ans_issue_add(cx, err, ANS_STR("http.body"), "the patched text would be larger than %zu bytes", MOST_TEXT);
    }
    *out = text;
    return ANS_OK;
}
