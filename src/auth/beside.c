/* Documents of others in the accounts' space, and the accounts as those see them. */
#include "auth/account_int.h"

#include "base/os.h"

ans_err ans_beside_keep(ans_cx *cx, ans_accounts *a, const ans_beside *list, uint32_t count)
{
    keep k = {.cx = cx, .a = a};
    for (uint32_t i = 0; i < count; i++) {
        keep_text(&k, T_BESIDE + list[i].kind, list[i].id, list[i].body);
    }
    return keep_commit(&k) ? ANS_OK : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the change could not be kept");
}

typedef struct visitor {
    ans_beside_visit *visit;
    void *arg;
} visitor;

static ans_err visit_one(void *arg, ans_cx *cx, const ans_version *v)
{
    const visitor *to = arg;
    return to->visit(to->arg, cx, v->ref.id, v->body);
}

ans_err ans_beside_each(ans_cx *cx, ans_accounts *a, ans_beside_kind kind, ans_beside_visit *visit, void *arg)
{
    visitor to = {visit, arg};
    ans_reader *rd = NULL;
    ans_err err = ans_reader_open(cx, a->store, &rd);
    if (err == ANS_OK) {
        err = ans_reader_begin(cx, rd);
        err = err == ANS_OK ? keep_each(cx, a, rd, T_BESIDE + (int)kind, visit_one, &to) : err;
        ans_reader_close(rd);
    }
    return err;
}

void ans_who_by_account(ans_accounts *a, ans_arena *arena, ans_str id, int64_t since_us, ans_who *out)
{
    *out = (ans_who){.kind = ANS_WHO_NOBODY};
    (void)pthread_rwlock_rdlock(&a->lock);
    const account *x = find_account(a, id);
    if (x && ans_str_is(id, x->id) && !x->is_disabled && !x->must_change && since_us > x->ended_us) {
        ans_who who = {.kind = ANS_WHO_PROGRAM,
                       .account = ans_arena_dup(arena, ans_str_of(x->id)),
                       .name = ans_arena_dup(arena, ans_str_of(x->name)),
                       .display = ans_arena_dup(arena, ans_str_of(x->display)),
                       .practitioner = ans_arena_dup(arena, ans_str_of(x->practitioner)),
                       .direct_role = ans_arena_dup(arena, ans_str_of(x->role)),
                       .purpose = ans_arena_dup(arena, ans_str_of(x->purpose)),
                       .recipient = ans_arena_dup(arena, ans_str_of(x->recipient))};
        bool whole = who.account.p && who.name.p && who.display.p && who.practitioner.p && who.direct_role.p && who.purpose.p && who.recipient.p;
        *out = whole ? who : *out; /* no memory: nobody */
    }
    (void)pthread_rwlock_unlock(&a->lock);
}

bool ans_account_is_here(ans_accounts *a, ans_str id)
{
    bool found = false;
    int64_t now = ans_now_us();
    (void)pthread_rwlock_rdlock(&a->lock);
    for (uint32_t i = 0; !found && i < a->session_cap; i++) {
        const session *s = a->sessions[i];
        found = s && !s->is_token && ans_str_is(id, s->account->id) && !is_over(s, now);
    }
    (void)pthread_rwlock_unlock(&a->lock);
    return found;
}
