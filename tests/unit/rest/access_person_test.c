/* Accounts of a person in care and of who represents them, asked as anybody is: what of their own record is shown, until when, and what they
 * may write. The country of the kit: p1 is old; p2 is a child of ten, with an account, and so has the mother. */
#include "unit/rest/access_kit.h"

#define SECURED(code) "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"" code "\"}]},"
#define CONFIRMED "\"verificationStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-ver-status\",\"code\":\"%s\"}]},"

static void of(country *c, const char *type, const char *id, const char *person, const char *reference, const char *more)
{
    put(c, "{\"resourceType\":\"%s\",\"id\":\"%s\",%s\"%s\":{\"reference\":\"Patient/%s\"}}", type, text(c, "%s-%s", person, id), more, reference, person);
}

#define VISIT_TYPE "\"type\":{\"coding\":[{\"system\":\"urn:ansinh:document\",\"code\":\"visit\"}]},\"date\":\"2026-01-01\",\"title\":\"x\","

/* Of each kind one that is theirs to see and one that is not, for both persons. */
static void fill(country *c, const char *p)
{
    of(c, "Observation", "seen", p, "subject", "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "draft", p, "subject", "\"status\":\"preliminary\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "hiv", p, "subject", SECURED("HIV") "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "eth", p, "subject", SECURED("ETH") "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "mh", p, "subject", SECURED("MH") "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "abuse", p, "subject", SECURED("SDV") "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "nopat", p, "subject", SECURED("NOPAT") "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    of(c, "Observation", "note", p, "subject", "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"note\"}]},");
    of(c, "Observation", "guest", p, "subject", "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"visit\"}]},");
    of(c, "Observation", "meal", p, "subject", "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"meal\"}]},");
    of(c, "Contract", "cost", p, "subject", "");
    of(c, "Condition", "seen", p, "subject", text(c, CONFIRMED, "confirmed"));
    of(c, "Condition", "guess", p, "subject", text(c, CONFIRMED, "provisional"));
    of(c, "Composition", "signed", p, "subject", "\"status\":\"final\"," VISIT_TYPE);
    of(c, "Composition", "draft", p, "subject", "\"status\":\"preliminary\"," VISIT_TYPE);
    of(c, "Composition", "other", p, "subject", "\"status\":\"final\",\"type\":{\"text\":\"x\"},\"date\":\"2026-01-01\",\"title\":\"x\",");
    of(c, "MedicationRequest", "ordered", p, "subject", "\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},");
    of(c, "MedicationRequest", "draft", p, "subject", "\"status\":\"draft\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},");
    of(c, "Task", "work", p, "for", "\"status\":\"requested\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"alert\"}]},");
    of(c, "Task", "complaint", p, "for", "\"status\":\"requested\",\"intent\":\"order\",\"authoredOn\":\"2026-01-01\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:data-request\",\"code\":\"complaint\"}]},");
    of(c, "Basic", "compulsory", p, "subject", "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"compulsory-treatment\"}]},");
    of(c, "Basic", "ground", p, "subject", "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"sharing-ground\"}]},");
    of(c, "QuestionnaireResponse", "done", p, "subject", "\"status\":\"completed\",");
    of(c, "Flag", "warning", p, "subject", "\"status\":\"active\",\"code\":{\"text\":\"x\"},");
    of(c, "ClinicalImpression", "thought", p, "subject", "\"status\":\"completed\",");
    of(c, "AdverseEvent", "fall", p, "subject", "\"actuality\":\"actual\",");
    of(c, "Communication", "word", p, "subject", "\"status\":\"completed\",");
    of(c, "DocumentReference", "paper", p, "subject", "\"status\":\"current\",\"content\":[{\"attachment\":{\"title\":\"x\"}}],");
    of(c, "RelatedPerson", "uncle", p, "patient", "\"name\":[{\"text\":\"Uncle\"}],");
    of(c, "AllergyIntolerance", "nuts", p, "patient", "");
}

/* What of it each account sees: the columns are the person (p1), the child (p2), the mother (of p2). */
static const struct {
    const char *what;
    bool person, child, mother;
} seen[] = {
    {"Observation/%s-seen", true, true, true},
    {"Observation/%s-draft", false, false, false},
    {"Observation/%s-hiv", true, false, true},
    {"Observation/%s-eth", true, false, true},
    {"Observation/%s-mh", true, false, true},
    {"Observation/%s-abuse", false, false, false},
    {"Observation/%s-nopat", false, false, false},
    {"Observation/%s-note", true, true, false}, /* what staff wrote, perhaps about the mother */
    {"Observation/%s-guest", true, true, false},
    {"Observation/%s-meal", true, true, true},
    {"Contract/%s-cost", true, true, false}, /* names who pays, and how much */
    {"Condition/%s-seen", true, true, true},
    {"Condition/%s-guess", false, false, false},
    {"Composition/%s-signed", true, true, true},
    {"Composition/%s-draft", false, false, false},
    {"Composition/%s-other", false, false, false},
    {"MedicationRequest/%s-ordered", true, true, true},
    {"MedicationRequest/%s-draft", false, false, false},
    {"Task/%s-work", false, false, false},
    {"Task/%s-complaint", true, true, false}, /* it may be about the mother */
    {"Basic/%s-compulsory", true, false, true},
    {"Basic/%s-ground", true, true, false},
    {"QuestionnaireResponse/%s-done", true, true, false},
    {"RelatedPerson/%s-uncle", true, true, false},
    {"AllergyIntolerance/%s-nuts", true, true, true},
    {"Patient/%s", true, true, true},
};

/* By no right at all, which is said before anything is looked at. */
static const char *const refused[] = {"Flag/%s-warning", "ClinicalImpression/%s-thought", "AdverseEvent/%s-fall", "Communication/%s-word", "DocumentReference/%s-paper",
                                      "Practitioner/nurse", "PractitionerRole/role-nurse", "Schedule", "SupplyDelivery", "OrganizationAffiliation", "MeasureReport", "Provenance"};

static const struct {
    const char *name, *own, *other;
} three[] = {{"person-p1", "p1", "p2"}, {"child-p2", "p2", "p1"}, {"mother-p2", "p2", "p1"}};

static void must(country *c, const char *as, const char *what, const char *body, int want)
{
    int got = ask(c, as, what, body);
    if (got != want) {
        fail_msg("%s: %s: %d, not %d: %.*s", as, what, got, want, ANS_FMT(c->got.body));
    }
}

static void shown(void **state)
{
    country *c = *state;
    fill(c, "p1");
    fill(c, "p2");
    for (int restarted = 0; restarted < 2; restarted++) {
        for (size_t i = 0; i < COUNT(seen); i++) {
            const bool sees[] = {seen[i].person, seen[i].child, seen[i].mother};
            for (size_t k = 0; k < COUNT(three); k++) {
                const char *path = text(c, seen[i].what, three[k].own);
                if (k == 2 && (strncmp(path, "Questionnaire", 13) == 0 || strncmp(path, "Contract", 8) == 0)) { /* by no right */
                    must(c, three[k].name, text(c, "GET %s", path), NULL, 403);
                    continue;
                }
                must(c, three[k].name, text(c, "GET %s", path), NULL, sees[k] ? 200 : 404);
                must(c, three[k].name, text(c, "GET %s", text(c, seen[i].what, three[k].other)), NULL, 404);
                ans_str id = ans_str_of(path), type;
                (void)ans_str_cut(&id, '/', &type);
                must(c, three[k].name, text(c, "GET %.*s?_id=%.*s&_summary=count", ANS_FMT(type), ANS_FMT(id)), NULL, 200);
                assert_string_equal(look(c, "total"), sees[k] ? "1" : "0");
            }
        }
        for (size_t i = 0; i < COUNT(refused); i++) {
            for (size_t k = 0; k < COUNT(three); k++) {
                must(c, three[k].name, text(c, "GET %s", text(c, refused[i], three[k].own)), NULL, 403);
            }
        }
        if (!restarted) {
            reopen_gate(c);
        }
    }
}

/* The house they live in, and no other. */
static void home(void **state)
{
    country *c = *state;
    for (size_t k = 0; k < COUNT(three); k++) {
        must(c, three[k].name, "GET Organization/f1", NULL, 200);
        must(c, three[k].name, "GET Location/w1", NULL, 200);
        must(c, three[k].name, "GET Organization/so", NULL, 200); /* an authority is public */
        must(c, three[k].name, "GET Organization/f2", NULL, 404);
        must(c, three[k].name, "GET Location/w3", NULL, 404);
        must(c, three[k].name, "GET Organization?_summary=count", NULL, 200);
    }
}

/* Operations that the table does not name, whatever they would answer. */
static void operations(void **state)
{
    country *c = *state;
    static const char *const shut[] = {"GET Location/w1/$board", "GET Organization/f1/$board", "GET Organization/f1/$pack", "GET Location/w1/$stock", "GET Patient/p1/$paper?form=vitals",
                                       "GET Organization/f1/$paper?form=pack", "GET PlanDefinition/$alerts", "GET Organization/$sensitive-counts", "GET Organization/$tree",
                                       "GET $sql?query=select+1", "GET ViewDefinition/$run", "GET PlanDefinition/$dry-run", "GET Questionnaire/$populate", "GET $validate"};
    for (size_t k = 0; k < COUNT(three); k++) {
        for (size_t i = 0; i < COUNT(shut); i++) {
            must(c, three[k].name, shut[i], NULL, 403);
        }
        must(c, three[k].name, text(c, "GET Patient/%s/$consent-needs", three[k].own), NULL, 200);
        must(c, three[k].name, text(c, "GET Patient/%s/$everything", three[k].own), NULL, 200);
        must(c, three[k].name, "GET Task/$data-requests", NULL, 200);
        must(c, three[k].name, text(c, "GET Patient/%s/$everything", three[k].other), NULL, 404);
        must(c, three[k].name, text(c, "GET Patient/%s/$consent-needs", three[k].other), NULL, 404);
        must(c, three[k].name, text(c, "GET Patient/%s/_history", three[k].own), NULL, 403);
        must(c, three[k].name, "GET metrics", NULL, 404);
    }
}

/* What is there of others, or of theirs that is not shown, changes no answer. */
static void sideways(void **state)
{
    country *c = *state;
    static const char *const asks[] = {
        "GET Patient?_total=accurate", "GET Patient?_has:Observation:patient:status=preliminary&_total=accurate", "GET Patient?_has:Flag:patient:_id:missing=false&_total=accurate",
        "GET Observation?subject:Patient.name=Name&_total=accurate", "GET Observation?_sort=-date&_total=accurate", "GET Patient?_revinclude=*&_count=500", "GET Encounter?_include=*&_count=500",
        "GET Observation?performer:Practitioner.name=nurse&_total=accurate", "GET Condition?code:text=x&_summary=count", "GET ?_type=Observation,Condition,Task,Basic&_total=accurate",
        "GET Task?_total=accurate", "GET Basic?_total=accurate", "GET Composition?_total=accurate", "GET RelatedPerson?_has:AuditEvent:entity:_id:missing=true&_total=accurate",
        "GET Location?_has:Encounter:location:status=in-progress&_total=accurate", "GET CareTeam?participant:Practitioner.name=nurse&_total=accurate"};
    const char *before[COUNT(three)][COUNT(asks)];
    ans_arena *kept = ans_arena_new((size_t)64 << 20);
    for (int later = 0; later < 2; later++) {
        for (size_t k = 0; k < COUNT(three); k++) {
            for (size_t i = 0; i < COUNT(asks); i++) {
                int status = ask(c, three[k].name, asks[i], NULL);
                const char *now = ans_arena_fmt(kept, "%d %s %u %.*s", status, look(c, "total"), entries(c), ANS_FMT(c->got.body)).p;
                if (later && strcmp(now, before[k][i]) != 0) {
                    fail_msg("%s: %s:\n%s\n%s", three[k].name, asks[i], before[k][i], now);
                }
                before[k][i] = now;
            }
        }
        if (!later) {
            fill(c, "p3"); /* somebody else's */
            for (int which = 1; which <= 2; which++) { /* theirs, and not shown */
                const char *p = which == 1 ? "p1" : "p2";
                of(c, "Observation", "hidden", p, "subject", "\"status\":\"preliminary\",\"code\":{\"text\":\"x\"},");
                of(c, "Observation", "hidden2", p, "subject", SECURED("SDV") "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
                of(c, "Condition", "hidden", p, "subject", text(c, CONFIRMED, "provisional"));
                of(c, "Task", "hidden", p, "for", "\"status\":\"requested\",\"intent\":\"order\",");
                of(c, "Composition", "hidden", p, "subject", "\"status\":\"preliminary\"," VISIT_TYPE);
                of(c, "Flag", "hidden", p, "subject", "\"status\":\"active\",\"code\":{\"text\":\"x\"},");
            }
        }
    }
    ans_arena_free(kept);
}

/* ---- until when ---- */

static void is_born(country *c, const char *person, int years, const char *more)
{
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"text\":\"Name\"}],\"birthDate\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}%s}", person, born(c, years), more);
}

static void ages(void **state)
{
    country *c = *state;
    fill(c, "p2");
    static const struct {
        int years;
        int child, child_hiv, mother, mother_hiv;
    } at[] = {{3, 403, 403, 200, 200}, {10, 200, 404, 200, 200}, {16, 200, 200, 200, 404}, {20, 200, 200, 403, 403}};
    for (size_t i = 0; i < COUNT(at); i++) {
        is_born(c, "p2", at[i].years, "");
        must(c, "child-p2", "GET Patient/p2", NULL, at[i].child);
        must(c, "child-p2", "GET Observation/p2-hiv", NULL, at[i].child_hiv);
        must(c, "mother-p2", "GET Patient/p2", NULL, at[i].mother);
        must(c, "mother-p2", "GET Observation/p2-hiv", NULL, at[i].mother_hiv);
    }
    is_born(c, "p2", 10, ",\"deceasedDateTime\":\"2026-01-01\"");
    must(c, "child-p2", "GET Patient/p2", NULL, 403);
    must(c, "mother-p2", "GET Patient/p2", NULL, 403);
    assert_non_null(strstr(look(c, "issue.0.diagnostics"), "died"));
}

#define GUARDIAN "{\"resourceType\":\"RelatedPerson\",\"id\":\"mother\",%s\"patient\":{\"reference\":\"Patient/p2\"},\"name\":[{\"text\":\"Mother\"}]," \
                 "\"relationship\":[{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}]%s}"
#define DECIDED "\"extension\":[{\"url\":\"urn:ansinh:extension:decision\",\"extension\":[{\"url\":\"number\",\"valueString\":\"1\"},{\"url\":\"date\",\"valueDate\":\"2020-01-01\"},{\"url\":\"by\",\"valueString\":\"x\"}%s]}],"
#define OURS "urn:ansinh:representation"
#define V3 "http://terminology.hl7.org/CodeSystem/v3-RoleCode"

static void lost_of(country *c, const char *person, const char *end)
{
    put(c, "{\"resourceType\":\"Basic\",\"id\":\"lost-%s\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"capacity-lost\"}]},\"subject\":{\"reference\":\"Patient/%s\"},"
           "\"extension\":[{\"url\":\"urn:ansinh:extension:decision\",\"extension\":[{\"url\":\"number\",\"valueString\":\"1\"},{\"url\":\"date\",\"valueDate\":\"2020-01-01\"},{\"url\":\"by\",\"valueString\":\"x\"}]},"
           "{\"url\":\"urn:ansinh:extension:period\",\"valuePeriod\":{\"start\":\"2020-01-01\"%s}}]}", person, person, end);
}

static void lost(country *c, const char *end)
{
    lost_of(c, "p2", end);
}

/* A representation ends with its days, with the decision, with what it was given for; each at the next request. */
static void guardians(void **state)
{
    country *c = *state;
    const char *data = text(c, DECIDED, ",{\"url\":\"scope\",\"valueCode\":\"data\"}"), *property = text(c, DECIDED, ",{\"url\":\"scope\",\"valueCode\":\"property\"}"), *all = text(c, DECIDED, "");
    is_born(c, "p2", 40, "");
    put(c, GUARDIAN, all, OURS, "guardian", "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 403); /* nobody took their capacity away */
    lost(c, "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 200);
    must(c, "child-p2", "GET Patient/p2", NULL, 200); /* who lost capacity still reads what is written of them */
    put(c, GUARDIAN, "", V3, "MTH", "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 403); /* a parent of an adult is none */
    put(c, GUARDIAN, property, OURS, "guardian", "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 403); /* of the property only */
    put(c, GUARDIAN, data, OURS, "guardian", "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 200);
    put(c, GUARDIAN, all, OURS, "guardian", ",\"period\":{\"start\":\"2020-01-01\",\"end\":\"2020-12-31\"}");
    must(c, "mother-p2", "GET Patient/p2", NULL, 403);
    assert_non_null(strstr(look(c, "issue.0.diagnostics"), "representation"));
    put(c, GUARDIAN, all, OURS, "guardian", ",\"active\":false");
    must(c, "mother-p2", "GET Patient/p2", NULL, 403);
    put(c, GUARDIAN, all, OURS, "guardian", "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 200);
    lost(c, ",\"end\":\"2021-01-01\""); /* given back */
    must(c, "mother-p2", "GET Patient/p2", NULL, 403);
    lost(c, "");
    must(c, "mother-p2", "GET Patient/p2", NULL, 200);
    must(c, "open", "DELETE RelatedPerson/mother", NULL, 204);
    must(c, "mother-p2", "GET Patient/p2", NULL, 403);
}

/* The account goes with the person: to the record that replaced theirs. */
static void merged(void **state)
{
    country *c = *state;
    fill(c, "p1");
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"kept\",\"name\":[{\"text\":\"Kept\"}],\"birthDate\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"link\":[{\"other\":{\"reference\":\"Patient/p1\"},\"type\":\"replaces\"}]}", born(c, 80));
    must(c, "person-p1", "GET Patient/kept", NULL, 404);
    is_born(c, "p1", 80, ",\"active\":false,\"link\":[{\"other\":{\"reference\":\"Patient/kept\"},\"type\":\"replaced-by\"}]");
    of(c, "Observation", "new", "kept", "subject", "\"status\":\"final\",\"code\":{\"text\":\"x\"},");
    must(c, "person-p1", "GET Patient/kept", NULL, 200);
    must(c, "person-p1", "GET Observation/kept-new", NULL, 200);
    must(c, "person-p1", "GET Observation/p1-seen", NULL, 200);
    must(c, "open", "DELETE Patient/kept", NULL, 204);
    must(c, "person-p1", "GET Observation/p1-seen", NULL, 403);
}

/* ---- writing ---- */

static const char *now_text(country *c, int days_ago)
{
    char at[ANS_INSTANT_BYTES];
    ans_instant_print(ans_now_us() - days_ago * INT64_C(86400000000), at);
    return text(c, "%.*s", (int)sizeof at, at);
}

static const char *consent(country *c, const char *patient, const char *performers, const char *purpose, int days_ago, const char *status, const char *more)
{
    return text(c, "{\"resourceType\":\"Consent\",\"status\":\"%s\",\"scope\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/consentscope\",\"code\":\"patient-privacy\"}]},"
                   "\"category\":[{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"59284-0\"}]}],\"patient\":{\"reference\":\"Patient/%s\"},\"dateTime\":\"%s\",\"performer\":[%s],"
                   "\"verification\":[{\"verified\":true,\"verificationDate\":\"%s\"}],\"provision\":{\"type\":\"permit\",\"period\":{\"end\":\"2027-01-01\"},"
                   "\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"%s\"}]}%s}",
                status, patient, now_text(c, days_ago), performers, now_text(c, days_ago), purpose, more);
}
#define P1 "{\"reference\":\"Patient/p1\"}"
#define P2 "{\"reference\":\"Patient/p2\"}"
#define MOTHER "{\"reference\":\"RelatedPerson/mother\"}"

static void consents(void **state)
{
    country *c = *state;
    const struct {
        const char *as, *body;
        int want;
    } tries[] = {
        {"person-p1", consent(c, "p1", P1, "family-sharing", 0, "active", ""), 201},
        {"person-p1", consent(c, "p1", P1, "family-sharing", 0, "rejected", ""), 201},
        {"person-p1", consent(c, "p1", P1, "family-sharing", 0, "draft", ""), 422},
        {"person-p1", consent(c, "p1", P1, "family-sharing", 40, "active", ""), 422},   /* not in the past */
        {"person-p1", consent(c, "p1", P1, "family-sharing", -2, "active", ""), 422},
        {"person-p1", consent(c, "p1", P1, "hiv-test", 0, "active", ""), 201},
        {"person-p1", consent(c, "p1", P1, "insurance-claim", 0, "active", ""), 422},    /* rests on law, or is no purpose */
        {"person-p1", consent(c, "p1", P1, "family-sharing", 0, "active", ",\"sourceAttachment\":{\"contentType\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}"), 422},
        {"person-p1", consent(c, "p2", P2, "family-sharing", 0, "active", ""), 422},    /* somebody else's person is not there */
        {"person-p1", consent(c, "p1", P1 "," P1, "family-sharing", 0, "active", ""), 422},
        {"child-p2", consent(c, "p2", P2, "family-sharing", 0, "active", ""), 422},     /* who represents the child decides */
        {"child-p2", consent(c, "p2", MOTHER, "family-sharing", 0, "active", ""), 422}, /* not in another's name */
        {"mother-p2", consent(c, "p2", MOTHER, "family-sharing", 0, "active", ""), 201},
        {"mother-p2", consent(c, "p2", P2, "family-sharing", 0, "active", ""), 422},
        {"mother-p2", consent(c, "p2", MOTHER, "images", 0, "active", ""), 422},        /* private life: the child is asked too */
        {"mother-p2", consent(c, "p2", MOTHER "," P2, "images", 0, "active", ""), 422}, /* and signs itself */
        {"mother-p2", consent(c, "p2", MOTHER, "hiv-test", 0, "active", ""), 422},      /* in writing */
        {"mother-p2", consent(c, "p1", MOTHER, "family-sharing", 0, "active", ""), 422},
    };
    for (size_t i = 0; i < COUNT(tries); i++) {
        must(c, tries[i].as, "POST Consent", tries[i].body, tries[i].want);
    }
}

/* The Consent as `as` reads it, taken back. */
static const char *withdrawn(country *c, const char *as, const char *id, const char *by, int days_ago, const char *purpose)
{
    must(c, as, text(c, "GET Consent/%s", id), NULL, 200);
    return text(c, "{\"resourceType\":\"Consent\",\"id\":\"%s\",\"extension\":[{\"url\":\"urn:ansinh:extension:withdrawal\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"%s\"},"
                   "{\"url\":\"by\",\"valueReference\":%s}]}],\"status\":\"inactive\",\"scope\":%s,\"category\":%s,\"patient\":%s,\"dateTime\":\"%s\",\"performer\":%s,\"verification\":%s,"
                   "\"provision\":{\"type\":\"permit\",\"period\":{\"end\":\"2027-01-01\"},\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"%s\"}]}}",
                id, now_text(c, days_ago), by, look(c, "scope"), look(c, "category"), look(c, "patient"), look(c, "dateTime"), look(c, "performer"), look(c, "verification"), purpose);
}

static void withdrawals(void **state)
{
    country *c = *state;
    must(c, "person-p1", "POST Consent", consent(c, "p1", P1, "family-sharing", 0, "active", ""), 201);
    const char *id = text(c, "%s", look(c, "id")), *path = text(c, "PUT Consent/%s", id);
    must(c, "person-p1", path, withdrawn(c, "person-p1", id, P1, 40, "family-sharing"), 422);
    must(c, "person-p1", path, withdrawn(c, "person-p1", id, MOTHER, 0, "family-sharing"), 422);
    must(c, "person-p1", path, withdrawn(c, "person-p1", id, P1, 0, "images"), 422); /* nothing else of it changes */
    must(c, "mother-p2", path, withdrawn(c, "person-p1", id, P1, 0, "family-sharing"), 404);
    must(c, "person-p1", text(c, "DELETE Consent/%s", id), NULL, 403);
    must(c, "person-p1", path, withdrawn(c, "person-p1", id, P1, 0, "family-sharing"), 200);
    must(c, "person-p1", text(c, "GET Consent/%s", id), NULL, 200);
    assert_string_equal(look(c, "status"), "inactive");
}

/* Who may not consent alone undoes alone nothing that was decided, and refuses nothing. */
static void alone(void **state)
{
    country *c = *state;
    must(c, "mother-p2", "POST Consent", consent(c, "p2", MOTHER, "family-sharing", 0, "active", ""), 201);
    const char *id = text(c, "%s", look(c, "id")), *path = text(c, "PUT Consent/%s", id);
    must(c, "child-p2", path, withdrawn(c, "child-p2", id, P2, 0, "family-sharing"), 422);
    assert_non_null(strstr(look(c, "issue.0.diagnostics"), "request"));
    must(c, "child-p2", "POST Consent", consent(c, "p2", P2, "family-sharing", 0, "rejected", ""), 422);
    must(c, "mother-p2", "POST Consent", consent(c, "p2", MOTHER, "family-sharing", 0, "rejected", ""), 201);
    must(c, "mother-p2", path, withdrawn(c, "mother-p2", id, MOTHER, 0, "family-sharing"), 200);
    must(c, "open", "POST Consent", consent(c, "p2", MOTHER "," P2, "images", 0, "active", ""), 201); /* both signed at the facility */
    id = text(c, "%s", look(c, "id"));
    path = text(c, "PUT Consent/%s", id);
    must(c, "child-p2", path, withdrawn(c, "child-p2", id, P2, 0, "images"), 422);
    must(c, "mother-p2", path, withdrawn(c, "mother-p2", id, MOTHER, 0, "images"), 422);
    must(c, "open", path, withdrawn(c, "open", id, P2, 0, "images"), 200); /* the facility takes it in from either */

    must(c, "person-p1", "POST Consent", consent(c, "p1", P1, "family-sharing", 0, "active", ""), 201);
    id = text(c, "%s", look(c, "id"));
    lost_of(c, "p1", "");
    must(c, "person-p1", text(c, "PUT Consent/%s", id), withdrawn(c, "person-p1", id, P1, 0, "family-sharing"), 422);
    lost_of(c, "p1", ",\"end\":\"2021-01-01\"");
    must(c, "person-p1", text(c, "PUT Consent/%s", id), withdrawn(c, "person-p1", id, P1, 0, "family-sharing"), 200);
}

/* Of the consents who represents a person sees those they gave themselves: another parent's paper says where that one lives. */
static void consents_of_others(void **state)
{
    country *c = *state;
    put(c, "{\"resourceType\":\"RelatedPerson\",\"id\":\"father\",\"active\":true,\"patient\":{\"reference\":\"Patient/p2\"},\"relationship\":[{\"coding\":[{\"system\":\"" V3 "\",\"code\":\"FTH\"}]}]}");
    must(c, "open", "POST Consent", consent(c, "p2", "{\"reference\":\"RelatedPerson/father\"}", "family-sharing", 0, "active", ""), 201);
    const char *his = text(c, "%s", look(c, "id"));
    must(c, "open", "POST Consent", consent(c, "p2", MOTHER, "family-sharing", 0, "active", ""), 201);
    const char *hers = text(c, "%s", look(c, "id"));
    must(c, "mother-p2", text(c, "GET Consent/%s", hers), NULL, 200);
    must(c, "mother-p2", text(c, "GET Consent/%s", his), NULL, 404);
    must(c, "mother-p2", "GET Consent?_total=accurate", NULL, 200);
    assert_string_equal(look(c, "total"), "1");
    must(c, "mother-p2", "GET Patient/p2/$everything", NULL, 200);
    assert_true(ans_str_search(c->got.body, ans_str_of(his)) < 0);
    must(c, "child-p2", text(c, "GET Consent/%s", his), NULL, 200);
}

static const char *request_at(country *c, const char *from, const char *patient, const char *requester, int days_ago, const char *more)
{
    return text(c, "{\"resourceType\":\"Task\",\"identifier\":[{\"system\":\"urn:ansinh:id:account\",\"value\":\"%s\"}],\"status\":\"requested\",\"intent\":\"order\","
                   "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:data-request\",\"code\":\"copy\"}]},\"for\":{\"reference\":\"Patient/%s\"},\"requester\":%s,\"authoredOn\":\"%s\",\"description\":\"x\"%s}",
                from, patient, requester, now_text(c, days_ago), more);
}

static const char *request(country *c, const char *from, const char *patient, const char *requester, const char *more)
{
    return request_at(c, from, patient, requester, 0, more);
}

static void requests(void **state)
{
    country *c = *state;
    must(c, "person-p1", "POST Task", request(c, "person-p1", "p1", P1, ""), 201);
    must(c, "mother-p2", "POST Task", request(c, "mother-p2", "p2", MOTHER, ""), 201);
    const char *hers = text(c, "%s", look(c, "id"));
    must(c, "child-p2", "POST Task", request(c, "child-p2", "p2", P2, ""), 201);
    const char *childs = text(c, "%s", look(c, "id"));
    must(c, "mother-p2", text(c, "GET Task/%s", hers), NULL, 200);
    must(c, "mother-p2", text(c, "GET Task/%s", childs), NULL, 404); /* it may be about her */
    must(c, "social-worker", text(c, "GET Task/%s", childs), NULL, 200);
    must(c, "nurse", text(c, "GET Task/%s", childs), NULL, 404);
    must(c, "mother-p2", text(c, "PUT Task/%s", hers), request(c, "mother-p2", "p2", MOTHER, text(c, ",\"id\":\"%s\"", hers)), 403); /* which she sees, and does not change */
    must(c, "person-p1", "POST Task", request(c, "mother-p2", "p1", P1, ""), 422);
    must(c, "person-p1", "POST Task", request(c, "person-p1", "p2", P1, ""), 422);
    must(c, "person-p1", "POST Task", request(c, "person-p1", "p1", MOTHER, ""), 422);
    must(c, "person-p1", "POST Task", request(c, "person-p1", "p1", P1, ",\"output\":[{\"type\":{\"text\":\"x\"},\"valueString\":\"x\"}]"), 422);
    must(c, "person-p1", "POST Task", request(c, "person-p1", "p1", P1, ",\"owner\":{\"reference\":\"Organization/f1\"}"), 422);
    must(c, "person-p1", "POST Task", "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"for\":" P1 "}", 422);
    must(c, "mother-p2", "GET Task/$data-requests", NULL, 200);
}

/* A request that was long on its way, or is dated back, is not late when it comes: its terms run from the moment it was there. What staff took in
 * runs from the day they say. */
static void terms(void **state)
{
    country *c = *state;
    const char *first = text(c, "{\"name\":\"answerBy\",\"valueDate\":\"%.*s\"}", ANS_FMT(ans_day_print(c->brief, ans_day_of(ans_now_us()) + 10)));
    must(c, "person-p1", "POST Task", request_at(c, "person-p1", "p1", P1, 6, ""), 201);
    must(c, "person-p1", "GET Task/$data-requests?patient=p1", NULL, 200);
    const char *then = text(c, "{\"name\":\"answerBy\",\"valueDate\":\"%.*s\"}", ANS_FMT(ans_day_print(c->brief, ans_day_of(ans_now_us()) + 10)));
    assert_true(ans_str_search(c->got.body, ans_str_of(first)) >= 0 || ans_str_search(c->got.body, ans_str_of(then)) >= 0);
    assert_true(ans_str_search(c->got.body, ANS_STR("\"overdue\"")) < 0);
    must(c, "open", "POST Task", text(c, "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:data-request\",\"code\":\"copy\"}]},"
                                         "\"for\":" P1 ",\"authoredOn\":\"%s\"}", now_text(c, 60)), 201);
    must(c, "person-p1", "GET Task/$data-requests?patient=p1", NULL, 200);
    assert_true(ans_str_search(c->got.body, ANS_STR("\"overdue\",\"valueCode\":\"answer\"")) >= 0);
}

/* Everything else that can be written is refused, to the person's own record too. */
static void nothing_else(void **state)
{
    country *c = *state;
    fill(c, "p1");
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        const char *name = ans_fhir_types[t].name;
        if (!ans_fhir_is_resource(t) || strcmp(name, "Consent") == 0 || strcmp(name, "Task") == 0 || strcmp(name, "AuditEvent") == 0) {
            continue;
        }
        for (size_t k = 0; k < COUNT(three); k++) {
            const char *body = text(c, "{\"resourceType\":\"%s\",\"id\":\"x\"}", name);
            must(c, three[k].name, text(c, "POST %s", name), body, 403);
            must(c, three[k].name, text(c, "PUT %s/x", name), body, 403);
            must(c, three[k].name, text(c, "DELETE %s/x", name), NULL, 403);
        }
        ans_arena_reset(c->brief);
    }
    must(c, "person-p1", "DELETE Observation/p1-seen", NULL, 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shown, open_country, close_country),
        cmocka_unit_test_setup_teardown(home, open_country, close_country),
        cmocka_unit_test_setup_teardown(operations, open_country, close_country),
        cmocka_unit_test_setup_teardown(sideways, open_country, close_country),
        cmocka_unit_test_setup_teardown(ages, open_country, close_country),
        cmocka_unit_test_setup_teardown(guardians, open_country, close_country),
        cmocka_unit_test_setup_teardown(merged, open_country, close_country),
        cmocka_unit_test_setup_teardown(consents, open_country, close_country),
        cmocka_unit_test_setup_teardown(withdrawals, open_country, close_country),
        cmocka_unit_test_setup_teardown(alone, open_country, close_country),
        cmocka_unit_test_setup_teardown(consents_of_others, open_country, close_country),
        cmocka_unit_test_setup_teardown(requests, open_country, close_country),
        cmocka_unit_test_setup_teardown(terms, open_country, close_country),
        cmocka_unit_test_setup_teardown(nothing_else, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
