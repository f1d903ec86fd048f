/* A pass within a limit: of a token, or of what is shown to a person in care and who represents them (content/access/rights.json). It borrows
 * the account's pass for the call and adds one question: does a rule of the limit reach this? Rights and limit are asked apart, and both must
 * say yes. */
#include "auth/gate_int.h"

/* All numbers that stand for one person: those joined later were given before the Patient itself was seen. */
static void find_person(ans_gate *g, bounds *w, ans_str patient)
{
    (void)pthread_mutex_lock(&g->lock);
    g->only_find = true;
    uint32_t n = patient.n ? owner_real(g, owner_named(g, OWNER_PERSON, patient)) : 0;
    g->only_find = false;
    for (uint32_t i = 1; n && i < g->owner_count && w->person_count < sizeof w->persons / sizeof *w->persons; i++) {
        if (i == n || g->owners[i].same == n) {
            w->persons[w->person_count++] = i;
        }
    }
    (void)pthread_mutex_unlock(&g->lock);
}

ans_err within_new(ans_gate *g, ans_cx *cx, const ans_who *who, const ans_pass *base, const ans_pass **out)
{
    ans_pass *p = ANS_NEW(cx->arena, ans_pass);
    bounds *w = ANS_NEW(cx->arena, bounds);
    if (!p || !w) {
        return ans_cx_nomem(cx);
    }
    *w = (bounds){.arena = cx->arena, .limit = who->limit, .base_open = base->is_open};
    find_person(g, w, who->limit->patient);
    *p = (ans_pass){.gate = g,
                    .owner_count = base->owner_count,
                    .grant_count = base->grant_count,
                    .grants = base->grants,
                    .account = base->account,
                    .within = w};
    *out = p;
    return ANS_OK;
}

ans_err within_own(ans_cx *cx, const ans_pass *base, const ans_pass **out)
{
    ans_pass *p = ANS_NEW(cx->arena, ans_pass);
    bounds *w = ANS_NEW(cx->arena, bounds);
    if (!p || !w) {
        return ans_cx_nomem(cx);
    }
    *w = (bounds){.arena = cx->arena, .limit = &base->grants[0].role->shows, .account = base->account, .self = base->self, .is_own = true};
    *p = (ans_pass){.gate = base->gate,
                    .owner_count = base->owner_count,
                    .grant_count = base->grant_count,
                    .grants = base->grants,
                    .account = base->account,
                    .is_own = true,
                    .within = w};
    *out = p;
    return ANS_OK;
}

void ans_pass_look_with(const ans_pass *p, ans_reader *rd)
{
    if (p->within) {
        p->within->rd = rd;
    }
}

/* What a right needs of a token's letters. Reading is either by id or by searching: the caller that can tell them apart does. */
uint8_t within_letters(ans_right right)
{
    static const uint8_t letters[ANS_RIGHT_COUNT] = {
        [ANS_RIGHT_READ] = ANS_LIMIT_READ | ANS_LIMIT_SEARCH, [ANS_RIGHT_CREATE] = ANS_LIMIT_CREATE,
        [ANS_RIGHT_UPDATE] = ANS_LIMIT_UPDATE,                [ANS_RIGHT_DELETE] = ANS_LIMIT_DELETE,
        [ANS_RIGHT_HISTORY] = ANS_LIMIT_READ | ANS_LIMIT_SEARCH, [ANS_RIGHT_SIGN] = ANS_LIMIT_UPDATE,
        [ANS_RIGHT_EXPORT] = ANS_LIMIT_SEARCH,                [ANS_RIGHT_AGGREGATE] = ANS_LIMIT_SEARCH,
    };
    return letters[right];
}

static bool is_of_type(const ans_limit_rule *r, ans_type type, uint8_t letters)
{
    return (r->type == 0 || r->type == type) && (r->letters & letters);
}

bool ans_pass_within(const ans_pass *p, ans_type type, uint8_t letters)
{
    for (uint32_t i = 0; p->within && i < p->within->limit->count; i++) {
        if (is_of_type(&p->within->limit->rules[i], type, letters)) {
            return true;
        }
    }
    return !p->within;
}

/* ---- codes ---- */

enum { ROW_MOST = ANS_TOKEN_KEY_BYTES + 4 };

/* The row that this resource would have: its slot and value, and the resource. */
static ans_str row_of(const ans_pass *p, uint16_t slot, const ans_limit_code *code, ans_rid rid, char out[ROW_MOST])
{
    const bounds *w = p->within;
    uint32_t n = ANS_TOKEN_KEY_BYTES;
    if (ans_str_is(code->code, "$self")) {
        n = ANS_TARGET_KEY_BYTES;
        ans_search_target_key(slot, w->self, out);
    } else {
        ans_search_token_key(p->gate->o.search, slot, code->system, w->account.n && ans_str_is(code->code, "$account") ? w->account : code->code, out);
    }
    for (int i = 0; i < 4; i++) {
        out[n++] = (char)(rid >> (24 - 8 * i));
    }
    return (ans_str){out, n};
}

/* Is there a row of this code for this resource now? False: it could not be looked up, for want of an index to look in or of a self. */
static bool find_code(const ans_pass *p, ans_type type, ans_rid rid, ans_str param, const ans_limit_code *code, bool *out_found)
{
    char key[ROW_MOST];
    uint16_t slot = ans_search_slot(p->gate->o.search, type, param);
    ans_cx cx = {.arena = p->within->arena}; /* a failure is a no, and no issue of the call */
    ans_cursor *cursor;
    ans_str row;
    if (!slot || !p->within->rd || (ans_str_is(code->code, "$self") && !p->within->self)) {
        return false;
    }
    ans_str wanted = row_of(p, slot, code, rid, key);
    if (ans_cursor_open(&cx, p->within->rd, wanted, ANS_STR_NONE, &cursor) != ANS_OK) {
        return false;
    }
    bool looked = ans_cursor_seek(&cx, cursor, wanted, &row) == ANS_OK;
    *out_found = looked && row.p && ans_str_eq(row, wanted);
    ans_cursor_close(cursor);
    return looked;
}

/* What cannot be looked up is not shown, whether a code is wanted or is not. */
static bool has_codes(const ans_pass *p, ans_type type, ans_rid rid, const ans_limit_rule *r)
{
    for (uint32_t i = 0; i < r->term_count; i++) {
        bool any = false;
        for (uint32_t k = 0; !any && k < r->terms[i].count; k++) {
            if (!find_code(p, type, rid, r->terms[i].param, &r->terms[i].codes[k], &any)) {
                return false;
            }
        }
        if (any == r->terms[i].is_not) {
            return false;
        }
    }
    return true;
}

/* ---- asking ---- */

static bool is_in_person(const ans_pass *p, ans_type type, ans_mark mark)
{
    bool found = p->gate->rights->groups[p->gate->rights->group_of[type]].is_open; /* no persons in it: definitions, codes */
    for (uint32_t i = 0; !found && i < p->within->person_count; i++) {
        found = p->within->persons[i] == mark.owner;
    }
    return found;
}

bool within_names(const ans_pass *p, ans_type type, ans_mark mark)
{
    if (!p->within) {
        return false;
    }
    if (type == p->gate->kinds[OWNER_PERSON]) {
        return is_in_person(p, type, mark);
    }
    for (uint32_t i = 0; type == p->gate->kinds[OWNER_STAFF] && i < p->grant_count; i++) {
        if (mark.owner < p->owner_count && p->grants[i].where[mark.owner] & ANS_SCOPE_SELF) {
            return true;
        }
    }
    return false;
}

bool within_reaches(const ans_pass *p, ans_type type, ans_rid rid, ans_mark mark, uint8_t letters)
{
    for (uint32_t i = 0; p->within && i < p->within->limit->count; i++) {
        const ans_limit_rule *r = &p->within->limit->rules[i];
        if (!is_of_type(r, type, r->term_count ? letters & (ANS_LIMIT_READ | ANS_LIMIT_SEARCH) : letters) ||
            (r->in_person && !is_in_person(p, type, mark)) || (r->is_self && (!rid || rid != p->within->self))) {
            continue;
        }
        if (!r->term_count || (rid && has_codes(p, type, rid, r))) {
            return true;
        }
    }
    return !p->within;
}
