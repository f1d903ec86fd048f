/* Conditions, the medicines that go with them, and allergies of a demo resident. Terms are those of
 * ICD-10 as published in Vietnamese; doses are usual ones for adults. */
#include "app/demo.h"

typedef struct medicine {
    const char *name, *dose;
} medicine;

typedef struct illness {
    const char *code, *text;
    int percent_old, percent_young; /* how many have it, from 58 years on and before */
    medicine medicines[2];
} illness;

/* clang-format off */
static const illness illnesses[] = {
    {"I10", "Tăng huyết áp nguyên phát", 55, 15,
     {{"Amlodipin 5 mg", "Uống 1 viên, sáng 7 giờ"},
      {"Losartan 50 mg", "Uống 1 viên, tối 19 giờ"}}},
    {"E11.9", "Đái tháo đường típ 2, chưa có biến chứng", 24, 6,
     {{"Metformin 500 mg", "Uống 1 viên sau ăn sáng và sau ăn tối"},
      {"Gliclazid MR 30 mg", "Uống 1 viên trước ăn sáng"}}},
    {"J44.9", "Bệnh phổi tắc nghẽn mạn tính", 12, 2,
     {{"Salbutamol 100 µg, bình xịt", "Xịt 2 nhát khi khó thở, tối đa 4 lần mỗi ngày"},
      {"Tiotropi 18 µg", "Hít 1 viên, sáng"}}},
    {"I50.9", "Suy tim", 8, 1,
     {{"Furosemid 40 mg", "Uống 1 viên, sáng"},
      {"Spironolacton 25 mg", "Uống 1 viên, sáng"}}},
    {"I69.4", "Di chứng đột quỵ", 15, 2,
     {{"Aspirin 81 mg", "Uống 1 viên sau ăn trưa"},
      {"Atorvastatin 20 mg", "Uống 1 viên, tối"}}},
    {"G30.9", "Bệnh Alzheimer", 18, 0, {{"Donepezil 5 mg", "Uống 1 viên trước khi ngủ"}}},
    {"F20.9", "Tâm thần phân liệt", 10, 45,
     {{"Olanzapin 10 mg", "Uống 1 viên, tối 20 giờ"},
      {"Trihexyphenidyl 2 mg", "Uống 1 viên, sáng"}}},
    {"G40.9", "Động kinh", 3, 18, {{"Natri valproat 500 mg", "Uống 1 viên, sáng và tối"}}},
    {"F71", "Chậm phát triển tâm thần trung bình", 1, 25, {{NULL, NULL}}},
    {"M17.9", "Thoái hóa khớp gối", 35, 3,
     {{"Paracetamol 500 mg", "Uống 1 viên khi đau, cách nhau ít nhất 6 giờ"}}},
    {"H25.9", "Đục thủy tinh thể người già", 16, 0, {{NULL, NULL}}},
    {"N40", "Tăng sản tuyến tiền liệt", 14, 0, {{"Tamsulosin 0,4 mg", "Uống 1 viên sau ăn tối"}}},
};
/* clang-format on */

enum { ILLNESSES = sizeof illnesses / sizeof *illnesses };

static void subject(demo *d, const char *key, const resident *r)
{
    demo_reference(d, key, "Patient/demo-patient-%u", r->number);
}

static void condition(demo *d, const resident *r, const illness *ill, int number)
{
    demo_begin(d, "Condition", "demo-condition-%u-%d", r->number, number);
    demo_concept(d, "clinicalStatus", TERMINOLOGY "condition-clinical", "active", NULL, NULL);
    demo_concept(d, "verificationStatus", TERMINOLOGY "condition-ver-status", "confirmed", NULL,
                 NULL);
    ans_jw_key(&d->w, ANS_STR("category"));
    ans_jw_raw(&d->w, ANS_STR("[{\"coding\":[{\"system\":\"" TERMINOLOGY
                              "condition-category\",\"code\":\"problem-list-item\"}]}]"));
    demo_concept(d, "code", ICD10, ill->code, NULL, ill->text);
    subject(d, "subject", r);
    /* as people remember it: the year */
    ans_jw_kv(&d->w, ANS_STR("onsetDateTime"),
              ans_str_head(demo_day(d, d->today - demo_between(d, 200, 6000)), 4));
    ans_jw_kv(&d->w, ANS_STR("recordedDate"), demo_day(d, d->today - demo_between(d, 15, 190)));
    demo_end(d);
}

static void request(demo *d, const resident *r, const medicine *m, int number)
{
    ans_jw *w = &d->w;
    demo_begin(d, "MedicationRequest", "demo-medicine-%u-%d", r->number, number);
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    ans_jw_key(w, ANS_STR("medicationCodeableConcept"));
    ans_jw_begin(w, '{');
    demo_text(d, "text", "%s", m->name);
    ans_jw_end(w, '}');
    subject(d, "subject", r);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", r->number);
    ans_jw_kv(w, ANS_STR("authoredOn"), demo_day(d, d->today - demo_between(d, 1, 90)));
    demo_reference(d, "requester", "Practitioner/demo-staff-1");
    ans_jw_key(w, ANS_STR("dosageInstruction"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    demo_text(d, "text", "%s", m->dose);
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
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
        ans_jw_key(&d->w, ANS_STR("category"));
        ans_jw_begin(&d->w, '[');
        ans_jw_str(&d->w, ans_str_of(one[1]));
        ans_jw_end(&d->w, ']');
    }
    demo_concept(d, "code", SNOMED, has_one ? one[0] : "716186003", NULL,
                 has_one ? one[2] : "Không có dị ứng đã biết");
    subject(d, "patient", r);
    demo_end(d);
}

void demo_conditions(demo *d, resident *r)
{
    int conditions = 0, medicines = 0;
    for (int i = 0; i < ILLNESSES; i++) {
        const illness *ill = &illnesses[i];
        bool is_mans = strcmp(ill->code, "N40") == 0;
        if (!demo_chance(d, r->age >= 58 ? ill->percent_old : ill->percent_young) ||
            (is_mans && !r->is_male)) {
            continue;
        }
        condition(d, r, ill, ++conditions);
        for (int m = 0; m < 2 && ill->medicines[m].name; m++) {
            if (m == 0 || demo_chance(d, 40)) {
                request(d, r, &ill->medicines[m], ++medicines);
            }
        }
        r->has_pressure = r->has_pressure || ill->code[0] == 'I';
        r->has_diabetes = r->has_diabetes || ill->code[0] == 'E';
        r->has_lungs = r->has_lungs || ill->code[0] == 'J';
        r->has_heart = r->has_heart || strcmp(ill->code, "I50.9") == 0;
    }
    allergy(d, r);
}
