/* Break-glass: one person's record opened to one account for some minutes, with a purpose and a reason. Grants live in memory; what
 * stays is the audit's entry, written before. Expired ones are kept a day, to be shown. */
#include "auth/gate_int.h"

#include "base/os.h"

#define KEPT_US INT64_C(86400000000)
#define REASON_LEAST 10
#define REASON_MOST 500

const char *const ans_glass_purposes[] = {"ETREAT", "BTG", "TREAT", "PATSFTY", "COVERAGE", NULL};

void glass_each(ans_gate *g, ans_str account, int64_t now_us, void (*fn)(void *arg, uint32_t person), void *arg, int64_t *until_us)
{
    (void)pthread_mutex_lock(&g->glass_lock);
    for (const glass *b = g->glasses; b; b = b->next) {
        if (b->until_us > now_us && b->since_us <= now_us && ans_str_eq(b->account, account)) {
            fn(arg, b->person);
            *until_us = b->until_us < *until_us ? b->until_us : *until_us;
        }
    }
    (void)pthread_mutex_unlock(&g->glass_lock);
}

void glass_free(ans_gate *g)
{
    while (g->glasses) {
        glass *b = g->glasses;
        g->glasses = b->next;
        ans_free(b);
    }
}

static uint32_t characters(ans_str s)
{
    uint32_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += ((uint8_t)s.p[i] & 0xC0) != 0x80;
    }
    return n;
}

static bool is_purpose(ans_str code)
{
    for (int i = 0; ans_glass_purposes[i]; i++) {
        if (ans_str_is(code, ans_glass_purposes[i])) {
            return true;
        }
    }
    return false;
}

ans_err ans_glass_check(ans_gate *g, ans_cx *cx, ans_reader *rd, const ans_pass *pass, const ans_who *who, ans_str patient,
                        ans_str purpose, ans_str reason, uint32_t minutes, ans_glass *out)
{
    ans_rid rid = 0;
    ans_ref ref = {g->own[g->kinds[OWNER_PERSON]].number, patient};
    reason = ans_str_trim(reason);
    if (who->kind == ANS_WHO_NOBODY || pass->is_open || !ans_pass_operation(pass, "break-glass")) {
        return ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "no role of this account may break the glass");
    }
    if (!is_purpose(purpose) || characters(reason) < REASON_LEAST || reason.n > REASON_MOST || minutes > ANS_GLASS_MOST_MINUTES) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "a purpose of the list, a reason of at least %d characters and at most %d minutes are needed",
                             REASON_LEAST, ANS_GLASS_MOST_MINUTES);
    }
    ans_err err = ans_id_is_valid(patient) ? ans_store_rid(cx, rd, ref, &rid) : ANS_E_NOTFOUND;
    if (err != ANS_OK && err != ANS_E_NOTFOUND) {
        return err;
    }
    if (err != ANS_OK || !ans_pass_sees(pass, g->kinds[OWNER_PERSON], rid, ANS_RIGHT_READ)) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no such Patient");
    }
    int64_t now = ans_now_us();
    *out = (ans_glass){.account = who->account,
                       .display = who->display,
                       .patient = patient,
                       .purpose = purpose,
                       .reason = reason,
                       .person = rid,
                       .since_us = now,
                       .until_us = now + (minutes ? minutes : ANS_GLASS_MOST_MINUTES) * INT64_C(60000000)};
    return ANS_OK;
}

static ans_str put(char **at, ans_str s)
{
    ans_str out = {*at, s.n};
    if (s.n) {
        memcpy(*at, s.p, s.n);
        *at += s.n;
    }
    return out;
}

static void drop_old(ans_gate *g, int64_t now_us)
{
    for (glass **at = &g->glasses; *at;) {
        glass *b = *at;
        if (b->until_us + KEPT_US < now_us) {
            *at = b->next;
            ans_free(b);
        } else {
            at = &b->next;
        }
    }
}

ans_err ans_glass_open(ans_gate *g, ans_cx *cx, const ans_glass *from)
{
    size_t bytes = from->account.n + from->display.n + from->patient.n + from->purpose.n + from->reason.n;
    ans_mark person = ans_gate_mark_of_person(g, from->person);
    glass *b = ans_alloc(sizeof *b + bytes);
    if (!b || !person.owner) {
        ans_free(b);
        return ans_issue_add(cx, b ? ANS_E_NOTFOUND : ANS_E_NOMEM, ANS_STR_NONE, "there is no such Patient");
    }
    char *text = (char *)(b + 1);
    *b = (glass){.person = person.owner, .rid = from->person, .since_us = from->since_us, .until_us = from->until_us};
    b->account = put(&text, from->account);
    b->display = put(&text, from->display);
    b->patient = put(&text, from->patient);
    b->purpose = put(&text, from->purpose);
    b->reason = put(&text, from->reason);
    (void)pthread_mutex_lock(&g->glass_lock);
    drop_old(g, from->since_us);
    b->next = g->glasses;
    g->glasses = b;
    (void)pthread_mutex_unlock(&g->glass_lock);
    atomic_fetch_add(&g->edition, 1); /* passes made before do not know it */
    return ANS_OK;
}

static ans_err copy(ans_cx *cx, const glass *b, ans_glass *out)
{
    *out = (ans_glass){.account = ans_arena_dup(cx->arena, b->account),
                       .display = ans_arena_dup(cx->arena, b->display),
                       .patient = ans_arena_dup(cx->arena, b->patient),
                       .purpose = ans_arena_dup(cx->arena, b->purpose),
                       .reason = ans_arena_dup(cx->arena, b->reason),
                       .person = b->rid,
                       .since_us = b->since_us,
                       .until_us = b->until_us};
    return out->reason.p ? ANS_OK : ans_cx_nomem(cx);
}

ans_err ans_glass_list(ans_gate *g, ans_cx *cx, const ans_pass *pass, const ans_who *who, ans_glass **out, uint32_t *out_count)
{
    const ans_type log = ans_fhir_type_named(ANS_STR("AuditEvent"));
    uint32_t most = 0, n = 0;
    ans_err err = ANS_OK;
    (void)pthread_mutex_lock(&g->glass_lock);
    for (const glass *b = g->glasses; b; b = b->next) {
        most++;
    }
    ans_glass *list = ANS_NEW_N(cx->arena, ans_glass, most + 1);
    for (const glass *b = g->glasses; list && err == ANS_OK && b; b = b->next) {
        bool own = who->account.n && ans_str_eq(b->account, who->account);
        if (own || ans_pass_allows(pass, log, (ans_mark){.owner = b->person}, ANS_RIGHT_READ)) {
            err = copy(cx, b, &list[n++]);
        }
    }
    (void)pthread_mutex_unlock(&g->glass_lock);
    *out = list;
    *out_count = n;
    return list ? err : ans_cx_nomem(cx);
}
