/* The rules at the door, each with the clock in hand. */
#include "door.h"

#include "base/buf.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/totp.h"

/* ---- coming in ---- */

static void first_one(void **state)
{
    door d;
    ans_str code, again;
    (void)state;
    door_open(&d, NULL);
    assert_true(ans_accounts_is_first(d.a));
    CODE(ans_sign_first(&d.cx, d.a, &d.from, ANS_STR("AAAA-AAAA-AAAA"), ANS_STR("root"), ANS_STR_NONE, PASSWORD, &d.out), "not-allowed"); /* none was made */
    assert_int_equal(ans_accounts_first_code(&d.cx, d.a, &code), ANS_OK);
    CODE(ans_sign_first(&d.cx, d.a, &d.from, ANS_STR("AAAA-AAAA-AAAA"), ANS_STR("root"), ANS_STR_NONE, PASSWORD, &d.out), "first-code");
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("root"), ANS_STR_NONE, PASSWORD, &d.out), "wait"); /* guessing is slow here, too */
    assert_int_equal(d.out.wait_seconds, 1);
    wait_seconds(1);
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("root"), ANS_STR_NONE, ANS_STR("short"), &d.out), "weak");
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("root"), ANS_STR_NONE, ANS_STR_NONE, &d.out), "weak");
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("no blanks"), ANS_STR_NONE, PASSWORD, &d.out), "bad-request");
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("Root"), ANS_STR_NONE, PASSWORD, &d.out), "ok");
    ans_who w = who(&d, d.out.token);
    assert_int_equal(w.kind, ANS_WHO_PERSON);
    assert_true(ans_str_is(w.direct_role, "administrator") && ans_str_is(w.name, "root"));
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("root2"), ANS_STR_NONE, PASSWORD, &d.out), "not-allowed"); /* once */
    assert_int_equal(ans_accounts_first_code(&d.cx, d.a, &again), ANS_OK);
    assert_int_equal(again.n, 0);
    door_close(&d);
}

static void in_and_out(void **state)
{
    door d;
    (void)state;
    door_open(&d, NULL);
    add(&d, "ha");
    SAME(sign_in(&d, "ha", ANS_STR("not the password"), NULL), "wrong");
    SAME(sign_in(&d, "nobody", PASSWORD, NULL), "wrong"); /* the same word for a name that does not exist */
    SAME(sign_in(&d, "nobody", PASSWORD, NULL), "wait");  /* and the same wait */
    wait_seconds(1);
    SAME(sign_in(&d, "HA", PASSWORD, NULL), "ok");
    ans_str token = d.out.token;
    assert_int_equal(who(&d, token).kind, ANS_WHO_PERSON);
    assert_int_equal(who(&d, ANS_STR_NONE).kind, ANS_WHO_NOBODY);
    assert_int_equal(who(&d, ANS_STR("0123456789012345678901234567890123456789012")).kind, ANS_WHO_NOBODY);
    ans_who bearer; /* a cookie's token is no bearer token */
    ans_who_by_bearer(d.a, d.cx.arena, token, &bearer);
    assert_int_equal(bearer.kind, ANS_WHO_NOBODY);
    CODE(ans_sign_leave(&d.cx, d.a, &d.from), "ok");
    assert_int_equal(who(&d, token).kind, ANS_WHO_NOBODY);
    CODE(ans_sign_leave(&d.cx, d.a, &d.from), "ok"); /* twice is no error */
    door_close(&d);
}

static void fixation(void **state)
{
    door d;
    (void)state;
    door_open(&d, NULL);
    add(&d, "ha");
    add(&d, "an");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    ans_str before = d.out.token;
    SAME(sign_in(&d, "an", PASSWORD, NULL), "ok"); /* in the same browser */
    assert_false(ans_str_eq(before, d.out.token));
    assert_int_equal(who(&d, before).kind, ANS_WHO_NOBODY);
    before = d.out.token;
    CODE(ans_sign_lock(&d.cx, d.a, &d.from), "ok");
    CODE(ans_sign_unlock(&d.cx, d.a, &d.from, ANS_STR_NONE, PASSWORD, &d.out), "ok");
    assert_true(d.out.token.n && !ans_str_eq(before, d.out.token));
    assert_int_equal(who(&d, before).kind, ANS_WHO_NOBODY);
    assert_false(who(&d, d.out.token).is_locked);
    door_close(&d);
}

static void waits(void **state)
{
    static const uint32_t want[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    door d;
    (void)state;
    door_open(&d, NULL);
    add(&d, "ha");
    for (size_t i = 0; i < COUNT(want); i++) {
        SAME(sign_in(&d, "ha", ANS_STR("not the password"), NULL), "wrong");
        SAME(sign_in(&d, "ha", PASSWORD, NULL), "wait"); /* even with the right one */
        assert_int_equal(d.out.wait_seconds, want[i]);
        wait_seconds(want[i]);
    }
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok"); /* never locked for good */
    SAME(sign_in(&d, "ha", ANS_STR("not the password"), NULL), "wrong");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "wait");
    assert_int_equal(d.out.wait_seconds, 1); /* success cleared it */
    door_close(&d);
}

static void waits_of_an_address(void **state)
{
    door d;
    char name[16];
    (void)state;
    door_open(&d, NULL);
    add(&d, "ha");
    d.from.address = ANS_STR("192.0.2.1");
    for (int i = 0; i < 11; i++) { /* one try at each of many names: ten are free */
        (void)snprintf(name, sizeof name, "n%d", i);
        SAME(sign_in(&d, name, PASSWORD, NULL), "wrong");
    }
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "wait");
    d.from.address = ANS_STR("192.0.2.2"); /* others are not held up */
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    door_close(&d);
}

static void switched_off(void **state)
{
    door d;
    ans_str token;
    ans_who w;
    (void)state;
    door_open(&d, NULL);
    ans_str id = add(&d, "ha");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    CODE(ans_account_token(&d.cx, d.a, id, &token), "ok");
    CODE(ans_account_switch(&d.cx, d.a, ANS_STR("HA"), false), "ok");
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_NOBODY);
    ans_who_by_bearer(d.a, d.cx.arena, token, &w);
    assert_int_equal(w.kind, ANS_WHO_NOBODY);
    SAME(sign_in(&d, "ha", ANS_STR("not the password"), NULL), "wrong"); /* who does not know the password learns nothing */
    wait_seconds(1);
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "disabled");
    CODE(ans_account_token(&d.cx, d.a, id, &token), "disabled");
    CODE(ans_account_switch(&d.cx, d.a, id, true), "ok");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    CODE(ans_account_switch(&d.cx, d.a, ANS_STR("nobody"), true), "not-found");
    door_close(&d);
}

/* ---- time ---- */

static void idle(void **state)
{
    door d;
    ans_who w;
    (void)state;
    door_open(&d, NULL);
    add(&d, "ha");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    for (int i = 0; i < 4; i++) { /* in use: an hour */
        wait_seconds(ANS_IDLE_SECONDS - 1);
        assert_false(who(&d, d.out.token).is_locked);
    }
    wait_seconds(ANS_IDLE_SECONDS - 10);
    ans_who_by_session(d.a, d.cx.arena, d.out.token, false, &w); /* a page asking by itself is no use */
    assert_false(w.is_locked);
    wait_seconds(10);
    assert_true(who(&d, d.out.token).is_locked);
    assert_true(who(&d, d.out.token).is_locked); /* asking does not wake it */
    CODE(ans_sign_password(&d.cx, d.a, &d.from, PASSWORD, ANS_STR("another password"), &d.out), "locked");
    door_close(&d);
}

static void sixteen_hours(void **state)
{
    door d;
    ans_session *list;
    uint32_t n;
    (void)state;
    door_open(&d, NULL);
    ans_str id = add(&d, "ha");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    for (int64_t t = 0; t < ANS_SESSION_MOST_SECONDS - 600; t += 600) {
        wait_seconds(600);
        assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_PERSON);
    }
    wait_seconds(600);
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_NOBODY); /* used or not */
    CODE(ans_sign_unlock(&d.cx, d.a, &d.from, ANS_STR_NONE, PASSWORD, &d.out), "not-signed-in");
    assert_int_equal(ans_session_list(&d.cx, d.a, id, &list, &n), ANS_OK);
    assert_int_equal(n, 0);
    door_close(&d);
}

/* ---- passwords given and changed ---- */

/* As somebody types it: small letters, blanks for '-', one of them left out. */
static ans_str read_off_a_sheet(door *d, ans_str password)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, d->cx.arena, 64);
    for (size_t i = 0; i < password.n; i++) {
        char c = password.p[i];
        if (i != 4) {
            ans_buf_add_c(&b, c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        }
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static void one_time_password(void **state)
{
    door d;
    ans_account made;
    ans_str password;
    const ans_account_new n = {.name = ANS_STR("ha")};
    (void)state;
    door_open(&d, NULL);
    CODE(ans_account_add(&d.cx, d.a, &n, &made, &password), "ok");
    assert_true(made.must_change && password.n == 19);
    CODE(ans_account_add(&d.cx, d.a, &n, &made, &password), "taken");
    CODE(ans_account_reset(&d.cx, d.a, ANS_STR("ha"), &password), "ok");
    wait_seconds(ANS_ONE_TIME_PASSWORD_SECONDS);
    SAME(sign_in(&d, "ha", password, NULL), "expired");
    CODE(ans_account_reset(&d.cx, d.a, ANS_STR("ha"), &password), "ok");
    ans_str small = read_off_a_sheet(&d, password);
    SAME(sign_in(&d, "ha", ans_str_head(small, small.n - 1), NULL), "wrong");
    wait_seconds(60);
    SAME(sign_in(&d, "ha", small, NULL), "ok");
    SAME(sign_in(&d, "ha", password, NULL), "ok");
    assert_true(who(&d, d.out.token).must_change);
    CODE(ans_sign_password(&d.cx, d.a, &d.from, password, password, &d.out), "weak"); /* the same is no change */
    CODE(ans_sign_password(&d.cx, d.a, &d.from, password, ANS_STR("ha"), &d.out), "weak");
    CODE(ans_sign_password(&d.cx, d.a, &d.from, password, PASSWORD, &d.out), "ok");
    assert_false(who(&d, d.out.token).must_change);
    wait_seconds(ANS_ONE_TIME_PASSWORD_SECONDS);
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok"); /* their own has no end */
    SAME(sign_in(&d, "ha", ANS_STR("BA CON cò trắng"), NULL), "wrong"); /* and its letters are what they are */
    door_close(&d);
}

static void programs_have_no_password(void **state)
{
    door d;
    ans_account made;
    ans_str password = ANS_STR_NONE;
    ans_account_new n = {.name = ANS_STR("runner"), .direct_role = ANS_STR("system"), .is_program = true, .password = PASSWORD};
    (void)state;
    door_open(&d, NULL);
    CODE(ans_account_add(&d.cx, d.a, &n, &made, &password), "bad-request");
    n.password = ANS_STR_NONE;
    CODE(ans_account_add(&d.cx, d.a, &n, &made, &password), "ok");
    assert_int_equal(password.n, 0);
    SAME(sign_in(&d, "runner", ANS_STR_NONE, NULL), "wrong");
    CODE(ans_account_reset(&d.cx, d.a, made.id, &password), "not-allowed");
    assert_true(ans_accounts_is_first(d.a)); /* a program is nobody who could keep the list */
    door_close(&d);
}

static void change_ends_the_others(void **state)
{
    door d;
    ans_str one, token;
    ans_who w;
    (void)state;
    door_open(&d, NULL);
    ans_str id = add(&d, "ha");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    one = d.out.token;
    CODE(ans_account_token(&d.cx, d.a, id, &token), "ok");
    d.from.session = ANS_STR_NONE; /* another browser */
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    ans_str two = d.out.token;
    assert_int_equal(who(&d, one).kind, ANS_WHO_PERSON);
    CODE(ans_sign_password(&d.cx, d.a, &d.from, ANS_STR("not the password"), ANS_STR("another password"), &d.out), "wrong");
    wait_seconds(1);
    CODE(ans_sign_password(&d.cx, d.a, &d.from, PASSWORD, ANS_STR("another password"), &d.out), "ok");
    assert_int_equal(who(&d, one).kind, ANS_WHO_NOBODY);
    assert_int_equal(who(&d, two).kind, ANS_WHO_NOBODY);
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_PERSON);
    ans_who_by_bearer(d.a, d.cx.arena, token, &w);
    assert_int_equal(w.kind, ANS_WHO_NOBODY);
    door_close(&d);
}

/* ---- the second factor ---- */

static const char *code_at(door *d, const char *secret32, int64_t off)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint8_t secret[ANS_TOTP_SECRET_BYTES] = {0};
    for (int i = 0; i < 32; i++) {
        uint32_t v = (uint32_t)(strchr(letters, secret32[i]) - letters);
        for (int b = 0; b < 5; b++) {
            secret[(i * 5 + b) / 8] |= (uint8_t)((v >> (4 - b) & 1) << (7 - (i * 5 + b) % 8));
        }
    }
    return ans_arena_fmt(d->cx.arena, "%06u", ans_totp_code(secret, door_now / 1000000 / 30 + off)).p;
}

static void second_factor(void **state)
{
    door d;
    ans_str secret, uri, *recovery;
    uint32_t n;
    (void)state;
    door_open(&d, NULL);
    add(&d, "ha");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    CODE(ans_sign_totp_confirm(&d.cx, d.a, &d.from, ANS_STR("123456"), &recovery, &n, &d.out), "not-allowed"); /* nothing was begun */
    CODE(ans_sign_totp_begin(&d.cx, d.a, &d.from, ANS_STR("not the password"), &secret, &uri, &d.out), "wrong");
    wait_seconds(1);
    CODE(ans_sign_totp_begin(&d.cx, d.a, &d.from, PASSWORD, &secret, &uri, &d.out), "ok");
    assert_int_equal(secret.n, 32);
    secret = ans_arena_dup(d.cx.arena, secret);
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok"); /* not asked for before it is confirmed */
    CODE(ans_sign_totp_confirm(&d.cx, d.a, &d.from, ans_str_of(code_at(&d, secret.p, 5)), &recovery, &n, &d.out), "wrong");
    wait_seconds(1);
    const char *used = code_at(&d, secret.p, 0);
    CODE(ans_sign_totp_confirm(&d.cx, d.a, &d.from, ans_str_of(used), &recovery, &n, &d.out), "ok");
    assert_int_equal(n, 10);
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "code-needed");
    SAME(sign_in(&d, "ha", PASSWORD, used), "wrong"); /* replayed */
    wait_seconds(60);
    SAME(sign_in(&d, "ha", PASSWORD, code_at(&d, secret.p, 0)), "ok");
    SAME(sign_in(&d, "ha", PASSWORD, code_at(&d, secret.p, -1)), "wrong"); /* older than the last one used */
    wait_seconds(1);
    SAME(sign_in(&d, "ha", ANS_STR("not the password"), code_at(&d, secret.p, 1)), "wrong");
    wait_seconds(2);
    SAME(sign_in(&d, "ha", PASSWORD, recovery[3].p), "ok");
    SAME(sign_in(&d, "ha", PASSWORD, recovery[3].p), "wrong"); /* once */
    wait_seconds(1);
    SAME(sign_in(&d, "ha", PASSWORD, recovery[9].p), "ok");
    CODE(ans_sign_totp_off(&d.cx, d.a, &d.from, PASSWORD, &d.out), "ok");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    door_close(&d);
}

/* ---- shared devices ---- */

/* A device that `head` registered; both have signed in on it. */
static void open_ward(door *d, ans_str *out_head, ans_str *out_ha)
{
    door_open(d, NULL);
    *out_head = add(d, "head");
    *out_ha = add(d, "ha");
    SAME(sign_in(d, "head", PASSWORD, NULL), "ok");
    CODE(ans_device_add(&d->cx, d->a, &d->from, ANS_STR("Buồng 3"), &d->out), "ok");
    d->from.device = ans_device_by_token(d->a, d->cx.arena, d->out.device_token);
    assert_true(d->from.device.n);
    SAME(sign_in(d, "ha", PASSWORD, NULL), "ok");
}

static void switch_by_pin(void **state)
{
    door d;
    ans_str head, ha;
    ans_device_person *people;
    uint32_t n;
    (void)state;
    open_ward(&d, &head, &ha);
    assert_int_equal(ans_device_people(&d.cx, d.a, d.from.device, &people, &n), ANS_OK);
    assert_int_equal(n, 2);
    ans_str before = d.out.token;
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "ok");
    assert_int_equal(who(&d, before).kind, ANS_WHO_NOBODY); /* theirs has ended */
    ans_who w = who(&d, d.out.token);
    assert_true(ans_str_eq(w.account, head) && ans_str_eq(w.device, d.from.device));
    assert_int_equal(ans_session_idle_seconds(&w), ANS_IDLE_SHARED_SECONDS);
    wait_seconds(ANS_IDLE_SHARED_SECONDS);
    assert_true(who(&d, d.out.token).is_locked);
    d.from.session = w.session;
    CODE(ans_sign_unlock(&d.cx, d.a, &d.from, ANS_STR("1942"), ANS_STR_NONE, &d.out), "ok");
    wait_seconds(2);
    ans_str other = add(&d, "never.here");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, other, ANS_STR("1942"), &d.out), "not-allowed");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, ANS_STR("nobody"), ANS_STR("1942"), &d.out), "not-allowed");
    d.from.device = ANS_STR_NONE;
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, ha, ANS_STR("1942"), &d.out), "not-allowed"); /* on any other browser */
    door_close(&d);
}

static void three_wrong_pins(void **state)
{
    door d;
    ans_str head, ha;
    ans_device_person *people;
    uint32_t n;
    (void)state;
    open_ward(&d, &head, &ha);
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1111"), &d.out), "wrong");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("2222"), &d.out), "wrong");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "ok"); /* counts anew */
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1111"), &d.out), "wrong");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("2222"), &d.out), "wrong");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR(""), &d.out), "not-allowed"); /* the third */
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "not-allowed");
    assert_int_equal(ans_device_people(&d.cx, d.a, d.from.device, &people, &n), ANS_OK);
    assert_int_equal(n, 1);
    SAME(sign_in(&d, "head", PASSWORD, NULL), "ok");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "ok");
    door_close(&d);
}

static void pin_has_its_day(void **state)
{
    door d;
    ans_str head, ha;
    (void)state;
    open_ward(&d, &head, &ha);
    wait_seconds(ANS_SESSION_MOST_SECONDS - 3600);
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "ok");
    wait_seconds(3600); /* sixteen hours after the password, not after the PIN */
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_NOBODY);
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "not-allowed");
    door_close(&d);
}

static void leaving_takes_the_pin_away(void **state)
{
    door d;
    ans_str head, ha;
    (void)state;
    open_ward(&d, &head, &ha);
    CODE(ans_sign_leave(&d.cx, d.a, &d.from), "ok");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, ha, ANS_STR("1942"), &d.out), "not-allowed");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "ok");
    CODE(ans_device_remove(&d.cx, d.a, d.from.device), "ok");
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_NOBODY);
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, head, ANS_STR("1942"), &d.out), "not-allowed");
    CODE(ans_device_remove(&d.cx, d.a, d.from.device), "not-found");
    door_close(&d);
}

static void pins(void **state)
{
    door d;
    ans_str head, ha;
    (void)state;
    open_ward(&d, &head, &ha);
    CODE(ans_sign_pin(&d.cx, d.a, &d.from, PASSWORD, ANS_STR("1234"), &d.out), "weak");
    CODE(ans_sign_pin(&d.cx, d.a, &d.from, ANS_STR("not the password"), ANS_STR("2580"), &d.out), "wrong");
    wait_seconds(1);
    CODE(ans_sign_pin(&d.cx, d.a, &d.from, PASSWORD, ANS_STR("2580"), &d.out), "ok");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, ha, ANS_STR("1942"), &d.out), "wrong");
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, ha, ANS_STR("2580"), &d.out), "ok");
    door_close(&d);
}

/* ---- sessions ---- */

static void sessions(void **state)
{
    door d;
    ans_session *list;
    uint32_t n;
    (void)state;
    door_open(&d, NULL);
    ans_str ha = add(&d, "ha"), an = add(&d, "an");
    d.from.agent = ANS_STR("Firefox");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    ans_str one = d.out.token;
    wait_seconds(60);
    d.from.session = ANS_STR_NONE;
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    assert_int_equal(ans_session_list(&d.cx, d.a, ha, &list, &n), ANS_OK);
    assert_int_equal(n, 2);
    assert_true(list[0].since_us - list[1].since_us == MINUTE && ans_str_is(list[1].agent, "Firefox"));
    CODE(ans_session_end(&d.cx, d.a, an, list[1].id), "not-found"); /* another's */
    CODE(ans_session_end(&d.cx, d.a, ha, list[1].id), "ok");
    CODE(ans_session_end(&d.cx, d.a, ha, list[1].id), "not-found");
    assert_int_equal(who(&d, one).kind, ANS_WHO_NOBODY);
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_PERSON);
    for (int i = 0; i < 40; i++) { /* no end of them: the oldest go */
        wait_seconds(1);
        d.from.session = ANS_STR_NONE;
        SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    }
    assert_int_equal(ans_session_list(&d.cx, d.a, ha, &list, &n), ANS_OK);
    assert_int_equal(n, 32);
    assert_int_equal(who(&d, d.out.token).kind, ANS_WHO_PERSON);
    door_close(&d);
}

enum { TOKENS = 600 };

/* The table of sessions against a plain list, while it grows and shrinks. */
static void many_tokens(void **state)
{
    door d;
    static ans_str token[TOKENS], id[TOKENS];
    static bool is_there[TOKENS];
    (void)state;
    door_open(&d, NULL);
    ans_str ha = add(&d, "ha");
    for (int i = 0; i < TOKENS; i++) {
        ans_who w;
        CODE(ans_account_token(&d.cx, d.a, ha, &token[i]), "ok");
        ans_who_by_bearer(d.a, d.cx.arena, token[i], &w);
        assert_int_equal(w.kind, ANS_WHO_PROGRAM);
        id[i] = w.session;
        is_there[i] = true;
        if (i % 3 == 2) {
            int gone = (i * 7) % i;
            CODE(ans_session_end(&d.cx, d.a, ha, id[gone]), is_there[gone] ? "ok" : "not-found");
            is_there[gone] = false;
        }
    }
    for (int i = 0; i < TOKENS; i++) {
        ans_who w;
        ans_who_by_bearer(d.a, d.cx.arena, token[i], &w);
        assert_int_equal(w.kind, is_there[i] ? ANS_WHO_PROGRAM : ANS_WHO_NOBODY);
    }
    uint32_t n;
    CODE(ans_account_token_revoke(&d.cx, d.a, ha, &n), "ok");
    for (int i = 0; i < TOKENS; i++) {
        ans_who w;
        ans_who_by_bearer(d.a, d.cx.arena, token[i], &w);
        assert_int_equal(w.kind, ANS_WHO_NOBODY);
    }
    door_close(&d);
}

/* ---- on the disk ---- */

static void remove_folder(const char *dir)
{
    static const char *const files[] = {"FORMAT", "access.db", "access.db-wal", "access.db-shm", "access.lock", "first-code"};
    char path[256];
    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir);
}

static mode_t mode_of(const char *dir, const char *name)
{
    char path[256];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void kept(void **state)
{
    char dir[] = "/tmp/ansinh-door-XXXXXX";
    door d;
    ans_str code, bearer, secret, uri, *recovery;
    uint32_t n;
    (void)state;
    assert_non_null(mkdtemp(dir));
    door_open(&d, dir);
    assert_int_equal(ans_accounts_first_code(&d.cx, d.a, &code), ANS_OK);
    assert_int_equal(mode_of(dir, "first-code"), 0600);
    CODE(ans_sign_first(&d.cx, d.a, &d.from, code, ANS_STR("head"), ANS_STR("Trưởng cơ sở"), PASSWORD, &d.out), "ok");
    ans_str head = d.out.token;
    d.from.session = who(&d, head).session;
    CODE(ans_device_add(&d.cx, d.a, &d.from, ANS_STR("Buồng 3"), &d.out), "ok");
    ans_str device = d.out.device_token;
    CODE(ans_sign_pin(&d.cx, d.a, &d.from, PASSWORD, ANS_STR("2580"), &d.out), "ok");
    CODE(ans_sign_totp_begin(&d.cx, d.a, &d.from, PASSWORD, &secret, &uri, &d.out), "ok");
    CODE(ans_sign_totp_confirm(&d.cx, d.a, &d.from, ans_str_of(code_at(&d, secret.p, 0)), &recovery, &n, &d.out), "ok");
    CODE(ans_account_token(&d.cx, d.a, ANS_STR("head"), &bearer), "ok");
    assert_int_equal(mode_of(dir, "access.db"), 0600);
    assert_int_equal(mode_of(dir, "access.db-wal"), 0600);
    char path[64];
    (void)snprintf(path, sizeof path, "%s/first-code", dir);
    assert_false(ans_file_exists(path)); /* used up */
    wait_seconds(60);
    (void)who(&d, head);
    ans_accounts_close(d.a);

    const ans_accounts_options o = {.dir = dir};
    assert_int_equal(ans_accounts_open(&d.cx, &o, &d.a), ANS_OK); /* a restart */
    assert_false(ans_accounts_is_first(d.a));
    wait_seconds(ANS_IDLE_SHARED_SECONDS - 30); /* the clock of use was kept, too */
    ans_who w = who(&d, head);
    assert_true(w.kind == ANS_WHO_PERSON && !w.is_locked && ans_str_is(w.display, "Trưởng cơ sở"));
    ans_who_by_bearer(d.a, d.cx.arena, bearer, &w);
    assert_int_equal(w.kind, ANS_WHO_PROGRAM);
    d.from.device = ans_device_by_token(d.a, d.cx.arena, device);
    d.from.session = ANS_STR_NONE;
    CODE(ans_sign_switch(&d.cx, d.a, &d.from, w.account, ANS_STR("2580"), &d.out), "ok");
    SAME(sign_in(&d, "head", PASSWORD, NULL), "code-needed");
    SAME(sign_in(&d, "head", PASSWORD, recovery[0].p), "ok");
    door_close(&d);
    remove_folder(dir);
}

/* Neither file holds a secret in words. */
static void nothing_readable(void **state)
{
    char dir[] = "/tmp/ansinh-door-XXXXXX", path[64];
    door d;
    ans_str bytes, bearer;
    (void)state;
    assert_non_null(mkdtemp(dir));
    door_open(&d, dir);
    add(&d, "ha");
    SAME(sign_in(&d, "ha", PASSWORD, NULL), "ok");
    CODE(ans_account_token(&d.cx, d.a, ANS_STR("ha"), &bearer), "ok");
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/access.db%s", dir, i ? "-wal" : "");
        assert_int_equal(ans_file_read(&d.cx, path, (size_t)1 << 26, &bytes), ANS_OK);
        assert_int_equal(ans_str_search(bytes, PASSWORD), -1);
        assert_int_equal(ans_str_search(bytes, d.out.token), -1);
        assert_int_equal(ans_str_search(bytes, bearer), -1);
    }
    door_close(&d);
    remove_folder(dir);
}

/* ---- threads ---- */

typedef struct asker {
    pthread_t thread;
    door *d;
    ans_str kept, lost; /* tokens: one that stays, one that goes */
    atomic_bool *over;
    uint64_t asked, found;
} asker;

static void *ask_again_and_again(void *arg)
{
    asker *k = arg;
    ans_arena *arena = ans_arena_new((size_t)1 << 20);
    while (arena && (k->asked == 0 || !atomic_load(k->over))) { /* a busy machine may run us only after the changes */
        ans_who w;
        ans_session *list;
        uint32_t n;
        ans_cx cx = {.arena = arena};
        ans_who_by_bearer(k->d->a, arena, k->kept, &w);
        k->asked++;
        k->found += w.kind == ANS_WHO_PROGRAM && ans_str_is(w.name, "ha");
        ans_who_by_session(k->d->a, arena, k->lost, true, &w);
        if (ans_session_list(&cx, k->d->a, w.account, &list, &n) != ANS_OK) {
            break;
        }
        ans_arena_reset(arena);
    }
    ans_arena_free(arena);
    return NULL;
}

/* Readers see whole accounts and sessions while those come, change and go. */
static void readers_beside_changes(void **state)
{
    enum { READERS = 3 };
    asker askers[READERS];
    atomic_bool over = false;
    door d;
    ans_str kept, token;
    (void)state;
    door_open(&d, NULL);
    ans_str ha = add(&d, "ha");
    add(&d, "an");
    CODE(ans_account_token(&d.cx, d.a, ha, &kept), "ok");
    SAME(sign_in(&d, "an", PASSWORD, NULL), "ok");
    for (int i = 0; i < READERS; i++) {
        askers[i] = (asker){.d = &d, .kept = kept, .lost = d.out.token, .over = &over};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_again_and_again, &askers[i]), 0);
    }
    for (int i = 0; i < 200; i++) {
        ans_account made;
        char name[16];
        (void)snprintf(name, sizeof name, "p%d", i);
        const ans_account_new n = {.name = ans_str_of(name), .is_program = true};
        CODE(ans_account_add(&d.cx, d.a, &n, &made, NULL), "ok");
        CODE(ans_account_token(&d.cx, d.a, made.id, &token), "ok");
        CODE(ans_sign_lock(&d.cx, d.a, &d.from), "ok");
        CODE(ans_account_switch(&d.cx, d.a, made.id, i % 2), "ok");
    }
    CODE(ans_sign_leave(&d.cx, d.a, &d.from), "ok");
    atomic_store(&over, true);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
        assert_true(askers[i].asked > 0);
        assert_int_equal(askers[i].found, askers[i].asked);
    }
    door_close(&d);
}

typedef struct counted_task {
    ans_accounts_task task;
    atomic_int *count;
} counted_task;

static void count_one(ans_accounts_task *task)
{
    (void)usleep(200);
    atomic_fetch_add(((counted_task *)(void *)task)->count, 1);
}

static void queue_is_bounded(void **state)
{
    enum { MANY = 400 };
    static counted_task tasks[MANY];
    atomic_int count = 0;
    door d;
    int taken = 0;
    (void)state;
    door_open(&d, NULL);
    for (int i = 0; i < MANY; i++) {
        tasks[i] = (counted_task){.task.run = count_one, .count = &count};
        taken += ans_accounts_submit(d.a, &tasks[i].task, true);
    }
    assert_true(taken >= 64 && taken < MANY); /* full: refused at once, not kept waiting */
    door_close(&d);                           /* does what it took */
    assert_int_equal(atomic_load(&count), taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_one), cmocka_unit_test(in_and_out), cmocka_unit_test(fixation), cmocka_unit_test(waits),
        cmocka_unit_test(waits_of_an_address), cmocka_unit_test(switched_off), cmocka_unit_test(idle), cmocka_unit_test(sixteen_hours),
        cmocka_unit_test(one_time_password), cmocka_unit_test(programs_have_no_password), cmocka_unit_test(change_ends_the_others), cmocka_unit_test(second_factor),
        cmocka_unit_test(switch_by_pin), cmocka_unit_test(three_wrong_pins), cmocka_unit_test(pin_has_its_day),
        cmocka_unit_test(leaving_takes_the_pin_away), cmocka_unit_test(pins), cmocka_unit_test(sessions), cmocka_unit_test(many_tokens),
        cmocka_unit_test(kept), cmocka_unit_test(nothing_readable), cmocka_unit_test(readers_beside_changes), cmocka_unit_test(queue_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
