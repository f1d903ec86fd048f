/* People in a house who are not just living there: one of each in every house that is large enough to have them, and in the one people practise
 * with. They stand at the end of a house's numbering, so that everybody else is who they would have been without them.
 *
 * What runs (48 hours, 10 days, a dose that is due) runs from the moment the demo is made, whatever the hour. */
#include "app/demo.h"

enum { LARGE = 100, PRACTICE = 40, HOUR = 60 };

demo_state demo_state_of(const demo *d, const facility *f, uint32_t number)
{
    static const demo_state last[] = {STATE_LEAVE, STATE_HOSPITAL, STATE_ISOLATED, STATE_DEPOT, STATE_RESTRAINED, STATE_MOVING, STATE_UNKNOWN};
    uint32_t from_end = f->first + f->residents - 1 - number;
    bool has = f->residents >= LARGE || (d->o->for_training && f->residents >= PRACTICE);
    return has && from_end < sizeof last / sizeof *last ? last[from_end] : STATE_USUAL;
}

/* So many minutes before the demo is made; less than 0: after it. */
static ans_str ago(demo *d, int64_t minutes)
{
    int64_t at = d->today * MINUTES_PER_DAY + d->now - minutes;
    return demo_minute(d, at / MINUTES_PER_DAY, (int)(at % MINUTES_PER_DAY));
}

/* As docs/stay.md has it: status, its history, and the time away. */
void demo_away(demo *d, const resident *r, demo_state state)
{
    bool ill = state == STATE_HOSPITAL;
    ans_str left = ago(d, HOUR / 2), since = demo_day(d, r->since);
    demo_json(d, "statusHistory", "[{\"status\":\"in-progress\",\"period\":{\"start\":\"%.*s\",\"end\":\"%.*s\"}}]", ANS_FMT(since), ANS_FMT(left));
    if (ill) {
        demo_json(d, "extension",
                  "[{\"url\":\"urn:ansinh:extension:away\",\"extension\":[{\"url\":\"kind\",\"valueCode\":\"hospital\"},{\"url\":\"from\",\"valueDateTime\":\"%.*s\"},"
                  "{\"url\":\"where\",\"valueString\":\"Bệnh viện đa khoa tỉnh\"},{\"url\":\"with\",\"valueString\":\"Điều dưỡng trực\"}]}]",
                  ANS_FMT(left));
        return;
    }
    ans_str back = ago(d, -2 * 24 * HOUR);
    demo_json(d, "extension",
              "[{\"url\":\"urn:ansinh:extension:away\",\"extension\":[{\"url\":\"kind\",\"valueCode\":\"leave\"},{\"url\":\"from\",\"valueDateTime\":\"%.*s\"},"
              "{\"url\":\"until\",\"valueDateTime\":\"%.*s\"},{\"url\":\"where\",\"valueString\":\"Nhà con gái\"},{\"url\":\"with\",\"valueString\":\"Con gái đón\"}]}]",
              ANS_FMT(left), ANS_FMT(back));
}

/* ---- one state each ---- */

static void isolated(demo *d, const resident *r)
{
    demo_begin(d, "Flag", "demo-isolation-%u", r->number);
    demo_text(d, "status", "active");
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"" TERMINOLOGY "flag-category\",\"code\":\"safety\"}]}]");
    demo_concept(d, "code", "urn:ansinh:isolation", "droplet", NULL, "Cách ly: giọt bắn");
    demo_subject(d, "subject", r);
    ans_str from = ago(d, 20 * HOUR);
    demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(from));
    demo_reference(d, "author", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_end(d);
}

/* A dose every four weeks, the next of them today. */
static void depot(demo *d, const resident *r)
{
    ans_str first = demo_day(d, d->today - 28);
    demo_begin(d, "MedicationRequest", "demo-depot-%u", r->number);
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    demo_json(d, "medicationCodeableConcept", "{\"coding\":[{\"system\":\"http://www.whocc.no/atc\",\"code\":\"N05AD01\"}],\"text\":\"Haloperidol decanoat 50 mg/ml\"}");
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), first);
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_json(d, "dosageInstruction",
              "[{\"text\":\"1 ống, 4 tuần một lần\",\"timing\":{\"repeat\":{\"boundsPeriod\":{\"start\":\"%.*s\"},\"frequency\":1,\"period\":4,\"periodUnit\":\"wk\"}},"
              "\"route\":{\"coding\":[{\"system\":\"" SNOMED "\",\"code\":\"78421000\",\"display\":\"Intramuscular route\"}],\"text\":\"tiêm bắp\"},"
              "\"doseAndRate\":[{\"doseQuantity\":{\"value\":1,\"unit\":\"ống\"}}]}]",
              ANS_FMT(first));
    demo_end(d);
}

/* Over two hours ago, and nobody has said so yet. */
static void restrained(demo *d, const resident *r)
{
    ans_str from = ago(d, 3 * HOUR), until = ago(d, 2 * HOUR);
    demo_begin(d, "ServiceRequest", "demo-restraint-%u", r->number);
    demo_json(d, "extension",
              "[{\"url\":\"urn:ansinh:extension:restraint-kind\",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:restraint-kind\",\"code\":\"wrist\"}],\"text\":\"Cổ tay\"}},"
              "{\"url\":\"urn:ansinh:extension:legal-basis\",\"valueString\":\"Y lệnh của bác sĩ trực\"},"
              "{\"url\":\"urn:ansinh:extension:entered-by\",\"valueReference\":{\"reference\":\"Practitioner/demo-staff-%u\"}}]",
              demo_post_of(r->f, POST_DOCTOR));
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    demo_json(d, "code",
              "{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"restraint-check\"},{\"system\":\"" SNOMED "\",\"code\":\"386423001\",\"display\":\"Physical restraint\"}],"
              "\"text\":\"Cố định, hạn chế vận động\"}");
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), from);
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_json(d, "reasonCode", "[{\"coding\":[{\"system\":\"urn:ansinh:restraint-reason\",\"code\":\"self\"}],\"text\":\"Tự làm đau mình\"}]");
    demo_json(d, "occurrenceTiming", "{\"repeat\":{\"boundsPeriod\":{\"start\":\"%.*s\",\"end\":\"%.*s\"},\"frequency\":1,\"period\":30,\"periodUnit\":\"min\"}}", ANS_FMT(from), ANS_FMT(until));
    demo_end(d);
}

/* The house behind this one, the first behind the last. Asked this morning, not answered. */
static void moving(demo *d, const resident *r)
{
    const facility *to = &d->facilities[r->f->number % d->facility_count];
    if (d->facility_count < 2) {
        return;
    }
    demo_begin(d, "EpisodeOfCare", "demo-planned-%u", r->number);
    demo_text(d, "status", "planned");
    demo_subject(d, "patient", r);
    demo_reference(d, "managingOrganization", "Organization/%s", demo_facility_id(d, to));
    demo_end(d);
    demo_begin(d, "Task", "demo-transfer-%u", r->number);
    demo_text(d, "status", "requested");
    demo_text(d, "intent", "order");
    demo_text(d, "priority", "routine");
    demo_concept(d, "code", "urn:ansinh:task", "transfer", NULL, NULL);
    demo_text(d, "description", "Đề nghị nhận người từ cơ sở khác");
    demo_reference(d, "focus", "EpisodeOfCare/demo-planned-%u", r->number);
    demo_subject(d, "for", r);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", r->number);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), ago(d, 3 * HOUR));
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_SOCIAL));
    demo_reference(d, "owner", "Organization/%s", demo_facility_id(d, to));
    demo_json(d, "reasonCode", "{\"coding\":[{\"system\":\"urn:ansinh:transfer-reason\",\"code\":\"family\"}],\"text\":\"Gần gia đình\"}");
    demo_json(d, "input",
              "[{\"type\":{\"coding\":[{\"system\":\"urn:ansinh:transfer\",\"code\":\"from\"}]},\"valueReference\":{\"reference\":\"Organization/%s\"}},"
              "{\"type\":{\"coding\":[{\"system\":\"urn:ansinh:transfer\",\"code\":\"summary\"}]},\"valueString\":\"Đi lại được, ăn tốt, ngủ đủ.\"},"
              "{\"type\":{\"coding\":[{\"system\":\"urn:ansinh:transfer\",\"code\":\"medicines\"}]},\"valueString\":\"Thuốc đủ dùng 7 ngày\"}]",
              demo_facility_id(d, r->f));
    demo_end(d);
}

void demo_states(demo *d, const resident *r)
{
    demo_state state = demo_state_of(d, r->f, r->number);
    if (state == STATE_ISOLATED) {
        isolated(d, r);
    } else if (state == STATE_DEPOT) {
        depot(d, r);
    } else if (state == STATE_RESTRAINED) {
        restrained(d, r);
    } else if (state == STATE_MOVING) {
        moving(d, r);
    }
}

/* ---- somebody without papers ---- */

static void timer(demo *d, uint32_t number, const char *code, const char *text, ans_str due, bool is_urgent)
{
    demo_begin(d, "Task", "demo-%s-%u", code, number);
    demo_text(d, "status", "requested");
    demo_text(d, "intent", "order");
    demo_text(d, "priority", is_urgent ? "urgent" : "routine");
    demo_concept(d, "code", "urn:ansinh:task", code, NULL, NULL);
    demo_text(d, "description", "%s", text);
    demo_reference(d, "for", "Patient/demo-patient-%u", number);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", number);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), ago(d, 20 * HOUR));
    demo_json(d, "restriction", "{\"period\":{\"end\":\"%.*s\"}}", ANS_FMT(due));
    demo_end(d);
}

/* Brought in yesterday at night, and put to bed nowhere yet: in the place of a resident, of whom much would be known. */
void demo_unknown(demo *d, const facility *f, uint32_t number)
{
    demo_reseed(d, number, 'u');
    bool is_male = demo_chance(d, 50);
    ans_str came = ago(d, 20 * HOUR), about = ans_str_head(demo_day(d, d->today - 365 * INT64_C(62)), 4);
    demo_begin(d, "Patient", "demo-patient-%u", number);
    demo_json(d, "extension", "[{\"url\":\"urn:ansinh:extension:found-at\",\"valueString\":\"Bến xe · không nói được tên, áo len nâu\"}]");
    demo_json(d, "identifier", "[{\"system\":\"urn:ansinh:id:unidentified\",\"value\":\"KRD-%u\"}]", f->number);
    demo_json(d, "active", "true");
    demo_json(d, "name", "[{\"use\":\"temp\",\"text\":\"%s chưa rõ tên %u\"}]", is_male ? "Ông" : "Bà", f->number);
    demo_text(d, "gender", "%s", is_male ? "male" : "female");
    demo_text(d, "birthDate", "%.*s", ANS_FMT(about));
    demo_reference(d, "managingOrganization", "Organization/%s", demo_facility_id(d, f));
    demo_end(d);
    demo_begin(d, "EpisodeOfCare", "demo-episode-%u", number);
    demo_text(d, "status", "active");
    demo_reference(d, "patient", "Patient/demo-patient-%u", number);
    demo_reference(d, "managingOrganization", "Organization/%s", demo_facility_id(d, f));
    demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(came));
    demo_end(d);
    demo_begin(d, "Encounter", "demo-stay-%u", number);
    demo_text(d, "status", "in-progress");
    demo_json(d, "class", "{\"system\":\"" TERMINOLOGY "v3-ActCode\",\"code\":\"IMP\",\"display\":\"inpatient encounter\"}");
    demo_reference(d, "subject", "Patient/demo-patient-%u", number);
    demo_json(d, "episodeOfCare", "[{\"reference\":\"EpisodeOfCare/demo-episode-%u\"}]", number);
    demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(came));
    demo_json(d, "hospitalization", "{\"admitSource\":{\"coding\":[{\"system\":\"urn:ansinh:admission-way\",\"code\":\"emergency\"}]}}");
    demo_reference(d, "serviceProvider", "Organization/%s", demo_facility_id(d, f));
    demo_end(d);
    timer(d, number, "notify-commune", "Báo Ủy ban nhân dân xã về người chưa rõ danh tính", ago(d, 20 * HOUR - 48 * HOUR), true);
    timer(d, number, "identify", "Xác minh danh tính", ago(d, 20 * HOUR - 10 * 24 * HOUR), false);
}
