/* Files as pieces of text: source.h. */
#include "app/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/decode.h"

enum { PIECE_BYTES = 256 << 10, CHUNK_BYTES = 256 << 10, HASH_CHUNK_BYTES = 1 << 20 };

typedef enum shape { SHAPE_UNKNOWN, SHAPE_DOCUMENT, SHAPE_LINES } shape;

struct source {
    const char *path;
    int fd;
    decoder *decoder;
    shape shape;
    ans_buf text; /* decoded and not yet given away */
    size_t file_bytes;
    size_t blank;    /* bytes of white space before anything else */
    size_t searched; /* bytes of text without a line break */
    uint64_t offset; /* of text's first byte */
    uint32_t line;
    bool is_over; /* nothing is left to decode */
};

/* ---- opening ---- */

static ans_err file_failed(ans_cx *cx, const char *path)
{
    int saved = errno;
    return ans_issue_add(cx, saved == ENOENT ? ANS_E_NOTFOUND : ANS_E_IO, ANS_STR_NONE,
                         "cannot read %s: %s", path, strerror(saved));
}

static bool cut_end(ans_str *name, const char *end)
{
    size_t n = strlen(end);
    if (name->n <= n || !ans_str_ieq(ans_str_from(*name, name->n - n), ans_str_of(end))) {
        return false;
    }
    name->n -= n;
    return true;
}

static shape shape_of(const char *path)
{
    ans_str name = ans_str_of(path);
    if (!cut_end(&name, ".gz")) {
        (void)cut_end(&name, ".zst"); /* neither is fine, too */
    }
    return cut_end(&name, ".ndjson") || cut_end(&name, ".jsonl") ? SHAPE_LINES : SHAPE_UNKNOWN;
}

ans_err source_open(ans_cx *cx, const char *path, source **out)
{
    source *s = ANS_NEW(cx->arena, source);
    if (!s) {
        return ans_cx_nomem(cx);
    }
    *s = (source){
        .path = path, .line = 1, .shape = shape_of(path), .fd = open(path, O_RDONLY | O_CLOEXEC)};
    ans_buf_init(&s->text, SOURCE_TEXT_BYTES + CHUNK_BYTES);
    if (s->fd < 0) {
        return file_failed(cx, path);
    }
    struct stat st;
    s->file_bytes =
        fstat(s->fd, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size : 0; /* only a hint */
    ans_err err = decoder_new(cx, s->fd, path, &s->decoder);
    if (err != ANS_OK) {
        source_close(s);
        return err;
    }
    *out = s;
    return ANS_OK;
}

void source_close(source *s)
{
    if (!s) {
        return;
    }
    decoder_free(s->decoder);
    ans_buf_done(&s->text);
    (void)close(s->fd); /* read only */
}

ans_err source_hash(ans_cx *cx, source *s, ans_hash *out)
{
    ans_hasher h;
    char *chunk = ans_alloc(HASH_CHUNK_BYTES);
    ssize_t n = 0;
    off_t at = 0;
    if (!chunk) {
        return ANS_E_NOMEM;
    }
    ans_hasher_start(&h);
    while ((n = pread(s->fd, chunk, HASH_CHUNK_BYTES, at)) > 0 || (n < 0 && errno == EINTR)) {
        ans_hasher_add(&h, (ans_str){chunk, n > 0 ? (size_t)n : 0});
        at += n > 0 ? n : 0;
    }
    ans_free(chunk);
    *out = ans_hasher_finish(&h);
    return n == 0 ? ANS_OK : file_failed(cx, s->path);
}

/* ---- filling ---- */

/* Brackets outside strings close as many as they open. */
static bool is_whole_value(ans_str s)
{
    size_t depth = 0;
    bool in_string = false, has_begun = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            has_begun = true;
            depth++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        }
    }
    return has_begun && depth == 0 && !in_string;
}

/* The first line with something on it decides: NDJSON has no line break within a value. */
static void guess_shape(source *s, size_t from)
{
    while (s->blank < s->text.n && memchr(" \t\r\n", s->text.p[s->blank], 4)) {
        s->blank++;
    }
    from = from > s->blank ? from : s->blank;
    const char *end = s->text.n > from ? memchr(s->text.p + from, '\n', s->text.n - from) : NULL;
    if (end) {
        ans_str line = {s->text.p + s->blank, (size_t)(end - s->text.p) - s->blank};
        s->shape = is_whole_value(line) ? SHAPE_LINES : SHAPE_DOCUMENT;
    }
}

static ans_err fill(ans_cx *cx, source *s)
{
    size_t n, room_bytes = CHUNK_BYTES;
    if (s->shape == SHAPE_DOCUMENT && s->text.n < s->file_bytes &&
        s->file_bytes < SOURCE_TEXT_BYTES) {
        room_bytes = s->file_bytes - s->text.n +
                     1; /* what is not packed comes in one piece, without growing step by step */
    }
    char *room = ans_buf_room(&s->text, room_bytes);
    if (!room) {
        return ANS_E_NOMEM;
    }
    ans_err err = decoder_read(cx, s->decoder, room, room_bytes, &n);
    if (err != ANS_OK) {
        return err;
    }
    s->is_over = n == 0;
    s->text.n += n;
    if (s->shape == SHAPE_UNKNOWN) {
        guess_shape(s, s->text.n - n);
    }
    return ANS_OK;
}

/* ---- giving away ---- */

static uint32_t count_lines(ans_str s)
{
    uint32_t n = 0;
    for (const char *p = s.n ? memchr(s.p, '\n', s.n) : NULL; p;
         p = memchr(p + 1, '\n', (size_t)(s.p + s.n - p - 1))) {
        n++;
    }
    return n;
}

/* Give the first n bytes away; what is behind them stays. */
static ans_err give(source *s, size_t n, source_piece *out)
{
    ans_buf rest;
    ans_str given = {s->text.p, n};
    ans_buf_init(&rest, SOURCE_TEXT_BYTES + CHUNK_BYTES);
    ans_buf_add_mem(&rest, s->text.p + n, s->text.n - n);
    if (s->text.n > n && !rest.p) {
        return ANS_E_NOMEM;
    }
    *out = (source_piece){.text = s->text,
                          .offset = s->offset,
                          .line = s->line,
                          .is_lines = s->shape == SHAPE_LINES,
                          .raw_end = decoder_raw_bytes(s->decoder)};
    out->text.n = n;
    s->line += count_lines(given);
    out->next_line = s->line;
    s->offset += n;
    s->text = rest;
    s->searched = 0;
    return ANS_OK;
}

/* Throw away up to and including the next line break. */
static ans_err skip_line(ans_cx *cx, source *s)
{
    for (;;) {
        const char *end = s->text.n ? memchr(s->text.p, '\n', s->text.n) : NULL;
        size_t n = end ? (size_t)(end - s->text.p) + 1 : s->text.n;
        s->offset += n;
        s->line += end ? 1 : 0;
        s->searched = 0;
        memmove(s->text.p, s->text.p + n, s->text.n - n);
        s->text.n -= n;
        if (end || s->is_over) {
            return ANS_OK;
        }
        ans_err err = fill(cx, s);
        if (err != ANS_OK) {
            return err;
        }
    }
}

static ans_err refuse(ans_cx *cx, source *s, const char *why, source_piece *out)
{
    *out = (source_piece){.offset = s->offset,
                          .line = s->line,
                          .raw_end = decoder_raw_bytes(s->decoder),
                          .refused = why};
    if (s->shape == SHAPE_LINES) {
        return skip_line(cx, s);
    }
    s->is_over = true; /* what is no NDJSON has no next line */
    s->text.n = 0;
    return ANS_OK;
}

/* Bytes of text up to its last line break. */
static size_t whole_lines(source *s)
{
    const char *end = s->text.n > s->searched
                          ? memrchr(s->text.p + s->searched, '\n', s->text.n - s->searched)
                          : NULL;
    s->searched = end ? s->searched : s->text.n;
    return end ? (size_t)(end - s->text.p) + 1 : 0;
}

ans_err source_next(ans_cx *cx, source *s, source_piece *out, bool *out_more)
{
    *out_more = true;
    for (;;) {
        size_t lines = s->shape == SHAPE_LINES && s->text.n >= PIECE_BYTES ? whole_lines(s) : 0;
        if (lines) {
            return give(s, lines, out);
        }
        if (s->text.n > SOURCE_TEXT_BYTES) {
            return refuse(cx, s,
                          s->shape == SHAPE_LINES
                              ? "a line longer than 256 MiB"
                              : "a document larger than 256 MiB; NDJSON has no such limit",
                          out);
        }
        if (s->is_over) {
            *out_more = s->text.n > 0;
            s->shape = s->shape == SHAPE_UNKNOWN ? SHAPE_DOCUMENT : s->shape;
            return s->text.n ? give(s, s->text.n, out) : ANS_OK;
        }
        ans_err err = fill(cx, s);
        if (err != ANS_OK) {
            return err;
        }
    }
}

ans_err source_skip(ans_cx *cx, source *s, uint64_t offset, uint32_t line)
{
    s->shape = SHAPE_LINES; /* only pieces of lines leave a place behind */
    while (s->offset < offset) {
        if (s->text.n == 0) {
            ans_err err = fill(cx, s);
            if (err != ANS_OK || s->is_over) {
                return err;
            }
        }
        uint64_t left = offset - s->offset;
        size_t n = left < s->text.n ? (size_t)left : s->text.n;
        memmove(s->text.p, s->text.p + n, s->text.n - n);
        s->text.n -= n;
        s->offset += n;
    }
    s->line = line;
    return ANS_OK;
}
