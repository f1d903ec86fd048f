/* Consent is written only when the right people gave it, and stays what it was; requests of data subjects keep their course: the care rules
 * asked of the real interactions, alone and in a transaction together with the guardianship they stand on. */
#include "unit/rest/access_kit.h"

#include "auth/consent.h"
#include "fhir/value.h"

/* The day so many years (and days more) ago, in Vietnam. */
static const char *ago(country *c, int years, int days)
{
    int y, m, d;
    int64_t today = (ans_now_us() / 1000000 + 7 * 3600) / 86400;
    ans_civil_from_days(today - days, &y, &m, &d);
    d = m == 2 && d == 29 ? 28 : d;
    return text(c, "%04d-%02d-%02d", y - years, m, d);
}

static void person(country *c, const char *birth)
{
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}%s%s%s}", birth ? ",\"birthDate\":\"" : "",
        birth ? birth : "", birth ? "\"" : "");
}

#define MOTHER "{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-RoleCode\",\"code\":\"MTH\"}]}"
#define GUARDIAN "{\"coding\":[{\"system\":\"urn:ansinh:representation\",\"code\":\"guardian\"}]}"
#define DECIDED ",\"extension\":[{\"url\":\"urn:ansinh:extension:decision\",\"extension\":[{\"url\":\"number\",\"valueString\":\"12/QĐ-UBND\"}," \
                "{\"url\":\"date\",\"valueDate\":\"2020-01-01\"},{\"url\":\"by\",\"valueString\":\"UBND xã\"}]}]"

static const char *related(country *c, const char *id, const char *relation, const char *more)
{
    return text(c, "{\"resourceType\":\"RelatedPerson\",\"id\":\"%s\",\"active\":true,\"patient\":{\"reference\":\"Patient/p1\"},\"relationship\":[%s]%s}", id, relation, more);
}

static const char *decision(country *c, const char *id, const char *code, const char *start, const char *more)
{
    return text(c, "{\"resourceType\":\"Basic\",\"id\":\"%s\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"%s\"}]},\"subject\":{\"reference\":\"Patient/p1\"},"
                   "\"extension\":[%s{\"url\":\"urn:ansinh:extension:period\",\"valuePeriod\":{\"start\":\"%s\"}}]}", id, code, more, start);
}
#define BY_COURT "{\"url\":\"urn:ansinh:extension:decision\",\"extension\":[{\"url\":\"number\",\"valueString\":\"7/QĐST-DS\"}," \
                 "{\"url\":\"date\",\"valueDate\":\"2020-01-01\"},{\"url\":\"by\",\"valueString\":\"TAND huyện\"}]},"

#define VERIFIED ",\"verification\":[{\"verified\":true,\"verificationDate\":\"2026-01-02\"}]"
#define PAPER ",\"sourceAttachment\":{\"contentType\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}"
#define SELF "{\"reference\":\"Patient/p1\"}"
#define BY_R1 "{\"reference\":\"RelatedPerson/r1\"}"

/* performers and provision's further members */
static const char *consent(country *c, const char *status, const char *purpose, const char *performers, const char *provision, const char *more)
{
    return text(c, "{\"resourceType\":\"Consent\",\"id\":\"c1\",\"status\":\"%s\",\"scope\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/consentscope\",\"code\":\"patient-privacy\"}]},"
                   "\"category\":[{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"59284-0\"}]}],\"patient\":{\"reference\":\"Patient/p1\"},\"dateTime\":\"%s\","
                   "\"performer\":[%s],\"provision\":{\"type\":\"permit\",\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"%s\"}]%s}%s}",
                status, ago(c, 0, 0), performers, purpose, provision, more);
}

static void give(country *c, const char *body, int want, const char *where)
{
    int status = ask(c, "social-worker", "POST Consent", body);
    const char *got = status == 422 ? look(c, "issue.0.expression.0") : "";
    if (status != want || (where && strcmp(got, text(c, "Consent%s%s", *where ? "." : "", where)) != 0)) {
        print_error("%d at %s, expected %d at %s: %.*s\n%s\n", status, got, want, where ? where : "-", ANS_FMT(c->got.body), body);
        fail();
    }
}

#define TO_HX ",\"actor\":[{\"role\":{\"text\":\"x\"},\"reference\":{\"reference\":\"Organization/hx\"}}]"

static void total_is_zero(country *c, const char *as, const char *what)
{
    assert_int_equal(ask(c, as, what, NULL), 200);
    assert_string_equal(look(c, "total"), "0");
}

/* ---- who ---- */

static void adults(void **state)
{
    country *c = *state;
    sharing(c);
    person(c, ago(c, 40, 0));
    put(c, "%s", related(c, "r1", MOTHER, ""));
    give(c, consent(c, "active", "app", SELF, "", VERIFIED), 201, NULL);
    give(c, consent(c, "active", "app", SELF, "", PAPER), 201, NULL);
    give(c, consent(c, "active", "app", SELF, "", ""), 422, "source");
    give(c, consent(c, "active", "app", "", "", VERIFIED), 422, "performer");
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "performer");            /* nobody's mother consents for an adult */
    give(c, consent(c, "active", "app", SELF "," BY_R1, "", VERIFIED), 422, "performer");
    give(c, consent(c, "active", "app", "{\"reference\":\"Practitioner/social-worker\"}", "", VERIFIED), 422, "performer");
    give(c, consent(c, "active", "provider", SELF, TO_HX, VERIFIED), 201, NULL);
    give(c, consent(c, "active", "provider", SELF, "", VERIFIED), 422, "provision.actor");
    give(c, consent(c, "active", "app", SELF, TO_HX, VERIFIED), 422, "provision.actor");
    give(c, consent(c, "draft", "app", "", "", ""), 201, NULL);    /* asked, not answered */
    give(c, consent(c, "rejected", "app", SELF, "", ""), 201, NULL); /* said no */
    person(c, NULL);
    give(c, consent(c, "active", "app", SELF, "", VERIFIED), 422, "patient"); /* nobody can tell */
    person(c, "1950");
    give(c, consent(c, "active", "app", SELF, "", VERIFIED), 201, NULL);
}

static void children(void **state)
{
    country *c = *state;
    person(c, ago(c, 8, 10));
    const char *grown = text(c, ",\"period\":{\"end\":\"%s\"}", ago(c, -10, 11)); /* the day before the 18th birthday */
    put(c, "%s", related(c, "r1", MOTHER, ""));
    give(c, consent(c, "active", "app", BY_R1, grown, VERIFIED), 201, NULL);
    give(c, consent(c, "active", "app", SELF, grown, VERIFIED), 422, "performer");
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "provision.period.end");
    give(c, consent(c, "active", "app", BY_R1, text(c, ",\"period\":{\"end\":\"%s\"}", ago(c, -10, 10)), VERIFIED), 422, "provision.period.end");
    give(c, consent(c, "active", "images", BY_R1, grown, VERIFIED), 422, "performer"); /* from 7 on the child as well */
    give(c, consent(c, "active", "images", SELF, grown, VERIFIED), 422, "performer");
    give(c, consent(c, "active", "images", SELF "," BY_R1, grown, VERIFIED), 201, NULL);
    give(c, consent(c, "active", "hiv-test", BY_R1, text(c, ",\"period\":{\"end\":\"%s\"}", ago(c, -6, 0)), VERIFIED), 422, "source"); /* in writing */
    give(c, consent(c, "active", "hiv-test", BY_R1, text(c, ",\"period\":{\"end\":\"%s\"}", ago(c, -6, 0)), PAPER), 201, NULL);
    person(c, ago(c, 6, 0));
    give(c, consent(c, "active", "images", BY_R1, text(c, ",\"period\":{\"end\":\"%s\"}", ago(c, 0, -300)), VERIFIED), 201, NULL);
    give(c, consent(c, "active", "images", BY_R1, text(c, ",\"period\":{\"end\":\"%s\"}", ago(c, -2, 0)), VERIFIED), 422, "provision.period.end");
    person(c, ago(c, 15, 0));
    give(c, consent(c, "active", "hiv-test", SELF, "", VERIFIED), 201, NULL);
    give(c, consent(c, "active", "hiv-test", BY_R1, "", PAPER), 422, "performer");
}

static void guardians(void **state)
{
    country *c = *state;
    person(c, ago(c, 50, 0));
    static const char transaction[] = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[%s]}";
    static const char entry[] = "{\"resource\":%s,\"request\":{\"method\":\"%s\",\"url\":\"%s\"}}";
    /* made guardian, without a decision on capacity: an adult decides alone */
    put(c, "%s", related(c, "r1", GUARDIAN, DECIDED));
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "performer");
    put(c, "%s", decision(c, "d1", "capacity-lost", "2020-01-01", BY_COURT));
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 201, NULL);
    give(c, consent(c, "active", "app", SELF, "", VERIFIED), 422, "performer");
    put(c, "%s", related(c, "r1", GUARDIAN, ""));  /* no decision is known */
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "performer");
    put(c, "%s", related(c, "r1", GUARDIAN, DECIDED ",\"period\":{\"start\":\"2020-01-01\",\"end\":\"2024-12-31\"}")); /* ended */
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "performer");
    /* ended within the same transaction, and begun within it: the state after it counts */
    put(c, "%s", related(c, "r1", GUARDIAN, DECIDED));
    const char *ended = text(c, entry, related(c, "r1", GUARDIAN, DECIDED ",\"period\":{\"end\":\"2024-12-31\"}"), "PUT", "RelatedPerson/r1");
    const char *given = text(c, entry, consent(c, "active", "app", BY_R1, "", VERIFIED), "POST", "Consent");
    assert_int_equal(ask(c, "social-worker", "POST ", text(c, transaction, text(c, "%s,%s", given, ended))), 422);
    put(c, "%s", related(c, "r1", GUARDIAN, DECIDED ",\"period\":{\"end\":\"2024-12-31\"}"));
    const char *begun = text(c, entry, related(c, "r1", GUARDIAN, DECIDED), "PUT", "RelatedPerson/r1");
    assert_int_equal(ask(c, "social-worker", "POST ", text(c, transaction, text(c, "%s,%s", given, begun))), 200);
    /* limited: both; given back: alone */
    put(c, "%s", decision(c, "d1", "capacity-limited", "2020-01-01", BY_COURT));
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "performer");
    give(c, consent(c, "active", "app", SELF, "", VERIFIED), 422, "performer");
    give(c, consent(c, "active", "app", SELF "," BY_R1, "", VERIFIED), 201, NULL);
    put(c, "%s", decision(c, "d2", "capacity-restored", "2022-01-01", BY_COURT));
    give(c, consent(c, "active", "app", SELF, "", VERIFIED), 201, NULL);
    give(c, consent(c, "active", "app", BY_R1, "", VERIFIED), 422, "performer");
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1950\",\"deceasedDateTime\":\"2024-01-01\"}");
    assert_int_not_equal(ask(c, "social-worker", "POST Consent", consent(c, "active", "app", SELF, "", VERIFIED)), 201);
}

/* ---- what is no consent ---- */

static void no_consent(void **state)
{
    country *c = *state;
    sharing(c);
    person(c, "1950");
    give(c, consent(c, "active", "statutory-report", SELF, TO_HX, VERIFIED), 422, "provision.purpose");
    give(c, consent(c, "active", "compulsory-treatment", SELF, "", VERIFIED), 422, "provision.purpose");
    give(c, consent(c, "active", "compulsory-rehabilitation", SELF, "", VERIFIED), 422, "provision.purpose");
    give(c, consent(c, "active", "whatever", SELF, "", VERIFIED), 422, "provision.purpose");
    give(c, consent(c, "active", "app\"},{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"images", SELF, "", VERIFIED), 422, "provision.purpose"); /* two in one */
    give(c, consent(c, "active", "app", SELF, "", VERIFIED ",\"policyRule\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"compulsory-treatment\"}]}"), 422, "");
    give(c, consent(c, "active", "app", SELF, ",\"class\":[{\"code\":\"Observation\"}]", VERIFIED), 422, "provision");
    give(c, consent(c, "active", "app", SELF, ",\"provision\":[{\"type\":\"deny\"}]", VERIFIED), 422, "provision");
    give(c, consent(c, "inactive", "app", SELF, "", VERIFIED), 422, "status");
    give(c, "{\"resourceType\":\"Consent\",\"status\":\"active\",\"patient\":{\"reference\":\"Patient/p1\"},\"provision\":{\"type\":\"permit\","
            "\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"app\"}]}}", 422, "dateTime");
    give(c, "{\"resourceType\":\"Consent\",\"status\":\"active\",\"dateTime\":\"2120-01-01\",\"patient\":{\"reference\":\"Patient/p1\"},\"provision\":{\"type\":\"permit\","
            "\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"app\"}]}}", 422, "dateTime");
    /* a decision has its own place, with its number, its day and who decided */
    assert_int_equal(ask(c, "social-worker", "POST Basic", decision(c, "d1", "compulsory-treatment", "2026-01-01", BY_COURT)), 201);
    assert_int_equal(ask(c, "social-worker", "POST Basic", decision(c, "d1", "compulsory-treatment", "2026-01-01", "")), 422);
    assert_int_equal(ask(c, "social-worker", "POST Basic", decision(c, "d1", "capacity-lost", "2026-01-01", "")), 422);
    assert_int_equal(ask(c, "social-worker", "POST RelatedPerson", related(c, "r1", GUARDIAN, "")), 422);
    assert_int_equal(ask(c, "social-worker", "POST RelatedPerson", related(c, "r1", GUARDIAN, DECIDED)), 201);
    assert_int_equal(ask(c, "social-worker", "POST RelatedPerson", related(c, "r1", MOTHER, ",\"period\":{\"start\":\"2026-02-01\",\"end\":\"2026-01-01\"}")), 422);
}

/* ---- withdrawing ---- */

#define WITHDRAWN(by) ",\"extension\":[{\"url\":\"urn:ansinh:extension:withdrawal\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"2026-02-01T08:00:00+07:00\"}," \
                      "{\"url\":\"by\",\"valueReference\":{\"reference\":\"" by "\"}}]}]"
#define WHY ",\"extension\":[{\"url\":\"urn:ansinh:extension:reason\",\"valueString\":\"wrong person\"}]"

static int change(country *c, const char *body)
{
    return ask(c, "social-worker", "PUT Consent/c1", body);
}

static void withdrawing(void **state)
{
    country *c = *state;
    sharing(c);
    person(c, "1950");
    put(c, "%s", related(c, "r1", MOTHER, ""));
    put(c, "%s", consent(c, "active", "provider", SELF, TO_HX, VERIFIED));
    assert_int_equal(ask(c, "recipient", "GET Patient/p1", NULL), 200);
    assert_int_equal(change(c, consent(c, "active", "app", SELF, "", VERIFIED)), 422); /* another purpose under the same name */
    assert_int_equal(change(c, consent(c, "active", "provider", SELF "," BY_R1, TO_HX, VERIFIED)), 422);
    assert_int_equal(change(c, consent(c, "draft", "provider", SELF, TO_HX, VERIFIED)), 422);
    assert_int_equal(change(c, consent(c, "inactive", "provider", SELF, TO_HX, VERIFIED)), 422); /* when, by whom? */
    assert_int_equal(change(c, consent(c, "inactive", "app", SELF, "", VERIFIED WITHDRAWN("Patient/p1"))), 422);
    assert_int_equal(change(c, consent(c, "inactive", "provider", SELF, TO_HX, VERIFIED WITHDRAWN("Practitioner/social-worker"))), 422);
    assert_int_equal(change(c, consent(c, "inactive", "provider", SELF, TO_HX, VERIFIED WITHDRAWN("Patient/p2"))), 422);
    assert_int_equal(ask(c, "social-worker", "DELETE Consent/c1", NULL), 403);
    assert_int_equal(change(c, consent(c, "active", "provider", SELF, TO_HX, VERIFIED PAPER)), 200); /* the paper comes later */
    put(c, "{\"resourceType\":\"Consent\",\"id\":\"s1\",\"status\":\"entered-in-error\",\"patient\":{\"reference\":\"Patient/p1\"}}");
    assert_int_equal(ask(c, "recipient", "GET Patient/p1", NULL), 200);
    assert_int_equal(change(c, consent(c, "inactive", "provider", SELF, TO_HX, VERIFIED PAPER WITHDRAWN("Patient/p1"))), 200);
    assert_int_equal(ask(c, "recipient", "GET Patient/p1", NULL), 404); /* the next request */
    assert_int_equal(change(c, consent(c, "active", "provider", SELF, TO_HX, VERIFIED PAPER)), 422); /* a new one is a new one */
    assert_int_equal(change(c, consent(c, "inactive", "provider", SELF, TO_HX, VERIFIED)), 422);
    assert_int_equal(change(c, consent(c, "entered-in-error", "provider", SELF, TO_HX, VERIFIED PAPER)), 422); /* why? */
    assert_int_equal(ask(c, "social-worker", "GET Consent/c1/_history", NULL), 200);
    assert_int_equal(entries(c), 3);
    /* struck through: a slip of the pen, with its reason */
    put(c, "%s", consent(c, "entered-in-error", "app", SELF, "", "")); /* the program itself is not bound */
    put(c, "%s", consent(c, "active", "app", SELF, "", VERIFIED));
    assert_int_equal(change(c, consent(c, "entered-in-error", "app", SELF, "", VERIFIED)), 422);
    assert_int_equal(change(c, consent(c, "entered-in-error", "app", SELF, "", VERIFIED WHY)), 200);
    assert_int_equal(change(c, consent(c, "active", "app", SELF, "", VERIFIED)), 422);
}

/* ---- $consent-needs ---- */

static const char *need(country *c, const char *purpose, const char *name)
{
    ans_cx cx = {.arena = c->brief};
    ans_jnode list = ans_json_get(&c->doc, 0, ANS_STR("parameter"));
    ANS_JSON_EACH(&c->doc, list, n) {
        ans_jnode parts = ans_json_get(&c->doc, n, ANS_STR("part"));
        bool it = false;
        for (ans_jnode p = parts == ANS_JNONE ? parts : ans_json_first(&c->doc, parts); p != ANS_JNONE; p = ans_json_next(&c->doc, parts, p)) {
            it = it || ans_str_is(ans_json_get_string(&cx, &c->doc, p, ANS_STR("valueCode")), purpose);
            if (it && ans_str_is(ans_json_get_string(&cx, &c->doc, p, ANS_STR("name")), name)) {
                ans_jnode last = ans_json_first(&c->doc, p);
                last = ans_json_next(&c->doc, p, last);
                ans_str s = ans_json_string(&cx, &c->doc, last);
                return ans_arena_dup(c->brief, s.p ? s : ans_json_raw(&c->doc, last)).p;
            }
        }
    }
    return "-";
}

static void needs(void **state)
{
    country *c = *state;
    person(c, "2018-05-01");
    put(c, "%s", related(c, "r1", MOTHER, ""));
    put(c, "%s", related(c, "r2", GUARDIAN, DECIDED ",\"period\":{\"start\":\"2020-01-01\",\"end\":\"2024-12-31\"}"));
    assert_int_equal(ask(c, "social-worker", "GET Patient/p1/$consent-needs?date=2026-11-22", NULL), 200);
    assert_string_equal(need(c, "images", "why"), "together");
    assert_string_equal(need(c, "images", "self"), "true");
    assert_string_equal(need(c, "images", "another"), "true");
    assert_string_equal(need(c, "images", "until"), "2036-05-01");
    assert_string_equal(need(c, "images", "may"), "{\"reference\":\"RelatedPerson/r1\"}");
    assert_string_equal(need(c, "hiv-test", "until"), "2033-05-01");
    assert_string_equal(need(c, "statutory-report", "why"), "law");
    assert_string_equal(look(c, "parameter.1.valueInteger"), "8");
    assert_int_equal(ask(c, "social-worker", "GET Patient/p1/$consent-needs?date=2025-04-30", NULL), 200);
    assert_string_equal(need(c, "images", "why"), "child");
    assert_int_equal(ask(c, "social-worker", "GET Patient/p1/$consent-needs?date=tomorrow", NULL), 400);
    assert_int_equal(ask(c, "social-worker", "GET Patient/p3/$consent-needs", NULL), 404);
    assert_int_equal(ask(c, "social-worker", "GET Patient/nobody/$consent-needs", NULL), 404);
    assert_int_equal(ask(c, "administrator", "GET Patient/p1/$consent-needs", NULL), 403);
}

/* ---- requests of data subjects ---- */

#define ACKNOWLEDGED(when) "{\"url\":\"urn:ansinh:extension:acknowledged\",\"valueDateTime\":\"" when "\"}"
#define EXTENDED(when, reason) "{\"url\":\"urn:ansinh:extension:extended\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"" when "\"},{\"url\":\"reason\",\"valueString\":\"" reason "\"}]}"
#define ANSWERED ",\"executionPeriod\":{\"end\":\"2026-01-20T09:00:00+07:00\"},\"output\":[{\"type\":{\"text\":\"x\"},\"valueString\":\"Da gui ban sao\"}]"

static const char *request(country *c, const char *status, const char *kind, const char *received, const char *extensions, const char *more)
{
    return text(c, "{\"resourceType\":\"Task\",\"id\":\"q1\",\"extension\":[{\"url\":\"urn:ansinh:extension:channel\",\"valueCode\":\"spoken\"}%s%s],\"status\":\"%s\",\"intent\":\"order\","
                   "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:data-request\",\"code\":\"%s\"}]},\"for\":{\"reference\":\"Patient/p1\"},\"authoredOn\":\"%s\"%s}",
                *extensions ? "," : "", extensions, status, kind, received, more);
}

/* parts: of the ground; rest: further extensions */
static const char *ground(country *c, const char *parts, const char *rest)
{
    return text(c, "{\"resourceType\":\"Basic\",\"id\":\"g1\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"sharing-ground\"}]},\"subject\":{\"reference\":\"Patient/p1\"},"
                   "\"extension\":[{\"url\":\"urn:ansinh:extension:ground\",\"extension\":[%s]}%s]}", parts, rest);
}
#define FOR(purpose) "{\"url\":\"purpose\",\"valueCode\":\"" purpose "\"}"
#define TO(type_id) ",{\"url\":\"recipient\",\"valueReference\":{\"reference\":\"" type_id "\"}}"
#define NUMBER(n) ",{\"url\":\"number\",\"valueString\":\"" n "\"}"
#define DAYS(from, to) ",{\"url\":\"urn:ansinh:extension:period\",\"valuePeriod\":{" from to "}}"
#define FROM "\"start\":\"2026-01-01\""
#define ENDED ",{\"url\":\"urn:ansinh:extension:withdrawal\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"%s\"}]}"

/* A ground for handing data on names its purpose, one recipient, its paper and its days; it stays, and is ended. */
static void grounds(void **state)
{
    country *c = *state;
    sharing(c);
    const char *until = text(c, ",\"end\":\"%s\"", ago(c, -1, 0));
    const char *days = text(c, ",{\"url\":\"urn:ansinh:extension:period\",\"valuePeriod\":{" FROM "%s}}", until);
    const struct {
        const char *parts, *rest;
        int want;
    } cases[] = {
        {FOR("treatment") TO("Organization/hy") NUMBER("12/GCV"), days, 201},
        {FOR("provider") TO("Organization/hx") NUMBER("12/GCV"), days, 422},   /* only with consent */
        {FOR("insurance") TO("Organization/hx") NUMBER("12/GCV"), days, 422},  /* no purpose */
        {"{\"url\":\"why\",\"valueString\":\"x\"}" TO("Organization/hx") NUMBER("12/GCV"), days, 422}, /* for nothing */
        {FOR("treatment") NUMBER("12/GCV"), days, 422},
        {FOR("treatment") TO("Patient/p1") NUMBER("12/GCV"), days, 422},
        {FOR("treatment") TO("Organization/hx"), days, 422},
        {FOR("treatment") TO("Organization/hx") NUMBER(" x"), ",{\"url\":\"urn:x\",\"valueString\":\"y\"}", 422}, /* no days */
        {FOR("treatment") TO("Organization/hx") NUMBER("12/GCV"), DAYS(FROM, ""), 422},                             /* without an end */
        {FOR("treatment") TO("Organization/hx") NUMBER("12/GCV"), DAYS(FROM, ",\"end\":\"2025-12-31\""), 422},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int status = ask(c, "social-worker", "POST Basic", ground(c, cases[i].parts, cases[i].rest));
        if (status != cases[i].want) {
            print_error("case %zu: %d: %.*s\n", i, status, ANS_FMT(c->got.body));
            fail();
        }
    }
    /* it stays */
    const char *const whole = FOR("treatment") TO("Organization/hx") NUMBER("12/GCV");
    put(c, "%s", ground(c, whole, days));
    assert_true(ans_consent_allows(c->gate, ANS_STR("p1"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", ground(c, FOR("treatment") TO("Organization/hy") NUMBER("12/GCV"), days)), 422);
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", ground(c, whole, DAYS(FROM, ",\"end\":\"2999-12-31\""))), 422);
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", decision(c, "g1", "capacity-lost", "2020-02-01", BY_COURT)), 422);
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", ground(c, whole, text(c, "%s" ENDED, days, "2999-01-01T00:00:00+07:00"))), 422);
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", ground(c, whole, text(c, "%s,{\"url\":\"urn:x\",\"valueString\":\"y\"}", days))), 422);
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", ground(c, whole, days)), 200); /* sent once more */
    assert_int_not_equal(ask(c, "social-worker", "DELETE Basic/g1", NULL) / 100, 2);
    /* and is ended, once, from the next question on */
    const char *over = ground(c, whole, text(c, "%s" ENDED, days, "2026-02-01T00:00:00+07:00"));
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", over), 200);
    assert_false(ans_consent_allows(c->gate, ANS_STR("p1"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    assert_int_equal(ask(c, "social-worker", "PUT Basic/g1", ground(c, whole, days)), 422); /* it does not come back */
    /* no ground is made of another decision */
    put(c, "%s", decision(c, "d1", "capacity-restored", "2020-02-01", BY_COURT));
    assert_int_equal(ask(c, "social-worker", "PUT Basic/d1", text(c, "{\"resourceType\":\"Basic\",\"id\":\"d1\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"sharing-ground\"}]},"
                                                                  "\"subject\":{\"reference\":\"Patient/p1\"}}")), 422);
}

static void course(country *c, const char *body, int want, const char *where)
{
    int status = ask(c, "records-clerk", "PUT Task/q1", body);
    const char *got = status == 422 ? look(c, "issue.0.expression.0") : "";
    if (status != want || (where && strcmp(got, text(c, "Task%s%s", *where ? "." : "", where)) != 0)) {
        print_error("%d at %s, expected %d at %s: %.*s\n%s\n", status, got, want, where ? where : "-", ANS_FMT(c->got.body), body);
        fail();
    }
}

static void requests(void **state)
{
    country *c = *state;
    const char *day = "2026-01-05T08:00:00+07:00"; /* a Monday */
    assert_int_equal(ask(c, "records-clerk", "POST Task", request(c, "requested", "forget", day, "", "")), 422);
    assert_int_equal(ask(c, "records-clerk", "POST Task", request(c, "requested", "copy", "2120-01-01", "", "")), 422);
    assert_int_equal(ask(c, "records-clerk", "POST Task", request(c, "requested", "copy", "2026", "", "")), 422);
    assert_int_equal(ask(c, "records-clerk", "POST Task", request(c, "requested", "copy", day, "", "")), 201);
    assert_string_equal(look(c, "meta.security.0.code"), "REQ");
    /* not for those it may be about */
    total_is_zero(c, "carer", "GET Task?patient=p1&_total=accurate");
    total_is_zero(c, "nurse", "GET Task?patient=p1&_total=accurate");
    assert_int_equal(ask(c, "facility-head", "GET Task?patient=p1&_total=accurate", NULL), 200);
    assert_string_equal(look(c, "total"), "1");
    put(c, "%s", request(c, "requested", "copy", day, "", ""));
    course(c, request(c, "requested", "erase", day, "", ""), 422, "");
    course(c, request(c, "requested", "copy", "2026-01-08T08:00:00+07:00", "", ""), 422, "");
    course(c, request(c, "accepted", "copy", day, ACKNOWLEDGED("2120-01-06T08:00:00+07:00"), ""), 422, "extension");
    course(c, request(c, "accepted", "copy", day, ACKNOWLEDGED("2026-01-06T08:00:00+07:00"), ""), 200, NULL);
    course(c, request(c, "accepted", "copy", day, ACKNOWLEDGED("2026-01-06T08:00:00+07:00") "," EXTENDED("2026-01-16T08:00:00+07:00", "nhieu tep"), ""), 422, "extension"); /* over */
    course(c, request(c, "accepted", "copy", day, ACKNOWLEDGED("2026-01-06T08:00:00+07:00") "," EXTENDED("2026-01-15T08:00:00+07:00", " "), ""), 422, "extension");
    course(c, request(c, "accepted", "copy", day, EXTENDED("2026-01-15T08:00:00+07:00", "a") "," EXTENDED("2026-01-15T08:00:00+07:00", "b"), ""), 422, "extension");
    course(c, request(c, "accepted", "copy", day, ACKNOWLEDGED("2026-01-06T08:00:00+07:00") "," EXTENDED("2026-01-15T08:00:00+07:00", "nhieu tep"), ""), 200, NULL);
    course(c, request(c, "accepted", "copy", day, ACKNOWLEDGED("2026-01-06T08:00:00+07:00"), ""), 422, "extension"); /* not taken back, not twice */
    course(c, request(c, "accepted", "copy", day, EXTENDED("2026-01-15T08:00:00+07:00", "hai lan"), ""), 422, "extension");
    assert_int_equal(ask(c, "records-clerk", "GET Task/$data-requests?patient=p1", NULL), 200);
    const char *all = text(c, "%.*s", ANS_FMT(c->got.body));
    const char *const held[] = {"{\"name\":\"acknowledgeBy\",\"valueDate\":\"2026-01-07\"}", "{\"name\":\"answerBy\",\"valueDate\":\"2026-01-25\"}",
                                "{\"name\":\"overdue\",\"valueCode\":\"answer\"}", "{\"name\":\"state\",\"valueCode\":\"acknowledged\"}"};
    for (size_t i = 0; i < COUNT(held); i++) {
        assert_non_null(strstr(all, held[i]));
    }
    const char *both = ACKNOWLEDGED("2026-01-06T08:00:00+07:00") "," EXTENDED("2026-01-15T08:00:00+07:00", "nhieu tep");
    course(c, request(c, "completed", "copy", day, both, ""), 422, "executionPeriod.end");
    course(c, request(c, "completed", "copy", day, both, ",\"executionPeriod\":{\"end\":\"2026-01-20T09:00:00+07:00\"}"), 422, "output");
    course(c, request(c, "rejected", "copy", day, both, ANSWERED), 422, "statusReason");
    course(c, request(c, "completed", "copy", day, both, ANSWERED), 200, NULL);
    course(c, request(c, "accepted", "copy", day, both, ""), 422, "status");
    assert_int_equal(ask(c, "open", "DELETE Task/q1", NULL), 204); /* the program itself is not bound */
    assert_int_equal(ask(c, "carer", "GET Task/$data-requests", NULL), 200);
    assert_null(strstr(text(c, "%.*s", ANS_FMT(c->got.body)), "\"request\""));
    assert_int_equal(ask(c, "records-clerk", "GET Task/$data-requests?patient=a b", NULL), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(adults, open_country, close_country),   cmocka_unit_test_setup_teardown(children, open_country, close_country),
        cmocka_unit_test_setup_teardown(guardians, open_country, close_country), cmocka_unit_test_setup_teardown(no_consent, open_country, close_country),
        cmocka_unit_test_setup_teardown(withdrawing, open_country, close_country), cmocka_unit_test_setup_teardown(needs, open_country, close_country),
        cmocka_unit_test_setup_teardown(requests, open_country, close_country), cmocka_unit_test_setup_teardown(grounds, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
