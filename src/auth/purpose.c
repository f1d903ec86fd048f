/* The table of purposes (content/access/purposes.json), read once and strictly: a slip of the pen must not open a record. */
#include "auth/consent.h"

#include "auth/rights.h"

typedef struct reading {
    ans_cx *cx;
    const ans_json *doc;
    ans_purposes *out;
} reading;

static ans_err bad(reading *r, const char *what, ans_str name)
{
    return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR("purposes.json"), "%s: '%.*s'", what, ANS_FMT(name));
}

static ans_str text_at(reading *r, ans_jnode object, const char *name)
{
    return ans_json_get_string(r->cx, r->doc, object, ans_str_of(name));
}

static uint32_t place_of(ans_str word, const char *const *words)
{
    for (uint32_t i = 0; words[i]; i++) {
        if (ans_str_is(word, words[i])) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* A whole number from 1 to most; 0: it is none. */
static uint32_t number_at(reading *r, ans_jnode object, const char *name, uint32_t most)
{
    ans_jnode n = ans_json_get(r->doc, object, ans_str_of(name));
    uint64_t v = 0;
    bool ok = n != ANS_JNONE && ans_json_kind_of(r->doc, n) == ANS_JSON_NUMBER && ans_str_u64(ans_json_raw(r->doc, n), &v);
    return ok && v <= most ? (uint32_t)v : 0;
}

static ans_err read_flag(reading *r, ans_jnode object, const char *name, bool *out)
{
    ans_jnode n = ans_json_get(r->doc, object, ans_str_of(name));
    *out = n != ANS_JNONE && ans_json_kind_of(r->doc, n) == ANS_JSON_TRUE;
    return n == ANS_JNONE || *out ? ANS_OK : bad(r, "only true is written", ans_str_of(name));
}

static ans_err read_groups(reading *r, ans_jnode object, ans_purpose *p)
{
    ans_jnode list = ans_json_get(r->doc, object, ANS_STR("groups"));
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    ans_str *at = ANS_NEW_N(r->cx->arena, ans_str, ans_json_count(r->doc, list) + 1);
    if (!at) {
        return ans_cx_nomem(r->cx);
    }
    ANS_JSON_EACH(r->doc, list, n) {
        at[p->group_count] = ans_json_string(r->cx, r->doc, n);
        if (!at[p->group_count++].n) {
            return bad(r, "a group is named", p->code);
        }
    }
    p->groups = at;
    return ANS_OK;
}

static ans_err read_members(reading *r, ans_jnode n, ans_purpose *p)
{
    static const char *const members[] = {"title", "text", "edition", "basis", "publishes", "own_test", "recipient", "scope", "groups", NULL};
    static const char *const bases[] = {"consent", "ground", "law", "decision", NULL}, *const scopes[] = {"data", "care", NULL};
    ANS_JSON_EACH(r->doc, n, m) {
        if (place_of(ans_json_key(r->doc, m), members) == UINT32_MAX) {
            return bad(r, "unknown member", ans_json_key(r->doc, m));
        }
    }
    uint32_t basis = place_of(text_at(r, n, "basis"), bases), scope = place_of(text_at(r, n, "scope"), scopes);
    if (basis == UINT32_MAX || scope == UINT32_MAX) {
        return bad(r, "basis and scope are wanted", p->code);
    }
    p->basis = (uint8_t)basis;
    p->scope = scope == 0 ? ANS_SCOPE_OF_DATA : ANS_SCOPE_OF_CARE;
    p->edition = number_at(r, n, "edition", 10000);
    ans_err err = read_flag(r, n, "publishes", &p->publishes);
    err = err == ANS_OK ? read_flag(r, n, "own_test", &p->own_test) : err;
    err = err == ANS_OK ? read_flag(r, n, "recipient", &p->to_recipient) : err;
    err = err == ANS_OK ? read_groups(r, n, p) : err;
    bool asked = basis == ANS_BASIS_CONSENT || basis == ANS_BASIS_GROUND;
    if (err == ANS_OK && (!p->vi.n || !p->en.n || (asked && (!p->text_vi.n || !p->text_en.n || !p->edition)))) {
        return bad(r, "title, and where somebody is asked text and edition, are wanted", p->code);
    }
    return err != ANS_OK || !p->to_recipient == !p->group_count ? err : bad(r, "what goes to a recipient names its groups, and only that", p->code);
}

static ans_err read_purpose(reading *r, ans_jnode n)
{
    ans_purposes *out = r->out;
    ans_jnode title = ans_json_get(r->doc, n, ANS_STR("title")), text = ans_json_get(r->doc, n, ANS_STR("text"));
    if (out->count == ANS_PURPOSE_MOST || ans_json_kind_of(r->doc, n) != ANS_JSON_OBJECT) {
        return bad(r, "too many purposes, or one that is no object", ans_json_key(r->doc, n));
    }
    ans_purpose *p = &out->list[out->count++];
    *p = (ans_purpose){.code = ans_json_key(r->doc, n),
                       .vi = text_at(r, title, "vi"),
                       .en = text_at(r, title, "en"),
                       .text_vi = text_at(r, text, "vi"),
                       .text_en = text_at(r, text, "en")};
    return read_members(r, n, p);
}

static ans_err read_all(reading *r)
{
    static const char *const members[] = {"about", "review", "ages", "law", "regime", "purposes", NULL};
    ans_jnode ages = ans_json_get(r->doc, 0, ANS_STR("ages")), purposes = ans_json_get(r->doc, 0, ANS_STR("purposes"));
    ans_purposes *out = r->out;
    ANS_JSON_EACH(r->doc, 0, m) {
        if (place_of(ans_json_key(r->doc, m), members) == UINT32_MAX) {
            return bad(r, "unknown member", ans_json_key(r->doc, m));
        }
    }
    out->regime = text_at(r, 0, "regime");
    out->adult = (int)number_at(r, ages, "adult", 120);
    out->together = (int)number_at(r, ages, "together", 120);
    out->own_test = (int)number_at(r, ages, "own-test", 120);
    bool grows = 0 < out->together && out->together < out->own_test && out->own_test <= out->adult;
    if (!grows || !out->regime.n || purposes == ANS_JNONE) {
        return bad(r, "missing or not in order", ANS_STR("ages, regime, purposes"));
    }
    ans_err err = ANS_OK;
    for (ans_jnode n = ans_json_first(r->doc, purposes); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(r->doc, purposes, n)) {
        err = read_purpose(r, n);
    }
    return err;
}

ans_err ans_purposes_read(ans_cx *cx, ans_str text, const ans_purposes **out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    ans_purposes *p = ANS_NEW(cx->arena, ans_purposes);
    ans_str kept = ans_arena_dup(cx->arena, text.n ? text : (ans_str){ans_access_purposes, ans_access_purposes_bytes});
    if (!doc || !p || !kept.p) {
        return ans_cx_nomem(cx);
    }
    ans_err err = ans_json_parse(cx, kept, NULL, doc);
    err = err == ANS_OK ? read_all(&(reading){cx, doc, p}) : err;
    *out = p;
    return err;
}

uint32_t ans_purpose_named(const ans_purposes *p, ans_str code)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (ans_str_eq(p->list[i].code, code)) {
            return i;
        }
    }
    return UINT32_MAX;
}
