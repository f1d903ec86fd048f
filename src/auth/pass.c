/* Passes: for every role of an account that is in force, in which scopes each owner lies (where.c). Thrown away whole when a place, a role, an
 * organisation or the day changes. */
#include "auth/pass_int.h"

#include "base/os.h"
#include "base/sort.h"

#define DAY_US INT64_C(86400000000)
#define VIETNAM_US (7 * INT64_C(3600000000))

/* ---- grants ---- */

/* Nothing is written, and no group is read that the purpose does not name. */
static void bind_masks(const where_of *b, grant *g)
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

static ans_err lay_out(where_of *b, const fact *role, ans_scopes everywhere)
{
    ans_pass *p = b->pass;
    ans_scopes *at = p->where_count < ANS_ROLE_MOST + 2 ? ans_alloc((b->g->owner_count + 1) * sizeof *at) : NULL;
    if (!at) {
        return ANS_E_NOMEM;
    }
    p->where[p->where_count++] = at;
    b->where = at;
    where_fill(b, role);
    for (uint32_t n = 0; n < b->g->owner_count; n++) {
        at[n] |= everywhere;
    }
    if (b->is_bound) {
        where_bind(b);
    }
    return ANS_OK;
}

static void add_grant(where_of *b, const ans_role_rights *role, bool with_purpose, ans_scopes outside)
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

static ans_err grant_fact(where_of *b, const fact *f)
{
    ans_gate *g = b->g;
    uint32_t org = owner_real(g, f->org);
    ans_err err = ANS_OK;
    b->facility = place_facility(g, org);
    b->whole_facility = f->count == 0;
    b->lines = b->facility ? g->owners[b->facility].lines : 0;
    b->has_line = false;
    if (g->o.orgs && b->facility && wants_line(g->rights, f->roles)) {
        b->has_line = true;
        err = ans_orgs_subtree(&b->cx, (ans_orgs *)g->o.orgs, g->owners[b->facility].number, b->lines,
                               ans_as_of_day(g->lines_day), &b->line);
    }
    if (err != ANS_OK) {
        return err;
    }
    err = lay_out(b, f, 0);
    for (uint32_t i = 0; err == ANS_OK && i < g->rights->role_count; i++) {
        if (f->roles >> i & 1) {
            add_grant(b, &g->rights->roles[i], f->has_purpose, ANS_SCOPE_ALL);
        }
    }
    return err;
}

/* Of no house: what everybody may, the person whose record it is, or (everywhere) a role of the account itself, which counts everywhere but makes
 * nobody assigned to anybody. */
static ans_err grant_houseless(where_of *b, const ans_role_rights *role, ans_scopes everywhere)
{
    b->facility = 0;
    b->lines = 0;
    b->has_line = false;
    ans_err err = lay_out(b, NULL, everywhere);
    if (err == ANS_OK) {
        add_grant(b, role, false, ANS_SCOPE_ALL | everywhere);
    }
    return err;
}

static ans_err add_grants(where_of *b, const ans_who *who)
{
    ans_gate *g = b->g;
    uint32_t direct = ans_rights_role(g->rights, who->direct_role);
    const ans_scopes everywhere = ANS_SCOPE_WARD | ANS_SCOPE_FACILITY | ANS_SCOPE_LINE | ANS_SCOPE_TREE;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && b->staff && i < g->facts.count; i++) {
        const fact *f = fact_at(g, i);
        if (f->kind != FACT_ROLE || owner_real(g, f->who) != b->staff || !f->roles) {
            continue;
        }
        pass_keep_until(b->pass, b->now_us, f->from_us);
        pass_keep_until(b->pass, b->now_us, f->to_us);
        bool room = b->pass->grant_count + (uint32_t)__builtin_popcount(f->roles) <= ANS_ROLE_MOST;
        if (f->from_us <= b->now_us && b->now_us < f->to_us && room) {
            err = grant_fact(b, f);
        }
    }
    if (err == ANS_OK && direct != UINT32_MAX && g->rights->roles[direct].is_direct) {
        err = grant_houseless(b, &g->rights->roles[direct], everywhere);
    }
    return err == ANS_OK && b->pass->grant_count == 0 ? grant_houseless(b, &g->rights->everyone, 0) : err;
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
static void bind_to(where_of *b, const ans_who *who)
{
    uint32_t purpose = who->purpose.n ? ans_purpose_named(b->g->purposes, who->purpose) : UINT32_MAX;
    b->is_bound = who->purpose.n || who->recipient.n;
    b->g->only_find = true;
    b->recipient = purpose != UINT32_MAX ? owner_real(b->g, owner_named(b->g, OWNER_ORG, who->recipient)) : 0;
    b->g->only_find = false;
    b->purpose = purpose != UINT32_MAX ? purpose : 0;
}

/* Whose record it sees, before the gate's lock is taken: the record is asked. */
static ans_err find_own(where_of *b, ans_cx *cx, const ans_who *who, ans_own *own)
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
    where_of b = {.g = g, .pass = p, .now_us = ans_now_us(), .cx = {.arena = cx->arena}};
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
    where_refresh_lines(g, ans_day_of(b.now_us));
    p->edition = atomic_load(&g->edition);
    p->orgs_edition = g->lines_edition;
    p->owner_count = g->owner_count;
    pass_keep_until(p, b.now_us, ((int64_t)g->lines_day + 1) * DAY_US - VIETNAM_US);
    uint32_t role = who->person.n ? own_role(g->rights, who->person) : UINT32_MAX;
    err = p->is_open ? ANS_OK : role != UINT32_MAX ? grant_houseless(&b, &g->rights->roles[role], 0) : add_grants(&b, who);
    ans_sort(p->past, p->past_count, sizeof *p->past, past_order);
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
