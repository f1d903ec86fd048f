/* What the audit costs: encoding and keeping an entry of a read, chaining them on the writer's thread, verifying a million of
 * them, finding those of one person.
 *
 *   bench_journal [ENTRIES [alone]]   alone: each in a block of its own, as the changes of a quiet house are; default 1,000,000; processor time by the threads' own clocks
 *
 * Ends with 1 when the chain is not whole, or verifying takes more than 5 s of processor time for a million: ./test asks it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/audit.h"
#include "base/os.h"

static double cpu(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(ans_err err, const char *what)
{
    if (err) {
        fprintf(stderr, "%s: %s\n", what, ans_err_name(err));
        exit(1);
    }
}

static bool count_one(void *arg, const ans_entry *e)
{
    (void)e;
    return ++*(uint64_t *)arg < 50;
}

static void fill(ans_audit *audit, uint64_t entries, bool alone)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 30)};
    double own = cpu(CLOCK_THREAD_CPUTIME_ID), all = cpu(CLOCK_PROCESS_CPUTIME_ID);
    for (uint64_t i = 0; i < entries; i++) {
        ans_rid patient = (ans_rid)(1 + i * 7919 % 5000), rid = (ans_rid)(5001 + i * 104729 % 1000000);
        const ans_event e = {.deed = ANS_DID_READ,
                             .status = 200,
                             .type = 12,
                             .who = {.kind = ANS_WHO_PERSON,
                                     .account = ANS_STR("a1b2c3d4e5f6"),
                                     .name = ANS_STR("dd.ha"),
                                     .display = ANS_STR("Điều dưỡng Nguyễn Thị Hà"),
                                     .practitioner = ANS_STR("0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6d"),
                                     .session = ANS_STR("s9f8e7d6c5b4")},
                             .role = ANS_STR("nurse"),
                             .address = ANS_STR("192.168.1.23"),
                             .request = i,
                             .patients = &patient,
                             .patient_count = 1,
                             .resources = &rid,
                             .resource_count = 1};
        ans_err err;
        while ((err = alone ? ans_audit_now(audit, &cx, &e) : ans_audit_later(audit, &cx, &e)) == ANS_E_BUSY) {
            (void)usleep(1000);
        }
        must(err, "an entry");
        ans_arena_reset(cx.arena);
        cx.issues = cx.last_ = NULL;
    }
    const ans_event last = {.deed = ANS_DID_SERVER_STOP};
    must(ans_audit_now(audit, &cx, &last), "the last entry");
    own = cpu(CLOCK_THREAD_CPUTIME_ID) - own;
    all = cpu(CLOCK_PROCESS_CPUTIME_ID) - all;
    printf("keep      %8.2f us of the asking thread, %.2f us of the writer's, an entry\n", own * 1e6 / (double)entries,
           (all - own) * 1e6 / (double)entries);
    ans_arena_free(cx.arena);
}

#define MOST_VERIFY_US 5.0 /* an entry */

static bool read_back(ans_store *store, uint64_t entries)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 30)};
    ans_audit_judge judge = {.cx = &cx, .store = store};
    const ans_journal_check how = {.signature = ans_audit_judge_head, .arg = &judge};
    ans_journal_report r;
    ans_store_stats s;
    ans_reader *rd;
    must(ans_reader_open(&cx, store, &rd), "a reader");
    double at = cpu(CLOCK_THREAD_CPUTIME_ID);
    int64_t wall = ans_mono_us();
    must(ans_journal_verify(&cx, rd, &how, &r), "verify");
    double spent = cpu(CLOCK_THREAD_CPUTIME_ID) - at;
    printf("verify    %8.2f s processor, %.2f s: %llu entries, %llu blocks, %llu heads, %s\n", spent, (double)(ans_mono_us() - wall) / 1e6, (unsigned long long)r.entries, (unsigned long long)r.blocks, (unsigned long long)r.heads,
           r.bad_seq ? "BROKEN" : "whole");
    static const uint32_t keys[] = {17, 4999, 777777, 4000000};
    for (size_t i = 0; i < 4; i++) {
        uint64_t n = 0;
        const ans_journal_query q = {.all = &keys[i], .all_count = 1};
        at = cpu(CLOCK_THREAD_CPUTIME_ID);
        must(ans_journal_walk(&cx, rd, &q, count_one, &n), "find");
        printf("find      %8.2f ms: %llu of key %u\n", (cpu(CLOCK_THREAD_CPUTIME_ID) - at) * 1e3, (unsigned long long)n, keys[i]);
    }
    ans_store_stats_get(store, &s);
    printf("size      %8.1f bytes an entry\n", (double)s.file_bytes / (double)r.entries);
    ans_reader_close(rd);
    ans_arena_free(cx.arena);
    return !r.bad_seq && r.entries >= entries && spent * 1e6 <= MOST_VERIFY_US * (double)r.entries;
}

int main(int argc, char **argv)
{
    uint64_t entries = 1000000;
    char dir[] = "/tmp/bench-journal-XXXXXX", command[64];
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 30)};
    ans_store *store;
    ans_audit *audit;
    if ((argc > 1 && !ans_str_u64(ans_str_of(argv[1]), &entries)) || !ans_base_start() || !mkdtemp(dir)) {
        return 1;
    }
    const ans_store_options o = {.dir = dir, .create = true};
    must(ans_store_open(&cx, &o, &store), "open");
    must(ans_audit_new(&cx, store, dir, &audit), "audit");
    fill(audit, entries, argc > 2 && strcmp(argv[2], "alone") == 0);
    bool whole = read_back(store, entries);
    ans_store_close(store);
    ans_audit_free(audit);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ans_arena_free(cx.arena);
    return system(command) == 0 && whole ? 0 : 1;
}
