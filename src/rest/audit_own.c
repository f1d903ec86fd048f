/* The log as the person it is about, or who represents them, sees it: when, who (by name and role), what for, and what of theirs. An entry may
 * name many persons (a page of a search is one entry): nothing of the others is shown, nor where from, nor with which words was asked.
 *
 * What they may not see they do not learn of here either: of what was touched only what they could read is named, "specially protected"
 * is said only of that, and an entry of which nothing else remains is left out. Who represents a person is told that the glass was broken, not the words of the reason: they may speak of them. */
#include "rest/rest_int.h"

enum { MOST_SHOWN = 50 };

bool audit_is_own(const job *j)
{
    return j->pass && ans_pass_is_own(j->pass);
}

static bool is_mine(const job *j, ans_rid patient)
{
    return ans_pass_allows(j->pass, ans_fhir_type_named(ANS_STR("AuditEvent")), ans_gate_mark_of_person(j->rest->o.gate, patient), ANS_RIGHT_READ);
}

/* What an entry touched, for whoever asks. What is no more cannot be judged: it is hidden. */
typedef enum look { OF_OTHERS, HIDDEN, SHOWN } look;

static ans_err look_at(job *j, ans_cx *cx, ans_reader *rd, ans_rid rid, look *out)
{
    ans_version v = {0};
    ans_mark m = ans_gate_mark(j->rest->o.gate, rid);
    ans_rid person = m.owner ? ans_gate_person(j->rest->o.gate, m.owner) : 0;
    *out = OF_OTHERS;
    if (m.owner && (!person || !is_mine(j, person))) {
        return ANS_OK;
    }
    ans_err err = ans_store_read_rid(cx, rd, rid, false, &v);
    ans_type type = err == ANS_OK ? ans_search_type_of(j->rest->o.search, v.ref.type) : 0;
    *out = err == ANS_OK && !m.owner ? OF_OTHERS : type && ans_pass_sees(j->pass, type, rid, ANS_RIGHT_READ) ? SHOWN : HIDDEN;
    return err == ANS_E_GONE || err == ANS_E_NOTFOUND ? ANS_OK : err;
}

/* It names this person, and of what it touched of theirs something may be seen: the record as a whole, or one thing in it. An entry of which
 * only hidden things remain would still tell who wrote about them, and when. */
bool audit_own_sees(job *j, ans_cx *cx, ans_reader *rd, const ans_event *e)
{
    bool named = false, hides = false;
    for (uint32_t i = 0; !named && i < e->patient_count; i++) {
        named = is_mine(j, e->patients[i]);
    }
    for (uint32_t i = 0; named && i < e->resource_count; i++) {
        look how;
        if (look_at(j, cx, rd, e->resources[i], &how) != ANS_OK) {
            return false;
        }
        if (how == SHOWN) {
            return true;
        }
        hides = hides || how == HIDDEN;
    }
    return named && !hides;
}

/* Opaque: numbers of entries tell how much happens in the house. */
ans_str audit_own_id(job *j, uint64_t seq)
{
    ans_str text = ans_arena_fmt(j->cx->arena, "log %.*s %llu", ANS_FMT(j->who.account), (unsigned long long)seq);
    return ans_arena_fmt(j->cx->arena, "%016llx", (unsigned long long)ans_hash64(ans_store_hash_key(j->rest->o.store), text));
}

typedef struct shown {
    ans_rid at[MOST_SHOWN];
    uint32_t count;
    bool is_compartment;
} shown;

static ans_err choose(job *j, ans_reader *rd, const ans_event *e, shown *out)
{
    ans_err err = ANS_OK;
    *out = (shown){0};
    for (uint32_t i = 0; err == ANS_OK && i < e->resource_count && out->count < MOST_SHOWN; i++) {
        look how;
        ans_mark m = ans_gate_mark(j->rest->o.gate, e->resources[i]);
        bool whole = m.owner && ans_gate_person(j->rest->o.gate, m.owner) == e->resources[i];
        err = whole ? ANS_OK : look_at(j, j->cx, rd, e->resources[i], &how);
        if (err == ANS_OK && !whole && how == SHOWN) {
            out->at[out->count++] = e->resources[i];
            out->is_compartment = out->is_compartment || m.labels;
        }
    }
    return err;
}

/* By name and role. Of another account of this kind the role alone: one who represents the person need not learn who the other is. */
static void put_agent(job *j, ans_jw *w, const ans_event *e)
{
    bool me = e->who.account.n && ans_str_eq(e->who.account, j->who.account);
    bool relative = ans_str_is(e->role, "person") || ans_str_is(e->role, "representative");
    ans_str name = e->who.display.n ? e->who.display : e->who.kind == ANS_WHO_LOCAL ? ANS_STR("owner of the data folder")
                   : e->who.kind == ANS_WHO_OPEN                       ? ANS_STR("An Sinh")
                                                                       : e->who.name;
    ans_jw_key(w, ANS_STR("agent"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    audit_write_role(w, e);
    if ((me || !relative) && name.n) {
        ans_jw_key(w, ANS_STR("who"));
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("display"), name);
        ans_jw_end(w, '}');
    }
    if (me) {
        ans_jw_kv(w, ANS_STR("altId"), e->who.account);
    }
    ans_jw_key(w, ANS_STR("requestor"));
    ans_jw_bool(w, true);
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
}

static ans_err put_entities(job *j, ans_reader *rd, ans_jw *w, const ans_event *e, const shown *s)
{
    ans_err err = ANS_OK;
    ans_jw_key(w, ANS_STR("entity"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; err == ANS_OK && i < e->patient_count; i++) {
        err = is_mine(j, e->patients[i]) ? audit_write_entity(j, rd, w, e->patients[i], true) : ANS_OK;
    }
    for (uint32_t i = 0; err == ANS_OK && i < s->count; i++) {
        err = audit_write_entity(j, rd, w, s->at[i], false);
    }
    ans_jw_end(w, ']');
    return err;
}

ans_err audit_own_write(job *j, ans_reader *rd, ans_jw *w, const ans_event *event)
{
    ans_event e = *event;
    shown s;
    ans_err err = choose(j, rd, event, &s);
    if (err != ANS_OK) {
        return err;
    }
    bool alone = e.deed == ANS_DID_BREAK_GLASS || e.patient_count == 1;
    e.is_break_glass = e.is_break_glass && alone; /* of a page of many it may have been another's */
    e.is_compartment = s.is_compartment;
    e.reason = e.is_break_glass && ans_str_starts(j->who.person, ANS_STR("RelatedPerson/")) ? ANS_STR_NONE : e.reason;
    audit_write_head(j, w, audit_own_id(j, e.seq), &e, false);
    put_agent(j, w, &e);
    audit_write_source(w);
    err = put_entities(j, rd, w, &e, &s);
    ans_jw_end(w, '}');
    return err;
}
