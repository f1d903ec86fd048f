/* Who must consent: arithmetic of ages, capacity and representation on one day. Nothing here knows FHIR or the record.
 *
 * Where a date leaves something open, the answer is the one that protects more: of a year of birth the younger age, of two decisions
 * the one that takes more away. */
#include "auth/consent.h"

const char *const ans_need_codes[ANS_NEED_COUNT] = {"adult",        "child", "together", "own-test", "capacity-lost",
                                                    "assisted", "no-birth-date", "dead",     "law",      "decision"};

/* The last day that the date can mean. */
static ans_day born_at_latest(const ans_datetime *b)
{
    int month = b->precision >= ANS_PREC_MONTH ? b->month : 12;
    int day = b->precision >= ANS_PREC_DAY ? b->day : ans_days_in_month(b->year, month);
    return (ans_day)ans_days_from_civil(b->year, month, day);
}

/* The day on which they are so many years old. */
static ans_day birthday(const ans_datetime *b, int years)
{
    int year, month, day;
    ans_civil_from_days(born_at_latest(b), &year, &month, &day);
    year += years;
    bool skips = day > ans_days_in_month(year, month); /* 29 February */
    return (ans_day)ans_days_from_civil(year, month, skips ? ans_days_in_month(year, month) : day) + (skips ? 1 : 0);
}

int ans_age_on(const ans_datetime *birth, ans_day on)
{
    int year, month, day;
    ans_civil_from_days(on, &year, &month, &day);
    int years = year - birth->year;
    years -= birthday(birth, years) > on;
    return years > 0 ? years : 0;
}

static uint8_t capacity_on(const ans_subject *s, ans_day on)
{
    ans_day given_back = ANS_DAY_MIN;
    uint8_t out = ANS_CAPACITY_FULL;
    for (uint32_t i = 0; i < s->decision_count; i++) {
        const ans_capacity_decision *d = &s->decisions[i];
        bool counts = d->capacity == ANS_CAPACITY_FULL && d->from <= on && d->from > given_back;
        given_back = counts ? d->from : given_back;
    }
    for (uint32_t i = 0; i < s->decision_count; i++) {
        const ans_capacity_decision *d = &s->decisions[i];
        bool counts = d->from <= on && on <= d->to && d->from >= given_back;
        out = counts && d->capacity > out ? d->capacity : out;
    }
    return out;
}

/* Who has to agree, at this age. */
static uint8_t why_at(const ans_purposes *all, const ans_purpose *p, int age, uint8_t capacity)
{
    if (p->own_test && age >= all->own_test && capacity != ANS_CAPACITY_LOST) {
        return age >= all->adult ? ANS_NEED_ADULT : ANS_NEED_OWN_TEST;
    }
    if (age < all->adult) {
        return p->publishes && age >= all->together ? ANS_NEED_TOGETHER : ANS_NEED_CHILD;
    }
    return capacity == ANS_CAPACITY_FULL ? ANS_NEED_ADULT : capacity == ANS_CAPACITY_LOST ? ANS_NEED_LOST : ANS_NEED_ASSISTED;
}

/* Who is asked; bits. */
enum { ASK_SELF = 1, ASK_ANOTHER = 2, PARENTS_DO = 4 };

/* Parents act for children without a decision, and in writing for the test of an adult who lost capacity; for any other adult only
 * whom a decision names. */
static uint8_t asked(const ans_purpose *p, uint8_t why)
{
    static const uint8_t who[ANS_NEED_COUNT] = {
        [ANS_NEED_ADULT] = ASK_SELF,
        [ANS_NEED_CHILD] = ASK_ANOTHER | PARENTS_DO,
        [ANS_NEED_TOGETHER] = ASK_SELF | ASK_ANOTHER | PARENTS_DO,
        [ANS_NEED_OWN_TEST] = ASK_SELF,
        [ANS_NEED_LOST] = ASK_ANOTHER,
        [ANS_NEED_ASSISTED] = ASK_SELF | ASK_ANOTHER,
    };
    return who[why] | (p->own_test && why == ANS_NEED_LOST ? PARENTS_DO : 0);
}

static bool may_act(const ans_purpose *p, const ans_representative *r, uint8_t asks, ans_day on)
{
    bool enough = r->stands == ANS_STANDS_PARENT ? asks & PARENTS_DO : r->stands != ANS_STANDS_NOT && r->by_decision;
    return enough && (r->scopes & p->scope) && r->from <= on && on <= r->to;
}

static ans_day next_change(const ans_purposes *all, const ans_purpose *p, const ans_subject *s, const ans_need *now, ans_day on)
{
    const int ages[] = {all->together, all->own_test, all->adult};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        ans_day day = birthday(&s->birth, ages[i]);
        if (day > on && asked(p, why_at(all, p, ages[i], now->capacity)) != asked(p, now->why)) {
            return day;
        }
    }
    return ANS_DAY_MAX;
}

void ans_consent_need(const ans_purposes *all, const ans_purpose *p, const ans_subject *s, ans_day on, ans_need *out)
{
    *out = (ans_need){.age = -1, .until = ANS_DAY_MAX};
    out->age = s->has_birth ? ans_age_on(&s->birth, on) : -1;
    out->is_vague = s->has_birth && s->birth.precision < ANS_PREC_DAY;
    out->capacity = capacity_on(s, on);
    out->why = p->basis == ANS_BASIS_LAW        ? ANS_NEED_LAW
               : p->basis == ANS_BASIS_DECISION ? ANS_NEED_DECISION
               : s->died <= on                  ? ANS_NEED_DEAD
               : !s->has_birth                  ? ANS_NEED_NO_BIRTH
                                                : why_at(all, p, out->age, out->capacity);
    uint8_t asks = asked(p, out->why);
    out->self = asks & ASK_SELF;
    out->another = asks & ASK_ANOTHER;
    out->written = p->own_test && out->another;
    out->until = asks ? next_change(all, p, s, out, on) : ANS_DAY_MAX;
    for (uint32_t i = 0; out->another && i < s->count && i <= UINT8_MAX && out->may_count < ANS_NEED_MOST; i++) {
        if (may_act(p, &s->list[i], asks, on)) {
            out->may[out->may_count++] = (uint8_t)i;
        }
    }
}
