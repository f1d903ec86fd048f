/* ustar with pax and GNU long names, which is what npm and tar write. A header is 512 bytes; its sum guards it. */
#include "app/tar.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/decode.h"

enum { BLOCK = 512, NAME_AT = 0, NAME_BYTES = 100, SIZE_AT = 124, SIZE_BYTES = 12, SUM_AT = 148, SUM_BYTES = 8, KIND_AT = 156, PREFIX_AT = 345,
       PREFIX_BYTES = 155, MOST_PATH = 4096 };
#define MOST_FILE ((uint64_t)64 << 20)
#define MOST_ALL ((uint64_t)512 << 20)

typedef struct tar {
    ans_cx *cx;
    ans_cx file; /* of one file: emptied behind it */
    decoder *in;
    const char *path;
    uint64_t all;
    ans_str long_name; /* for the next header, in file's arena */
} tar;

static ans_err damaged(const tar *t, const char *what)
{
    return ans_issue_add(t->cx, ANS_E_SYNTAX, ANS_STR_NONE, "%s is %s", t->path, what);
}

/* All n bytes; *out_end: the archive ended before the first of them. */
static ans_err fill(tar *t, char *to, size_t n, bool *out_end)
{
    size_t at = 0;
    while (at < n) {
        size_t got = 0;
        ans_err err = decoder_read(t->cx, t->in, to + at, n - at, &got);
        if (err != ANS_OK) {
            return err;
        }
        if (got == 0) {
            *out_end = at == 0;
            return at == 0 ? ANS_OK : damaged(t, "cut short");
        }
        at += got;
    }
    *out_end = false;
    return ANS_OK;
}

static bool read_octal(const char *p, size_t n, uint64_t *out)
{
    size_t i = 0;
    *out = 0;
    while (i < n && p[i] == ' ') {
        i++;
    }
    size_t first = i;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
        *out = *out << 3 | (uint64_t)(p[i] - '0');
    }
    return i > first && (i == n || p[i] == '\0' || p[i] == ' ');
}

static bool is_header(const char *h)
{
    uint64_t wanted, sum = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        sum += i >= SUM_AT && i < SUM_AT + SUM_BYTES ? ' ' : (unsigned char)h[i];
    }
    return read_octal(h + SUM_AT, SUM_BYTES, &wanted) && wanted == sum;
}

static ans_str field(const char *p, size_t n)
{
    return (ans_str){p, strnlen(p, n)};
}

static ans_str name_of(const tar *t, const char *h)
{
    ans_str name = field(h + NAME_AT, NAME_BYTES), prefix = field(h + PREFIX_AT, PREFIX_BYTES);
    if (t->long_name.p) {
        return t->long_name;
    }
    bool is_ustar = memcmp(h + 257, "ustar", 5) == 0;
    return is_ustar && prefix.n ? ans_arena_fmt(t->file.arena, "%.*s/%.*s", ANS_FMT(prefix), ANS_FMT(name)) : ans_arena_dup(t->file.arena, name);
}

/* "27 path=package/a.json\n": length, key, value. */
static ans_str pax_path(ans_str text)
{
    while (text.n) {
        ans_str rest = text, number, key;
        uint64_t n;
        if (!ans_str_cut(&rest, ' ', &number) || !ans_str_u64(number, &n) || n <= number.n + 1 || n > text.n) {
            return ANS_STR_NONE;
        }
        rest.n = (size_t)n - number.n - 1;
        if (ans_str_cut(&rest, '=', &key) && ans_str_is(key, "path")) {
            rest.n -= rest.n && rest.p[rest.n - 1] == '\n';
            return rest;
        }
        text = ans_str_from(text, (size_t)n);
    }
    return ANS_STR_NONE;
}

static ans_err take(tar *t, const char *h, ans_str bytes, tar_visit *visit, void *arg)
{
    char kind = h[KIND_AT];
    ans_str name;
    if (kind == 'x' || kind == 'L') {
        t->long_name = kind == 'x' ? pax_path(bytes) : field(bytes.p, bytes.n < MOST_PATH ? bytes.n : MOST_PATH);
        return ANS_OK; /* its text stays until the next file was taken */
    }
    name = name_of(t, h);
    ans_err err = !name.p ? ans_cx_nomem(t->cx) : kind == '0' || kind == '\0' ? visit(arg, name, bytes) : ANS_OK;
    t->long_name = ANS_STR_NONE;
    ans_arena_reset(t->file.arena);
    return err;
}

static ans_err read_one(tar *t, tar_visit *visit, void *arg, bool *out_end)
{
    char h[BLOCK], rest[BLOCK];
    uint64_t n;
    bool is_cut = false;
    ans_err err = fill(t, h, BLOCK, out_end);
    if (err != ANS_OK || *out_end) {
        return err;
    }
    *out_end = h[0] == '\0'; /* two empty blocks end an archive */
    if (*out_end) {
        return ANS_OK;
    }
    if (!is_header(h) || !read_octal(h + SIZE_AT, SIZE_BYTES, &n)) {
        return damaged(t, "not a tar archive, or damaged");
    }
    t->all += n;
    if (n > MOST_FILE || t->all > MOST_ALL) {
        return ans_issue_add(t->cx, ANS_E_TOOBIG, ANS_STR_NONE, "%s holds more than 64 MiB in a file or 512 MiB in all", t->path);
    }
    char *bytes = ans_arena_alloc(t->file.arena, (size_t)n + 1);
    if (!bytes) {
        return ans_cx_nomem(t->cx);
    }
    err = fill(t, bytes, (size_t)n, &is_cut);
    bytes[n] = '\0';
    if (err == ANS_OK && n % BLOCK) {
        err = is_cut ? ANS_OK : fill(t, rest, BLOCK - (size_t)(n % BLOCK), &is_cut);
    }
    is_cut = is_cut && n > 0;
    err = err == ANS_OK && is_cut ? damaged(t, "cut short") : err;
    return err == ANS_OK ? take(t, h, (ans_str){bytes, (size_t)n}, visit, arg) : err;
}

ans_err tar_each(ans_cx *cx, const char *path, tar_visit *visit, void *arg)
{
    tar t = {.cx = cx, .path = path, .file = {.arena = ans_arena_new((size_t)3 * MOST_FILE)}};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_end = false;
    ans_err err = fd < 0 ? ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "cannot open %s", path) : ANS_OK;
    err = err == ANS_OK && !t.file.arena ? ans_cx_nomem(cx) : err;
    err = err == ANS_OK ? decoder_new(cx, fd, path, &t.in) : err;
    while (err == ANS_OK && !is_end) {
        err = read_one(&t, visit, arg, &is_end);
    }
    decoder_free(t.in);
    if (fd >= 0) {
        (void)close(fd); /* read only */
    }
    ans_arena_free(t.file.arena);
    return err;
}
