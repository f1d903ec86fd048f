/* An entry of the audit as AuditEvent: id is its number in the chain, its only version is 1. http://hl7.org/fhir/R4/auditevent.html */
#include "rest/rest_int.h"
#include "base/sort.h"

enum { MOST_NAMED = 1000 };

#define SYSTEM_TYPE "http://terminology.hl7.org/CodeSystem/audit-event-type"
#define SYSTEM_DCM "http://dicom.nema.org/resources/ontology/DCM"
#define SYSTEM_INTERACTION "http://hl7.org/fhir/restful-interaction"
#define SYSTEM_DEED "urn:ansinh:audit"

bool audit_owns(const ans_rest *rest, ans_type type)
{
    return rest->o.audit && type && ans_str_is(ans_fhir_type_name(type), "AuditEvent");
}

/* ---- codes ---- */

typedef struct deed_codes {
    uint8_t deed;
    const char *type_system, *type, *system, *code; /* of the subtype in a standard list; NULL: none fits */
} deed_codes;

static const deed_codes codes[] = {
    {ANS_DID_READ, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "read"},
    {ANS_DID_VREAD, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "vread"},
    {ANS_DID_HISTORY, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "history"},
    {ANS_DID_SEARCH, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "search"},
    {ANS_DID_CREATE, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "create"},
    {ANS_DID_UPDATE, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "update"},
    {ANS_DID_DELETE, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "delete"},
    {ANS_DID_TRANSACTION, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "transaction"},
    {ANS_DID_BATCH, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "batch"},
    {ANS_DID_OPERATION, SYSTEM_TYPE, "rest", SYSTEM_INTERACTION, "operation"},
    {ANS_DID_REFUSED, SYSTEM_TYPE, "rest", NULL, NULL},
    {ANS_DID_SIGN_IN, SYSTEM_DCM, "110114", SYSTEM_DCM, "110122"},
    {ANS_DID_SIGN_IN_FAILED, SYSTEM_DCM, "110114", SYSTEM_DCM, "110122"},
    {ANS_DID_SIGN_OUT, SYSTEM_DCM, "110114", SYSTEM_DCM, "110123"},
    {ANS_DID_SWITCH, SYSTEM_DCM, "110114", SYSTEM_DCM, "110122"},
    {ANS_DID_LOCK, SYSTEM_DCM, "110114", NULL, NULL},
    {ANS_DID_UNLOCK, SYSTEM_DCM, "110114", SYSTEM_DCM, "110122"},
    {ANS_DID_BREAK_GLASS, SYSTEM_DCM, "110113", SYSTEM_DCM, "110127"},
    {ANS_DID_EXPORT, SYSTEM_DCM, "110106", NULL, NULL},
    {ANS_DID_PRINT, SYSTEM_DCM, "110106", NULL, NULL},
    {ANS_DID_IMPORT, SYSTEM_DCM, "110107", NULL, NULL},
    {ANS_DID_USER_CHANGE, SYSTEM_DCM, "110113", SYSTEM_DCM, "110137"},
    {ANS_DID_DEVICE_CHANGE, SYSTEM_DCM, "110113", SYSTEM_DCM, "110129"},
    {ANS_DID_CLIENT_CHANGE, SYSTEM_DCM, "110113", SYSTEM_DCM, "110137"},
    {ANS_DID_APP_ALLOW, SYSTEM_DCM, "110113", NULL, NULL},
    {ANS_DID_APP_TOKEN, SYSTEM_DCM, "110114", SYSTEM_DCM, "110122"},
    {ANS_DID_APP_END, SYSTEM_DCM, "110113", NULL, NULL},
    {ANS_DID_SERVER_START, SYSTEM_DCM, "110100", SYSTEM_DCM, "110120"},
    {ANS_DID_SERVER_STOP, SYSTEM_DCM, "110100", SYSTEM_DCM, "110121"},
};

static const deed_codes *codes_of(uint8_t deed)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].deed == deed) {
            return &codes[i];
        }
    }
    return NULL;
}

uint32_t audit_codings(const ans_event *e, bool is_type, audit_coding out[2])
{
    const deed_codes *c = codes_of(e->deed);
    uint32_t n = 0;
    if (is_type) {
        out[n++] = c ? (audit_coding){c->type_system, c->type} : (audit_coding){SYSTEM_DEED, "other"};
        return n;
    }
    if (c && c->system) {
        out[n++] = (audit_coding){c->system, c->code};
    }
    out[n++] = (audit_coding){SYSTEM_DEED, ans_deed_name(e->deed) ? ans_deed_name(e->deed) : "other"};
    return n;
}

char audit_outcome(const ans_event *e)
{
    if (e->deed == ANS_DID_SIGN_IN_FAILED) {
        return '4';
    }
    return e->status < 400 ? '0' : e->status < 500 ? '4' : '8';
}

/* ---- parts ---- */

static void write_text(ans_jw *w, const char *key, ans_str s)
{
    if (s.n) {
        ans_jw_kv(w, ans_str_of(key), s);
    }
}

static void write_char(ans_jw *w, const char *key, char c)
{
    ans_jw_kv(w, ans_str_of(key), (ans_str){&c, 1});
}

static void write_coding(ans_jw *w, const char *system, ans_str code)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("system"), ans_str_of(system));
    ans_jw_kv(w, ANS_STR("code"), code);
    ans_jw_end(w, '}');
}

static void write_concept(ans_jw *w, const char *system, ans_str code, ans_str text)
{
    ans_jw_begin(w, '{');
    if (code.n) {
        ans_jw_key(w, ANS_STR("coding"));
        ans_jw_begin(w, '[');
        write_coding(w, system, code);
        ans_jw_end(w, ']');
    }
    write_text(w, "text", text);
    ans_jw_end(w, '}');
}

static void write_extension(ans_jw *w, const char *url, ans_str value)
{
    if (!value.n) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ans_str_of(url));
    ans_jw_kv(w, ANS_STR("valueString"), value);
    ans_jw_end(w, '}');
}

static void write_flag(ans_jw *w, const char *url, bool on)
{
    if (!on) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ans_str_of(url));
    ans_jw_key(w, ANS_STR("valueBoolean"));
    ans_jw_bool(w, true);
    ans_jw_end(w, '}');
}

static void write_flags(ans_jw *w, const ans_event *e)
{
    if (!e->is_break_glass && !e->is_compartment) {
        return;
    }
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    write_flag(w, "urn:ansinh:extension:break-glass", e->is_break_glass);
    write_flag(w, "urn:ansinh:extension:compartment", e->is_compartment);
    ans_jw_end(w, ']');
}

static void write_what(job *j, ans_jw *w, const ans_event *e)
{
    audit_coding list[2];
    uint32_t n = audit_codings(e, true, list);
    ans_jw_key(w, ANS_STR("type"));
    write_coding(w, list[0].system, ans_str_of(list[0].code));
    n = audit_codings(e, false, list);
    ans_jw_key(w, ANS_STR("subtype"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < n; i++) {
        write_coding(w, list[i].system, ans_str_of(list[i].code));
    }
    ans_jw_end(w, ']');
    write_char(w, "action", ans_deed_action(e->deed) ? ans_deed_action(e->deed) : 'E');
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(e->when_us, when);
    ans_jw_kv(w, ANS_STR("recorded"), (ans_str){when, sizeof when});
    write_char(w, "outcome", audit_outcome(e));
    if (e->status) {
        ans_jw_kv(w, ANS_STR("outcomeDesc"), ans_arena_fmt(j->cx->arena, "HTTP %u", e->status));
    }
    if (e->purpose.n || e->reason.n) {
        ans_jw_key(w, ANS_STR("purposeOfEvent"));
        ans_jw_begin(w, '[');
        write_concept(w, e->is_break_glass ? "http://terminology.hl7.org/CodeSystem/v3-ActReason" : ANS_PURPOSE_SYSTEM, e->purpose, e->reason);
        ans_jw_end(w, ']');
    }
}

/* ---- who ---- */

void audit_write_role(ans_jw *w, const ans_event *e)
{
    ans_str role = e->role;
    if (!role.n) {
        return;
    }
    ans_jw_key(w, ANS_STR("role"));
    ans_jw_begin(w, '[');
    write_concept(w, "urn:ansinh:role", role, ANS_STR_NONE);
    ans_jw_end(w, ']');
}

static void write_person(job *j, ans_jw *w, const ans_who *who)
{
    ans_jw_key(w, ANS_STR("who"));
    ans_jw_begin(w, '{');
    if (who->practitioner.n) {
        ans_jw_kv(w, ANS_STR("reference"), ans_arena_fmt(j->cx->arena, "Practitioner/%.*s", ANS_FMT(who->practitioner)));
    }
    if (who->account.n) {
        ans_jw_key(w, ANS_STR("identifier"));
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("system"), ANS_STR("urn:ansinh:id:account"));
        ans_jw_kv(w, ANS_STR("value"), who->account);
        ans_jw_end(w, '}');
    }
    static const char *const kinds[] = {"nobody", "program (no sign-in)", "", "", "owner of the data folder"};
    ans_str name = who->display.n ? who->display : who->name.n ? who->name : ans_str_of(kinds[who->kind]);
    bool at_machine = who->kind == ANS_WHO_LOCAL && who->name.n; /* as the system's user of that name */
    ans_jw_kv(w, ANS_STR("display"), at_machine ? ans_arena_fmt(j->cx->arena, "%s (%.*s)", kinds[who->kind], ANS_FMT(name)) : name);
    ans_jw_end(w, '}');
}

static void write_agent(job *j, ans_jw *w, const ans_event *e)
{
    const ans_who *who = &e->who;
    ans_jw_key(w, ANS_STR("agent"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    if (who->session.n || who->device.n || who->client.n) {
        ans_jw_key(w, ANS_STR("extension"));
        ans_jw_begin(w, '[');
        write_extension(w, "urn:ansinh:extension:session", who->session);
        write_extension(w, "urn:ansinh:extension:client", who->client);
        write_extension(w, "urn:ansinh:extension:device", who->device);
        ans_jw_end(w, ']');
    }
    ans_jw_key(w, ANS_STR("type"));
    if (who->kind == ANS_WHO_PERSON || who->kind == ANS_WHO_LOCAL) {
        write_concept(w, "http://terminology.hl7.org/CodeSystem/extra-security-role-type", ANS_STR("humanuser"), ANS_STR_NONE);
    } else {
        write_concept(w, SYSTEM_DCM, ANS_STR("110150"), ANS_STR_NONE);
    }
    audit_write_role(w, e);
    write_person(j, w, who);
    write_text(w, "altId", who->account);
    write_text(w, "name", who->name);
    ans_jw_key(w, ANS_STR("requestor"));
    ans_jw_bool(w, true);
    if (e->address.n) {
        ans_jw_key(w, ANS_STR("network"));
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("address"), e->address);
        ans_jw_kv(w, ANS_STR("type"), ANS_STR("2")); /* an IP address */
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
}

/* ---- on what ---- */

/* A resource that was written at some time; one that is only referred to has no name to show. */
static ans_err write_reference(job *j, ans_reader *rd, ans_jw *w, ans_rid rid)
{
    ans_version v;
    ans_err err = ans_store_read_rid(j->cx, rd, rid, false, &v);
    ans_jw_key(w, ANS_STR("what"));
    ans_jw_begin(w, '{');
    if (err == ANS_OK || err == ANS_E_GONE) {
        const char *type = ans_fhir_types[ans_search_type_of(j->rest->o.search, v.ref.type)].name;
        ans_jw_kv(w, ANS_STR("reference"), ans_arena_fmt(j->cx->arena, "%s/%.*s", type, ANS_FMT(v.ref.id)));
    } else {
        ans_jw_kv(w, ANS_STR("display"), ANS_STR("a resource that is not in the record"));
    }
    ans_jw_end(w, '}');
    return err == ANS_E_GONE || err == ANS_E_NOTFOUND ? ANS_OK : err;
}

ans_err audit_write_entity(job *j, ans_reader *rd, ans_jw *w, ans_rid rid, bool is_patient)
{
    ans_jw_begin(w, '{');
    ans_err err = write_reference(j, rd, w, rid);
    ans_jw_key(w, ANS_STR("type"));
    write_coding(w, "http://terminology.hl7.org/CodeSystem/audit-entity-type", is_patient ? ANS_STR("1") : ANS_STR("2"));
    ans_jw_key(w, ANS_STR("role"));
    write_coding(w, "http://terminology.hl7.org/CodeSystem/object-role", is_patient ? ANS_STR("1") : ANS_STR("4"));
    ans_jw_end(w, '}');
    return err;
}

static void write_detail(ans_jw *w, const char *type, ans_str value)
{
    if (!value.n) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("type"), ans_str_of(type));
    ans_jw_kv(w, ANS_STR("valueString"), value);
    ans_jw_end(w, '}');
}

/* What was asked for, in names only. */
static void write_query(job *j, ans_jw *w, const ans_event *e)
{
    ans_type type = e->type ? ans_search_type_of(j->rest->o.search, e->type) : 0;
    bool is_query = e->deed == ANS_DID_SEARCH || e->deed == ANS_DID_HISTORY || e->parameters.n || e->operation.n || e->subject.n;
    if (!is_query) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("type"));
    write_coding(w, "http://terminology.hl7.org/CodeSystem/audit-entity-type", ANS_STR("2"));
    ans_jw_key(w, ANS_STR("role"));
    write_coding(w, "http://terminology.hl7.org/CodeSystem/object-role", e->subject.n ? ANS_STR("11") : ANS_STR("24"));
    write_text(w, "name", e->subject);
    if (type || e->parameters.n || e->operation.n) {
        ans_jw_key(w, ANS_STR("detail"));
        ans_jw_begin(w, '[');
        write_detail(w, "resource type", type ? ans_fhir_type_name(type) : ANS_STR_NONE);
        write_detail(w, "operation", e->operation);
        write_detail(w, "parameters", e->parameters);
        ans_jw_end(w, ']');
    }
    ans_jw_end(w, '}');
}

/* What of an entry is named: a round of a ward touches thousands, a page shows fifty entries. */
typedef struct naming {
    ans_rid *persons, *asked; /* sorted */
    uint32_t person_count, asked_count;
    uint32_t left;                        /* how many may still be named */
    uint32_t persons_out, resources_out; /* not named yet */
} naming;

static int compare_rids(const void *pa, const void *pb)
{
    ans_rid a = *(const ans_rid *)pa, b = *(const ans_rid *)pb;
    return (a > b) - (a < b);
}

static bool is_among(const ans_rid *sorted, uint32_t count, ans_rid rid)
{
    return ans_sorted_find(&rid, sorted, count, sizeof rid, compare_rids) != NULL;
}

static ans_err sorted_copy(ans_cx *cx, const ans_rid *at, uint32_t count, ans_rid **out)
{
    *out = ANS_NEW_N(cx->arena, ans_rid, count + 1);
    if (!*out) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < count; i++) {
        (*out)[i] = at[i];
    }
    ans_sort(*out, count, sizeof **out, compare_rids);
    return ANS_OK;
}

static ans_err naming_open(ans_cx *cx, const ans_event *e, const audit_naming *how, naming *out)
{
    *out = (naming){.person_count = e->patient_count, .asked_count = how->asked_count, .left = how->most, .persons_out = e->patient_count};
    ans_err err = sorted_copy(cx, e->patients, e->patient_count, &out->persons);
    err = err == ANS_OK ? sorted_copy(cx, how->asked, how->asked_count, &out->asked) : err;
    for (uint32_t i = 0; err == ANS_OK && i < e->resource_count; i++) {
        out->resources_out += !is_among(out->persons, out->person_count, e->resources[i]);
    }
    return err;
}

/* Those that were asked for, or the others: persons before what was touched of them. */
static ans_err name_some(job *j, ans_reader *rd, ans_jw *w, const ans_event *e, naming *n, bool asked)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < e->patient_count && n->left; i++) {
        if (is_among(n->asked, n->asked_count, e->patients[i]) == asked) {
            err = audit_write_entity(j, rd, w, e->patients[i], true);
            n->left--;
            n->persons_out--;
        }
    }
    for (uint32_t i = 0; err == ANS_OK && i < e->resource_count && n->left; i++) {
        if (!is_among(n->persons, n->person_count, e->resources[i]) && is_among(n->asked, n->asked_count, e->resources[i]) == asked) {
            err = audit_write_entity(j, rd, w, e->resources[i], false);
            n->left--;
            n->resources_out--;
        }
    }
    return err;
}

static void write_more(job *j, ans_jw *w, const naming *n)
{
    ans_arena *arena = j->cx->arena;
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("type"));
    write_coding(w, "http://terminology.hl7.org/CodeSystem/audit-entity-type", ANS_STR("2"));
    ans_jw_key(w, ANS_STR("detail"));
    ans_jw_begin(w, '[');
    write_detail(w, "more persons", n->persons_out ? ans_arena_fmt(arena, "%u", n->persons_out) : ANS_STR_NONE);
    write_detail(w, "more resources", n->resources_out ? ans_arena_fmt(arena, "%u", n->resources_out) : ANS_STR_NONE);
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static ans_err write_entities(job *j, ans_reader *rd, ans_jw *w, const ans_event *e, naming *n)
{
    ans_jw_key(w, ANS_STR("entity"));
    ans_jw_begin(w, '[');
    ans_err err = n->asked_count ? name_some(j, rd, w, e, n, true) : ANS_OK;
    err = err == ANS_OK ? name_some(j, rd, w, e, n, false) : err;
    write_query(j, w, e);
    if (n->persons_out || n->resources_out) {
        write_more(j, w, n);
    }
    ans_jw_end(w, ']');
    return err;
}

void audit_write_head(job *j, ans_jw *w, ans_str id, const ans_event *e, bool is_subsetted)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(e->when_us, when);
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("AuditEvent"));
    ans_jw_kv(w, ANS_STR("id"), id);
    ans_jw_key(w, ANS_STR("meta"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("versionId"), ANS_STR("1"));
    ans_jw_kv(w, ANS_STR("lastUpdated"), (ans_str){when, sizeof when});
    if (is_subsetted) {
        ans_jw_key(w, ANS_STR("tag"));
        ans_jw_begin(w, '[');
        write_coding(w, "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", ANS_STR("SUBSETTED"));
        ans_jw_end(w, ']');
    }
    ans_jw_end(w, '}');
    write_flags(w, e);
    write_what(j, w, e);
}

void audit_write_source(ans_jw *w)
{
    ans_jw_key(w, ANS_STR("source"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("observer"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("display"), ANS_STR("An Sinh"));
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

ans_err audit_write_event(job *j, ans_reader *rd, ans_jw *w, const ans_event *e, const audit_naming *how)
{
    naming n;
    if (audit_is_own(j)) {
        return audit_own_write(j, rd, w, e);
    }
    ans_err err = naming_open(j->cx, e, how, &n);
    if (err != ANS_OK) {
        return err;
    }
    audit_write_head(j, w, ans_arena_fmt(j->cx->arena, "%llu", (unsigned long long)e->seq), e, n.persons_out + n.resources_out > how->most);
    write_agent(j, w, e);
    audit_write_source(w);
    if (e->patient_count || e->resource_count || e->parameters.n || e->operation.n || e->subject.n || e->deed == ANS_DID_SEARCH ||
        e->deed == ANS_DID_HISTORY) {
        err = write_entities(j, rd, w, e, &n);
    }
    ans_jw_end(w, '}');
    return err;
}

/* ---- read ---- */

static ans_err no_event(job *j)
{
    return ans_issue_add(j->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no such AuditEvent");
}

static ans_err read_event(job *j, ans_reader *rd)
{
    ans_entry entry;
    ans_event e;
    format f;
    ans_buf b;
    ans_jw w;
    uint64_t seq;
    ans_err err = format_read(j->cx, j->rq.query, &f);
    if (err != ANS_OK) {
        return err;
    }
    if (audit_is_own(j) || !ans_str_u64(j->route.id, &seq) || (j->route.what == I_VREAD && j->route.vid != 1)) {
        return no_event(j);
    }
    err = ans_journal_get(j->cx, rd, seq, &entry);
    if (err == ANS_OK && ans_event_decode(j->cx, &entry, &e) != ANS_OK) {
        err = ans_issue_add(j->cx, ANS_E_CORRUPT, ANS_STR_NONE, "an entry of the audit cannot be read");
    }
    if (err == ANS_E_NOTFOUND || (err == ANS_OK && !audit_sees(j, j->cx, rd, &e))) {
        return no_event(j);
    }
    ans_buf_init_arena(&b, j->cx->arena, (size_t)64 << 20);
    ans_jw_init(&w, &b);
    err = err == ANS_OK ? audit_write_event(j, rd, &w, &e, &(audit_naming){.most = MOST_NAMED}) : err;
    err = err == ANS_OK ? ans_buf_finish(&b, &j->an.body) : err;
    err = err == ANS_OK ? format_resource(j->cx, &f, j->an.body, &j->an.body) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_version v = {.vid = 1, .when_us = e.when_us};
    answer_version(j, &v);
    j->an.status = 200;
    return format_pretty(j->cx, &f, &j->an.body);
}

ans_err audit_run(job *j, ans_reader *rd)
{
    if (j->route.what == I_HISTORY) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "an AuditEvent has one version: there is no history");
    }
    ans_err err = ans_reader_begin(j->cx, rd);
    if (err == ANS_OK) {
        err = j->route.what == I_SEARCH ? audit_search(j, rd) : read_event(j, rd);
        ans_reader_end(rd);
    }
    return err;
}
