/* The only file that sees zstd.h. Compression contexts are large and slow to make, so they wait in
 * a small pool that any thread may take from; decompression contexts belong to a reader. */
#include "store/codec.h"

#include <pthread.h>
#include <zstd.h>

enum { LEVEL = 3, POOL = 16, MAGIC_BYTES = 4, SMALL_BYTES = 32, BODY_MAX_BYTES = 1 << 30 };

struct ans_codec {
    ZSTD_CDict *cdict;
    ZSTD_DDict *ddict;
    int32_t number;
    pthread_mutex_t lock;
    ZSTD_CCtx *free[POOL];
    int free_count;
};

static const uint8_t MAGIC[MAGIC_BYTES] = {0x28, 0xB5, 0x2F, 0xFD};

ans_err ans_codec_new(ans_cx *cx, ans_str dictionary, int32_t number, ans_codec **out)
{
    ans_codec *c = ans_alloc(sizeof *c);

    if (!c)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the body codec");
    memset(c, 0, sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    c->number = number;
    if (dictionary.n > 0) {
        c->cdict = ZSTD_createCDict(dictionary.p, dictionary.n, LEVEL);
        c->ddict = ZSTD_createDDict(dictionary.p, dictionary.n);
        if (!c->cdict || !c->ddict) {
            ans_codec_free(c);
            return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the dictionary");
        }
    }
    *out = c;
    return ANS_OK;
}

ans_codec *ans_codec_free(ans_codec *codec)
{
    if (!codec)
        return NULL;
    while (codec->free_count > 0)
        ZSTD_freeCCtx(codec->free[--codec->free_count]);
    ZSTD_freeCDict(codec->cdict);
    ZSTD_freeDDict(codec->ddict);
    pthread_mutex_destroy(&codec->lock);
    ans_free(codec);
    return NULL;
}

static ZSTD_CCtx *cctx_take(ans_codec *c)
{
    ZSTD_CCtx *z = NULL;

    pthread_mutex_lock(&c->lock);
    if (c->free_count > 0)
        z = c->free[--c->free_count];
    pthread_mutex_unlock(&c->lock);
    if (z)
        return z;
    z = ZSTD_createCCtx();
    if (!z)
        return NULL;
    ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(z, ZSTD_c_dictIDFlag, 0);
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 0);
    if (c->cdict)
        ZSTD_CCtx_refCDict(z, c->cdict);
    return z;
}

static void cctx_give(ans_codec *c, ZSTD_CCtx *z)
{
    pthread_mutex_lock(&c->lock);
    if (c->free_count < POOL) {
        c->free[c->free_count++] = z;
        z = NULL;
    }
    pthread_mutex_unlock(&c->lock);
    ZSTD_freeCCtx(z);
}

static ans_err pack_raw(ans_cx *cx, ans_str body, ans_packed *out)
{
    ans_str copy = ans_arena_dup(cx->arena, body);

    if (!copy.p)
        return ans_cx_nomem(cx);
    *out = (ans_packed){copy, ANS_DICT_RAW};
    return ANS_OK;
}

ans_err ans_codec_pack(ans_cx *cx, ans_codec *codec, ans_str body, ans_packed *out)
{
    size_t bound = ZSTD_compressBound(body.n), n;
    ZSTD_CCtx *z;
    char *p;

    if (body.n < SMALL_BYTES)
        return pack_raw(cx, body, out);
    if (body.n > BODY_MAX_BYTES)
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "a body is over %d bytes",
                             BODY_MAX_BYTES);
    p = ans_alloc(bound);
    z = p ? cctx_take(codec) : NULL;
    if (!z) {
        ans_free(p);
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to pack a body");
    }
    n = ZSTD_compress2(z, p, bound, body.p, body.n);
    cctx_give(codec, z);
    if (ZSTD_isError(n) || n - MAGIC_BYTES >= body.n) {
        ans_free(p);
        return pack_raw(cx, body, out);
    }
    ans_str copy = ans_arena_dup(cx->arena, (ans_str){p + MAGIC_BYTES, n - MAGIC_BYTES});
    ans_free(p);
    if (!copy.p)
        return ans_cx_nomem(cx);
    *out = (ans_packed){copy, codec->cdict ? codec->number : ANS_DICT_NONE};
    return ANS_OK;
}

/* The frame with its magic bytes before it, as zstd wants it. */
static bool frame_make(ans_unpacker *u, ans_str bytes)
{
    size_t need = bytes.n + MAGIC_BYTES;

    if (need > u->cap) {
        size_t cap = need < 4096 ? 4096 : need + need / 2;
        char *p = ans_realloc(u->frame, cap);
        if (!p)
            return false;
        u->frame = p;
        u->cap = cap;
    }
    memcpy(u->frame, MAGIC, MAGIC_BYTES);
    memcpy(u->frame + MAGIC_BYTES, bytes.p, bytes.n);
    return true;
}

ans_err ans_codec_unpack(ans_cx *cx, const ans_codec *codec, ans_unpacker *u, ans_packed packed,
                         ans_str *out)
{
    unsigned long long size;
    size_t frame_bytes = packed.bytes.n + MAGIC_BYTES, n;
    char *p;

    if (packed.dict == ANS_DICT_RAW) {
        ans_str copy = ans_arena_dup(cx->arena, packed.bytes);
        if (!copy.p)
            return ans_cx_nomem(cx);
        *out = copy;
        return ANS_OK;
    }
    if (packed.dict != ANS_DICT_NONE && (packed.dict != codec->number || !codec->ddict))
        return ANS_E_CORRUPT;
    if (!u->dctx)
        u->dctx = ZSTD_createDCtx();
    if (!u->dctx || !frame_make(u, packed.bytes))
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to unpack a body");
    size = ZSTD_getFrameContentSize(u->frame, frame_bytes);
    if (size > BODY_MAX_BYTES) /* also when unknown or an error */
        return ANS_E_CORRUPT;
    p = ans_arena_alloc(cx->arena, (size_t)size + 1);
    if (!p)
        return ans_cx_nomem(cx);
    if (packed.dict == ANS_DICT_NONE)
        n = ZSTD_decompressDCtx(u->dctx, p, (size_t)size, u->frame, frame_bytes);
    else
        n = ZSTD_decompress_usingDDict(u->dctx, p, (size_t)size, u->frame, frame_bytes,
                                       codec->ddict);
    if (ZSTD_isError(n) || n != size)
        return ANS_E_CORRUPT;
    p[n] = 0;
    *out = (ans_str){p, n};
    return ANS_OK;
}

void ans_unpacker_done(ans_unpacker *u)
{
    ZSTD_freeDCtx(u->dctx);
    ans_free(u->frame);
    *u = (ans_unpacker){0};
}
