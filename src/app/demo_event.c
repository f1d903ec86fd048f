/* Incidents and care notes of a demo resident: few, in the days that are shown. */
#include "app/demo.h"

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
              "adverse-event-seriousness\",\"code\":\"non-serious\"}]}");
    demo_reference(d, "location", "Location/demo-bed-%u-%u", r->ward, r->bed);
    demo_reference(d, "recorder", "Practitioner/demo-staff-%u", demo_carer(d, r));
    demo_end(d);
}

static void note(demo *d, const resident *r, int64_t day)
{
    static const char *const plain[][2] = {{"meal", "Ăn hết suất, uống đủ nước"},
                                           {"meal", "Ăn nửa suất, chê cơm, uống thêm sữa"},
                                           {"sleep", "Đêm ngủ được 6 giờ, dậy 2 lần"},
                                           {"bowel", "Ba ngày chưa đi ngoài, báo y sĩ"},
                                           {"mood", "Vui vẻ, tham gia tập thể dục buổi sáng"},
                                           {"mood", "Ít nói, nằm nhiều, không muốn ra ngoài"},
                                           {"hygiene", "Tắm, thay quần áo, cắt móng tay"},
                                           {"visit", "Con gái đến thăm buổi chiều, mang trái cây"}};
    const char *const *text = plain[demo_between(d, 0, 7)];
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
        if (demo_chance(d, 35)) {
            note(d, r, day);
        }
    }
}
