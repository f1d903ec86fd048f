/* Sealed files. Reads and writes are of whole pieces, so the file is looked at once, in order, with two pieces of memory. */
#include "base/seal.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/os.h"

#define MAGIC "ansinh-sealed 1\n"
enum {
    MAGIC_BYTES = sizeof MAGIC - 1,
    BOX_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES + crypto_box_SEALBYTES,
    STREAM_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    MORE_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
    HEAD_BYTES = MAGIC_BYTES + 1 + ANS_SEAL_MOST_KEYS * BOX_BYTES + STREAM_BYTES,
};
#define SEALED_BYTES (ANS_SEAL_PIECE_BYTES + MORE_BYTES)

_Static_assert(crypto_box_PUBLICKEYBYTES == ANS_SEAL_KEY_BYTES && crypto_box_SECRETKEYBYTES == ANS_SEAL_KEY_BYTES, "X25519");
_Static_assert(BOX_BYTES == 80 && STREAM_BYTES == 24 && MORE_BYTES == 17, "the form of the file");

void ans_seal_pair_make(ans_seal_pair *out)
{
    (void)crypto_box_keypair(out->public, out->secret); /* always 0 */
}

bool ans_seal_pair_of(const uint8_t secret[ANS_SEAL_KEY_BYTES], ans_seal_pair *out)
{
    memcpy(out->secret, secret, ANS_SEAL_KEY_BYTES);
    return crypto_scalarmult_base(out->public, secret) == 0;
}

void ans_seal_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}

static ans_err failed(ans_cx *cx, const char *what, const char *path)
{
    int saved = errno;
    ans_err err = saved == ENOSPC || saved == EDQUOT ? ANS_E_NOSPACE : saved == EEXIST ? ANS_E_CONFLICT : ANS_E_IO;
    return ans_issue_add(cx, err, ANS_STR_NONE, "cannot %s %s: %s", what, path, strerror(saved));
}

/* ---- sealing ---- */

struct ans_sealer {
    crypto_secretstream_xchacha20poly1305_state state;
    FILE *file;
    const char *path, *part;
    uint8_t head[HEAD_BYTES], plain[ANS_SEAL_PIECE_BYTES], sealed[SEALED_BYTES];
    size_t head_bytes, n;
    bool is_first, is_there; /* is_there: part is on the disk */
};

static void make_head(ans_sealer *s, const uint8_t (*keys)[ANS_SEAL_KEY_BYTES], uint32_t count)
{
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    uint8_t *at = s->head;
    crypto_secretstream_xchacha20poly1305_keygen(key);
    memcpy(at, MAGIC, MAGIC_BYTES);
    at += MAGIC_BYTES;
    *at++ = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++, at += BOX_BYTES) {
        (void)crypto_box_seal(at, key, sizeof key, keys[i]); /* fails for no key that ans_seal_pair_make made */
    }
    (void)crypto_secretstream_xchacha20poly1305_init_push(&s->state, at, key); /* always 0 */
    s->head_bytes = (size_t)(at - s->head) + STREAM_BYTES;
    sodium_memzero(key, sizeof key);
}

ans_err ans_seal_start(ans_cx *cx, const char *path, const uint8_t (*keys)[ANS_SEAL_KEY_BYTES], uint32_t count, ans_sealer **out)
{
    ans_sealer *s = ANS_NEW(cx->arena, ans_sealer);
    ans_str part = ans_arena_fmt(cx->arena, "%s.part", path), whole = ans_arena_dup(cx->arena, ans_str_of(path));
    if (!s || !part.p || !whole.p) {
        return ans_cx_nomem(cx);
    }
    if (count == 0 || count > ANS_SEAL_MOST_KEYS) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "1 to %d keys are wanted", ANS_SEAL_MOST_KEYS);
    }
    if (ans_file_exists(path)) {
        return ans_issue_add(cx, ANS_E_CONFLICT, ANS_STR_NONE, "%s is there already", path);
    }
    s->path = whole.p;
    s->part = part.p;
    s->n = 0;
    s->is_first = true;
    s->is_there = false;
    make_head(s, keys, count);
    s->file = fopen(s->part, "wxe");
    if (!s->file) {
        return failed(cx, "create", s->part);
    }
    s->is_there = true;
    if (fchmod(fileno(s->file), 0600) != 0 || fwrite(s->head, 1, s->head_bytes, s->file) != s->head_bytes) {
        ans_err err = failed(cx, "write", s->part);
        ans_seal_drop(s);
        return err;
    }
    *out = s;
    return ANS_OK;
}

static ans_err push(ans_cx *cx, ans_sealer *s, uint8_t tag)
{
    unsigned long long n = 0;
    (void)crypto_secretstream_xchacha20poly1305_push(&s->state, s->sealed, &n, s->plain, s->n, s->is_first ? s->head : NULL,
                                                     s->is_first ? s->head_bytes : 0, tag); /* always 0 */
    s->is_first = false;
    s->n = 0;
    return fwrite(s->sealed, 1, n, s->file) == n ? ANS_OK : failed(cx, "write", s->part);
}

ans_err ans_seal_add(ans_cx *cx, ans_sealer *s, ans_str bytes)
{
    ans_err err = ANS_OK;
    while (err == ANS_OK && bytes.n) {
        if (s->n == sizeof s->plain) { /* only now: the last piece must be the one that says so, and is never a full one */
            err = push(cx, s, 0);
        }
        size_t room = sizeof s->plain - s->n, n = bytes.n < room ? bytes.n : room;
        memcpy(s->plain + s->n, bytes.p, n);
        s->n += n;
        bytes = ans_str_from(bytes, n);
    }
    return err;
}

ans_err ans_seal_finish(ans_cx *cx, ans_sealer *s)
{
    ans_err err = s->n == sizeof s->plain ? push(cx, s, 0) : ANS_OK;
    err = err == ANS_OK ? push(cx, s, crypto_secretstream_xchacha20poly1305_TAG_FINAL) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (!ans_stream_sync(s->file)) {
        return failed(cx, "write", s->part);
    }
    FILE *file = s->file;
    s->file = NULL;
    if (fclose(file) != 0) {
        return failed(cx, "write", s->part);
    }
    s->is_there = false; /* moved, or taken away */
    return ans_file_place(cx, s->part, s->path);
}

void ans_seal_drop(ans_sealer *s)
{
    if (s && s->file) {
        (void)fclose(s->file); /* thrown away */
        s->file = NULL;
    }
    if (s && s->is_there) {
        (void)remove(s->part);
        s->is_there = false;
    }
}

/* ---- opening ---- */

struct ans_unsealer {
    crypto_secretstream_xchacha20poly1305_state state;
    FILE *file;
    const char *path;
    uint8_t head[HEAD_BYTES], plain[ANS_SEAL_PIECE_BYTES], sealed[SEALED_BYTES];
    size_t head_bytes;
    uint64_t pieces;
    bool is_done;
};

static bool read_whole(FILE *file, uint8_t *to, size_t n)
{
    return fread(to, 1, n, file) == n;
}

static bool open_box(const uint8_t *boxes, uint32_t count, const ans_seal_pair *pair, uint8_t *key)
{
    for (uint32_t i = 0; i < count; i++) {
        if (crypto_box_seal_open(key, boxes + (size_t)i * BOX_BYTES, BOX_BYTES, pair->public, pair->secret) == 0) {
            return true;
        }
    }
    return false;
}

static ans_err read_head(ans_cx *cx, ans_unsealer *u, const ans_seal_pair *pair)
{
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    size_t at = MAGIC_BYTES + 1;
    bool is_ours = read_whole(u->file, u->head, at) && memcmp(u->head, MAGIC, MAGIC_BYTES) == 0;
    uint32_t count = is_ours ? u->head[MAGIC_BYTES] : 0;
    if (!is_ours || count == 0 || count > ANS_SEAL_MOST_KEYS) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "%s is no sealed file of ours, or damaged at its beginning", u->path);
    }
    size_t more = (size_t)count * BOX_BYTES + STREAM_BYTES;
    if (!read_whole(u->file, u->head + at, more)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "%s ends in its beginning", u->path);
    }
    u->head_bytes = at + more;
    bool is_open = open_box(u->head + at, count, pair, key) &&
                   crypto_secretstream_xchacha20poly1305_init_pull(&u->state, u->head + u->head_bytes - STREAM_BYTES, key) == 0;
    sodium_memzero(key, sizeof key);
    return is_open ? ANS_OK : ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "%s is not for this key, or damaged at its beginning", u->path);
}

ans_err ans_unseal_start(ans_cx *cx, const char *path, const ans_seal_pair *pair, ans_unsealer **out)
{
    ans_unsealer *u = ANS_NEW(cx->arena, ans_unsealer);
    ans_str kept = ans_arena_dup(cx->arena, ans_str_of(path));
    if (!u || !kept.p) {
        return ans_cx_nomem(cx);
    }
    u->path = kept.p;
    u->pieces = 0;
    u->is_done = false;
    u->file = fopen(path, "re");
    if (!u->file) {
        return failed(cx, "open", path);
    }
    ans_err err = read_head(cx, u, pair);
    if (err != ANS_OK) {
        ans_unseal_close(u);
        return err;
    }
    *out = u;
    return ANS_OK;
}

static ans_err damaged(ans_cx *cx, const ans_unsealer *u, const char *what)
{
    return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s: %s (piece %llu)", u->path, what, (unsigned long long)u->pieces);
}

ans_err ans_unseal_next(ans_cx *cx, ans_unsealer *u, ans_str *out)
{
    unsigned long long n = 0;
    uint8_t tag = 0;
    if (u->is_done) {
        *out = ANS_STR("");
        return ANS_OK;
    }
    size_t got = fread(u->sealed, 1, sizeof u->sealed, u->file);
    if (ferror(u->file)) {
        return failed(cx, "read", u->path);
    }
    u->pieces++;
    if (got < MORE_BYTES) {
        return damaged(cx, u, "it is cut off");
    }
    if (crypto_secretstream_xchacha20poly1305_pull(&u->state, u->plain, &n, &tag, u->sealed, got, u->pieces == 1 ? u->head : NULL,
                                                   u->pieces == 1 ? u->head_bytes : 0) != 0) {
        return damaged(cx, u, "it was changed, or is cut off");
    }
    bool is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (is_last ? fgetc(u->file) != EOF : (tag != 0 || got < sizeof u->sealed)) {
        return damaged(cx, u, is_last ? "something stands behind its end" : "it is cut off");
    }
    u->is_done = is_last;
    *out = (ans_str){(const char *)u->plain, (size_t)n};
    return ANS_OK;
}

void ans_unseal_close(ans_unsealer *u)
{
    if (u && u->file) {
        (void)fclose(u->file); /* read only */
        u->file = NULL;
        sodium_memzero(&u->state, sizeof u->state);
    }
}
