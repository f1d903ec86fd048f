/* Ward stock against the obvious slow sum: a list of everything that was ever moved, counted and given, added up from the beginning for every
 * question. Random movements, counts and doses at random times of the last hundred days (so many come late, behind counts of
 * later days), random strikes; what the server refuses and what it answers must be what the list says. SEED=n repeats a failure. */
#include "unit/rest/access_kit.h"

#define TAGGED "\"meta\":{\"tag\":[{\"system\":\"urn:ansinh:tag:facility\",\"code\":\"f1\"}]},"

enum { ROUNDS = 6, STEPS = 120, CARDS = 3, DAYS = 100 };

typedef enum kind { RECEIPT, RETURN, WASTE, TRANSFER, DOSE, COUNT_OF, KINDS } kind;
static const char *const kind_codes[] = {"receipt", "return", "waste", "transfer"};
static const char *const wards[CARDS] = {"w1", "w1", "w2"};

typedef struct fact {
    kind kind;
    int card, to;
    int64_t amount, at_s; /* thousandths; seconds */
    bool stands;
    char id[40]; /* once the server has it */
} fact;

typedef struct model {
    country *c;
    uint64_t seed, state;
    int64_t now_s;
    fact facts[STEPS];
    int count;
} model;

static uint32_t below(model *m, uint32_t n)
{
    m->state ^= m->state << 13;
    m->state ^= m->state >> 7;
    m->state ^= m->state << 17;
    return (uint32_t)((m->state >> 32) % n);
}

/* What was there before that second. */
static int64_t balance_at(const model *m, int card, int64_t until_s)
{
    const fact *count = NULL;
    for (int i = 0; i < m->count; i++) {
        const fact *f = &m->facts[i];
        count = f->stands && f->kind == COUNT_OF && f->card == card && f->at_s < until_s && (!count || f->at_s > count->at_s) ? f : count;
    }
    int64_t sum = count ? count->amount : 0;
    for (int i = 0; i < m->count; i++) {
        const fact *f = &m->facts[i];
        if (!f->stands || f->kind == COUNT_OF || f->at_s >= until_s || (count && f->at_s <= count->at_s)) {
            continue;
        }
        sum += f->kind == RECEIPT && f->card == card ? f->amount : 0;
        sum += f->kind == TRANSFER && f->to == card ? f->amount : 0;
        sum -= f->kind != RECEIPT && f->card == card ? f->amount : 0;
    }
    return sum;
}

static int64_t balance(const model *m, int card)
{
    return balance_at(m, card, INT64_MAX);
}

static const char *when(model *m, const fact *f)
{
    char out[ANS_INSTANT_BYTES];
    ans_instant_print(f->at_s * 1000000, out);
    return text(m->c, "%.*s", (int)sizeof out, out);
}

static const char *body_of(model *m, int i, const char *why)
{
    const fact *f = &m->facts[i];
    country *c = m->c;
    const char *id = *f->id ? text(c, "\"id\":\"%s\",", f->id) : "";
    const char *at = when(m, f), *month = text(c, "%.7s", at);
    const char *value = text(c, "%lld.%03lld", (long long)(f->amount / 1000), (long long)(f->amount % 1000));
    const char *out = f->kind == RECEIPT ? "" : text(c, "{\"system\":\"urn:ansinh:stock:out\",\"value\":\"k%d/%s\"}", f->card, month);
    const char *in = f->kind == RECEIPT    ? text(c, "{\"system\":\"urn:ansinh:stock:in\",\"value\":\"k%d/%s\"}", f->card, month)
                     : f->kind == TRANSFER ? text(c, ",{\"system\":\"urn:ansinh:stock:in\",\"value\":\"k%d/%s\"}", f->to, month)
                                           : "";
    if (f->kind == DOSE) {
        return text(c, "{\"resourceType\":\"MedicationAdministration\",%s\"status\":\"%s\",\"identifier\":[%s],\"medicationCodeableConcept\":{\"text\":\"x\"},"
                       "\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"%s\",\"dosage\":{\"dose\":{\"value\":%s,\"unit\":\"v\"}}}",
                    id, f->stands ? "completed" : "entered-in-error", out, at, value);
    }
    if (f->kind == COUNT_OF) {
        return text(c, "{\"resourceType\":\"List\",%s%s\"status\":\"%s\",\"mode\":\"snapshot\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"count\"}]},"
                       "\"subject\":{\"reference\":\"Location/%s\"},\"date\":\"%s\",\"source\":{\"reference\":\"Practitioner/nurse-all\"},\"entry\":[{\"item\":{\"reference\":"
                       "\"SupplyRequest/k%d\"},\"extension\":[{\"url\":\"urn:ansinh:extension:amount\",\"valueQuantity\":{\"value\":%s,\"unit\":\"v\"}}]}]}",
                    id, why, f->stands ? "current" : "entered-in-error", wards[f->card], at, f->card, value);
    }
    return text(c, "{\"resourceType\":\"SupplyDelivery\",%s\"extension\":[{\"url\":\"urn:ansinh:extension:reason\",\"valueString\":\"x\"}],\"status\":\"%s\","
                   "\"identifier\":[%s%s],\"type\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"%s\"}]},\"suppliedItem\":{\"quantity\":{\"value\":%s,\"unit\":\"v\"}},"
                   "\"occurrenceDateTime\":\"%s\",\"supplier\":{\"reference\":\"Practitioner/nurse-all\"}}",
                id, f->stands ? "completed" : "entered-in-error", out, in, kind_codes[f->kind], value, at);
}

static const char *type_of(const fact *f)
{
    return f->kind == DOSE ? "MedicationAdministration" : f->kind == COUNT_OF ? "List" : "SupplyDelivery";
}

static void check(model *m, int step)
{
    for (int card = 0; card < CARDS; card++) {
        int64_t want = balance(m, card);
        country *c = m->c;
        assert_int_equal(ask(c, "nurse-all", text(c, "GET Location/%s/$stock?card=k%d", wards[card], card), NULL), 200);
        const char *got = look(c, "parameter.2.part.2.valueDecimal");
        ans_decimal a, b;
        bool ok = ans_decimal_parse(ans_str_of(got), &a) &&
                  ans_decimal_parse(ans_str_of(text(c, "%s%lld.%03lld", want < 0 ? "-" : "", (long long)llabs(want) / 1000, (long long)llabs(want) % 1000)), &b) &&
                  ans_decimal_cmp(a, b) == 0;
        if (!ok) {
            print_error("SEED=%llu step %d card %d: %s, expected %lld thousandths\n", (unsigned long long)m->seed, step, card, got, (long long)want);
        }
        assert_true(ok);
    }
}

static int64_t thousandths(country *c, const char *name)
{
    for (int i = 0; i < 20; i++) {
        ans_decimal d, thousand;
        if (strcmp(look(c, text(c, "parameter.2.part.%d.name", i)), name) == 0 && ans_decimal_parse(ANS_STR("1000"), &thousand) &&
            ans_decimal_parse(ans_str_of(look(c, text(c, "parameter.2.part.%d.valueDecimal", i))), &d) && ans_decimal_mul(d, thousand, &d)) {
            int64_t n = (int64_t)d.digits;
            for (; d.scale > 0; d.scale--) {
                n /= 10;
            }
            return d.negative ? -n : n;
        }
    }
    return INT64_MIN;
}

/* A month of the place's clock: its ends by the slow sum, the rest by looking at every fact. */
static void check_month(model *m, int step, int back)
{
    country *c = m->c;
    int year, month, day;
    ans_civil_from_days((m->now_s + 7 * 3600) / 86400 - (int64_t)back * 30, &year, &month, &day);
    int64_t from = ans_days_from_civil(year, month, 1) * 86400 - 7 * 3600, to = from + (int64_t)ans_days_in_month(year, month) * 86400;
    int card = (int)below(m, CARDS);
    const fact *first = NULL;
    int64_t received = 0, given = 0, wasted = 0, out = 0, opening = balance_at(m, card, from), closing = balance_at(m, card, to);
    for (int i = 0; i < m->count; i++) {
        const fact *f = &m->facts[i];
        bool within = f->stands && f->at_s >= from && f->at_s < to, mine = f->card == card || (f->kind == TRANSFER && f->to == card);
        first = f->stands && mine && (!first || f->at_s < first->at_s) ? f : first;
        received += within && ((f->kind == RECEIPT && f->card == card) || (f->kind == TRANSFER && f->to == card)) ? f->amount : 0;
        given += within && f->kind == DOSE && f->card == card ? f->amount : 0;
        wasted += within && f->kind == WASTE && f->card == card ? f->amount : 0;
        out += within && (f->kind == RETURN || f->kind == TRANSFER) && f->card == card ? f->amount : 0;
    }
    if (first && first->kind == COUNT_OF && first->at_s >= from && first->at_s < to) { /* what a card begins with is no difference */
        opening = first->amount;
    }
    assert_int_equal(ask(c, "nurse-all", text(c, "GET Location/%s/$stock?card=k%d&month=%04d-%02d", wards[card], card, year, month), NULL), 200);
    const struct {
        const char *name;
        int64_t want;
    } all[] = {{"opening", opening}, {"received", received}, {"given", given}, {"wasted", wasted}, {"out", out}, {"closing", closing},
               {"difference", closing - opening - received + given + wasted + out}};
    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t got = thousandths(c, all[i].name);
        if (got != all[i].want) {
            print_error("SEED=%llu step %d card %d month %04d-%02d %s: %lld, expected %lld thousandths\n", (unsigned long long)m->seed, step, card, year, month, all[i].name,
                        (long long)got, (long long)all[i].want);
        }
        assert_int_equal(got, all[i].want);
    }
}

/* What takes something away is refused when it would leave less than nothing; everything else is taken. */
static bool may(const model *m, const fact *f, bool strikes)
{
    int card = strikes && f->kind == TRANSFER ? f->to : f->card;
    bool takes = strikes ? f->kind == RECEIPT || f->kind == TRANSFER : f->kind == RETURN || f->kind == WASTE || f->kind == TRANSFER;
    return !takes || balance(m, card) >= 0;
}

static void write_fact(model *m, int i, int created, int step)
{
    fact *f = &m->facts[i];
    country *c = m->c;
    bool strikes = !f->stands;
    const char *why = strikes ? "\"extension\":[{\"url\":\"urn:ansinh:extension:reason\",\"valueString\":\"x\"}]," : "";
    int want = may(m, f, strikes) ? created : 422;
    int got = ask(c, "nurse-all", *f->id ? text(c, "PUT %s/%s", type_of(f), f->id) : text(c, "POST %s", type_of(f)), body_of(m, i, why));
    if (got != want) {
        print_error("SEED=%llu step %d: %d, expected %d: %.*s\n", (unsigned long long)m->seed, step, got, want, ANS_FMT(c->got.body));
    }
    assert_int_equal(got, want);
    if (got == 422) {
        f->stands = !f->stands;
    } else if (got == 201) {
        (void)snprintf(f->id, sizeof f->id, "%s", look(c, "id"));
    }
}

static void one_step(model *m, int step)
{
    if (m->count && below(m, 5) == 0) {
        int i = (int)below(m, (uint32_t)m->count);
        if (m->facts[i].stands && *m->facts[i].id) {
            m->facts[i].stands = false;
            write_fact(m, i, 200, step);
        }
        return;
    }
    fact *f = &m->facts[m->count++];
    *f = (fact){.kind = below(m, 4) ? (kind)below(m, COUNT_OF) : below(m, 2) ? COUNT_OF : RECEIPT,
                .card = (int)below(m, CARDS),
                .amount = (int64_t)below(m, 40) * 250 + 250,
                .at_s = m->now_s - (int64_t)below(m, DAYS) * 86400 - step, /* no two at once */
                .stands = true};
    f->to = (f->card + 1 + (int)below(m, CARDS - 1)) % CARDS;
    write_fact(m, m->count - 1, 201, step);
}

static void against_the_slow_sum(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    for (int round = 0; round < ROUNDS; round++) {
        void *open = NULL;
        assert_int_equal(open_country(&open), 0);
        model m = {.c = open, .now_s = ans_now_us() / 1000000 - STEPS};
        m.seed = (given ? (uint64_t)strtoull(given, NULL, 10) : (uint64_t)ans_now_us()) + (uint64_t)round;
        m.state = m.seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
        for (int card = 0; card < CARDS; card++) {
            put(m.c, "{\"resourceType\":\"SupplyRequest\",\"id\":\"k%d\"," TAGGED "\"status\":\"active\",\"category\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"card\"}]},"
                     "\"itemCodeableConcept\":{\"text\":\"m\"},\"quantity\":{\"value\":1,\"unit\":\"v\"},\"deliverTo\":{\"reference\":\"Location/%s\"}}", card, wards[card]);
        }
        for (int step = 0; step < STEPS; step++) {
            one_step(&m, step);
            check(&m, step);
            check_month(&m, step, (int)below(&m, 4));
            ans_arena_reset(m.c->brief);
        }
        close_country(&open);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_the_slow_sum)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
