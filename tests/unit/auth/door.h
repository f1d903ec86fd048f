/* Accounts in memory under a clock that the test moves; sign-in acts in one line each. */
#ifndef TEST_AUTH_DOOR_H
#define TEST_AUTH_DOOR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/sign.h"
#include "base/os.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PASSWORD ANS_STR("ba con cò trắng")
#define MINUTE ((int64_t)60 * 1000000)

static int64_t door_now = 1795000000LL * 1000000; /* some day in November 2026 */

static inline int64_t door_clock(void)
{
    return door_now;
}

typedef struct door {
    ans_cx cx;
    ans_accounts *a;
    ans_signed out;
    ans_sign_from from; /* of the next act */
} door;

static inline void wait_seconds(int64_t s)
{
    door_now += s * 1000000;
}

static inline void door_open(door *d, const char *dir)
{
    *d = (door){.cx = {.arena = ans_arena_new((size_t)1 << 28)}};
    const ans_accounts_options o = {.dir = dir, .in_memory = !dir};
    assert_true(ans_base_start());
    ans_clock_set(door_clock);
    assert_int_equal(ans_accounts_open(&d->cx, &o, &d->a), ANS_OK);
}

static inline void door_close(door *d)
{
    ans_accounts_close(d->a);
    ans_arena_free(d->cx.arena);
    ans_clock_set(NULL);
}

/* An account with PASSWORD and PIN 1942; its id. */
static inline ans_str add(door *d, const char *name)
{
    ans_account made;
    const ans_account_new n = {.name = ans_str_of(name), .display = ans_str_of(name), .password = PASSWORD, .pin = ANS_STR("1942")};
    assert_int_equal(ans_account_add(&d->cx, d->a, &n, &made, NULL), ANS_SIGN_OK);
    return made.id;
}

static inline ans_who who(door *d, ans_str token)
{
    ans_who w;
    ans_who_by_session(d->a, d->cx.arena, token, true, &w);
    return w;
}

/* Sign in; what it comes to by its code ("ok"). On success the next act comes from the new session. */
static inline const char *sign_in(door *d, const char *name, ans_str password, const char *code)
{
    ans_sign sign = ans_sign_in(&d->cx, d->a, &d->from, ans_str_of(name), password, ans_str_of(code), &d->out);
    if (sign == ANS_SIGN_OK) {
        d->from.session = who(d, d->out.token).session;
    }
    return ans_sign_code(sign);
}

#define SAME(got, want) assert_string_equal((got), (want))
#define CODE(sign, want) assert_string_equal(ans_sign_code(sign), (want))

#endif
