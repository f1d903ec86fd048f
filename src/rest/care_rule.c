/* Care rules: what no screen may do, and no program either, once people sign in. docs/conformance.md tells them.
 *
 * The one idea: a rule is a function in the table below. It sees one change beside its current version, and the record as it will be
 * after the whole transaction, and says no with a place and a reason. Rules that another write could overtake are asked again by
 * the transaction's guard on the writer's thread, where nothing comes between. Rules look at the whole record, not at what the
 * caller may see: a bed is taken whoever lies in it. So a refusal names no person. */
#include "rest/stock_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/os.h"
#include "base/sort.h"

static care_rule sign_in_time, keep_signed, keep_given, check_life, check_period;

enum proof { PROVE_NEVER, PROVE_VERSION, PROVE_BED, PROVE_STAY, PROVE_STOCK };

static const struct rule {
    const char *type;
    care_rule *run;
    uint8_t proof; /* what could have moved until the commit */
} rules[] = {
    {"Composition", sign_in_time, PROVE_NEVER},
    {"QuestionnaireResponse", sign_in_time, PROVE_NEVER},
    {"Composition", keep_signed, PROVE_VERSION},
    {"Composition", care_signature, PROVE_VERSION},
    {"QuestionnaireResponse", keep_signed, PROVE_VERSION},
    {"MedicationAdministration", keep_given, PROVE_VERSION},
    {"MedicationAdministration", care_dose, PROVE_NEVER},
    {"MedicationAdministration", care_checked, PROVE_NEVER},
    {"MedicationAdministration", care_taken, PROVE_NEVER},
    {"MedicationRequest", care_order, PROVE_VERSION},
    {"MedicationRequest", care_there, PROVE_NEVER},
    {"ServiceRequest", care_there, PROVE_NEVER},
    {"NutritionOrder", care_there, PROVE_NEVER},
    {"Observation", care_there, PROVE_NEVER},
    {"QuestionnaireResponse", care_there, PROVE_NEVER},
    {"Immunization", care_there, PROVE_NEVER},
    {"Patient", check_life, PROVE_NEVER},
    {"Patient", care_born, PROVE_NEVER},
    {"Patient", care_change_by, PROVE_NEVER},
    {"Patient", care_link, PROVE_NEVER},
    {"Patient", care_face, PROVE_NEVER},
    {"Media", care_media, PROVE_NEVER},
    {"CareTeam", care_team, PROVE_VERSION},
    {"Organization", care_house, PROVE_VERSION},
    {"Encounter", check_period, PROVE_NEVER},
    {"Encounter", care_bed, PROVE_BED},
    {"Location", care_bed_closed, PROVE_BED},
    {"Encounter", care_come, PROVE_STAY},
    {"Encounter", care_there, PROVE_NEVER},
    {"EpisodeOfCare", check_period, PROVE_NEVER},
    {"Procedure", care_technique, PROVE_NEVER},
    {"Consent", consent_rule, PROVE_VERSION},
    {"RelatedPerson", representation_rule, PROVE_NEVER},
    {"RelatedPerson", care_change_by, PROVE_NEVER},
    {"Contract", care_change_by, PROVE_NEVER},
    {"Coverage", care_change_by, PROVE_NEVER},
    {"Basic", decision_rule, PROVE_VERSION},
    {"Task", data_request_rule, PROVE_VERSION},
    {"SupplyRequest", care_card, PROVE_VERSION},
    {"SupplyDelivery", care_move, PROVE_STOCK},
    {"List", care_count, PROVE_VERSION},
};
enum { RULES = sizeof rules / sizeof rules[0] };

/* ---- for rules ---- */

ans_err care_refuse(care *c, const care_change *x, const char *where, const char *fmt, ...)
{
    char text[300];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ans_str place = bundle_place(c->j, x->change);
    place = place.n ? ans_arena_fmt(c->cx->arena, "%.*s%s%s", ANS_FMT(place), *where ? "." : "", where)
                    : ans_arena_fmt(c->cx->arena, "%s%s%s", ans_fhir_types[x->type].name, *where ? "." : "", where);
    return ans_issue_add(c->cx, ANS_E_RULE, place, "%s", text);
}

ans_str care_string(const care *c, const ans_json *doc, const char *name)
{
    return doc->count ? ans_json_get_string(c->cx, doc, 0, ans_str_of(name)) : ANS_STR_NONE;
}

bool care_status_is(const care *c, const ans_json *doc, const char *status)
{
    return ans_str_is(care_string(c, doc, "status"), status);
}

care_time care_time_at(const care *c, const ans_json *doc, ans_jnode object, const char *name)
{
    ans_datetime d;
    care_time t = {0};
    ans_str text = doc->count ? ans_json_get_string(c->cx, doc, object, ans_str_of(name)) : ANS_STR_NONE;
    t.is_there = text.n && ans_datetime_parse(text, true, &d);
    if (t.is_there) {
        ans_datetime_range(&d, c->zone, &t.low, &t.high);
    }
    return t;
}

ans_ref care_reference(const care *c, const ans_json *doc, ans_jnode object)
{
    ans_reference r;
    ans_reference_parse(ans_json_get_string(c->cx, doc, object, ANS_STR("reference")), &r);
    bool ours = r.kind == ANS_REF_LOCAL && r.type;
    return (ans_ref){ours ? ans_search_type_number(c->j->rest->o.search, r.type) : 0, ours ? r.id : ANS_STR_NONE};
}

static int by_ref(const void *a, const void *b)
{
    const ans_ref *x = &((const care_change *)a)->change->ref, *y = &((const care_change *)b)->change->ref;
    return x->type != y->type ? (x->type < y->type ? -1 : 1) : ans_str_cmp(x->id, y->id);
}

const care_change *care_changed(const care *c, ans_ref ref)
{
    ans_change change = {.ref = ref};
    care_change key = {.change = &change};
    return ans_sorted_find(&key, c->list, c->count, sizeof key, by_ref);
}

static ans_err read_version(care *c, ans_ref ref, ans_version *v, ans_json *out)
{
    *out = (ans_json){0};
    *v = (ans_version){0};
    ans_err err = ref.id.n ? ans_store_read(c->cx, c->rd, ref, v) : ANS_E_NOTFOUND;
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ANS_OK;
    }
    return err == ANS_OK ? ans_json_parse(c->cx, v->body, NULL, out) : err;
}

static ans_err read_current(care *c, ans_ref ref, ans_json *out)
{
    ans_version v;
    return read_version(c, ref, &v, out);
}

ans_err care_read(care *c, ans_ref ref, ans_json *out)
{
    const care_change *x = care_changed(c, ref);
    if (!x) {
        return read_current(c, ref, out);
    }
    *out = x->now;
    return ANS_OK;
}

/* ---- what is finished stays as it is ---- */

static bool same(ans_cx *cx, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y);

static bool same_object(ans_cx *cx, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y)
{
    ANS_JSON_EACH(a, x, one) {
        ans_jnode other = ans_json_get(b, y, ans_json_key(a, one));
        if (other == ANS_JNONE || !same(cx, a, one, b, other)) {
            return false;
        }
    }
    return ans_json_count(a, x) == ans_json_count(b, y);
}

/* b begins with what a holds. */
static bool begins(ans_cx *cx, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y)
{
    ans_jnode other = ans_json_first(b, y);
    ANS_JSON_EACH(a, x, one) {
        if (other == ANS_JNONE || !same(cx, a, one, b, other)) {
            return false;
        }
        other = ans_json_next(b, y, other);
    }
    return true;
}

/* The same value; how a number or a string is spelt does not matter, since a browser spells it anew. Depth: the parser's limit. */
static bool same(ans_cx *cx, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y)
{
    ans_decimal m, n;
    ans_json_kind kind = ans_json_kind_of(a, x);
    if (kind != ans_json_kind_of(b, y)) {
        return false;
    }
    switch (kind) {
    case ANS_JSON_OBJECT:
        return same_object(cx, a, x, b, y);
    case ANS_JSON_ARRAY:
        return ans_json_count(a, x) == ans_json_count(b, y) && begins(cx, a, x, b, y);
    case ANS_JSON_STRING:
        return ans_str_eq(ans_json_string(cx, a, x), ans_json_string(cx, b, y));
    case ANS_JSON_NUMBER:
        return ans_str_eq(ans_json_raw(a, x), ans_json_raw(b, y)) ||
               (ans_decimal_parse(ans_json_raw(a, x), &m) && ans_decimal_parse(ans_json_raw(b, y), &n) && ans_decimal_cmp(m, n) == 0);
    default:
        return true;
    }
}

bool care_same(const care *c, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y)
{
    return same(c->cx, a, x, b, y);
}

static bool is_in(ans_str name, const char *const *names)
{
    for (; *names; names++) {
        if (ans_str_is(name, *names)) {
            return true;
        }
    }
    return false;
}

bool care_is_kept(care *c, const care_change *x, const char *const *is_free, const char *const *grows)
{
    ANS_JSON_EACH(&x->old, 0, one) {
        ans_str key = ans_json_key(&x->old, one);
        ans_jnode other = ans_json_get(&x->now, 0, key);
        if (ans_str_is(key, "meta") || is_in(key, is_free)) {
            continue;
        }
        bool lists = other != ANS_JNONE && is_in(key, grows) && ans_json_kind_of(&x->old, one) == ANS_JSON_ARRAY &&
                     ans_json_kind_of(&x->now, other) == ANS_JSON_ARRAY;
        if (other == ANS_JNONE || !(lists ? begins(c->cx, &x->old, one, &x->now, other) : same(c->cx, &x->old, one, &x->now, other))) {
            return false;
        }
    }
    ANS_JSON_EACH(&x->now, 0, one) {
        ans_str key = ans_json_key(&x->now, one);
        bool known = ans_str_is(key, "meta") || is_in(key, is_free) || is_in(key, grows);
        if (!known && ans_json_get(&x->old, 0, key) == ANS_JNONE) {
            return false;
        }
    }
    return true;
}

static const char *const nothing[] = {NULL};

static bool has_extension(care *c, const ans_json *doc, const char *url, bool with_words)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        bool it = ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), url);
        ans_str words = it && with_words ? ans_json_get_string(c->cx, doc, one, ANS_STR("valueString")) : ANS_STR_NONE;
        if (it && (!with_words || ans_str_trim(words).n)) {
            return true;
        }
    }
    return false;
}

#define SIGNATURE "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
#define REASON "urn:ansinh:extension:reason"

bool care_has_reason(care *c, const ans_json *doc)
{
    return has_extension(c, doc, REASON, true);
}

/* How many have signed it; also when it was struck through later. */
static uint32_t signatures(care *c, const ans_json *doc)
{
    static const char *const done[] = {"final", "amended", "completed", "entered-in-error", NULL};
    if (!doc->count || !is_in(care_string(c, doc, "status"), done)) {
        return 0;
    }
    ans_jnode attester = ans_json_get(doc, 0, ANS_STR("attester"));
    return (attester == ANS_JNONE ? 0 : ans_json_count(doc, attester)) + has_extension(c, doc, SIGNATURE, false);
}

static bool is_signed(care *c, const care_change *x)
{
    return signatures(c, &x->old) > 0;
}

/* Who stood for what, and when: not while nobody knows when. */
static ans_err sign_in_time(care *c, const care_change *x)
{
    if (clock_state(c->j->rest) == ANS_CLOCK_RIGHT || signatures(c, &x->now) <= signatures(c, &x->old)) {
        return ANS_OK;
    }
    c->j->an.retry_seconds = 60;
    return ans_issue_add(c->cx, ANS_E_BUSY, ans_fhir_type_name(x->type),
                         "the clock of the server is in doubt: signing waits until it is right, everything else goes on");
}

bool care_is_me(care *c, ans_ref who)
{
    ans_json role;
    ans_type type = who.id.n ? ans_search_type_of(c->j->rest->o.search, who.type) : 0;
    if (!type || !c->j->who.practitioner.n) {
        return false;
    }
    if (ans_str_is(ans_fhir_type_name(type), "PractitionerRole") && read_current(c, who, &role) == ANS_OK && role.count) {
        who = care_reference(c, &role, ans_json_get(&role, 0, ANS_STR("practitioner")));
        type = who.id.n ? ans_search_type_of(c->j->rest->o.search, who.type) : 0;
    }
    return type && ans_str_is(ans_fhir_type_name(type), "Practitioner") && ans_str_eq(who.id, c->j->who.practitioner);
}

/* One reference (QuestionnaireResponse) or several (Composition). */
bool care_is_author(care *c, const ans_json *doc)
{
    ans_jnode author = ans_json_get(doc, 0, ANS_STR("author"));
    if (author == ANS_JNONE || ans_json_kind_of(doc, author) != ANS_JSON_ARRAY) {
        return author != ANS_JNONE && care_is_me(c, care_reference(c, doc, author));
    }
    ANS_JSON_EACH(doc, author, one) {
        if (care_is_me(c, care_reference(c, doc, one))) {
            return true;
        }
    }
    return false;
}

static ans_err keep_signed(care *c, const care_change *x)
{
    static const char *const status[] = {"status", NULL}, *const reason[] = {"extension", NULL};
    if (!is_signed(c, x)) {
        return ANS_OK;
    }
    if (!x->now.count) {
        return care_refuse(c, x, "", "what was signed is never deleted: its author may mark it entered-in-error, with a reason");
    }
    if (care_is_kept(c, x, nothing, nothing)) { /* sent once more */
        return ANS_OK;
    }
    bool struck = care_status_is(c, &x->now, "entered-in-error") && !care_status_is(c, &x->old, "entered-in-error");
    if (!struck || !care_is_kept(c, x, status, reason)) {
        return care_refuse(c, x, struck ? "" : "status", "this was signed and stays as it is: write an addendum, a new document with relatesTo");
    }
    if (!care_is_author(c, &x->old)) {
        return care_refuse(c, x, "status", "only the author of what was signed marks it entered-in-error");
    }
    return has_extension(c, &x->now, REASON, true) && !has_extension(c, &x->old, REASON, true)
               ? ANS_OK
               : care_refuse(c, x, "extension", "say why it is entered-in-error: an extension " REASON " with a valueString");
}

/* ---- doses ---- */

/* One more performer: the caller, who is not among the others. */
static bool is_cosigned(care *c, const care_change *x)
{
    static const char *const performer[] = {"performer", NULL};
    ans_jnode old = ans_json_get(&x->old, 0, ANS_STR("performer")), now = ans_json_get(&x->now, 0, ANS_STR("performer"));
    ans_jnode last = ANS_JNONE;
    if (now == ANS_JNONE || !care_is_kept(c, x, nothing, performer)) {
        return false;
    }
    if (ans_json_count(&x->now, now) != (old == ANS_JNONE ? 0 : ans_json_count(&x->old, old)) + 1) {
        return false;
    }
    ANS_JSON_EACH(&x->now, now, one) {
        if (last != ANS_JNONE && care_is_me(c, care_reference(c, &x->now, ans_json_get(&x->now, last, ANS_STR("actor"))))) {
            return false;
        }
        last = one;
    }
    return last != ANS_JNONE && care_is_me(c, care_reference(c, &x->now, ans_json_get(&x->now, last, ANS_STR("actor"))));
}

static ans_err keep_given(care *c, const care_change *x)
{
    static const char *const status[] = {"status", NULL}, *const why[] = {"statusReason", "note", NULL};
    bool struck = care_status_is(c, &x->old, "entered-in-error");
    if (!struck && !care_status_is(c, &x->old, "completed")) {
        return ANS_OK;
    }
    if (!x->now.count) {
        return care_refuse(c, x, "", "a dose that was given is never deleted: mark it entered-in-error");
    }
    bool strikes = !struck && care_status_is(c, &x->now, "entered-in-error");
    bool ok = care_is_kept(c, x, nothing, nothing) || (strikes && care_is_kept(c, x, status, why)) || (!struck && is_cosigned(c, x));
    return ok ? ANS_OK
              : care_refuse(c, x, strikes ? "" : "status",
                            struck ? "a dose that was marked entered-in-error stays as it is: record the right one"
                                   : "a dose that was given stays as it is: mark it entered-in-error with everything else as it was, or "
                                     "add one's own second signature");
}

/* ---- days that cannot be ---- */

static ans_err check_life(care *c, const care_change *x)
{
    care_time birth = care_time_at(c, &x->now, 0, "birthDate"), death = care_time_at(c, &x->now, 0, "deceasedDateTime");
    if (birth.is_there && birth.low > c->time) {
        return care_refuse(c, x, "birthDate", "the day of birth lies in the future");
    }
    if (death.is_there && death.low > c->time + CARE_AHEAD) {
        return care_refuse(c, x, "deceased", "the death lies in the future");
    }
    return birth.is_there && death.is_there && death.high <= birth.low ? care_refuse(c, x, "deceased", "the death lies before the birth") : ANS_OK;
}

static ans_err check_period(care *c, const care_change *x)
{
    if (!x->now.count || care_status_is(c, &x->now, "entered-in-error")) {
        return ANS_OK;
    }
    ans_jnode period = ans_json_get(&x->now, 0, ANS_STR("period"));
    care_time start = care_time_at(c, &x->now, period, "start"), end = care_time_at(c, &x->now, period, "end");
    return start.is_there && end.is_there && end.high <= start.low ? care_refuse(c, x, "period.end", "the end lies before the beginning") : ANS_OK;
}

/* ---- asking the rules ---- */

static bool has_rule(ans_type t)
{
    for (int i = 0; i < RULES; i++) {
        if (ans_str_is(ans_fhir_type_name(t), rules[i].type)) {
            return true;
        }
    }
    return false;
}

/* The store proves a version that was named; an id that is free has none. */
static bool must_prove(care *c, const care_change *x)
{
    for (int i = 0; i < RULES; i++) {
        bool it = ans_str_is(ans_fhir_type_name(x->type), rules[i].type);
        bool moves = (rules[i].proof == PROVE_VERSION && x->change->if_vid == ANS_VID_ANY) || (rules[i].proof == PROVE_BED && (care_takes_bed(c, x) || care_closes_bed(c, x))) ||
                     (rules[i].proof == PROVE_STAY && care_comes_or_goes(c, x)) || (rules[i].proof == PROVE_STOCK && (x->change->if_vid == ANS_VID_ANY || care_takes_stock(c, x)));
        if (it && moves) {
            return true;
        }
    }
    return false;
}

static ans_err gather(care *c, bool *out_any)
{
    ans_txn *txn = &c->j->txn;
    *out_any = false;
    for (uint32_t i = 0; i < txn->count && !*out_any; i++) {
        *out_any = has_rule(ans_search_type_of(c->j->rest->o.search, txn->changes[i].ref.type));
    }
    c->list = *out_any ? ANS_NEW_N(c->cx->arena, care_change, txn->count) : NULL;
    if (*out_any && !c->list) {
        return ans_cx_nomem(c->cx);
    }
    for (uint32_t i = 0; *out_any && i < txn->count; i++) {
        ans_change *change = &txn->changes[i];
        ans_type type = ans_search_type_of(c->j->rest->o.search, change->ref.type);
        if (!has_rule(type) && type != c->t_location && type != c->t_order) {
            continue;
        }
        care_change *x = &c->list[c->count++];
        *x = (care_change){.change = change, .type = type};
        ans_err err = change->is_delete ? ANS_OK : ans_json_parse(c->cx, change->body, NULL, &x->now);
        ans_version v = {0};
        err = err == ANS_OK && change->if_vid != ANS_VID_ABSENT ? read_version(c, change->ref, &v, &x->old) : err;
        x->old_vid = v.vid;
        x->old_us = v.when_us;
        if (err != ANS_OK) {
            return err;
        }
    }
    ans_sort(c->list, c->count, sizeof *c->list, by_ref);
    return ANS_OK;
}

static ans_err ask(care *c, const care_change *x)
{
    ans_err err = ans_cx_is_late(c->cx) ? ANS_E_TIMEOUT : ANS_OK;
    err = err == ANS_OK && c->j->who.person.n && !c->at_commit ? care_own(c, x) : err;
    for (int i = 0; err == ANS_OK && i < RULES; i++) {
        if (ans_str_is(ans_fhir_type_name(x->type), rules[i].type) && (!c->at_commit || rules[i].proof != PROVE_NEVER)) {
            err = rules[i].run(c, x);
        }
    }
    return err;
}

static ans_err judge(job *j, ans_reader *rd, bool at_commit)
{
    bool any;
    care c = {.j = j,
              .cx = j->cx,
              .rd = rd,
              .zone = ans_search_zone(j->rest->o.search),
              .time = ans_now_us() * 10,
              .at_commit = at_commit,
              .t_patient = ans_fhir_type_named(ANS_STR("Patient")),
              .t_encounter = ans_fhir_type_named(ANS_STR("Encounter")),
              .t_location = ans_fhir_type_named(ANS_STR("Location")),
              .t_order = ans_fhir_type_named(ANS_STR("MedicationRequest"))};
    ans_err err = gather(&c, &any);
    for (uint32_t i = 0; err == ANS_OK && any && i < c.count; i++) {
        err = ask(&c, &c.list[i]);
        j->must_prove = j->must_prove || (err == ANS_OK && !at_commit && must_prove(&c, &c.list[i]));
    }
    return err;
}

ans_err care_admit(job *j, ans_reader *rd)
{
    j->must_prove = false;
    return judge(j, rd, false);
}

ans_err care_prove(job *j, ans_reader *rd)
{
    return j->must_prove ? judge(j, rd, true) : ANS_OK;
}
