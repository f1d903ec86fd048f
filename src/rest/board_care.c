/* Care that is due: what was ordered (turning, looking after somebody, weighing), and what a fact asks for by itself (a low glucose is
 * measured again, somebody who fell is looked at).
 *
 * A check has a kind, a code of urn:ansinh:care, and knows when it is due in one of two ways. Either every so often: then it is due
 * that long after it was last done, and at once when it never was, however late that is. Or at moments: hours of the day, or
 * instants written down; then it is done when anything of its kind was seen from a little before the moment on, and of several missed
 * ones only the newest is asked for, as with rounds (board_due.c). Who did it, and what they found, is the Observation's to say. */
#include "rest/board_int.h"
#include "base/sort.h"

#define CARE "urn:ansinh:care"
#define US_PER_MINUTE INT64_C(60000000)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define AGAIN_US (15 * US_PER_MINUTE)
#define EARLY_MOST_US (60 * US_PER_MINUTE)
#define EARLY_LEAST_US (5 * US_PER_MINUTE)

enum { MOST_MOMENTS = 200, MOST_CODES = 8, EVENT_HOURS = 60, GLUCOSE_HOURS = 12 };

typedef struct check {
    person *p;
    ans_str kind, codes;       /* codes: "system|code,system|code", for a search */
    int64_t from_us, until_us; /* [from, until) */
    int64_t every_us;          /* 0: at the moments */
    int64_t *moments;
    uint32_t moment_count;
    struct check *next;
} check;

/* b->checks: what the searches have found so far */
static ans_err add_check(board *b, const check *found)
{
    check *c = ANS_NEW(b->cx->arena, check);
    if (!c) {
        return ans_cx_nomem(b->cx);
    }
    *c = *found;
    c->next = b->checks;
    b->checks = c;
    return ANS_OK;
}

static ans_err add_moment(board *b, check *c, int64_t us)
{
    bool is_in = us >= b->now_us - BOARD_PAST_US && us < b->now_us + BOARD_AHEAD_US && us >= c->from_us && us < c->until_us;
    if (!is_in || c->moment_count == MOST_MOMENTS) {
        return ANS_OK;
    }
    if (!c->moments) {
        c->moments = ANS_NEW_N(b->cx->arena, int64_t, MOST_MOMENTS);
        if (!c->moments) {
            return ans_cx_nomem(b->cx);
        }
    }
    c->moments[c->moment_count++] = us;
    return ANS_OK;
}

/* ---- a Timing ---- */

/* These texts become part of a search: nothing that means something there. */
static bool is_plain(ans_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool is_ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' || c == '/' || c == '_';
        if (!is_ok) {
            return false;
        }
    }
    return text.n > 0 && text.n <= 200;
}

static int64_t every_of(board *b, const ans_json *doc, ans_jnode repeat)
{
    static const struct {
        const char *unit;
        int64_t us;
    } units[] = {{"min", US_PER_MINUTE}, {"h", US_PER_HOUR}, {"d", 24 * US_PER_HOUR}, {"wk", 168 * US_PER_HOUR}, {"mo", 720 * US_PER_HOUR}};
    ans_jnode period = ans_json_get(doc, repeat, ANS_STR("period"));
    ans_str unit = ans_json_get_string(b->cx, doc, repeat, ANS_STR("periodUnit"));
    uint64_t n;
    if (period == ANS_JNONE || !ans_str_u64(ans_json_raw(doc, period), &n) || n == 0 || n > 1000) {
        return 0;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (ans_str_is(unit, units[i].unit)) {
            return (int64_t)n * units[i].us;
        }
    }
    return 0;
}

static ans_err take_hour(board *b, person *p, void *arg, const ans_moment *m)
{
    (void)p;
    return add_moment(b, arg, m->us);
}

/* Hours of the day, else instants, else every so often. */
static ans_err take_timing(board *b, const ans_json *doc, ans_jnode timing, check *c)
{
    ans_jnode repeat = ans_json_get(doc, timing, ANS_STR("repeat")), events = ans_json_get(doc, timing, ANS_STR("event"));
    ans_err err = ANS_OK;
    if (ans_json_get(doc, repeat, ANS_STR("timeOfDay")) != ANS_JNONE) {
        err = board_each_moment(b, doc, timing, c->p, c, take_hour);
    } else if (events != ANS_JNONE) {
        ANS_JSON_EACH(doc, events, one)
        {
            err = err == ANS_OK ? add_moment(b, c, board_time(b, ans_json_string(b->cx, doc, one))) : err;
        }
    } else {
        c->every_us = every_of(b, doc, repeat);
    }
    return err == ANS_OK && (c->every_us || c->moment_count) ? add_check(b, c) : err;
}

/* ---- orders ---- */

static ans_err codes_of(board *b, const ans_json *doc, ans_str *out_kind, ans_str *out_codes)
{
    ans_jnode codings = ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("code")), ANS_STR("coding"));
    ans_str codes = ANS_STR_NONE;
    int n = 0;
    *out_kind = ANS_STR_NONE;
    if (codings == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, codings, one)
    {
        ans_str system = ans_json_get_string(b->cx, doc, one, ANS_STR("system")), code = ans_json_get_string(b->cx, doc, one, ANS_STR("code"));
        if (!is_plain(system) || !is_plain(code) || n == MOST_CODES) {
            continue;
        }
        if (ans_str_is(system, CARE) && !out_kind->n) {
            *out_kind = code;
        }
        codes = ans_arena_fmt(b->cx->arena, "%.*s%s%.*s|%.*s", ANS_FMT(codes), n ? "," : "", ANS_FMT(system), ANS_FMT(code));
        if (!codes.p) {
            return ans_cx_nomem(b->cx);
        }
        n++;
    }
    *out_codes = codes;
    return ANS_OK;
}

static ans_err take_order(board *b, const ans_json *doc, ans_str id)
{
    check c = {.p = board_subject(b, doc, "subject")};
    ans_jnode timing = ans_json_get(doc, 0, ANS_STR("occurrenceTiming"));
    (void)id;
    ans_err err = c.p ? codes_of(b, doc, &c.kind, &c.codes) : ANS_OK;
    if (err != ANS_OK || !c.p || !c.kind.n) {
        return err;
    }
    board_span(b, doc, timing, c.p, &c.from_us, &c.until_us);
    ans_str once = ans_json_get_string(b->cx, doc, 0, ANS_STR("occurrenceDateTime"));
    if (once.n) {
        err = add_moment(b, &c, board_time(b, once));
        return err == ANS_OK && c.moment_count ? add_check(b, &c) : err;
    }
    return timing == ANS_JNONE ? ANS_OK : take_timing(b, doc, timing, &c);
}

/* ---- what an incident asks for: extension urn:ansinh:extension:checks {kind, timing} ---- */

/* R4 gives an AdverseEvent no status. */
static bool is_taken_back(board *b, const ans_json *doc, ans_jnode list)
{
    ANS_JSON_EACH(doc, list, one)
    {
        ans_jnode yes = ans_json_get(doc, one, ANS_STR("valueBoolean"));
        bool is_mark = ans_str_is(ans_json_get_string(b->cx, doc, one, ANS_STR("url")), "urn:ansinh:extension:entered-in-error");
        if (is_mark && yes != ANS_JNONE && ans_str_is(ans_json_raw(doc, yes), "true")) {
            return true;
        }
    }
    return false;
}

static ans_err take_checks(board *b, const ans_json *doc, ans_jnode parts, person *p)
{
    check c = {.p = p, .from_us = INT64_MIN, .until_us = INT64_MAX};
    ans_jnode timing = ANS_JNONE;
    ANS_JSON_EACH(doc, parts, part)
    {
        ans_str name = ans_json_get_string(b->cx, doc, part, ANS_STR("url"));
        if (ans_str_is(name, "kind")) {
            c.kind = ans_json_get_string(b->cx, doc, part, ANS_STR("valueCode"));
        } else if (ans_str_is(name, "timing")) {
            timing = ans_json_get(doc, part, ANS_STR("valueTiming"));
        }
    }
    if (!is_plain(c.kind) || ans_json_get(doc, timing, ANS_STR("event")) == ANS_JNONE) {
        return ANS_OK; /* without instants nothing says when it ends */
    }
    c.codes = ans_arena_fmt(b->cx->arena, CARE "|%.*s", ANS_FMT(c.kind));
    return c.codes.p ? take_timing(b, doc, timing, &c) : ans_cx_nomem(b->cx);
}

static ans_err take_incident(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    ans_err err = ANS_OK;
    (void)id;
    if (!p || list == ANS_JNONE || is_taken_back(b, doc, list)) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, list, one)
    {
        ans_jnode parts = ans_json_get(doc, one, ANS_STR("extension"));
        bool is_checks = ans_str_is(ans_json_get_string(b->cx, doc, one, ANS_STR("url")), "urn:ansinh:extension:checks") && parts != ANS_JNONE;
        err = err == ANS_OK && is_checks ? take_checks(b, doc, parts, p) : err;
    }
    return err;
}

/* ---- glucose: below 3.9 mmol/L it is measured again after a quarter of an hour ---- */

static bool is_low(board *b, const ans_json *doc)
{
    ans_decimal value, per, low;
    ans_jnode quantity = ans_json_get(doc, 0, ANS_STR("valueQuantity")), node = ans_json_get(doc, quantity, ANS_STR("value"));
    ans_str unit = ans_json_get_string(b->cx, doc, quantity, ANS_STR("code"));
    bool is_mg = ans_str_is(unit, "mg/dL");
    if (node == ANS_JNONE || !(is_mg || ans_str_is(unit, "mmol/L")) || !ans_decimal_parse(ans_json_raw(doc, node), &value)) {
        return false;
    }
    /* 18.016 mg/dL are 1 mmol/L: the smaller number is multiplied, nothing is rounded */
    bool is_known = ans_decimal_parse(ANS_STR("18.016"), &per) && ans_decimal_parse(ANS_STR("3.9"), &low) && (!is_mg || ans_decimal_mul(low, per, &low));
    return is_known && ans_decimal_cmp(value, low) < 0;
}

static ans_err take_glucose(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    int64_t us = board_time(b, ans_json_get_string(b->cx, doc, 0, ANS_STR("effectiveDateTime")));
    (void)id;
    if (p && us != INT64_MIN && us > p->glucose_us && !board_is_struck(b, doc)) {
        p->glucose_us = us;
        p->is_glucose_low = is_low(b, doc);
    }
    return ANS_OK;
}

static ans_err glucose_again(board *b)
{
    ans_str query = ans_arena_fmt(b->cx->arena, "patient=%.*s&code=http://loinc.org|15074-8,http://loinc.org|2339-0&date=ge%.*s", ANS_FMT(b->patients),
                                  ANS_FMT(board_since(b, GLUCOSE_HOURS)));
    ans_err err = board_each(b, "Observation", query, take_glucose);
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        person *p = &b->people[i];
        err = p->glucose_us && p->is_glucose_low ? board_add_due(b, p, DUE_CARE, ANS_STR("glucose"), p->glucose_us + AGAIN_US) : ANS_OK;
    }
    return err;
}

/* ---- done or not ---- */

static ans_err take_done(board *b, const ans_json *doc, ans_str id)
{
    int64_t us = board_time(b, ans_json_get_string(b->cx, doc, 0, ANS_STR("effectiveDateTime")));
    (void)id;
    b->was_struck = b->was_struck || board_is_struck(b, doc);
    if (!board_is_struck(b, doc) && us > b->done_us) {
        b->done_us = us;
    }
    return ANS_OK;
}

/* b->done_us: when something of these codes was last done, or INT64_MIN. One body as a rule; more when that one is struck through. */
static ans_err last_done(board *b, const check *c)
{
    ans_str more = ans_arena_fmt(b->cx->arena, "code=%.*s&_sort=-date&_count=1", ANS_FMT(c->codes));
    b->done_us = INT64_MIN;
    b->was_struck = false;
    ans_err err = board_newest_of(b, c->p, "Observation", more, take_done);
    if (err == ANS_OK && b->was_struck) {
        more = ans_arena_fmt(b->cx->arena, "code=%.*s&_sort=-date&_count=50", ANS_FMT(c->codes));
        err = board_newest_of(b, c->p, "Observation", more, take_done);
    }
    return err;
}

static int by_time(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

/* How long before a moment it counts: half of the way from the one before, within bounds. */
static int64_t early_of(const check *c)
{
    int64_t least = 2 * EARLY_MOST_US;
    for (uint32_t i = 1; i < c->moment_count; i++) {
        int64_t gap = c->moments[i] - c->moments[i - 1];
        least = gap > 0 && gap < least ? gap : least;
    }
    return least / 2 < EARLY_LEAST_US ? EARLY_LEAST_US : least / 2;
}

static ans_err settle_moments(board *b, check *c)
{
    int64_t passed = INT64_MIN;
    ans_err err = ANS_OK;
    ans_sort(c->moments, c->moment_count, sizeof *c->moments, by_time);
    int64_t early = early_of(c);
    for (uint32_t i = 0; i < c->moment_count; i++) {
        passed = c->moments[i] <= b->now_us ? c->moments[i] : passed;
    }
    for (uint32_t i = 0; err == ANS_OK && i < c->moment_count; i++) {
        int64_t at = c->moments[i];
        bool is_open = at >= passed && at - early > b->done_us;
        err = is_open ? board_add_due(b, c->p, DUE_CARE, c->kind, at) : ANS_OK;
    }
    return err;
}

/* Nobody is free because the order has run out: until somebody says that it is off, that is late, and no check settles it. */
static bool is_restraint_over(const board *b, const check *c)
{
    return ans_str_is(c->kind, "restraint-check") && c->every_us && b->now_us >= c->until_us;
}

static ans_err settle(board *b, check *c)
{
    if (is_restraint_over(b, c)) {
        return board_add_due(b, c->p, DUE_CARE, ANS_STR("restraint-over"), c->until_us);
    }
    ans_err err = last_done(b, c);
    if (err != ANS_OK || !c->every_us) {
        return err == ANS_OK ? settle_moments(b, c) : err;
    }
    int64_t from = c->from_us == INT64_MIN ? b->now_us : c->from_us;
    int64_t at = b->done_us != INT64_MIN && b->done_us >= from - c->every_us ? b->done_us + c->every_us : from;
    bool is_open = at < b->now_us + BOARD_AHEAD_US && at < c->until_us && b->now_us < c->until_us;
    return is_open ? board_add_due(b, c->p, DUE_CARE, c->kind, at) : ANS_OK;
}

ans_err board_care(board *b)
{
    ans_arena *a = b->cx->arena;
    ans_err err = board_each(b, "ServiceRequest", ans_arena_fmt(a, "patient=%.*s&status=active&code=" CARE "|", ANS_FMT(b->patients)), take_order);
    ans_str since = board_since(b, EVENT_HOURS);
    err = err == ANS_OK ? board_each(b, "AdverseEvent", ans_arena_fmt(a, "subject=%.*s&date=ge%.*s", ANS_FMT(b->patients), ANS_FMT(since)), take_incident) : err;
    for (check *c = b->checks; err == ANS_OK && c; c = c->next) {
        err = settle(b, c);
    }
    return err == ANS_OK ? glucose_again(b) : err;
}
