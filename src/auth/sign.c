/* Acts at the door. Each one: the waits first, then the secret, then one transaction, then memory. */
#include "auth/account_int.h"

#include "base/os.h"

static const int64_t SECOND = 1000000;
static const int64_t SESSION_US = (int64_t)ANS_SESSION_MOST_SECONDS * 1000000;

/* ---- the waits ---- */

typedef struct act {
    ans_cx *cx;
    ans_accounts *a;
    const ans_sign_from *from;
    ans_signed *out;
    int64_t now_us;
    char name[NAME_BYTES]; /* whose secret is tried, in small letters */
} act;

static act begin(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_signed *out)
{
    static ans_signed nobody_looks;
    if (out) {
        *out = (ans_signed){0};
    }
    (void)pthread_mutex_lock(&a->change);
    return (act){.cx = cx, .a = a, .from = from, .out = out ? out : &nobody_looks, .now_us = ans_now_us()};
}

static ans_sign end(const act *t, ans_sign sign)
{
    (void)pthread_mutex_unlock(&t->a->change);
    return sign;
}

static void set_name(act *t, ans_str name)
{
    text_put(t->name, sizeof t->name, name);
    for (char *c = t->name; *c; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
}

static ans_sign must_wait(const act *t)
{
    uint32_t name = ans_delay_left(&t->a->delays, 'n', ans_str_of(t->name), 0, t->now_us);
    uint32_t address = t->from->address.n ? ans_delay_left(&t->a->delays, 'a', t->from->address, FREE_ADDRESS_TRIES, t->now_us) : 0;
    t->out->wait_seconds = name > address ? name : address;
    return t->out->wait_seconds ? ANS_SIGN_WAIT : ANS_SIGN_OK;
}

static ans_sign wrong(const act *t)
{
    ans_delay_wrong(&t->a->delays, 'n', ans_str_of(t->name), t->now_us);
    if (t->from->address.n) {
        ans_delay_wrong(&t->a->delays, 'a', t->from->address, t->now_us);
    }
    return ANS_SIGN_WRONG;
}

/* A one-time password is read off a sheet of paper: small letters, and blanks or nothing where it has '-', are the same. */
static ans_str read_off(act *t, const account *x, ans_str normal)
{
    char code[ONE_TIME_LETTERS + 2];
    if (!x || !x->password_until_us || ans_secret_code_read(normal, code, ONE_TIME_LETTERS + 1) != ONE_TIME_LETTERS) {
        return normal;
    }
    return ans_arena_fmt(t->cx->arena, "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
}

/* Is it the password of x (NULL: nobody's)? The same work in every case. Right: the waits of the name are over. */
static ans_sign try_password(act *t, const account *x, ans_str password)
{
    ans_sign sign = must_wait(t);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    ans_str normal = read_off(t, x, ans_password_normal(t->cx->arena, password));
    bool is_there = x && *x->password && normal.p;
    bool right = ans_secret_is(is_there ? x->password : t->a->dummy, normal) && is_there;
    return right ? ANS_SIGN_OK : wrong(t);
}

/* The second factor or a recovery code; what was used is used up in x. */
static bool use_code(account *x, ans_str typed, int64_t now_us)
{
    char bare[17];
    uint8_t digest[ANS_DIGEST_BYTES];
    int64_t step = ans_totp_match(x->totp, ans_str_trim(typed), now_us / SECOND, x->totp_step);
    if (step) {
        x->totp_step = step;
        return true;
    }
    ans_secret_digest((ans_str){bare, ans_secret_code_read(typed, bare, sizeof bare - 1)}, digest);
    for (uint32_t i = 0; i < x->recovery_count; i++) {
        if (ans_secret_same(x->recovery[i], digest, sizeof digest)) {
            memmove(x->recovery[i], x->recovery[i + 1], (x->recovery_count - i - 1) * sizeof x->recovery[0]);
            x->recovery_count--;
            return true;
        }
    }
    return false;
}

/* ---- new sessions ---- */

static void remember_person(device *d, const char *account_id, int64_t password_us)
{
    device_person *p = find_person(d, account_id);
    if (!p && d->person_count < DEVICE_PEOPLE) {
        p = &d->people[d->person_count++];
    }
    for (uint32_t i = 0; !p && i < d->person_count; i++) { /* full: who has been away for longest */
        p = i == 0 || d->people[i].password_us < p->password_us ? &d->people[i] : p;
    }
    *p = (device_person){.password_us = password_us};
    text_put(p->account, sizeof p->account, ans_str_of(account_id));
}

/* The account's oldest session, when it has as many as it may. */
static session *one_too_many(const ans_accounts *a, const account *x)
{
    session *oldest = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->session_cap; i++) {
        session *s = a->sessions[i];
        if (s && s->account == x && !s->is_token) {
            n++;
            oldest = !oldest || s->since_us < oldest->since_us ? s : oldest;
        }
    }
    return n >= MOST_SESSIONS ? oldest : NULL;
}

/* Make the session, with a token never seen before; end the one it takes the place of. next is the account as it is to be; d is
 * the shared device as it is to be, or NULL. */
static ans_sign start_session(act *t, const account *next, const device *d, int64_t until_us)
{
    char token[ANS_TOKEN_BYTES + 1];
    ans_accounts *a = t->a;
    keep k = {.cx = t->cx, .a = a};
    account *held = find_account(a, ans_str_of(next->id));
    session *before = t->from->session.n ? find_session_by_id(a, t->from->session) : NULL, *most = held ? one_too_many(a, held) : NULL;
    session s = {.account = held, .since_us = t->now_us, .last_used_us = t->now_us, .until_us = until_us};
    ans_secret_token(token);
    ans_str kept = ans_arena_dup(t->cx->arena, ans_str_of(token));
    if (!held || !kept.p || !held_room(a)) {
        return ANS_SIGN_FAILED;
    }
    ans_secret_digest(kept, s.digest);
    make_id(s.id);
    text_put(s.agent, sizeof s.agent, ans_str_utf8(t->from->agent) ? t->from->agent : ANS_STR_NONE);
    text_put(s.device, sizeof s.device, d ? ans_str_of(d->id) : ANS_STR_NONE);
    before = before && before->is_token ? NULL : before;
    most = most == before ? NULL : most;
    keep_account(&k, next);
    keep_session(&k, &s);
    if (d) {
        keep_device(&k, d);
    }
    if (before) {
        drop_kept_session(&k, before);
    }
    if (most) {
        drop_kept_session(&k, most);
    }
    if (!keep_commit(&k) || !put_account(a, next) || (d && !put_device(a, d)) || !put_session(a, &s)) {
        return ANS_SIGN_FAILED;
    }
    if (before) {
        drop_session(a, before);
    }
    if (most) {
        drop_session(a, most);
    }
    t->out->token = kept;
    return ANS_SIGN_OK;
}

/* After the password was right. */
static ans_sign start_by_password(act *t, account *next)
{
    const device *held = find_device(t->a, t->from->device);
    device *d = held ? ans_arena_alloc(t->cx->arena, sizeof *d) : NULL;
    if (held && !d) {
        return ANS_SIGN_FAILED;
    }
    if (d) {
        *d = *held;
        if (!*next->person) { /* who lives here shall not stand in the list of who works here */
            remember_person(d, next->id, t->now_us);
        }
    }
    next->last_sign_in_us = t->now_us;
    ans_delay_clear(&t->a->delays, 'n', ans_str_of(next->name));
    return start_session(t, next, d, t->now_us + SESSION_US);
}

static ans_sign sign_in(act *t, ans_str name, ans_str password, ans_str code)
{
    set_name(t, name);
    const account *x = find_account_by_name(t->a, name);
    ans_sign sign = try_password(t, x, password);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    if (x->is_disabled || (x->password_until_us && t->now_us >= x->password_until_us)) {
        return x->is_disabled ? ANS_SIGN_DISABLED : ANS_SIGN_EXPIRED;
    }
    account next = *x;
    if (next.has_totp && !code.n) {
        return ANS_SIGN_CODE;
    }
    if (next.has_totp && !use_code(&next, code, t->now_us)) {
        return wrong(t);
    }
    ans_str normal = read_off(t, x, ans_password_normal(t->cx->arena, password));
    if (ans_secret_is_weak_hash(next.password) && normal.p && !ans_secret_hash(ANS_SECRET_PASSWORD, normal, next.password)) {
        return ANS_SIGN_FAILED;
    }
    return start_by_password(t, &next);
}

ans_sign ans_sign_in(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str name, ans_str password, ans_str code,
                     ans_signed *out)
{
    act t = begin(cx, a, from, out);
    return end(&t, sign_in(&t, name, password, code));
}

static ans_sign first(act *t, ans_str code, const ans_account_new *n)
{
    char bare[13];
    uint8_t digest[ANS_DIGEST_BYTES];
    account next;
    set_name(t, ANS_STR("(first)")); /* no account has such a name */
    if (!t->a->has_first_code || !ans_accounts_is_first(t->a)) {
        return ANS_SIGN_NOT_ALLOWED;
    }
    ans_sign sign = must_wait(t);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    ans_secret_digest((ans_str){bare, ans_secret_code_read(code, bare, sizeof bare - 1)}, digest);
    if (!ans_secret_same(digest, t->a->first_code, sizeof digest)) {
        (void)wrong(t);
        return ANS_SIGN_FIRST;
    }
    sign = add_account(t->cx, t->a, n, &next, NULL);
    if (sign == ANS_SIGN_OK) {
        forget_first_code(t->a);
        sign = start_by_password(t, &next);
    }
    return sign;
}

ans_sign ans_sign_first(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str code, ans_str name, ans_str display,
                        ans_str password, ans_signed *out)
{
    ans_account_new n = {.name = name, .display = display, .password = password, .direct_role = ANS_STR("administrator")};
    act t = begin(cx, a, from, out);
    return end(&t, !password.n ? ANS_SIGN_WEAK : first(&t, code, &n));
}

/* ---- leave, lock, unlock ---- */

static ans_sign leave(act *t)
{
    keep k = {.cx = t->cx, .a = t->a};
    session *s = session_of(t->a, t->from);
    const device *held = s ? find_device(t->a, ans_str_of(s->device)) : NULL;
    device d = {0};
    if (!s) {
        return ANS_SIGN_OK;
    }
    if (held) {
        d = *held;
        device_person *p = find_person(&d, s->account->id);
        if (p) {
            *p = d.people[--d.person_count];
        }
        keep_device(&k, &d);
    }
    drop_kept_session(&k, s);
    if (!keep_commit(&k) || (held && !put_device(t->a, &d))) {
        return ANS_SIGN_FAILED;
    }
    drop_session(t->a, s);
    return ANS_SIGN_OK;
}

ans_sign ans_sign_leave(ans_cx *cx, ans_accounts *a, const ans_sign_from *from)
{
    act t = begin(cx, a, from, NULL);
    return end(&t, leave(&t));
}

static ans_sign set_lock(act *t, session *s, bool locked)
{
    keep k = {.cx = t->cx, .a = t->a};
    session next = copy_session(t->a, s);
    next.is_locked = locked;
    next.last_used_us = locked ? next.last_used_us : t->now_us;
    keep_session(&k, &next);
    return keep_commit(&k) && put_session(t->a, &next) ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

ans_sign ans_sign_lock(ans_cx *cx, ans_accounts *a, const ans_sign_from *from)
{
    act t = begin(cx, a, from, NULL);
    session *s = session_of(a, from);
    return end(&t, s ? set_lock(&t, s, true) : ANS_SIGN_NOBODY);
}

static bool may_use_pin(const act *t, const device_person *p, const account *x)
{
    return p && p->wrong < MOST_WRONG_PINS && t->now_us - p->password_us < SESSION_US && *x->pin && !x->is_disabled && !x->must_change;
}

/* d: the device as it is held. Right: the tries are counted anew (with the session that follows). */
static ans_sign try_pin(act *t, device *d, const account *x, ans_str pin)
{
    keep k = {.cx = t->cx, .a = t->a};
    const device_person *p = find_person(d, x->id);
    if (!may_use_pin(t, p, x)) {
        return ANS_SIGN_NOT_ALLOWED;
    }
    bool right = pin.n <= 8 && ans_secret_is(x->pin, pin);
    if (right && p->wrong == 0) {
        return ANS_SIGN_OK;
    }
    device next = *d;
    device_person *q = find_person(&next, x->id);
    q->wrong = right ? 0 : q->wrong + 1;
    keep_device(&k, &next); /* on the disk before the answer: a restart gives no new tries */
    if (!keep_commit(&k) || !put_device(t->a, &next)) {
        return ANS_SIGN_FAILED;
    }
    return right ? ANS_SIGN_OK : q->wrong < MOST_WRONG_PINS ? ANS_SIGN_WRONG : ANS_SIGN_NOT_ALLOWED;
}

static ans_sign unlock(act *t, ans_str pin, ans_str password)
{
    session *s = session_of(t->a, t->from);
    if (!s) {
        return ANS_SIGN_NOBODY;
    }
    if (password.n) {
        set_name(t, ans_str_of(s->account->name));
        account next = *s->account;
        ans_sign sign = try_password(t, s->account, password);
        return sign == ANS_SIGN_OK ? start_by_password(t, &next) : sign;
    }
    device *d = find_device(t->a, ans_str_of(s->device));
    ans_sign sign = d ? try_pin(t, d, s->account, pin) : ANS_SIGN_NOT_ALLOWED;
    return sign == ANS_SIGN_OK ? set_lock(t, s, false) : sign;
}

ans_sign ans_sign_unlock(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str pin, ans_str password, ans_signed *out)
{
    act t = begin(cx, a, from, out);
    return end(&t, unlock(&t, pin, password));
}

static ans_sign switch_to(act *t, ans_str id, ans_str pin)
{
    device *d = find_device(t->a, t->from->device);
    account *x = find_account(t->a, id);
    if (!d || !x) {
        return ANS_SIGN_NOT_ALLOWED; /* and not: there is no such account */
    }
    ans_sign sign = try_pin(t, d, x, pin);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    return start_session(t, x, d, find_person(d, x->id)->password_us + SESSION_US);
}

ans_sign ans_sign_switch(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str id, ans_str pin, ans_signed *out)
{
    act t = begin(cx, a, from, out);
    return end(&t, switch_to(&t, id, pin));
}

/* The same tries as for taking the device over: otherwise this were a second way to guess a PIN. */
static ans_sign witness(act *t, ans_str id, ans_str pin, ans_who *out)
{
    session *s = session_of(t->a, t->from);
    device *d = s ? find_device(t->a, ans_str_of(s->device)) : NULL;
    const account *x = find_account(t->a, id);
    if (!s || s->is_locked) {
        return s ? ANS_SIGN_LOCKED : ANS_SIGN_NOBODY;
    }
    if (!d || !x || x == s->account || !*x->practitioner || !ans_str_is(t->from->device, d->id)) {
        return ANS_SIGN_NOT_ALLOWED;
    }
    ans_sign sign = try_pin(t, d, x, pin);
    *out = (ans_who){.kind = ANS_WHO_PERSON,
                     .account = ans_arena_dup(t->cx->arena, ans_str_of(x->id)),
                     .name = ans_arena_dup(t->cx->arena, ans_str_of(x->name)),
                     .display = ans_arena_dup(t->cx->arena, ans_str_of(x->display)),
                     .practitioner = ans_arena_dup(t->cx->arena, ans_str_of(x->practitioner))};
    return sign == ANS_SIGN_OK && !out->practitioner.p ? ANS_SIGN_FAILED : sign;
}

ans_sign ans_sign_witness(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str id, ans_str pin, ans_who *out_witness)
{
    act t = begin(cx, a, from, NULL);
    return end(&t, witness(&t, id, pin, out_witness));
}

/* ---- what people change about themselves ---- */

/* The session of somebody who is present: signed in and not locked. */
static ans_sign present(act *t, session **out)
{
    session *s = session_of(t->a, t->from);
    if (!s || s->is_locked) {
        return s ? ANS_SIGN_LOCKED : ANS_SIGN_NOBODY;
    }
    set_name(t, ans_str_of(s->account->name));
    *out = s;
    return ANS_SIGN_OK;
}

/* The same, and has said the password again. */
static ans_sign present_with_password(act *t, ans_str password, session **out)
{
    ans_sign sign = present(t, out);
    sign = sign == ANS_SIGN_OK ? try_password(t, (*out)->account, password) : sign;
    if (sign == ANS_SIGN_OK) {
        ans_delay_clear(&t->a->delays, 'n', ans_str_of(t->name));
    }
    return sign;
}

static ans_sign change_password(act *t, ans_str old, ans_str password)
{
    session *s;
    ans_str normal = ans_password_normal(t->cx->arena, password);
    ans_sign sign = present_with_password(t, old, &s);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    account next = *s->account;
    if (!normal.p || !ans_password_is_good(normal, ans_str_of(next.name)) || ans_str_eq(old, password)) {
        return ANS_SIGN_WEAK;
    }
    if (!ans_secret_hash(ANS_SECRET_PASSWORD, normal, next.password)) {
        return ANS_SIGN_FAILED;
    }
    next.must_change = false;
    next.password_until_us = 0;
    sign = end_sessions(t->cx, t->a, &next, true, s);
    return sign == ANS_SIGN_OK ? start_by_password(t, &next) : sign;
}

ans_sign ans_sign_password(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str old, ans_str password, ans_signed *out)
{
    act t = begin(cx, a, from, out);
    return end(&t, change_password(&t, old, password));
}

static ans_sign change_pin(act *t, ans_str password, ans_str pin)
{
    session *s;
    ans_sign sign = present_with_password(t, password, &s);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    if (*s->account->person) {
        return ANS_SIGN_NOT_ALLOWED; /* a PIN is for staff on a shared device */
    }
    if (!ans_pin_is_good(pin)) {
        return ANS_SIGN_WEAK;
    }
    account next = *s->account;
    return ans_secret_hash(ANS_SECRET_PIN, pin, next.pin) ? keep_one(t->cx, t->a, &next) : ANS_SIGN_FAILED;
}

ans_sign ans_sign_pin(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str password, ans_str pin, ans_signed *out)
{
    act t = begin(cx, a, from, out);
    return end(&t, change_pin(&t, password, pin));
}

/* ---- the second factor ---- */

ans_sign ans_sign_totp_begin(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str password, ans_str *out_secret,
                             ans_str *out_uri, ans_signed *out)
{
    session *s;
    act t = begin(cx, a, from, out);
    ans_sign sign = present_with_password(&t, password, &s);
    if (sign != ANS_SIGN_OK) {
        return end(&t, sign);
    }
    account next = *s->account;
    next.has_new_totp = true;
    ans_random(next.new_totp, sizeof next.new_totp);
    *out_secret = ans_totp_base32(cx->arena, next.new_totp);
    *out_uri = ans_totp_uri(cx->arena, *out_secret, ans_str_of(next.name));
    return end(&t, out_uri->p && put_account(a, &next) ? ANS_SIGN_OK : ANS_SIGN_FAILED);
}

static ans_sign confirm(act *t, ans_str code, ans_str *codes)
{
    session *s;
    ans_sign sign = present(t, &s);
    sign = sign == ANS_SIGN_OK ? must_wait(t) : sign;
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    account next = *s->account;
    next.totp_step = next.has_new_totp ? ans_totp_match(next.new_totp, ans_str_trim(code), t->now_us / SECOND, 0) : 0;
    if (!next.totp_step) {
        return next.has_new_totp ? wrong(t) : ANS_SIGN_NOT_ALLOWED;
    }
    memcpy(next.totp, next.new_totp, sizeof next.totp);
    next.has_totp = true;
    next.has_new_totp = false;
    next.recovery_count = RECOVERY_CODES;
    for (uint32_t i = 0; i < RECOVERY_CODES; i++) {
        char text[4 * 5], bare[17];
        ans_secret_code(4, text);
        codes[i] = ans_arena_dup(t->cx->arena, ans_str_of(text));
        ans_secret_digest((ans_str){bare, ans_secret_code_read(ans_str_of(text), bare, sizeof bare - 1)}, next.recovery[i]);
        if (!codes[i].p) {
            return ANS_SIGN_FAILED;
        }
    }
    return keep_one(t->cx, t->a, &next);
}

ans_sign ans_sign_totp_confirm(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str code, ans_str **out_codes,
                               uint32_t *out_count, ans_signed *out)
{
    act t = begin(cx, a, from, out);
    ans_str *codes = ANS_NEW_N(cx->arena, ans_str, RECOVERY_CODES);
    ans_sign sign = codes ? confirm(&t, code, codes) : ANS_SIGN_FAILED;
    if (sign == ANS_SIGN_OK) {
        *out_codes = codes;
        *out_count = RECOVERY_CODES;
    }
    return end(&t, sign);
}

ans_sign ans_sign_totp_off(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str password, ans_signed *out)
{
    session *s;
    act t = begin(cx, a, from, out);
    ans_sign sign = present_with_password(&t, password, &s);
    if (sign == ANS_SIGN_OK) {
        account next = *s->account;
        next.has_totp = next.has_new_totp = false;
        next.recovery_count = 0;
        sign = keep_one(cx, a, &next);
    }
    return end(&t, sign);
}

/* ---- shared devices ---- */

static ans_sign add_device(act *t, ans_str name)
{
    char token[ANS_TOKEN_BYTES + 1];
    session *s;
    keep k = {.cx = t->cx, .a = t->a};
    device d = {.since_us = t->now_us};
    ans_sign sign = present(t, &s);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    if (!name.n || name.n >= DISPLAY_BYTES || !ans_str_utf8(name)) {
        return ANS_SIGN_BAD;
    }
    if (find_device(t->a, t->from->device)) {
        return ANS_SIGN_TAKEN;
    }
    ans_secret_token(token);
    t->out->device_token = ans_arena_dup(t->cx->arena, ans_str_of(token));
    if (!t->out->device_token.p || !held_room(t->a)) {
        return ANS_SIGN_FAILED;
    }
    ans_secret_digest(t->out->device_token, d.digest);
    make_id(d.id);
    text_put(d.name, sizeof d.name, name);
    remember_person(&d, s->account->id, s->since_us); /* on a browser that is no shared device nobody comes in without the password */
    session next = copy_session(t->a, s);
    text_put(next.device, sizeof next.device, ans_str_of(d.id));
    keep_device(&k, &d);
    keep_session(&k, &next);
    return keep_commit(&k) && put_device(t->a, &d) && put_session(t->a, &next) ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

ans_sign ans_device_add(ans_cx *cx, ans_accounts *a, const ans_sign_from *from, ans_str name, ans_signed *out)
{
    act t = begin(cx, a, from, out);
    return end(&t, add_device(&t, name));
}
