/* Shared devices: looking them up and listing them. Registering is in sign.c, removing in sessions.c, as sessions end with it. */
#include "auth/account_int.h"

#include "base/os.h"
#include "base/sort.h"

ans_str ans_device_by_token(ans_accounts *a, ans_arena *arena, ans_str token)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    ans_str out = ANS_STR_NONE;
    if (token.n != ANS_TOKEN_BYTES) {
        return out;
    }
    ans_secret_digest(token, digest);
    (void)pthread_rwlock_rdlock(&a->lock);
    for (uint32_t i = 0; i < a->device_count && !out.p; i++) {
        if (ans_secret_same(a->devices[i]->digest, digest, sizeof digest)) {
            out = ans_arena_dup(arena, ans_str_of(a->devices[i]->id));
        }
    }
    (void)pthread_rwlock_unlock(&a->lock);
    return out;
}

static ans_device view_of(ans_cx *cx, const device *d)
{
    return (ans_device){.id = ans_arena_dup(cx->arena, ans_str_of(d->id)), .name = ans_arena_dup(cx->arena, ans_str_of(d->name)), .since_us = d->since_us};
}

static int by_name(const void *p, const void *q)
{
    const ans_device *a = p, *b = q;
    int order = ans_str_cmp(a->name, b->name);
    return order ? order : ans_str_cmp(a->id, b->id);
}

ans_err ans_device_list(ans_cx *cx, ans_accounts *a, ans_device **out, uint32_t *out_count)
{
    (void)pthread_rwlock_rdlock(&a->lock);
    uint32_t n = a->device_count;
    ans_device *list = ANS_NEW_N(cx->arena, ans_device, n + 1);
    for (uint32_t i = 0; list && i < n; i++) {
        list[i] = view_of(cx, a->devices[i]);
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

ans_sign ans_device_get(ans_cx *cx, ans_accounts *a, ans_str id, ans_device *out)
{
    (void)pthread_rwlock_rdlock(&a->lock);
    const device *d = find_device(a, id);
    if (d) {
        *out = view_of(cx, d);
    }
    (void)pthread_rwlock_unlock(&a->lock);
    return d ? ANS_SIGN_OK : ANS_SIGN_NOT_FOUND;
}

static int person_by_name(const void *p, const void *q)
{
    const ans_device_person *a = p, *b = q;
    return ans_str_cmp(a->display, b->display);
}

/* Under the read lock. */
static uint32_t list_people(ans_cx *cx, const ans_accounts *a, const device *d, ans_device_person *list)
{
    uint32_t n = 0;
    int64_t now = ans_now_us();
    for (uint32_t i = 0; i < d->person_count; i++) {
        const device_person *p = &d->people[i];
        const account *x = find_account(a, ans_str_of(p->account));
        if (x && !x->is_disabled && p->wrong < MOST_WRONG_PINS && now - p->password_us < (int64_t)ANS_SESSION_MOST_SECONDS * 1000000) {
            list[n++] = (ans_device_person){
                .account = ans_arena_dup(cx->arena, ans_str_of(x->id)),
                .display = ans_arena_dup(cx->arena, ans_str_of(x->display)),
                .has_pin = *x->pin,
            };
        }
    }
    return n;
}

ans_err ans_device_people(ans_cx *cx, ans_accounts *a, ans_str id, ans_device_person **out, uint32_t *out_count)
{
    ans_device_person *list = ANS_NEW_N(cx->arena, ans_device_person, DEVICE_PEOPLE);
    if (!list) {
        return ans_cx_nomem(cx);
    }
    (void)pthread_rwlock_rdlock(&a->lock);
    const device *d = find_device(a, id);
    uint32_t n = d ? list_people(cx, a, d, list) : 0;
    (void)pthread_rwlock_unlock(&a->lock);
    ans_sort(list, n, sizeof *list, person_by_name);
    *out = list;
    *out_count = n;
    return ANS_OK;
}
