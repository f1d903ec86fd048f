/* In which scopes each owner lies for one role: its house and wards, the people who stay there, the staff, whom it looks after, whose record it is.
 * Worked out for all owners in one go, from the places and the facts; what is derived is never patched. All under the gate's lock. */
#include "auth/pass_int.h"

/* ---- organisations ---- */

void where_refresh_lines(ans_gate *g, ans_day day)
{
    ans_orgs *orgs = (ans_orgs *)g->o.orgs;
    uint64_t edition = orgs ? ans_orgs_edition(orgs) : 0;
    if (g->lines_edition != edition || g->lines_day != day) {
        g->lines_count = 0;
        g->lines_edition = edition;
        g->lines_day = day;
    }
    /* everybody stands somewhere in the civil tree: that makes nobody one's colleague */
    ans_lines civil = orgs ? ans_orgs_line(orgs, ANS_STR("civil")) : 0;
    for (; orgs && g->lines_count < g->owner_count; g->lines_count++) {
        owner *o = &g->owners[g->lines_count];
        o->lines = o->kind == OWNER_ORG && o->number ? ans_orgs_lines_of(orgs, o->number, ans_as_of_day(day)) : 0;
        o->lines = o->lines & ~civil ? o->lines & ~civil : o->lines;
    }
}

static void org_bits(where_of *b, uint32_t n)
{
    const ans_gate *g = b->g;
    const owner *o = &g->owners[n];
    uint32_t facility = place_facility(g, n);
    const owner *whole = &g->owners[facility];
    ans_scopes bits = ANS_SCOPE_ALL;
    if (o->org_kind == ORG_PUBLIC) {
        bits |= ANS_SCOPE_PUBLIC;
    }
    if (b->facility && facility == b->facility) {
        /* what belongs to the house and to nobody in it, such as a handover: everybody of the house is assigned */
        bits |= ANS_SCOPE_FACILITY | ANS_SCOPE_WARD | ANS_SCOPE_TREE | ANS_SCOPE_LINE | ANS_SCOPE_ASSIGNED;
    }
    if (whole->lines & b->lines) {
        bits |= ANS_SCOPE_TREE;
    }
    if (b->has_line && (ans_org_set_has(&b->line, o->number) || ans_org_set_has(&b->line, whole->number))) {
        bits |= ANS_SCOPE_LINE | ANS_SCOPE_TREE;
    }
    b->where[n] = bits;
}

/* What whoever belongs to this organisation shares of its scopes. */
static ans_scopes inherited(const where_of *b, uint32_t org)
{
    uint32_t n = org ? owner_real(b->g, org) : 0;
    ans_scopes bits = n ? b->where[n] & (ANS_SCOPE_FACILITY | ANS_SCOPE_LINE) : 0;
    return (ans_scopes)(bits | (bits & ANS_SCOPE_FACILITY && b->whole_facility ? ANS_SCOPE_WARD : 0));
}

/* ---- persons and staff ---- */

/* Is this place one of the role's, or in one? */
static bool is_of_role(const where_of *b, const fact *role, uint32_t place)
{
    uint32_t n = owner_real(b->g, place);
    for (int up = 0; up < 16 && n; up++) {
        for (uint32_t k = 0; k < role->count; k++) {
            if (role->list[k] && owner_real(b->g, role->list[k]) == n) {
                return true;
            }
        }
        n = owner_real(b->g, b->g->owners[n].above);
    }
    return false;
}

static bool is_in_ward(const where_of *b, const fact *role, const fact *stay)
{
    for (uint32_t i = 0; i < stay->count; i++) {
        if (is_of_role(b, role, stay->list[i])) {
            return true;
        }
    }
    return false;
}

static uint32_t place_org(const ans_gate *g, uint32_t place)
{
    uint32_t n = owner_real(g, place);
    for (int up = 0; up < 16 && n && !g->owners[n].org; up++) {
        n = owner_real(g, g->owners[n].above);
    }
    return n ? g->owners[n].org : 0;
}

/* Nothing is owned by a place; what is kept in it asks (ans_gate_mark_of_place). */
static void place_bits(where_of *b, const fact *role, uint32_t n)
{
    ans_scopes bits = inherited(b, place_org(b->g, n));
    bool its_ward = (bits & ANS_SCOPE_FACILITY) && role && !b->whole_facility && is_of_role(b, role, n);
    b->where[n] |= (ans_scopes)(bits | (its_ward ? ANS_SCOPE_WARD : 0));
}

/* A stay that names no facility is where its bed is. */
static uint32_t stay_org(const ans_gate *g, const fact *stay)
{
    uint32_t org = stay->org;
    for (uint32_t i = 0; i < stay->count && !org; i++) {
        org = place_org(g, stay->list[i]);
    }
    return org;
}

static void stay_bits(where_of *b, const fact *role, const fact *stay)
{
    uint32_t n = owner_real(b->g, stay->who);
    ans_scopes bits = inherited(b, stay_org(b->g, stay));
    if (!n) {
        return;
    }
    if ((bits & ANS_SCOPE_FACILITY) && role && !b->whole_facility && is_in_ward(b, role, stay)) {
        bits |= ANS_SCOPE_WARD;
    }
    b->where[n] |= (ans_scopes)(bits | (bits & ANS_SCOPE_FACILITY && stay->count ? WHERE_PLACED : 0));
}

/* Who comes for the day, or was taken in and has no bed yet, is before every ward of that house: somebody has to look after them, and no bed says
 * who. Once they lie somewhere it is their ward's alone. */
static void wardless_bits(where_of *b, const fact *stay)
{
    uint32_t n = owner_real(b->g, stay->who);
    if (n && stay->is_wardless && !(b->where[n] & WHERE_PLACED) && (inherited(b, stay_org(b->g, stay)) & ANS_SCOPE_FACILITY)) {
        b->where[n] |= ANS_SCOPE_WARD;
    }
}

/* Who died, went home or to hospital in the night: the ward they lay in last goes on for some days, so that what was done is typed; not once they
 * lie elsewhere in the house, and not when they are another house's. */
static void left_bits(where_of *b, const fact *role, const fact *stay)
{
    uint32_t n = owner_real(b->g, stay->who);
    if (!stay->count || stay->to_us <= b->now_us || !n) {
        return;
    }
    pass_keep_until(b->pass, b->now_us, stay->to_us);
    bool of_house = (b->where[n] & ANS_SCOPE_FACILITY) && !(b->where[n] & WHERE_PLACED) && (inherited(b, stay_org(b->g, stay)) & ANS_SCOPE_FACILITY);
    if (of_house && role && !b->whole_facility && is_in_ward(b, role, stay)) {
        b->where[n] |= ANS_SCOPE_WARD;
    }
}

static void team_bits(where_of *b, const fact *team)
{
    uint32_t n = owner_real(b->g, team->who);
    for (uint32_t i = 0; n && b->staff && i < team->count; i++) {
        if (owner_real(b->g, team->list[i]) == b->staff && (b->where[n] & ANS_SCOPE_FACILITY)) {
            b->where[n] |= ANS_SCOPE_ASSIGNED;
        }
    }
}

static void glass_bit(void *arg, uint32_t person)
{
    where_of *b = arg;
    uint32_t n = owner_real(b->g, person);
    if (n && (b->where[n] & ANS_SCOPE_FACILITY)) {
        b->where[n] |= ANS_SCOPE_GLASS;
    }
}

/* Whom this facility gave to another: what was made until then stays theirs to read. */
static void past_bit(where_of *b, const fact *f)
{
    ans_pass *p = b->pass;
    uint32_t n = owner_real(b->g, f->who);
    if (!n || !f->from || !b->facility || place_facility(b->g, f->from) != b->facility) {
        return;
    }
    if (p->past_count == p->past_cap) {
        uint32_t cap = p->past_cap ? p->past_cap * 2 : 16;
        past *at = ans_realloc(p->past, cap * sizeof *at);
        if (!at) {
            return; /* they see less */
        }
        p->past = at;
        p->past_cap = cap;
    }
    p->past[p->past_count++] = (past){n, b->facility, f->rid};
    b->where[n] |= WHERE_PAST;
}

/* Where that person lives: the house, as a whole, and its departments. */
static void home_bits(where_of *b)
{
    ans_gate *g = b->g;
    for (uint32_t i = 0; i < g->facts.count; i++) {
        const fact *f = fact_at(g, i);
        uint32_t house = f->kind == FACT_STAY && owner_real(g, f->who) == b->own ? place_facility(g, stay_org(g, f)) : 0;
        for (uint32_t n = 1; house && n < g->owner_count; n++) {
            b->where[n] |= g->owners[n].kind == OWNER_ORG && place_facility(g, n) == house ? ANS_SCOPE_HOME : 0;
        }
    }
}

void where_fill(where_of *b, const fact *role)
{
    ans_gate *g = b->g;
    for (uint32_t n = 0; n < g->owner_count; n++) {
        b->where[n] = ANS_SCOPE_ALL;
        if (g->owners[n].kind == OWNER_ORG) {
            org_bits(b, n);
        }
    }
    for (uint32_t n = 0; n < g->owner_count; n++) {
        if (g->owners[n].kind == OWNER_PERSON) {
            b->where[n] |= inherited(b, g->owners[n].above);
        } else if (g->owners[n].kind == OWNER_PLACE) {
            place_bits(b, role, n);
        }
    }
    for (uint32_t i = 0; i < g->facts.count; i++) {
        const fact *f = fact_at(g, i);
        uint32_t n = owner_real(g, f->who);
        if (f->kind == FACT_STAY || f->kind == FACT_PAST) {
            past_bit(b, f);
        }
        if (f->kind == FACT_STAY) {
            stay_bits(b, role, f);
        } else if (f->kind == FACT_ROLE && n) { /* of those who left too: their names stand in the record */
            b->where[n] |= inherited(b, f->org) & (ANS_SCOPE_FACILITY | ANS_SCOPE_LINE | ANS_SCOPE_WARD);
        }
    }
    for (uint32_t i = 0; i < g->facts.count; i++) {
        if (fact_at(g, i)->kind == FACT_TEAM) {
            team_bits(b, fact_at(g, i));
        } else if (fact_at(g, i)->kind == FACT_STAY) {
            wardless_bits(b, fact_at(g, i));
        } else if (fact_at(g, i)->kind == FACT_PAST) {
            left_bits(b, role, fact_at(g, i));
        }
    }
    if (b->staff) {
        b->where[b->staff] |= ANS_SCOPE_SELF;
    }
    if (b->own) {
        b->where[b->own] |= b->own_bits;
        home_bits(b);
    }
    glass_each(g, b->pass->account, b->now_us, glass_bit, b, &b->pass->until_us);
    for (uint32_t n = 0; n < g->owner_count; n++) {
        uint32_t at = n;
        for (int deep = 0; deep < 8 && g->owners[at].follows; deep++) {
            at = owner_real(g, g->owners[at].follows);
            b->where[n] |= b->where[at];
        }
    }
    for (uint32_t n = 0; n < g->owner_count; n++) {
        b->where[n] = g->owners[n].same ? b->where[g->owners[n].same] : b->where[n];
    }
}

/* ---- bound programs ---- */

static void consent_bit(void *arg, uint32_t person)
{
    where_of *b = arg;
    if (person && (b->where[person] & (ANS_SCOPE_FACILITY | ANS_SCOPE_LINE))) {
        b->where[person] |= ANS_SCOPE_CONSENT;
    }
}

void where_bind(where_of *b)
{
    ans_gate *g = b->g;
    bool by_law = b->recipient && g->purposes->list[b->purpose].basis == ANS_BASIS_LAW;
    share_each(g, b->purpose, b->recipient, b->now_us, consent_bit, b, &b->pass->until_us);
    for (uint32_t n = 0; n < g->owner_count; n++) {
        bool person = g->owners[n].kind == OWNER_PERSON, org = g->owners[n].kind == OWNER_ORG;
        if (person && by_law) {
            consent_bit(b, n);
        }
        b->where[n] &= (ans_scopes)(ANS_SCOPE_ALL | (person ? ANS_SCOPE_CONSENT : 0) | (org ? ANS_SCOPE_TREE | ANS_SCOPE_PUBLIC : 0));
    }
    for (uint32_t n = 0; n < g->owner_count; n++) {
        b->where[n] = g->owners[n].same ? b->where[g->owners[n].same] : b->where[n];
    }
}
