/* The stream within a sealed backup, which anybody can make who has the public key. The first byte says in what pieces the rest is fed.
 * Whatever comes: names that are opened are plain and none comes twice, each file gets the bytes it announced or the end is an error, and
 * the same bytes in other pieces end in the same way. */
#include <stdio.h>
#include <stdlib.h>

#include "app/pack.h"
#include "base/os.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
    uint64_t wanted, got, sum;
    uint32_t open, closed;
    bool is_open;
} seen;

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "pack_fuzz: %s\n", what);
        abort();
    }
}

static ans_err on_open(void *arg, ans_cx *cx, ans_str name, uint64_t size)
{
    seen *s = arg;
    (void)cx;
    must(!s->is_open && pack_is_name(name) && ans_str_find(name, '/') < 0 && name.p[0] != '.', "a name that is no name");
    *s = (seen){.wanted = size, .sum = s->sum * 31 + name.n, .open = s->open + 1, .closed = s->closed, .is_open = true};
    return ANS_OK;
}

static ans_err on_write(void *arg, ans_cx *cx, ans_str bytes)
{
    seen *s = arg;
    (void)cx;
    s->got += bytes.n;
    must(s->is_open && s->got <= s->wanted, "more than was announced");
    for (size_t i = 0; i < bytes.n; i++) {
        s->sum = s->sum * 31 + (uint8_t)bytes.p[i];
    }
    return ANS_OK;
}

static ans_err on_close(void *arg, ans_cx *cx)
{
    seen *s = arg;
    (void)cx;
    must(s->is_open && s->got == s->wanted, "closed before its end");
    s->is_open = false;
    s->closed++;
    return ANS_OK;
}

static ans_err feed(ans_str bytes, size_t step, seen *out)
{
    static pack_reader r;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 16)};
    const pack_sink sink = {on_open, on_write, on_close, out};
    ans_err err = ANS_OK;
    *out = (seen){0};
    r = (pack_reader){.sink = &sink};
    while (err == ANS_OK && bytes.n) {
        err = pack_take(&cx, &r, ans_str_head(bytes, step));
        bytes = ans_str_from(bytes, step);
    }
    err = err == ANS_OK ? pack_end(&cx, &r) : err;
    must(err != ANS_OK || (out->open == out->closed && out->open == r.count), "an end in the middle was taken for one");
    ans_arena_free(cx.arena);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seen a, b;
    must(ans_base_start(), "no start");
    if (size == 0) {
        return 0;
    }
    ans_str bytes = {(const char *)data + 1, size - 1};
    ans_err whole = feed(bytes, bytes.n ? bytes.n : 1, &a), pieces = feed(bytes, (size_t)data[0] % 16 + 1, &b);
    must(whole == pieces && a.sum == b.sum && a.open == b.open, "pieces matter");
    return 0;
}
