/* Unpacking files: decode.h. Several gzip members or zstd frames in one file follow each other, as
 * their tools have it. */
#include "app/decode.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { RAW_BYTES = 128 << 10, MOST_RATIO = 1000, GZIP_OR_ZLIB = 15 + 16 };
#define FREE_BYTES ((uint64_t)64 << 20)

typedef enum packing { PLAIN, GZIP, ZSTD } packing;

struct decoder {
    const char *path;
    int fd;
    packing packing;
    z_stream z;
    ZSTD_DStream *zstd;
    bool is_open; /* within a member or frame: the file must not end here */
    bool is_over; /* the file has been read */
    size_t at, n; /* of raw */
    uint64_t raw_bytes, out_bytes;
    uint8_t raw[RAW_BYTES];
};

static ans_err refill(ans_cx *cx, decoder *d)
{
    ssize_t n;
    if (d->at < d->n || d->is_over) {
        return ANS_OK;
    }
    do {
        n = read(d->fd, d->raw, sizeof d->raw);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot read %s: %s", d->path,
                             strerror(errno));
    }
    d->at = 0;
    d->n = (size_t)n;
    d->raw_bytes += (uint64_t)n;
    d->is_over = n == 0;
    return ANS_OK;
}

static ans_err start(ans_cx *cx, decoder *d)
{
    static const uint8_t gzip_magic[] = {0x1f, 0x8b}, zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};
    ans_err err = refill(cx, d);
    if (err != ANS_OK) {
        return err;
    }
    if (d->n >= sizeof gzip_magic && memcmp(d->raw, gzip_magic, sizeof gzip_magic) == 0) {
        d->packing = GZIP;
        return inflateInit2(&d->z, GZIP_OR_ZLIB) == Z_OK ? ANS_OK : ANS_E_NOMEM;
    }
    if (d->n >= sizeof zstd_magic && memcmp(d->raw, zstd_magic, sizeof zstd_magic) == 0) {
        d->packing = ZSTD;
        d->zstd = ZSTD_createDStream();
        return d->zstd ? ANS_OK : ANS_E_NOMEM;
    }
    return ANS_OK;
}

ans_err decoder_new(ans_cx *cx, int fd, const char *path, decoder **out)
{
    decoder *d = ans_alloc(sizeof *d);
    if (!d) {
        return ANS_E_NOMEM;
    }
    *d = (decoder){.fd = fd, .path = path};
    ans_err err = start(cx, d);
    if (err != ANS_OK) {
        decoder_free(d);
        return err;
    }
    *out = d;
    return ANS_OK;
}

void decoder_free(decoder *d)
{
    if (!d) {
        return;
    }
    if (d->packing == GZIP) {
        (void)inflateEnd(&d->z); /* frees; there is nothing to learn */
    }
    (void)ZSTD_freeDStream(d->zstd); /* accepts NULL */
    ans_free(d);
}

uint64_t decoder_raw_bytes(const decoder *d)
{
    return d->raw_bytes - (d->n - d->at);
}

static ans_err damaged(ans_cx *cx, const decoder *d, const char *how)
{
    return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "%s is damaged: %s", d->path, how);
}

/* One step of unpacking: takes from raw, gives to out. */
static ans_err step_gzip(ans_cx *cx, decoder *d, char *to, size_t room, size_t *out_n)
{
    d->z.next_in = d->raw + d->at;
    d->z.avail_in = (uInt)(d->n - d->at);
    d->z.next_out = (Bytef *)to;
    d->z.avail_out = (uInt)room;
    int code = inflate(&d->z, Z_NO_FLUSH);
    d->at = d->n - d->z.avail_in;
    *out_n = room - d->z.avail_out;
    d->is_open = code != Z_STREAM_END;
    if (code == Z_STREAM_END) {
        code = inflateReset(&d->z); /* another member may follow */
    }
    return code == Z_OK || code == Z_BUF_ERROR
               ? ANS_OK
               : damaged(cx, d, d->z.msg ? d->z.msg : "no gzip data");
}

static ans_err step_zstd(ans_cx *cx, decoder *d, char *to, size_t room, size_t *out_n)
{
    ZSTD_inBuffer in = {d->raw, d->n, d->at};
    ZSTD_outBuffer out = {to, room, 0};
    size_t left = ZSTD_decompressStream(d->zstd, &out, &in);
    d->at = in.pos;
    *out_n = out.pos;
    d->is_open = left != 0;
    return ZSTD_isError(left) ? damaged(cx, d, ZSTD_getErrorName(left)) : ANS_OK;
}

/* What is in raw came with looking at the first bytes; all else goes straight to its place. */
static ans_err read_plain(ans_cx *cx, decoder *d, char *to, size_t room, size_t *out_n)
{
    size_t n = d->n - d->at < room ? d->n - d->at : room;
    ssize_t more = 0;
    memcpy(to, d->raw + d->at, n);
    d->at += n;
    while (n < room &&
           ((more = read(d->fd, to + n, room - n)) > 0 || (more < 0 && errno == EINTR))) {
        n += more > 0 ? (size_t)more : 0;
        d->raw_bytes += more > 0 ? (uint64_t)more : 0;
    }
    *out_n = n;
    return more < 0 ? ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot read %s: %s", d->path,
                                    strerror(errno))
                    : ANS_OK;
}

ans_err decoder_read(ans_cx *cx, decoder *d, char *to, size_t room, size_t *out_n)
{
    ans_err err = ANS_OK;
    *out_n = 0;
    if (d->packing == PLAIN) {
        return read_plain(cx, d, to, room, out_n);
    }
    while (*out_n == 0) {
        err = refill(cx, d);
        if (err != ANS_OK || (d->is_over && !d->is_open)) {
            return err;
        }
        size_t before = d->at;
        err = d->packing == GZIP ? step_gzip(cx, d, to, room, out_n)
                                 : step_zstd(cx, d, to, room, out_n);
        if (err != ANS_OK) {
            return err;
        }
        if (d->is_over && *out_n == 0 && d->at == before) {
            return damaged(cx, d, "it is cut short");
        }
    }
    d->out_bytes += *out_n;
    if (d->out_bytes > FREE_BYTES && d->out_bytes / MOST_RATIO > d->raw_bytes) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE,
                             "%s unpacks to more than %d times its size", d->path, MOST_RATIO);
    }
    return ANS_OK;
}
