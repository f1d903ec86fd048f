/* Entries of the audit to bytes and back, and the key that signs heads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "auth/audit.h"
#include "base/os.h"
#include "base/sign.h"
#include "contract/journal_kit.h"

#define UUID "0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6d"

static ans_event sample(void)
{
    static const ans_rid patients[] = {7, 4000000000u}, resources[] = {8, 9, 7};
    return (ans_event){.deed = ANS_DID_SEARCH,
                       .is_compartment = true,
                       .status = 200,
                       .type = 33,
                       .who = {.kind = ANS_WHO_PERSON,
                               .account = ANS_STR("a1"),
                               .name = ANS_STR("dd.ha"),
                               .display = ANS_STR("Điều dưỡng Hà"),
                               .practitioner = ANS_STR(UUID),
                               .session = ANS_STR("s1"),
                               .device = ANS_STR("tablet-3")},
                       .role = ANS_STR("nurse"),
                       .address = ANS_STR("2001:db8::1"),
                       .parameters = ANS_STR("name,birthdate"),
                       .request = UINT64_MAX,
                       .patients = patients,
                       .patient_count = 2,
                       .resources = resources,
                       .resource_count = 3};
}

static ans_entry entry_of(ans_cx *cx, const ans_event *e)
{
    ans_note note;
    assert_int_equal(ans_event_encode(cx, e, &note), ANS_OK);
    return (ans_entry){.seq = 5, .when_us = 77, .bytes = note.bytes, .keys = note.keys, .key_count = note.key_count};
}

#define SAME_TEXT(field)                                                                                                       \
    if (!ans_str_eq(a->field, b->field))                                                                                       \
    fail_msg(#field ": \"%.*s\", wanted \"%.*s\"", ANS_FMT(b->field), ANS_FMT(a->field))

static void assert_same(const ans_event *a, const ans_event *b)
{
    assert_int_equal(a->deed, b->deed);
    assert_int_equal(a->is_break_glass, b->is_break_glass);
    assert_int_equal(a->is_compartment, b->is_compartment);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->request, b->request);
    assert_int_equal(a->who.kind, b->who.kind);
    SAME_TEXT(who.account);
    SAME_TEXT(who.name);
    SAME_TEXT(who.display);
    SAME_TEXT(who.practitioner);
    SAME_TEXT(who.direct_role);
    SAME_TEXT(who.session);
    SAME_TEXT(who.device);
    SAME_TEXT(role);
    SAME_TEXT(address);
    SAME_TEXT(operation);
    SAME_TEXT(parameters);
    SAME_TEXT(purpose);
    SAME_TEXT(reason);
    SAME_TEXT(subject);
    assert_int_equal(a->patient_count, b->patient_count);
    assert_int_equal(a->resource_count, b->resource_count);
    for (uint32_t i = 0; i < a->patient_count; i++)
        assert_int_equal(a->patients[i], b->patients[i]);
    for (uint32_t i = 0; i < a->resource_count; i++)
        assert_int_equal(a->resources[i], b->resources[i]);
}

static void round_trip(void **state)
{
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    ans_event events[] = {sample(), {.deed = ANS_DID_SERVER_START}, sample(), sample()};
    (void)state;
    events[2].who = (ans_who){.kind = ANS_WHO_NOBODY};
    events[2].is_break_glass = true;
    events[2].purpose = ANS_STR("ETREAT");
    events[2].reason = ANS_STR("co giật, cần biết thuốc");
    events[2].subject = ANS_STR("nobody.by.that.name");
    events[2].operation = ANS_STR("$everything");
    events[3].who.account = ANS_STR("0B6E1F3C-9D2A-4F5B-8C7D-1E2F3A4B5C6D"); /* no UUID in its usual writing */
    events[3].patient_count = events[3].resource_count = 0;
    events[3].who.direct_role = ANS_STR("auditor");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        ans_entry entry = entry_of(&cx, &events[i]);
        ans_event back;
        assert_int_equal(ans_event_decode(&cx, &entry, &back), ANS_OK);
        assert_same(&events[i], &back);
        assert_int_equal(back.seq, 5);
        assert_int_equal(back.when_us, 77);
    }
    ans_entry entry = entry_of(&cx, &events[0]);
    assert_true(entry.bytes.n < 120); /* compact: a Practitioner's UUID is 16 bytes, rids stand in the keys */
    assert_int_equal(entry.keys[0], ans_account_key(ANS_STR("a1")));
    assert_int_equal(entry.keys[1], ans_practitioner_key(ANS_STR(UUID)));
    assert_int_not_equal(ans_account_key(ANS_STR("a1")), ans_practitioner_key(ANS_STR("a1")));
    ans_arena_free(cx.arena);
}

static void long_texts_are_cut_between_characters(void **state)
{
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    ans_event e = sample(), back;
    char text[4001];
    (void)state;
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(text + i, "\xC4\x91", 2); /* d-bar */
    text[4000] = 0;
    text[1] = 'x'; /* so that byte 2000 is inside a character */
    text[0] = 'x';
    memmove(text + 1, text, 3999);
    e.reason = (ans_str){text, 4000};
    ans_entry entry = entry_of(&cx, &e);
    assert_int_equal(ans_event_decode(&cx, &entry, &back), ANS_OK);
    assert_in_range(back.reason.n, 1999, 2000);
    assert_true(ans_str_utf8(back.reason));
    ans_arena_free(cx.arena);
}

/* Whatever was spoiled: refused, or another event; never a read beyond the bytes (the sanitizers watch). */
static void spoiled_bytes(void **state)
{
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    ans_event e = sample(), back;
    ans_entry good = entry_of(&cx, &e);
    uint32_t refused = 0, tried = 0;
    (void)state;
    for (size_t n = 0; n < good.bytes.n; n++) { /* cut short */
        char *copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy, good.bytes.p, n);
        ans_entry bad = good;
        bad.bytes = (ans_str){copy, n};
        assert_int_equal(ans_event_decode(&cx, &bad, &back), ANS_E_CORRUPT);
        free(copy);
    }
    for (size_t at = 0; at < good.bytes.n; at++) {
        for (unsigned bit = 0; bit < 8; bit++, tried++) {
            char *copy = malloc(good.bytes.n);
            assert_non_null(copy);
            memcpy(copy, good.bytes.p, good.bytes.n);
            copy[at] = (char)(copy[at] ^ 1 << bit);
            ans_entry bad = good;
            bad.bytes.p = copy;
            refused += ans_event_decode(&cx, &bad, &back) == ANS_E_CORRUPT;
            free(copy);
        }
    }
    assert_true(refused > tried / 10 && refused < tried);
    for (uint32_t n = 0; n < good.key_count; n++) {
        ans_entry bad = good;
        bad.key_count = n;
        assert_int_equal(ans_event_decode(&cx, &bad, &back), ANS_E_CORRUPT);
    }
    ans_arena_free(cx.arena);
}

static void deeds(void **state)
{
    (void)state;
    assert_string_equal(ans_deed_name(ANS_DID_SIGN_IN_FAILED), "sign-in-failed");
    assert_int_equal(ans_deed_action(ANS_DID_UPDATE), 'U');
    assert_null(ans_deed_name(0));
    assert_int_equal(ans_deed_action(200), 0);
}

/* ---- the key ---- */

static void heads_are_signed_by_the_folder(void **state)
{
    kit k;
    ans_audit *audit;
    ans_journal_report r;
    uint8_t key[ANS_PUBLIC_KEY_BYTES], again[ANS_PUBLIC_KEY_BYTES], other[ANS_PUBLIC_KEY_BYTES] = {1};
    ans_event e = sample();
    char path[300];
    struct stat st;
    (void)state;
    kit_start(&k, false);
    assert_int_equal(ans_audit_public_key(&k.cx, k.dir, key), ANS_E_NOTFOUND);
    assert_int_equal(ans_audit_new(&k.cx, k.store, k.dir, &audit), ANS_OK);
    (void)snprintf(path, sizeof path, "%s/audit.key", k.dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(ans_audit_public_key(&k.cx, k.dir, key), ANS_OK);
    assert_int_equal(ans_audit_now(audit, &k.cx, &e), ANS_OK);
    assert_int_equal(ans_audit_later(audit, &k.cx, &e), ANS_OK);
    kit_close(&k);
    ans_audit_free(audit);
    kit_open(&k);
    ans_audit_judge judge = {.cx = &k.cx, .store = k.store};
    ans_journal_check how = {.signature = ans_audit_judge_head, .arg = &judge};
    assert_int_equal(ans_journal_verify(&k.cx, k.rd, &how, &r), ANS_OK);
    assert_int_equal(r.heads, 2);
    assert_int_equal(r.signed_seq, 2);
    assert_int_equal(r.bad_seq + r.strange_heads, 0);
    judge.key = key;
    assert_int_equal(ans_journal_verify(&k.cx, k.rd, &how, &r), ANS_OK);
    assert_int_equal(r.signed_seq, 2);
    judge.key = other;
    assert_int_equal(ans_journal_verify(&k.cx, k.rd, &how, &r), ANS_OK);
    assert_int_equal(r.strange_heads, 2);
    assert_int_equal(r.signed_seq, 0);
    assert_int_equal(ans_audit_new(&k.cx, k.store, k.dir, &audit), ANS_OK); /* the same key again */
    assert_int_equal(ans_audit_public_key(&k.cx, k.dir, again), ANS_OK);
    assert_memory_equal(key, again, sizeof key);
    kit_close(&k);
    ans_audit_free(audit);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fputs("nonsense\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    kit_open(&k);
    assert_int_equal(ans_audit_new(&k.cx, k.store, k.dir, &audit), ANS_E_CORRUPT);
    assert_int_equal(remove(path), 0); /* lost: another one is made, and the record still knows the first */
    assert_int_equal(ans_audit_new(&k.cx, k.store, k.dir, &audit), ANS_OK);
    assert_int_equal(ans_audit_now(audit, &k.cx, &e), ANS_OK);
    kit_close(&k);
    ans_audit_free(audit);
    kit_open(&k);
    judge = (ans_audit_judge){.cx = &k.cx, .store = k.store};
    assert_int_equal(ans_journal_verify(&k.cx, k.rd, &how, &r), ANS_OK);
    assert_int_equal(r.heads, 3);
    assert_int_equal(r.signed_seq, 3);
    assert_int_equal(r.bad_seq + r.strange_heads, 0);
    kit_done(&k);
}

/* RFC 8032, 7.1, test 2 */
static void signatures_are_ed25519(void **state)
{
    static const uint8_t seed[32] = {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f,
                                     0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
    static const uint8_t begin[4] = {0x92, 0xa0, 0x09, 0xa9};
    ans_key_pair pair;
    uint8_t signature[ANS_SIGNATURE_BYTES];
    (void)state;
    ans_key_make(seed, &pair);
    assert_int_equal(pair.public[0], 0x3d);
    ans_key_sign(&pair, ANS_STR("\x72"), signature);
    assert_memory_equal(signature, begin, sizeof begin);
    assert_true(ans_key_verify(pair.public, ANS_STR("\x72"), signature));
    assert_false(ans_key_verify(pair.public, ANS_STR("\x73"), signature));
    signature[40] ^= 1;
    assert_false(ans_key_verify(pair.public, ANS_STR("\x72"), signature));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(spoiled_bytes),
        cmocka_unit_test(deeds),
        cmocka_unit_test(heads_are_signed_by_the_folder),
        cmocka_unit_test(signatures_are_ed25519),
    };
    if (!ans_base_start())
        return 1;
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
