/* Incidents and care notes of a demo resident: few, in the days that are shown. */
#include "app/demo.h"

/* The head's word on it: said of what is older, still open of what is new (docs/incidents.md). */
static void review(demo *d, const resident *r, const char *what, int64_t day)
{
    bool is_open = day >= d->today - 2;
    demo_begin(d, "Task", "demo-review-%u", r->number);
    demo_text(d, "status", is_open ? "requested" : "completed");
    demo_text(d, "intent", "order");
    demo_text(d, "priority", "routine");
    demo_concept(d, "code", "urn:ansinh:task", "incident-review", NULL, "Xem xét sự cố");
    demo_text(d, "description", "Xem xét sự cố: %s", what);
    demo_reference(d, "focus", "AdverseEvent/demo-incident-%u", r->number);
    demo_subject(d, "for", r);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", r->number);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), demo_minute(d, day, 1320));
    if (!is_open) {
        ans_jw_kv(&d->w, ANS_STR("lastModified"), demo_minute(d, day + 1, 540));
        demo_reference(d, "owner", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_HEAD));
        demo_json(d, "note", "[{\"text\":\"Đã nhắc cả khoa, thêm đèn ngủ và thảm chống trượt\"}]");
    }
    demo_end(d);
}

static void incident(demo *d, const resident *r)
{
    static const char *const events[][2] = {
        {"fall", "Té ngã khi đi vệ sinh, không bất tỉnh"},
        {"fall", "Trượt chân trong phòng tắm, xây xát tay"},
        {"skin", "Xước da cẳng tay khi thay quần áo"},
        {"choking", "Sặc khi ăn cháo, đã xử trí, thở ổn"},
        {"aggression", "Xô xát với người cùng phòng, đã can ngăn"}};
    const char *const *event = events[demo_between(d, 0, 4)];
    int64_t day = d->today - demo_between(d, 1, d->o->days > 1 ? (int)d->o->days - 1 : 1);
    int minute = demo_between(d, 300, 1300);
    demo_begin(d, "AdverseEvent", "demo-incident-%u", r->number);
    demo_text(d, "actuality", "actual");
    demo_json(d, "event",
              "{\"coding\":[{\"system\":\"urn:ansinh:incident\",\"code\":\"%s\"}],\"text\":\"%s\"}",
              event[0], event[1]);
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("date"), demo_minute(d, day, minute));
    ans_jw_kv(&d->w, ANS_STR("recordedDate"), demo_minute(d, day, minute + 15));
    demo_json(d, "seriousness",
              "{\"coding\":[{\"system\":\"" TERMINOLOGY
              "adverse-event-seriousness\",\"code\":\"non-serious\"},{\"system\":\"urn:ansinh:harm\",\"code\":\"mild\"}],\"text\":\"Nhẹ\"}");
    demo_reference(d, "location", "Location/demo-bed-%u-%u", r->ward, r->bed);
    demo_reference(d, "recorder", "Practitioner/demo-staff-%u", demo_carer(d, r));
    demo_end(d);
    review(d, r, event[1], day);
}

static void note(demo *d, const resident *r, int64_t day)
{
    static const char *const plain[][2] = {{"note", "Kể chuyện ngày xưa cho cả phòng nghe"},
                                           {"note", "Ít nói, nằm nhiều, không muốn ra ngoài"},
                                           {"note", "Xin thêm chăn vì thấy lạnh"},
                                           {"visit", "Con gái đến thăm buổi chiều, mang trái cây"}};
    const char *const *text = plain[demo_between(d, 0, 3)];
    int minute = demo_between(d, 360, 1260);
    if (day == d->today && minute > d->now) {
        return;
    }
    demo_begin(d, "Observation", "demo-note-%u-%d", r->number, (int)day);
    demo_text(d, "status", "final");
    demo_json(d, "category",
              "[{\"coding\":[{\"system\":\"" TERMINOLOGY
              "observation-category\",\"code\":\"activity\"}]}]");
    demo_concept(d, "code", "urn:ansinh:care", text[0], NULL, NULL);
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), demo_minute(d, day, minute));
    demo_json(d, "performer", "[{\"reference\":\"Practitioner/demo-staff-%u\"}]", demo_carer(d, r));
    demo_text(d, "valueString", "%s", text[1]);
    demo_end(d);
}

void demo_events(demo *d, const resident *r)
{
    demo_reseed(d, r->number, 'e');
    if (demo_chance(d, 5)) {
        incident(d, r);
    }
    for (int64_t day = d->today - d->o->days + 1; day <= d->today; day++) {
        demo_reseed(d, r->number, (uint64_t)day * 7 + 3);
        if (demo_chance(d, 20)) {
            note(d, r, day);
        }
    }
}
