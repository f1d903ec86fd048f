/* A large, believable, invented record: what a province's facilities would have after a year. NDJSON on standard output,
 * the same bytes for the same seed on every machine.
 *
 *     bench_big [--resources N] [--seed S] [--asks DIR]     N in hundreds
 *
 * The record comes facility by facility (500 residents, 50,000 resources each) and within a facility in the order of time, so
 * that one resident's readings lie far apart, as they do in life. A resident has 100 resources: 1 Patient, 3 Encounters,
 * 3 Conditions, 5 MedicationRequests, 88 Observations (16 codes five times, one eight times). No two ids are neighbours.
 *
 * --asks writes no record but the questions that bench/run asks of it: one file per shape in DIR, one request target a line
 * (create.txt: one body a line).
 * A resident's answer has the same size whatever N is; only the haystack grows. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PER_PATIENT = 100,
    PER_FACILITY = 500,
    ENCOUNTERS = 3,
    CONDITIONS = 3,
    MEDICINES = 5,
    FIRST_OBSERVATION = 1 + ENCOUNTERS + CONDITIONS + MEDICINES,
    CODES = 17,
    ASKS = 20000,
    YEAR_MINUTES = 365 * 24 * 60
};

typedef enum kind { PATIENT, ENCOUNTER, CONDITION, MEDICINE, OBSERVATION, KINDS } kind;

static const char *const type_names[KINDS] = {"Patient", "Encounter", "Condition", "MedicationRequest", "Observation"};

typedef struct big {
    uint64_t seed, patients;
    FILE *out;
} big;

/* ---- chance ---- */

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static uint64_t chance(const big *b, uint64_t what, uint64_t n)
{
    return mix(mix(b->seed * 16 + what) ^ n);
}

static void put_uuid(FILE *f, const big *b, kind k, uint64_t n)
{
    uint64_t h = chance(b, (uint64_t)k, n), l = mix(h);
    fprintf(f, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(h >> 32), (unsigned)(h >> 16 & 0xFFFF), (unsigned)(h & 0xFFF),
            (unsigned)(0x8000 | (l >> 48 & 0x3FFF)), l & UINT64_C(0xFFFFFFFFFFFF));
}

/* ---- names ---- */

typedef struct family {
    const char *name;
    unsigned share; /* of a thousand */
} family;

static const family families[] = {
    {"Nguyễn", 380}, {"Trần", 120}, {"Lê", 95}, {"Phạm", 70}, {"Hoàng", 30}, {"Huỳnh", 25}, {"Phan", 45}, {"Vũ", 22}, {"Võ", 20},
    {"Đặng", 21},   {"Bùi", 20},   {"Đỗ", 14}, {"Hồ", 13},   {"Ngô", 13},   {"Dương", 10}, {"Lý", 6},    {"Đinh", 9},  {"Lương", 8},
    {"Trịnh", 8},   {"Đoàn", 8},   {"Mai", 7}, {"Đào", 7},   {"Trương", 10}, {"Lâm", 7},  {"Hà", 6},    {"Cao", 6},   {"Tạ", 5},
    {"Nông", 5},    {"Hoà", 3},    {"Quách", 7},
};
static const char *const middles[] = {"Văn",   "Thị",   "Hữu",   "Đức",  "Minh", "Thanh", "Ngọc", "Kim",  "Xuân", "Quang",
                                      "Thu",   "Hồng",  "Bảo",   "Gia",  "Công", "Đình",  "Anh",  "Hoài", "Tuyết", "Bích"};
static const char *const givens[] = {
    "An",   "Anh",  "Ánh",  "Bình", "Bích", "Châu", "Chi",  "Cúc",  "Cường", "Dung", "Dũng", "Duyên", "Đạt",  "Điệp", "Đông", "Đức",
    "Giang", "Hà",  "Hải",  "Hạnh", "Hằng", "Hiền", "Hiếu", "Hoa",  "Hòa",   "Hoàn", "Hồng", "Hùng",  "Huệ",  "Hương", "Khánh", "Kiên",
    "Lan",  "Liên", "Linh", "Loan", "Long", "Lộc",  "Mai",  "Mạnh", "Minh",  "Nam",  "Nga",  "Nghĩa", "Ngọc", "Nhung", "Oanh", "Phong",
    "Phúc", "Phương", "Quân", "Quý", "Sơn", "Tâm",  "Thanh", "Thảo", "Thắng", "Thủy", "Trang", "Tuấn", "Vân", "Vinh", "Xuân", "Yến"};

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct name {
    const char *family, *middle, *given;
} name;

static name name_of(const big *b, uint64_t patient)
{
    uint64_t r = chance(b, 10, patient);
    unsigned at = (unsigned)(r % 1000), i = 0;
    for (unsigned sum = families[0].share; i + 1 < COUNT(families) && at >= sum; sum += families[i].share) {
        i++;
    }
    return (name){families[i].name, middles[(r >> 16) % COUNT(middles)], givens[(r >> 32) % COUNT(givens)]};
}

/* ---- one resident's things ---- */

typedef struct measure {
    const char *code, *display, *vn, *unit, *ucum, *category;
    unsigned low, high, scale; /* value = low..high divided by scale */
} measure;

static const measure measures[CODES] = {
    {"80288-4", "Level of consciousness AVPU score", "Tri giác (ACVPU)", "{score}", "{score}", "vital-signs", 0, 3, 1},
    {"85354-9", "Blood pressure panel with all children optional", "Huyết áp", "mm[Hg]", "mm[Hg]", "vital-signs", 95, 180, 1},
    {"8867-4", "Heart rate", "Mạch", "lần/phút", "/min", "vital-signs", 50, 120, 1},
    {"8310-5", "Body temperature", "Nhiệt độ", "°C", "Cel", "vital-signs", 355, 395, 10},
    {"9279-1", "Respiratory rate", "Nhịp thở", "lần/phút", "/min", "vital-signs", 12, 28, 1},
    {"59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "SpO2", "%", "%", "vital-signs", 88, 100, 1},
    {"29463-7", "Body weight", "Cân nặng", "kg", "kg", "vital-signs", 350, 850, 10},
    {"8302-2", "Body height", "Chiều cao", "cm", "cm", "vital-signs", 1400, 1800, 10},
    {"39156-5", "Body mass index (BMI) [Ratio]", "Chỉ số khối cơ thể", "kg/m2", "kg/m2", "vital-signs", 160, 310, 10},
    {"72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "Mức độ đau", "{score}", "{score}", "survey", 0, 10, 1},
    {"15074-8", "Glucose [Moles/volume] in Blood", "Đường huyết", "mmol/L", "mmol/L", "laboratory", 38, 160, 10},
    {"2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "Creatinin", "mg/dL", "mg/dL", "laboratory", 50, 210, 100},
    {"718-7", "Hemoglobin [Mass/volume] in Blood", "Hemoglobin", "g/dL", "g/dL", "laboratory", 90, 165, 10},
    {"4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "HbA1c", "%", "%", "laboratory", 45, 110, 10},
    {"2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "Cholesterol toàn phần", "mg/dL", "mg/dL", "laboratory", 120, 290, 1},
    {"2823-3", "Potassium [Moles/volume] in Serum or Plasma", "Kali", "mmol/L", "mmol/L", "laboratory", 30, 58, 10},
    {"2951-2", "Sodium [Moles/volume] in Serum or Plasma", "Natri", "mmol/L", "mmol/L", "laboratory", 128, 148, 1},
};

static const char *const diseases[][2] = {
    {"I10", "Tăng huyết áp vô căn (nguyên phát)"},        {"E11", "Đái tháo đường không phụ thuộc insulin"},
    {"F20", "Tâm thần phân liệt"},                        {"F00", "Mất trí trong bệnh Alzheimer"},
    {"M15", "Thoái hóa nhiều khớp"},                      {"J44", "Bệnh phổi tắc nghẽn mạn tính khác"},
    {"I69", "Di chứng bệnh mạch máu não"},                {"G20", "Bệnh Parkinson"},
    {"I25", "Bệnh tim thiếu máu cục bộ mạn"},             {"H25", "Đục thủy tinh thể người già"},
    {"F32", "Giai đoạn trầm cảm"},                        {"K29", "Viêm dạ dày và tá tràng"},
};
static const char *const drugs[][3] = {
    {"C08CA01", "Amlodipin 5 mg", "Uống 1 viên mỗi sáng"},     {"A10BA02", "Metformin 500 mg", "Uống 1 viên sáng, 1 viên chiều sau ăn"},
    {"N05AX08", "Risperidon 2 mg", "Uống 1 viên buổi tối"},     {"C09AA02", "Enalapril 5 mg", "Uống 1 viên mỗi sáng"},
    {"N02BE01", "Paracetamol 500 mg", "Uống 1 viên khi đau hoặc sốt"}, {"B01AC06", "Aspirin 81 mg", "Uống 1 viên sau ăn trưa"},
    {"A02BC01", "Omeprazol 20 mg", "Uống 1 viên trước ăn sáng"}, {"C10AA05", "Atorvastatin 10 mg", "Uống 1 viên buổi tối"},
};
static const char *const provinces[] = {"Hà Nội", "Thái Nguyên", "Lào Cai", "Sơn La", "Nghệ An", "Huế", "Đà Nẵng", "Gia Lai",
                                        "Đắk Lắk", "Lâm Đồng", "Đồng Nai", "Cần Thơ", "Vĩnh Long", "Cà Mau"};

/* Minute 0 is 2025-01-01 00:00 in Vietnam. */
static void put_time(FILE *f, uint64_t minute)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned day = (unsigned)(minute / 1440 % 365), month = 0;
    while (day >= days[month]) {
        day -= days[month++];
    }
    fprintf(f, "2025-%02u-%02uT%02u:%02u:00+07:00", month + 1, day + 1, (unsigned)(minute / 60 % 24), (unsigned)(minute % 60));
}

/* A resident's things are spread over the year; what is n-th of them happens about n hundredths into it. */
static uint64_t minute_of(const big *b, uint64_t patient, unsigned nth)
{
    return (uint64_t)YEAR_MINUTES * nth / PER_PATIENT + chance(b, 11, patient * PER_PATIENT + nth) % (YEAR_MINUTES / PER_PATIENT);
}

static void put_identifier(FILE *f, const big *b, uint64_t patient)
{
    fprintf(f, "0%02u%u%02u%06" PRIu64, (unsigned)(1 + chance(b, 12, patient) % 95), (unsigned)(chance(b, 13, patient) % 4),
            (unsigned)(30 + chance(b, 14, patient) % 70), patient % 1000000);
}

static void put_reference(FILE *f, const big *b, const char *member, kind k, uint64_t n)
{
    fprintf(f, ",\"%s\":{\"reference\":\"%s/", member, type_names[k]);
    put_uuid(f, b, k, n);
    fputs("\"}", f);
}

static void put_start(FILE *f, const big *b, kind k, uint64_t n)
{
    fprintf(f, "{\"resourceType\":\"%s\",\"id\":\"", type_names[k]);
    put_uuid(f, b, k, n);
    fputs("\",\"meta\":{\"source\":\"https://ansinh.example/bench/big\"}", f);
}

static void put_patient(FILE *f, const big *b, uint64_t p)
{
    name n = name_of(b, p);
    uint64_t r = chance(b, 15, p);
    const char *province = provinces[p / PER_FACILITY % COUNT(provinces)];
    put_start(f, b, PATIENT, p);
    fputs(",\"identifier\":[{\"use\":\"official\",\"system\":\"https://ansinh.example/id/cccd\",\"value\":\"", f);
    put_identifier(f, b, p);
    fprintf(f, "\"},{\"use\":\"secondary\",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"SB\"}],"
               "\"text\":\"Thẻ bảo hiểm y tế\"},\"system\":\"https://ansinh.example/id/bhyt\",\"value\":\"BT2%02u%010" PRIu64 "\"}],\"active\":true",
            (unsigned)(r % 97), r % UINT64_C(10000000000));
    fprintf(f, ",\"name\":[{\"use\":\"official\",\"text\":\"%s %s %s\",\"family\":\"%s\",\"given\":[\"%s\",\"%s\"]}]", n.family, n.middle,
            n.given, n.family, n.middle, n.given);
    fprintf(f, ",\"telecom\":[{\"system\":\"phone\",\"value\":\"09%08u\",\"use\":\"mobile\"}],\"gender\":\"%s\",\"birthDate\":\"19%02u-%02u-%02u\"",
            (unsigned)(r >> 8 & 0x3FFFFFF), strcmp(n.middle, "Thị") == 0 || r >> 40 & 1 ? "female" : "male", (unsigned)(30 + (r >> 20) % 60),
            (unsigned)(1 + (r >> 30) % 12), (unsigned)(1 + (r >> 36) % 28));
    fprintf(f, ",\"address\":[{\"use\":\"home\",\"text\":\"Thôn %u, %s\",\"line\":[\"Thôn %u\"],\"city\":\"%s\",\"country\":\"VN\"}]",
            (unsigned)(1 + (r >> 44) % 20), province, (unsigned)(1 + (r >> 44) % 20), province);
    fprintf(f, ",\"contact\":[{\"relationship\":[{\"text\":\"Người thân\"}],\"name\":{\"text\":\"%s %s\"},\"telecom\":[{\"system\":\"phone\","
               "\"value\":\"03%08u\"}]}],\"maritalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\","
               "\"code\":\"%c\"}]},\"managingOrganization\":{\"identifier\":{\"system\":\"https://ansinh.example/id/facility\",\"value\":\"F%04" PRIu64
               "\"},\"display\":\"Trung tâm Bảo trợ xã hội %s\"}}\n",
            n.family, givens[(r >> 50) % COUNT(givens)], (unsigned)(r >> 12 & 0x3FFFFFF), "SMWD"[r >> 60 & 3], p / PER_FACILITY, province);
}

static void put_encounter(FILE *f, const big *b, uint64_t p, unsigned nth)
{
    put_start(f, b, ENCOUNTER, p * ENCOUNTERS + nth - 1);
    fputs(",\"status\":\"finished\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\",\"display\":"
          "\"inpatient encounter\"},\"type\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"183807002\",\"display\":\"Inpatient stay "
          "9 days\"}],\"text\":\"Đợt chăm sóc nội trú\"}]",
          f);
    put_reference(f, b, "subject", PATIENT, p);
    fputs(",\"period\":{\"start\":\"", f);
    put_time(f, minute_of(b, p, nth));
    fputs("\",\"end\":\"", f);
    put_time(f, minute_of(b, p, nth + 40));
    fprintf(f, "\"},\"reasonCode\":[{\"text\":\"Chăm sóc dài hạn\"}],\"serviceProvider\":{\"identifier\":{\"system\":"
               "\"https://ansinh.example/id/facility\",\"value\":\"F%04" PRIu64 "\"}}}\n",
            p / PER_FACILITY);
}

static void put_condition(FILE *f, const big *b, uint64_t p, unsigned nth)
{
    uint64_t r = chance(b, 16, p * CONDITIONS + nth);
    const char *const *d = diseases[r % COUNT(diseases)];
    put_start(f, b, CONDITION, p * CONDITIONS + nth - 1 - ENCOUNTERS);
    fprintf(f, ",\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]},"
               "\"verificationStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-ver-status\",\"code\":"
               "\"confirmed\"}]},\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-category\",\"code\":"
               "\"problem-list-item\"}]}],\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"%s\",\"display\":\"%s\"}],"
               "\"text\":\"%s\"}",
            d[0], d[1], d[1]);
    put_reference(f, b, "subject", PATIENT, p);
    put_reference(f, b, "encounter", ENCOUNTER, p * ENCOUNTERS);
    fprintf(f, ",\"onsetDateTime\":\"%u-%02u\",\"recordedDate\":\"", (unsigned)(2005 + r % 19), (unsigned)(1 + (r >> 8) % 12));
    put_time(f, minute_of(b, p, nth));
    fputs("\"}\n", f);
}

static void put_medicine(FILE *f, const big *b, uint64_t p, unsigned nth)
{
    uint64_t r = chance(b, 17, p * MEDICINES + nth);
    const char *const *d = drugs[r % COUNT(drugs)];
    put_start(f, b, MEDICINE, p * MEDICINES + nth - 1 - ENCOUNTERS - CONDITIONS);
    fprintf(f, ",\"status\":\"active\",\"intent\":\"order\",\"category\":[{\"coding\":[{\"system\":"
               "\"http://terminology.hl7.org/CodeSystem/medicationrequest-category\",\"code\":\"inpatient\"}]}],\"medicationCodeableConcept\":"
               "{\"coding\":[{\"system\":\"http://www.whocc.no/atc\",\"code\":\"%s\",\"display\":\"%s\"}],\"text\":\"%s\"}",
            d[0], d[1], d[1]);
    put_reference(f, b, "subject", PATIENT, p);
    put_reference(f, b, "encounter", ENCOUNTER, p * ENCOUNTERS);
    fputs(",\"authoredOn\":\"", f);
    put_time(f, minute_of(b, p, nth));
    fprintf(f, "\",\"requester\":{\"display\":\"BS. %s %s\"},\"dosageInstruction\":[{\"sequence\":1,\"text\":\"%s\",\"timing\":{\"repeat\":"
               "{\"frequency\":%u,\"period\":1,\"periodUnit\":\"d\"}},\"doseAndRate\":[{\"doseQuantity\":{\"value\":1,\"unit\":\"viên\"}}]}],"
               "\"dispenseRequest\":{\"numberOfRepeatsAllowed\":%u,\"quantity\":{\"value\":%u,\"unit\":\"viên\"},\"expectedSupplyDuration\":"
               "{\"value\":30,\"unit\":\"ngày\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"d\"}}}\n",
            families[r >> 8 & 7].name, givens[(r >> 16) % COUNT(givens)], d[2], (unsigned)(1 + (r >> 32) % 2), (unsigned)((r >> 40) % 6),
            (unsigned)(30 + 30 * ((r >> 32) % 2)));
}

static void put_quantity(FILE *f, const char *member, const measure *m, uint64_t r)
{
    unsigned v = m->low + (unsigned)(r % (m->high - m->low + 1));
    if (m->scale == 1) {
        fprintf(f, "\"%s\":{\"value\":%u", member, v);
    } else {
        fprintf(f, "\"%s\":{\"value\":%u.%0*u", member, v / m->scale, m->scale == 10 ? 1 : 2, v % m->scale);
    }
    fprintf(f, ",\"unit\":\"%s\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"%s\"}", m->unit, m->ucum);
}

/* The order of a resident's measurements: all codes in turn, five times, then what is left of the first. */
static unsigned code_at(unsigned nth)
{
    unsigned i = nth - FIRST_OBSERVATION;
    return i < CODES * 5 ? i % CODES : 0;
}

static void put_pressure(FILE *f, uint64_t r)
{
    static const measure upper = {.unit = "mm[Hg]", .ucum = "mm[Hg]", .low = 95, .high = 180, .scale = 1};
    static const measure lower = {.unit = "mm[Hg]", .ucum = "mm[Hg]", .low = 55, .high = 105, .scale = 1};
    fputs(",\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\",\"display\":\"Systolic blood "
          "pressure\"}]},", f);
    put_quantity(f, "valueQuantity", &upper, r);
    fputs("},{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8462-4\",\"display\":\"Diastolic blood pressure\"}]},", f);
    put_quantity(f, "valueQuantity", &lower, r >> 16);
    fputs("}]}\n", f);
}

static void put_observation(FILE *f, const big *b, uint64_t p, unsigned nth)
{
    uint64_t n = p * PER_PATIENT + nth, r = chance(b, 18, n);
    unsigned which = code_at(nth);
    const measure *m = &measures[which];
    put_start(f, b, OBSERVATION, n);
    fprintf(f, ",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\","
               "\"code\":\"%s\",\"display\":\"%s\"}]}],\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\",\"display\":\"%s\"}],"
               "\"text\":\"%s\"}",
            m->category, m->category, m->code, m->display, m->vn);
    put_reference(f, b, "subject", PATIENT, p);
    put_reference(f, b, "encounter", ENCOUNTER, p * ENCOUNTERS + n % ENCOUNTERS);
    fputs(",\"effectiveDateTime\":\"", f);
    put_time(f, minute_of(b, p, nth));
    fputs("\",\"issued\":\"", f);
    put_time(f, minute_of(b, p, nth) + 3);
    fprintf(f, "\",\"performer\":[{\"display\":\"ĐD. %s %s %s\"}]", families[r >> 8 & 15].name, middles[(r >> 16) % COUNT(middles)],
            givens[(r >> 24) % COUNT(givens)]);
    if (strcmp(m->code, "85354-9") == 0) {
        put_pressure(f, r >> 32);
        return;
    }
    fputc(',', f);
    put_quantity(f, "valueQuantity", m, r >> 32);
    fputs(",\"device\":{\"display\":\"Máy theo dõi đầu giường\"}", f);
    fprintf(f, ",\"note\":[{\"text\":\"Người bệnh %s, theo dõi theo y lệnh, ca trực số %u.\"}]}\n",
            (const char *[]){"tỉnh, tiếp xúc tốt", "nằm nghỉ tại giường", "ăn uống được", "ngủ ít, than mệt"}[r >> 40 & 3],
            (unsigned)(1 + (r >> 48) % 3));
}

static void put_thing(FILE *f, const big *b, uint64_t p, unsigned nth)
{
    if (nth == 0) {
        put_patient(f, b, p);
    } else if (nth <= ENCOUNTERS) {
        put_encounter(f, b, p, nth);
    } else if (nth <= ENCOUNTERS + CONDITIONS) {
        put_condition(f, b, p, nth);
    } else if (nth < FIRST_OBSERVATION) {
        put_medicine(f, b, p, nth);
    } else {
        put_observation(f, b, p, nth);
    }
}

static void put_record(const big *b)
{
    for (uint64_t first = 0; first < b->patients; first += PER_FACILITY) {
        uint64_t end = first + PER_FACILITY < b->patients ? first + PER_FACILITY : b->patients;
        for (unsigned nth = 0; nth < PER_PATIENT; nth++) {
            for (uint64_t p = first; p < end; p++) {
                put_thing(b->out, b, p, nth);
            }
        }
    }
}

/* ---- questions ---- */

static void put_encoded(FILE *f, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')) {
            fputc(*p, f);
        } else {
            fprintf(f, "%%%02X", *p);
        }
    }
}

static void ask_id(FILE *f, const big *b, uint64_t i)
{
    uint64_t p = chance(b, 30, i) % b->patients;
    unsigned nth = FIRST_OBSERVATION + (unsigned)(chance(b, 31, i) % (PER_PATIENT - FIRST_OBSERVATION));
    fputs("/fhir/Observation/", f);
    put_uuid(f, b, OBSERVATION, p * PER_PATIENT + nth);
}

static void ask_identifier(FILE *f, const big *b, uint64_t i)
{
    fputs("/fhir/Patient?identifier=https://ansinh.example/id/cccd%7C", f);
    put_identifier(f, b, chance(b, 32, i) % b->patients);
}

static void ask_patient_code(FILE *f, const big *b, uint64_t i)
{
    fputs("/fhir/Observation?patient=", f);
    put_uuid(f, b, PATIENT, chance(b, 33, i) % b->patients);
    fprintf(f, "&code=http://loinc.org%%7C%s", measures[1 + chance(b, 34, i) % (CODES - 1)].code);
}

static void ask_patient_date(FILE *f, const big *b, uint64_t i)
{
    unsigned month = (unsigned)(3 + chance(b, 36, i) % 9);
    fputs("/fhir/Observation?patient=", f);
    put_uuid(f, b, PATIENT, chance(b, 35, i) % b->patients);
    fprintf(f, "&date=ge2025-%02u-05&date=lt2025-%02u-25", month, month);
}

static void ask_name_prefix(FILE *f, const big *b, uint64_t i)
{
    fputs("/fhir/Patient?name=", f);
    put_encoded(f, name_of(b, chance(b, 37, i) % b->patients).family);
}

static void ask_name_full(FILE *f, const big *b, uint64_t i)
{
    fputs("/fhir/Patient?name=", f);
    put_encoded(f, givens[chance(b, 38, i) % COUNT(givens)]);
    fputs("%20Tr%E1%BA%A7n", f); /* about 20 of 10,000 */
}

static void ask_token(FILE *f, const big *b, uint64_t i)
{
    fprintf(f, "/fhir/Observation?code=http://loinc.org%%7C%s", measures[chance(b, 39, i) % CODES].code);
}

static void ask_count(FILE *f, const big *b, uint64_t i)
{
    ask_token(f, b, i);
    fputs("&_summary=count", f);
}

/* Not a question: a body of 1.2 KB to create, without an id. It measures a resident who is there. */
static void ask_create(FILE *f, const big *b, uint64_t i)
{
    uint64_t r = chance(b, 40, i);
    const measure *m = &measures[2 + r % (CODES - 2)];
    fprintf(f, "{\"resourceType\":\"Observation\",\"meta\":{\"source\":\"https://ansinh.example/bench/create\"},\"status\":\"final\","
               "\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"%s\","
               "\"display\":\"%s\"}]}],\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\",\"display\":\"%s\"}],"
               "\"text\":\"%s\"}",
            m->category, m->category, m->code, m->display, m->vn);
    put_reference(f, b, "subject", PATIENT, r % b->patients);
    put_reference(f, b, "encounter", ENCOUNTER, r % b->patients * ENCOUNTERS);
    unsigned minute = (unsigned)(r >> 8 & 1023); /* of one day, after all that is there: as readings come in */
    fprintf(f, ",\"effectiveDateTime\":\"2026-01-05T%02u:%02u:00+07:00\",\"issued\":\"2026-01-05T%02u:%02u:30+07:00\"", minute / 60, minute % 60,
            minute / 60, minute % 60);
    fprintf(f, ",\"performer\":[{\"display\":\"ĐD. %s %s %s\"}],", families[r >> 16 & 15].name, middles[(r >> 24) % COUNT(middles)],
            givens[(r >> 32) % COUNT(givens)]);
    put_quantity(f, "valueQuantity", m, r >> 40);
    fprintf(f, ",\"interpretation\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation\","
               "\"code\":\"N\",\"display\":\"Normal\"}]}],\"device\":{\"display\":\"Máy theo dõi đầu giường số %u\"},\"note\":[{\"text\":"
               "\"Đo tại giường, người bệnh nằm nghỉ trước đó mười phút, tỉnh, tiếp xúc tốt, không than đau; đo lại khi bất thường, ca trực số %u.\"}]}",
            (unsigned)(r >> 48 & 63), (unsigned)(1 + (r >> 56) % 3));
}

static const struct {
    const char *file;
    void (*ask)(FILE *f, const big *b, uint64_t i);
    unsigned count;
} asks[] = {
    {"id", ask_id, ASKS},
    {"identifier", ask_identifier, ASKS},
    {"patient-code", ask_patient_code, ASKS},
    {"patient-date", ask_patient_date, ASKS},
    {"name-prefix", ask_name_prefix, ASKS},
    {"name-full", ask_name_full, ASKS},
    {"token-page", ask_token, ASKS},
    {"count-code", ask_count, 200},
    {"create", ask_create, 5000},
};

static bool put_asks(const big *b, const char *dir)
{
    for (size_t i = 0; i < COUNT(asks); i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s.txt", dir, asks[i].file);
        FILE *f = fopen(path, "w");
        if (!f) {
            fprintf(stderr, "bench_big: cannot write %s\n", path);
            return false;
        }
        for (uint64_t n = 0; n < asks[i].count; n++) {
            asks[i].ask(f, b, n);
            fputc('\n', f);
        }
        if (fclose(f) != 0) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    big b = {.seed = 1, .patients = 1000000 / PER_PATIENT, .out = stdout};
    const char *dir = NULL;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) {
            return fprintf(stderr, "usage: bench_big [--resources N] [--seed S] [--asks DIR]\n"), 2;
        } else if (strcmp(argv[i], "--resources") == 0) {
            b.patients = strtoull(argv[i + 1], NULL, 10) / PER_PATIENT;
        } else if (strcmp(argv[i], "--seed") == 0) {
            b.seed = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--asks") == 0) {
            dir = argv[i + 1];
        } else {
            return fprintf(stderr, "bench_big: %s is no option\n", argv[i]), 2;
        }
    }
    if (b.patients == 0) {
        return fprintf(stderr, "bench_big: at least %d resources\n", PER_PATIENT), 2;
    }
    if (dir) {
        return put_asks(&b, dir) ? 0 : 1;
    }
    put_record(&b);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
