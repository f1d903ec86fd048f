/* A file that whoever writes it cannot read again: a stream of sealed pieces for the holders of some keys, by libsodium.
 *
 *   "ansinh-sealed 1\n"   16 bytes
 *   number of recipients  1 byte, 1 to 16
 *   for each of them      80 bytes: the key of the stream in a sealed box (X25519, XSalsa20-Poly1305)
 *   head of the stream    24 bytes
 *   pieces                64 KiB of plain bytes and 17 more (XChaCha20-Poly1305); the last one is shorter and says that it is the last
 *
 * All that stands before the first piece is authenticated with it, so no recipient can be put in or taken out unseen. A piece that was
 * changed, left out, put elsewhere or doubled, an end that is missing and bytes behind the end are all found, at the piece.
 * Who sealed it is not proved: anybody may who has the public keys.
 *
 * https://doc.libsodium.org/secret-key_cryptography/secretstream https://doc.libsodium.org/public-key_cryptography/sealed_boxes */
#ifndef ANS_BASE_SEAL_H
#define ANS_BASE_SEAL_H

#include "base/cx.h"

#define ANS_SEAL_KEY_BYTES 32
#define ANS_SEAL_MOST_KEYS 16
#define ANS_SEAL_PIECE_BYTES ((size_t)65536)

typedef struct ans_seal_pair {
    uint8_t secret[ANS_SEAL_KEY_BYTES], public[ANS_SEAL_KEY_BYTES];
} ans_seal_pair;

void ans_seal_pair_make(ans_seal_pair *out);
bool ans_seal_pair_of(const uint8_t secret[ANS_SEAL_KEY_BYTES], ans_seal_pair *out); /* false: no secret of ours */
void ans_seal_wipe(void *p, size_t n);

/* ---- sealing ---- */

typedef struct ans_sealer ans_sealer;
/* Begins path.part (mode 0600), which must not exist. One thread. Nothing appears at path before ans_seal_finish.
 * owns     *out in cx->arena until finish or drop
 * errors   ANS_E_CONFLICT path or path.part is there; ANS_E_IO; ANS_E_NOSPACE */
ANS_MUST_USE ans_err ans_seal_start(ans_cx *cx, const char *path, const uint8_t (*keys)[ANS_SEAL_KEY_BYTES], uint32_t count, ans_sealer **out);
ANS_MUST_USE ans_err ans_seal_add(ans_cx *cx, ans_sealer *s, ans_str bytes);
/* The last piece, on disk, at path. After an error: drop. */
ANS_MUST_USE ans_err ans_seal_finish(ans_cx *cx, ans_sealer *s);
void ans_seal_drop(ans_sealer *s); /* takes path.part away; accepts NULL and a finished one */

/* ---- opening ---- */

typedef struct ans_unsealer ans_unsealer;
/* owns     *out in cx->arena until close
 * errors   ANS_E_VALUE no sealed file, or damaged at its head; ANS_E_FORBIDDEN not for this key; ANS_E_IO */
ANS_MUST_USE ans_err ans_unseal_start(ans_cx *cx, const char *path, const ans_seal_pair *pair, ans_unsealer **out);
/* The next plain bytes, which stand until the next call; n 0: that was all, and all of it was there.
 * errors   ANS_E_CORRUPT: which piece; ANS_E_IO */
ANS_MUST_USE ans_err ans_unseal_next(ans_cx *cx, ans_unsealer *u, ans_str *out);
void ans_unseal_close(ans_unsealer *u); /* accepts NULL */

#endif
