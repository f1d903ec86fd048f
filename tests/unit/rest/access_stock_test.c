/* Ward stock: cards, movements between stores, counts and doses; nobody takes what is not there, and a dose is kept whatever the card says. */
#include "unit/rest/access_kit.h"

#include <pthread.h>
#include <unistd.h>

#include "rest/notice.h"

#define NOW "2026-11-20T08:00:00+07:00"
#define CARD(id, ward, unit, more) \
    "{\"resourceType\":\"SupplyRequest\"," id "\"meta\":{\"tag\":[{\"system\":\"urn:ansinh:tag:facility\",\"code\":\"f1\"}]},\"status\":\"active\",\"category\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"card\"}]}," \
    "\"itemCodeableConcept\":{\"text\":\"Morphin 10 mg\"},\"quantity\":{\"value\":20,\"unit\":\"" unit "\"},\"deliverTo\":{\"reference\":\"Location/" ward "\"}" more "}"
#define ID(id) "\"id\":\"" id "\","
#define CONTROLLED ",\"extension\":[{\"url\":\"urn:ansinh:extension:controlled\",\"valueBoolean\":true}]"
#define IN(page) "{\"system\":\"urn:ansinh:stock:in\",\"value\":\"" page "\"}"
#define OUT(page) "{\"system\":\"urn:ansinh:stock:out\",\"value\":\"" page "\"}"
#define MOVE_AT(type, pages, amount, unit, by, when, more) \
    "{\"resourceType\":\"SupplyDelivery\",\"status\":\"completed\",\"identifier\":[" pages "],\"type\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"" type "\"}]}," \
    "\"suppliedItem\":{\"quantity\":{\"value\":" amount ",\"unit\":\"" unit "\"},\"itemCodeableConcept\":{\"text\":\"Morphin 10 mg\"}},\"occurrenceDateTime\":\"" when "\"," \
    "\"supplier\":{\"reference\":\"Practitioner/" by "\"}" more "}"
#define MOVE(type, pages, amount, by, more) MOVE_AT(type, pages, amount, "viên", by, NOW, more)
#define TAGGED ",\"meta\":{\"tag\":[{\"system\":\"urn:ansinh:tag:facility\",\"code\":\"f1\"}]}"
#define WHY "{\"url\":\"urn:ansinh:extension:reason\",\"valueString\":\"vỡ\"}"
#define SEEN_BY(who) "{\"url\":\"urn:ansinh:extension:witness\",\"valueReference\":{\"reference\":\"Practitioner/" who "\"}}"
#define SAYS(what) ",\"extension\":[" what "]"
#define LOT(number) ",\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\",\"batch\":{\"lotNumber\":\"" number "\",\"expirationDate\":\"2027-06-30\"}}]"
#define COUNT_AT(ward, card, amount, unit, by, when) \
    "{\"resourceType\":\"List\",\"status\":\"current\",\"mode\":\"snapshot\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"count\"}]}," \
    "\"subject\":{\"reference\":\"Location/" ward "\"},\"date\":\"" when "\",\"source\":{\"reference\":\"Practitioner/" by "\"},\"entry\":[{\"item\":{\"reference\":" \
    "\"SupplyRequest/" card "\"},\"extension\":[{\"url\":\"urn:ansinh:extension:amount\",\"valueQuantity\":{\"value\":" amount ",\"unit\":\"" unit "\"}}]}]}"
#define DOSE(id, page, amount, unit, when) \
    "{\"resourceType\":\"MedicationAdministration\"," id "\"status\":\"completed\",\"identifier\":[" OUT(page) "],\"medicationCodeableConcept\":{\"text\":\"x\"}," \
    "\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"" when "\",\"dosage\":{\"dose\":{\"value\":" amount ",\"unit\":\"" unit "\"}}}"

static void write_is(country *c, const char *as, const char *url, const char *body, int want, const char *where)
{
    int status = ask(c, as, url, body);
    if (status != want) {
        print_error("%s %s %s: %d, expected %d: %.*s\n", as, url, body, status, want, ANS_FMT(c->got.body));
    }
    assert_int_equal(status, want);
    if (where) {
        assert_string_equal(look(c, "issue.0.code"), "business-rule");
        assert_string_equal(look(c, "issue.0.expression.0"), where);
    }
}

/* A member of the one card of the answer: its value, whatever its type. */
static const char *part_of(country *c, const char *name)
{
    for (int i = 0; i < 40; i++) {
        if (strcmp(look(c, text(c, "parameter.2.part.%d.name", i)), name) == 0) {
            const char *value = look(c, text(c, "parameter.2.part.%d.valueDecimal", i));
            return strcmp(value, "-") ? value : look(c, text(c, "parameter.2.part.%d.valueBoolean", i));
        }
    }
    return "-";
}

static void balance_is(country *c, const char *card, const char *want)
{
    assert_int_equal(ask(c, "nurse-all", text(c, "GET Location/%s/$stock?card=%s", card[0] == '2' ? "w2" : "w1", card), NULL), 200);
    assert_string_equal(part_of(c, "balance"), want);
}

static int begin(void **state)
{
    int failed = open_country(state);
    country *c = *state;
    put(c, "%s", CARD(ID("1"), "w1", "viên", ""));
    put(c, "%s", CARD(ID("2"), "w2", "viên", ""));
    return failed;
}

static void cards(void **state)
{
    country *c = *state;
    write_is(c, "nurse", "POST SupplyRequest", CARD("", "w1", "viên", ""), 201, NULL);
    write_is(c, "pharmacist", "POST SupplyRequest", CARD("", "w2", "ml", ""), 201, NULL);
    write_is(c, "carer", "POST SupplyRequest", CARD("", "w1", "viên", ""), 403, NULL);
    write_is(c, "nurse", "POST SupplyRequest", CARD("", "w1", "", ""), 422, NULL);
    put(c, "%s", CARD(ID("9"), "w1", "viên", ""));
    write_is(c, "nurse", "PUT SupplyRequest/9", CARD(ID("9"), "w2", "viên", ""), 422, "SupplyRequest");
    write_is(c, "nurse", "PUT SupplyRequest/9", CARD(ID("9"), "w1", "ml", ""), 422, "SupplyRequest");
    write_is(c, "nurse", "PUT SupplyRequest/9", CARD(ID("9"), "w1", "viên", CONTROLLED), 422, "SupplyRequest");
    write_is(c, "nurse", "PUT SupplyRequest/9", CARD(ID("9"), "w1", "viên", ",\"reasonCode\":[{\"text\":\"x\"}]"), 422, "SupplyRequest");
    const char *higher = CARD(ID("9"), "w1", "viên", ",\"parameter\":[{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"minimum\"}]},"
                                                     "\"valueQuantity\":{\"value\":2.5,\"unit\":\"viên\"}}]");
    write_is(c, "nurse", "PUT SupplyRequest/9", higher, 200, NULL);
    assert_int_equal(ask(c, "nurse", "GET Location/w1/$stock?card=9", NULL), 200);
    assert_string_equal(part_of(c, "minimum"), "2.5");
    assert_int_equal(ask(c, "nurse", "DELETE SupplyRequest/9", NULL), 403);
    /* a request for supplies that is no card is nobody's business here */
    write_is(c, "nurse", "POST SupplyRequest", "{\"resourceType\":\"SupplyRequest\",\"itemCodeableConcept\":{\"text\":\"x\"},\"quantity\":{\"value\":1}}", 201, NULL);
}

static void movements(void **state)
{
    country *c = *state;
    const char *post = "POST SupplyDelivery";
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "10.5", "nurse", ""), 201, NULL);
    balance_is(c, "1", "10.5");
    write_is(c, "nurse", post, MOVE("return", OUT("1/2026-11"), "0.5", "nurse", ""), 201, NULL);
    write_is(c, "nurse", post, MOVE("waste", OUT("1/2026-11"), "1", "nurse", ""), 422, "SupplyDelivery.extension");
    write_is(c, "nurse", post, MOVE("waste", OUT("1/2026-11"), "1", "nurse", SAYS(WHY)), 201, NULL);
    write_is(c, "nurse", post, MOVE("transfer", OUT("1/2026-11") "," IN("2/2026-11"), "4", "nurse", ""), 201, NULL);
    balance_is(c, "1", "5");
    balance_is(c, "2", "4");
    /* nobody takes what is not there */
    write_is(c, "nurse", post, MOVE("return", OUT("1/2026-11"), "5.001", "nurse", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse-2", post, MOVE("transfer", OUT("2/2026-11") "," IN("1/2026-11"), "4.5", "nurse-2", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", post, MOVE("return", OUT("1/2026-11"), "5", "nurse", ""), 201, NULL);
    balance_is(c, "1", "0");
    /* what cannot be meant */
    write_is(c, "nurse", post, MOVE("receipt", OUT("1/2026-11"), "1", "nurse", ""), 422, "SupplyDelivery.type");
    write_is(c, "nurse", post, MOVE("transfer", OUT("1/2026-11"), "1", "nurse", ""), 422, "SupplyDelivery.type");
    write_is(c, "nurse", post, MOVE("gift", IN("1/2026-11"), "1", "nurse", ""), 422, "SupplyDelivery.type");
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-10"), "1", "nurse", ""), 422, "SupplyDelivery.identifier");
    write_is(c, "nurse", post, MOVE("receipt", IN("none/2026-11"), "1", "nurse", ""), 422, "SupplyDelivery.identifier");
    write_is(c, "nurse", post, MOVE("receipt", IN("1"), "1", "nurse", ""), 422, "SupplyDelivery.identifier");
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "0", "nurse", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "-3", "nurse", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "1.0001", "nurse", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "1e30", "nurse", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", post, MOVE_AT("receipt", IN("1/2026-11"), "1", "hộp", "nurse", NOW, ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", post, MOVE_AT("receipt", IN("1/2099-11"), "1", "viên", "nurse", "2099-11-20T08:00:00+07:00", ""), 422, "SupplyDelivery.occurrence");
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "1", "nurse-a", ""), 422, "SupplyDelivery.supplier");
    write_is(c, "carer", post, MOVE("receipt", IN("1/2026-11"), "1", "carer", ""), 403, NULL);
    /* the month is that of UTC: 6 in the morning of the first is still the month before */
    write_is(c, "nurse", post, MOVE_AT("receipt", IN("1/2026-10"), "1", "viên", "nurse", "2026-11-01T06:00:00+07:00", ""), 201, NULL);
    balance_is(c, "1", "1");
}

static void struck_through(void **state)
{
    country *c = *state;
    const char *put_r = "PUT SupplyDelivery/r", *plain = MOVE("receipt", IN("1/2026-11"), "3", "nurse", ",\"id\":\"r\"" TAGGED);
    put(c, "%s", plain);
    write_is(c, "nurse", put_r, plain, 200, NULL);
    write_is(c, "nurse", put_r, MOVE("receipt", IN("1/2026-11"), "4", "nurse", ",\"id\":\"r\""), 422, "SupplyDelivery");
    assert_int_equal(ask(c, "nurse", "DELETE SupplyDelivery/r", NULL), 403);
#define STRUCK(more) \
    "{\"resourceType\":\"SupplyDelivery\",\"status\":\"entered-in-error\",\"identifier\":[" IN("1/2026-11") "],\"type\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"receipt\"}]}," \
    "\"suppliedItem\":{\"quantity\":{\"value\":3,\"unit\":\"viên\"},\"itemCodeableConcept\":{\"text\":\"Morphin 10 mg\"}},\"occurrenceDateTime\":\"" NOW "\"," \
    "\"supplier\":{\"reference\":\"Practitioner/nurse\"},\"id\":\"r\"" TAGGED more "}"
    write_is(c, "nurse", put_r, STRUCK(""), 422, "SupplyDelivery");
    write_is(c, "nurse", "POST SupplyDelivery", MOVE("return", OUT("1/2026-11"), "2", "nurse", ""), 201, NULL);
    write_is(c, "nurse", put_r, STRUCK(SAYS(WHY)), 422, "SupplyDelivery.suppliedItem.quantity"); /* two of them went back already */
    /* with the right one in the same transaction it may */
    const char *both = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":" STRUCK(SAYS(WHY)) ",\"request\":{\"method\":\"PUT\",\"url\":\"SupplyDelivery/r\"}},"
                       "{\"resource\":" MOVE("receipt", IN("1/2026-11"), "2", "nurse", "") ",\"request\":{\"method\":\"POST\",\"url\":\"SupplyDelivery\"}}]}";
    write_is(c, "nurse", "POST ", both, 200, NULL);
    balance_is(c, "1", "0");
    write_is(c, "nurse", put_r, plain, 422, "SupplyDelivery"); /* and does not come back */
}

static void controlled(void **state)
{
    country *c = *state;
    put(c, "%s", CARD(ID("1c"), "w1", "viên", CONTROLLED));
    const char *post = "POST SupplyDelivery";
    write_is(c, "nurse", post, MOVE("receipt", IN("1c/2026-11"), "5", "nurse", ""), 422, "SupplyDelivery.extension");
    write_is(c, "nurse", post, MOVE("receipt", IN("1c/2026-11"), "5", "nurse", SAYS(SEEN_BY("nurse"))), 422, "SupplyDelivery.extension");
    write_is(c, "nurse", post, MOVE("receipt", IN("1c/2026-11"), "5", "nurse", SAYS(SEEN_BY("ghost"))), 422, NULL);
    write_is(c, "nurse", post, MOVE("receipt", IN("1c/2026-11"), "5", "nurse", SAYS(SEEN_BY("nurse-a"))), 201, NULL);
    write_is(c, "nurse", post, MOVE("waste", OUT("1c/2026-11"), "1", "nurse", SAYS(WHY)), 422, "SupplyDelivery.extension");
    write_is(c, "nurse", post, MOVE("waste", OUT("1c/2026-11"), "1", "nurse", SAYS(WHY "," SEEN_BY("nurse-a"))), 201, NULL);
    balance_is(c, "1c", "4");
    assert_string_equal(part_of(c, "controlled"), "true");
}

static void lots(void **state)
{
    country *c = *state;
    const char *post = "POST SupplyDelivery";
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "10", "nurse", LOT("A1")), 201, NULL);
    write_is(c, "nurse", post, MOVE("receipt", IN("1/2026-11"), "10", "nurse", ""), 201, NULL);
    write_is(c, "nurse", post, MOVE("return", OUT("1/2026-11"), "6", "nurse", LOT("A1")), 201, NULL);
    write_is(c, "nurse", post, MOVE("return", OUT("1/2026-11"), "6", "nurse", LOT("A1")), 422, "SupplyDelivery.suppliedItem");
    write_is(c, "nurse", post, MOVE("return", OUT("1/2026-11"), "6", "nurse", ""), 201, NULL);
    balance_is(c, "1", "8");
    assert_non_null(strstr(text(c, "%.*s", ANS_FMT(c->got.body)), "\"number\",\"valueString\":\"A1\"}"));
    assert_non_null(strstr(text(c, "%.*s", ANS_FMT(c->got.body)), "\"name\":\"left\",\"valueDecimal\":4}"));
}

static void counts(void **state)
{
    country *c = *state;
    const char *post = "POST List";
    write_is(c, "nurse", "POST SupplyDelivery", MOVE("receipt", IN("1/2026-11"), "10", "nurse", ""), 201, NULL);
    write_is(c, "nurse", post, COUNT_AT("w1", "1", "7", "viên", "nurse", "2026-11-20T09:00:00+07:00"), 201, NULL);
    balance_is(c, "1", "7");
    /* what was before the count is in it, whenever it comes */
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "2", "viên", "2026-11-20T08:30:00+07:00"), 201, NULL);
    balance_is(c, "1", "7");
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "2", "viên", "2026-11-20T09:30:00+07:00"), 201, NULL);
    balance_is(c, "1", "5");
    write_is(c, "pharmacist", post, COUNT_AT("w1", "1", "0", "viên", "pharmacist", "2026-11-21T08:00:00+07:00"), 201, NULL);
    balance_is(c, "1", "0");
    write_is(c, "nurse-all", post, COUNT_AT("w2", "1", "7", "viên", "nurse-all", NOW), 422, "List.entry.item");
    write_is(c, "nurse", post, COUNT_AT("w1", "nothing", "7", "viên", "nurse", NOW), 422, NULL);
    write_is(c, "nurse", post, COUNT_AT("w1", "1", "7", "ml", "nurse", NOW), 422, "List.entry.extension");
    write_is(c, "nurse", post, COUNT_AT("w1", "1", "-1", "viên", "nurse", NOW), 422, "List.entry.extension");
    write_is(c, "nurse", post, COUNT_AT("w1", "1", "7", "viên", "nurse-a", NOW), 422, "List.source");
    write_is(c, "nurse", post, COUNT_AT("w1", "1", "7", "viên", "nurse", "2099-11-20T08:00:00+07:00"), 422, NULL);
    write_is(c, "nurse", post, "{\"resourceType\":\"List\",\"status\":\"current\",\"mode\":\"working\"}", 201, NULL); /* any other list */
}

/* It was given: it is kept, and says that card and cupboard differ. */
static void doses(void **state)
{
    country *c = *state;
    write_is(c, "nurse", "POST SupplyDelivery", MOVE("receipt", IN("1/2026-11"), "1", "nurse", ""), 201, NULL);
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "1", "viên", NOW), 201, NULL);
    balance_is(c, "1", "0");
    assert_string_equal(part_of(c, "differs"), "-");
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "0.5", "viên", NOW), 201, NULL);
    const char *half = look(c, "id");
    balance_is(c, "1", "-0.5");
    assert_string_equal(part_of(c, "differs"), "true");
    write_is(c, "nurse", "POST SupplyDelivery", MOVE("return", OUT("1/2026-11"), "0.5", "nurse", ""), 422, "SupplyDelivery.suppliedItem.quantity");
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "10", "mg", NOW), 201, NULL); /* nobody knows how many that are */
    balance_is(c, "1", "-0.5");
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "none/2026-11", "1", "viên", NOW), 422, "MedicationAdministration.identifier");
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-10", "1", "viên", NOW), 422, "MedicationAdministration.identifier");
    /* struck through it was not given */
    const char *struck = "{\"resourceType\":\"MedicationAdministration\",\"id\":\"%s\",\"status\":\"entered-in-error\",\"identifier\":[" OUT("1/2026-11") "],"
                         "\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"" NOW "\","
                         "\"dosage\":{\"dose\":{\"value\":0.5,\"unit\":\"viên\"}}}";
    write_is(c, "nurse", text(c, "PUT MedicationAdministration/%s", half), text(c, struck, half), 200, NULL);
    balance_is(c, "1", "0");
}

/* What is in a cupboard is for all of the house to read, and for who works in its ward to move. */
static void whose_cupboard(void **state)
{
    country *c = *state;
    static const struct {
        const char *as;
        bool w1, w2; /* may keep that ward's */
    } all[] = {{"nurse", true, false}, {"nurse-2", false, true}, {"nurse-all", true, true}, {"assistant-doctor", true, false}, {"doctor", true, true},
               {"pharmacist", true, true}, {"facility-head", true, true}, {"head-nurse", true, true}, {"carer", false, false}, {"rehab-technician", false, false}, {"doctor-f2", false, false}};
    put(c, "%s", CARD(ID("1t"), "w1", "viên", ""));
    put(c, "%s", CARD(ID("2t"), "w2", "viên", ""));
    for (size_t i = 0; i < COUNT(all); i++) {
        const char *as = all[i].as;
        for (int ward = 1; ward <= 2; ward++) {
            bool may = ward == 1 ? all[i].w1 : all[i].w2;
            const char *card = ward == 1 ? "1t" : "2t", *name = ward == 1 ? "w1" : "w2";
            bool sees = strcmp(as, "doctor-f2") != 0 && strcmp(as, "carer") != 0 && strcmp(as, "rehab-technician") != 0;
            int want = may ? 201 : sees ? 403 : -1; /* -1: no role of theirs writes such a thing at all, or they do not see the card: any refusal */
            const char *bodies[] = {text(c, CARD("", "%s", "viên", ""), name),
                                    text(c, MOVE("receipt", IN("%s/2026-11"), "5", "%s", ""), card, as),
                                    text(c, MOVE("return", OUT("%s/2026-11"), "1", "%s", ""), card, as)};
            const char *urls[] = {"POST SupplyRequest", "POST SupplyDelivery", "POST SupplyDelivery"};
            for (size_t k = 0; k < COUNT(bodies); k++) {
                int status = ask(c, as, urls[k], bodies[k]);
                if (want > 0 ? status != want : status < 400) {
                    print_error("%s in %s: %s: %d, expected %d\n", as, name, bodies[k], status, want);
                }
                assert_true(want > 0 ? status == want : status >= 400 && status < 500);
            }
        }
    }
    /* a count is for who has the ward before them: a carer hands over, too */
    write_is(c, "nurse-2", "POST List", COUNT_AT("w1", "1t", "7", "viên", "nurse-2", NOW), 403, NULL);
    write_is(c, "carer", "POST List", COUNT_AT("w2", "2t", "7", "viên", "carer", NOW), 403, NULL);
    write_is(c, "carer", "POST List", COUNT_AT("w1", "1t", "7", "viên", "carer", NOW), 201, NULL);
    /* from one ward to another it is written where it leaves */
    write_is(c, "nurse-2", "POST SupplyDelivery", MOVE_AT("transfer", OUT("1t/2026-11") "," IN("2t/2026-11"), "1", "viên", "nurse-2", "2026-11-20T09:00:00+07:00", ""), 403, NULL);
    write_is(c, "nurse", "POST SupplyDelivery", MOVE_AT("transfer", OUT("1t/2026-11") "," IN("2t/2026-11"), "1", "viên", "nurse", "2026-11-20T09:00:00+07:00", ""), 201, NULL);
    /* nor is what others recorded struck through, or a card of theirs changed */
    const char *struck = "{\"resourceType\":\"SupplyDelivery\",\"status\":\"entered-in-error\",\"identifier\":[" IN("2t/2026-11") "],\"type\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"receipt\"}]},"
                         "\"suppliedItem\":{\"quantity\":{\"value\":3,\"unit\":\"viên\"},\"itemCodeableConcept\":{\"text\":\"Morphin 10 mg\"}},\"occurrenceDateTime\":\"" NOW "\","
                         "\"supplier\":{\"reference\":\"Practitioner/nurse-2\"},\"id\":\"s\"" TAGGED SAYS(WHY) "}";
    put(c, "%s", MOVE("receipt", IN("2t/2026-11"), "3", "nurse-2", ",\"id\":\"s\"" TAGGED));
    write_is(c, "nurse", "PUT SupplyDelivery/s", struck, 403, NULL);
    write_is(c, "nurse-2", "PUT SupplyDelivery/s", struck, 200, NULL);
    const char *higher = CARD(ID("2t"), "w2", "viên", ",\"parameter\":[{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"minimum\"}]},"
                                                      "\"valueQuantity\":{\"value\":2,\"unit\":\"viên\"}}]");
    write_is(c, "nurse", "PUT SupplyRequest/2t", higher, 403, NULL);
    write_is(c, "nurse-2", "PUT SupplyRequest/2t", higher, 200, NULL);
}

/* ---- more was given than the book has ---- */

#define LASTING(first, longest, wait, whole) &(ans_stock_patience){.first_ms = (first), .longest_ms = (longest), .wait_ms = (wait), .whole_ms = (whole)}

static ans_err look_behind(country *c, ans_stock_watch *watch)
{
    ans_reader *rd;
    ans_version *at;
    uint32_t count = 0;
    ans_cx cx = {.arena = c->brief};
    const ans_history_query q = {.forward = true, .from = 1, .limit = 5000, .with_body = true};
    assert_int_equal(ans_reader_open(&cx, c->store, &rd), ANS_OK);
    assert_int_equal(ans_store_history(&cx, rd, &q, &at, &count), ANS_OK);
    ans_reader_close(rd);
    assert_int_equal(ans_stock_watch_see(watch, c->rest, &cx, at, count), ANS_OK);
    return ans_stock_watch_tell(watch, c->rest, &cx);
}

static void look_behind_the_log(country *c, ans_stock_watch *watch)
{
    assert_int_equal(look_behind(c, watch), ANS_OK);
}

static int told(country *c, const char *as)
{
    assert_int_equal(ask(c, as, "GET Task?identifier=urn:ansinh:id:stock-short|&_sort=_lastUpdated", NULL), 200);
    return (int)entries(c);
}

static void the_head_is_told(void **state)
{
    country *c = *state;
    ans_stock_watch *watch;
    assert_int_equal(ans_stock_watch_new(&c->cx, LASTING(60000, 60000, 1000, 60000), &watch), ANS_OK);
    write_is(c, "nurse", "POST SupplyDelivery", MOVE("receipt", IN("1/2026-11"), "1", "nurse", ""), 201, NULL);
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "1", "viên", NOW), 201, NULL);
    look_behind_the_log(c, watch);
    assert_int_equal(told(c, "facility-head"), 0);
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "1", "viên", NOW), 201, NULL);
    look_behind_the_log(c, watch);
    look_behind_the_log(c, watch); /* told again it is told once */
    assert_int_equal(told(c, "facility-head"), 1);
    assert_string_equal(look(c, "entry.0.resource.status"), "requested");
    assert_string_equal(look(c, "entry.0.resource.identifier.0.value"), "1/-");
    assert_string_equal(look(c, "entry.0.resource.code.coding.0.code"), "stock-difference");
    assert_string_equal(look(c, "entry.0.resource.performerType.0.coding.0.code"), "facility-head");
    assert_string_equal(look(c, "entry.0.resource.focus.reference"), "SupplyRequest/1");
    assert_string_equal(look(c, "entry.0.resource.for.reference"), "Location/w1");
    assert_non_null(strstr(look(c, "entry.0.resource.description"), "Morphin 10 mg"));
    assert_int_equal(told(c, "doctor-f2"), 0); /* another house's is none of theirs */
    /* the head has dealt with it; after a count it may happen anew */
    write_is(c, "nurse", "POST List", COUNT_AT("w1", "1", "1", "viên", "nurse", "2026-11-20T09:00:00+07:00"), 201, NULL);
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "2", "viên", "2026-11-20T10:00:00+07:00"), 201, NULL);
    look_behind_the_log(c, watch);
    assert_int_equal(told(c, "facility-head"), 2);
    /* a controlled medicine is urgent */
    put(c, "%s", CARD(ID("1c"), "w1", "viên", CONTROLLED));
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1c/2026-11", "1", "viên", NOW), 201, NULL);
    look_behind_the_log(c, watch);
    assert_int_equal(told(c, "facility-head"), 3);
    assert_string_equal(look(c, "entry.2.resource.priority"), "urgent");
    assert_string_equal(look(c, "entry.2.resource.code.coding.0.code"), "controlled-difference");
    /* what was struck through was not given, and what the record holds otherwise is nobody's card */
    ans_cx cx = {.arena = c->brief};
    assert_int_equal(ans_rest_notice_over(c->rest, &cx, "controlled-difference", ANS_STR("SupplyRequest/1c")), ANS_OK);
    assert_int_equal(told(c, "facility-head"), 3);
    assert_string_equal(look(c, "entry.2.resource.status"), "completed");
    assert_string_equal(look(c, "entry.1.resource.status"), "requested");
    put(c, "{\"resourceType\":\"MedicationAdministration\",\"id\":\"odd\",\"status\":\"completed\",\"identifier\":[" OUT("../none/2026-11") "," OUT("p1/2026-11") "],"
           "\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"" NOW "\"}");
    look_behind_the_log(c, watch);
    assert_int_equal(told(c, "facility-head"), 3);
}

/* A card whose book takes longer to reckon up than there is time for is kept, and told of when it is tried again with more; so is one
 * that cannot be told of because the machine is short of memory. Others do not wait for it. */
static void a_slow_card_is_not_forgotten(void **state)
{
    country *c = *state;
    ans_stock_watch *watch;
    ans_cx cx = {.arena = c->brief};
    assert_int_equal(ans_stock_watch_new(&c->cx, LASTING(0, 60000, 1000, 60000), &watch), ANS_OK); /* no time at all at first */
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "1", "viên", NOW), 201, NULL);
    assert_int_equal(look_behind(c, watch), ANS_E_RETRY);
    assert_int_equal(ans_stock_watch_tell(watch, c->rest, &cx), ANS_E_RETRY); /* not at once again */
    assert_int_equal(told(c, "facility-head"), 0);
    int tries = 0;
    for (; tries < 600 && ans_stock_watch_tell(watch, c->rest, &cx) == ANS_E_RETRY; tries++) {
        (void)usleep(100000);
    }
    assert_true(tries > 0 && tries < 600);
    assert_int_equal(told(c, "facility-head"), 1);
    assert_int_equal(ans_stock_watch_tell(watch, c->rest, &cx), ANS_OK); /* and then no more */
}

/* One that never comes to an end is let go; what is taken from it later is looked at again. */
static void an_endless_card_ends(void **state)
{
    country *c = *state;
    ans_stock_watch *watch;
    ans_cx cx = {.arena = c->brief};
    assert_int_equal(ans_stock_watch_new(&c->cx, LASTING(0, 0, 1, 60000), &watch), ANS_OK); /* never any time */
    for (int taken = 0; taken < 2; taken++) {
        write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "1", "viên", NOW), 201, NULL);
        assert_int_equal(look_behind(c, watch), ANS_E_RETRY);
        int tries = 0;
        for (; tries < 2000 && ans_stock_watch_tell(watch, c->rest, &cx) == ANS_E_RETRY; tries++) {
            (void)usleep(10000);
        }
        assert_true(tries > 0 && tries < 2000);
        assert_int_equal(ans_stock_watch_tell(watch, c->rest, &cx), ANS_OK);
    }
    assert_int_equal(told(c, "facility-head"), 0);
}

/* Many cards at once do not keep the rules waiting for all of them: what is left is told of the next time. */
static void cards_by_and_by(void **state)
{
    country *c = *state;
    ans_stock_watch *watch;
    ans_cx cx = {.arena = c->brief};
    assert_int_equal(ans_stock_watch_new(&c->cx, LASTING(60000, 60000, 1000, 0), &watch), ANS_OK); /* one a call */
    put(c, "%s", CARD(ID("1c"), "w1", "viên", CONTROLLED));
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1/2026-11", "1", "viên", NOW), 201, NULL);
    write_is(c, "nurse", "POST MedicationAdministration", DOSE("", "1c/2026-11", "1", "viên", NOW), 201, NULL);
    assert_int_equal(look_behind(c, watch), ANS_E_RETRY);
    assert_int_equal(told(c, "facility-head"), 1);
    assert_int_equal(ans_stock_watch_tell(watch, c->rest, &cx), ANS_OK);
    assert_int_equal(told(c, "facility-head"), 2);
}

static void who_sees(void **state)
{
    country *c = *state;
    static const struct {
        const char *as;
        int status;
    } all[] = {{"nurse", 200}, {"carer", 200}, {"pharmacist", 200}, {"facility-head", 200}, {"doctor", 200}, {"open", 200},
               {"social-worker", 403}, {"records-clerk", 403}, {"auditor", 403}, {"nobody", 403}, {"doctor-f2", 404}, {"province-officer", 403}};
    for (size_t i = 0; i < COUNT(all); i++) {
        int status = ask(c, all[i].as, "GET Location/w1/$stock", NULL);
        if (status != all[i].status) {
            print_error("%s: %d, expected %d\n", all[i].as, status, all[i].status);
        }
        assert_int_equal(status, all[i].status);
    }
    assert_int_equal(ask(c, "nurse", "GET Location/none/$stock", NULL), 404);
    assert_int_equal(ask(c, "nurse", "GET Location/w1/$stock?card=none", NULL), 200);
    assert_string_equal(look(c, "parameter.2"), "-");
}

/* ---- many at once ---- */

enum { HANDS = 16, THERE = 5 };

typedef struct hand {
    country *c;
    pthread_barrier_t *start;
    ans_arena *arena;
    int status;
} hand;

static void *take_one(void *arg)
{
    hand *h = arg;
    ans_cx cx = {.arena = h->arena};
    ans_rest_answer answer;
    ans_who who = who_of("nurse");
    ans_rest_question q = {.method = ANS_STR("POST"), .path = ANS_STR("SupplyDelivery"),
                           .body = ans_str_of(MOVE("return", OUT("1/2026-11"), "1", "nurse", ""))};
    (void)pthread_barrier_wait(h->start);
    if (ans_rest_ask(h->c->rest, &cx, &who, &q, &answer) == ANS_OK) {
        h->status = answer.status;
    }
    return NULL;
}

static void the_last_one(void **state)
{
    country *c = *state;
    hand hands[HANDS];
    pthread_t threads[HANDS];
    pthread_barrier_t start;
    int taken = 0, refused = 0;
    write_is(c, "nurse", "POST SupplyDelivery", MOVE("receipt", IN("1/2026-11"), "5", "nurse", ""), 201, NULL);
    assert_int_equal(pthread_barrier_init(&start, NULL, HANDS), 0);
    for (int i = 0; i < HANDS; i++) {
        hands[i] = (hand){.c = c, .start = &start, .arena = ans_arena_new((size_t)64 << 20)};
        assert_int_equal(pthread_create(&threads[i], NULL, take_one, &hands[i]), 0);
    }
    for (int i = 0; i < HANDS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        taken += hands[i].status == 201;
        refused += hands[i].status == 422;
        ans_arena_free(hands[i].arena);
    }
    (void)pthread_barrier_destroy(&start);
    assert_int_equal(taken, THERE);
    assert_int_equal(refused, HANDS - THERE);
    balance_is(c, "1", "0");
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, begin, close_country)
    const struct CMUnitTest tests[] = {ONE(cards),  ONE(movements), ONE(struck_through), ONE(controlled), ONE(lots),
                                       ONE(counts), ONE(doses),     ONE(who_sees),       ONE(the_last_one),
                                       ONE(whose_cupboard), ONE(the_head_is_told), ONE(a_slow_card_is_not_forgotten), ONE(an_endless_card_ends), ONE(cards_by_and_by)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
