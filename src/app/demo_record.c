/* Problems, allergies and risks of a demo resident, and which medicines go with the problems. Terms
 * are those of ICD-10 as published in Vietnamese, shortened where the published one is a list. How
 * often each problem occurs depends on the kind of facility. */
#include "app/demo.h"

typedef struct illness {
    const char *code, *text;
    int percent[KINDS]; /* elderly, mental, drugs, veterans */
    const char *label;  /* the compartment it belongs to, or NULL */
    const char
        *medicines[3]; /* names in demo_medicine.c; the first is given to all, others to some */
} illness;

/* clang-format off */
static const illness illnesses[] = {
    {"I10", "Tăng huyết áp nguyên phát", {55, 15, 4, 58}, NULL, {"Amlodipin", "Losartan"}},
    {"E11.9", "Đái tháo đường típ 2, chưa có biến chứng", {24, 9, 1, 26}, NULL, {"Metformin", "Gliclazid"}},
    {"J44.9", "Bệnh phổi tắc nghẽn mạn tính", {12, 3, 1, 18}, NULL, {"Tiotropi", "Salbutamol"}},
    {"I50.9", "Suy tim", {8, 1, 0, 10}, NULL, {"Furosemid", "Spironolacton"}},
    {"I69.4", "Di chứng đột quỵ", {16, 2, 0, 15}, NULL, {"Aspirin", "Atorvastatin"}},
    {"G30.9", "Bệnh Alzheimer", {18, 0, 0, 10}, NULL, {"Donepezil"}},
    {"G20", "Bệnh Parkinson", {7, 0, 0, 6}, NULL, {"Levodopa"}},
    {"F20.9", "Tâm thần phân liệt", {2, 72, 2, 1}, NULL, {"Olanzapin", "Trihexyphenidyl", "Haloperidol"}},
    {"F31.9", "Rối loạn cảm xúc lưỡng cực", {0, 9, 1, 0}, NULL, {"Natri valproat", "Quetiapin"}},
    {"F32.1", "Giai đoạn trầm cảm vừa", {6, 6, 9, 5}, NULL, {"Sertralin"}},
    {"G40.9", "Động kinh", {3, 18, 2, 4}, NULL, {"Natri valproat", "Phenobarbital"}},
    {"F71", "Chậm phát triển tâm thần trung bình", {1, 21, 0, 0}, NULL, {NULL}},
    {"F43.1", "Rối loạn stress sau sang chấn", {1, 2, 2, 22}, NULL, {"Sertralin", "Diazepam"}},
    {"F11.2", "Nghiện các dạng thuốc phiện", {0, 0, 66, 0}, "ETH", {"Methadon"}},
    {"F15.2", "Nghiện chất kích thích dạng amphetamin", {0, 1, 38, 0}, "ETH", {"Quetiapin"}},
    {"F10.2", "Nghiện rượu", {1, 6, 12, 2}, "ETH", {"Vitamin B1"}},
    {"Z21", "Nhiễm HIV không triệu chứng", {1, 1, 8, 0}, "HIV", {"TDF/3TC/DTG"}},
    {"B18.2", "Viêm gan vi rút C mạn tính", {2, 3, 24, 2}, NULL, {NULL}},
    {"Z89.5", "Mất cẳng chân tại khớp gối hay dưới khớp gối", {1, 0, 0, 24}, NULL, {NULL}},
    {"T90.5", "Di chứng tổn thương nội sọ", {1, 3, 1, 16}, NULL, {"Piracetam"}},
    {"G82.2", "Liệt hai chi dưới", {2, 1, 0, 11}, NULL, {"Lactulose"}},
    {"H54.0", "Mù hai mắt", {3, 1, 0, 12}, NULL, {NULL}},
    {"M17.9", "Thoái hóa khớp gối", {35, 3, 2, 30}, NULL, {"Paracetamol"}},
    {"C34.9", "Ung thư phế quản hoặc phổi", {3, 0, 0, 4}, NULL, {"Morphin", "Paracetamol"}},
    {"H25.9", "Đục thể thủy tinh người già", {16, 1, 0, 14}, NULL, {NULL}},
    {"K21.9", "Trào ngược dạ dày - thực quản", {14, 6, 8, 12}, NULL, {"Omeprazol"}},
    {"M81.9", "Loãng xương", {18, 1, 0, 10}, NULL, {"Calci D3"}},
    {"N40", "Tăng sản tuyến tiền liệt", {14, 0, 0, 20}, NULL, {"Tamsulosin"}},
    {"L89", "Loét do tì đè", {5, 1, 0, 5}, NULL, {NULL}},
};
/* clang-format on */

enum { ILLNESSES = sizeof illnesses / sizeof *illnesses };

static void begin_condition(demo *d, const resident *r, const illness *ill, int number)
{
    if (ill->label) {
        demo_begin_labelled(d, "Condition", ill->label, "demo-condition-%u-%d", r->number, number);
    } else {
        demo_begin(d, "Condition", "demo-condition-%u-%d", r->number, number);
    }
}

static void condition(demo *d, const resident *r, const illness *ill, int number)
{
    begin_condition(d, r, ill, number);
    demo_concept(d, "clinicalStatus", TERMINOLOGY "condition-clinical", "active", NULL, NULL);
    demo_concept(d, "verificationStatus", TERMINOLOGY "condition-ver-status", "confirmed", NULL,
                 NULL);
    demo_json(d, "category",
              "[{\"coding\":[{\"system\":\"" TERMINOLOGY
              "condition-category\",\"code\":\"problem-list-item\"}]}]");
    demo_concept(d, "code", ICD10, ill->code, NULL, ill->text);
    demo_about(d, r);
    /* as people remember it: the year */
    ans_jw_kv(&d->w, ANS_STR("onsetDateTime"),
              ans_str_head(demo_day(d, d->today - demo_between(d, 200, 6000)), 4));
    ans_jw_kv(&d->w, ANS_STR("recordedDate"), demo_day(d, d->today - demo_between(d, 15, 190)));
    demo_reference(d, "recorder", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_end(d);
}

/* That none is known is said, too: an empty list would not tell whether anybody asked. */
static void allergy(demo *d, const resident *r)
{
    static const char *const known[][3] = {{"91936005", "medication", "Dị ứng penicilin"},
                                           {"91935009", "food", "Dị ứng lạc"},
                                           {"91930004", "food", "Dị ứng trứng"},
                                           {"300913006", "food", "Dị ứng tôm, cua"},
                                           {"293586001", "medication", "Dị ứng aspirin"}};
    bool has_one = demo_chance(d, 18);
    const char *const *one = known[demo_between(d, 0, 4)];
    demo_begin(d, "AllergyIntolerance", "demo-allergy-%u", r->number);
    demo_concept(d, "clinicalStatus", TERMINOLOGY "allergyintolerance-clinical", "active", NULL,
                 NULL);
    demo_concept(d, "verificationStatus", TERMINOLOGY "allergyintolerance-verification",
                 "confirmed", NULL, NULL);
    if (has_one) {
        demo_json(d, "category", "[\"%s\"]", one[1]);
    }
    demo_concept(d, "code", SNOMED, has_one ? one[0] : "716186003", NULL,
                 has_one ? one[2] : "Không có dị ứng đã biết");
    demo_subject(d, "patient", r);
    ans_jw_kv(&d->w, ANS_STR("recordedDate"), demo_day(d, r->since));
    demo_end(d);
}

static void flag(demo *d, const resident *r, const char *code, const char *text)
{
    demo_begin(d, "Flag", "demo-flag-%s-%u", code, r->number);
    demo_text(d, "status", "active");
    demo_json(d, "category",
              "[{\"coding\":[{\"system\":\"" TERMINOLOGY "flag-category\",\"code\":\"safety\"}]}]");
    demo_concept(d, "code", "urn:ansinh:risk", code, NULL, text);
    demo_about(d, r);
    ans_str day = demo_day(d, d->today - demo_between(d, 1, 90));
    demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(day));
    demo_reference(d, "author", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_end(d);
}

static void flags(demo *d, resident *r)
{
    bool is_old = r->f->kind == KIND_ELDERLY || r->f->kind == KIND_VETERANS;
    if (demo_chance(d, is_old ? 24 : 7)) {
        flag(d, r, "fall", "Nguy cơ té ngã");
    }
    if (demo_chance(d, is_old ? 9 : 4)) {
        flag(d, r, "swallow", "Khó nuốt, dễ sặc");
    }
    if (demo_chance(d, is_old ? 7 : 1)) {
        flag(d, r, "pressure", "Nguy cơ loét tì đè");
        r->lies_down = true;
    }
    if (demo_chance(d, r->f->kind == KIND_MENTAL ? 6 : r->f->kind == KIND_DRUGS ? 4 : 1)) {
        flag(d, r, "self-harm", "Theo dõi sát: nguy cơ tự hại");
        r->is_wary = true;
    }
    if (demo_chance(d, r->f->kind == KIND_MENTAL ? 9 : 3)) {
        flag(d, r, "wander", "Dễ đi lạc, bỏ đi");
    }
    /* only a doctor sets it, and only for lungs that need it */
    if (r->has_lungs && demo_chance(d, 40)) {
        flag(d, r, "spo2-scale-2", "Dùng thang SpO2 số 2");
        r->has_scale_2 = true;
    }
}

static bool has_name(const char *const *list, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* One thing is ordered once, whatever number of problems it is for. */
static int order(demo *d, const resident *r, const illness *ill, const char **given, int count)
{
    for (int m = 0; m < 3 && ill->medicines[m] && count < MAX_MEDICINES; m++) {
        bool wanted = m == 0 || demo_chance(d, 40);
        if (wanted && !has_name(given, count, ill->medicines[m])) {
            given[count++] = ill->medicines[m];
            demo_medicine(d, r, ill->medicines[m], count);
        }
    }
    return count;
}

void demo_record(demo *d, resident *r)
{
    const illness *here[ILLNESSES];
    const char *given[MAX_MEDICINES];
    int count = 0, medicines = 0;
    for (int i = 0; i < ILLNESSES; i++) {
        const illness *ill = &illnesses[i];
        demo_reseed(d, r->number, 1000 + (uint64_t)i);
        bool is_mans = strcmp(ill->code, "N40") == 0;
        if (!demo_chance(d, ill->percent[r->f->kind]) || (is_mans && !r->is_male)) {
            continue;
        }
        here[count++] = ill;
        condition(d, r, ill, count);
        r->has_pressure = r->has_pressure || ill->code[0] == 'I';
        r->has_hypertension = r->has_hypertension || strcmp(ill->code, "I10") == 0;
        r->has_diabetes = r->has_diabetes || ill->code[0] == 'E';
        r->has_lungs = r->has_lungs || ill->code[0] == 'J';
        r->has_heart = r->has_heart || strcmp(ill->code, "I50.9") == 0;
    }
    demo_reseed(d, r->number, 'r');
    allergy(d, r);
    flags(d, r);
    r->is_sick = demo_chance(d, r->f->kind == KIND_DRUGS ? 3 : 7);
    for (int i = 0; i < count; i++) {
        demo_reseed(d, r->number, 2000 + (uint64_t)(here[i] - illnesses));
        medicines = order(d, r, here[i], given, medicines);
    }
}
