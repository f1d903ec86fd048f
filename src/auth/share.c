/* Who may have what: Consents in force and recorded grounds that name a recipient, in memory. Made from the record at start and told of
 * every commit (place.c), under the gate's lock; a pass of a bound program asks once for all (where.c), so that a request asks nothing new.
 *
 * What is not understood does not open anything: a provision that narrows in a way this table does not know counts as none at all. */
#include "auth/gate_int.h"

#define GROUND_CODE "sharing-ground"

/* ---- the table ---- */

static void drop(ans_gate *g, ans_rid rid)
{
    if (rid_list_drop(&g->shares, sizeof(share), rid)) {
        atomic_fetch_add(&g->edition, 1);
    }
}

static ans_err put(ans_gate *g, const share *s)
{
    if (!rid_list_put(&g->shares, sizeof *s, s->rid, s)) {
        return ANS_E_NOMEM;
    }
    atomic_fetch_add(&g->edition, 1);
    return ANS_OK;
}

/* ---- reading ---- */

typedef struct source {
    ans_gate *g;
    ans_cx *cx;
    ans_json doc;
} source;

static ans_str text_at(source *s, ans_jnode object, const char *name)
{
    return ans_json_get_string(s->cx, &s->doc, object, ans_str_of(name));
}

static ans_jnode at(source *s, ans_jnode object, const char *name)
{
    return ans_json_get(&s->doc, object, ans_str_of(name));
}

static uint32_t number_at(source *s, ans_jnode reference, owner_kind kind)
{
    ans_reference r;
    ans_reference_parse(text_at(s, reference, "reference"), &r);
    return r.kind == ANS_REF_LOCAL && r.type == s->g->kinds[kind] ? owner_named(s->g, kind, r.id) : 0;
}

/* The first moment of a text, or behind its last; false: it is no time. */
static bool moment(source *s, ans_str text, bool is_end, int64_t *out)
{
    ans_datetime d;
    ans_tick low, high;
    if (!text.n) {
        return true;
    }
    if (!ans_datetime_parse(text, true, &d)) {
        return false;
    }
    ans_datetime_range(&d, s->g->zone, &low, &high);
    *out = is_end ? high / 10 : low / 10;
    return true;
}

static bool read_period(source *s, ans_jnode period, share *out)
{
    return moment(s, text_at(s, period, "start"), false, &out->from_us) && moment(s, text_at(s, period, "end"), true, &out->to_us);
}

static bool has_only(source *s, ans_jnode object, const char *known)
{
    ANS_JSON_EACH(&s->doc, object, m) {
        ans_str word = ans_arena_fmt(s->cx->arena, " %.*s ", ANS_FMT(ans_json_key(&s->doc, m)));
        if (!word.p || ans_str_search(ans_str_of(known), word) < 0) {
            return false;
        }
    }
    return true;
}

static bool read_recipients(source *s, ans_jnode list, share *out)
{
    if (list == ANS_JNONE || ans_json_kind_of(&s->doc, list) != ANS_JSON_ARRAY || ans_json_count(&s->doc, list) > SHARE_TO_MOST) {
        return false;
    }
    ANS_JSON_EACH(&s->doc, list, n) {
        uint32_t to = number_at(s, at(s, n, "reference"), OWNER_ORG);
        if (!to) {
            return false;
        }
        out->to[out->to_count++] = to;
    }
    return out->to_count > 0;
}

static bool read_purpose(source *s, ans_str system, ans_str code, share *out)
{
    uint32_t i = ans_str_is(system, ANS_PURPOSE_SYSTEM) ? ans_purpose_named(s->g->purposes, code) : UINT32_MAX;
    out->purpose = i == UINT32_MAX ? 0 : i;
    return i != UINT32_MAX && s->g->purposes->list[i].to_recipient;
}

/* An active Consent that permits one purpose to organisations by name, and says nothing else. */
static bool read_consent(source *s, share *out)
{
    ans_jnode provision = at(s, 0, "provision"), purposes = at(s, provision, "purpose");
    out->person = number_at(s, at(s, 0, "patient"), OWNER_PERSON);
    if (!ans_str_is(text_at(s, 0, "status"), "active") || at(s, 0, "modifierExtension") != ANS_JNONE || !out->person || purposes == ANS_JNONE ||
        ans_json_count(&s->doc, purposes) != 1) {
        return false;
    }
    ans_jnode first = ans_json_first(&s->doc, purposes);
    bool from = moment(s, text_at(s, 0, "dateTime"), false, &out->from_us);
    return from && ans_str_is(text_at(s, provision, "type"), "permit") && has_only(s, provision, " id type period actor purpose ") &&
           read_purpose(s, text_at(s, first, "system"), text_at(s, first, "code"), out) &&
           s->g->purposes->list[out->purpose].basis != ANS_BASIS_DECISION && read_period(s, at(s, provision, "period"), out) &&
           read_recipients(s, at(s, provision, "actor"), out);
}

static ans_jnode extension(source *s, ans_jnode object, const char *url)
{
    ans_jnode list = at(s, object, "extension");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&s->doc, list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        if (ans_str_is(text_at(s, n, "url"), url)) {
            return n;
        }
    }
    return ANS_JNONE;
}

/* Ended before its days were over: from that moment on it opens nothing. An end that cannot be read opens nothing at all. */
static bool read_end(source *s, share *out)
{
    int64_t ended = INT64_MAX;
    ans_jnode end = extension(s, 0, "urn:ansinh:extension:withdrawal");
    ans_str when = text_at(s, extension(s, end, "when"), "valueDateTime");
    bool read = end == ANS_JNONE || (when.n && moment(s, when, false, &ended));
    out->to_us = ended < out->to_us ? ended : out->to_us;
    return read;
}

/* A Basic that records a ground: a referral, an emergency. */
static bool read_ground(source *s, share *out)
{
    ans_jnode codings = at(s, at(s, 0, "code"), "coding"), coding = codings == ANS_JNONE ? codings : ans_json_first(&s->doc, codings);
    if (!ans_str_is(text_at(s, coding, "system"), "urn:ansinh:decision") || !ans_str_is(text_at(s, coding, "code"), GROUND_CODE)) {
        return false;
    }
    ans_jnode ground = extension(s, 0, "urn:ansinh:extension:ground"), purpose = extension(s, ground, "purpose");
    uint32_t to = number_at(s, at(s, extension(s, ground, "recipient"), "valueReference"), OWNER_ORG);
    out->person = number_at(s, at(s, 0, "subject"), OWNER_PERSON);
    out->is_ground = true;
    out->to[0] = to;
    out->to_count = 1;
    return to && out->person && at(s, 0, "modifierExtension") == ANS_JNONE && ans_str_trim(text_at(s, extension(s, ground, "number"), "valueString")).n &&
           read_purpose(s, ANS_STR(ANS_PURPOSE_SYSTEM), text_at(s, purpose, "valueCode"), out) &&
           s->g->purposes->list[out->purpose].basis == ANS_BASIS_GROUND &&
           read_period(s, at(s, extension(s, 0, "urn:ansinh:extension:period"), "valuePeriod"), out) && read_end(s, out);
}

ans_err share_apply(ans_gate *g, ans_cx *cx, ans_type type, ans_rid rid, ans_str body)
{
    source s = {.g = g, .cx = cx};
    share one = {.rid = rid, .from_us = INT64_MIN, .to_us = INT64_MAX};
    ans_err err = body.n ? ans_json_parse(cx, body, NULL, &s.doc) : ANS_OK;
    if (err != ANS_OK) {
        drop(g, rid); /* what cannot be read opens nothing */
        return err;
    }
    bool counts = body.n && (type == g->t_consent ? read_consent(&s, &one) : read_ground(&s, &one));
    if (counts) {
        return put(g, &one);
    }
    drop(g, rid);
    return ANS_OK;
}

/* ---- asking ---- */

static bool names(const ans_gate *g, const share *s, uint32_t recipient)
{
    for (uint32_t i = 0; i < s->to_count; i++) {
        if (owner_real(g, s->to[i]) == recipient) {
            return true;
        }
    }
    return false;
}

void share_each(ans_gate *g, uint32_t purpose, uint32_t recipient, int64_t now_us, void (*fn)(void *arg, uint32_t person), void *arg,
                int64_t *until_us)
{
    for (uint32_t i = 0; recipient && i < g->shares.count; i++) {
        const share *s = (const share *)g->shares.items + i;
        if (s->purpose != purpose || !names(g, s, recipient)) {
            continue;
        }
        int64_t next = s->from_us > now_us ? s->from_us : s->to_us;
        *until_us = next > now_us && next < *until_us ? next : *until_us;
        if (s->from_us <= now_us && now_us < s->to_us) {
            fn(arg, owner_real(g, s->person));
        }
    }
}

typedef struct looking {
    uint32_t person;
    bool found;
} looking;

static void look(void *arg, uint32_t person)
{
    looking *l = arg;
    l->found = l->found || person == l->person;
}

bool ans_consent_allows(ans_gate *g, ans_str patient, ans_str recipient, ans_str purpose, int64_t now_us)
{
    uint32_t p = ans_purpose_named(g->purposes, purpose);
    int64_t until;
    if (p == UINT32_MAX) {
        return false;
    }
    (void)pthread_mutex_lock(&g->lock);
    g->only_find = true;
    uint32_t to = owner_real(g, owner_named(g, OWNER_ORG, recipient));
    looking l = {.person = owner_real(g, owner_named(g, OWNER_PERSON, patient))};
    g->only_find = false;
    l.found = l.person && to && g->purposes->list[p].basis == ANS_BASIS_LAW;
    if (l.person) {
        share_each(g, p, to, now_us, look, &l, &until);
    }
    (void)pthread_mutex_unlock(&g->lock);
    return l.found;
}
