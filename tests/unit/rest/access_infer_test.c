/* What a carer must not work out: that somebody was screened for mental illness or substance use, and with what result. A set of questions
 * is asked before and after such facts are written; every answer must be the same to the letter (but for the clock). What care needs
 * of it, the instruction and the order, is there all the same. */
#include "unit/rest/access_kit.h"

#define SAME(got, want) assert_string_equal((got), (want))
#define ABOUT "\"subject\":{\"reference\":\"Patient/p1\"},\"encounter\":{\"reference\":\"Encounter/stay-p1\"}"
#define TASK_ABOUT "\"for\":{\"reference\":\"Patient/p1\"},\"encounter\":{\"reference\":\"Encounter/stay-p1\"}"

static const char *const questions[] = {
    "GET Patient/p1",
    "GET Observation?patient=p1",
    "GET Observation?patient=p1&_total=accurate&_count=1",
    "GET Observation?patient=p1&_summary=count",
    "GET Observation?patient=p1&_sort=-date&_count=1",
    "GET Observation?patient=p1&_sort=-_lastUpdated&_count=2",
    "GET Observation?patient=p1&_sort=code",
    "GET Observation?code=urn:ansinh:score|phq-9",
    "GET Observation?code=urn:ansinh:score|audit&_total=accurate",
    "GET Observation?code:missing=true&_total=accurate",
    "GET Observation?code:not=http://loinc.org|8480-6&_total=accurate",
    "GET Observation?code=http://loinc.org|44261-6",
    "GET Observation?_security=MH&_total=accurate",
    "GET Observation?_security:missing=true&_total=accurate",
    "GET Observation?category=survey&_total=accurate",
    "GET Observation?value-quantity=gt0&_total=accurate",
    "GET Observation?derived-from:missing=false&_total=accurate",
    "GET Observation?derived-from:QuestionnaireResponse.questionnaire=urn:ansinh:form:phq-9",
    "GET Observation?encounter=stay-p1&_total=accurate",
    "GET Observation?_id=s-phq9,s-audit,plain",
    "GET Observation/s-phq9",
    "GET Observation/s-phq9/_history",
    "GET Observation/s-phq9/_history/1",
    "GET Observation/_history",
    "GET Task?patient=p1&_total=accurate",
    "GET Task?code=urn:ansinh:task|screening-follow-up&_total=accurate",
    "GET Task?priority=stat&_total=accurate",
    "GET Task?focus=QuestionnaireResponse/q-phq9",
    "GET Task?focus:missing=false&_total=accurate",
    "GET Task?status=requested&_sort=-authored-on",
    "GET Task?_has:Provenance:target:recorded=ge2020",
    "GET Task/t-phq9",
    "GET Task/_history",
    "GET Patient?_has:Observation:patient:code=urn:ansinh:score|phq-9&_total=accurate",
    "GET Patient?_has:Observation:patient:category=survey&_total=accurate",
    "GET Patient?_has:Task:patient:code=urn:ansinh:task|screening-follow-up",
    "GET Patient?_has:QuestionnaireResponse:patient:questionnaire=urn:ansinh:form:phq-9",
    "GET Patient?_has:Condition:patient:code=F32.1",
    "GET Patient?_id=p1&_revinclude=Observation:patient&_revinclude=Task:patient&_revinclude=ServiceRequest:patient",
    "GET Patient?_id=p1&_revinclude=QuestionnaireResponse:patient",
    "GET Encounter?_id=stay-p1&_revinclude=Observation:encounter&_revinclude=Task:encounter",
    "GET ServiceRequest?patient=p1&_total=accurate",
    "GET ServiceRequest?instantiates-canonical=urn:ansinh:form:gad-7",
    "GET ServiceRequest?code=http://loinc.org|75622-1&_total=accurate",
    "GET Appointment?patient=p1&_total=accurate",
    "GET Appointment?reason-code=F32.1",
    "GET Communication?patient=p1&_total=accurate",
    "GET CommunicationRequest?patient=p1&_total=accurate",
    "GET Flag?patient=p1&_total=accurate",
    "GET DetectedIssue?patient=p1&_total=accurate",
    "GET List?patient=p1&_total=accurate",
    "GET Composition?_total=accurate",
    "GET Patient/p1/$everything",
    "GET ?_type=Observation,Task,ServiceRequest,List&_total=accurate",
    "GET _history",
    "GET QuestionnaireResponse?patient=p1",
    "GET QuestionnaireResponse/q-phq9",
    "GET Location/w1/$board",
    "GET Organization/f1/$board",
};

/* A body without its instants, which tell the time and not the record, and without the seals of page links, no two of which are alike. */
static ans_str timeless(country *c, ans_str body)
{
    char *out = ans_arena_alloc(c->brief, body.n + 1);
    size_t n = 0;
    assert_non_null(out);
    for (size_t i = 0; i < body.n; i++) {
        bool is_instant = i + 11 < body.n && body.p[i] == '2' && body.p[i + 1] == '0' && body.p[i + 4] == '-' && body.p[i + 7] == '-' && body.p[i + 10] == 'T';
        bool is_seal = ans_str_starts(ans_str_from(body, i), ANS_STR("_page="));
        while ((is_instant || is_seal) && i < body.n && body.p[i] != '"') {
            i++;
        }
        out[n++] = body.p[i];
    }
    return (ans_str){out, n};
}

typedef struct told {
    int status;
    ans_str body;
} told;

static void ask_all(country *c, const char *as, told *out)
{
    for (size_t i = 0; i < COUNT(questions); i++) {
        out[i].status = ask(c, as, questions[i], NULL);
        out[i].body = timeless(c, c->got.body);
        assert_int_not_equal(out[i].status / 100, 5);
    }
}

static void same_answers(country *c, const char *as, const told *before)
{
    told *after = ans_arena_alloc(c->brief, COUNT(questions) * sizeof *after);
    assert_non_null(after);
    ask_all(c, as, after);
    for (size_t i = 0; i < COUNT(questions); i++) {
        if (before[i].status != after[i].status || !ans_str_eq(before[i].body, after[i].body)) {
            print_error("%s: %s: before %d %.*s\nafter %d %.*s\n", as, questions[i], before[i].status, ANS_FMT(before[i].body), after[i].status, ANS_FMT(after[i].body));
            fail();
        }
    }
}

/* Facts as our forms leave them, and as others may write them. The one sort of label stands in most of them, the other in some. */
static const char *const secrets[] = {
    "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"q-phq9\",\"status\":\"completed\",\"questionnaire\":\"urn:ansinh:form:phq-9|2026.1\"," ABOUT ",\"authored\":\"2026-11-20T08:00:00+07:00\"}",
    "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"q-audit\",\"status\":\"completed\",\"questionnaire\":\"urn:ansinh:form:audit\"," ABOUT "}",
    "{\"resourceType\":\"Observation\",\"id\":\"s-phq9\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"survey\"}]}],"
    "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:score\",\"code\":\"phq-9\"}],\"text\":\"PHQ-9\"}," ABOUT ",\"effectiveDateTime\":\"2026-11-20T08:00:00+07:00\",\"valueQuantity\":{\"value\":18},"
    "\"derivedFrom\":[{\"reference\":\"QuestionnaireResponse/q-phq9\"}]}",
    "{\"resourceType\":\"Observation\",\"id\":\"s-loinc\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"44261-6\"}]}," ABOUT ",\"valueQuantity\":{\"value\":18}}",
    "{\"resourceType\":\"Observation\",\"id\":\"s-audit\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:score\",\"code\":\"audit\"}]}," ABOUT ",\"valueQuantity\":{\"value\":22}}",
    "{\"resourceType\":\"Observation\",\"id\":\"s-cows\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:score\",\"code\":\"cows\"}]}," ABOUT "}",
    /* a note of somebody else, whose only tie is what it is made of */
    "{\"resourceType\":\"Observation\",\"id\":\"s-derived\",\"status\":\"final\",\"code\":{\"text\":\"x\"}," ABOUT ",\"derivedFrom\":[{\"reference\":\"Observation/s-phq9\"}]}",
    "{\"resourceType\":\"Task\",\"id\":\"t-phq9\",\"status\":\"requested\",\"intent\":\"order\",\"priority\":\"stat\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"screening-follow-up\"}],"
    "\"text\":\"PHQ-9\"},\"description\":\"PHQ-9\",\"reasonCode\":{\"coding\":[{\"system\":\"urn:ansinh:alert\",\"code\":\"phq-9-item-9\"}]},\"focus\":{\"reference\":\"QuestionnaireResponse/q-phq9\"}," TASK_ABOUT "}",
    "{\"resourceType\":\"Task\",\"id\":\"t-focus\",\"status\":\"requested\",\"intent\":\"order\",\"focus\":{\"reference\":\"QuestionnaireResponse/q-phq9\"}," TASK_ABOUT "}",
    "{\"resourceType\":\"Task\",\"id\":\"t-input\",\"status\":\"requested\",\"intent\":\"order\",\"input\":[{\"type\":{\"text\":\"x\"},\"valueCanonical\":\"urn:ansinh:form:srq-20\"}]," TASK_ABOUT "}",
    "{\"resourceType\":\"Task\",\"id\":\"t-reason\",\"status\":\"requested\",\"intent\":\"order\",\"reasonReference\":{\"reference\":\"Observation/s-audit\"}," TASK_ABOUT "}",
    "{\"resourceType\":\"ServiceRequest\",\"id\":\"r-form\",\"status\":\"active\",\"intent\":\"order\",\"instantiatesCanonical\":[\"urn:ansinh:form:gad-7\"]," ABOUT "}",
    "{\"resourceType\":\"ServiceRequest\",\"id\":\"r-hiv\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"75622-1\"}]}," ABOUT "}",
    "{\"resourceType\":\"ServiceRequest\",\"id\":\"r-why\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"text\":\"x\"},\"reasonCode\":[{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"F32.1\"}]}]," ABOUT "}",
    "{\"resourceType\":\"Appointment\",\"id\":\"a1\",\"status\":\"booked\",\"reasonCode\":[{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"F32.1\"}]}],"
    "\"participant\":[{\"actor\":{\"reference\":\"Patient/p1\"},\"status\":\"accepted\"}]}",
    "{\"resourceType\":\"Appointment\",\"id\":\"a2\",\"status\":\"booked\",\"supportingInformation\":[{\"reference\":\"Observation/s-phq9\"}],"
    "\"participant\":[{\"actor\":{\"reference\":\"Patient/p1\"},\"status\":\"accepted\"}]}",
    "{\"resourceType\":\"CommunicationRequest\",\"id\":\"c1\",\"status\":\"active\",\"reasonReference\":[{\"reference\":\"Observation/s-phq9\"}],\"subject\":{\"reference\":\"Patient/p1\"}}",
    "{\"resourceType\":\"Communication\",\"id\":\"c2\",\"status\":\"completed\",\"reasonReference\":[{\"reference\":\"Observation/s-audit\"}],\"subject\":{\"reference\":\"Patient/p1\"}}",
    "{\"resourceType\":\"DetectedIssue\",\"id\":\"d1\",\"status\":\"final\",\"patient\":{\"reference\":\"Patient/p1\"},\"implicated\":[{\"reference\":\"Observation/s-phq9\"}]}",
    "{\"resourceType\":\"Flag\",\"id\":\"f1\",\"status\":\"active\",\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"F33.2\"}]},\"subject\":{\"reference\":\"Patient/p1\"}}",
    "{\"resourceType\":\"List\",\"id\":\"l1\",\"status\":\"current\",\"mode\":\"working\",\"subject\":{\"reference\":\"Patient/p1\"},\"entry\":[{\"item\":{\"reference\":\"Observation/s-phq9\"}}]}",
    "{\"resourceType\":\"Composition\",\"id\":\"h1\",\"status\":\"preliminary\",\"subject\":{\"reference\":\"Location/w1\"},\"custodian\":{\"reference\":\"Organization/f1\"},"
    "\"section\":[{\"section\":[{\"entry\":[{\"reference\":\"Observation/s-phq9\"}]}]}]}",
    "{\"resourceType\":\"Condition\",\"id\":\"ill\"," ABOUT ",\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"F32.1\"}]}}",
};

static void plain_facts(country *c)
{
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"plain\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"}]}," ABOUT
           ",\"effectiveDateTime\":\"2026-11-19T08:00:00+07:00\"}");
    put(c, "{\"resourceType\":\"Task\",\"id\":\"plain\",\"status\":\"requested\",\"intent\":\"order\",\"code\":{\"text\":\"x\"}," TASK_ABOUT "}");
    put(c, "{\"resourceType\":\"ServiceRequest\",\"id\":\"plain\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"text\":\"x\"}," ABOUT "}");
}

static void carers(void **state)
{
    country *c = *state;
    static const char *const who[] = {"carer", "carer-a", "province-officer", "administrator", "doctor-f2"}; /* the team opens nothing to a carer */
    told *before[COUNT(who)];
    sharing(c);
    plain_facts(c);
    for (size_t i = 0; i < COUNT(who); i++) {
        before[i] = ans_arena_alloc(c->brief, COUNT(questions) * sizeof *before[i]);
        assert_non_null(before[i]);
        ask_all(c, who[i], before[i]);
    }
    for (size_t i = 0; i < COUNT(secrets); i++) {
        put(c, "%s", secrets[i]);
    }
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < COUNT(who); i++) {
            same_answers(c, who[i], before[i]);
        }
        if (again == 0) {
            reopen_gate(c); /* and by marks made from the rows */
        }
    }
    /* those whom it concerns see it: of mental health the ward's nurses and the house's doctors, of substances the assigned */
    assert_int_equal(ask(c, "nurse", "GET Observation/s-phq9", NULL), 200);
    SAME(look(c, "meta.security.0.code"), "MH");
    assert_int_equal(ask(c, "nurse", "GET QuestionnaireResponse/q-phq9", NULL), 200);
    SAME(look(c, "meta.security.0.code"), "MH");
    assert_int_equal(ask(c, "nurse", "GET Task/t-phq9", NULL), 200);
    assert_int_equal(ask(c, "nurse", "GET Observation/s-audit", NULL), 404);
    assert_int_equal(ask(c, "nurse-a", "GET Observation/s-audit", NULL), 200);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/s-phq9", NULL), 404);
    assert_int_equal(ask(c, "doctor", "GET Observation/s-phq9", NULL), 200);
    assert_int_equal(ask(c, "facility-head", "GET Observation/s-phq9", NULL), 200);
    assert_int_equal(ask(c, "rehab-technician", "GET QuestionnaireResponse/q-phq9", NULL), 404);
    assert_int_equal(ask(c, "rehab-technician-a", "GET QuestionnaireResponse/q-phq9", NULL), 200);
    assert_int_equal(ask(c, "social-worker", "GET QuestionnaireResponse/q-phq9", NULL), 404);
    assert_int_equal(ask(c, "social-worker-a", "GET QuestionnaireResponse/q-phq9", NULL), 200);
    assert_int_equal(ask(c, "recipient", "GET Observation/plain", NULL), 200); /* what consent lets out has no compartment in it */
    assert_int_equal(ask(c, "recipient", "GET Observation/s-phq9", NULL), 404);
}

/* What has to be done stands open, with a bare reference to why; why in words shuts it. */
static void care_goes_on(void **state)
{
    country *c = *state;
    for (size_t i = 0; i < COUNT(secrets); i++) {
        put(c, "%s", secrets[i]);
    }
    static const char *const open[] = {
        "{\"resourceType\":\"Task\",\"id\":\"o1\",\"status\":\"requested\",\"intent\":\"order\",\"priority\":\"stat\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"alert\"},"
        "{\"system\":\"urn:ansinh:alert-kind\",\"code\":\"screening-now\"}],\"text\":\"Xem ngay\"},\"description\":\"Không để người này ở một mình.\",\"reasonReference\":{\"reference\":\"Task/t-phq9\"%s}," TASK_ABOUT "}",
        "{\"resourceType\":\"ServiceRequest\",\"id\":\"o2\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"observe\"}]},"
        "\"reasonReference\":[{\"reference\":\"Observation/s-phq9\"%s}]," ABOUT "}",
        "{\"resourceType\":\"MedicationRequest\",\"id\":\"o3\",\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"reasonReference\":[{\"reference\":\"Observation/s-phq9\"%s}]," ABOUT "}",
        "{\"resourceType\":\"CarePlan\",\"id\":\"o4\",\"status\":\"active\",\"intent\":\"plan\",\"supportingInfo\":[{\"reference\":\"QuestionnaireResponse/q-phq9\"%s}]," ABOUT "}",
        "{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},"
        "\"location\":[{\"location\":{\"reference\":\"Location/b1\"},\"status\":\"active\"}],\"reasonReference\":[{\"reference\":\"Observation/s-phq9\"%s}]}",
    };
    static const char *const where[] = {"GET Task/o1", "GET ServiceRequest/o2", "GET MedicationRequest/o3", "GET CarePlan/o4", "GET Encounter/stay-p1"};
    for (size_t i = 0; i < COUNT(open); i++) {
        put(c, open[i], "");
        if (ask(c, "carer", where[i], NULL) != 200) {
            print_error("%s: %d %.*s\n", where[i], c->got.status, ANS_FMT(c->got.body));
            fail();
        }
        SAME(look(c, "meta.security.0.code"), "-");
        put(c, open[i], ",\"display\":\"PHQ-9: 18\"");
        assert_int_equal(ask(c, "carer", where[i], NULL), 404);
        assert_int_equal(ask(c, "nurse", where[i], NULL), 200);
    }
    /* HIV and substances pass on along a bare reference too */
    put(c, "{\"resourceType\":\"MedicationRequest\",\"id\":\"o5\",\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"reasonReference\":[{\"reference\":\"Observation/s-audit\"}]," ABOUT "}");
    assert_int_equal(ask(c, "carer", "GET MedicationRequest/o5", NULL), 404);
    put(c, "{\"resourceType\":\"Flag\",\"id\":\"watch\",\"status\":\"active\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:risk\",\"code\":\"self-harm\"}]},\"subject\":{\"reference\":\"Patient/p1\"}}");
    assert_int_equal(ask(c, "carer", "GET Flag/watch", NULL), 200);
}

/* A record from before there was this compartment: found by the form and the code when the marks are made. */
static void from_before(void **state)
{
    country *c = *state;
    ans_rest *open;
    ans_rest_answer a;
    ans_rest_options r = {.store = c->store, .search = c->search, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&c->cx, &r, &open), ANS_OK);
    for (size_t i = 0; i < COUNT(secrets); i++) {
        assert_int_equal(ans_rest_apply(open, &c->cx, ans_str_of(secrets[i]), &a), ANS_OK);
    }
    ans_rest_free(open);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ask(c, "carer", "GET Observation/s-phq9", NULL), 404);
        assert_int_equal(ask(c, "carer", "GET Observation/s-loinc", NULL), 404);
        assert_int_equal(ask(c, "carer", "GET Observation/s-cows", NULL), 404);
        assert_int_equal(ask(c, "carer", "GET ServiceRequest/r-form", NULL), 404);
        assert_int_equal(ask(c, "rehab-technician", "GET QuestionnaireResponse/q-phq9", NULL), 404);
        assert_int_equal(ask(c, "rehab-technician", "GET QuestionnaireResponse/q-audit", NULL), 404);
        assert_int_equal(ask(c, "nurse", "GET QuestionnaireResponse/q-phq9", NULL), 200);
        if (i == 0) {
            reopen_gate(c);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(carers, open_country, close_country),
        cmocka_unit_test_setup_teardown(care_goes_on, open_country, close_country),
        cmocka_unit_test_setup_teardown(from_before, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
