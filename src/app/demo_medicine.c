/* Medicine orders of a demo resident and what became of each dose in the last days. Doses are usual
 * ones for adults.
 *
 * A dose that was due is one MedicationAdministration with the identifier "<order>/<day>T<HH:MM>"
 * in urn:ansinh:id:dose: that is how one due dose is recorded once, whoever gives it. The doses of
 * the last hour are partly still open. */
#include "app/demo.h"

#include "fhir/value.h"

typedef struct medicine {
    const char *name, *strength, *atc, *unit;
    const char *dose; /* decimal text, in units */
    const char *how, *route;
    int16_t times[4];     /* minutes of the day, from the front; none: as needed */
    int8_t as_needed_max; /* doses a day; 0: at times */
    int8_t hours_apart;   /* of those as needed, at least; 0: not set */
    bool is_controlled;
} medicine;

#define AT(hour, minute) ((hour)*60 + (minute))

/* clang-format off */
static const medicine medicines[] = {
    {"Amlodipin", "5 mg", "C08CA01", "viên", "1", "Uống sau ăn sáng", "oral", {AT(7,30)}, 0, 0, false},
    {"Losartan", "50 mg", "C09CA01", "viên", "1", "Uống buổi tối", "oral", {AT(19,0)}, 0, 0, false},
    {"Metformin", "500 mg", "A10BA02", "viên", "1", "Uống sau ăn", "oral", {AT(7,30), AT(18,0)}, 0, 0, false},
    {"Gliclazid", "30 mg MR", "A10BB09", "viên", "1", "Uống trước ăn sáng", "oral", {AT(6,30)}, 0, 0, false},
    {"Tiotropi", "18 µg", "R03BB04", "nang", "1", "Hít buổi sáng", "inhalation", {AT(7,30)}, 0, 0, false},
    {"Salbutamol", "100 µg, bình xịt", "R03AC02", "nhát", "2", "Xịt khi khó thở", "inhalation", {0}, 4, 0, false},
    {"Furosemid", "40 mg", "C03CA01", "viên", "1", "Uống buổi sáng", "oral", {AT(7,30)}, 0, 0, false},
    {"Spironolacton", "25 mg", "C03DA01", "viên", "1", "Uống buổi sáng", "oral", {AT(7,30)}, 0, 0, false},
    {"Aspirin", "81 mg", "B01AC06", "viên", "1", "Uống sau ăn trưa", "oral", {AT(11,30)}, 0, 0, false},
    {"Atorvastatin", "20 mg", "C10AA05", "viên", "1", "Uống buổi tối", "oral", {AT(20,0)}, 0, 0, false},
    {"Donepezil", "5 mg", "N06DA02", "viên", "1", "Uống trước khi ngủ", "oral", {AT(20,0)}, 0, 0, false},
    {"Levodopa", "250 mg, carbidopa 25 mg", "N04BA02", "viên", "0.5", "Uống xa bữa ăn", "oral", {AT(6,30), AT(11,0), AT(17,0)}, 0, 0, false},
    {"Olanzapin", "10 mg", "N05AH03", "viên", "1", "Uống buổi tối", "oral", {AT(20,0)}, 0, 0, false},
    {"Trihexyphenidyl", "2 mg", "N04AA01", "viên", "1", "Uống buổi sáng", "oral", {AT(7,30)}, 0, 0, false},
    {"Haloperidol", "1,5 mg", "N05AD01", "viên", "2", "Uống sáng và tối", "oral", {AT(7,30), AT(20,0)}, 0, 0, false},
    {"Natri valproat", "500 mg", "N03AG01", "viên", "1", "Uống sáng và tối, sau ăn", "oral", {AT(7,30), AT(19,0)}, 0, 0, false},
    {"Phenobarbital", "100 mg", "N03AA02", "viên", "1", "Uống buổi tối", "oral", {AT(20,0)}, 0, 0, true},
    {"Quetiapin", "100 mg", "N05AH04", "viên", "1", "Uống buổi tối", "oral", {AT(20,0)}, 0, 0, false},
    {"Sertralin", "50 mg", "N06AB06", "viên", "1", "Uống buổi sáng", "oral", {AT(7,30)}, 0, 0, false},
    {"Diazepam", "5 mg", "N05BA01", "viên", "1", "Uống khi bồn chồn, mất ngủ", "oral", {0}, 2, 0, true},
    {"Methadon", "10 mg/ml, dung dịch uống", "N07BC02", "ml", "6", "Uống trước mặt nhân viên y tế", "oral", {AT(8,0)}, 0, 0, true},
    {"Morphin", "10 mg", "N02AA01", "viên", "1", "Uống đều sáng và tối", "oral", {AT(8,0), AT(20,0)}, 0, 0, true},
    {"Vitamin B1", "100 mg", "A11DA01", "viên", "1", "Uống sáng và tối", "oral", {AT(7,30), AT(19,0)}, 0, 0, false},
    {"TDF/3TC/DTG", "300/300/50 mg", "J05AR27", "viên", "1", "Uống mỗi tối, đúng giờ", "oral", {AT(20,0)}, 0, 0, false},
    {"Piracetam", "800 mg", "N06BX03", "viên", "1", "Uống sáng và trưa", "oral", {AT(7,30), AT(11,30)}, 0, 0, false},
    {"Lactulose", "10 g", "A06AD11", "gói", "1", "Uống buổi sáng", "oral", {AT(7,30)}, 0, 0, false},
    {"Paracetamol", "500 mg", "N02BE01", "viên", "1", "Uống khi đau, cách nhau ít nhất 6 giờ", "oral", {0}, 4, 6, false},
    {"Omeprazol", "20 mg", "A02BC01", "viên", "1", "Uống trước ăn sáng", "oral", {AT(6,30)}, 0, 0, false},
    {"Calci D3", "500 mg/400 IU", "A12AX", "viên", "1", "Nhai sau ăn trưa", "oral", {AT(11,30)}, 0, 0, false},
    {"Tamsulosin", "0,4 mg", "G04CA02", "nang", "1", "Uống sau ăn tối", "oral", {AT(18,30)}, 0, 0, false},
};
/* clang-format on */

_Static_assert(sizeof medicines / sizeof *medicines == DEMO_MEDICINES, "demo.h says how many there are");

/* An inhaler is its owner's; the rest lies in the ward's cupboard. */
static bool is_shelved(const medicine *m)
{
    return strcmp(m->unit, "nhát") != 0;
}

demo_item demo_medicine_item(demo *d, int medicine_at)
{
    const medicine *m = &medicines[medicine_at];
    return (demo_item){ans_arena_fmt(d->scratch.arena, "%s %s, %s", m->name, m->strength, m->unit).p, m->unit, m->is_controlled};
}

static const medicine *named(const char *name)
{
    for (size_t i = 0; i < sizeof medicines / sizeof *medicines; i++) {
        if (strcmp(medicines[i].name, name) == 0) {
            return &medicines[i];
        }
    }
    return &medicines[0]; /* the names in demo_record.c are all here: shown by a test */
}

/* What an order must not say openly travels under the label of its problem. */
static const char *label_of(const medicine *m)
{
    return strcmp(m->name, "Methadon") == 0      ? "ETH"
           : strcmp(m->name, "TDF/3TC/DTG") == 0 ? "HIV"
                                                 : NULL;
}

static int times_of(const medicine *m)
{
    int n = 0;
    while (n < 4 && m->times[n]) {
        n++;
    }
    return n;
}

static void concept(demo *d, const medicine *m)
{
    demo_json(d, "medicationCodeableConcept",
              "{\"coding\":[{\"system\":\"http://www.whocc.no/"
              "atc\",\"code\":\"%s\"}],\"text\":\"%s %s, %s\"}",
              m->atc, m->name, m->strength, m->unit);
}

static void route(demo *d, const medicine *m)
{
    bool is_oral = strcmp(m->route, "oral") == 0;
    demo_concept(d, "route", SNOMED, is_oral ? "26643006" : "447694001", NULL,
                 is_oral ? "Uống" : "Hít");
}

/* "1 viên" as people write it: comma, not point */
static ans_str amount(demo *d, const medicine *m)
{
    ans_str text = ans_arena_fmt(d->scratch.arena, "%s %s", m->dose, m->unit);
    char *comma = memchr(text.p, '.', text.n);
    if (comma) {
        *comma = ',';
    }
    return text;
}

static void instruction(demo *d, const medicine *m)
{
    ans_jw *w = &d->w;
    ans_str much = amount(d, m);
    ans_jw_key(w, ANS_STR("dosageInstruction"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    demo_text(d, "text", "%s, %.*s", m->how, ANS_FMT(much));
    if (m->as_needed_max) {
        if (m->hours_apart) {
            demo_json(d, "timing", "{\"repeat\":{\"frequency\":1,\"period\":%d,\"periodUnit\":\"h\"}}", m->hours_apart);
        }
        demo_json(d, "asNeededBoolean", "true");
    } else {
        demo_times(d, "timing", m->times, times_of(m));
    }
    route(d, m);
    demo_json(d, "doseAndRate", "[{\"doseQuantity\":{\"value\":%s,\"unit\":\"%s\"}}]", m->dose,
              m->unit);
    if (m->as_needed_max) {
        int dose = m->dose[0] - '0'; /* those taken as needed have a dose of one digit */
        demo_json(d, "maxDosePerPeriod",
                  "{\"numerator\":{\"value\":%d,\"unit\":\"%s\"},\"denominator\":{\"value\":1,"
                  "\"unit\":\"ngày\",\"system\":\"" UCUM "\",\"code\":\"d\"}}",
                  m->as_needed_max * dose, m->unit);
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
}

static void begin(demo *d, const medicine *m, const char *type, ans_str id)
{
    const char *label = label_of(m);
    if (label) {
        demo_begin_labelled(d, type, label, "%.*s", ANS_FMT(id));
    } else {
        demo_begin(d, type, "%.*s", ANS_FMT(id));
    }
}

static void order(demo *d, const resident *r, const medicine *m, ans_str id)
{
    begin(d, m, "MedicationRequest", id);
    if (m->is_controlled) {
        demo_json(d, "extension",
                  "[{\"url\":\"urn:ansinh:extension:controlled\",\"valueBoolean\":true}]");
    }
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    concept(d, m);
    demo_about(d, r);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), demo_day(d, d->today - demo_between(d, 1, 90)));
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    instruction(d, m);
    demo_end(d);
}

/* A dose in hundredths of its unit. */
static uint32_t hundredths_of(const medicine *m)
{
    ans_decimal much;
    bool ok = ans_decimal_parse(ans_str_of(m->dose), &much);
    return ok ? (uint32_t)much.digits * (much.scale == 0 ? 100u : much.scale == 1 ? 10u : 1u) : 100u;
}

/* A day's; one taken as needed counts as taken once. */
static uint32_t use_of(const medicine *m)
{
    int n = times_of(m);
    return hundredths_of(m) * (uint32_t)(n ? n : 1);
}

/* ---- what became of the doses ---- */

typedef struct dose {
    const resident *r;
    const medicine *m;
    ans_str order;
    int64_t day;
    int due, at; /* minutes of the day; at: when it was given */
} dose;

static const char *const *reason_not_given(demo *d)
{
    static const char *const reasons[][2] = {{"refused", "Từ chối"},
                                             {"absent", "Vắng mặt"},
                                             {"withheld", "Giữ lại theo chỉ định"},
                                             {"vomited", "Nôn ra"}};
    int n = demo_between(d, 1, 1000);
    return n <= 12   ? reasons[0]
           : n <= 20 ? reasons[1]
           : n <= 25 ? reasons[2]
           : n <= 27 ? reasons[3]
                     : NULL;
}

static void record(demo *d, const dose *o)
{
    ans_str day = demo_day(d, o->day), due = demo_clock(d, o->due);
    ans_str scheduled = demo_minute(d, o->day, o->due), given = demo_minute(d, o->day, o->at);
    const char *const *reason = reason_not_given(d);
    begin(d, o->m, "MedicationAdministration",
          ans_arena_fmt(d->scratch.arena, "demo-dose-%.*s-%d-%04d",
                        ANS_FMT(ans_str_from(o->order, sizeof "demo-medicine-" - 1)), (int)o->day,
                        o->due));
    if (!o->m->as_needed_max) {
        demo_json(d, "extension",
                  "[{\"url\":\"urn:ansinh:extension:scheduled-time\",\"valueDateTime\":\"%.*s\"}]",
                  ANS_FMT(scheduled));
    }
    if (!reason && is_shelved(o->m)) {
        demo_stock_given(d, o->r, (int)(o->m - medicines), o->day, o->at, hundredths_of(o->m));
    }
    ans_str page = reason || !is_shelved(o->m) ? ANS_STR_NONE : demo_stock_page(d, o->r->ward, (int)(o->m - medicines), o->day, o->at);
    demo_json(d, "identifier", "[{\"system\":\"urn:ansinh:id:dose\",\"value\":\"%.*s/%.*sT%.*s\"}%s%.*s%s]",
              ANS_FMT(o->order), ANS_FMT(day), ANS_FMT(due), page.n ? ",{\"system\":\"urn:ansinh:stock:out\",\"value\":\"" : "", ANS_FMT(page), page.n ? "\"}" : "");
    demo_text(d, "status", "%s", reason ? "not-done" : "completed");
    if (reason) {
        demo_json(d, "statusReason",
                  "[{\"coding\":[{\"system\":\"urn:ansinh:dose-reason\",\"code\":\"%s\"}],\"text\":"
                  "\"%s\"}]",
                  reason[0], reason[1]);
    }
    concept(d, o->m);
    demo_subject(d, "subject", o->r);
    demo_reference(d, "context", "Encounter/demo-stay-%u", o->r->number);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), given);
    demo_json(d, "performer", "[{\"actor\":{\"reference\":\"Practitioner/demo-staff-%u\"}}]",
              demo_nurse(d, o->r));
    demo_reference(d, "request", "MedicationRequest/%.*s", ANS_FMT(o->order));
    demo_json(d, "dosage", "{\"text\":\"%s\",\"dose\":{\"value\":%s,\"unit\":\"%s\"}}", o->m->how,
              o->m->dose, o->m->unit);
    demo_end(d);
}

static void give(demo *d, dose *o)
{
    o->at = o->due + demo_between(d, -6, 34);
    bool is_open = o->day == d->today && o->due + 75 > d->now && demo_chance(d, 40);
    bool is_future = o->day == d->today && (o->due > d->now || o->at > d->now);
    bool is_forgotten = demo_chance(d, 1) && demo_chance(d, 60);
    if (!is_open && !is_future && !is_forgotten) {
        record(d, o);
    }
}

static void history(demo *d, const resident *r, const medicine *m, ans_str order_id)
{
    int n = times_of(m);
    for (int64_t day = d->today - d->o->days + 1; day <= d->today; day++) {
        dose o = {.r = r, .m = m, .order = order_id, .day = day};
        demo_reseed(d, r->number * UINT64_C(64) + (uint64_t)(m - medicines), (uint64_t)day);
        for (int i = 0; i < n; i++) {
            o.due = m->times[i];
            give(d, &o);
        }
        if (n == 0 && demo_chance(d, 22)) {
            o.due = demo_between(d, AT(8, 0), AT(21, 0));
            give(d, &o);
        }
    }
}

void demo_medicine(demo *d, const resident *r, const char *name, int number)
{
    const medicine *m = named(name);
    ans_str id = ans_arena_fmt(d->scratch.arena, "demo-medicine-%u-%d", r->number, number);
    order(d, r, m, id);
    if (is_shelved(m)) {
        demo_stock_use(d, r, (int)(m - medicines), use_of(m));
    }
    history(d, r, m, id);
}
