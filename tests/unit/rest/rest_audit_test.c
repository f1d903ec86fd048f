/* Every request leaves its entry, and entries are found again as AuditEvents. */
#include "unit/rest/fixture.h"

#include "auth/audit.h"

typedef struct audited {
    fixture f;
    ans_audit *audit;
    ans_reader *rd;
} audited;

static void with_audit(audited *a, bool on)
{
    ans_rest_options r = {.store = a->f.store, .search = a->f.search, .threads = 1, .version = "test", .audit = on ? a->audit : NULL};
    if (a->f.rest) {
        ans_rest_free(a->f.rest);
    }
    assert_int_equal(ans_rest_new(&a->f.cx, &r, &a->f.rest), ANS_OK);
}

static int open_all(void **state)
{
    audited *a = calloc(1, sizeof *a);
    assert_non_null(a);
    fixture_open(&a->f);
    assert_int_equal(ans_audit_new(&a->f.cx, a->f.store, NULL, &a->audit), ANS_OK);
    assert_int_equal(ans_reader_open(&a->f.cx, a->f.store, &a->rd), ANS_OK);
    with_audit(a, true);
    *state = a;
    return 0;
}

static int close_all(void **state)
{
    audited *a = *state;
    ans_reader_close(a->rd);
    fixture_close(&a->f);
    ans_audit_free(a->audit);
    free(a);
    return 0;
}

/* ---- what is in the journal: "deed status patients/resources", newest first ---- */

typedef struct listing {
    ans_cx *cx;
    ans_buf text;
    uint32_t limit;
} listing;

static bool list_one(void *arg, const ans_entry *entry)
{
    listing *l = arg;
    ans_event e;
    assert_int_equal(ans_event_decode(l->cx, entry, &e), ANS_OK);
    assert_int_equal(e.who.kind, ANS_WHO_OPEN);
    ans_buf_fmt(&l->text, "%s%s %u %u/%u%s%.*s", l->text.n ? "; " : "", ans_deed_name(e.deed), e.status, e.patient_count, e.resource_count,
                e.parameters.n ? " " : "", ANS_FMT(e.parameters));
    return --l->limit > 0;
}

static void flush(audited *a)
{
    static const ans_event mark = {.deed = ANS_DID_PRINT};
    assert_int_equal(ans_audit_now(a->audit, &a->f.cx, &mark), ANS_OK); /* what waits goes with it */
}

static const char *last(audited *a, uint32_t limit)
{
    ans_entry end;
    listing l = {.cx = &a->f.cx, .limit = limit};
    ans_journal_query q = {0};
    ans_str out;
    flush(a);
    assert_int_equal(ans_journal_last(&a->f.cx, a->rd, &end), ANS_OK);
    q.before = end.seq;
    ans_buf_init_arena(&l.text, a->f.cx.arena, 65536);
    assert_int_equal(ans_journal_walk(&a->f.cx, a->rd, &q, list_one, &l), ANS_OK);
    assert_int_equal(ans_buf_finish(&l.text, &out), ANS_OK);
    return ans_arena_dup(a->f.cx.arena, out).p;
}

static const char patient[] = "{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"text\":\"Hoa\"}]}";
static const char other[] = "{\"resourceType\":\"Patient\",\"id\":\"q\",\"name\":[{\"text\":\"Lan\"}]}";
static const char weight[] = "{\"resourceType\":\"Observation\",\"id\":\"w\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
                             "\"subject\":{\"reference\":\"Patient/p\"}}";

static void writes(void **state)
{
    audited *a = *state;
    SAME(call(&a->f, "PUT Patient/p", patient, NULL), "201 Created");
    SAME(last(a, 1), "update 201 1/1");
    SAME(call(&a->f, "PUT Patient/p", patient, NULL), "200 OK");
    SAME(last(a, 1), "update 200 1/1");
    SAME(call(&a->f, "PUT Observation/w", weight, NULL), "201 Created");
    SAME(last(a, 1), "update 201 1/1"); /* the patient is known from the row */
    SAME(call(&a->f, "PUT Patient/p", patient, "\"ifMatch\":\"W/\\\"7\\\"\""), "412 Precondition Failed");
    SAME(last(a, 1), "update 412 0/0");
    SAME(call(&a->f, "DELETE Observation/w", NULL, NULL), "204 No Content");
    SAME(last(a, 1), "delete 204 0/1");
    SAME(call(&a->f, "DELETE Observation/never", NULL, NULL), "204 No Content");
    SAME(last(a, 1), "delete 204 0/0");
    SAME(call(&a->f, "POST Patient", "{\"resourceType\":\"Patient\"}", NULL), "201 Created");
    SAME(last(a, 1), "create 201 1/1");
}

static void reads(void **state)
{
    audited *a = *state;
    call(&a->f, "PUT Patient/p", patient, NULL);
    call(&a->f, "PUT Patient/q", other, NULL);
    call(&a->f, "PUT Observation/w", weight, NULL);
    SAME(call(&a->f, "GET Patient/p", NULL, NULL), "200 OK");
    SAME(last(a, 1), "read 200 1/1");
    SAME(call(&a->f, "GET Patient/p/_history/1", NULL, NULL), "200 OK");
    SAME(last(a, 1), "vread 200 1/1");
    SAME(call(&a->f, "GET Patient/nobody", NULL, NULL), "404 Not Found");
    SAME(last(a, 1), "read 404 0/0");
    SAME(call(&a->f, "GET Patient/p/_history", NULL, NULL), "200 OK");
    SAME(last(a, 1), "history 200 1/1");
    SAME(call(&a->f, "GET Patient?name=hoa,lan&_count=5", NULL, NULL), "200 OK");
    SAME(last(a, 1), "search 200 2/2 name,_count"); /* one entry names them all; no value of a parameter */
    SAME(call(&a->f, "GET Observation?_include=Observation:subject", NULL, NULL), "200 OK");
    SAME(last(a, 1), "search 200 1/2 _include");
    SAME(call(&a->f, "GET Patient?Hoa%20Nguyen=1", NULL, NULL), "200 OK");
    SAME(last(a, 1), "search 200 2/2 ?"); /* a name may hold anything */
}

static void transactions(void **state)
{
    audited *a = *state;
    SAME(apply(&a->f, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                      "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p\"}},"
                      "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/q\"}},"
                      "{\"request\":{\"method\":\"GET\",\"url\":\"Patient/q\"}}]}"),
         "200");
    SAME(last(a, 2), "read 200 1/1; transaction 200 2/2");
}

static void nothing_without_an_audit(void **state)
{
    audited *a = *state;
    with_audit(a, false);
    call(&a->f, "PUT Patient/p", patient, NULL);
    call(&a->f, "GET Patient/p", NULL, NULL);
    SAME(call(&a->f, "POST AuditEvent", "{\"resourceType\":\"AuditEvent\"}", NULL), "201 Created"); /* a type as any other */
    with_audit(a, true);
    SAME(last(a, 5), "");
}

/* ---- AuditEvent ---- */

#define BODY(path) look(&a->f, "entry.0.resource." path)

static void read_event(void **state)
{
    audited *a = *state;
    call(&a->f, "PUT Patient/p", patient, NULL);
    SAME(call(&a->f, "GET AuditEvent/1", NULL, NULL), "200 OK");
    SAME(BODY("resourceType"), "AuditEvent");
    SAME(BODY("id"), "1");
    SAME(BODY("meta.versionId"), "1");
    SAME(BODY("type.code"), "rest");
    SAME(BODY("subtype.0.code"), "update");
    SAME(BODY("subtype.1.system"), "urn:ansinh:audit");
    SAME(BODY("action"), "U");
    SAME(BODY("outcome"), "0");
    SAME(BODY("outcomeDesc"), "HTTP 201");
    SAME(BODY("entity.0.what.reference"), "Patient/p");
    SAME(BODY("entity.0.role.code"), "1");
    SAME(BODY("entity.1.what"), "-");
    SAME(BODY("source.observer.display"), "An Sinh");
    SAME(call(&a->f, "GET AuditEvent/1/_history/1", NULL, NULL), "200 OK");
    SAME(call(&a->f, "GET AuditEvent/1/_history/2", NULL, NULL), "404 Not Found");
    SAME(call(&a->f, "GET AuditEvent/999", NULL, NULL), "404 Not Found");
    SAME(call(&a->f, "GET AuditEvent/x", NULL, NULL), "404 Not Found");
}

static void nobody_writes_events(void **state)
{
    audited *a = *state;
    SAME(call(&a->f, "POST AuditEvent", "{\"resourceType\":\"AuditEvent\"}", NULL), "405");
    SAME(call(&a->f, "PUT AuditEvent/1", "{\"resourceType\":\"AuditEvent\",\"id\":\"1\"}", NULL), "405");
    SAME(call(&a->f, "DELETE AuditEvent/1", NULL, NULL), "405");
    SAME(apply(&a->f, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"AuditEvent\"},"
                      "\"request\":{\"method\":\"POST\",\"url\":\"AuditEvent\"}}]}"),
         "!METHOD");
    SAME(apply(&a->f, "{\"resourceType\":\"AuditEvent\",\"id\":\"1\"}"), "!METHOD");
    SAME(apply(&a->f, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"AuditEvent\",\"id\":\"1\"}}]}"), "!METHOD");
}

/* Ids of the page, "3,1". */
static const char *ids(audited *a, const char *query)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, a->f.cx.arena, 65536);
    flush(a);
    SAME(call(&a->f, ans_arena_fmt(a->f.cx.arena, "GET AuditEvent?%s", query).p, NULL, NULL), "200 OK");
    for (int i = 0; i < 200; i++) {
        const char *id = look(&a->f, ans_arena_fmt(a->f.cx.arena, "entry.0.resource.entry.%d.resource.id", i).p);
        if (strcmp(id, "-") == 0) {
            break;
        }
        ans_buf_fmt(&b, "%s%s", i ? "," : "", id);
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return ans_arena_dup(a->f.cx.arena, out).p;
}

static ans_event signed_in(const char *name, const char *display, const char *practitioner, const char *role, const char *address)
{
    return (ans_event){.deed = ANS_DID_SIGN_IN,
                       .status = 200,
                       .who = {.kind = ANS_WHO_PERSON, .account = ans_str_of(name), .name = ans_str_of(name), .display = ans_str_of(display),
                               .practitioner = ans_str_of(practitioner)},
                       .role = ans_str_of(role),
                       .address = ans_str_of(address)};
}

static void search_events(void **state)
{
    audited *a = *state;
    call(&a->f, "PUT Patient/p", patient, NULL);      /* 1 */
    call(&a->f, "PUT Patient/q", other, NULL);        /* 2 */
    call(&a->f, "PUT Observation/w", weight, NULL);   /* 3 */
    call(&a->f, "GET Patient/nobody", NULL, NULL);    /* 4 */
    ans_event ha = signed_in("dd.ha", "Điều dưỡng Hà", "ha", "nurse", "10.0.0.7");
    ans_event nam = signed_in("bs.nam", "Bác sĩ Nam", "nam", "doctor", "10.0.1.8");
    nam.deed = ANS_DID_SIGN_IN_FAILED;
    nam.status = 401;
    assert_int_equal(ans_audit_now(a->audit, &a->f.cx, &ha), ANS_OK);  /* 5 */
    assert_int_equal(ans_audit_now(a->audit, &a->f.cx, &nam), ANS_OK); /* 6 */
    static const struct {
        const char *query, *ids;
    } t[] = {
        {"patient=Patient/p&_page=7", "3,1"},
        {"patient=p,q&_page=7", "3,2,1"},
        {"patient=Patient/nobody", ""},
        {"entity=Observation/w&_page=7", "3"},
        {"entity=Observation/w,Patient/q&_page=7", "3,2"},
        {"patient=p&entity=Observation/w&_page=7", "3"},
        {"agent=Practitioner/ha", "5"},
        {"agent=ha,nam", "6,5"},
        {"altid=bs.nam", "6"},
        {"agent-name=dieu%20duong", "5"},
        {"agent-name=NAM", "6"},
        {"agent-role=nurse", "5"},
        {"agent-role=urn:ansinh:role%7Cdoctor", "6"},
        {"address=10.0", "6,5"},
        {"action=U&_page=7", "3,2,1"},
        {"action=R&_page=7", "4"},
        {"outcome=4&_page=7", "6,4"},
        {"type=110114", "6,5"},
        {"type=http://dicom.nema.org/resources/ontology/DCM%7C110114&outcome=0", "5"},
        {"subtype=sign-in-failed", "6"},
        {"subtype=urn:ansinh:audit%7Csign-in", "5"},
        {"subtype=110122", "6,5"},
        {"_id=4", "4"},
        {"_id=4,2&_page=7", "4,2"},
        {"_id=4&action=U", ""},
        {"date=ge2000&_page=3", "2,1"},
        {"date=lt2000", ""},
        {"date=gt2000&date=lt2100&_page=2", "1"},
        {"_count=2&_page=7", "6,5"},
        {"_sort=-date&_count=1&_page=7", "6"},
    };
    for (size_t i = 0; i < COUNT(t); i++) {
        const char *got = ids(a, t[i].query);
        if (strcmp(got, t[i].ids) != 0) {
            fail_msg("%s: %s, wanted %s", t[i].query, got, t[i].ids);
        }
    }
    SAME(ids(a, "_summary=count&outcome=4&subtype=sign-in-failed"), "");
    SAME(BODY("total"), "1");
    SAME(ids(a, "_count=2&_page=6&patient=p"), "3,1");
    SAME(BODY("link.1.url"), "-");
    SAME(ids(a, "_count=1&_page=6&patient=p"), "3");
    SAME(BODY("link.1.relation"), "next");
    SAME(BODY("link.1.url"), "http://localhost/fhir/AuditEvent?_count=1&patient=p&_page=3");
    SAME(call(&a->f, "GET AuditEvent?_sort=date", NULL, NULL), "400");
    SAME(call(&a->f, "GET AuditEvent?date=yesterday", NULL, NULL), "400");
    SAME(call(&a->f, "GET AuditEvent?patient=Observation/w", NULL, NULL), "400");
    SAME(call(&a->f, "GET AuditEvent?_page=0", NULL, NULL), "400");
    SAME(ids(a, "colour=blue&_count=1&_page=2"), "1");
    SAME(BODY("entry.1.search.mode"), "outcome");
}

/* A page of the ward may touch thousands. The person asked about is named whatever came before, what is left out is counted, and the entry
 * itself names more. */
static void entry_of_many(void **state)
{
    enum { PEOPLE = 120 };
    audited *a = *state;
    ans_buf b;
    ans_str bundle;
    ans_buf_init_arena(&b, a->f.cx.arena, 1 << 20);
    ans_buf_fmt(&b, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
    for (int i = 0; i < PEOPLE; i++) {
        ans_buf_fmt(&b, "%s{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p%d\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p%d\"}},"
                        "{\"resource\":{\"resourceType\":\"Flag\",\"id\":\"f%d\",\"subject\":{\"reference\":\"Patient/p%d\"}},\"request\":{\"method\":\"PUT\",\"url\":\"Flag/f%d\"}}",
                    i ? "," : "", i, i, i, i, i);
    }
    ans_buf_fmt(&b, "]}");
    assert_int_equal(ans_buf_finish(&b, &bundle), ANS_OK);
    SAME(apply(&a->f, bundle.p), "200");
    SAME(last(a, 1), "transaction 200 120/240");

    SAME(ids(a, "patient=p119&entity=Flag/f118"), "1");
    SAME(BODY("entry.0.resource.entity.0.what.reference"), "Patient/p119");
    SAME(BODY("entry.0.resource.entity.1.what.reference"), "Flag/f118");
    SAME(BODY("entry.0.resource.entity.2.what.reference"), "Patient/p0");
    SAME(BODY("entry.0.resource.entity.49.what.reference"), "Patient/p47");
    SAME(BODY("entry.0.resource.entity.50.detail.0.type"), "more persons");
    SAME(BODY("entry.0.resource.entity.50.detail.0.valueString"), "71"); /* 120 - 49 */
    SAME(BODY("entry.0.resource.entity.50.detail.1.type"), "more resources");
    SAME(BODY("entry.0.resource.entity.50.detail.1.valueString"), "119");
    SAME(BODY("entry.0.resource.entity.51.detail.0.type"), "-");
    SAME(BODY("entry.0.resource.meta.tag.0.code"), "SUBSETTED");

    SAME(call(&a->f, "GET AuditEvent/1", NULL, NULL), "200 OK");
    SAME(BODY("entity.239.what.reference"), "Flag/f119");
    SAME(BODY("entity.240.type"), "-");
    SAME(BODY("meta.tag"), "-");
}

/* Rows of a view hand out the record as a search does: whose rows are in the answer is told, and nobody else. */
static void rows_of_a_view(void **state)
{
    static const char view[] = "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"viewResource\",\"resource\":{\"resourceType\":\"ViewDefinition\","
                               "\"status\":\"active\",\"resource\":\"Patient\",\"select\":[{\"column\":[{\"name\":\"id\",\"path\":\"id\"}]}],"
                               "\"where\":[{\"path\":\"name.where(text = 'Hoa').exists()\"}]}}]}";
    audited *a = *state;
    const ans_rest_question q = {.method = ANS_STR("POST"), .path = ANS_STR("ViewDefinition/$run"), .body = ans_str_of(view)};
    const ans_who who = {.kind = ANS_WHO_OPEN};
    ans_rest_answer got;
    call(&a->f, "PUT Patient/p", patient, NULL);
    call(&a->f, "PUT Patient/q", other, NULL);
    assert_int_equal(ans_rest_ask(a->f.rest, &a->f.cx, &who, &q, &got), ANS_OK);
    assert_int_equal(got.status, 200);
    assert_true(ans_str_is(got.body, "{\"id\":\"p\"}\n"));
    SAME(last(a, 1), "operation 200 1/1");
    SAME(call(&a->f, "POST ViewDefinition/$run", view, NULL), "400"); /* rows would be no JSON within the Bundle */
    SAME(look(&a->f, "entry.0.response.outcome.issue.0.code"), "not-supported");
    SAME(last(a, 1), "operation 400 0/0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes, open_all, close_all),
        cmocka_unit_test_setup_teardown(reads, open_all, close_all),
        cmocka_unit_test_setup_teardown(transactions, open_all, close_all),
        cmocka_unit_test_setup_teardown(nothing_without_an_audit, open_all, close_all),
        cmocka_unit_test_setup_teardown(read_event, open_all, close_all),
        cmocka_unit_test_setup_teardown(nobody_writes_events, open_all, close_all),
        cmocka_unit_test_setup_teardown(search_events, open_all, close_all),
        cmocka_unit_test_setup_teardown(entry_of_many, open_all, close_all),
        cmocka_unit_test_setup_teardown(rows_of_a_view, open_all, close_all),
    };
    return cmocka_run_group_tests_name("rest_audit", tests, NULL, NULL);
}
