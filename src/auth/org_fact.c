/* What an organisation is on a day: its name, kinds, codes, responsibilities. */
#include "auth/org_int.h"

/* A record is known from its own time until that of the one in front of it. */
const org_record *org_record_of(const org_node *node, int64_t known_us)
{
    const org_record *r = node->now;
    while (known_us && r && known_us < r->known_us) {
        r = r->before;
    }
    return r && !r->is_deleted ? r : NULL;
}

bool org_fact_holds(const org_fact *f, ans_as_of a)
{
    if (a.known_us && a.known_us < f->v.recorded_us) {
        return false;
    }
    ans_day to = a.known_us && a.known_us < f->end_recorded_us ? ANS_DAY_MAX : f->v.to;
    return a.day >= f->v.from && a.day <= to;
}

/* The fact of that kind (and system, when given) that holds: dated ones first, in the order they are written. */
static const org_fact *first_fact(const org_record *r, ans_org_fact fact, const ans_str *system, ans_as_of a)
{
    const org_fact *undated = NULL;
    for (uint32_t i = 0; r && i < r->count; i++) {
        const org_fact *f = &r->facts[i];
        if (f->v.fact != fact || (system && !ans_str_eq(f->v.system, *system)) || !org_fact_holds(f, a)) {
            continue;
        }
        if (!f->v.is_undated) {
            return f;
        }
        undated = undated ? undated : f;
    }
    return undated;
}

static bool has_dated_name(const org_record *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->facts[i].v.fact == ANS_ORG_NAME && !r->facts[i].v.is_undated) {
            return true;
        }
    }
    return false;
}

static const org_fact *name_fact(const org_record *r, ans_as_of a)
{
    const org_fact *f = first_fact(r, ANS_ORG_NAME, NULL, a);
    return f && f->v.is_undated && has_dated_name(r) ? NULL : f;
}

static const org_record *record_at(const ans_orgs *orgs, ans_org org, ans_as_of a)
{
    return org && org <= orgs->count ? org_record_of(&orgs->nodes[org], a.known_us) : NULL;
}

static bool exists(const ans_orgs *orgs, ans_org org, ans_as_of a)
{
    const org_record *r = record_at(orgs, org, a);
    bool is_written = r && (!a.known_us || a.known_us >= r->when_us);
    return r && (has_dated_name(r) ? name_fact(r, a) != NULL : is_written);
}

bool ans_orgs_exists(ans_orgs *orgs, ans_org org, ans_as_of as_of)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    bool is = exists(orgs, org, as_of);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return is;
}

ans_str ans_orgs_name(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_as_of as_of)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    const org_fact *f = name_fact(record_at(orgs, org, as_of), as_of);
    ans_str name = f ? ans_arena_dup(cx->arena, f->v.value) : ANS_STR_NONE;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return name;
}

ans_str ans_orgs_last_name(ans_cx *cx, ans_orgs *orgs, ans_org org)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    const org_record *r = record_at(orgs, org, ans_as_of_day(0));
    const org_fact *last = NULL;
    for (uint32_t i = 0; r && i < r->count; i++) {
        const org_fact *f = &r->facts[i];
        bool is_better = !last || last->v.is_undated || (!f->v.is_undated && f->v.to > last->v.to);
        last = f->v.fact == ANS_ORG_NAME && is_better ? f : last;
    }
    ans_str name = last ? ans_arena_dup(cx->arena, last->v.value) : ANS_STR_NONE;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return name;
}

ans_str ans_orgs_code(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_org_fact fact, ans_str system, ans_as_of as_of)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    const org_fact *f = first_fact(record_at(orgs, org, as_of), fact, &system, as_of);
    ans_str code = f ? ans_arena_dup(cx->arena, f->v.value) : ANS_STR_NONE;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return code;
}

/* ---- lists ---- */

static bool copy_value(ans_cx *cx, const org_fact *f, ans_org_value *out)
{
    *out = f->v;
    out->system = ans_arena_dup(cx->arena, f->v.system);
    out->value = ans_arena_dup(cx->arena, f->v.value);
    out->display = ans_arena_dup(cx->arena, f->v.display);
    out->legal_basis = ans_arena_dup(cx->arena, f->v.legal_basis);
    return out->system.p && out->value.p && out->display.p && out->legal_basis.p;
}

static ans_err copy_values(ans_cx *cx, const org_record *r, ans_org_fact fact, ans_as_of a, ans_org_value **out,
                           uint32_t *out_count)
{
    uint32_t count = 0;
    ans_org_value *list = ANS_NEW_N(cx->arena, ans_org_value, (r ? r->count : 0) + 1);
    if (!list) {
        return ans_cx_nomem(cx);
    }
    for (int undated = 0; undated < 2; undated++) {
        for (uint32_t i = 0; r && i < r->count; i++) {
            const org_fact *f = &r->facts[i];
            bool wanted = f->v.fact == fact && f->v.is_undated == (undated == 1) && org_fact_holds(f, a);
            if (wanted && fact == ANS_ORG_NAME && undated && has_dated_name(r)) {
                continue;
            }
            if (wanted && !copy_value(cx, f, &list[count++])) {
                return ans_cx_nomem(cx);
            }
        }
    }
    *out = list;
    *out_count = count;
    return ANS_OK;
}

ans_err ans_orgs_values(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_org_fact fact, ans_as_of as_of, ans_org_value **out,
                        uint32_t *out_count)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    ans_err err = copy_values(cx, record_at(orgs, org, as_of), fact, as_of, out, out_count);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return err;
}

static bool has_value(const org_record *r, ans_org_fact fact, const ans_str *system, ans_str value, ans_as_of a)
{
    for (uint32_t i = 0; r && i < r->count; i++) {
        const org_fact *f = &r->facts[i];
        if (f->v.fact == fact && ans_str_eq(f->v.value, value) && (!system || ans_str_eq(f->v.system, *system)) &&
            org_fact_holds(f, a)) {
            return true;
        }
    }
    return false;
}

ans_err ans_orgs_responsible(ans_cx *cx, ans_orgs *orgs, ans_str function, ans_org root, ans_lines lines, ans_as_of as_of,
                             ans_org **out, uint32_t *out_count)
{
    ans_org_set below = {0};
    uint32_t count = 0, cap = 0;
    ans_org *list = NULL;
    ans_err err = root ? ans_orgs_subtree(cx, orgs, root, lines, as_of, &below) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    (void)pthread_rwlock_rdlock(&orgs->lock);
    for (ans_org org = 1; err == ANS_OK && org <= orgs->count; org++) {
        if ((root && !ans_org_set_has(&below, org)) ||
            !has_value(record_at(orgs, org, as_of), ANS_ORG_RESPONSIBILITY, NULL, function, as_of)) {
            continue;
        }
        ans_org *grown = ans_arena_grow(cx->arena, list, count, &cap, 8, sizeof *grown);
        err = grown ? ANS_OK : ans_cx_nomem(cx);
        if (grown) {
            list = grown;
            list[count++] = org;
        }
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    *out = list;
    *out_count = count;
    return err;
}

ans_org ans_orgs_by_code(ans_orgs *orgs, ans_str system, ans_str code, ans_as_of as_of)
{
    ans_org found = 0;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    for (ans_org org = 1; !found && org <= orgs->count; org++) {
        found = has_value(record_at(orgs, org, as_of), ANS_ORG_CODE, &system, code, as_of) ? org : 0;
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    return found;
}
