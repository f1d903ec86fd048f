/* Daily care of a demo resident, in the codes of docs/daily.md: meals, sleep, bowels, baths; who is turned and looked after by order;
 * a pressure injury with three sizes for a few; what the kitchen was told. Sparing: all three meals only of the last days. */
#include "app/demo.h"

enum { ALL_MEALS_DAYS = 3, OBSERVE_MINUTES = 60, TURN_MINUTES = 120 };

typedef struct answer {
    const char *code, *text;
    int percent; /* of a hundred; the rest goes to the last */
    bool is_notable;
    int share; /* of a meal */
} answer;

static const answer meals[] = {{"all", "Ăn hết", 70, false, 100},
                               {"three-quarters", "Ba phần tư", 16, false, 75},
                               {"half", "Một nửa", 9, false, 50},
                               {"little", "Ăn ít", 4, true, 25},
                               {"refused", "Từ chối", 1, true, 0}};
static const answer sleeps[] = {{"well", "Ngủ ngon", 62, false, 0}, {"woke", "Dậy vài lần", 28, false, 0}, {"little", "Ngủ ít", 8, true, 0}, {"none", "Thức trắng", 2, true, 0}};
static const answer bowels[] = {{"4", "4: mềm, trơn", 52, false, 0}, {"3", "3: có vết nứt", 24, false, 0}, {"2", "2: cục dính liền", 14, false, 0}, {"5", "5: viên mềm", 6, false, 0}, {"6", "6: nát", 4, true, 0}};
static const answer baths[] = {{"bath", "Tắm", 70, false, 0}, {"wash", "Rửa mặt, tay chân", 20, false, 0}, {"bed-bath", "Lau người tại giường", 10, false, 0}};

#define PICK(d, list) pick(d, list, (int)(sizeof(list) / sizeof *(list)))

static const answer *pick(demo *d, const answer *list, int n)
{
    int roll = demo_between(d, 1, 100), i = 0;
    while (i < n - 1 && roll > list[i].percent) {
        roll -= list[i++].percent;
    }
    return &list[i];
}

/* False: that moment has not come yet. The writer stands behind the value. */
static bool begin(demo *d, const resident *r, const char *kind, const char *standard, const answer *a, int64_t day, int minute)
{
    if (day > d->today || (day == d->today && minute > d->now)) {
        return false;
    }
    demo_begin(d, "Observation", "demo-%s-%u-%d-%04d", kind, r->number, (int)day, minute);
    demo_text(d, "status", "final");
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"" TERMINOLOGY "observation-category\",\"code\":\"activity\"}]}]");
    demo_json(d, "code", "{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"%s\"}%s]}", kind, standard);
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), demo_minute(d, day, minute));
    demo_json(d, "performer", "[{\"reference\":\"Practitioner/demo-staff-%u\"}]", demo_carer(d, r));
    demo_json(d, "valueCodeableConcept", "{\"coding\":[{\"system\":\"urn:ansinh:care:%s\",\"code\":\"%s\"}],\"text\":\"%s\"}", kind, a->code, a->text);
    if (a->is_notable) {
        demo_json(d, "interpretation", "[{\"coding\":[{\"system\":\"" TERMINOLOGY "v3-ObservationInterpretation\",\"code\":\"A\"}]}]");
    }
    return true;
}

static void simple(demo *d, const resident *r, const char *kind, const char *standard, const answer *a, int64_t day, int minute)
{
    if (begin(d, r, kind, standard, a, day, minute)) {
        demo_end(d);
    }
}

static void meal(demo *d, const resident *r, const char *time, int64_t day, int minute)
{
    /* who is sick eats less */
    const answer *a = r->is_sick && day >= d->today - 2 ? &meals[demo_between(d, 2, 3)] : PICK(d, meals);
    if (begin(d, r, "meal", "", a, day, minute)) {
        demo_json(d, "component",
                  "[{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"meal-time\"}]},\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:care:meal-time\",\"code\":\"%s\"}]}},"
                  "{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"meal-share\"}]},\"valueQuantity\":{\"value\":%d,\"unit\":\"%%\",\"system\":\"" UCUM "\",\"code\":\"%%\"}}]",
                  time, a->share);
        demo_end(d);
    }
}

static void one_day(demo *d, const resident *r, int64_t day)
{
    int late = (int)(r->bed % 12);
    demo_reseed(d, r->number, (uint64_t)day * 11 + 5);
    if (day > d->today - ALL_MEALS_DAYS) {
        meal(d, r, "breakfast", day, 390 + late);
        meal(d, r, "supper", day, 1035 + late);
    }
    meal(d, r, "lunch", day, 675 + late);
    simple(d, r, "sleep", "", PICK(d, sleeps), day, 350 + late);
    if ((day + r->number) % 2) {
        simple(d, r, "bowel", ",{\"system\":\"" SNOMED "\",\"code\":\"443172007\"}", PICK(d, bowels), day, 420 + demo_between(d, 0, 200));
    } else {
        simple(d, r, "hygiene", "", PICK(d, baths), day, 500 + demo_between(d, 0, 300));
    }
}

/* An order that is due every so often: the shift board counts from when it was last done. */
static void every(demo *d, const resident *r, const char *kind, const char *text, int64_t since, int minutes)
{
    demo_begin(d, "ServiceRequest", "demo-order-%s-%u", kind, r->number);
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    demo_concept(d, "code", "urn:ansinh:care", kind, NULL, text);
    demo_about(d, r);
    demo_json(d, "occurrenceTiming", "{\"repeat\":{\"frequency\":1,\"period\":%d,\"periodUnit\":\"min\"}}", minutes);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), demo_day(d, since));
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_end(d);
}

/* The last half day of it, up to now: a board looked at now has something due and something done, also one of a few minutes after midnight. */
static void done_so_far(demo *d, const resident *r, const char *kind, const char *standard, const answer *list, int n, int step)
{
    int late = demo_between(d, 0, step + step / 4);
    for (int k = 0, at = d->now - late; k < 6; k++, at -= step) {
        bool before = at < 0; /* midnight */
        if (d->today - before >= r->since) {
            simple(d, r, kind, standard, &list[k % n], d->today - before, before ? at + 1440 : at);
        }
    }
}

static void orders(demo *d, const resident *r)
{
    static const answer sides[] = {{"left", "Nghiêng trái", 0, false, 0}, {"back", "Nằm ngửa", 0, false, 0}, {"right", "Nghiêng phải", 0, false, 0}};
    static const answer seen[] = {{"calm", "Yên, an toàn", 0, false, 0}, {"asleep", "Đang ngủ", 0, false, 0}};
    if (r->lies_down) {
        every(d, r, "turning", "Xoay trở 2 giờ một lần", d->today - 12, TURN_MINUTES);
        done_so_far(d, r, "turning", ",{\"system\":\"" LOINC "\",\"code\":\"8361-8\"}", sides, 3, TURN_MINUTES);
    }
    if (r->is_wary) {
        every(d, r, "observe", "Trông chừng mỗi giờ", d->today - 3, OBSERVE_MINUTES);
        done_so_far(d, r, "observe", "", seen, 2, OBSERVE_MINUTES);
    }
}

/* ---- a pressure injury: growing, then healing ---- */

static void measured(demo *d, const resident *r, int number, int64_t day, int length, int width)
{
    int area = length * width; /* both in tenths of a cm: hundredths of a cm2 */
    if (day == d->today) {
        return;
    }
    demo_begin(d, "Observation", "demo-wound-%u-%d", r->number, number);
    demo_text(d, "status", "final");
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"" TERMINOLOGY "observation-category\",\"code\":\"exam\"}]}]");
    demo_concept(d, "code", "urn:ansinh:care", "wound", NULL, "Đo vết loét");
    demo_about(d, r);
    demo_json(d, "focus", "[{\"reference\":\"Condition/demo-wound-%u\"}]", r->number);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), demo_minute(d, day, 550));
    demo_json(d, "performer", "[{\"reference\":\"Practitioner/demo-staff-%u\"}]", demo_nurse(d, r));
    demo_concept(d, "bodySite", "urn:ansinh:body-site", "sacrum", NULL, "Vùng cùng cụt");
    demo_json(d, "valueQuantity", "{\"value\":%d.%02d,\"unit\":\"cm2\",\"system\":\"" UCUM "\",\"code\":\"cm2\"}", area / 100, area % 100);
    demo_json(d, "component",
              "[{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"stage\"}]},\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:care:stage\",\"code\":\"2\"}]}},"
              "{\"code\":{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"39126-8\"}]},\"valueQuantity\":{\"value\":%d.%d,\"unit\":\"cm\",\"system\":\"" UCUM "\",\"code\":\"cm\"}},"
              "{\"code\":{\"coding\":[{\"system\":\"" LOINC "\",\"code\":\"39125-0\"}]},\"valueQuantity\":{\"value\":%d.%d,\"unit\":\"cm\",\"system\":\"" UCUM "\",\"code\":\"cm\"}}]",
              length / 10, length % 10, width / 10, width % 10);
    demo_end(d);
}

static void wound(demo *d, const resident *r)
{
    int length = demo_between(d, 28, 46), width = demo_between(d, 20, 34);
    demo_begin(d, "Condition", "demo-wound-%u", r->number);
    demo_concept(d, "clinicalStatus", TERMINOLOGY "condition-clinical", "active", NULL, NULL);
    demo_concept(d, "verificationStatus", TERMINOLOGY "condition-ver-status", "confirmed", NULL, NULL);
    demo_json(d, "code", "{\"coding\":[{\"system\":\"urn:ansinh:wound\",\"code\":\"pressure\"},{\"system\":\"" ICD10 "\",\"code\":\"L89.1\"}],\"text\":\"Loét tì đè: Vùng cùng cụt\"}");
    demo_json(d, "bodySite", "[{\"coding\":[{\"system\":\"urn:ansinh:body-site\",\"code\":\"sacrum\"}],\"text\":\"Vùng cùng cụt\"}]");
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("onsetDateTime"), demo_day(d, d->today - 13));
    ans_jw_kv(&d->w, ANS_STR("recordedDate"), demo_day(d, d->today - 13));
    demo_reference(d, "recorder", "Practitioner/demo-staff-%u", demo_nurse(d, r));
    demo_end(d);
    measured(d, r, 1, d->today - 13, length, width);
    measured(d, r, 2, d->today - 8, length + 4, width + 2);
    measured(d, r, 3, d->today - 1, length - 6, width - 5);
}

static void diet(demo *d, const resident *r)
{
    const char *text = r->has_diabetes ? "Ăn kiêng đường" : r->lies_down ? "Cháo" : demo_chance(d, 12) ? "Cơm mềm" : NULL;
    if (!text) {
        return;
    }
    demo_begin(d, "NutritionOrder", "demo-diet-%u", r->number);
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    demo_subject(d, "patient", r);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", r->number);
    ans_jw_kv(&d->w, ANS_STR("dateTime"), demo_day(d, d->today - 20));
    demo_json(d, "oralDiet", "{\"type\":[{\"text\":\"%s\"}]}", text);
    demo_end(d);
}

void demo_daily(demo *d, const resident *r)
{
    for (int64_t day = d->today - d->o->days + 1; day <= d->today; day++) {
        one_day(d, r, day);
    }
    demo_reseed(d, r->number, 'q');
    orders(d, r);
    diet(d, r);
    if (r->lies_down && demo_chance(d, 40)) {
        wound(d, r);
    }
}
