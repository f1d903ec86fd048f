/* Residents: names, papers, guardians, and where they live. Names are common Vietnamese ones put
 * together at random; identifiers begin with 000, which no authority gives. */
#include "app/demo.h"

#include <stdio.h>

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

/* The mountains, where families, middle and given names are others. */
static const char *const hill_family[] = {"Giàng", "Vừ", "Lò",    "Sùng", "Thào",
                                          "Vàng",  "Lý", "Quàng", "Cầm",  "Bàn"};
static const char *const hill_male[] = {"Páo", "Dính", "Sử", "Chứ", "Lềnh", "Pó", "Tủa", "Vừ"};
static const char *const hill_female[] = {"Mỷ", "Mẩy", "Dở", "Sua", "Pàng", "Ly", "Xé", "Dợ"};

#define PICK(d, list) (list)[demo_between((d), 0, (int)(sizeof(list) / sizeof *(list)) - 1)]

demo_person_name demo_pick_name(demo *d, bool is_male)
{
    demo_person_name n;
    if (demo_chance(d, 9)) {
        n.family = PICK(d, hill_family);
        n.middle = is_male ? "A" : "Thị";
        n.given = is_male ? PICK(d, hill_male) : PICK(d, hill_female);
        return n;
    }
    n.family = PICK(d, family);
    n.middle = is_male ? PICK(d, male_middle) : PICK(d, female_middle);
    n.given = is_male ? PICK(d, male_given) : PICK(d, female_given);
    return n;
}

void demo_name(demo *d, bool is_male)
{
    demo_person_name n = demo_pick_name(d, is_male);
    demo_json(d, "name",
              "[{\"use\":\"official\",\"text\":\"%s %s "
              "%s\",\"family\":\"%s\",\"given\":[\"%s\",\"%s\"]}]",
              n.family, n.middle, n.given, n.family, n.middle, n.given);
    demo_text(d, "gender", is_male ? "male" : "female");
}

/* ---- papers ---- */

static void identifier(demo *d, const char *system, const char *code, const char *label,
                       const char *value)
{
    ans_jw_begin(&d->w, '{');
    demo_concept(d, "type", TERMINOLOGY "v2-0203", code, NULL, label);
    demo_text(d, "system", "%s", system);
    demo_text(d, "value", "%s", value);
    ans_jw_end(&d->w, '}');
}

static void identifiers(demo *d, const resident *r)
{
    static const char *const card[KINDS] = {"BT2", "BT2", "GD4",
                                            "CC1"}; /* group and benefit of the insurance card */
    char value[32];
    ans_jw_key(&d->w, ANS_STR("identifier"));
    ans_jw_begin(&d->w, '[');
    (void)snprintf(value, sizeof value, "AB-%04u", r->number);
    identifier(d, "urn:ansinh:id:record-number", "MR", "Mã hồ sơ", value);
    if (demo_chance(d, 75)) {
        (void)snprintf(value, sizeof value, "000%09d", demo_between(d, 0, 999999999));
        identifier(d, SID "cccd", "NI", "Căn cước công dân", value);
    }
    if (demo_chance(d, r->f->kind == KIND_DRUGS ? 55 : 85)) {
        (void)snprintf(value, sizeof value, "%s00%010d", card[r->f->kind],
                       demo_between(d, 0, 999999999));
        identifier(d, SID "bhyt", "SS", "Thẻ bảo hiểm y tế", value);
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

static void guardian(demo *d, const resident *r)
{
    static const int percent[KINDS] = {45, 70, 40, 60};
    static const char *const relations[][2] = {
        {"CHILD", "Con"}, {"SIB", "Anh, chị, em"}, {"NIENEPH", "Cháu"}, {"SPS", "Vợ hoặc chồng"}};
    static const char *const young[][2] = {{"PRN", "Cha hoặc mẹ"}, {"SIB", "Anh, chị, em"}};
    if (!demo_chance(d, percent[r->f->kind])) {
        return;
    }
    const char *const *relation = r->age < 50 ? PICK(d, young) : PICK(d, relations);
    demo_begin(d, "RelatedPerson", "demo-guardian-%u", r->number);
    demo_json(d, "active", "true");
    demo_subject(d, "patient", r);
    demo_json(d, "relationship",
              "[{\"coding\":[{\"system\":\"" TERMINOLOGY
              "v3-RoleCode\",\"code\":\"%s\"}],\"text\":\"%s\"},"
              "{\"coding\":[{\"system\":\"" TERMINOLOGY
              "v3-RoleCode\",\"code\":\"GUARD\"}],\"text\":\"Người giám hộ\"}]",
              relation[0], relation[1]);
    demo_name(d, demo_chance(d, 50));
    demo_json(d, "telecom", "[{\"system\":\"phone\",\"value\":\"0000 %06d\"}]",
              demo_between(d, 0, 999999));
    demo_end(d);
}

/* ---- the stay ---- */

static void stay(demo *d, const resident *r)
{
    ans_str since = demo_day(d, r->since);
    demo_begin(d, "EpisodeOfCare", "demo-episode-%u", r->number);
    demo_text(d, "status", "active");
    demo_subject(d, "patient", r);
    demo_reference(d, "managingOrganization", "Organization/%s", demo_facility_id(d, r->f));
    demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(since));
    demo_reference(d, "careManager", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_SOCIAL));
    demo_end(d);
    demo_state state = demo_state_of(d, r->f, r->number);
    bool is_away = state == STATE_LEAVE || state == STATE_HOSPITAL;
    demo_begin(d, "Encounter", "demo-stay-%u", r->number);
    demo_text(d, "status", "%s", is_away ? "onleave" : "in-progress");
    if (is_away) {
        demo_away(d, r, state);
    }
    demo_json(d, "class",
              "{\"system\":\"" TERMINOLOGY
              "v3-ActCode\",\"code\":\"IMP\",\"display\":\"inpatient encounter\"}");
    demo_subject(d, "subject", r);
    demo_json(d, "episodeOfCare", "[{\"reference\":\"EpisodeOfCare/demo-episode-%u\"}]", r->number);
    demo_json(d, "period", "{\"start\":\"%.*s\"}", ANS_FMT(since));
    demo_json(d, "location",
              "[{\"location\":{\"reference\":\"Location/demo-bed-%u-%u\"},\"status\":\"active\"}]",
              r->ward, r->bed);
    demo_reference(d, "serviceProvider", "Organization/%s", demo_facility_id(d, r->f));
    demo_end(d);
}

static void member(demo *d, uint32_t number, const char *role)
{
    demo_person_name n = demo_staff_name(d, number, role);
    ans_jw_begin(&d->w, '{');
    demo_json(d, "member", "{\"reference\":\"Practitioner/demo-staff-%u\",\"display\":\"%s %s %s\"}", number, n.family, n.middle, n.given);
    ans_jw_end(&d->w, '}');
}

/* Who looks after him: the staff assigned, which the access rules ask for. */
static void team(demo *d, const resident *r)
{
    demo_begin(d, "CareTeam", "demo-team-%u", r->number);
    demo_text(d, "status", "active");
    demo_about(d, r);
    ans_jw_key(&d->w, ANS_STR("participant"));
    ans_jw_begin(&d->w, '[');
    member(d, demo_post_of(r->f, POST_DOCTOR), "doctor");
    member(d, demo_post_of(r->f, POST_ASSISTANT), "assistant-doctor");
    member(d, demo_nurse(d, r), "nurse");
    member(d, demo_carer(d, r), "carer");
    ans_jw_end(&d->w, ']');
    demo_end(d);
}

/* Residents stand in the wards in equal parts, the earlier wards taking one more. */
static void find_bed(resident *r)
{
    uint32_t at = r->number - r->f->first, ward = 0;
    for (;; ward++) {
        uint32_t here = r->f->residents / r->f->wards + (ward < r->f->residents % r->f->wards);
        if (at < here) {
            break;
        }
        at -= here;
    }
    r->ward = r->f->first_ward + ward;
    r->bed = at + 1;
}

resident demo_resident(demo *d, const facility *f, uint32_t number)
{
    static const struct ages {
        int low, high, male;
    } ages[KINDS] = {{62, 96, 42}, {22, 72, 58}, {18, 48, 92}, {62, 94, 78}};
    demo_reseed(d, number, 'p');
    resident r = {.number = number, .f = f};
    r.is_male = demo_chance(d, ages[f->kind].male);
    r.age = demo_between(d, ages[f->kind].low, ages[f->kind].high);
    r.since = d->today - demo_between(d, 20, f->kind == KIND_DRUGS ? 600 : 2400);
    find_bed(&r);
    demo_begin(d, "Patient", "demo-patient-%u", number);
    identifiers(d, &r);
    demo_json(d, "active", "true");
    demo_name(d, r.is_male);
    birth(d, &r);
    demo_reference(d, "managingOrganization", "Organization/%s", demo_facility_id(d, f));
    demo_end(d);
    stay(d, &r);
    guardian(d, &r);
    team(d, &r);
    return r;
}
