/* How much of the machine one caller may have, and what is left of it.
 *
 * - Requests: an account, or without one an address, has a bucket (auth/pace.h). A house behind one address is many accounts, so who
 *   is signed in is never counted by address. The folder's owner at its socket, and --auth off, have no bucket.
 * - Bytes that a program writes: a bucket that fills again in a day.
 * - The disk: below the reserve nothing new is kept while SQLite could still write. Reads go on, and so do the door and the audit,
 *   for which the reserve is there: to look, to sign in and to make room one needs both. */
#include "rest/rest_int.h"

#include "base/os.h"

enum { DAY_S = 86400, AT_ONCE_S = 60, LOOK_US = 1000000 };

/* So many a second, and a minute's worth at once: a tablet that was out of reach for a day hands in what it has. */
static ans_pace_limit rate(uint32_t per_second)
{
    return (ans_pace_limit){.units = per_second, .per_us = per_second ? 1000000 : 0, .most = (uint64_t)per_second * AT_ONCE_S};
}

static ans_pace_limit day_of(uint64_t bytes)
{
    return (ans_pace_limit){.units = bytes, .per_us = bytes ? (uint64_t)DAY_S * 1000000 : 0, .most = bytes};
}

uint32_t limit_wait(job *j)
{
    const ans_rest_limits *l = &j->rest->o.limits;
    const ans_who *who = &j->who;
    if (!j->rest->paces || who->kind == ANS_WHO_LOCAL || who->kind == ANS_WHO_OPEN) {
        return 0;
    }
    bool nobody = who->kind == ANS_WHO_NOBODY;
    ans_pace_limit one = rate(nobody ? l->per_address : who->kind == ANS_WHO_PROGRAM ? l->per_program : l->per_account);
    bool app = who->client.n > 0; /* a program that somebody let in costs them nothing of their own */
    ans_str name = nobody ? j->address : app ? who->session : who->account;
    uint32_t wait = ans_pace_take(j->rest->paces, nobody ? 'a' : app ? 'p' : 'u', name, &one, 1, j->call->arrived_us);
    if (wait) {
        j->is_audited = true; /* nothing was looked at, and a flood must not fill the audit: /metrics counts it */
        atomic_fetch_add(&j->rest->throttled, 1);
    }
    return wait;
}

ans_err limit_bytes(job *j)
{
    const ans_pace_limit day = day_of(j->rest->o.limits.program_day_bytes);
    if (!j->rest->paces || j->who.kind != ANS_WHO_PROGRAM || j->rq.body.n == 0) {
        return ANS_OK;
    }
    uint32_t wait = ans_pace_take(j->rest->paces, 'q', j->who.account, &day, j->rq.body.n, j->call->arrived_us);
    if (wait == 0) {
        return ANS_OK;
    }
    j->an.retry_seconds = wait;
    return ans_issue_add(j->cx, ANS_E_THROTTLED, ANS_STR("http"), "this account has written as much as a program may in a day: wait");
}

/* ---- the disk ---- */

bool limit_disk_is_low(ans_rest *rest)
{
    int64_t now = ans_mono_us(), looked = atomic_load(&rest->disk_looked_us);
    if (!rest->o.data_dir || rest->o.limits.disk_reserve_bytes == 0) {
        return false;
    }
    if (now - looked >= LOOK_US && atomic_compare_exchange_strong(&rest->disk_looked_us, &looked, now)) {
        uint64_t bytes;
        if (ans_disk_free(rest->o.data_dir, &bytes)) {
            bool low = bytes < rest->o.limits.disk_reserve_bytes;
            atomic_store(&rest->disk_free_bytes, bytes);
            if (atomic_exchange(&rest->disk_low, low) != low) {
                ans_log(low ? "error" : "info", "event=disk state=%s free_bytes=%llu", low ? "low" : "enough", (unsigned long long)bytes);
            }
        }
    }
    return atomic_load(&rest->disk_low);
}

ans_err limit_room(job *j)
{
    return limit_disk_is_low(j->rest) ? ans_issue_add(j->cx, ANS_E_NOSPACE, ANS_STR("http"),
                                                      "the disk is nearly full: nothing was written, reading goes on; make room on the server")
                                      : ANS_OK;
}
