/* What is written while the clock is in doubt (base/clock.h): care goes on and every version says so, in meta.tag, since its time may be
 * wrong; a signature says who stood for what at what time, so it waits (care_rule.c). */
#include "rest/rest_int.h"

#include "base/os.h"

#define SYSTEM "urn:ansinh:tag:clock"
#define CODING "{\"system\":\"" SYSTEM "\",\"code\":\"doubtful\"}"

ans_clock_state clock_state(const ans_rest *rest)
{
    return rest->o.clock ? ans_clock_look(rest->o.clock, ans_now_us(), ans_boot_us()) : ANS_CLOCK_RIGHT;
}

static bool has_tag(ans_cx *cx, const ans_json *doc, ans_jnode tags)
{
    ANS_JSON_EACH(doc, tags, one) {
        if (ans_str_is(ans_json_get_string(cx, doc, one, ANS_STR("system")), SYSTEM)) {
            return true;
        }
    }
    return false;
}

/* Canonical bytes begin with resourceType, id and meta, an object (canon.c). */
static ans_err mark(job *j, ans_change *c)
{
    ans_json doc;
    ans_buf b;
    ans_str body;
    ans_err err = ans_json_parse(j->cx, c->body, NULL, &doc);
    if (err != ANS_OK) {
        return err;
    }
    ans_jnode meta = ans_json_get(&doc, 0, ANS_STR("meta")), tags = ans_json_get(&doc, meta, ANS_STR("tag"));
    bool is_list = tags != ANS_JNONE && ans_json_kind_of(&doc, tags) == ANS_JSON_ARRAY;
    if (meta == ANS_JNONE || (tags != ANS_JNONE && !is_list) || (is_list && has_tag(j->cx, &doc, tags))) {
        return ANS_OK;
    }
    const ans_json_node *at = ans_json_at(&doc, is_list ? tags : meta); /* behind its opening bracket */
    bool is_empty = ans_json_count(&doc, is_list ? tags : meta) == 0;
    ans_buf_init_arena(&b, j->cx->arena, c->body.n + 256);
    ans_buf_add(&b, ans_str_head(c->body, at->at + 1));
    ans_buf_add(&b, is_list ? ANS_STR(CODING) : ANS_STR("\"tag\":[" CODING "]"));
    ans_buf_add(&b, is_empty ? ANS_STR_NONE : ANS_STR(","));
    ans_buf_add(&b, ans_str_from(c->body, at->at + 1));
    err = ans_buf_finish(&b, &body);
    if (err != ANS_OK) {
        return ans_cx_nomem(j->cx);
    }
    c->body = body;
    c->hash = ans_hash_content(body);
    return ans_search_index_body(j->rest->o.search, j->cx, c->ref.type, body, &c->rows);
}

ans_err doubt_mark(job *j)
{
    ans_err err = ANS_OK;
    if (clock_state(j->rest) == ANS_CLOCK_RIGHT) {
        return ANS_OK;
    }
    for (uint32_t i = 0; err == ANS_OK && i < j->txn.count; i++) {
        err = j->txn.changes[i].is_delete ? ANS_OK : mark(j, &j->txn.changes[i]);
    }
    return err;
}
