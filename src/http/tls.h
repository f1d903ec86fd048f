/* TLS 1.2 and 1.3 for the server, by OpenSSL: its only file.
 *
 * A certificate is held by an ans_tls and can be read anew while connections run: those that are there keep theirs, new ones get
 * the new one. A facility without a name on the internet makes its own certificate, whose fingerprint is compared once by eye. */
#ifndef ANS_HTTP_TLS_H
#define ANS_HTTP_TLS_H

#include <sys/types.h>

#include "base/cx.h"

typedef struct ans_tls ans_tls;           /* certificate and key in use; any thread */
typedef struct ans_tls_conn ans_tls_conn; /* one connection; its loop's thread */

/* PEM files; the certificate first, then those that lead to a known authority. The paths are kept for ans_tls_reload.
 * errors   ANS_E_VALUE a file cannot be read as what it should be, key and certificate do not belong together, or others
 *          than its owner can read the key */
ANS_MUST_USE ans_err ans_tls_open(ans_cx *cx, const char *cert_path, const char *key_path, ans_tls **out);
/* Read the files again when they have changed; on an error the old ones stay in use. out_changed may be NULL. */
ANS_MUST_USE ans_err ans_tls_reload(ans_cx *cx, ans_tls *tls, bool *out_changed);
void ans_tls_free(ans_tls *tls); /* after the server's loops have ended; accepts NULL */

typedef struct ans_tls_facts {
    char fingerprint[96]; /* SHA-256 of the certificate, "AB:CD:..." as browsers show it */
    int64_t until_s;      /* last second of validity, UTC since 1970 */
} ans_tls_facts;
void ans_tls_facts_get(ans_tls *tls, ans_tls_facts *out);

/* Make a key (EC P-256) and a certificate that vouches for itself, for the names (host names and addresses), valid from
 * yesterday for so many days. The files appear whole or not at all; the key with mode 0600.
 * errors   ANS_E_IO, ANS_E_NOMEM */
ANS_MUST_USE ans_err ans_tls_make(ans_cx *cx, const char *cert_path, const char *key_path, const ans_str *names, uint32_t count,
                                  int days);

/* ---- for conn.c: a socket that does not block ---- */

ans_tls_conn *ans_tls_accept(ans_tls *tls, int fd); /* NULL: no memory */
/* As recv and send: bytes, 0 at the end, or -1 with errno, EAGAIN when it would wait (for either direction). After EAGAIN
 * ans_tls_write wants the same bytes again. */
ssize_t ans_tls_read(ans_tls_conn *conn, char *to, size_t room);
ssize_t ans_tls_write(ans_tls_conn *conn, const char *bytes, size_t n);
void ans_tls_finish(ans_tls_conn *conn); /* say that no more comes */
void ans_tls_drop(ans_tls_conn *conn);   /* accepts NULL; the socket stays */

#endif
