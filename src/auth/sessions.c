/* Sessions and tokens: who asks, found in memory; the list of them; their end. */
#include "auth/account_int.h"

#include "base/os.h"
#include "base/sort.h"

static const int64_t SECOND = 1000000;

/* ---- small things ---- */

void text_put(char *to, size_t size, ans_str s)
{
    size_t n = s.n < size ? s.n : size - 1;
    while (n > 0 && n < s.n && ((uint8_t)s.p[n] & 0xC0) == 0x80) {
        n--;
    }
    if (n) {
        memcpy(to, s.p, n);
    }
    memset(to + n, 0, size - n);
}

void make_id(char out[ID_BYTES])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t random[ID_BYTES - 1];
    ans_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        out[i] = letters[random[i] & 31];
    }
    out[ID_BYTES - 1] = '\0';
}

bool is_over(const session *s, int64_t now_us)
{
    return s->until_us && now_us >= s->until_us;
}

static int64_t idle_us(const session *s)
{
    return (*s->device ? ANS_IDLE_SHARED_SECONDS : ANS_IDLE_SECONDS) * SECOND;
}

uint32_t ans_session_idle_seconds(const ans_who *who)
{
    return who->device.n ? ANS_IDLE_SHARED_SECONDS : ANS_IDLE_SECONDS;
}

/* ---- who asks ---- */

typedef struct copier {
    char *at;
} copier;

static ans_str copy(copier *c, const char *text)
{
    size_t n = strlen(text);
    char *p = c->at;
    memcpy(p, text, n);
    c->at += n;
    return (ans_str){p, n};
}

/* Under the read lock. */
static void describe(const session *s, ans_arena *arena, ans_who *out)
{
    const account *x = s->account;
    copier c = {ans_arena_alloc(arena, sizeof x->id + sizeof x->name + sizeof x->display + sizeof x->practitioner + sizeof x->role + sizeof x->person +
                                           sizeof x->purpose + sizeof x->recipient + sizeof s->id + sizeof s->device)};
    if (!c.at) {
        return; /* no memory: nobody */
    }
    *out = (ans_who){
        .kind = s->is_token ? ANS_WHO_PROGRAM : ANS_WHO_PERSON,
        .is_locked = __atomic_load_n(&s->is_locked, __ATOMIC_RELAXED),
        .must_change = x->must_change && !s->is_token,
        .account = copy(&c, x->id),
        .name = copy(&c, x->name),
        .display = copy(&c, x->display),
        .practitioner = copy(&c, x->practitioner),
        .person = copy(&c, x->person),
        .direct_role = copy(&c, x->role),
        .purpose = copy(&c, x->purpose),
        .recipient = copy(&c, x->recipient),
        .session = copy(&c, s->id),
        .device = copy(&c, s->device),
    };
}

/* Found idle for too long, the session is locked from now on. Otherwise its clock starts anew. */
static void watch_clock(session *s, bool touch)
{
    int64_t now = ans_now_us(), last = __atomic_load_n(&s->last_used_us, __ATOMIC_RELAXED);
    if (!s->is_token && now - last >= idle_us(s)) {
        __atomic_store_n(&s->is_locked, true, __ATOMIC_RELAXED);
    } else if (touch && now - last >= SECOND) {
        __atomic_store_n(&s->last_used_us, now, __ATOMIC_RELAXED);
    }
}

static void who_by(ans_accounts *a, ans_arena *arena, ans_str token, bool is_token, bool touch, ans_who *out)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    *out = (ans_who){.kind = ANS_WHO_NOBODY};
    if (token.n != ANS_TOKEN_BYTES) {
        return;
    }
    ans_secret_digest(token, digest);
    (void)pthread_rwlock_rdlock(&a->lock);
    session *s = find_session(a, digest);
    if (s && s->is_token == is_token && !s->account->is_disabled && !is_over(s, ans_now_us())) {
        watch_clock(s, touch);
        describe(s, arena, out);
    }
    (void)pthread_rwlock_unlock(&a->lock);
}

void ans_who_by_session(ans_accounts *a, ans_arena *arena, ans_str token, bool touch, ans_who *out)
{
    who_by(a, arena, token, false, touch, out);
}

void ans_who_by_bearer(ans_accounts *a, ans_arena *arena, ans_str token, ans_who *out)
{
    who_by(a, arena, token, true, true, out);
}

session copy_session(ans_accounts *a, const session *s)
{
    (void)pthread_rwlock_wrlock(&a->lock); /* readers touch the clock */
    session copied = *s;
    (void)pthread_rwlock_unlock(&a->lock);
    return copied;
}

session *session_of(ans_accounts *a, const ans_sign_from *from)
{
    session *s = from->session.n ? find_session_by_id(a, from->session) : NULL;
    return s && !s->is_token && !is_over(s, ans_now_us()) && !s->account->is_disabled ? s : NULL;
}

/* ---- ending ---- */

/* Sessions of one account, or of one device, or all that are over; collected first, as the table moves when one goes. */
static uint32_t collect(const ans_accounts *a, const account *of, const char *device_id, bool tokens, session **out)
{
    uint32_t n = 0;
    int64_t now = ans_now_us();
    for (uint32_t i = 0; i < a->session_cap; i++) {
        session *s = a->sessions[i];
        bool wanted = s && (of ? s->account == of && (tokens || !s->is_token)
                            : device_id ? strcmp(s->device, device_id) == 0 && !s->is_token
                                        : is_over(s, now));
        if (wanted) {
            out[n++] = s;
        }
    }
    return n;
}

static ans_sign end_collected(keep *k, session **at, uint32_t n, const account *next, const session *spare)
{
    ans_accounts *a = k->a;
    for (uint32_t i = 0; i < n; i++) {
        if (at[i] != spare) {
            drop_kept_session(k, at[i]);
        }
    }
    if (next) {
        keep_account(k, next);
    }
    if (!keep_commit(k) || (next && !put_account(a, next))) {
        return ANS_SIGN_FAILED;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (at[i] != spare) {
            drop_session(a, at[i]);
        }
    }
    return ANS_SIGN_OK;
}

ans_sign end_sessions(ans_cx *cx, ans_accounts *a, account *next, bool tokens, const session *spare)
{
    keep k = {.cx = cx, .a = a};
    session **at = ANS_NEW_N(cx->arena, session *, a->session_count + 1);
    account *held = find_account(a, ans_str_of(next->id));
    if (!at || !held) {
        return ANS_SIGN_FAILED;
    }
    next->ended_us = tokens ? ans_now_us() : next->ended_us;
    return end_collected(&k, at, collect(a, held, NULL, tokens, at), next, spare);
}

ans_sign ans_session_end(ans_cx *cx, ans_accounts *a, ans_str account_id, ans_str id)
{
    keep k = {.cx = cx, .a = a};
    (void)pthread_mutex_lock(&a->change);
    session *s = find_session_by_id(a, id);
    ans_sign sign = !s || !ans_str_is(account_id, s->account->id) ? ANS_SIGN_NOT_FOUND : end_collected(&k, &s, 1, NULL, NULL);
    (void)pthread_mutex_unlock(&a->change);
    return sign;
}

ans_sign ans_account_token_revoke(ans_cx *cx, ans_accounts *a, ans_str id_or_name, uint32_t *out_count)
{
    keep k = {.cx = cx, .a = a};
    ans_sign sign = ANS_SIGN_NOT_FOUND;
    (void)pthread_mutex_lock(&a->change);
    account *held = find_account(a, id_or_name);
    session **at = ANS_NEW_N(cx->arena, session *, a->session_count + 1);
    if (held && at) {
        uint32_t all = collect(a, held, NULL, true, at), n = 0;
        for (uint32_t i = 0; i < all; i++) {
            if (at[i]->is_token) {
                at[n++] = at[i];
            }
        }
        account next = *held;
        next.ended_us = ans_now_us(); /* and what programs hold in its name */
        sign = end_collected(&k, at, n, &next, NULL);
        ans_secret_forget(&next, sizeof next);
        if (out_count) {
            *out_count = n;
        }
    }
    (void)pthread_mutex_unlock(&a->change);
    return sign;
}

ans_sign ans_device_remove(ans_cx *cx, ans_accounts *a, ans_str id)
{
    keep k = {.cx = cx, .a = a};
    (void)pthread_mutex_lock(&a->change);
    device *d = find_device(a, id);
    session **at = ANS_NEW_N(cx->arena, session *, a->session_count + 1);
    ans_sign sign = d ? ANS_SIGN_FAILED : ANS_SIGN_NOT_FOUND;
    if (d && at) {
        drop_kept_device(&k, d);
        sign = end_collected(&k, at, collect(a, NULL, d->id, false, at), NULL, NULL);
    }
    if (sign == ANS_SIGN_OK) {
        drop_device(a, d);
    }
    (void)pthread_mutex_unlock(&a->change);
    return sign;
}

/* ---- lists ---- */

static int newest_first(const void *p, const void *q)
{
    const ans_session *a = p, *b = q;
    return a->since_us < b->since_us ? 1 : a->since_us > b->since_us ? -1 : ans_str_cmp(a->id, b->id);
}

ans_err ans_session_list(ans_cx *cx, ans_accounts *a, ans_str account_id, ans_session **out, uint32_t *out_count)
{
    uint32_t n = 0;
    int64_t now = ans_now_us();
    (void)pthread_rwlock_rdlock(&a->lock);
    ans_session *list = ANS_NEW_N(cx->arena, ans_session, a->session_count + 1);
    for (uint32_t i = 0; list && i < a->session_cap; i++) {
        const session *s = a->sessions[i];
        if (!s || !ans_str_is(account_id, s->account->id) || is_over(s, now)) {
            continue;
        }
        const device *d = find_device(a, ans_str_of(s->device));
        list[n++] = (ans_session){
            .id = ans_arena_dup(cx->arena, ans_str_of(s->id)),
            .device = ans_arena_dup(cx->arena, ans_str_of(s->device)),
            .device_name = d ? ans_arena_dup(cx->arena, ans_str_of(d->name)) : ANS_STR_NONE,
            .agent = ans_arena_dup(cx->arena, ans_str_of(s->agent)),
            .since_us = s->since_us,
            .last_used_us = __atomic_load_n(&s->last_used_us, __ATOMIC_RELAXED),
            .is_token = s->is_token,
        };
    }
    (void)pthread_rwlock_unlock(&a->lock);
    if (!list) {
        return ans_cx_nomem(cx);
    }
    ans_sort(list, n, sizeof *list, newest_first);
    *out = list;
    *out_count = n;
    return ANS_OK;
}

/* ---- care ---- */

/* Take away what is over, and keep when the others were last used, so that a restart finds them as they were. */
void sessions_tidy(ans_accounts *a, bool save)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    if (!cx.arena) {
        return;
    }
    (void)pthread_mutex_lock(&a->change);
    keep k = {.cx = &cx, .a = a};
    session **at = ANS_NEW_N(cx.arena, session *, a->session_count + 1);
    uint32_t n = at ? collect(a, NULL, NULL, false, at) : 0;
    for (uint32_t i = 0; save && i < a->session_cap; i++) {
        if (a->sessions[i] && !is_over(a->sessions[i], ans_now_us())) {
            keep_session(&k, a->sessions[i]);
        }
    }
    (void)end_collected(&k, at, n, NULL, NULL); /* what could not be written is tidied next time */
    (void)pthread_mutex_unlock(&a->change);
    ans_arena_free(cx.arena);
}
