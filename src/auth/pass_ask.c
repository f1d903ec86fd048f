/* What a pass says: may this account do that, to what, and on which grounds. Nothing here takes the gate's lock: a pass never changes once it is
 * made, and marks are read as they stand. */
#include "auth/pass_int.h"

#include "base/sort.h"

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

int past_order(const void *a, const void *b)
{
    const past *x = a, *y = b;
    return x->owner != y->owner ? (x->owner < y->owner ? -1 : 1) : x->facility != y->facility ? (x->facility < y->facility ? -1 : 1) : 0;
}

/* Moved more than once: the last time counts. 0: never. */
static ans_rid past_until(const ans_pass *p, uint32_t whose, uint32_t facility)
{
    past key = {.owner = whose, .facility = facility};
    ans_rid before = 0;
    const past *at = p->past_count ? ans_sorted_find(&key, p->past, p->past_count, sizeof key, past_order) : NULL;
    for (; at && at > p->past && past_order(at - 1, &key) == 0;) {
        at--;
    }
    for (; at && at < p->past + p->past_count && past_order(at, &key) == 0; at++) {
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
