/* Consents of the demo's residents, who represents whom by a court's decision, and what a few asked for: some consents stand, some were
 * withdrawn, some guardianships are over. Little of it: three things a resident at most. */
#include "app/demo.h"

#define DECISION "urn:ansinh:extension:decision"

/* The entry's own identifier, by which the page knows it; the same whenever the demo is made. */
static void entry(demo *d, const resident *r, unsigned kind)
{
    demo_json(d, "identifier", "[{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:%08x-de30-4c0a-8000-%012x\"}]", kind, r->number);
}

static void decision(demo *d, const resident *r, ans_str day, const char *by)
{
    demo_json(d, "extension",
              "[{\"url\":\"" DECISION "\",\"extension\":[{\"url\":\"number\",\"valueString\":\"%u/QĐ\"},{\"url\":\"date\",\"valueDate\":\"%.*s\"},"
              "{\"url\":\"by\",\"valueString\":\"%s\"}]},{\"url\":\"urn:ansinh:extension:period\",\"valuePeriod\":{\"start\":\"%.*s\"}}]",
              100 + r->number, ANS_FMT(day), by, ANS_FMT(day));
}

/* Lost capacity, by decision, and a guardian, whose time is over for some. */
static void guardianship(demo *d, const resident *r)
{
    ans_str day = demo_day(d, r->since - demo_between(d, 30, 400));
    bool is_over = demo_chance(d, 20) && r->number != demo_ward_of(r->f);
    ans_str end = demo_day(d, d->today - demo_between(d, 5, 15));
    demo_begin(d, "Basic", "demo-capacity-%u", r->number);
    decision(d, r, day, "Tòa án nhân dân khu vực");
    demo_concept(d, "code", "urn:ansinh:decision", "capacity-lost", NULL, NULL);
    demo_subject(d, "subject", r);
    ans_jw_kv(&d->w, ANS_STR("created"), day);
    demo_end(d);
    demo_begin(d, "RelatedPerson", "demo-legal-guardian-%u", r->number);
    decision(d, r, day, "Tòa án nhân dân khu vực");
    demo_json(d, "active", "true");
    demo_subject(d, "patient", r);
    demo_json(d, "relationship", "[{\"coding\":[{\"system\":\"urn:ansinh:representation\",\"code\":\"guardian\"}],\"text\":\"Người giám hộ\"}]");
    demo_name(d, demo_chance(d, 50));
    if (is_over) {
        demo_json(d, "period", "{\"start\":\"%.*s\",\"end\":\"%.*s\"}", ANS_FMT(day), ANS_FMT(end));
    } else {
        demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(day));
    }
    demo_end(d);
}

static void consent(demo *d, const resident *r, unsigned kind, const char *purpose, const char *to, bool by_guardian)
{
    ans_str when = demo_minute(d, d->today - demo_between(d, 20, 200), demo_between(d, 480, 1000));
    ans_str gone = demo_minute(d, d->today - demo_between(d, 1, 10), demo_between(d, 480, 1000));
    bool is_withdrawn = demo_chance(d, 20);
    const char *who = by_guardian ? "RelatedPerson/demo-legal-guardian" : "Patient/demo-patient";
    demo_begin(d, "Consent", "demo-consent-%s-%u", purpose, r->number);
    if (is_withdrawn) {
        demo_json(d, "extension",
                  "[{\"url\":\"urn:ansinh:extension:withdrawal\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"%.*s\"},"
                  "{\"url\":\"by\",\"valueReference\":{\"reference\":\"%s-%u\"}}]}]",
                  ANS_FMT(gone), who, r->number);
    }
    entry(d, r, kind);
    demo_text(d, "status", is_withdrawn ? "inactive" : "active");
    demo_concept(d, "scope", TERMINOLOGY "consentscope", "patient-privacy", NULL, NULL);
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"59284-0\"}]}]");
    demo_subject(d, "patient", r);
    ans_jw_kv(&d->w, ANS_STR("dateTime"), when);
    demo_json(d, "performer", "[{\"reference\":\"%s-%u\"}]", who, r->number);
    demo_json(d, "policy", "[{\"uri\":\"urn:ansinh:consent-text:%s:1\"}]", purpose);
    demo_concept(d, "policyRule", "urn:ansinh:legal-regime", "law-91-2025", NULL, NULL);
    demo_json(d, "verification", "[{\"verified\":true,\"verificationDate\":\"%.*s\"}]", ANS_FMT(when));
    demo_json(d, "provision", "{\"type\":\"permit\",\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"%s\"}]%s%s%s}", purpose,
              to ? ",\"actor\":[{\"role\":{\"coding\":[{\"system\":\"" TERMINOLOGY "v3-ParticipationType\",\"code\":\"IRCP\"}]},\"reference\":{\"reference\":\"Organization/" : "",
              to ? to : "", to ? "\"}}]" : "");
    demo_end(d);
}

static void request(demo *d, const resident *r)
{
    static const char *const kinds[] = {"access", "copy", "correct", "complaint"};
    int64_t day = d->today - demo_between(d, 1, 9);
    ans_str when = demo_minute(d, day, demo_between(d, 1, 480));
    demo_begin_labelled_in(d, "Task", "urn:ansinh:label", "REQ", "demo-request-%u", r->number);
    demo_text(d, "status", "requested");
    demo_text(d, "intent", "order");
    demo_concept(d, "code", "urn:ansinh:data-request", kinds[demo_between(d, 0, 3)], NULL, NULL);
    demo_subject(d, "for", r);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), when);
    demo_end(d);
}

void demo_consents(demo *d, const resident *r)
{
    demo_reseed(d, r->number, 'c');
    bool lost = demo_chance(d, r->f->kind == KIND_MENTAL ? 30 : 4);
    lost = (lost || r->number == demo_ward_of(r->f)) && r->number != demo_own_of(r->f);
    if (lost) {
        guardianship(d, r);
    }
    if (demo_chance(d, 40)) {
        consent(d, r, 1, "family-sharing", NULL, lost);
    }
    if (demo_chance(d, 15)) {
        consent(d, r, 2, "provider", "demo-hospital", lost);
    }
    if (demo_chance(d, 15)) {
        consent(d, r, 3, "images", NULL, lost);
    }
    if (demo_chance(d, 3)) {
        request(d, r);
    }
}
