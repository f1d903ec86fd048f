/* The access matrix, walked: every account x resource type x act x owner x compartment is asked of the real interactions, and the
 * answer is compared with what content/access/rights.json says, read here by a slow model that shares nothing with the gate but
 * the file. Done twice: with marks that followed the writes, and with marks made from the rows after a restart. */
#include "unit/rest/access_kit.h"

#include "auth/consent.h"

typedef struct thing {
    const char *id, *facility, *ward; /* of a person, or an organisation */
    bool is_person;
} thing;

static const thing things[] = {
    {"p1", "f1", "w1", true}, {"p2", "f1", "w2", true}, {"p3", "f2", "w3", true}, {"p4", "f3", NULL, true}, {"p5", "fx", NULL, true},
    {"f1", "f1", NULL, false}, {"f2", "f2", NULL, false}, {"fx", "fx", NULL, false},
};
enum { PERSONS = 5 };

static const char *const labels[] = {"", "HIV", "ETH", "PSY", "SDV", "ADOPT", "VISIT", "REQ", "MH", "NOPAT"};

static ans_json table; /* rights.json */
static ans_cx table_cx;

/* ---- the slow model ---- */

static bool is(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* Provinces and the ministry, written down by hand. */
static bool is_below(const char *facility, const char *org)
{
    if (is(org, "so")) {
        return is(facility, "f1") || is(facility, "f2");
    }
    if (is(org, "min")) {
        return !is(facility, "fx");
    }
    return is(org, "px") ? is(facility, "fx") : is(facility, org);
}

static bool lies_in(const account *a, const thing *t, const char *scope)
{
    bool own = is(a->org, t->facility);
    const struct bound *b = bound_of(a->name);
    if (b) { /* p1 consented that data go to hx; the law asks for everybody within the role's reach */
        bool agreed = is(b->purpose, "provider") ? is(b->to, "hx") && is(t->id, "p1") : !a->org || own;
        return is(scope, "all") || (is(scope, "consent") && t->is_person && agreed);
    }
    const struct own *own_record = own_of(a->name);
    if (own_record) { /* old enough to decide; a child whose mother decides */
        bool decided = is(scope, "own") || (is(scope, "decides") && own_record->decides);
        return is(scope, "all") || (decided && t->is_person && is(t->id, own_record->patient)) || (is(scope, "home") && !t->is_person && is(t->id, "f1"));
    }
    if (is(scope, "all")) {
        return true;
    }
    if (!a->org) { /* a role of the account counts everywhere; no role, nowhere */
        return a->role[0] && (is(scope, "ward") || is(scope, "facility") || is(scope, "line") || is(scope, "tree"));
    }
    if (is(scope, "assigned")) {
        return t->is_person ? a->assigned && is(t->id, "p1") : own; /* what is the house's own */
    }
    if (is(scope, "ward")) {
        return own && (!t->is_person || !a->ward || is(a->ward, t->ward));
    }
    if (is(scope, "line")) {
        return own || is_below(t->facility, a->org);
    }
    if (is(scope, "tree") && !t->is_person) {
        return is(t->facility, "fx") == (is(a->org, "fx") || is(a->org, "px"));
    }
    return is(scope, "facility") && own;
}

static bool has_word(ans_jnode n, const char *word)
{
    ans_str left = ans_json_string(&table_cx, &table, n), one;
    for (bool more = left.n > 0; more;) {
        more = ans_str_cut(&left, ' ', &one);
        if (ans_str_is(one, word)) {
            return true;
        }
    }
    return false;
}

static ans_jnode member(ans_jnode n, const char *name)
{
    return ans_json_get(&table, n, ans_str_of(name));
}

static ans_str group_of(const char *type, bool *out_open)
{
    ans_jnode groups = member(0, "groups");
    ANS_JSON_EACH(&table, groups, g) {
        ans_jnode types = member(g, "types");
        ANS_JSON_EACH(&table, types, t) {
            if (ans_str_is(ans_json_string(&table_cx, &table, t), type)) {
                *out_open = member(g, "open") != ANS_JNONE;
                return ans_json_key(&table, g);
            }
        }
    }
    fail();
    return ANS_STR_NONE;
}

/* In one {"scope": "acts"}: does an owner (NULL: some owner) lie in a scope that has the act? */
static bool in_scopes(ans_jnode scopes, const account *a, const thing *t, const char *act)
{
    for (ans_jnode s = scopes == ANS_JNONE ? ANS_JNONE : ans_json_first(&table, scopes); s != ANS_JNONE; s = ans_json_next(&table, scopes, s)) {
        char scope[20];
        (void)snprintf(scope, sizeof scope, "%.*s", ANS_FMT(ans_json_key(&table, s)));
        if (has_word(s, act) && (!t || lies_in(a, t, scope))) {
            return true;
        }
    }
    return false;
}

/* Does the purpose name the group? */
static bool is_group_of(const char *purpose, ans_str group)
{
    static const ans_purposes *p;
    if (!p && ans_purposes_read(&table_cx, ANS_STR_NONE, &p) != ANS_OK) {
        return false;
    }
    const ans_purpose *one = &p->list[ans_purpose_named(p, ans_str_of(purpose))];
    for (uint32_t i = 0; i < one->group_count; i++) {
        if (ans_str_eq(one->groups[i], group)) {
            return true;
        }
    }
    return false;
}

/* Of what the table gives to a person in care, what is shown, and what may be written. Resources here have no codes and no status. */
static bool model_shows(const account *a, const char *type, bool is_open_group, const thing *t, const char *act)
{
    ans_jnode role = ans_json_get(&table, member(0, "roles"), ans_str_of(a->role));
    ans_jnode shown = member(member(role, "shows"), type), written = member(member(role, "writes"), type);
    if (!own_of(a->name)) {
        return true;
    }
    if (is(act, "read") || is(act, "history")) {
        return is_open_group || (shown != ANS_JNONE && (!t || ans_str_is(ans_json_string(&table_cx, &table, shown), "all")));
    }
    return written != ANS_JNONE && has_word(written, act);
}

static bool model_rights(const account *a, const char *type, const thing *t, const char *act)
{
    bool open;
    ans_str group = group_of(type, &open);
    const struct bound *b = bound_of(a->name);
    if (b && !is(act, "read") && !is(act, "history") && !is(act, "export")) {
        return false;
    }
    if (b && !open && !ans_str_is(group, "organisations") && !is_group_of(b->purpose, group)) {
        return false;
    }
    if (!model_shows(a, type, open, t, act)) {
        return false;
    }
    ans_jnode role = ans_json_get(&table, member(0, "roles"), ans_str_of(a->role));
    return in_scopes(ans_json_get(&table, member(0, "everyone"), group), a, t, act) ||
           in_scopes(ans_json_get(&table, member(role, "rights"), group), a, t, act) ||
           (a->purpose && in_scopes(ans_json_get(&table, member(role, "purpose"), group), a, t, act));
}

static bool model_label(const account *a, const char *type, const thing *t, const char *label)
{
    bool open;
    ans_str group = group_of(type, &open);
    if (!label[0] || open) {
        return true;
    }
    ans_jnode role = ans_json_get(&table, member(0, "roles"), ans_str_of(a->role)), within = member(member(role, "within"), label);
    bool named = within == ANS_JNONE;
    for (ans_jnode n = named ? ANS_JNONE : ans_json_first(&table, within); n != ANS_JNONE; n = ans_json_next(&table, within, n)) {
        named = named || ans_str_eq(ans_json_string(&table_cx, &table, n), group);
    }
    if (!named) {
        return false;
    }
    if (!own_of(a->name) && member(member(0, "staff-labels"), label) != ANS_JNONE) { /* open to everybody else, wherever they see it */
        return true;
    }
    ans_str left = ans_json_string(&table_cx, &table, member(member(role, "labels"), label)), one;
    for (bool more = left.n > 0; more;) {
        char scope[20];
        more = ans_str_cut(&left, ' ', &one);
        (void)snprintf(scope, sizeof scope, "%.*s", ANS_FMT(one));
        if (lies_in(a, t, scope)) {
            return true;
        }
    }
    return false;
}

static bool model(const account *a, const char *type, const thing *t, const char *label, const char *act)
{
    return model_rights(a, type, t, act) && model_label(a, type, t, label);
}

/* ---- resources of every type ---- */

/* The path of the element by which a type names a person: "participant.actor" of Appointment; NULL: it names none. */
static const char *person_path(ans_type type)
{
    static const char *const codes[] = {"patient", "subject", "beneficiary", "individual", "actor", "member"};
    static char out[80];
    for (size_t i = 0; i < COUNT(codes); i++) {
        const ans_sp *sp = ans_sp_named(type, ans_str_of(codes[i]));
        bool fits = sp && sp->type == ANS_SP_REFERENCE && sp->expression;
        bool patient = fits && sp->target_count == 0;
        for (uint8_t k = 0; fits && k < sp->target_count; k++) {
            patient = patient || ans_str_is(ans_fhir_type_name(sp->targets[k]), "Patient");
        }
        if (patient) {
            ans_str e = ans_str_of(sp->expression), first;
            (void)ans_str_cut(&e, '|', &first);
            first = ans_str_trim(first);
            ptrdiff_t where = ans_str_search(first, ANS_STR(".where("));
            first = where > 0 ? ans_str_head(first, (size_t)where) : first;
            first = ans_str_from(first, (size_t)ans_str_find(first, '.') + 1);
            if (first.n && first.p[first.n - 1] == ')') {
                first.n--;
            }
            (void)snprintf(out, sizeof out, "%.*s", ANS_FMT(first));
            return out;
        }
    }
    return NULL;
}

/* {"a":[{"b":REF}]} for a.b, arrays where the definition has them; the empty text when the path is a choice not written so */
static bool write_path(ans_buf *b, ans_type type, ans_str path, const char *reference)
{
    ans_str step;
    bool more = ans_str_cut(&path, '.', &step);
    const ans_fhir_member *m = ans_fhir_member_of(type, step);
    char choice[80];
    if (!m) { /* value[x] of type Reference */
        (void)snprintf(choice, sizeof choice, "%.*sReference", ANS_FMT(step));
        m = ans_fhir_member_of(type, ans_str_of(choice));
        if (!m) {
            return false;
        }
    }
    ans_buf_fmt(b, "\"%s\":%s", m->key, m->is_array ? "[{" : "{");
    bool ok = more ? write_path(b, m->type, path, reference) : true;
    if (!more) {
        ans_buf_fmt(b, "\"reference\":\"%s\"", reference);
    }
    ans_buf_fmt(b, "%s", m->is_array ? "}]" : "}");
    return ok;
}

static const char *label_system(const char *label)
{
    return is(label, "ADOPT") || is(label, "VISIT") || is(label, "REQ") ? "urn:ansinh:label" : "http://terminology.hl7.org/CodeSystem/v3-ActCode";
}

/* id NULL: none. */
static const char *resource(country *c, ans_type type, const char *id, const thing *t, const char *label)
{
    ans_buf b;
    ans_str out;
    char at[40];
    const char *path = person_path(type);
    ans_buf_init_arena(&b, c->brief, 4096);
    ans_buf_fmt(&b, "{\"resourceType\":\"%s\"", ans_fhir_types[type].name);
    if (id) {
        ans_buf_fmt(&b, ",\"id\":\"%s\"", id);
    }
    ans_buf_fmt(&b, ",\"meta\":{\"profile\":[\"urn:test\"]");
    if (label[0]) {
        ans_buf_fmt(&b, ",\"security\":[{\"system\":\"%s\",\"code\":\"%s\"}]", label_system(label), label);
    }
    if (!t->is_person) {
        ans_buf_fmt(&b, ",\"tag\":[{\"system\":\"urn:ansinh:tag:facility\",\"code\":\"%s\"}]", t->id);
    }
    ans_buf_fmt(&b, "}");
    if (t->is_person) {
        (void)snprintf(at, sizeof at, "Patient/%s", t->id);
        ans_buf_fmt(&b, ",");
        if (!write_path(&b, type, ans_str_of(path), at)) {
            print_error("%s: no place for %s\n", ans_fhir_types[type].name, path);
            fail();
        }
    }
    ans_buf_fmt(&b, "}");
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return ans_arena_dup(c->brief, out).p;
}

/* These own themselves, or say where others are: they have tests of their own. */
static bool is_special(ans_type type)
{
    static const char *const names[] = {"Patient", "Organization", "Practitioner", "PractitionerRole", "Location", "OrganizationAffiliation", "AuditEvent",
                                        "HealthcareService", "Endpoint", "InsurancePlan", "Device"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (is(ans_fhir_types[type].name, names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_walked(ans_type type, const thing *t)
{
    return ans_fhir_is_resource(type) && !is_special(type) && t->is_person == (person_path(type) != NULL);
}

static const char *id_of(country *c, const thing *t, const char *label)
{
    return text(c, "m-%s-%s", t->id, label[0] ? label : "none");
}

static void put_one(country *c, ans_type type, const char *id, const thing *t, const char *label)
{
    int status = ask(c, "open", text(c, "PUT %s/%s", ans_fhir_types[type].name, id), resource(c, type, id, t, label));
    assert_true(status == 200 || status == 201);
}

static void fill(country *c, ans_type type)
{
    for (size_t i = 0; i < COUNT(things); i++) {
        for (size_t l = 0; l < COUNT(labels); l++) {
            if (is_walked(type, &things[i])) {
                put_one(c, type, id_of(c, &things[i], labels[l]), &things[i], labels[l]);
            }
        }
    }
    ans_arena_reset(c->brief);
}

/* ---- the walk ---- */

static uint64_t asked, allowed;

static void expect(country *c, const account *a, const char *what, const char *label, int want)
{
    asked++;
    allowed += want < 300;
    if (c->got.status != want) {
        print_error("%s (%s %s %s): %s [%s]: %d, the table says %d: %.*s\n", a->name, a->role, a->org ? a->org : "-", a->ward ? a->ward : "-", what, label,
                    c->got.status, want, ANS_FMT(c->got.body));
        fail();
    }
}

static void walk_reads(country *c, const account *a, ans_type type, const thing *t, const char *label)
{
    const char *name = ans_fhir_types[type].name, *id = id_of(c, t, label);
    bool some = model_rights(a, name, NULL, "read"), reads = model(a, name, t, label, "read");
    bool history = model_rights(a, name, NULL, "history");
    const char *what = text(c, "GET %s/%s", name, id);
    (void)ask(c, a->name, what, NULL);
    expect(c, a, what, label, !some ? 403 : reads ? 200 : 404);
    what = text(c, "GET %s/%s/_history", name, id);
    (void)ask(c, a->name, what, NULL);
    expect(c, a, what, label, !history ? 403 : !reads ? 404 : model(a, name, t, label, "history") ? 200 : 403);
    what = text(c, "GET %s?_id=%s&_summary=count", name, id);
    (void)ask(c, a->name, what, NULL);
    expect(c, a, what, label, some ? 200 : 403);
    if (some) {
        assert_string_equal(look(c, "total"), reads ? "1" : "0");
    }
}

static void walk_writes(country *c, const account *a, ans_type type, const thing *t, const char *label)
{
    const char *name = ans_fhir_types[type].name, *id = id_of(c, t, label);
    bool creates = model_rights(a, name, NULL, "create"), updates = model_rights(a, name, NULL, "update"), reads = model(a, name, t, label, "read");
    bool knows = !t->is_person || model(a, "Patient", t, "", "read"); /* else the reference is one to nothing */
    const char *what = text(c, "POST %s", name), *body = resource(c, type, NULL, t, label);
    (void)ask(c, a->name, what, body);
    bool own = own_of(a->name); /* what stands in these bodies is no consent and no request: the care rules say no (access_person_test) */
    expect(c, a, body, label, !creates ? 403 : !knows ? 422 : model_rights(a, name, t, "create") ? (own ? 422 : 201) : 403);
    if (c->got.status == 201) { /* gone again */
        ans_str made = ans_str_from(c->got.location, (size_t)ans_str_search(c->got.location, ans_str_of(name)));
        assert_int_equal(ask(c, "open", text(c, "DELETE %.*s", (int)ans_str_search(made, ANS_STR("/_history")), made.p), NULL), 204);
    }
    what = text(c, "PUT %s/%s", name, id);
    (void)ask(c, a->name, what, resource(c, type, id, t, label));
    bool does = model(a, name, t, label, "update");
    expect(c, a, what, label, !creates && !updates ? 403 : !reads ? 404 : does ? (own ? 422 : 200) : 403);
    what = text(c, "DELETE %s/%s", name, id);
    (void)ask(c, a->name, what, NULL);
    bool deletes = model_rights(a, name, NULL, "delete"), may = model(a, name, t, label, "delete");
    expect(c, a, what, label, !deletes ? 403 : !reads || may ? 204 : 403);
    int now = ask(c, "open", text(c, "GET %s/%s", name, id), NULL); /* a deletion of what is not seen deletes nothing */
    assert_int_equal(now, deletes && reads && may ? 410 : 200);
    if (now == 410) {
        put_one(c, type, id, t, label);
    }
}

static void walk_counts(country *c, const account *a, ans_type type)
{
    const char *name = ans_fhir_types[type].name;
    uint32_t want = 0;
    if (!model_rights(a, name, NULL, "read")) {
        return;
    }
    for (size_t i = 0; i < COUNT(things); i++) {
        for (size_t l = 0; l < COUNT(labels); l++) {
            want += is_walked(type, &things[i]) && model(a, name, &things[i], labels[l], "read");
        }
    }
    const char *const forms[] = {"_profile=urn:test&_summary=count", "_profile=urn:test&_count=1&_total=accurate", "_profile=urn:test&_sort=_id&_count=2"};
    for (size_t i = 0; i < COUNT(forms); i++) {
        assert_int_equal(ask(c, a->name, text(c, "GET %s?%s", name, forms[i]), NULL), 200);
        if (!is(look(c, "total"), text(c, "%u", want))) {
            print_error("%s counts %s %s by %s, the table says %u\n", a->name, look(c, "total"), name, forms[i], want);
            fail();
        }
    }
}

static void walk_all(country *c, bool writes)
{
    for (size_t i = 0; i < COUNT(accounts); i++) {
        const account *a = &accounts[i];
        for (ans_type type = 1; type < ans_fhir_type_count; type++) {
            if (!ans_fhir_is_resource(type) || is_special(type)) {
                continue;
            }
            for (size_t k = 0; k < COUNT(things); k++) {
                for (size_t l = 0; l < COUNT(labels) && is_walked(type, &things[k]); l++) {
                    walk_reads(c, a, type, &things[k], labels[l]);
                    if (writes && (l < 2 || getenv("ANS_TEST_FULL"))) {
                        walk_writes(c, a, type, &things[k], labels[l]);
                    }
                    ans_arena_reset(c->brief);
                }
            }
            walk_counts(c, a, type);
            ans_arena_reset(c->brief);
        }
    }
}

static void fill_all(country *c)
{
    sharing(c);
    for (ans_type type = 1; type < ans_fhir_type_count; type++) {
        if (ans_fhir_is_resource(type)) {
            fill(c, type);
        }
    }
}

static void following(void **state)
{
    country *c = *state;
    fill_all(c);
    walk_all(c, true);
}

static void after_restart(void **state)
{
    country *c = *state;
    fill_all(c);
    reopen_gate(c);
    walk_all(c, false);
    print_message("%llu questions, %llu of them answered\n", (unsigned long long)asked, (unsigned long long)allowed);
}

int main(void)
{
    table_cx.arena = ans_arena_new((size_t)1 << 30);
    if (ans_json_parse(&table_cx, (ans_str){ans_access_rights, ans_access_rights_bytes}, NULL, &table) != ANS_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(following, open_country, close_country),
        cmocka_unit_test_setup_teardown(after_restart, open_country, close_country),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ans_arena_free(table_cx.arena);
    return failed;
}
