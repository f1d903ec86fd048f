/* The work that the fault and crash sweeps disturb: a fixed sequence of transactions, remembered by
 * how far it came. After any disturbance the store must hold exactly what was acknowledged; where
 * the machine died (or never recovered) during a commit, that one commit may be there or not, but
 * whole: its changes and its entry in the journal together, never one without the other. Entries of reads that were kept by a
 * commit are there with it. */
#ifndef ANS_TEST_STORE_WORK_H
#define ANS_TEST_STORE_WORK_H

#include <sys/wait.h>

#include "contract/journal_kit.h"
#include "store/store_test.h"

enum { WORK_STEPS = 24, WORK_IDS = 6, WORK_PAD = 1500 };

static inline void work_id(char *out, size_t n, int i)
{
    (void)snprintf(out, n, i % 2 ? "id-%d" : "%08x-0000-4000-8000-00000000000a", i);
}

/* Body of thing i at step s; every 5th step deletes it. Steps change thing s % IDS and thing (s +
 * 3) % IDS together. */
static inline bool work_body(char *out, size_t n, int i, int s)
{
    int at =
        snprintf(out, n, "thing %d step %d\na||%d\nb|1/id-%d|%d\n", i, s, s, (s + 1) % WORK_IDS, i);
    for (int k = 0; k < WORK_PAD && (size_t)at + 8 < n;
         k++) /* incompressible, so that pages move */
        at += snprintf(out + at, n - (size_t)at, "%x",
                       ((unsigned)(s * 8 + i) * 40503u + (unsigned)k) * 2654435761u >> 28);
    return (s + i) % 5 != 4;
}

typedef struct work_change {
    char id[64], body[WORK_PAD + 400];
    ans_change change;
} work_change;

/* With a deletion, change->body is empty. Allocates nothing but the rows in cx. */
static inline ans_err work_prepare(ans_cx *cx, work_change *w, int i, int s)
{
    work_id(w->id, sizeof w->id, i);
    bool is_put = work_body(w->body, sizeof w->body, i, s);
    w->change = (ans_change){.ref = {1, kit_str(w->id)}, .is_delete = !is_put};
    if (!is_put)
        return ANS_OK;
    w->change.body = kit_str(w->body);
    w->change.hash = ans_hash_content(w->change.body);
    return kit_index(NULL, cx, 1, w->change.body, &w->change.rows);
}

/* "step 7 12 13": its positions in the log. */
static inline ans_err work_note(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    static _Thread_local char text[64];
    static _Thread_local uint32_t keys[3];
    (void)rd;
    (void)snprintf(text, sizeof text, "step %d %llu %llu", *(const int *)txn->arg, (unsigned long long)txn->changes[0].pos,
                   (unsigned long long)txn->changes[1].pos);
    keys[0] = txn->changes[0].rid;
    keys[1] = txn->changes[1].rid;
    keys[2] = 1000u + (uint32_t) * (const int *)txn->arg;
    *out = (ans_note){kit_str(text), keys, 3};
    return ANS_OK;
}

/* A read before a step: its entry waits for the commit of the step. */
static inline void work_read(ans_cx *cx, ans_store *store, int s)
{
    char text[64];
    const uint32_t key = 2000u + (uint32_t)s;
    const ans_note note = {{text, (size_t)snprintf(text, sizeof text, "read before %d", s)}, &key, 1};
    ans_err err = ans_journal_later(cx, store, &note);
    if (err && err != ANS_E_BUSY && err != ANS_E_NOMEM)
        fail_msg("a read before step %d: %s", s, ans_err_name(err));
}

static inline ans_err work_step(ans_cx *cx, ans_store *store, int s)
{
    static _Thread_local work_change w[2];
    ans_change changes[2];
    ans_err err = ANS_OK;
    for (int k = 0; !err && k < 2; k++) {
        err = work_prepare(cx, &w[k], (s + 3 * k) % WORK_IDS, s);
        changes[k] = w[k].change;
    }
    if (err)
        return err;
    ans_txn txn = {.cx = cx, .changes = changes, .count = 2, .journal = work_note, .arg = &s};
    ans_journal_set_signer(store, sign_plainly, NULL);
    work_read(cx, store, s);
    return ans_store_commit(store, &txn);
}

/* The last of the steps in done[] (by step) that touched thing i, or -1. */
static inline int work_last(const bool *done, int i)
{
    for (int s = WORK_STEPS - 1; s >= 0; s--) {
        if (done[s] && (s % WORK_IDS == i || (s + 3) % WORK_IDS == i))
            return s;
    }
    return -1;
}

/* Does thing i stand as these steps leave it? */
static inline bool work_stands(kit *k, const bool *done, int i)
{
    static char body[WORK_PAD + 400];
    char id[64];
    ans_version v;
    int s = work_last(done, i);
    work_id(id, sizeof id, i);
    ans_err err = ans_store_read(&k->cx, k->rd, kit_ref(1, id), &v);
    if (s < 0)
        return err == ANS_E_NOTFOUND;
    if (!work_body(body, sizeof body, i, s))
        return err == ANS_E_GONE || err == ANS_E_NOTFOUND; /* deleted, or never there to delete */
    return err == ANS_OK && ans_str_is(v.body, body);
}

/* Which steps the journal tells of, and whether what it says of them is so. */
typedef struct work_journal {
    kit *k;
    bool told[WORK_STEPS];
    bool is_right;
} work_journal;

static inline bool work_tell(void *arg, const ans_entry *e)
{
    work_journal *j = arg;
    unsigned long long pos[2];
    int s;
    char text[80];
    (void)snprintf(text, sizeof text, "%.*s", ANS_FMT(e->bytes));
    if (sscanf(text, "step %d %llu %llu", &s, &pos[0], &pos[1]) != 3)
        return true;
    j->is_right = j->is_right && s >= 0 && s < WORK_STEPS && !j->told[s] && e->key_count == 3;
    for (int i = 0; i < 2 && j->is_right && pos[i] > 0; i++) {
        ans_history_query q = {.before = pos[i] + 1, .limit = 1};
        ans_version *v;
        uint32_t count = 0;
        j->is_right = ans_store_history(&j->k->cx, j->k->rd, &q, &v, &count) == ANS_OK && count == 1 && v[0].pos == pos[i] &&
                      v[0].rid == e->keys[i];
    }
    if (j->is_right)
        j->told[s] = true;
    return j->is_right;
}

static inline bool work_is_told(kit *k, const bool *done)
{
    work_journal j = {.k = k, .is_right = true};
    return ans_journal_walk(&k->cx, k->rd, &(ans_journal_query){0}, work_tell, &j) == ANS_OK && j.is_right &&
           memcmp(j.told, done, sizeof j.told) == 0;
}

static inline bool work_all_stand(kit *k, const bool *done)
{
    for (int i = 0; i < WORK_IDS; i++) {
        if (!work_stands(k, done, i))
            return false;
    }
    return work_is_told(k, done);
}

/* Reopen what is left and look. maybe: a step that may be there or not (-1: none). */
static inline void work_verify(kit *k, const bool *done, int maybe, const char *what,
                               unsigned long long n)
{
    bool with[WORK_STEPS];
    ans_store_options o = kit_options(k);
    ans_err err = ans_store_open(&k->cx, &o, &k->store);
    if (err)
        fail_msg("%s %llu: does not open again: %s", what, n, ans_err_name(err));
    assert_int_equal(ans_reader_open(&k->cx, k->store, &k->rd), ANS_OK);
    memcpy(with, done, sizeof with);
    if (maybe >= 0)
        with[maybe] = true;
    if (!work_all_stand(k, done) && (maybe < 0 || !work_all_stand(k, with)))
        fail_msg("%s %llu: what stands is not what was acknowledged", what, n);
    kit_check_clean(k);
    ans_journal_report r = journal_verify(k);
    if (r.bad_seq)
        fail_msg("%s %llu: the journal breaks at entry %llu: %s", what, n, (unsigned long long)r.bad_seq, r.what);
    ans_change again = {.ref = kit_ref(1, "afterwards"),
                        .body = kit_str("x"),
                        .hash = ans_hash_content(kit_str("x"))};
    assert_int_equal(kit_commit(k, &again, 1), ANS_OK);
    kit_close(k);
}

/* ---- complete sweeps ----
 * They mostly wait (for the writer to be idle), so several processes share them: each takes every WORK_PARTS-th n. */

enum { WORK_PARTS = 8 };

static inline uint64_t work_part(void)
{
    const char *part = getenv("ANS_TEST_PART");
    return part ? strtoul(part, NULL, 10) : 0;
}

static inline bool work_is_shared(void)
{
    return getenv("ANS_TEST_PART") != NULL;
}

/* Which n to try first and next: all of them (of this process's part), or with growing gaps. */
static inline uint64_t work_first(uint64_t n)
{
    return n + work_part();
}

static inline uint64_t work_next(uint64_t n)
{
    if (work_is_shared())
        return n + WORK_PARTS;
    return getenv("ANS_TEST_FULL") || n < 12 ? n + 1 : n + 1 + n / 6;
}

/* With ANS_TEST_FULL: run this program once for each part, all at once. False: the caller is to run its tests itself. */
static inline bool work_was_shared_out(char **argv, int *out_failed)
{
    pid_t pids[WORK_PARTS];
    int status;
    if (!getenv("ANS_TEST_FULL") || work_is_shared())
        return false;
    for (int i = 0; i < WORK_PARTS; i++) {
        char part[16];
        (void)snprintf(part, sizeof part, "%d", i);
        pids[i] = fork();
        if (pids[i] == 0) {
            (void)setenv("ANS_TEST_PART", part, 1);
            (void)execv("/proc/self/exe", argv);
            _exit(127);
        }
    }
    *out_failed = 0;
    for (int i = 0; i < WORK_PARTS; i++) {
        bool ended = pids[i] > 0 && waitpid(pids[i], &status, 0) == pids[i];
        *out_failed += !ended || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
    return true;
}

#endif
