/* The demo ward's facility, staff and residents. Names are common Vietnamese ones put together at
 * random; identifiers begin with 000, which no authority gives. */
#include "app/demo.h"

#include <stdio.h>

#define SID "http://fhir.ehealth.gov.vn/core/sid/"

static const char *const family[] = {
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ",    "Võ",  "Đặng",
    "Bùi",    "Đỗ",   "Hồ", "Ngô",  "Dương", "Lý",    "Đinh", "Đoàn",  "Đào", "Trịnh",
    "Mai",    "Tô",   "Hà", "Cao",  "Thái",  "Châu",  "Tạ",   "Quách", "Lâm", "Lương"};
static const char *const male_middle[] = {"Văn",  "Đức",  "Hữu", "Công", "Quang",
                                          "Đình", "Xuân", "Bá",  "Minh", "Ngọc"};
static const char *const female_middle[] = {"Thị",     "Thị",      "Thị Thanh", "Thị Ngọc",
                                            "Thị Kim", "Thị Hồng", "Ngọc",      "Thị Thu"};
/* Both ways of placing the tone stand here (Hoà, Hòa; Thuý, Thúy), as they do in real lists. */
static const char *const male_given[] = {"Hùng", "Dũng",  "Đức",   "Sơn",  "Hòa",  "Hoà", "Khánh",
                                         "Bình", "Thắng", "Tuấn",  "Đạt",  "Quý",  "Lộc", "Phúc",
                                         "An",   "Nghĩa", "Thịnh", "Tiến", "Vinh", "Hậu"};
static const char *const female_given[] = {
    "Lan",  "Hoa", "Thúy", "Thuý", "Đào",    "Nguyệt", "Hương", "Mai",   "Ánh",  "Yến",
    "Thủy", "Hòe", "Cúc",  "Loan", "Phượng", "Hạnh",   "Dung",  "Tuyết", "Liên", "Bé"};

#define PICK(d, list) (list)[demo_between((d), 0, (int)(sizeof(list) / sizeof *(list)) - 1)]

static void name(demo *d, bool is_male)
{
    ans_jw *w = &d->w;
    const char *first = PICK(d, family);
    const char *middle = is_male ? PICK(d, male_middle) : PICK(d, female_middle);
    const char *given = is_male ? PICK(d, male_given) : PICK(d, female_given);
    ans_jw_key(w, ANS_STR("name"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    demo_text(d, "use", "official");
    demo_text(d, "text", "%s %s %s", first, middle, given);
    demo_text(d, "family", "%s", first);
    ans_jw_key(w, ANS_STR("given"));
    ans_jw_begin(w, '[');
    ans_jw_str(w, ans_str_of(middle));
    ans_jw_str(w, ans_str_of(given));
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    demo_text(d, "gender", is_male ? "male" : "female");
}

/* ---- the facility ---- */

static void place(demo *d, const char *kind, const char *display, const char *part_of)
{
    demo_text(d, "status", "active");
    demo_text(d, "mode", "instance");
    demo_concept(d, "physicalType", TERMINOLOGY "location-physical-type", kind, display, NULL);
    demo_reference(d, "managingOrganization", "Organization/demo-facility");
    if (part_of) {
        demo_reference(d, "partOf", "Location/%s", part_of);
    }
    demo_end(d);
}

static void rooms(demo *d)
{
    uint32_t count = (d->o->residents + ROOM_BEDS - 1) / ROOM_BEDS;
    demo_begin(d, "Location", "demo-ward");
    demo_text(d, "name", "Khu chăm sóc A");
    place(d, "wa", "Ward", NULL);
    for (uint32_t room = 1; room <= count; room++) {
        char inside[32];
        (void)snprintf(inside, sizeof inside, "demo-room-%u", room);
        demo_begin(d, "Location", "%s", inside);
        demo_text(d, "name", "Phòng %u", 100 + room);
        place(d, "ro", "Room", "demo-ward");
        for (uint32_t bed = 1; bed <= ROOM_BEDS; bed++) {
            demo_begin(d, "Location", "demo-bed-%u", (room - 1) * ROOM_BEDS + bed);
            demo_text(d, "name", "Giường %u-%u", 100 + room, bed);
            place(d, "bd", "Bed", inside);
        }
    }
}

static void staff(demo *d)
{
    static const char *const roles[][2] = {{"Bác sĩ", "doctor"}, {"Điều dưỡng", "nurse"}};
    for (uint32_t i = 1; i <= PRACTITIONERS; i++) {
        const char *const *role = roles[i == 1 ? 0 : 1];
        demo_begin(d, "Practitioner", "demo-staff-%u", i);
        ans_jw_key(&d->w, ANS_STR("active"));
        ans_jw_bool(&d->w, true);
        name(d, i % 3 == 1);
        demo_end(d);
        demo_begin(d, "PractitionerRole", "demo-role-%u", i);
        ans_jw_key(&d->w, ANS_STR("active"));
        ans_jw_bool(&d->w, true);
        demo_reference(d, "practitioner", "Practitioner/demo-staff-%u", i);
        demo_reference(d, "organization", "Organization/demo-facility");
        ans_jw_key(&d->w, ANS_STR("code"));
        ans_jw_begin(&d->w, '[');
        ans_jw_begin(&d->w, '{');
        ans_jw_key(&d->w, ANS_STR("coding"));
        ans_jw_begin(&d->w, '[');
        ans_jw_begin(&d->w, '{');
        demo_text(d, "system", TERMINOLOGY "practitioner-role");
        demo_text(d, "code", "%s", role[1]);
        ans_jw_end(&d->w, '}');
        ans_jw_end(&d->w, ']');
        demo_text(d, "text", "%s", role[0]);
        ans_jw_end(&d->w, '}');
        ans_jw_end(&d->w, ']');
        demo_end(d);
    }
}

void demo_facility(demo *d)
{
    demo_begin(d, "Organization", "demo-facility");
    ans_jw_key(&d->w, ANS_STR("active"));
    ans_jw_bool(&d->w, true);
    demo_text(d, "name", "Trung tâm Bảo trợ xã hội An Bình (dữ liệu mẫu)");
    demo_end(d);
    rooms(d);
    staff(d);
}

/* ---- a resident ---- */

static void identifier(demo *d, const char *system, const char *code, const char *label,
                       const char *value)
{
    ans_jw_begin(&d->w, '{');
    demo_concept(d, "type", TERMINOLOGY "v2-0203", code, NULL, label);
    demo_text(d, "system", "%s", system);
    demo_text(d, "value", "%s", value);
    ans_jw_end(&d->w, '}');
}

static void identifiers(demo *d, uint32_t number)
{
    char value[32];
    ans_jw_key(&d->w, ANS_STR("identifier"));
    ans_jw_begin(&d->w, '[');
    (void)snprintf(value, sizeof value, "AB-%04u", number);
    identifier(d, SID "patient-internal-id", "MR", "Mã hồ sơ", value);
    if (demo_chance(d, 75)) {
        (void)snprintf(value, sizeof value, "000%09d", demo_between(d, 0, 999999999));
        identifier(d, SID "national_id", "NI", "Căn cước công dân", value);
    }
    if (demo_chance(d, 85)) {
        (void)snprintf(value, sizeof value, "BT2000%09d", demo_between(d, 0, 999999999));
        identifier(d, SID "insurance_number", "SS", "Thẻ bảo hiểm y tế", value);
    }
    ans_jw_end(&d->w, ']');
}

/* Of a third only the year of birth is known, of some the month. */
static void birth(demo *d, const resident *r)
{
    ans_str day =
        demo_day(d, d->today - r->age * INT64_C(365) - r->age / 4 - demo_between(d, 1, 360));
    int known = demo_between(d, 1, 100);
    ans_jw_kv(&d->w, ANS_STR("birthDate"),
              ans_str_head(day, known <= 33   ? 4
                                : known <= 38 ? 7
                                              : 10));
}

static void stay(demo *d, const resident *r)
{
    demo_begin(d, "Encounter", "demo-stay-%u", r->number);
    demo_text(d, "status", "in-progress");
    ans_jw_key(&d->w, ANS_STR("class"));
    ans_jw_raw(&d->w,
               ANS_STR("{\"system\":\"" TERMINOLOGY
                       "v3-ActCode\",\"code\":\"IMP\",\"display\":\"inpatient encounter\"}"));
    demo_reference(d, "subject", "Patient/demo-patient-%u", r->number);
    ans_jw_key(&d->w, ANS_STR("period"));
    ans_jw_begin(&d->w, '{');
    ans_jw_kv(&d->w, ANS_STR("start"), demo_day(d, d->today - demo_between(d, 20, 2000)));
    ans_jw_end(&d->w, '}');
    ans_jw_key(&d->w, ANS_STR("location"));
    ans_jw_begin(&d->w, '[');
    ans_jw_begin(&d->w, '{');
    demo_reference(d, "location", "Location/demo-bed-%u", r->number);
    demo_text(d, "status", "active");
    ans_jw_end(&d->w, '}');
    ans_jw_end(&d->w, ']');
    demo_reference(d, "serviceProvider", "Organization/demo-facility");
    demo_end(d);
}

resident demo_resident(demo *d, uint32_t number)
{
    resident r = {.number = number, .is_male = demo_chance(d, 45), .age = demo_between(d, 58, 96)};
    if (demo_chance(d, 15)) {
        r.age = demo_between(d, 22, 57);
    }
    demo_begin(d, "Patient", "demo-patient-%u", number);
    identifiers(d, number);
    ans_jw_key(&d->w, ANS_STR("active"));
    ans_jw_bool(&d->w, true);
    name(d, r.is_male);
    birth(d, &r);
    demo_reference(d, "managingOrganization", "Organization/demo-facility");
    demo_end(d);
    stay(d, &r);
    return r;
}
