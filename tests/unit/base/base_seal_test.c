/* Sealed files: what goes in comes out for each holder of a key, and no piece can be changed, cut, moved, doubled or left out. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"
#include "base/seal.h"

enum { MOST = 5 * 65536 + 100, SEALED = 65536 + 17, HEAD_ONE = 16 + 1 + 80 + 24 };

static char folder[512];
static ans_seal_pair ours, second, stranger;
static char plain[MOST], sealed[2 * MOST], other[2 * MOST];

static int enter(void **state)
{
    (void)state;
    const char *place = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/ansinh-seal-XXXXXX", place ? place : P_tmpdir);
    ans_seal_pair_make(&ours);
    ans_seal_pair_make(&second);
    ans_seal_pair_make(&stranger);
    ans_random(plain, sizeof plain);
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave(void **state)
{
    (void)state;
    (void)remove("it");
    (void)remove("bad");
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static ans_cx cx_make(void)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)8 << 20)};
    assert_non_null(cx.arena);
    return cx;
}

static size_t seal(size_t n, uint32_t keys, size_t step)
{
    ans_cx cx = cx_make();
    ans_sealer *s = NULL;
    uint8_t to[2][ANS_SEAL_KEY_BYTES];
    ans_str whole;
    memcpy(to[0], ours.public, sizeof to[0]);
    memcpy(to[1], second.public, sizeof to[1]);
    (void)remove("it");
    assert_int_equal(ans_seal_start(&cx, "it", (const uint8_t(*)[ANS_SEAL_KEY_BYTES])to, keys, &s), ANS_OK);
    for (size_t at = 0; at < n; at += step) {
        assert_int_equal(ans_seal_add(&cx, s, (ans_str){plain + at, n - at < step ? n - at : step}), ANS_OK);
    }
    assert_false(ans_file_exists("it"));
    assert_int_equal(ans_seal_finish(&cx, s), ANS_OK);
    ans_seal_drop(s);
    assert_false(ans_file_exists("it.part"));
    assert_int_equal(ans_file_read(&cx, "it", sizeof sealed, &whole), ANS_OK);
    memcpy(sealed, whole.p, whole.n);
    ans_arena_free(cx.arena);
    return whole.n;
}

/* ANS_OK: all n bytes came, and they are ours. */
static ans_err open_it(const char *path, const ans_seal_pair *pair, size_t n)
{
    ans_cx cx = cx_make();
    ans_unsealer *u = NULL;
    ans_str bytes;
    size_t got = 0;
    ans_err err = ans_unseal_start(&cx, path, pair, &u);
    while (err == ANS_OK) {
        err = ans_unseal_next(&cx, u, &bytes);
        if (err != ANS_OK || bytes.n == 0) {
            break;
        }
        assert_true(got + bytes.n <= n && memcmp(plain + got, bytes.p, bytes.n) == 0); /* never a byte that was not sealed */
        got += bytes.n;
    }
    assert_true(err != ANS_OK || got == n);
    assert_true(err == ANS_OK || cx.issues);
    ans_unseal_close(u);
    ans_arena_free(cx.arena);
    return err;
}

static void there_and_back(void **state)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, MOST}, steps[] = {1000, 65536, 200000};
    struct stat st;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (size_t k = 0; k < COUNT_OF(steps); k++) {
            (void)seal(sizes[i], 2, steps[k]);
            assert_int_equal(open_it("it", &ours, sizes[i]), ANS_OK);
            assert_int_equal(open_it("it", &second, sizes[i]), ANS_OK);
            assert_int_equal(open_it("it", &stranger, sizes[i]), ANS_E_FORBIDDEN);
        }
    }
    assert_int_equal(stat("it", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_null(memmem(sealed, MOST, plain + 5000, 16)); /* of the last one: nothing readable in it */
}

static void write_bad(const char *bytes, size_t n)
{
    FILE *f = fopen("bad", "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void every_piece_changed(void **state)
{
    (void)state;
    size_t n = seal(MOST, 1, MOST);
    assert_int_equal(n, HEAD_ONE + MOST + 6 * 17);
    for (size_t at = 0; at < n; at += at < HEAD_ONE + 40 ? 1 : 4099) { /* every byte of the head; some of every piece */
        memcpy(other, sealed, n);
        other[at] = (char)(other[at] ^ 0x10);
        write_bad(other, n);
        assert_int_not_equal(open_it("bad", &ours, MOST), ANS_OK);
    }
}

static void every_cut(void **state)
{
    (void)state;
    size_t n = seal(MOST, 1, MOST);
    for (size_t at = 0; at < n; at += at < HEAD_ONE + 40 ? 1 : 3001) {
        write_bad(sealed, at);
        assert_int_not_equal(open_it("bad", &ours, MOST), ANS_OK);
    }
    for (size_t piece = 0; piece <= 5; piece++) { /* between pieces, and one byte to either side */
        for (size_t by = 0; by < 3; by++) {
            write_bad(sealed, HEAD_ONE + piece * SEALED - 1 + by);
            assert_int_not_equal(open_it("bad", &ours, MOST), ANS_OK);
        }
    }
    memcpy(other, sealed, n);
    other[n] = 0;
    write_bad(other, n + 1);
    assert_int_equal(open_it("bad", &ours, MOST), ANS_E_CORRUPT);
}

static void every_two_pieces_exchanged(void **state)
{
    (void)state;
    size_t n = seal(MOST, 1, MOST);
    for (size_t a = 0; a < 5; a++) {
        for (size_t b = 0; b < 5; b++) { /* b in the place of a: exchanged, and doubled */
            if (a == b) {
                continue;
            }
            memcpy(other, sealed, n);
            memcpy(other + HEAD_ONE + a * SEALED, sealed + HEAD_ONE + b * SEALED, SEALED);
            write_bad(other, n);
            assert_int_equal(open_it("bad", &ours, MOST), ANS_E_CORRUPT);
            memcpy(other + HEAD_ONE + b * SEALED, sealed + HEAD_ONE + a * SEALED, SEALED);
            write_bad(other, n);
            assert_int_equal(open_it("bad", &ours, MOST), ANS_E_CORRUPT);
        }
        memcpy(other, sealed, HEAD_ONE + a * SEALED); /* left out */
        memcpy(other + HEAD_ONE + a * SEALED, sealed + HEAD_ONE + (a + 1) * SEALED, n - HEAD_ONE - (a + 1) * SEALED);
        write_bad(other, n - SEALED);
        assert_int_equal(open_it("bad", &ours, MOST), ANS_E_CORRUPT);
    }
}

static void a_recipient_taken_out(void **state)
{
    (void)state;
    size_t n = seal(100, 2, 100);
    memcpy(other, sealed, 16);
    other[16] = 1;
    memcpy(other + 17, sealed + 17, 80);
    memcpy(other + 97, sealed + 17 + 160, n - 177);
    write_bad(other, n - 80);
    assert_int_equal(open_it("bad", &ours, 100), ANS_E_CORRUPT);
}

static void what_is_there_stays(void **state)
{
    ans_cx cx = cx_make();
    ans_sealer *s = NULL;
    (void)state;
    (void)seal(100, 1, 100);
    const uint8_t(*key)[ANS_SEAL_KEY_BYTES] = (const uint8_t(*)[ANS_SEAL_KEY_BYTES]) & ours.public;
    assert_int_equal(ans_seal_start(&cx, "it", key, 1, &s), ANS_E_CONFLICT);
    assert_int_equal(open_it("it", &ours, 100), ANS_OK);
    assert_int_equal(ans_seal_start(&cx, "no/such/folder", key, 1, &s), ANS_E_IO);
    assert_int_equal(ans_seal_start(&cx, "bad2", key, 1, &s), ANS_OK);
    ans_seal_drop(s);
    assert_false(ans_file_exists("bad2") || ans_file_exists("bad2.part"));
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back),       cmocka_unit_test(every_piece_changed),
                                       cmocka_unit_test(every_cut),            cmocka_unit_test(every_two_pieces_exchanged),
                                       cmocka_unit_test(a_recipient_taken_out), cmocka_unit_test(what_is_there_stays)};
    return ans_base_start() ? cmocka_run_group_tests(tests, enter, leave) : 1;
}
