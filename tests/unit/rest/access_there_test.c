/* What is done for somebody is done while they live and while they are there: everything a ward, a doctor and a station write, judged by its own
 * time. What was done before a death or a discharge and is typed later is taken; what others did, and those who are served without living
 * here, are not stopped. */
#include "unit/rest/care_kit.h"

/* Entries of each kind, at a time, about a person, by whoever asks; more: further members. */
#define ABOUT "\"subject\":{\"reference\":\"Patient/%1$s\"}"
#define VITAL "{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"vital-signs\"}]}]," \
    "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8867-4\"}]}," ABOUT ",\"effectiveDateTime\":\"%2$s\",\"valueQuantity\":{\"value\":70,\"unit\":\"/min\"," \
    "\"system\":\"http://unitsofmeasure.org\",\"code\":\"/min\"}%3$s}"
#define CARE(code) "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"" code "\"}]}," ABOUT \
    ",\"effectivePeriod\":{\"start\":\"%2$s\"}%3$s}"
#define FORM "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\"," ABOUT ",\"authored\":\"%2$s\"%3$s}"
#define ORDER "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"}," ABOUT ",\"authoredOn\":\"%2$s\"%3$s}"
#define SERVICE "{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"text\":\"x\"}," ABOUT ",\"authoredOn\":\"%2$s\"%3$s}"
#define DIET "{\"resourceType\":\"NutritionOrder\",\"status\":\"active\",\"intent\":\"order\",\"patient\":{\"reference\":\"Patient/%1$s\"},\"dateTime\":\"%2$s\"%3$s}"
#define VISITED "{\"resourceType\":\"Encounter\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}," ABOUT ",\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%2$s\"}%3$s}"
#define VACCINE "{\"resourceType\":\"Immunization\",\"status\":\"completed\",\"vaccineCode\":{\"text\":\"x\"},\"patient\":{\"reference\":\"Patient/%1$s\"},\"occurrenceDateTime\":\"%2$s\"%3$s}"

static const struct thing {
    const char *type, *body, *where;
    bool needs_stay;
} things[] = {
    {"Observation", VITAL, "effective", true},
    {"Observation", CARE("meal"), "effective.start", true},
    {"QuestionnaireResponse", FORM, "authored", true},
    {"MedicationRequest", ORDER, "authoredOn", true},
    {"ServiceRequest", SERVICE, "authoredOn", true},
    {"NutritionOrder", DIET, "dateTime", true},
    {"Encounter", VISITED, "period.start", true},
    {"Immunization", VACCINE, "occurrence", false},
};

static void thing_is(country *c, const struct thing *t, const char *person, const char *when, const char *more, int want)
{
    const char *body = text(c, t->body, person, when, more);
    each(c, "doctor", "POST", t->type, body, want, want == 422 ? t->where : NULL);
}

/* All of them: which needs no stay is taken where only a stay is missing. */
static void all_are(country *c, const char *person, const char *when, int want, bool only_stays)
{
    for (size_t i = 0; i < COUNT(things); i++) {
        thing_is(c, &things[i], person, when, "", only_stays && !things[i].needs_stay ? 201 : want);
    }
}

static void before_and_after_a_stay(void **state)
{
    country *c = *state;
    resident(c, "left", "f1", NULL);
    resident(c, "never", "f1", NULL);
    stay(c, "stay-left", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -2 * DAY));
    all_are(c, "left", at(c, -12 * DAY), 422, true);
    all_are(c, "left", at(c, -5 * DAY), 201, true); /* typed from paper after the discharge */
    all_are(c, "left", at(c, -DAY), 422, true);
    all_are(c, "left", at(c, 0), 422, true);
    all_are(c, "left", at(c, HOUR), 422, false); /* nobody knows the future */
    all_are(c, "never", at(c, -11 * DAY), 201, true);
    all_are(c, "never", at(c, 0), 201, true);
    all_are(c, "never", at(c, HOUR), 422, false);
    stay(c, "stay-back", "left", "in-progress", "IMP", at(c, -HOUR), NULL);
    all_are(c, "left", at(c, 0), 201, true);
    all_are(c, "left", at(c, -DAY), 422, true); /* between the two */
    all_are(c, "left", at(c, -2 * HOUR), 422, true); /* they had left: who comes again is asked about */
}

/* Care begins at the door; the desk writes the admission when it gets there. What was sent before it, and what is sent after it, is taken. */
static void before_the_admission(void **state)
{
    country *c = *state;
    resident(c, "new", "f1", NULL);
    all_are(c, "new", at(c, -2 * HOUR), 201, true);
    stay(c, "stay-new", "new", "in-progress", "IMP", at(c, -HOUR), NULL);
    all_are(c, "new", at(c, -2 * HOUR), 201, true);
    all_are(c, "new", at(c, -24 * HOUR), 201, true);
    all_are(c, "new", at(c, -26 * HOUR), 422, true);
    stay(c, "stay-new", "new", "finished", "IMP", at(c, -HOUR), at(c, -30)); /* here for half an hour */
    all_are(c, "new", at(c, -2 * HOUR), 201, true);
    all_are(c, "new", at(c, 0), 422, true);
}

static void dead(country *c, const char *when)
{
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"dead\",\"birthDate\":\"1950-05-05\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},%s%s%s}",
        when ? "\"deceasedDateTime\":\"" : "\"deceasedBoolean\":true", when ? when : "", when ? "\"" : "");
}

static void after_a_death(void **state)
{
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-dead", "dead", "finished", "IMP", at(c, -10 * DAY), at(c, -DAY));
    dead(c, at(c, -DAY));
    all_are(c, "dead", at(c, -DAY - 5), 201, true);
    all_are(c, "dead", at(c, -DAY + 5), 422, false);
    all_are(c, "dead", at(c, 0), 422, false);
    all_are(c, "dead", "1950-05-04", 422, false); /* before the birth */
    dead(c, NULL);
    all_are(c, "dead", at(c, -5 * DAY), 422, false); /* nobody knows whether it was before */
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"dead\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"deceasedDateTime\":\"%.10s\"}", at(c, -DAY));
    all_are(c, "dead", at(c, -2 * DAY), 201, true); /* a day is all of it */
}

/* What took a while was done in all of it: a draft was opened before the stay began, and signed in it. */
static void what_took_a_while(void **state)
{
    static const char visit[] = "{\"resourceType\":\"Encounter\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}," ABOUT
                                ",\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%2$s\",\"end\":\"%3$s\"}}";
    static const char care[] = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"sleep\"}]}," ABOUT
                               ",\"effectivePeriod\":{\"start\":\"%2$s\",\"end\":\"%3$s\"}}";
    static const char dose[] = "{\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\",\"medicationCodeableConcept\":{\"text\":\"x\"}," ABOUT
                               ",\"effectivePeriod\":{\"start\":\"%2$s\",\"end\":\"%3$s\"}}";
    static const struct lasting {
        const char *type, *body, *where;
    } all[] = {{"Observation", care, "effective.start"}, {"MedicationAdministration", dose, "effective.start"}, {"Encounter", visit, "period.start"}};
    country *c = *state;
    resident(c, "back", "f1", NULL);
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-then", "back", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    stay(c, "stay-now", "back", "in-progress", "IMP", at(c, -HOUR), NULL);
    stay(c, "stay-dead", "dead", "finished", "IMP", at(c, -10 * DAY), at(c, -DAY));
    dead(c, at(c, -DAY));
    for (size_t i = 0; i < COUNT(all); i++) {
        each(c, "doctor", "POST", all[i].type, text(c, all[i].body, "back", at(c, -HOUR - 10), at(c, -HOUR + 20)), 201, NULL);
        each(c, "doctor", "POST", all[i].type, text(c, all[i].body, "back", at(c, -HOUR - 10), at(c, -HOUR - 5)), 422, all[i].where);
        each(c, "doctor", "POST", all[i].type, text(c, all[i].body, "dead", at(c, -DAY - 10), at(c, -DAY + 20)), 201, NULL);
        each(c, "doctor", "POST", all[i].type, text(c, all[i].body, "dead", at(c, -DAY + 5), at(c, -DAY + 20)), 422, all[i].where);
    }
}

/* Cause, papers, belongings, what relatives did, results that come back: written whenever they are. */
static void after_a_death_is_written(void **state)
{
    static const char *const written[] = {
        "{\"resourceType\":\"Observation\",\"status\":\"preliminary\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"69453-9\"}]}," ABOUT ",\"effectiveDateTime\":\"%2$s\",\"valueString\":\"x\"%3$s}",
        CARE("note"),
        CARE("visit"),
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"laboratory\"}]}],\"code\":{\"text\":\"x\"}," ABOUT ",\"effectiveDateTime\":\"%2$s\"%3$s}",
        "{\"resourceType\":\"List\",\"status\":\"current\",\"mode\":\"snapshot\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:document\",\"code\":\"belongings\"}]}," ABOUT ",\"date\":\"%2$s\"%3$s}",
        "{\"resourceType\":\"DocumentReference\",\"status\":\"current\"," ABOUT ",\"date\":\"%2$s\",\"content\":[{\"attachment\":{\"title\":\"x\"}}]%3$s}",
        "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/%1$s\"},\"authoredOn\":\"%2$s\"%3$s}",
    };
    static const char *const types[] = {"Observation", "Observation", "Observation", "Observation", "List", "DocumentReference", "Task"};
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-dead", "dead", "finished", "IMP", at(c, -10 * DAY), at(c, -DAY));
    dead(c, at(c, -DAY));
    for (size_t i = 0; i < COUNT(written); i++) {
        each(c, "doctor", "POST", types[i], text(c, written[i], "dead", at(c, -1), ""), 201, NULL);
    }
}

/* Who certifies a death comes after it, and orders nothing any more. */
static void a_death_is_certified(void **state)
{
    static const char certifies[] = ",\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:visit-type\",\"code\":\"death-certification\"}]}]";
    static const char checks[] = ",\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:visit-type\",\"code\":\"periodic-check\"}]}]";
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-dead", "dead", "finished", "IMP", at(c, -10 * DAY), at(c, -DAY));
    dead(c, at(c, -DAY));
    for (size_t i = 0; i < COUNT(things); i++) {
        thing_is(c, &things[i], "dead", at(c, -DAY + 20), certifies, strcmp(things[i].type, "Encounter") == 0 ? 201 : 422);
    }
    thing_is(c, &things[6], "dead", at(c, -DAY + 20), checks, 422);
    thing_is(c, &things[6], "dead", at(c, HOUR), certifies, 422);
    thing_is(c, &things[6], "dead", "1950-05-04", certifies, 422);
    dead(c, NULL);
    thing_is(c, &things[6], "dead", at(c, -DAY + 20), certifies, 201); /* when it was is what they come for */
}

/* Who comes for the day, outpatients, workers: an episode says so; so may a visit, and a home visit is none of the house. */
static void who_does_not_live_here(void **state)
{
    country *c = *state;
    static const char episode[] = "{\"resourceType\":\"EpisodeOfCare\",\"id\":\"day\",\"status\":\"%s\",\"patient\":{\"reference\":\"Patient/left\"},\"managingOrganization\":{\"reference\":\"Organization/f1\"},"
                                  "\"type\":[{\"coding\":[{\"system\":\"%s\",\"code\":\"day\"}]}],\"period\":{\"start\":\"%s\"%s%s%s}}";
    resident(c, "left", "f1", NULL);
    stay(c, "stay-left", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    put(c, episode, "active", "urn:ansinh:beneficiary-group", at(c, -10 * DAY), "", "", ""); /* of the stay, left open: it is no client's */
    all_are(c, "left", at(c, 0), 422, true);
    put(c, episode, "active", "urn:ansinh:client", at(c, -2 * DAY), "", "", "");
    all_are(c, "left", at(c, 0), 201, true);
    all_are(c, "left", at(c, -3 * DAY), 422, true);
    assert_int_equal(ask(c, "doctor", "POST MedicationAdministration", text(c, "{\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\",\"medicationCodeableConcept\":{\"text\":\"x\"},"
        ABOUT ",\"effectiveDateTime\":\"%2$s\"}", "left", at(c, 0))), 201);
    put(c, episode, "finished", "urn:ansinh:client", at(c, -2 * DAY), ",\"end\":\"", at(c, -DAY), "\"");
    all_are(c, "left", at(c, -DAY - 5), 201, true);
    all_are(c, "left", at(c, 0), 422, true);
    thing_is(c, &things[6], "left", at(c, 0), ",\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:client\",\"code\":\"outpatient\"}]}]", 201);
    each(c, "doctor", "POST", "Encounter", text(c, "{\"resourceType\":\"Encounter\",\"status\":\"finished\",\"class\":{\"code\":\"HH\"}," ABOUT ",\"period\":{\"start\":\"%2$s\"}}", "left", at(c, 0)), 201, NULL);
}

/* What was done within a visit was done while the person was there: in one transaction with it. */
static void within_a_visit(void **state)
{
    country *c = *state;
    resident(c, "left", "f1", NULL);
    stay(c, "stay-left", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    const char *when = at(c, -HOUR), *order = text(c, ORDER, "left", when, ""), *vital = text(c, VITAL, "left", when, "");
    const char *visit = text(c, "{\"resourceType\":\"Encounter\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:client\",\"code\":\"outpatient\"}]}]," ABOUT
                                ",\"period\":{\"start\":\"%2$s\",\"end\":\"%2$s\"}}", "left", when);
    static const char bundle[] = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"MedicationRequest\"}},"
                                 "{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}},{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Encounter\"}}]}";
    assert_int_equal(ask(c, "doctor", "POST MedicationRequest", order), 422);
    assert_int_equal(ask(c, "doctor", "POST ", text(c, bundle, order, vital, visit)), 200);
}

/* Somebody looked, and says so: measured at the commune station, asked at home. Never after a death, and never of an order. */
static void on_ones_own_word(void **state)
{
    static const char said[] = ",\"extension\":[{\"url\":\"urn:ansinh:extension:outside-stay\",\"valueBoolean\":true}]";
    static const char denied[] = ",\"extension\":[{\"url\":\"urn:ansinh:extension:outside-stay\",\"valueBoolean\":false}]";
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-dead", "dead", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    for (size_t i = 0; i < COUNT(things); i++) {
        const char *type = things[i].type;
        bool may = strcmp(type, "Observation") == 0 || strcmp(type, "QuestionnaireResponse") == 0 || strcmp(type, "Encounter") == 0 || !things[i].needs_stay;
        thing_is(c, &things[i], "dead", at(c, -2), said, may ? 201 : 422);
        thing_is(c, &things[i], "dead", at(c, -2), denied, things[i].needs_stay ? 422 : 201);
    }
    dead(c, at(c, -DAY));
    for (size_t i = 0; i < COUNT(things); i++) {
        thing_is(c, &things[i], "dead", at(c, -2), said, 422);
    }
}

/* The hospital, the person and relatives date what they did themselves. */
static void done_by_others(void **state)
{
    static const struct other {
        int thing;
        const char *by;
        int want;
    } others[] = {
        {0, ",\"performer\":[{\"reference\":\"Organization/hx\"}]", 201},
        {0, ",\"performer\":[{\"reference\":\"Patient/left\"}]", 201},
        {0, ",\"performer\":[{\"reference\":\"https://hospital.example/fhir/Practitioner/1\"}]", 201},
        {0, ",\"performer\":[{\"reference\":\"Organization/hx\"},{\"reference\":\"Practitioner/doctor\"}]", 422},
        {0, ",\"performer\":[{\"reference\":\"Organization/f1\"}]", 422},
        {0, ",\"performer\":[{\"reference\":\"Practitioner/doctor\"}]", 422},
        {0, ",\"performer\":[{\"display\":\"x\"}]", 422},
        {2, ",\"source\":{\"reference\":\"Patient/left\"}", 201},
        {2, ",\"author\":{\"reference\":\"Practitioner/doctor\"}", 422},
        {3, ",\"reportedBoolean\":true,\"recorder\":{\"reference\":\"Practitioner/doctor\"},\"requester\":{\"display\":\"Dr X, hospital\"}", 201},
        {3, ",\"requester\":{\"reference\":\"Practitioner/doctor\"}", 422},
        {4, ",\"requester\":{\"reference\":\"Organization/hx\"}", 201},
    };
    country *c = *state;
    organisation(c, "hx", "external", NULL, NULL);
    resident(c, "left", "f1", NULL);
    stay(c, "stay-left", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    for (size_t i = 0; i < COUNT(others); i++) {
        thing_is(c, &things[others[i].thing], "left", at(c, -HOUR), others[i].by, others[i].want);
    }
    each(c, "doctor", "POST", "Encounter", text(c, "{\"resourceType\":\"Encounter\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}," ABOUT ",\"serviceProvider\":{\"reference\":"
        "\"https://hospital.example/fhir/Organization/1\"},\"period\":{\"start\":\"%2$s\",\"end\":\"%2$s\"}}", "left", at(c, -2 * DAY)), 201, NULL);
    /* who only ever lay in a hospital never lived here */
    resident(c, "guest", "f1", NULL);
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"lay\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/guest\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/hx\"},\"period\":{\"start\":\"2026-01-01\",\"end\":\"2026-01-02\"}}");
    all_are(c, "guest", at(c, 0), 201, true);
}

/* The program's own work, the console and the role system are not bound, here as elsewhere. */
static void who_is_not_bound(void **state)
{
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-dead", "dead", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    dead(c, at(c, -5 * DAY));
    for (size_t i = 0; i < COUNT(things); i++) {
        each(c, "open", "POST", things[i].type, text(c, things[i].body, "dead", at(c, 0), ""), 201, NULL);
    }
}

/* Judged when it first stands and when its time moves; what was planned, drafted or struck through is not. */
static void judged_once(void **state)
{
    country *c = *state;
    static const char vital[] = "{\"resourceType\":\"Observation\",\"id\":\"v%%1$d\",\"status\":\"%s\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"mood\"}]},"
                                "\"subject\":{\"reference\":\"Patient/left\"},\"effectiveDateTime\":\"%s\",\"valueString\":\"%s\"}";
    const char *then = at(c, -6 * DAY), *now = at(c, -1);
    resident(c, "left", "f1", NULL);
    stay(c, "stay-left", "left", "in-progress", "IMP", at(c, -10 * DAY), NULL);
    for (int form = SINGLE; form < FORMS; form++) {
        put(c, "%s", text(c, text(c, vital, "final", now, "x"), form));
    }
    stay(c, "stay-left", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    each(c, "doctor", "PUT", "Observation/v%1$d", text(c, vital, "amended", now, "y"), 200, NULL); /* it stood */
    each(c, "doctor", "PUT", "Observation/v%1$d", text(c, vital, "final", now, "y"), 200, NULL);
    each(c, "doctor", "PUT", "Observation/v%1$d", text(c, vital, "final", text(c, "%s", at(c, -2)), "y"), 422, "effective"); /* to another time it was not */
    each(c, "doctor", "PUT", "Observation/v%1$d", text(c, vital, "final", then, "y"), 200, NULL);
    each(c, "doctor", "PUT", "Observation/v%1$d", text(c, vital, "entered-in-error", now, "y"), 200, NULL);
    each(c, "doctor", "PUT", "Observation/v%1$d", text(c, vital, "final", now, "y"), 422, "effective"); /* and not back again */
    static const char *const not_done[] = {"draft", "entered-in-error", "cancelled"};
    for (size_t i = 0; i < COUNT(not_done); i++) {
        each(c, "doctor", "POST", "MedicationRequest", text(c, "{\"resourceType\":\"MedicationRequest\",\"status\":\"%s\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},"
            "\"subject\":{\"reference\":\"Patient/left\"},\"authoredOn\":\"%s\"}", not_done[i], now), 201, NULL);
    }
    each(c, "doctor", "POST", "ServiceRequest", text(c, "{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"intent\":\"proposal\",\"subject\":{\"reference\":\"Patient/left\"},\"authoredOn\":\"%s\"}", now), 201, NULL);
    /* without a time it is of now */
    each(c, "doctor", "POST", "ServiceRequest", "{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/left\"}}", 422, "authoredOn");
}

/* Stays under the record that was replaced are the survivor's, too. */
static void of_two_records(void **state)
{
    country *c = *state;
    resident(c, "s", "f1", NULL);
    resident(c, "m", "f1", NULL);
    stay(c, "stay-s", "s", "in-progress", "IMP", at(c, -DAY), NULL);
    stay(c, "stay-m", "m", "finished", "IMP", at(c, -10 * DAY), at(c, -5 * DAY));
    all_are(c, "s", at(c, -6 * DAY), 422, true);
    put(c, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
           "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"s\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"link\":[{\"other\":{\"reference\":\"Patient/m\"},\"type\":\"replaces\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/s\"}},"
           "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"m\",\"active\":false,\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"link\":[{\"other\":{\"reference\":\"Patient/s\"},\"type\":\"replaced-by\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/m\"}}]}");
    all_are(c, "s", at(c, -6 * DAY), 201, true);
    all_are(c, "s", at(c, -3 * DAY), 422, true);
    /* and who wrote before the two became one, of the other */
    all_are(c, "m", at(c, 0), 201, true);
    all_are(c, "m", at(c, -6 * DAY), 201, true);
    all_are(c, "m", at(c, -3 * DAY), 422, true);
    static const char dose[] = "{\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\",\"medicationCodeableConcept\":{\"text\":\"x\"}," ABOUT ",\"effectiveDateTime\":\"%2$s\"}";
    each(c, "doctor", "POST", "MedicationAdministration", text(c, dose, "m", at(c, -HOUR)), 201, NULL);
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"s\",\"deceasedDateTime\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"link\":[{\"other\":{\"reference\":\"Patient/m\"},\"type\":\"replaces\"}]}", at(c, -30));
    all_are(c, "m", at(c, -HOUR), 201, true);
    all_are(c, "m", at(c, -10), 422, false);
    each(c, "doctor", "POST", "MedicationAdministration", text(c, dose, "m", at(c, -10)), 422, "effective");
}

/* ---- stays beside one another, births and deaths ---- */

#define SPAN(id, status, from, to) "{\"resourceType\":\"Encounter\"" id ",\"status\":\"" status "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"}," \
    "\"serviceProvider\":{\"reference\":\"Organization/%s\"},\"period\":{\"start\":\"" from "\"" to "}}"
#define TO(end) ",\"end\":\"" end "\""

static void stays_do_not_overlap(void **state)
{
    country *c = *state;
    const char *beside = NULL;
    organisation(c, "hx", "external", NULL, NULL);
    resident(c, "x", "f1", NULL);
    put(c, "%s", text(c, SPAN(",\"id\":\"first\"", "finished", "2026-01-10T08:00:00+07:00", TO("2026-01-20T08:00:00+07:00")), "x", "f1"));
    each(c, "doctor", "POST", "Encounter", text(c, SPAN("", "finished", "2026-01-15", TO("2026-01-18")), "x", "f1"), 422, "period");
    each(c, "doctor", "POST", "Encounter", text(c, SPAN("", "finished", "2026-01-01", TO("2026-02-18")), "x", "f1"), 422, "period");
    each(c, "doctor", "POST", "Encounter", text(c, SPAN("", "in-progress", "2026-01-19T08:00:00+07:00", ""), "x", "f1"), 422, "period");
    each(c, "doctor", "POST", "Encounter", text(c, SPAN("", "planned", "2026-01-15", ""), "x", "f1"), 201, NULL);
    each(c, "doctor", "POST", "Encounter", text(c, SPAN("", "finished", "2026-01-12", TO("2026-01-14")), "x", "hx"), 201, NULL); /* in hospital meanwhile */
    each(c, "open", "POST", "Encounter", text(c, SPAN("", "finished", "2026-01-12", TO("2026-01-14")), "p2", "f1"), 201, NULL);
    assert_int_equal(ask(c, "doctor", "POST Encounter", text(c, SPAN("", "finished", "2026-01-20T08:00:00+07:00", TO("2026-01-25")), "x", "f1")), 201); /* out of the one, into the other */
    assert_int_equal(ask(c, "doctor", "POST Encounter", text(c, SPAN("", "finished", "2026-01-05", TO("2026-01-10")), "x", "f1")), 201);              /* a day leaves it open */
    assert_int_equal(ask(c, "doctor", "POST Encounter", text(c, SPAN("", "in-progress", "2026-01-25T10:00:00+07:00", ""), "x", "f1")), 201);
    beside = look(c, "id");
    assert_int_equal(ask(c, "doctor", text(c, "PUT Encounter/%s", beside), text(c, text(c, SPAN(",\"id\":\"%%s\"", "in-progress", "2026-01-15T10:00:00+07:00", ""), "x", "f1"), beside)), 422); /* moved back */
    assert_int_equal(ask(c, "doctor", text(c, "PUT Encounter/%s", beside), text(c, text(c, SPAN(",\"id\":\"%%s\"", "finished", "2026-01-25T10:00:00+07:00", TO("2026-01-26")), "x", "f1"), beside)), 200);
}

/* A record that holds stays on top of one another already (from before this rule, or taken over) can still end them. */
static void old_overlaps_can_end(void **state)
{
    country *c = *state;
    resident(c, "x", "f1", NULL);
    put(c, "%s", text(c, SPAN(",\"id\":\"a\"", "finished", "2026-01-10", TO("2026-03-20")), "x", "f1"));
    put(c, "%s", text(c, SPAN(",\"id\":\"b\"", "in-progress", "2026-02-10", ""), "x", "f1"));
    assert_int_equal(ask(c, "doctor", "PUT Encounter/b", text(c, SPAN(",\"id\":\"b\"", "onleave", "2026-02-10", ""), "x", "f1")), 200);
    assert_int_equal(ask(c, "doctor", "PUT Encounter/b", text(c, SPAN(",\"id\":\"b\"", "finished", "2026-02-10", TO("2026-04-01")), "x", "f1")), 200);
}

static void death_fits_the_stays(void **state)
{
    country *c = *state;
    static const char person[] = "{\"resourceType\":\"Patient\",\"id\":\"x\",\"birthDate\":\"1950-01-01\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"deceasedDateTime\":\"%s\",\"multipleBirthInteger\":%%1$d}";
    resident(c, "x", "f1", NULL);
    put(c, "%s", text(c, SPAN(",\"id\":\"a\"", "finished", "2026-01-10T08:00:00+07:00", TO("2026-03-20")), "x", "f1"));
    each(c, "doctor", "PUT", "Patient/x", text(c, person, "2026-01-09"), 422, "deceased");
    each(c, "doctor", "PUT", "Patient/x", text(c, person, "2026-01-10"), 200, NULL);
    each(c, "doctor", "PUT", "Patient/x", text(c, person, "2026-03-20T10:00:00+07:00"), 200, NULL);
}

/* Who died or left in the night: the ward they lay in last goes on seeing them and writing for three days, and no other ward; not once they lie
 * elsewhere in the house, or are another house's, and what they guard stays guarded. */
static void the_ward_goes_on(void **state)
{
    country *c = *state;
    static const char ended[] = "{\"resourceType\":\"Encounter\",\"id\":\"stay-n\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/n\"},"
                                "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%s\",\"end\":\"%s\"},\"location\":["
                                "{\"location\":{\"reference\":\"Location/b2\"},\"status\":\"completed\",\"period\":{\"end\":\"%s\"}},"
                                "{\"location\":{\"reference\":\"Location/b1\"},\"status\":\"completed\"%s}]}";
    static const char *const wards[] = {"nurse", "nurse-2"};
    resident(c, "n", "f1", NULL);
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"theirs\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/n\"}}");
    for (int days = 0; days < 5; days++) {
        const char *last = at(c, -HOUR - days * DAY);
        put(c, ended, at(c, -10 * DAY), last, at(c, -8 * DAY), text(c, ",\"period\":{\"end\":\"%s\"}", last));
        for (size_t i = 0; i < COUNT(wards); i++) {
            bool goes_on = i == 0 && days < 3;
            assert_int_equal(ask(c, wards[i], "GET Observation/theirs", NULL), goes_on ? 200 : 404);
            assert_int_equal(ask(c, wards[i], "POST Observation", text(c, VITAL, "n", at(c, -2 * HOUR - days * DAY), "")), goes_on ? 201 : 403);
        }
        assert_int_equal(ask(c, "carer", "GET Observation/theirs", NULL), days < 3 ? 200 : 404);
        assert_int_equal(ask(c, "doctor", "GET Observation/theirs", NULL), 200);
    }
    const char *last = at(c, -HOUR);
    put(c, ended, at(c, -10 * DAY), last, at(c, -8 * DAY), ""); /* a place without an end was theirs to the end */
    assert_int_equal(ask(c, "nurse", "GET Observation/theirs", NULL), 200);
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"stay-again\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/n\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%s\"},\"location\":[{\"location\":{\"reference\":\"Location/b2\"},\"status\":\"active\"}]}", at(c, -10));
    assert_int_equal(ask(c, "nurse", "GET Observation/theirs", NULL), 404); /* they lie elsewhere */
    assert_int_equal(ask(c, "nurse-2", "GET Observation/theirs", NULL), 200);
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"stay-again\",\"status\":\"cancelled\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/n\"}}");
    assert_int_equal(ask(c, "nurse", "GET Observation/theirs", NULL), 200);
    resident(c, "n", "f2", NULL); /* another house's now */
    assert_int_equal(ask(c, "nurse", "GET Observation/theirs", NULL), 404);
}

/* Whoever went to hospital and left the bed to another comes back to the ward they lay in last, however long that takes: its nurse sees them and
 * takes them in, that of another ward does not. */
static void away_without_a_bed(void **state)
{
    country *c = *state;
    static const char stay_is[] = "{\"resourceType\":\"Encounter\",\"id\":\"stay-n\",\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/n\"},"
                                  "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%s\"},\"location\":["
                                  "{\"location\":{\"reference\":\"Location/b2\"},\"status\":\"completed\",\"period\":{\"end\":\"%s\"}},"
                                  "{\"location\":{\"reference\":\"Location/b1\"},\"status\":\"%s\"%s}]}";
    resident(c, "n", "f1", NULL);
    for (int days = 1; days < 40; days += 19) {
        const char *left = text(c, ",\"period\":{\"end\":\"%s\"}", at(c, -days * DAY)), *since = at(c, -90 * DAY), *before = at(c, -60 * DAY);
        put(c, stay_is, "onleave", since, before, "completed", left);
        assert_int_equal(ask(c, "nurse-2", "GET Encounter/stay-n", NULL), 200); /* stays of the house are no secret in it */
        const char *again = text(c, stay_is, "in-progress", since, before, "active", "");
        assert_int_equal(ask(c, "nurse-2", "PUT Encounter/stay-n", again), 403);
        assert_int_equal(ask(c, "nurse", "PUT Encounter/stay-n", again), 200);
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_country, close_country)
    const struct CMUnitTest tests[] = {
        CASE(before_and_after_a_stay), CASE(before_the_admission), CASE(what_took_a_while), CASE(a_death_is_certified), CASE(after_a_death), CASE(after_a_death_is_written), CASE(who_does_not_live_here), CASE(within_a_visit), CASE(on_ones_own_word),
        CASE(done_by_others), CASE(who_is_not_bound), CASE(judged_once), CASE(of_two_records), CASE(stays_do_not_overlap), CASE(old_overlaps_can_end), CASE(death_fits_the_stays),
        CASE(the_ward_goes_on), CASE(away_without_a_bed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
