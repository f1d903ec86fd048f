/* audit: does the chain of what was done hold, and with which key are its heads signed. Works on a folder beside a running
 * server, and on a backup. */
#include <stdio.h>

#include "app/app.h"
#include "auth/audit.h"
#include "base/os.h"

static void print_hex(const char *before, const uint8_t *p, size_t n, const char *after)
{
    printf("%s", before);
    for (size_t i = 0; i < n; i++) {
        printf("%02x", p[i]);
    }
    printf("%s", after);
}

/* ---- key ---- */

static int print_key(ans_cx *cx, const options *o)
{
    uint8_t key[ANS_PUBLIC_KEY_BYTES], id[8];
    ans_err err = ans_audit_public_key(cx, o->data, key);
    if (err == ANS_E_NOTFOUND) {
        say("%s has no audit.key: it is made with the first entry (serve with sign-in, import, demo, user)", o->data);
        return EXIT_FINDINGS;
    }
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    ans_audit_key_id(key, id);
    print_hex("", key, sizeof key, "\n");
    say("this is the public key; keep it elsewhere and give it to `ansinh audit verify --key`");
    return EXIT_DONE;
}

/* ---- verify ---- */

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hex(const char *text, uint8_t *out, size_t n)
{
    if (strlen(text) != n * 2) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int high = digit(text[i * 2]), low = digit(text[i * 2 + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* "N:HASH", noted at an earlier verify. */
static bool read_noted(const char *text, uint64_t *out_seq, uint8_t hash[ANS_CHAIN_BYTES])
{
    ans_str rest = ans_str_of(text), number;
    return ans_str_cut(&rest, ':', &number) && ans_str_u64(number, out_seq) && *out_seq > 0 &&
           read_hex(rest.p, hash, ANS_CHAIN_BYTES);
}

static void print_report(const ans_journal_report *r, int64_t us)
{
    char when[ANS_INSTANT_BYTES];
    printf("%llu entries in %llu blocks, %llu signed heads, read in %lld.%02lld s\n", (unsigned long long)r->entries,
           (unsigned long long)r->blocks, (unsigned long long)r->heads, (long long)(us / 1000000), (long long)(us / 10000 % 100));
    if (r->signed_seq) {
        printf("signed up to entry %llu\n", (unsigned long long)r->signed_seq);
    }
    if (r->strange_heads) {
        printf("%llu heads are signed with a key that is not known here\n", (unsigned long long)r->strange_heads);
    }
    if (r->bad_seq) {
        printf("BROKEN at entry %llu: %s\n", (unsigned long long)r->bad_seq, r->what);
        return;
    }
    if (r->last.seq) {
        ans_instant_print(r->last.when_us, when);
        printf("the last entry is %llu, of %.*s; to see later that nothing before it was changed, note\n",
               (unsigned long long)r->last.seq, ANS_INSTANT_BYTES, when);
        printf("  %llu", (unsigned long long)r->last.seq);
        print_hex(":", r->last.hash, sizeof r->last.hash, "\n");
    }
    puts("whole");
}

static ans_err verify(ans_cx *cx, const options *o, ans_store *store, ans_audit_judge *judge, ans_journal_report *out)
{
    ans_journal_check how = {.signature = ans_audit_judge_head, .arg = judge};
    progress p;
    ans_reader *rd;
    ans_err err = ans_reader_open(cx, store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    if (o->noted && !read_noted(o->noted, &how.noted_seq, how.noted_hash)) {
        ans_reader_close(rd);
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "--noted takes NUMBER:HASH as an earlier verify printed it");
    }
    progress_start(&p, "verify", "entries", o->quiet);
    how.progress = progress_store;
    how.progress_arg = &p;
    err = ans_journal_verify(cx, rd, &how, out);
    progress_end(&p);
    ans_reader_close(rd);
    return err;
}

static int run_verify(ans_cx *cx, const options *o)
{
    uint8_t key[ANS_PUBLIC_KEY_BYTES];
    ans_store_options store_options = {.dir = o->data, .read_only = true};
    ans_audit_judge judge = {.cx = cx};
    ans_journal_report report;
    int64_t began_us = ans_mono_us();
    if (o->key && !read_hex(o->key, key, sizeof key)) {
        say("--key takes the 64 digits that `ansinh audit key` prints");
        return EXIT_USAGE;
    }
    judge.key = o->key ? key : NULL;
    ans_err err = ans_store_open(cx, &store_options, &judge.store);
    if (err == ANS_OK) {
        err = verify(cx, o, judge.store, &judge, &report);
        ans_store_close(judge.store);
    }
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    print_report(&report, ans_mono_us() - began_us);
    bool is_unproved = o->key && report.strange_heads > 0;
    return report.bad_seq || is_unproved ? EXIT_FINDINGS : EXIT_DONE;
}

int run_audit(ans_cx *cx, const options *o)
{
    if (strcmp(o->args[0], "verify") == 0) {
        return run_verify(cx, o);
    }
    if (strcmp(o->args[0], "key") == 0) {
        return print_key(cx, o);
    }
    say("audit knows verify and key; see: ansinh help audit");
    return EXIT_USAGE;
}
