/* How many facilities of which kind, how many people in each, and the numbers that follow. */
#include "app/demo.h"

/* Of a hundred residents of a province with one facility of each kind. */
static const uint32_t share[KINDS] = {
    [KIND_ELDERLY] = 30, [KIND_MENTAL] = 30, [KIND_DRUGS] = 22, [KIND_VETERANS] = 18};

static uint32_t total_share(uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += share[i % KINDS];
    }
    return sum;
}

ans_err demo_plan(demo *d)
{
    uint32_t wanted = d->o->facilities, residents = d->o->residents;
    uint32_t count = wanted < residents ? wanted : residents;
    uint64_t sum = total_share(count), before = 0;
    uint32_t first = 1, ward = 1, staff = 1;
    d->facilities = ANS_NEW_N(d->cx->arena, facility, count);
    if (!d->facilities) {
        return ans_cx_nomem(d->cx);
    }
    for (uint32_t i = 0; i < count; i++) {
        before += share[i % KINDS];
        uint32_t end = 1 + (uint32_t)(residents * before / sum);
        facility *f = &d->facilities[i];
        *f = (facility){.number = i + 1,
                        .kind = (demo_kind)(i % KINDS),
                        .first = first,
                        .first_ward = ward,
                        .first_staff = staff};
        f->residents = end > first ? end - first : 0;
        f->wards = f->residents ? (f->residents + WARD_RESIDENTS - 1) / WARD_RESIDENTS : 1;
        first += f->residents;
        ward += f->wards;
        staff += (uint32_t)FACILITY_POSTS + f->wards * (uint32_t)WARD_STAFF;
    }
    d->facility_count = count;
    return ANS_OK;
}

/* The first of each keeps a short name. */
const char *demo_facility_id(demo *d, const facility *f)
{
    return f->number == 1 ? "demo-facility"
                          : ans_arena_fmt(d->scratch.arena, "demo-facility-%u", f->number).p;
}

const char *demo_ward_id(demo *d, uint32_t ward)
{
    return ward == 1 ? "demo-ward" : ans_arena_fmt(d->scratch.arena, "demo-ward-%u", ward).p;
}

uint32_t demo_ward_staff(const facility *f, uint32_t ward)
{
    return f->first_staff + (uint32_t)FACILITY_POSTS +
           (ward - f->first_ward) * (uint32_t)WARD_STAFF;
}

uint32_t demo_nurse(demo *d, const resident *r)
{
    return demo_ward_staff(r->f, r->ward) + (uint32_t)demo_between(d, 0, WARD_NURSES - 1);
}

uint32_t demo_carer(demo *d, const resident *r)
{
    return demo_ward_staff(r->f, r->ward) +
           (uint32_t)(WARD_NURSES + demo_between(d, 0, WARD_CARERS - 1));
}
