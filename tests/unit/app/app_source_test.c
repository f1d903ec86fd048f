/* Files as pieces of text: what becomes of lines, documents and packed bytes, whatever their sizes.
 */
#include "fixture.h"

#include <zlib.h>
#include <zstd.h>

#include "app/source.h"

typedef enum packing { PLAIN, GZIP, ZSTD } packing;

static ans_str pack(fixture *f, ans_str text, packing how)
{
    size_t room = 2 * text.n + 4096;
    char *to = ans_arena_alloc(f->cx.arena, room);
    assert_non_null(to);
    if (how == ZSTD) {
        size_t n = ZSTD_compress(to, room, text.p, text.n, 3);
        assert_false(ZSTD_isError(n));
        return (ans_str){to, n};
    }
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)text.p;
    z.avail_in = (uInt)text.n;
    z.next_out = (Bytef *)to;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&z), Z_OK);
    return (ans_str){to, z.total_out};
}

static const char *put(fixture *f, const char *name, ans_str bytes)
{
    ans_str path = ans_arena_fmt(f->cx.arena, "%s/%s", f->folder, name);
    assert_int_equal(ans_file_replace(&f->cx, path.p, bytes), ANS_OK);
    return path.p;
}

/* All pieces put together, after looking that they follow each other. */
typedef struct whole {
    ans_buf text;
    uint32_t pieces, refused;
    bool is_lines;
    ans_err err;
} whole;

static whole read_all(fixture *f, source *s, uint64_t offset, uint32_t line)
{
    whole w = {0};
    bool more = true;
    ans_buf_init(&w.text, (size_t)600 << 20);
    for (;;) {
        source_piece piece;
        w.err = source_next(&f->cx, s, &piece, &more);
        if (w.err != ANS_OK || !more) {
            return w;
        }
        if (piece.refused) {
            w.refused++;
            continue;
        }
        assert_true(piece.offset >= offset);
        assert_true(w.refused || piece.offset == offset);
        assert_true(w.refused || piece.line == line);
        ans_buf_add_mem(&w.text, piece.text.p, piece.text.n);
        for (size_t i = 0; i < piece.text.n; i++) {
            line += piece.text.p[i] == '\n';
        }
        assert_true(w.refused || piece.next_line == line);
        offset += piece.text.n;
        w.is_lines = piece.is_lines;
        w.pieces++;
        ans_buf_done(&piece.text);
    }
}

static whole read_file(fixture *f, const char *path)
{
    source *s;
    assert_int_equal(source_open(&f->cx, path, &s), ANS_OK);
    whole w = read_all(f, s, 0, 1);
    source_close(s);
    return w;
}

/* ---- shapes ---- */

static void shapes(void **state)
{
    static const struct {
        const char *name, *text;
        bool is_lines;
    } cases[] = {
        {"one.json", "{\"a\":1}", false},
        {"one.json", "{\n \"a\": 1\n}\n", false},
        {"one.json", "\n\n  {\n \"a\": 1\n}", false},
        {"two.json", "{\"a\":1}\n{\"a\":2}\n", true},
        {"two.json", " {\"a\":\"}\\\"{\"}\r\n{\"a\":2}", true},
        {"open.json", "{\"a\":\"}\n{\"a\":2}\n", false},
        {"lines.ndjson", "{\n", true},
        {"lines.NDJSON", "{}", true},
        {"lines.jsonl.gz", "{}", true},
        {"lines.ndjson.zst", "x\ny\n\nz", true},
        {"blank.json", " \n\t\r\n ", false},
        {"word.json", "null\n", false},
    };
    fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (packing how = PLAIN; how <= ZSTD; how++) {
            ans_str text = ans_str_of(cases[i].text);
            const char *path = put(f, cases[i].name, how == PLAIN ? text : pack(f, text, how));
            whole w = read_file(f, path);
            assert_int_equal(w.err, ANS_OK);
            assert_int_equal(w.text.n, text.n);
            assert_memory_equal(w.text.p, text.p, text.n);
            assert_int_equal(w.is_lines, cases[i].is_lines);
            ans_buf_done(&w.text);
        }
    }
    whole none = read_file(f, put(f, "empty.json", ANS_STR("")));
    assert_int_equal(none.err, ANS_OK);
    assert_int_equal(none.pieces, 0);
}

static ans_str many_lines(fixture *f, size_t bytes)
{
    ans_buf b;
    ans_str text;
    ans_buf_init_arena(&b, f->cx.arena, bytes + 1024);
    for (uint32_t i = 0; b.n < bytes; i++) {
        ans_buf_fmt(
            &b, "{\"n\":%u,\"x\":\"%.*s\"}\n", i, (int)(i * 7919 % 900),
            "................................................................................"
            "................................................................................"
            "................................................................................");
    }
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    return text;
}

static void large_files_come_in_pieces(void **state)
{
    fixture *f = *state;
    ans_str text = many_lines(f, (size_t)3 << 20);
    for (packing how = PLAIN; how <= ZSTD; how++) {
        whole w = read_file(f, put(f, "many.json", how == PLAIN ? text : pack(f, text, how)));
        assert_int_equal(w.err, ANS_OK);
        assert_true(w.is_lines && w.pieces > 5);
        assert_int_equal(w.text.n, text.n);
        assert_memory_equal(w.text.p, text.p, text.n);
        ans_buf_done(&w.text);
    }
    /* one document of that size is one piece */
    ans_str line = {text.p, text.n};
    char *one = (char *)ans_arena_dup(f->cx.arena, line).p;
    one[0] = ' '; /* the first line is no whole value any more */
    whole w = read_file(f, put(f, "one.json", (ans_str){one, text.n}));
    assert_int_equal(w.pieces, 1);
    ans_buf_done(&w.text);
}

/* A file may hold several gzip members or zstd frames. */
static void packed_parts_follow_each_other(void **state)
{
    fixture *f = *state;
    for (packing how = GZIP; how <= ZSTD; how++) {
        ans_str a = pack(f, ANS_STR("{}\n"), how), b = pack(f, ANS_STR("[]\n"), how);
        ans_str both = ans_arena_fmt(f->cx.arena, "%*s", (int)(a.n + b.n), "");
        memcpy((char *)both.p, a.p, a.n);
        memcpy((char *)both.p + a.n, b.p, b.n);
        whole w = read_file(f, put(f, "two.ndjson", both));
        assert_int_equal(w.err, ANS_OK);
        assert_int_equal(w.text.n, 6);
        assert_memory_equal(w.text.p, "{}\n[]\n", 6);
        ans_buf_done(&w.text);
    }
}

/* ---- going on ---- */

static void goes_on_where_a_piece_ended(void **state)
{
    fixture *f = *state;
    ans_str text = many_lines(f, (size_t)1 << 20);
    const char *path = put(f, "many.ndjson.zst", pack(f, text, ZSTD));
    source *s;
    source_piece first;
    bool more;
    assert_int_equal(source_open(&f->cx, path, &s), ANS_OK);
    assert_int_equal(source_next(&f->cx, s, &first, &more), ANS_OK);
    source_close(s);
    size_t cut = first.text.n;
    assert_true(cut > 0 && cut < text.n && first.text.p[cut - 1] == '\n');
    assert_int_equal(source_open(&f->cx, path, &s), ANS_OK);
    assert_int_equal(source_skip(&f->cx, s, cut, first.next_line), ANS_OK);
    whole w = read_all(f, s, cut, first.next_line);
    assert_int_equal(w.text.n, text.n - cut);
    assert_memory_equal(w.text.p, text.p + cut, text.n - cut);
    source_close(s);
    ans_buf_done(&w.text);
    ans_buf_done(&first.text);
}

/* ---- what is wrong ---- */

static void damage_is_said(void **state)
{
    fixture *f = *state;
    ans_str text = many_lines(f, 100000);
    for (packing how = GZIP; how <= ZSTD; how++) {
        ans_str packed = pack(f, text, how);
        whole cut = read_file(f, put(f, "cut.ndjson", ans_str_head(packed, packed.n / 2)));
        assert_int_equal(cut.err, ANS_E_SYNTAX);
        ans_buf_done(&cut.text);
        ans_str bent = ans_arena_dup(f->cx.arena, packed);
        memset((char *)bent.p + packed.n / 2, 0xff, 64);
        whole w = read_file(f, put(f, "bent.ndjson", bent));
        assert_int_equal(w.err, ANS_E_SYNTAX);
        ans_buf_done(&w.text);
    }
    source *s;
    assert_int_equal(source_open(&f->cx, "/nowhere/at/all", &s), ANS_E_NOTFOUND);
    assert_int_equal(source_open(&f->cx, f->folder, &s), ANS_E_IO);
}

static void bombs_are_refused(void **state)
{
    fixture *f = *state;
    ans_str blank = ans_arena_fmt(f->cx.arena, "%*s", 120 << 20, "");
    assert_non_null(blank.p);
    for (packing how = GZIP; how <= ZSTD; how++) {
        whole w = read_file(f, put(f, "bomb.ndjson", pack(f, blank, how)));
        assert_int_equal(w.err, ANS_E_TOOBIG);
        ans_buf_done(&w.text);
    }
}

static void a_line_that_is_too_long_is_left_out(void **state)
{
    fixture *f = *state;
    size_t n = SOURCE_TEXT_BYTES + ((size_t)1 << 20);
    char *text = ans_alloc(n + 16);
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text + n, "\n{\"a\":1}\n", 9);
    const char *path = put(f, "long.ndjson", (ans_str){text, n + 9});
    ans_free(text);
    whole w = read_file(f, path);
    assert_int_equal(w.err, ANS_OK);
    assert_int_equal(w.refused, 1);
    assert_int_equal(w.text.n, 8);
    ans_buf_done(&w.text);
}

static void the_hash_is_that_of_the_bytes(void **state)
{
    fixture *f = *state;
    ans_str text = many_lines(f, (size_t)3 << 20), packed = pack(f, text, GZIP);
    source *s;
    assert_int_equal(source_open(&f->cx, put(f, "h.json", packed), &s), ANS_OK);
    ans_hash expected = ans_hash_content(packed), seen;
    assert_int_equal(source_hash(&f->cx, s, &seen), ANS_OK);
    assert_true(ans_hash_eq(&seen, &expected));
    source_piece piece;
    bool more;
    assert_int_equal(source_next(&f->cx, s, &piece, &more), ANS_OK); /* and the pieces begin where they would have */
    assert_int_equal(piece.offset, 0);
    assert_memory_equal(piece.text.p, text.p, 100);
    ans_buf_done(&piece.text);
    source_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_files_come_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packed_parts_follow_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(goes_on_where_a_piece_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bombs_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_is_that_of_the_bytes, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("app_source", tests, NULL, NULL);
}
