/* The table of requests, read once and strictly, and the days it comes to. */
#include "auth/request.h"

#include "auth/rights.h"
#include "fhir/value.h"
#include "json/json.h"

typedef struct reading {
    ans_cx *cx;
    const ans_json *doc;
    ans_requests *out;
} reading;

static ans_err bad(reading *r, const char *what, ans_str name)
{
    return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR("requests.json"), "%s: '%.*s'", what, ANS_FMT(name));
}

static ans_err only(reading *r, ans_jnode object, const char *known)
{
    ANS_JSON_EACH(r->doc, object, m) {
        ans_str word = ans_arena_fmt(r->cx->arena, " %.*s ", ANS_FMT(ans_json_key(r->doc, m)));
        if (ans_str_search(ans_str_of(known), word) < 0) {
            return bad(r, "unknown member", ans_json_key(r->doc, m));
        }
    }
    return ANS_OK;
}

/* "09-02" or "2026-09-01" */
static ans_err read_holidays(reading *r, ans_jnode list)
{
    ANS_JSON_EACH(r->doc, list, n) {
        ans_str text = ans_json_string(r->cx, r->doc, n);
        bool yearly = text.n == 5;
        ans_datetime d;
        ans_str whole = yearly ? ans_arena_fmt(r->cx->arena, "2000-%.*s", ANS_FMT(text)) : text;
        if (r->out->holiday_count == ANS_HOLIDAY_MOST || !ans_datetime_parse(whole, false, &d) || d.precision != ANS_PREC_DAY) {
            return bad(r, "no day, or too many", text);
        }
        r->out->holidays[r->out->holiday_count++] = (ans_holiday){yearly ? 0 : d.year, d.month, d.day};
    }
    return ANS_OK;
}

/* Days: at most a year; 0 where there are none. */
static ans_err days_at(reading *r, ans_jnode object, const char *name, uint32_t *out)
{
    ans_jnode n = ans_json_get(r->doc, object, ans_str_of(name));
    uint64_t v = 0;
    *out = 0;
    if (n == ANS_JNONE) {
        return ANS_OK;
    }
    if (!ans_str_u64(ans_json_raw(r->doc, n), &v) || v == 0 || v > 366) {
        return bad(r, "a number of days from 1 to 366 is wanted", ans_str_of(name));
    }
    *out = (uint32_t)v;
    return ANS_OK;
}

static ans_err read_kind(reading *r, ans_jnode n)
{
    if (r->out->count == ANS_REQUEST_MOST) {
        return bad(r, "too many kinds", ans_json_key(r->doc, n));
    }
    ans_request_kind *k = &r->out->list[r->out->count++];
    ans_jnode title = ans_json_get(r->doc, n, ANS_STR("title"));
    *k = (ans_request_kind){.code = ans_json_key(r->doc, n),
                            .vi = ans_json_get_string(r->cx, r->doc, title, ANS_STR("vi")),
                            .en = ans_json_get_string(r->cx, r->doc, title, ANS_STR("en"))};
    ans_err err = only(r, n, " title acknowledge days third_party extension ");
    err = err == ANS_OK ? days_at(r, n, "acknowledge", &k->acknowledge) : err;
    err = err == ANS_OK ? days_at(r, n, "days", &k->days) : err;
    err = err == ANS_OK ? days_at(r, n, "third_party", &k->third_party) : err;
    err = err == ANS_OK ? days_at(r, n, "extension", &k->extension) : err;
    return err == ANS_OK && (!k->acknowledge || !k->days || !k->vi.n || !k->en.n) ? bad(r, "title, acknowledge and days are wanted", k->code) : err;
}

static ans_err read_all(reading *r)
{
    ans_jnode holidays = ans_json_get(r->doc, 0, ANS_STR("holidays")), kinds = ans_json_get(r->doc, 0, ANS_STR("kinds"));
    if (holidays == ANS_JNONE || kinds == ANS_JNONE) {
        return bad(r, "missing", ANS_STR("holidays or kinds"));
    }
    ans_err err = only(r, 0, " about review law holidays kinds ");
    err = err == ANS_OK ? read_holidays(r, holidays) : err;
    for (ans_jnode n = ans_json_first(r->doc, kinds); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(r->doc, kinds, n)) {
        err = read_kind(r, n);
    }
    return err;
}

ans_err ans_requests_read(ans_cx *cx, ans_str text, const ans_requests **out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    ans_requests *q = ANS_NEW(cx->arena, ans_requests);
    ans_str kept = ans_arena_dup(cx->arena, text.n ? text : (ans_str){ans_access_requests, ans_access_requests_bytes});
    if (!doc || !q || !kept.p) {
        return ans_cx_nomem(cx);
    }
    ans_err err = ans_json_parse(cx, kept, NULL, doc);
    err = err == ANS_OK ? read_all(&(reading){cx, doc, q}) : err;
    *out = q;
    return err;
}

const ans_request_kind *ans_request_named(const ans_requests *q, ans_str code)
{
    for (uint32_t i = 0; i < q->count; i++) {
        if (ans_str_eq(q->list[i].code, code)) {
            return &q->list[i];
        }
    }
    return NULL;
}

static bool is_day_off(const ans_requests *q, ans_day day)
{
    int year, month, date, weekday = (int)((day % 7 + 7 + 4) % 7); /* 1970-01-01 was a Thursday; 0: Sunday */
    ans_civil_from_days(day, &year, &month, &date);
    bool off = weekday == 0 || weekday == 6;
    for (uint32_t i = 0; i < q->holiday_count && !off; i++) {
        const ans_holiday *h = &q->holidays[i];
        off = h->month == month && h->day == date && (h->year == 0 || h->year == year);
    }
    return off;
}

ans_request_due ans_request_due_of(const ans_requests *q, const ans_request_kind *k, ans_day received, bool third_party, bool extended)
{
    ans_request_due due = {received, received};
    for (uint32_t left = k->acknowledge; left > 0;) {
        due.acknowledge++;
        left -= !is_day_off(q, due.acknowledge);
    }
    due.answer += (ans_day)(third_party && k->third_party ? k->third_party : k->days);
    due.answer += (ans_day)(extended ? k->extension : 0);
    return due;
}
