/* Above the residents: the authorities of three lines, the facilities below them, wards, rooms and
 * beds, and who works there. */
#include "app/demo.h"

#define ROLE "urn:ansinh:role"
#define LINE "urn:ansinh:line"

typedef struct kind_of_facility {
    const char *code, *text; /* urn:ansinh:facility-kind */
    const char *titles[3];   /* names of facilities, in turn */
    const char *wards[4];
    const char *line, *parent; /* who directs it */
} kind_of_facility;

/* clang-format off */
static const kind_of_facility kinds[KINDS] = {
    [KIND_ELDERLY] = {"TGXH-NCT", "Cơ sở bảo trợ xã hội chăm sóc người cao tuổi",
        {"Trung tâm Bảo trợ xã hội An Bình", "Trung tâm Chăm sóc người cao tuổi Bình Minh", "Trung tâm Chăm sóc người cao tuổi Phúc Lộc"},
        {"Khoa Người cao tuổi", "Khoa Chăm sóc đặc biệt", "Khoa Phục hồi chức năng", "Khu Tự phục vụ"},
        "health", "demo-health"},
    [KIND_MENTAL] = {"TGXH-TT", "Cơ sở chăm sóc và phục hồi chức năng người tâm thần",
        {"Trung tâm Chăm sóc và Phục hồi chức năng người tâm thần Hòa Bình", "Trung tâm Chăm sóc người tâm thần Tân Hưng",
         "Trung tâm Chăm sóc người tâm thần Sơn Tịnh"},
        {"Khoa Ổn định A", "Khoa Ổn định B", "Khoa Theo dõi tích cực", "Khoa Phục hồi chức năng"},
        "health", "demo-health"},
    [KIND_DRUGS] = {"CNMT-CL", "Cơ sở cai nghiện ma túy công lập",
        {"Cơ sở Cai nghiện ma túy số 1", "Cơ sở Cai nghiện ma túy số 2", "Cơ sở Cai nghiện ma túy số 3"},
        {"Khu Tiếp nhận, cắt cơn", "Khu Giáo dục, phục hồi", "Khu Lao động trị liệu", "Khu Tái hòa nhập"},
        "public-security", "demo-police"},
    [KIND_VETERANS] = {"NCC-ND", "Cơ sở nuôi dưỡng người có công",
        {"Trung tâm Nuôi dưỡng thương binh Kim Sơn", "Trung tâm Nuôi dưỡng người có công Nho Quan", "Trung tâm Nuôi dưỡng người có công Lạng Giang"},
        {"Khoa Thương binh nặng", "Khoa Bệnh binh", "Khoa Điều dưỡng", "Khoa Phục hồi chức năng"},
        "home-affairs", "demo-home"},
};
/* clang-format on */

/* ---- authorities ---- */

static void organization(demo *d, const char *id, const char *kind, const char *name)
{
    demo_begin(d, "Organization", "%s", id);
    demo_json(d, "active", "true");
    demo_json(d, "type",
              "[{\"coding\":[{\"system\":\"urn:ansinh:organization-kind\",\"code\":\"%s\"}]}]",
              kind);
    demo_text(d, "name", "%s (dữ liệu mẫu)", name);
    demo_end(d);
}

static void below(demo *d, const char *parent, const char *child, const char *line)
{
    demo_begin(d, "OrganizationAffiliation", "demo-line-%s-%s", line, child);
    demo_json(d, "active", "true");
    demo_json(d, "period", "{\"start\":\"2025-03-01\"}");
    demo_reference(d, "organization", "Organization/%s", parent);
    demo_reference(d, "participatingOrganization", "Organization/%s", child);
    demo_json(d, "code", "[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"parent\"}]}]");
    demo_json(d, "specialty", "[{\"coding\":[{\"system\":\"" LINE "\",\"code\":\"%s\"}]}]", line);
    demo_end(d);
}

static void role(demo *d, const char *code, const char *text, const char *organization)
{
    demo_json(d, "active", "true");
    demo_json(d, "period", "{\"start\":\"%04d-01-01\"}", demo_between(d, 2018, 2025));
    demo_reference(d, "organization", "Organization/%s", organization);
    demo_json(d, "code",
              "[{\"coding\":[{\"system\":\"" ROLE "\",\"code\":\"%s\"}],\"text\":\"%s\"}]", code,
              text);
}

static void officer(demo *d, const char *id, const char *name, const char *code, const char *text,
                    const char *organization_id)
{
    demo_begin(d, "Practitioner", "demo-officer-%s", id);
    demo_json(d, "active", "true");
    demo_json(d, "name", "[{\"use\":\"official\",\"text\":\"%s\"}]", name);
    demo_end(d);
    demo_begin(d, "PractitionerRole", "demo-officer-role-%s", id);
    role(d, code, text, organization_id);
    demo_reference(d, "practitioner", "Practitioner/demo-officer-%s", id);
    demo_end(d);
}

/* One parent a line: in its own line a department stands below its ministry, in the civil line
 * below the province. */
void demo_province(demo *d)
{
    static const char *const lines[][5] = {
        {"demo-ministry", "Bộ Y tế", "demo-health", "Sở Y tế", "health"},
        {"demo-ministry-home", "Bộ Nội vụ", "demo-home", "Sở Nội vụ", "home-affairs"},
        {"demo-ministry-police", "Bộ Công an", "demo-police", "Công an tỉnh", "public-security"}};
    organization(d, "demo-province", "province", "Ủy ban nhân dân tỉnh");
    for (int i = 0; i < 3; i++) {
        organization(d, lines[i][0], "ministry", lines[i][1]);
        organization(d, lines[i][2], "authority", lines[i][3]);
        below(d, lines[i][0], lines[i][2], lines[i][4]);
        below(d, "demo-province", lines[i][2], "civil");
    }
    organization(d, "demo-hospital", "external", "Bệnh viện đa khoa tỉnh");
    demo_reseed(d, 0, 'o');
    officer(d, "province", "Trần Quang Minh", "province-officer", "Chuyên viên Sở Y tế",
            "demo-health");
    officer(d, "police", "Lê Đức Thắng", "province-officer", "Cán bộ Công an tỉnh", "demo-police");
    officer(d, "ministry", "Phạm Thị Thu Hương", "ministry-officer", "Chuyên viên Bộ Y tế",
            "demo-ministry");
}

/* ---- wards, rooms, beds ---- */

static void place(demo *d, const facility *f, const char *kind, const char *display,
                  const char *part_of)
{
    demo_text(d, "status", "active");
    demo_text(d, "mode", "instance");
    demo_concept(d, "physicalType", TERMINOLOGY "location-physical-type", kind, display, NULL);
    demo_reference(d, "managingOrganization", "Organization/%s", demo_facility_id(d, f));
    if (part_of) {
        demo_reference(d, "partOf", "Location/%s", part_of);
    }
    demo_end(d);
}

/* Beds are taken in turn, so the last ones of the last room stay free. */
static void rooms(demo *d, const facility *f, uint32_t ward, uint32_t residents)
{
    uint32_t floor = ward - f->first_ward + 1;
    uint32_t count = residents / ROOM_BEDS + 1;
    for (uint32_t room = 1; room <= count; room++) {
        const char *inside = ans_arena_fmt(d->scratch.arena, "demo-room-%u-%u", ward, room).p;
        demo_begin(d, "Location", "%s", inside);
        demo_text(d, "name", "P.%u%02u", floor, room);
        place(d, f, "ro", "Room", demo_ward_id(d, ward));
        for (uint32_t bed = 1; bed <= ROOM_BEDS; bed++) {
            demo_begin(d, "Location", "demo-bed-%u-%u", ward, (room - 1) * ROOM_BEDS + bed);
            demo_text(d, "name", "P.%u%02u-G%u", floor, room, bed);
            place(d, f, "bd", "Bed", inside);
        }
    }
}

/* Residents of a facility stand in its wards in equal parts, the earlier wards taking one more. */
static void wards(demo *d, const facility *f, const kind_of_facility *k)
{
    for (uint32_t i = 0; i < f->wards; i++) {
        uint32_t residents = f->residents / f->wards + (i < f->residents % f->wards);
        demo_begin(d, "Location", "%s", demo_ward_id(d, f->first_ward + i));
        if (i < 4) {
            demo_text(d, "name", "%s", k->wards[i]);
        } else {
            demo_text(d, "name", "%s %u", k->wards[i % 4], i / 4 + 1);
        }
        place(d, f, "wa", "Ward", NULL);
        rooms(d, f, f->first_ward + i, residents);
    }
}

/* ---- staff ---- */

/* From here on the numbers are the worker's. */
static bool is_male_of(demo *d, uint32_t number, const char *role)
{
    demo_reseed(d, number, 'w');
    return demo_chance(d, strcmp(role, "nurse") == 0 || strcmp(role, "carer") == 0 || strcmp(role, "head-nurse") == 0 ? 15 : 50);
}

demo_person_name demo_staff_name(demo *d, uint32_t number, const char *role)
{
    uint64_t state = d->state;
    demo_person_name name = demo_pick_name(d, is_male_of(d, number, role));
    d->state = state;
    return name;
}

static void worker(demo *d, const facility *f, uint32_t number, const char *code, const char *text,
                   uint32_t ward)
{
    bool is_male = is_male_of(d, number, code);
    demo_begin(d, "Practitioner", "demo-staff-%u", number);
    demo_json(d, "active", "true");
    demo_name(d, is_male);
    if (strcmp(code, "doctor") == 0 || strcmp(code, "assistant-doctor") == 0) {
        demo_json(d, "qualification",
                  "[{\"identifier\":[{\"system\":\"urn:ansinh:id:practice-licence\",\"value\":\"%06u/TEST-GPHN\"}],"
                  "\"code\":{\"text\":\"%s\"}}]",
                  number, text);
    }
    demo_end(d);
    demo_begin(d, "PractitionerRole", "demo-role-%u", number);
    role(d, code, text, demo_facility_id(d, f));
    demo_reference(d, "practitioner", "Practitioner/demo-staff-%u", number);
    if (ward) {
        demo_json(d, "location", "[{\"reference\":\"Location/%s\"}]", demo_ward_id(d, ward));
    }
    demo_end(d);
}

static void staff(demo *d, const facility *f)
{
    static const char *const posts[FACILITY_POSTS][2] = {
        [POST_HEAD] = {"facility-head", "Giám đốc"},
        [POST_DOCTOR] = {"doctor", "Bác sĩ"},
        [POST_ASSISTANT] = {"assistant-doctor", "Y sĩ"},
        [POST_PHARMACIST] = {"pharmacist", "Dược sĩ"},
        [POST_SOCIAL] = {"social-worker", "Nhân viên công tác xã hội"},
        [POST_REHAB] = {"rehab-technician", "Kỹ thuật viên phục hồi chức năng"},
        [POST_RECORDS] = {"records-clerk", "Nhân viên hồ sơ"},
    };
    for (int i = 0; i < FACILITY_POSTS; i++) {
        worker(d, f, demo_post_of(f, (demo_post)i), posts[i][0], posts[i][1], 0);
    }
    worker(d, f, demo_head_nurse(f), "head-nurse", "Điều dưỡng trưởng", 0);
    for (uint32_t w = f->first_ward; w < f->first_ward + f->wards; w++) {
        for (uint32_t i = 0; i < WARD_STAFF; i++) {
            bool is_nurse = i < WARD_NURSES;
            worker(d, f, demo_ward_staff(f, w) + i, is_nurse ? "nurse" : "carer",
                   is_nurse ? "Điều dưỡng" : "Nhân viên chăm sóc", w);
        }
    }
}

void demo_facility(demo *d, const facility *f)
{
    const kind_of_facility *k = &kinds[f->kind];
    uint32_t turn = (f->number - 1) / KINDS;
    const char *id = demo_facility_id(d, f);
    demo_begin(d, "Organization", "%s", id);
    demo_json(d, "active", "true");
    demo_json(
        d, "type",
        "[{\"coding\":[{\"system\":\"urn:ansinh:organization-kind\",\"code\":\"facility\"}]},"
        "{\"coding\":[{\"system\":\"urn:ansinh:facility-kind\",\"code\":\"%s\"}],\"text\":\"%s\"}]",
        k->code, k->text);
    if (turn < 3) {
        demo_text(d, "name", "%s (dữ liệu mẫu)", k->titles[turn]);
    } else {
        demo_text(d, "name", "%s %u (dữ liệu mẫu)", k->titles[turn % 3], turn / 3 + 1);
    }
    demo_json(d, "extension",
              "[{\"url\":\"urn:ansinh:extension:shifts\",\"extension\":[{\"url\":\"system\",\"valueCode\":\"two\"},"
              "{\"url\":\"first\",\"valueTime\":\"06:00:00\"}]}]");
    demo_end(d);
    below(d, k->parent, id, k->line);
    wards(d, f, k);
    staff(d, f);
}
