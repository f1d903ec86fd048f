/* Who must consent, against a slow obvious model: birthdays counted one by one from the birth on, days of a vague birth all tried, and the
 * law written down as sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/consent.h"
#include "base/os.h"

enum { ROUNDS = 60000, MOST = 5 };

static uint64_t seed;
static const ans_purposes *purposes;

static uint32_t roll(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

/* Full years of somebody born on this very day: walk through the years. */
static int years_of(ans_day birth, ans_day on)
{
    int y, m, d, years = 0;
    ans_civil_from_days(birth, &y, &m, &d);
    for (;;) {
        int next = y + years + 1;
        /* 29 February where there is none is 1 March: what the calendar makes of the day behind the 28th */
        ans_day anniversary = (ans_day)ans_days_from_civil(next, m, 1) + (d - 1);
        if (anniversary > on) {
            return years;
        }
        years++;
    }
}

/* The youngest age any day gives that the birth date can mean. */
static int youngest(const ans_datetime *b, ans_day on)
{
    int best = 1000;
    for (int m = 1; m <= 12; m++) {
        for (int d = 1; d <= ans_days_in_month(b->year, m); d++) {
            bool may_be = (b->precision < ANS_PREC_MONTH || m == b->month) && (b->precision < ANS_PREC_DAY || d == b->day);
            int age = may_be ? years_of((ans_day)ans_days_from_civil(b->year, m, d), on) : 1000;
            best = age < best ? age : best;
        }
    }
    return best;
}

static int capacity_of(const ans_subject *s, ans_day on)
{
    int worst = ANS_CAPACITY_FULL;
    for (uint32_t i = 0; i < s->decision_count; i++) {
        bool undone = s->decisions[i].from > on || s->decisions[i].to < on;
        for (uint32_t k = 0; k < s->decision_count; k++) {
            const ans_capacity_decision *back = &s->decisions[k];
            undone = undone || (back->capacity == ANS_CAPACITY_FULL && back->from <= on && back->from > s->decisions[i].from);
        }
        if (!undone && s->decisions[i].capacity > worst) {
            worst = s->decisions[i].capacity;
        }
    }
    return worst;
}

typedef struct answer {
    bool self, another, written;
    bool parents; /* they need no decision */
} answer;

/* The rules as the law says them, one sentence after another. */
static answer law(const ans_purpose *p, int age, int capacity)
{
    bool without = capacity == ANS_CAPACITY_LOST;
    if (p->own_test) {
        return age < 15 || without ? (answer){.another = true, .written = true, .parents = true} : (answer){.self = true};
    }
    if (age < 18) {
        return (answer){.self = age >= 7 && p->publishes, .another = true, .parents = true};
    }
    if (without) {
        return (answer){.another = true};
    }
    return (answer){.self = true, .another = capacity != ANS_CAPACITY_FULL};
}

static ans_day some_day(void)
{
    return (ans_day)(18000 + roll(4000));
}

static ans_subject somebody(ans_representative *list, ans_capacity_decision *decisions)
{
    static const ans_str names[MOST] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}};
    ans_subject s = {.has_birth = true, .died = ANS_DAY_MAX, .list = list, .count = roll(MOST + 1), .decisions = decisions, .decision_count = roll(4)};
    s.birth = (ans_datetime){.year = (int16_t)(1995 + roll(28)), .month = (uint8_t)(1 + roll(12)), .precision = (uint8_t)roll(3)};
    s.birth.day = (uint8_t)(roll(6) ? 1 + roll((uint32_t)ans_days_in_month(s.birth.year, s.birth.month))
                                    : (uint32_t)ans_days_in_month(s.birth.year, s.birth.month));
    if (roll(8) == 0) { /* leap days are rare */
        s.birth.month = 2;
        s.birth.day = (uint8_t)ans_days_in_month(s.birth.year, 2);
    }
    s.birth.month = s.birth.precision < ANS_PREC_MONTH ? 1 : s.birth.month;
    s.birth.day = s.birth.precision < ANS_PREC_DAY ? 1 : s.birth.day;
    for (uint32_t i = 0; i < s.count; i++) {
        ans_day from = roll(4) ? some_day() : ANS_DAY_MIN;
        list[i] = (ans_representative){names[i], (uint8_t)roll(4), (uint8_t)roll(8), roll(2) == 0, from, roll(3) ? ANS_DAY_MAX : some_day()};
    }
    for (uint32_t i = 0; i < s.decision_count; i++) {
        decisions[i] = (ans_capacity_decision){(uint8_t)roll(4), some_day(), roll(2) ? ANS_DAY_MAX : some_day()};
    }
    return s;
}

static void check_until(const ans_purpose *p, const ans_subject *s, ans_day on, const ans_need *need)
{
    answer now = law(p, youngest(&s->birth, on), need->capacity);
    ans_day found = ANS_DAY_MAX;
    for (ans_day day = on + 1; day < on + 30 * 366 && found == ANS_DAY_MAX; day++) {
        answer then = law(p, youngest(&s->birth, day), need->capacity); /* only birthdays pass */
        found = then.self != now.self || then.another != now.another || then.parents != now.parents ? day : found;
    }
    assert_int_equal(need->until, found);
}

static void against_the_law(void **state)
{
    (void)state;
    ans_representative list[MOST];
    ans_capacity_decision decisions[4];
    seed = (uint64_t)ans_now_us() | 1;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < ROUNDS; round++) {
        ans_subject s = somebody(list, decisions);
        const ans_purpose *p = &purposes->list[roll(purposes->count)];
        ans_day on = some_day();
        ans_need need;
        ans_consent_need(purposes, p, &s, on, &need);
        if (p->basis == ANS_BASIS_LAW || p->basis == ANS_BASIS_DECISION) {
            assert_false(need.self || need.another || need.may_count);
            continue;
        }
        int age = youngest(&s.birth, on), capacity = capacity_of(&s, on);
        answer want = law(p, age, capacity);
        assert_int_equal(need.age, age);
        assert_int_equal(need.capacity, capacity);
        assert_int_equal(need.self, want.self);
        assert_int_equal(need.another, want.another);
        assert_int_equal(need.written, want.written);
        uint32_t at = 0;
        for (uint32_t i = 0; i < s.count; i++) {
            const ans_representative *r = &s.list[i];
            bool named = r->by_decision && (r->stands == ANS_STANDS_GUARDIAN || r->stands == ANS_STANDS_LEGAL);
            bool parent = r->stands == ANS_STANDS_PARENT && want.parents;
            bool may = want.another && (named || parent) && (r->scopes & p->scope) && r->from <= on && on <= r->to;
            if (may) {
                assert_true(at < need.may_count && need.may[at] == i);
                at++;
            }
        }
        assert_int_equal(at, need.may_count);
        if (round % 200 == 0) { /* day by day through 30 years: slow */
            check_until(p, &s, on, &need);
        }
    }
}

int main(void)
{
    if (!ans_base_start()) {
        return 1;
    }
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    if (ans_purposes_read(&cx, ANS_STR_NONE, &purposes) != ANS_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_the_law)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ans_arena_free(cx.arena);
    return failed;
}
