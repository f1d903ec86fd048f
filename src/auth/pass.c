/* Passes: for every role of an account that is in force, in which scopes each owner lies. Worked out from the places in one go and
 * thrown away whole when a place, a role, an organisation or the day changes: what is derived is never patched. */
#include "auth/gate_int.h"

#include "base/os.h"
#include "base/sort.h"

#define DAY_US INT64_C(86400000000)
#define VIETNAM_US (7 * INT64_C(3600000000))

typedef struct build {
    ans_gate *g;
    ans_pass *pass;
    int64_t now_us;
    uint32_t staff;
    ans_scopes *where;     /* being filled */
    uint32_t facility;
    bool whole_facility;   /* the role names no wards */
    bool has_line;
    ans_org_set line;      /* of the role's organisation */
    ans_lines lines;
    ans_cx cx;             /* scratch for sets */
    uint32_t own;          /* the person whose record the account sees; 0: an account of staff or a program */
    ans_scopes own_bits;
    bool is_bound;         /* to a purpose and a recipient */
    uint32_t purpose, recipient;
} build;

/* ---- organisations ---- */

/* Lines of all organisations, asked once a day and edition. */
static void refresh_lines(ans_gate *g, ans_day day)
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

static void org_bits(build *b, uint32_t n)
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
static ans_scopes inherited(const build *b, uint32_t org)
{
    uint32_t n = org ? owner_real(b->g, org) : 0;
    ans_scopes bits = n ? b->where[n] & (ANS_SCOPE_FACILITY | ANS_SCOPE_LINE) : 0;
    return (ans_scopes)(bits | (bits & ANS_SCOPE_FACILITY && b->whole_facility ? ANS_SCOPE_WARD : 0));
}

/* ---- persons and staff ---- */

/* Is this place one of the role's, or in one? */
static bool is_of_role(const build *b, const fact *role, uint32_t place)
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

static bool is_in_ward(const build *b, const fact *role, const fact *stay)
{
    for (uint32_t i = 0; i < stay->count; i++) {
        if (is_of_role(b, role, stay->list[i])) {
            return true;
        }
    }
    return false;
}

static void keep_until(ans_pass *p, int64_t now_us, int64_t at_us)
{
    p->until_us = at_us > now_us && at_us < p->until_us ? at_us : p->until_us;
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
static void place_bits(build *b, const fact *role, uint32_t n)
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

static void stay_bits(build *b, const fact *role, const fact *stay)
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
static void wardless_bits(build *b, const fact *stay)
{
    uint32_t n = owner_real(b->g, stay->who);
    if (n && stay->is_wardless && !(b->where[n] & WHERE_PLACED) && (inherited(b, stay_org(b->g, stay)) & ANS_SCOPE_FACILITY)) {
        b->where[n] |= ANS_SCOPE_WARD;
    }
}

/* Who died, went home or to hospital in the night: the ward they lay in last goes on for some days, so that what was done is typed; not once they
 * lie elsewhere in the house, and not when they are another house's. */
static void left_bits(build *b, const fact *role, const fact *stay)
{
    uint32_t n = owner_real(b->g, stay->who);
    if (!stay->count || stay->to_us <= b->now_us || !n) {
        return;
    }
    keep_until(b->pass, b->now_us, stay->to_us);
    bool of_house = (b->where[n] & ANS_SCOPE_FACILITY) && !(b->where[n] & WHERE_PLACED) && (inherited(b, stay_org(b->g, stay)) & ANS_SCOPE_FACILITY);
    if (of_house && role && !b->whole_facility && is_in_ward(b, role, stay)) {
        b->where[n] |= ANS_SCOPE_WARD;
    }
}

static void team_bits(build *b, const fact *team)
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
    build *b = arg;
    uint32_t n = owner_real(b->g, person);
    if (n && (b->where[n] & ANS_SCOPE_FACILITY)) {
        b->where[n] |= ANS_SCOPE_GLASS;
    }
}

static int by_owner(const void *a, const void *b)
{
    const past *x = a, *y = b;
    return x->owner != y->owner ? (x->owner < y->owner ? -1 : 1) : x->facility != y->facility ? (x->facility < y->facility ? -1 : 1) : 0;
}

/* Whom this facility gave to another: what was made until then stays theirs to read. */
static void past_bit(build *b, const fact *f)
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
static void home_bits(build *b)
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

static void fill(build *b, const fact *role)
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
    build *b = arg;
    if (person && (b->where[person] & (ANS_SCOPE_FACILITY | ANS_SCOPE_LINE))) {
        b->where[person] |= ANS_SCOPE_CONSENT;
    }
}

/* What is left of a grant when it is bound: persons who may be shown, organisations, and what is nobody's. */
static void bind_where(build *b)
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

/* Nothing is written, and no group is read that the purpose does not name. */
static void bind_masks(const build *b, grant *g)
{
    const ans_rights *r = b->g->rights;
    uint32_t groups = b->g->purpose_groups[b->purpose] | 1u << r->group_of[b->g->kinds[OWNER_ORG]];
    for (uint32_t i = 0; i < r->group_count; i++) {
        for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
            bool reads = a == ANS_RIGHT_READ || a == ANS_RIGHT_HISTORY || a == ANS_RIGHT_EXPORT;
            bool ours = r->groups[i].is_open || (groups >> i & 1);
            g->masks[i][a] = reads && ours ? g->masks[i][a] : 0;
        }
    }
}

/* ---- grants ---- */

static ans_scopes *new_where(build *b)
{
    ans_pass *p = b->pass;
    ans_scopes *at = p->where_count < ANS_ROLE_MOST + 2 ? ans_alloc((b->g->owner_count + 1) * sizeof *at) : NULL;
    if (at) {
        p->where[p->where_count++] = at;
        b->where = at;
    }
    return at;
}

static void add_grant(build *b, const ans_role_rights *role, bool with_purpose, ans_scopes outside)
{
    grant *g = &b->pass->grants[b->pass->grant_count++];
    *g = (grant){.role = role, .where = b->where, .outside = outside, .facility = b->facility, .whole = b->whole_facility};
    memcpy(g->masks, role->masks, sizeof g->masks);
    for (uint32_t i = 0; with_purpose && role->has_purpose && i < ANS_GROUP_MOST; i++) {
        for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
            g->masks[i][a] |= role->purpose[i][a];
        }
    }
    if (b->is_bound) {
        bind_masks(b, g);
        g->outside = 0; /* whom nobody knows yet has consented to nothing */
    }
}

static bool wants_line(const ans_rights *r, uint32_t roles)
{
    for (uint32_t i = 0; i < r->role_count; i++) {
        for (uint32_t k = 0; (roles >> i & 1) && k < r->group_count; k++) {
            for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
                if ((r->roles[i].masks[k][a] | r->roles[i].purpose[k][a]) & ANS_SCOPE_LINE) {
                    return true;
                }
            }
        }
    }
    return false;
}

static ans_err grant_fact(build *b, const fact *f)
{
    ans_gate *g = b->g;
    uint32_t org = owner_real(g, f->org);
    b->facility = place_facility(g, org);
    b->whole_facility = f->count == 0;
    b->lines = b->facility ? g->owners[b->facility].lines : 0;
    b->has_line = false;
    if (g->o.orgs && b->facility && wants_line(g->rights, f->roles)) {
        b->has_line = true;
        ans_err err = ans_orgs_subtree(&b->cx, (ans_orgs *)g->o.orgs, g->owners[b->facility].number, b->lines,
                                       ans_as_of_day(g->lines_day), &b->line);
        if (err != ANS_OK) {
            return err;
        }
    }
    if (!new_where(b)) {
        return ANS_E_NOMEM;
    }
    fill(b, f);
    if (b->is_bound) {
        bind_where(b);
    }
    for (uint32_t i = 0; i < g->rights->role_count; i++) {
        if (f->roles >> i & 1) {
            add_grant(b, &g->rights->roles[i], f->has_purpose, ANS_SCOPE_ALL);
        }
    }
    return ANS_OK;
}

/* A role of the account itself counts everywhere, but makes nobody assigned to anybody. */
static ans_err grant_direct(build *b, const ans_role_rights *role)
{
    const ans_scopes everywhere = ANS_SCOPE_ALL | ANS_SCOPE_WARD | ANS_SCOPE_FACILITY | ANS_SCOPE_LINE | ANS_SCOPE_TREE;
    b->facility = 0;
    b->lines = 0;
    b->has_line = false;
    if (!new_where(b)) {
        return ANS_E_NOMEM;
    }
    fill(b, NULL);
    for (uint32_t n = 0; n < b->g->owner_count; n++) {
        b->where[n] |= everywhere;
    }
    if (b->is_bound) {
        bind_where(b);
    }
    add_grant(b, role, false, everywhere);
    return ANS_OK;
}

/* What the table gives to the person themself, or to who represents them. */
static ans_err grant_own(build *b, const ans_role_rights *role)
{
    b->facility = 0;
    b->lines = 0;
    b->has_line = false;
    if (!new_where(b)) {
        return ANS_E_NOMEM;
    }
    fill(b, NULL);
    add_grant(b, role, false, ANS_SCOPE_ALL);
    return ANS_OK;
}

static ans_err grant_everyone(build *b)
{
    b->facility = 0;
    b->lines = 0;
    b->has_line = false;
    if (!new_where(b)) {
        return ANS_E_NOMEM;
    }
    fill(b, NULL);
    if (b->is_bound) {
        bind_where(b);
    }
    add_grant(b, &b->g->rights->everyone, false, ANS_SCOPE_ALL);
    return ANS_OK;
}

static ans_err add_grants(build *b, const ans_who *who)
{
    ans_gate *g = b->g;
    uint32_t direct = ans_rights_role(g->rights, who->direct_role);
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && b->staff && i < g->facts.count; i++) {
        const fact *f = fact_at(g, i);
        if (f->kind != FACT_ROLE || owner_real(g, f->who) != b->staff || !f->roles) {
            continue;
        }
        keep_until(b->pass, b->now_us, f->from_us);
        keep_until(b->pass, b->now_us, f->to_us);
        bool room = b->pass->grant_count + (uint32_t)__builtin_popcount(f->roles) <= ANS_ROLE_MOST;
        if (f->from_us <= b->now_us && b->now_us < f->to_us && room) {
            err = grant_fact(b, f);
        }
    }
    if (err == ANS_OK && direct != UINT32_MAX && g->rights->roles[direct].is_direct) {
        err = grant_direct(b, &g->rights->roles[direct]);
    }
    return err == ANS_OK && b->pass->grant_count == 0 ? grant_everyone(b) : err;
}

/* ---- life ---- */

static void pass_unref(void *arg)
{
    ans_pass *p = arg;
    if (p && atomic_fetch_sub(&p->refs, 1) == 1) {
        for (uint32_t i = 0; i < p->where_count; i++) {
            ans_free(p->where[i]);
        }
        ans_free(p->grants);
        ans_free(p->past);
        ans_free((void *)p->account.p);
        ans_free(p);
    }
}

static ans_pass *pass_new(ans_gate *g, const ans_who *who, uint64_t key)
{
    ans_pass *p = ans_alloc(sizeof *p);
    char *account = ans_alloc(who->account.n + 1);
    if (p) {
        *p = (ans_pass){.gate = g, .key = key, .until_us = INT64_MAX, .account = {account, who->account.n}};
        atomic_store(&p->refs, 1);
        p->grants = ans_alloc((ANS_ROLE_MOST + 2) * sizeof *p->grants);
    }
    if (!p || !account || !p->grants) {
        ans_free(account);
        ans_free(p ? p->grants : NULL);
        ans_free(p);
        return NULL;
    }
    memcpy(account, who->account.n ? who->account.p : "", who->account.n);
    return p;
}

static bool is_system(const ans_gate *g, const ans_who *who)
{
    uint32_t i = who->direct_role.n ? ans_rights_role(g->rights, who->direct_role) : UINT32_MAX;
    return i != UINT32_MAX && g->rights->roles[i].is_everything && g->rights->roles[i].is_direct;
}

/* A purpose nobody knows is a purpose nobody consented to. */
static void bind_to(build *b, const ans_who *who)
{
    uint32_t purpose = who->purpose.n ? ans_purpose_named(b->g->purposes, who->purpose) : UINT32_MAX;
    b->is_bound = who->purpose.n || who->recipient.n;
    b->g->only_find = true;
    b->recipient = purpose != UINT32_MAX ? owner_real(b->g, owner_named(b->g, OWNER_ORG, who->recipient)) : 0;
    b->g->only_find = false;
    b->purpose = purpose != UINT32_MAX ? purpose : 0;
}

/* Whose record it sees, before the gate's lock is taken: the record is asked. */
static ans_err find_own(build *b, ans_cx *cx, const ans_who *who, ans_own *own)
{
    *own = (ans_own){0};
    if (!who->person.n) {
        return ANS_OK;
    }
    b->pass->is_own = true;
    b->pass->own_edition = atomic_load(&b->g->own_edition);
    ans_err err = ans_gate_own(b->g, cx, who, own);
    b->pass->self = own->self;
    return err == ANS_OK && own->state != ANS_OWN_OPEN ? own_closed(cx, own) : err;
}

static ans_err make_pass(ans_gate *g, ans_cx *cx, const ans_who *who, uint64_t key, ans_pass **out)
{
    ans_own own;
    ans_pass *p = pass_new(g, who, key);
    build b = {.g = g, .pass = p, .now_us = ans_now_us(), .cx = {.arena = cx->arena}};
    ans_err err = p ? find_own(&b, cx, who, &own) : ANS_E_NOMEM;
    if (err != ANS_OK) {
        pass_unref(p);
        return err;
    }
    (void)pthread_mutex_lock(&g->lock);
    b.own = own.person ? owner_real(g, num_map_get(&g->by_rid, own.person)) : 0;
    b.own_bits = (ans_scopes)(ANS_SCOPE_OWN | (own.decides ? ANS_SCOPE_DECIDES : 0));
    b.staff = who->practitioner.n ? owner_real(g, owner_named(g, OWNER_STAFF, who->practitioner)) : 0;
    p->is_open = is_system(g, who) && !who->purpose.n && !who->recipient.n;
    bind_to(&b, who);
    refresh_lines(g, ans_day_of(b.now_us));
    p->edition = atomic_load(&g->edition);
    p->orgs_edition = g->lines_edition;
    p->owner_count = g->owner_count;
    keep_until(p, b.now_us, ((int64_t)g->lines_day + 1) * DAY_US - VIETNAM_US);
    uint32_t role = who->person.n ? own_role(g->rights, who->person) : UINT32_MAX;
    err = p->is_open ? ANS_OK : role != UINT32_MAX ? grant_own(&b, &g->rights->roles[role]) : add_grants(&b, who);
    ans_sort(p->past, p->past_count, sizeof *p->past, by_owner);
    (void)pthread_mutex_unlock(&g->lock);
    if (err != ANS_OK) {
        pass_unref(p);
        return err;
    }
    *out = p;
    return ANS_OK;
}

static bool is_fresh(ans_gate *g, const ans_pass *p, const ans_who *who, uint64_t key)
{
    return p->key == key && ans_str_eq(p->account, who->account) && p->edition == atomic_load(&g->edition) &&
           (!p->is_own || p->own_edition == atomic_load(&g->own_edition)) &&
           (!g->o.orgs || p->orgs_edition == ans_orgs_edition((ans_orgs *)g->o.orgs)) && ans_now_us() < p->until_us;
}

static ans_pass *kept(ans_gate *g, const ans_who *who, uint64_t key)
{
    (void)pthread_mutex_lock(&g->pass_lock);
    ans_pass *p = g->passes[key % PASS_BUCKETS];
    p = p && is_fresh(g, p, who, key) ? p : NULL;
    if (p) {
        atomic_fetch_add(&p->refs, 1);
    }
    (void)pthread_mutex_unlock(&g->pass_lock);
    return p;
}

static void keep(ans_gate *g, ans_pass *p)
{
    (void)pthread_mutex_lock(&g->pass_lock);
    ans_pass *before = g->passes[p->key % PASS_BUCKETS];
    g->passes[p->key % PASS_BUCKETS] = p;
    atomic_fetch_add(&p->refs, 1);
    (void)pthread_mutex_unlock(&g->pass_lock);
    pass_unref(before);
}

void pass_drop_all(ans_gate *g)
{
    for (uint32_t i = 0; i < PASS_BUCKETS; i++) {
        pass_unref(g->passes[i]);
        g->passes[i] = NULL;
    }
}

/* A clock set back must not lengthen a role: what was worked out for a later moment is not used (until_us alone would). */
ans_err ans_gate_pass(ans_gate *g, ans_cx *cx, const ans_who *who, const ans_pass **out)
{
    static const ans_pass open = {.is_open = true};
    if (who->kind == ANS_WHO_OPEN || who->kind == ANS_WHO_LOCAL) {
        *out = &open;
        return ANS_OK;
    }
    if (who->kind == ANS_WHO_NOBODY || who->is_locked || who->must_change) {
        return ans_issue_add(cx, ANS_E_LOGIN, ANS_STR_NONE, "%s",
                             who->kind == ANS_WHO_NOBODY ? "sign in first" : who->is_locked ? "locked: unlock first" : "change the password first");
    }
    ans_err err = ans_gate_wait(cx, g);
    if (err != ANS_OK) {
        return err;
    }
    ans_str text = ans_arena_fmt(cx->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s", ANS_FMT(who->account), ANS_FMT(who->practitioner),
                                 ANS_FMT(who->direct_role), ANS_FMT(who->purpose), ANS_FMT(who->recipient), ANS_FMT(who->person));
    if (!text.p) {
        return ans_cx_nomem(cx);
    }
    uint64_t key = gate_hash(g, text);
    ans_pass *p = kept(g, who, key);
    if (!p) {
        err = make_pass(g, cx, who, key, &p);
        if (err != ANS_OK) {
            return err;
        }
        keep(g, p);
    }
    err = ans_arena_cleanup(cx->arena, pass_unref, p);
    if (err != ANS_OK) {
        pass_unref(p);
        return err;
    }
    if (who->person.n) { /* a token of a program within it would be a limit within a limit: there is none */
        return who->limit ? ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "no program may ask in the name of this account") : within_own(cx, p, out);
    }
    if (who->limit) {
        return within_new(g, cx, who, p, out);
    }
    *out = p;
    return ANS_OK;
}

/* ---- asking ---- */

bool ans_pass_is_open(const ans_pass *p)
{
    return p->is_open;
}

/* Open by itself, or the account behind a token is. */
static bool is_open(const ans_pass *p)
{
    return p->is_open || (p->within && p->within->base_open);
}

static bool has_mask(const ans_pass *p, ans_type type, ans_right right)
{
    uint8_t group = p->gate->rights->group_of[type];
    for (uint32_t i = 0; i < p->grant_count; i++) {
        if (p->grants[i].masks[group][right]) {
            return true;
        }
    }
    return false;
}

bool ans_pass_may(const ans_pass *p, ans_type type, ans_right right)
{
    return ans_pass_within(p, type, within_letters(right)) && (is_open(p) || has_mask(p, type, right));
}

static bool holds(const ans_pass *p, ans_type type, ans_mark mark, ans_right right)
{
    if (is_open(p)) {
        return true;
    }
    uint8_t group = p->gate->rights->group_of[type];
    for (uint32_t i = 0; i < p->grant_count; i++) {
        if (mask_holds(p->gate, &p->grants[i], group, right, p->owner_count, mark, p->within ? ANS_SCOPE_GLASS : 0)) {
            return true;
        }
    }
    return false;
}

/* Moved more than once: the last time counts. 0: never. */
static ans_rid past_until(const ans_pass *p, uint32_t whose, uint32_t facility)
{
    past key = {.owner = whose, .facility = facility};
    ans_rid before = 0;
    const past *at = p->past_count ? ans_sorted_find(&key, p->past, p->past_count, sizeof key, by_owner) : NULL;
    for (; at && at > p->past && by_owner(at - 1, &key) == 0;) {
        at--;
    }
    for (; at && at < p->past + p->past_count && by_owner(at, &key) == 0; at++) {
        before = at->before > before ? at->before : before;
    }
    return before;
}

/* Reading only, by people only, and no version but the current one. */
static bool holds_past(const ans_pass *p, ans_type type, ans_rid rid, ans_mark mark, ans_right right)
{
    uint8_t group = p->gate->rights->group_of[type];
    for (uint32_t i = 0; i < p->grant_count && !p->within && right == ANS_RIGHT_READ && mark.owner < p->owner_count; i++) {
        const grant *gr = &p->grants[i];
        ans_scopes where = (ans_scopes)(ANS_SCOPE_ALL | ANS_SCOPE_FACILITY | (gr->whole ? ANS_SCOPE_WARD : 0));
        if ((gr->where[mark.owner] & WHERE_PAST) && rid < past_until(p, mark.owner, gr->facility) &&
            mask_in(p->gate, gr, group, right, where, mark.labels)) {
            return true;
        }
    }
    return false;
}

bool ans_pass_allows(const ans_pass *p, ans_type type, ans_mark mark, ans_right right)
{
    return within_reaches(p, type, 0, mark, within_letters(right)) && holds(p, type, mark, right);
}

/* The role first: looking a code up costs more. */
bool ans_pass_sees_as(const ans_pass *p, ans_type type, ans_rid rid, ans_mark mark, ans_right right)
{
    return (holds(p, type, mark, right) || holds_past(p, type, rid, mark, right)) && within_reaches(p, type, rid, mark, within_letters(right));
}

bool ans_pass_sees(const ans_pass *p, ans_type type, ans_rid rid, ans_right right)
{
    return p->is_open || ans_pass_sees_as(p, type, rid, mark_get(p->gate, rid), right);
}

bool ans_pass_filter(const void *pass, ans_type type, ans_rid rid)
{
    const ans_pass *p = pass;
    ans_mark mark = p->is_open ? (ans_mark){0} : mark_get(p->gate, rid);
    return p->is_open || ((holds(p, type, mark, ANS_RIGHT_READ) || holds_past(p, type, rid, mark, ANS_RIGHT_READ)) && within_reaches(p, type, rid, mark, ANS_LIMIT_SEARCH));
}

bool ans_pass_operation(const ans_pass *p, const char *name)
{
    if (p->within && strcmp(name, "transfer") != 0) {
        return false;
    }
    uint32_t at = is_open(p) ? 0 : ans_rights_operation(p->gate->rights, ans_str_of(name));
    for (uint32_t i = 0; !is_open(p) && at != UINT32_MAX && i < p->grant_count; i++) {
        if (p->grants[i].role->operations >> at & 1) {
            return true;
        }
    }
    return is_open(p);
}

bool ans_pass_has_role(const ans_pass *p, const char *role)
{
    for (uint32_t i = 0; !is_open(p) && i < p->grant_count; i++) {
        if (ans_str_is(p->grants[i].role->code, role)) {
            return true;
        }
    }
    return is_open(p);
}

ans_str ans_pass_role(const ans_pass *p, ans_type type, ans_right right)
{
    uint8_t group = is_open(p) ? 0 : p->gate->rights->group_of[type];
    for (uint32_t i = 0; !is_open(p) && i < p->grant_count; i++) {
        if (type == 0 || p->grants[i].masks[group][right]) {
            return p->grants[i].role->code;
        }
    }
    return ANS_STR_NONE;
}

bool ans_pass_grounds(const ans_pass *p, ans_type type, ans_mark mark, ans_right right, ans_grounds *out)
{
    *out = (ans_grounds){.is_compartment = (mark.labels & ~ANS_LABEL_NOPAT) != 0};
    if (is_open(p)) {
        return true;
    }
    uint8_t group = p->gate->rights->group_of[type];
    out->is_compartment = out->is_compartment && !p->gate->rights->groups[group].is_open;
    for (int broken = 0; broken < (p->within ? 1 : 2); broken++) { /* by right before by broken glass */
        for (uint32_t i = 0; i < p->grant_count; i++) {
            if (mask_holds(p->gate, &p->grants[i], group, right, p->owner_count, mark, broken ? 0 : ANS_SCOPE_GLASS)) {
                out->role = p->grants[i].role->code;
                out->by_glass = broken != 0;
                return true;
            }
        }
    }
    return false;
}
