/* What people do at the door: sign in and out, lock, unlock, switch by PIN, change passwords, add a second factor, end
 * sessions, register shared devices.
 *
 * Rules.
 * - A wrong try makes the next one wait: 1, 2, 4 ... 60 s, per account (also for names that do not exist), and per address
 *   after ten. Nobody is locked out for good, and what succeeds clears its account.
 * - Names that do not exist cost the same work as wrong passwords.
 * - Every sign-in and every unlocking by password makes a new token and ends the old one: a token from before is worth nothing.
 * - A session ends after 16 hours. It is locked after 15 minutes without use, 5 on a shared device: then it can only be unlocked,
 *   handed over (switch) or ended.
 * - A PIN counts on a registered shared device only, for people who signed in with their password there within 16 hours; after
 *   three wrong PINs in a row the password is needed. That is what makes four digits enough, and why they are hashed
 *   with less work: whoever can read the file tries all of them anyway.
 *
 * All but the lists belong on the accounts' own thread. */
#ifndef ANS_AUTH_SIGN_H
#define ANS_AUTH_SIGN_H

#include "auth/account.h"

/* Where an act comes from. Everything may be empty. */
typedef struct ans_sign_from {
    ans_str session; /* who.session of the cookie sent: it ends when another one takes its place */
    ans_str device;  /* id of the registered device, from its own cookie (ans_device_by_token) */
    ans_str address; /* of the peer, for the waits */
    ans_str agent;   /* User-Agent, for the list of sessions */
} ans_sign_from;

/* What the browser is to keep. In the arena. */
typedef struct ans_signed {
    ans_str token;        /* of the new session; empty: as before */
    ans_str device_token; /* of the device just registered */
    uint32_t wait_seconds;
} ans_signed;

ANS_MUST_USE ans_sign ans_sign_first(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str code, ans_str name,
                                     ans_str display, ans_str password, ans_signed *out);
/* code: of the second factor, or a recovery code; may be empty.
 * returns  WRONG, CODE, WAIT (out->wait_seconds), DISABLED, EXPIRED, FAILED */
ANS_MUST_USE ans_sign ans_sign_in(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str name, ans_str password,
                                  ans_str code, ans_signed *out);
/* Ends the session; on a shared device the password is needed next time. */
ANS_MUST_USE ans_sign ans_sign_leave(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from);
ANS_MUST_USE ans_sign ans_sign_lock(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from);
/* By PIN or by password (the other one is empty). */
ANS_MUST_USE ans_sign ans_sign_unlock(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str pin,
                                      ans_str password, ans_signed *out);
/* Another person takes this shared device over; the session that was there ends. */
ANS_MUST_USE ans_sign ans_sign_switch(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str account,
                                      ans_str pin, ans_signed *out);
/* A second person says on the spot that they were there, by their PIN on this shared device; whoever is signed in stays. Never
 * the one who is signed in, and only who has a Practitioner to sign as. *out_witness in the arena. */
ANS_MUST_USE ans_sign ans_sign_witness(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str account, ans_str pin,
                                       ans_who *out_witness);
/* All other sessions and all tokens of the account end. */
ANS_MUST_USE ans_sign ans_sign_password(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str old,
                                        ans_str password, ans_signed *out);
ANS_MUST_USE ans_sign ans_sign_pin(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str password, ans_str pin,
                                   ans_signed *out);

/* Second factor (RFC 6238). begin makes a secret that counts once confirm has seen a code of it; confirm gives ten recovery
 * codes, each good for one sign-in. */
ANS_MUST_USE ans_sign ans_sign_totp_begin(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str password,
                                          ans_str *out_secret, ans_str *out_uri, ans_signed *out);
ANS_MUST_USE ans_sign ans_sign_totp_confirm(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str code,
                                            ans_str **out_codes, uint32_t *out_count, ans_signed *out);
ANS_MUST_USE ans_sign ans_sign_totp_off(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str password,
                                        ans_signed *out);

/* ---- sessions ---- */

typedef struct ans_session {
    ans_str id, device, device_name, agent;
    int64_t since_us, last_used_us;
    bool is_token;
} ans_session;

/* Of one account, newest first. In the arena. Any thread. */
ANS_MUST_USE ans_err ans_session_list(ans_cx *cx, ans_accounts *accounts, ans_str account, ans_session **out,
                                      uint32_t *out_count);
/* End one of the account's own sessions. NOT_FOUND: also when it is another's. */
ANS_MUST_USE ans_sign ans_session_end(ans_cx *cx, ans_accounts *accounts, ans_str account, ans_str id);
/* Seconds without use after which this session locks. */
uint32_t ans_session_idle_seconds(const ans_who *who);

/* ---- shared devices ---- */

typedef struct ans_device {
    ans_str id, name;
    int64_t since_us;
} ans_device;

typedef struct ans_device_person {
    ans_str account, display;
    bool has_pin;
} ans_device_person;

/* Id of the registered device that has this token, in the arena; empty when there is none. Any thread. */
ans_str ans_device_by_token(ans_accounts *accounts, ans_arena *arena, ans_str token);
/* This browser becomes a shared device. */
ANS_MUST_USE ans_sign ans_device_add(ans_cx *cx, ans_accounts *accounts, const ans_sign_from *from, ans_str name,
                                     ans_signed *out);
/* Its sessions end. */
ANS_MUST_USE ans_sign ans_device_remove(ans_cx *cx, ans_accounts *accounts, ans_str id);
ANS_MUST_USE ans_err ans_device_list(ans_cx *cx, ans_accounts *accounts, ans_device **out, uint32_t *out_count);
ANS_MUST_USE ans_sign ans_device_get(ans_cx *cx, ans_accounts *accounts, ans_str id, ans_device *out);
/* Who may come in by PIN on it now, in the order of names. */
ANS_MUST_USE ans_err ans_device_people(ans_cx *cx, ans_accounts *accounts, ans_str id, ans_device_person **out,
                                       uint32_t *out_count);

#endif
