/* Who works which shift in the demo, in the form of docs/roster.md: the month before, this one and the next, two shifts of twelve hours.
 * Three nurses go day, night, off; five carers day, day, night, off, off: a nurse and a carer or two at every hour. Some carers have
 * leave, as everywhere. */
#include "app/demo.h"

#include "fhir/value.h"

enum { MONTHS = 3, MOST_DAYS = 31 };

typedef enum duty { DUTY_OFF, DUTY_DAY, DUTY_NIGHT, DUTY_LEAVE, DUTIES } duty;

static const char *const codes[DUTIES] = {[DUTY_DAY] = "day", [DUTY_NIGHT] = "night12", [DUTY_LEAVE] = "leave"};

/* The rota goes on from month to month; each person stands one day behind the one before. */
static duty duty_on(bool is_nurse, uint32_t person, int64_t day)
{
    static const duty nurse[] = {DUTY_DAY, DUTY_NIGHT, DUTY_OFF};
    static const duty carer[] = {DUTY_DAY, DUTY_DAY, DUTY_NIGHT, DUTY_OFF, DUTY_OFF};
    uint64_t at = (uint64_t)day + person;
    return is_nurse ? nurse[at % (sizeof nurse / sizeof *nurse)] : carer[at % (sizeof carer / sizeof *carer)];
}

static void put_days(demo *d, int64_t first, const duty *days, int count, duty wanted)
{
    ans_jw *w = &d->w;
    bool any = false;
    for (int i = 0; i < count; i++) {
        any = any || days[i] == wanted;
    }
    if (!any) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("urn:ansinh:extension:duty"));
    ans_jw_key(w, ANS_STR("valueTiming"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("event"));
    ans_jw_begin(w, '[');
    for (int i = 0; i < count; i++) {
        if (days[i] == wanted) {
            ans_jw_str(w, demo_day(d, first + i));
        }
    }
    ans_jw_end(w, ']');
    demo_concept(d, "code", "urn:ansinh:shift", codes[wanted], NULL, NULL);
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

static void month_of(demo *d, const facility *f, uint32_t ward, uint32_t person, int year, int month)
{
    uint32_t number = demo_ward_staff(f, ward) + person;
    bool is_nurse = person < WARD_NURSES;
    int64_t first = ans_days_from_civil(year, month, 1);
    int count = (int)(ans_days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - first);
    duty days[MOST_DAYS];
    demo_reseed(d, number, (uint64_t)(year * 12 + month) << 8 | 'r');
    int leave = !is_nurse && demo_chance(d, 25) ? demo_between(d, 0, count - 3) : count;
    for (int i = 0; i < count; i++) {
        days[i] = i >= leave && i < leave + 3 ? DUTY_LEAVE : duty_on(is_nurse, person, first + i);
    }
    demo_begin_of_house(d, f, "Schedule", "demo-roster-%u-%04d%02d", number, year, month);
    demo_json(d, "identifier", "[{\"system\":\"urn:ansinh:id:roster\",\"value\":\"%s/demo-staff-%u/%04d-%02d\"}]", demo_ward_id(d, ward), number, year, month);
    demo_json(d, "active", "true");
    demo_json(d, "actor", "[{\"reference\":\"Practitioner/demo-staff-%u\"},{\"reference\":\"Location/%s\"}]", number, demo_ward_id(d, ward));
    demo_json(d, "planningHorizon", "{\"start\":\"%04d-%02d-01\",\"end\":\"%04d-%02d-%02d\"}", year, month, year, month, count);
    ans_jw_key(&d->w, ANS_STR("extension"));
    ans_jw_begin(&d->w, '[');
    for (duty k = DUTY_DAY; k < DUTIES; k++) {
        put_days(d, first, days, count, k);
    }
    ans_jw_end(&d->w, ']');
    demo_end(d);
}

void demo_roster(demo *d, const facility *f)
{
    int year, month, date;
    ans_civil_from_days(d->today, &year, &month, &date);
    for (int i = 0; i < MONTHS; i++) {
        int at = year * 12 + month - 1 + i - 1;
        for (uint32_t ward = f->first_ward; ward < f->first_ward + f->wards; ward++) {
            for (uint32_t person = 0; person < WARD_STAFF; person++) {
                month_of(d, f, ward, person, at / 12, at % 12 + 1);
            }
        }
    }
}
