/* zip.h: the directory stands at the end, behind it a record that says where. */
#include "app/zip.h"

#include <zlib.h>

enum { END_BYTES = 22, ENTRY_BYTES = 46, LOCAL_BYTES = 30, MOST_COMMENT = 65535, MOST_FILES = 10000, STORED = 0, DEFLATED = 8 };

typedef struct entry {
    ans_str name;
    uint32_t method, flags, crc, packed, full, at;
} entry;

static uint32_t u16(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static uint32_t u32(const char *p)
{
    return u16(p) | u16(p + 2) << 16;
}

static ans_err damaged(ans_cx *cx, const char *what)
{
    return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "the archive cannot be read: %s", what);
}

bool zip_is(ans_str bytes)
{
    return ans_str_starts(bytes, ANS_STR("PK\3\4"));
}

ans_err zip_open(ans_cx *cx, ans_str bytes, size_t most_bytes, zip *out)
{
    const char *end = NULL;
    size_t from = bytes.n > END_BYTES + MOST_COMMENT ? bytes.n - END_BYTES - MOST_COMMENT : 0;
    for (size_t at = bytes.n < END_BYTES ? 0 : bytes.n - END_BYTES + 1; at-- > from && !end;) {
        end = memcmp(bytes.p + at, "PK\5\6", 4) == 0 ? bytes.p + at : NULL;
    }
    if (!end) {
        return damaged(cx, "it has no end");
    }
    uint32_t count = u16(end + 10), size = u32(end + 12), at = u32(end + 16);
    if (u16(end + 4) != 0 || u16(end + 8) != count || at == UINT32_MAX) {
        return damaged(cx, "archives in parts, and those over 4 GiB, are not read");
    }
    if ((size_t)at + size > (size_t)(end - bytes.p)) {
        return damaged(cx, "its directory is not within it");
    }
    if (count > MOST_FILES) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "the archive has more than %d files", MOST_FILES);
    }
    *out = (zip){.bytes = bytes, .directory = {bytes.p + at, size}, .count = count, .left = most_bytes};
    return ANS_OK;
}

static bool next_entry(ans_str *directory, entry *out)
{
    const char *p = directory->p;
    if (directory->n < ENTRY_BYTES || memcmp(p, "PK\1\2", 4) != 0) {
        return false;
    }
    size_t name = u16(p + 28), whole = ENTRY_BYTES + name + u16(p + 30) + u16(p + 32);
    if (whole > directory->n) {
        return false;
    }
    *out = (entry){.name = {p + ENTRY_BYTES, name},
                   .flags = u16(p + 8),
                   .method = u16(p + 10),
                   .crc = u32(p + 16),
                   .packed = u32(p + 20),
                   .full = u32(p + 24),
                   .at = u32(p + 42)};
    *directory = ans_str_from(*directory, whole);
    return true;
}

/* The packed bytes, behind the entry's own head, whose names may be longer than the directory's. */
static ans_err packed_bytes(ans_cx *cx, const zip *z, const entry *e, ans_str *out)
{
    ans_str at = ans_str_from(z->bytes, e->at);
    if (at.n < LOCAL_BYTES || memcmp(at.p, "PK\3\4", 4) != 0) {
        return damaged(cx, "a file is not where the directory says");
    }
    at = ans_str_from(at, LOCAL_BYTES + (size_t)u16(at.p + 26) + u16(at.p + 28));
    if (at.n < e->packed) {
        return damaged(cx, "a file is cut short");
    }
    *out = ans_str_head(at, e->packed);
    return ANS_OK;
}

static void *z_alloc(void *arena, uInt items, uInt size)
{
    return ans_arena_alloc(arena, (size_t)items * size);
}

static void z_free(void *arena, void *p)
{
    (void)arena; /* it goes with the arena */
    (void)p;
}

static ans_err inflate_all(ans_cx *cx, ans_str packed, char *to, uint32_t full)
{
    z_stream s = {.zalloc = z_alloc, .zfree = z_free, .opaque = cx->arena};
    if (inflateInit2(&s, -15) != Z_OK) {
        return ans_cx_nomem(cx);
    }
    s.next_in = (Bytef *)(uintptr_t)packed.p;
    s.avail_in = (uInt)packed.n;
    s.next_out = (Bytef *)to;
    s.avail_out = full;
    int code = inflate(&s, Z_FINISH);
    bool is_whole = code == Z_STREAM_END && s.avail_out == 0;
    (void)inflateEnd(&s); /* nothing to learn */
    return is_whole ? ANS_OK : damaged(cx, "a file does not unpack to what was packed");
}

static ans_err unpack(ans_cx *cx, zip *z, const entry *e, ans_str *out)
{
    ans_str packed = ANS_STR_NONE;
    ans_err err = packed_bytes(cx, z, e, &packed);
    if (err != ANS_OK) {
        return err;
    }
    if (e->flags & 1 || (e->method != STORED && e->method != DEFLATED) || (e->method == STORED && e->packed != e->full)) {
        return damaged(cx, "a file is encrypted, or packed in a way that is not read here");
    }
    if (e->full > z->left) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "the archive unpacks to more than is allowed");
    }
    char *to = ans_arena_alloc(cx->arena, (size_t)e->full + 1);
    if (!to) {
        return ans_cx_nomem(cx);
    }
    z->left -= e->full;
    if (e->method == STORED) {
        memcpy(to, packed.p, packed.n);
    } else {
        err = inflate_all(cx, packed, to, e->full);
    }
    if (err == ANS_OK && crc32(crc32(0, NULL, 0), (const Bytef *)to, e->full) != e->crc) {
        return damaged(cx, "a file has another checksum than is written");
    }
    *out = (ans_str){to, e->full};
    return err;
}

ans_err zip_read(ans_cx *cx, zip *z, ans_str name, ans_str *out)
{
    ans_str directory = z->directory;
    entry e;
    for (uint32_t i = 0; i < z->count; i++) {
        if (!next_entry(&directory, &e)) {
            return damaged(cx, "its directory is damaged");
        }
        if (ans_str_eq(e.name, name)) {
            return unpack(cx, z, &e, out);
        }
    }
    return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "the archive has no %.*s", ANS_FMT(name));
}
