/* What facilities may do, and what doctors wrote and signed: licences with lists of techniques, and visits of the last weeks. The home for
 * the elderly has no licence to treat, so its notes monitor health and claim no more. */
#include "app/demo.h"

/* Some simple techniques of TT 23/2024: what such a facility does itself. */
static const char *const techniques[] = {"1.86", "1.158", "1.164", "1.216", "1.221", "1.251", "2.85", "2.163"};

bool demo_treats(const facility *f)
{
    return f->kind != KIND_ELDERLY;
}

void demo_licence(demo *d, const facility *f)
{
    ans_jw *w = &d->w;
    if (!demo_treats(f)) {
        return;
    }
    demo_begin(d, "HealthcareService", "demo-licence-%u", f->number);
    demo_json(d, "extension", "[{\"url\":\"urn:ansinh:valid-period\",\"valuePeriod\":{\"start\":\"2024-01-01\"}}]");
    demo_json(d, "identifier", "[{\"system\":\"urn:ansinh:id:licence\",\"value\":\"%04u/SYT-GPHD\"}]", 100 + f->number);
    demo_json(d, "active", "true");
    demo_reference(d, "providedBy", "Organization/%s", demo_facility_id(d, f));
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"urn:ansinh:licence\",\"code\":\"treatment\"}]}]");
    ans_jw_key(w, ANS_STR("type"));
    ans_jw_begin(w, '[');
    for (size_t i = 0; i < sizeof techniques / sizeof *techniques; i++) {
        ans_jw_raw(w, ans_arena_fmt(d->scratch.arena, "{\"coding\":[{\"system\":\"urn:ansinh:list:techniques\",\"code\":\"%s\"}]}", techniques[i]));
    }
    ans_jw_end(w, ']');
    demo_text(d, "name", "Giấy phép hoạt động khám bệnh, chữa bệnh");
    demo_end(d);
}

/* ---- visits ---- */

static void section(demo *d, const char *code, const char *title, const char *text)
{
    ans_jw *w = &d->w;
    ans_jw_begin(w, '{');
    demo_text(d, "title", "%s", title);
    demo_json(d, "code", "{\"coding\":[{\"system\":\"urn:ansinh:visit\",\"code\":\"%s\"}]}", code);
    demo_json(d, "text", "{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><ul><li>%s</li></ul></div>\"}", text);
    ans_jw_end(w, '}');
}

static void encounter(demo *d, const resident *r, int64_t day, int minute)
{
    ans_str start = demo_minute(d, day, minute), end = demo_minute(d, day, minute + 12);
    demo_begin(d, "Encounter", "demo-visit-%u", r->number);
    demo_text(d, "status", "finished");
    demo_json(d, "class", "{\"system\":\"" TERMINOLOGY "v3-ActCode\",\"code\":\"AMB\"}");
    demo_json(d, "type", "[{\"coding\":[{\"system\":\"urn:ansinh:visit-type\",\"code\":\"%s\"}]}]", demo_treats(r->f) ? "visit" : "health-monitoring");
    demo_subject(d, "subject", r);
    demo_json(d, "participant", "[{\"individual\":{\"reference\":\"Practitioner/demo-staff-%u\"}}]", demo_post_of(r->f, POST_ASSISTANT));
    demo_json(d, "period", "{\"start\":\"%.*s\",\"end\":\"%.*s\"}", ANS_FMT(start), ANS_FMT(end));
    demo_reference(d, "partOf", "Encounter/demo-stay-%u", r->number);
    demo_reference(d, "serviceProvider", "Organization/%s", demo_facility_id(d, r->f));
    demo_end(d);
}

/* Complaints of every day: no word of an illness that has a compartment. */
static void document(demo *d, const resident *r, int64_t day, int minute)
{
    static const char *const words[][3] = {
        {"Đau đầu, ngủ kém", "Huyết áp hơi cao, tim đều, phổi trong", "Ăn nhạt, đo huyết áp mỗi sáng"},
        {"Ho khan ba ngày", "Họng đỏ nhẹ, phổi không ran", "Uống ấm, báo ngay khi sốt hoặc khó thở"},
        {"Đau khớp gối khi đi lại", "Khớp gối phải sưng nhẹ, không nóng đỏ", "Nghỉ, chườm ấm, tập nhẹ tại giường"},
        {"Khám theo hẹn", "Toàn trạng ổn, không có dấu hiệu mới", "Tiếp tục thuốc đang dùng"},
        {"Ăn kém một tuần", "Bụng mềm, không đau, sụt 1 kg", "Chia nhỏ bữa, cân lại sau 7 ngày"}};
    const char *const *say = words[demo_between(d, 0, 4)];
    const char *title = demo_treats(r->f) ? "Phiếu khám bệnh" : "Phiếu theo dõi sức khỏe";
    ans_str when = demo_minute(d, day, minute + 12);
    uint32_t author = demo_post_of(r->f, POST_ASSISTANT);
    demo_begin_labelled_in(d, "Composition", "urn:ansinh:label", "VISIT", "demo-note-signed-%u", r->number);
    demo_text(d, "status", "final");
    demo_json(d, "type", "{\"coding\":[{\"system\":\"urn:ansinh:document\",\"code\":\"visit\"}],\"text\":\"%s\"}", title);
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"urn:ansinh:record-kind\",\"code\":\"%s\"}]}]", demo_treats(r->f) ? "medical-record" : "health-monitoring");
    demo_subject(d, "subject", r);
    demo_reference(d, "encounter", "Encounter/demo-visit-%u", r->number);
    ans_jw_kv(&d->w, ANS_STR("date"), when);
    demo_json(d, "author", "[{\"reference\":\"Practitioner/demo-staff-%u\",\"display\":\"Y sĩ\"}]", author);
    demo_text(d, "title", "%s", title);
    demo_json(d, "attester", "[{\"mode\":\"professional\",\"time\":\"%.*s\",\"party\":{\"reference\":\"Practitioner/demo-staff-%u\",\"display\":\"Y sĩ\"}}]", ANS_FMT(when), author);
    demo_reference(d, "custodian", "Organization/%s", demo_facility_id(d, r->f));
    ans_jw_key(&d->w, ANS_STR("section"));
    ans_jw_begin(&d->w, '[');
    section(d, "reason", "Lý do", say[0]);
    section(d, "assessment", "Nhận định", say[1]);
    section(d, "advice", "Lời dặn", say[2]);
    ans_jw_end(&d->w, ']');
    demo_end(d);
}

/* What was agreed for a long illness, and the day of recall: some lie behind. */
static void goal(demo *d, const resident *r, const char *which, const char *title, const char *measures)
{
    ans_str due = demo_day(d, d->today + demo_between(d, -12, 45));
    demo_begin(d, "Goal", "demo-goal-%s-%u", which, r->number);
    demo_text(d, "lifecycleStatus", "active");
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"urn:ansinh:register\",\"code\":\"%s\"}]}]", which);
    demo_json(d, "description", "{\"text\":\"%s\"}", title);
    demo_subject(d, "subject", r);
    ans_jw_kv(&d->w, ANS_STR("startDate"), demo_day(d, d->today - 60));
    demo_json(d, "target", measures, ANS_FMT(due), ANS_FMT(due));
    demo_reference(d, "expressedBy", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_ASSISTANT));
    demo_end(d);
}

static void goals(demo *d, const resident *r)
{
    if (r->has_hypertension && demo_chance(d, 60)) {
        goal(d, r, "hypertension", "Tăng huyết áp",
             "[{\"measure\":{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"8480-6\"}]},\"detailQuantity\":{\"value\":150,\"comparator\":\"<\",\"unit\":\"mmHg\","
             "\"system\":\"" UCUM "\",\"code\":\"mm[Hg]\"},\"dueDate\":\"%.*s\"},{\"measure\":{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"8462-4\"}]},"
             "\"detailQuantity\":{\"value\":90,\"comparator\":\"<\",\"unit\":\"mmHg\",\"system\":\"" UCUM "\",\"code\":\"mm[Hg]\"},\"dueDate\":\"%.*s\"}]");
    }
    if (r->has_diabetes && demo_chance(d, 60)) {
        goal(d, r, "diabetes", "Đái tháo đường",
             "[{\"measure\":{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"4548-4\"}]},\"detailQuantity\":{\"value\":8.0,\"comparator\":\"<\",\"unit\":\"%%\","
             "\"system\":\"" UCUM "\",\"code\":\"%%\"},\"dueDate\":\"%.*s\"},{\"measure\":{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"15074-8\"}]},"
             "\"detailQuantity\":{\"value\":10,\"comparator\":\"<\",\"unit\":\"mmol/L\",\"system\":\"" UCUM "\",\"code\":\"mmol/L\"},\"dueDate\":\"%.*s\"}]");
    }
}

void demo_visits(demo *d, const resident *r)
{
    demo_reseed(d, r->number, 'g');
    goals(d, r);
    demo_reseed(d, r->number, 'k');
    if (!demo_chance(d, 40)) {
        return;
    }
    int64_t day = d->today - demo_between(d, 1, 45);
    int minute = demo_between(d, 480, 660);
    if (day > r->since) {
        encounter(d, r, day, minute);
        document(d, r, day, minute);
    }
}
