/* Medicines that are due: the hours of active orders on the clock of the place (fhir/timing.h), as the shift board counts them. */
#include "paper/paper_int.h"

#include "base/sort.h"
#include "fhir/timing.h"

enum { MOST_DOSES = 4000 };

typedef struct ordering {
    paper *p;
    dose now; /* of the instruction at hand */
    dose *at;
    uint32_t count, cap;
} ordering;

static ans_err add(void *arg, const ans_moment *m)
{
    ordering *o = arg;
    dose *at = ans_arena_grow(o->p->cx->arena, o->at, o->count, &o->cap, 32, sizeof *at);
    if (!at) {
        return ans_cx_nomem(o->p->cx);
    }
    if (o->count == MOST_DOSES) {
        return ans_issue_add(o->p->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d doses of one person on one paper", MOST_DOSES);
    }
    o->at = at;
    at[o->count] = o->now;
    at[o->count++].us = m ? m->us : 0;
    return ANS_OK;
}

static bool is_controlled(paper *p, const ans_json *doc)
{
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("extension"));
    bool is = false;
    for (ans_jnode e = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; !is && e != ANS_JNONE; e = ans_json_next(doc, all, e)) {
        is = ans_str_is(text_at(p, doc, e, "url"), "urn:ansinh:extension:controlled") && true_at(doc, e, "valueBoolean");
    }
    return is;
}

/* since INT64_MAX: nobody has compared the copy yet. */
static ans_err take(ordering *o, const ans_json *doc, int64_t since, int64_t from_us, int64_t until_us)
{
    paper *p = o->p;
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("dosageInstruction"));
    bool is_unchecked = since == INT64_MAX;
    dose base = {.kind = is_unchecked ? DOSE_UNCHECKED : DOSE_TIMELESS, .is_guarded = is_guarded(p, doc), .is_controlled = is_controlled(p, doc)};
    ans_err err = medicine_name(p, doc, &base.medicine);
    if (all == ANS_JNONE) {
        o->now = base;
        return err == ANS_OK ? add(o, NULL) : err;
    }
    ANS_JSON_EACH(doc, all, one)
    {
        ans_timing t;
        o->now = base;
        o->now.how = text_at(p, doc, one, "text");
        o->now.amount = quantity_text(p, doc, node_at(doc, one, "doseAndRate.doseQuantity"));
        bool is_as_needed = true_at(doc, one, "asNeededBoolean") || ans_json_get(doc, one, ANS_STR("asNeededCodeableConcept")) != ANS_JNONE;
        ans_timing_read(p->cx, doc, ans_json_get(doc, one, ANS_STR("timing")), p->zone, time_of(p, text_at(p, doc, 0, "authoredOn")), is_unchecked ? INT64_MIN : since, &t);
        bool is_due = !is_unchecked && !is_as_needed && t.count, is_over = t.until_us <= from_us || t.from_us >= until_us;
        o->now.kind = is_due ? DOSE_DUE : is_as_needed && !is_unchecked ? DOSE_NEEDED : base.kind;
        err = err != ANS_OK || (is_over && !is_due) ? err : is_due ? ans_timing_each(&t, p->zone, from_us, until_us, add, o) : add(o, NULL);
    }
    return err;
}

static int by_time(const void *x, const void *y)
{
    const dose *a = x, *b = y;
    return a->us != b->us ? (a->us < b->us ? -1 : 1) : ans_str_cmp(a->medicine, b->medicine);
}

ans_err ask_doses(paper *p, ans_str patient, ans_str since, int64_t from_us, int64_t until_us, dose **out, uint32_t *out_count)
{
    list orders;
    ordering o = {.p = p};
    ans_err err = ask_list(p, "MedicationRequest", of_person(p, patient, "status=active"), "authoredOn", &orders);
    for (uint32_t i = 0; err == ANS_OK && i < orders.count; i++) {
        int64_t came = time_of(p, since), asks = ans_order_asks_from(p->cx, orders.at[i].doc, p->zone);
        err = take(&o, orders.at[i].doc, asks > came ? asks : came, from_us, until_us);
    }
    ans_sort(o.at, o.count, sizeof *o.at, by_time);
    *out = o.at;
    *out_count = o.count;
    return err;
}
