/* The list of accounts: opening, adding, switching off, new passwords, tokens. Acts at the door are in sign.c. */
#include "auth/account_int.h"

#include <stdio.h>
#include <unistd.h>

#include "base/os.h"
#include "base/sort.h"

/* ---- what acts come to ---- */

static const struct {
    const char *code, *text;
    int http;
} signs[] = {
    {"ok", "done", 200},
#define ANS_SIGN(name, code, http, text) {code, text, http},
#include "auth/sign.def"
#undef ANS_SIGN
};

const char *ans_sign_code(ans_sign sign)
{
    return signs[sign].code;
}

const char *ans_sign_text(ans_sign sign)
{
    return signs[sign].text;
}

int ans_sign_http(ans_sign sign)
{
    return signs[sign].http;
}

/* ---- life ---- */

static ans_err name_first_path(ans_cx *cx, const ans_accounts_options *o, ans_accounts *a)
{
    size_t n = o->in_memory ? 0 : strlen(o->dir) + sizeof "/first-code";
    a->first_path = n ? ans_alloc(n) : NULL;
    if (a->first_path) {
        (void)snprintf(a->first_path, n, "%s/first-code", o->dir);
    }
    return n && !a->first_path ? ans_cx_nomem(cx) : ANS_OK;
}

ans_err ans_accounts_open(ans_cx *cx, const ans_accounts_options *options, ans_accounts **out)
{
    char nothing[ANS_TOKEN_BYTES + 1];
    ans_accounts *a = ans_alloc(sizeof *a);
    if (!a) {
        return ans_cx_nomem(cx);
    }
    memset(a, 0, sizeof *a);
    (void)pthread_rwlock_init(&a->lock, NULL);
    (void)pthread_mutex_init(&a->change, NULL);
    (void)pthread_mutex_init(&a->queue_lock, NULL);
    (void)pthread_cond_init(&a->work, NULL);
    ans_delays_init(&a->delays);
    ans_secret_token(nothing);
    ans_err err = ans_secret_hash(ANS_SECRET_PASSWORD, ans_str_of(nothing), a->dummy) ? ANS_OK : ans_cx_nomem(cx);
    err = err == ANS_OK ? name_first_path(cx, options, a) : err;
    err = err == ANS_OK ? keep_open(cx, options, a) : err;
    err = err == ANS_OK ? keep_load(cx, a) : err;
    err = err == ANS_OK ? draft_open(cx, a) : err;
    if (err == ANS_OK && !worker_start(a)) {
        err = ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
    }
    if (err != ANS_OK) {
        ans_accounts_close(a);
        return err;
    }
    sessions_tidy(a, false);
    *out = a;
    return ANS_OK;
}

void ans_accounts_close(ans_accounts *a)
{
    if (!a) {
        return;
    }
    bool worked = a->has_thread;
    worker_stop(a);
    if (worked) {
        sessions_tidy(a, true);
    }
    ans_store_close(a->store);
    held_free(a);
    ans_free(a->first_path);
    (void)pthread_cond_destroy(&a->work);
    (void)pthread_mutex_destroy(&a->queue_lock);
    (void)pthread_mutex_destroy(&a->change);
    (void)pthread_rwlock_destroy(&a->lock);
    ans_secret_forget(a, sizeof *a);
    ans_free(a);
}

/* ---- the first one ---- */

bool ans_accounts_is_first(ans_accounts *a)
{
    bool first = true;
    (void)pthread_rwlock_rdlock(&a->lock);
    for (uint32_t i = 0; i < a->account_count; i++) {
        first = first && a->accounts[i]->is_program;
    }
    (void)pthread_rwlock_unlock(&a->lock);
    return first;
}

ans_err ans_accounts_first_code(ans_cx *cx, ans_accounts *a, ans_str *out)
{
    char code[3 * 5], bare[3 * 4 + 1];
    *out = ANS_STR_NONE;
    if (!ans_accounts_is_first(a)) {
        return ANS_OK;
    }
    ans_secret_code(3, code);
    *out = ans_arena_dup(cx->arena, ans_str_of(code));
    if (!out->p) {
        return ans_cx_nomem(cx);
    }
    size_t n = ans_secret_code_read(*out, bare, sizeof bare - 1);
    ans_str line = ans_arena_fmt(cx->arena, "%s\n", code);
    ans_err err = !a->first_path ? ANS_OK : line.p ? ans_file_replace(cx, a->first_path, line) : ans_cx_nomem(cx);
    (void)pthread_mutex_lock(&a->change);
    ans_secret_digest((ans_str){bare, n}, a->first_code);
    a->has_first_code = err == ANS_OK;
    (void)pthread_mutex_unlock(&a->change);
    return err;
}

void forget_first_code(ans_accounts *a)
{
    a->has_first_code = false;
    if (a->first_path) {
        (void)unlink(a->first_path); /* the code in it is worth nothing any more */
    }
}

/* ---- looking ---- */

static ans_account view_of(ans_cx *cx, const account *x)
{
    return (ans_account){
        .id = ans_arena_dup(cx->arena, ans_str_of(x->id)),
        .name = ans_arena_dup(cx->arena, ans_str_of(x->name)),
        .display = ans_arena_dup(cx->arena, ans_str_of(x->display)),
        .practitioner = ans_arena_dup(cx->arena, ans_str_of(x->practitioner)),
        .direct_role = ans_arena_dup(cx->arena, ans_str_of(x->role)),
        .person = ans_arena_dup(cx->arena, ans_str_of(x->person)),
        .purpose = ans_arena_dup(cx->arena, ans_str_of(x->purpose)),
        .recipient = ans_arena_dup(cx->arena, ans_str_of(x->recipient)),
        .basis = ans_arena_dup(cx->arena, ans_str_of(x->basis)),
        .is_program = x->is_program,
        .is_disabled = x->is_disabled,
        .must_change = x->must_change,
        .has_pin = *x->pin,
        .has_totp = x->has_totp,
        .created_us = x->created_us,
        .last_sign_in_us = x->last_sign_in_us,
    };
}

static int by_name(const void *p, const void *q)
{
    return ans_str_cmp(((const ans_account *)p)->name, ((const ans_account *)q)->name);
}

ans_err ans_account_list(ans_cx *cx, ans_accounts *a, ans_account **out, uint32_t *out_count)
{
    (void)pthread_rwlock_rdlock(&a->lock);
    uint32_t n = a->account_count;
    ans_account *list = ANS_NEW_N(cx->arena, ans_account, n + 1);
    for (uint32_t i = 0; list && i < n; i++) {
        list[i] = view_of(cx, a->accounts[i]);
    }
    (void)pthread_rwlock_unlock(&a->lock);
    if (!list) {
        return ans_cx_nomem(cx);
    }
    ans_sort(list, n, sizeof *list, by_name);
    *out = list;
    *out_count = n;
    return ANS_OK;
}

ans_sign ans_account_get(ans_cx *cx, ans_accounts *a, ans_str id_or_name, ans_account *out)
{
    (void)pthread_rwlock_rdlock(&a->lock);
    const account *x = find_account(a, id_or_name);
    if (x) {
        *out = view_of(cx, x);
    }
    (void)pthread_rwlock_unlock(&a->lock);
    return x ? ANS_SIGN_OK : ANS_SIGN_NOT_FOUND;
}

/* ---- changing ---- */

static bool is_name(ans_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-' && c != '@') {
            return false;
        }
    }
    return name.n >= 1 && name.n < NAME_BYTES;
}

static bool is_direct_role(ans_str role)
{
    return role.n == 0 || ans_str_is(role, "administrator") || ans_str_is(role, "auditor") || ans_str_is(role, "system") ||
           ans_str_is(role, "recipient");
}

static bool is_id(ans_str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '-') {
            return false;
        }
    }
    return id.n < REFERENCE_BYTES;
}

/* A password that is shown once: 80 random bits. *out in the arena. */
static bool make_password(ans_cx *cx, account *x, ans_str *out)
{
    char code[ONE_TIME_LETTERS / 4 * 5];
    ans_secret_code(ONE_TIME_LETTERS / 4, code);
    *out = ans_arena_dup(cx->arena, ans_str_of(code));
    x->must_change = true;
    x->password_until_us = ans_now_us() + (int64_t)ANS_ONE_TIME_PASSWORD_SECONDS * 1000000;
    return out->p && ans_secret_hash(ANS_SECRET_PASSWORD, *out, x->password);
}

static bool are_facts(ans_str display, ans_str practitioner, ans_str role)
{
    return is_direct_role(role) && is_id(practitioner) && ans_str_utf8(display) && display.n < DISPLAY_BYTES;
}

/* Both or neither, and only for a program that can do nothing else. */
static bool is_bound_well(const ans_account_new *n)
{
    if (!n->purpose.n && !n->recipient.n && !n->basis.n) {
        return !ans_str_is(n->direct_role, "recipient");
    }
    return n->is_program && n->purpose.n && n->purpose.n < PURPOSE_BYTES && n->recipient.n && is_id(n->recipient) && ans_str_utf8(n->basis) &&
           n->basis.n < DISPLAY_BYTES && (n->direct_role.n ? ans_str_is(n->direct_role, "recipient") : n->practitioner.n > 0);
}

/* Nothing beside: no staff, no program, nothing that works on a shared device. */
static bool is_person_well(const ans_account_new *n)
{
    ans_str id = n->person, type;
    if (!n->person.n) {
        return true;
    }
    bool named = ans_str_cut(&id, '/', &type) && (ans_str_is(type, "Patient") || ans_str_is(type, "RelatedPerson")) && id.n && is_id(id);
    return named && !n->practitioner.n && !n->direct_role.n && !n->purpose.n && !n->recipient.n && !n->is_program && !n->pin.n;
}

static ans_sign fill_new(ans_cx *cx, const ans_account_new *n, account *x, ans_str *out_password)
{
    ans_str normal = ans_password_normal(cx->arena, n->password);
    if (!is_name(n->name) || !are_facts(n->display, n->practitioner, n->direct_role) || !normal.p ||
        (n->is_program && (n->password.n || n->pin.n)) || !is_bound_well(n) || !is_person_well(n)) {
        return ANS_SIGN_BAD;
    }
    if ((n->password.n && !ans_password_is_good(normal, n->name)) || (n->pin.n && !ans_pin_is_good(n->pin))) {
        return ANS_SIGN_WEAK;
    }
    make_id(x->id);
    text_put(x->name, sizeof x->name, n->name);
    for (char *c = x->name; *c; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    text_put(x->display, sizeof x->display, n->display.n ? n->display : n->name);
    text_put(x->practitioner, sizeof x->practitioner, n->practitioner);
    text_put(x->role, sizeof x->role, n->direct_role);
    text_put(x->person, sizeof x->person, n->person);
    text_put(x->purpose, sizeof x->purpose, n->purpose);
    text_put(x->recipient, sizeof x->recipient, n->recipient);
    text_put(x->basis, sizeof x->basis, n->basis);
    x->is_program = n->is_program;
    x->created_us = ans_now_us();
    bool hashed = n->password.n      ? ans_secret_hash(ANS_SECRET_PASSWORD, normal, x->password)
                  : n->is_program ? true
                                  : make_password(cx, x, out_password);
    return hashed && (!n->pin.n || ans_secret_hash(ANS_SECRET_PIN, n->pin, x->pin)) ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

ans_sign keep_one(ans_cx *cx, ans_accounts *a, const account *next)
{
    keep k = {.cx = cx, .a = a};
    if (!held_room(a)) {
        return ANS_SIGN_FAILED;
    }
    keep_account(&k, next);
    return keep_commit(&k) && put_account(a, next) ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

ans_sign add_account(ans_cx *cx, ans_accounts *a, const ans_account_new *n, account *out, ans_str *out_password)
{
    *out = (account){0};
    ans_sign sign = find_account(a, n->name) ? ANS_SIGN_TAKEN : fill_new(cx, n, out, out_password);
    return sign == ANS_SIGN_OK ? keep_one(cx, a, out) : sign;
}

ans_sign ans_account_add(ans_cx *cx, ans_accounts *a, const ans_account_new *n, ans_account *out, ans_str *out_password)
{
    account x;
    ans_str made = ANS_STR_NONE;
    (void)pthread_mutex_lock(&a->change);
    ans_sign sign = add_account(cx, a, n, &x, &made);
    (void)pthread_mutex_unlock(&a->change);
    if (sign == ANS_SIGN_OK) {
        *out = view_of(cx, &x);
        if (out_password) {
            *out_password = made;
        }
    }
    ans_secret_forget(&x, sizeof x);
    return sign;
}

static ans_sign change_to(ans_cx *cx, ans_accounts *a, const account *held, const ans_account_change *change, account *next)
{
    ans_str display = change->display ? *change->display : ans_str_of(held->display);
    ans_str practitioner = change->practitioner ? *change->practitioner : ans_str_of(held->practitioner);
    ans_str role = change->direct_role ? *change->direct_role : ans_str_of(held->role);
    bool stays = ans_str_is(role, "recipient") == (strcmp(held->role, "recipient") == 0);
    bool fits = !*held->purpose || !role.n || ans_str_is(role, "recipient");
    bool others = *held->person && (practitioner.n || role.n);
    if (!are_facts(display, practitioner, role) || !stays || !fits || others) {
        return ANS_SIGN_BAD;
    }
    bool same = ans_str_is(practitioner, held->practitioner) && ans_str_is(role, held->role);
    *next = *held;
    text_put(next->display, sizeof next->display, display.n ? display : ans_str_of(held->name));
    text_put(next->practitioner, sizeof next->practitioner, practitioner);
    text_put(next->role, sizeof next->role, role);
    return same ? keep_one(cx, a, next) : end_sessions(cx, a, next, false, NULL);
}

ans_sign ans_account_change_to(ans_cx *cx, ans_accounts *a, ans_str id_or_name, const ans_account_change *change, ans_account *out)
{
    account next = {0};
    (void)pthread_mutex_lock(&a->change);
    const account *held = find_account(a, id_or_name);
    ans_sign sign = held ? change_to(cx, a, held, change, &next) : ANS_SIGN_NOT_FOUND;
    (void)pthread_mutex_unlock(&a->change);
    if (sign == ANS_SIGN_OK) {
        *out = view_of(cx, &next);
    }
    ans_secret_forget(&next, sizeof next);
    return sign;
}

ans_sign ans_account_switch(ans_cx *cx, ans_accounts *a, ans_str id_or_name, bool on)
{
    ans_sign sign = ANS_SIGN_NOT_FOUND;
    (void)pthread_mutex_lock(&a->change);
    const account *held = find_account(a, id_or_name);
    if (held) {
        account next = *held;
        next.is_disabled = !on;
        sign = on ? keep_one(cx, a, &next) : end_sessions(cx, a, &next, true, NULL);
    }
    (void)pthread_mutex_unlock(&a->change);
    return sign;
}

ans_sign ans_account_reset(ans_cx *cx, ans_accounts *a, ans_str id_or_name, ans_str *out_password)
{
    ans_sign sign = ANS_SIGN_NOT_FOUND;
    (void)pthread_mutex_lock(&a->change);
    const account *held = find_account(a, id_or_name);
    if (held && held->is_program) {
        sign = ANS_SIGN_NOT_ALLOWED;
    } else if (held) {
        account next = *held;
        next.is_disabled = next.has_totp = next.has_new_totp = false;
        next.recovery_count = 0;
        memset(next.pin, 0, sizeof next.pin);
        sign = make_password(cx, &next, out_password) ? end_sessions(cx, a, &next, true, NULL) : ANS_SIGN_FAILED;
        ans_delay_clear(&a->delays, 'n', ans_str_of(next.name));
    }
    (void)pthread_mutex_unlock(&a->change);
    return sign;
}

ans_sign ans_account_token(ans_cx *cx, ans_accounts *a, ans_str id_or_name, ans_str *out_token)
{
    char token[ANS_TOKEN_BYTES + 1];
    keep k = {.cx = cx, .a = a};
    ans_sign sign = ANS_SIGN_FAILED;
    ans_secret_token(token);
    ans_str kept = ans_arena_dup(cx->arena, ans_str_of(token));
    (void)pthread_mutex_lock(&a->change);
    session next = {.account = find_account(a, id_or_name), .is_token = true, .since_us = ans_now_us()};
    if (!next.account || next.account->is_disabled) {
        sign = next.account ? ANS_SIGN_DISABLED : ANS_SIGN_NOT_FOUND;
    } else if (*next.account->person) {
        sign = ANS_SIGN_NOT_ALLOWED; /* no program in the name of a person in care or who represents them */
    } else if (kept.p && held_room(a)) {
        make_id(next.id);
        ans_secret_digest(kept, next.digest);
        keep_session(&k, &next);
        sign = keep_commit(&k) && put_session(a, &next) ? ANS_SIGN_OK : ANS_SIGN_FAILED;
    }
    (void)pthread_mutex_unlock(&a->change);
    if (sign == ANS_SIGN_OK) {
        *out_token = kept;
    }
    return sign;
}
