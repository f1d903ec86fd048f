/* See tls.h. OpenSSL keeps errors in a queue per thread; it is emptied before each call whose failure is looked at. */
#include "http/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/os.h"

enum { PATH_BYTES = 4096, READ_AT_ONCE = 1 << 20 };

struct ans_tls {
    pthread_mutex_t lock; /* of ctx */
    SSL_CTX *ctx;
    char cert[PATH_BYTES], key[PATH_BYTES];
    struct timespec cert_time, key_time;
};

/* The struct is never made: an ans_tls_conn is an SSL. */
static SSL *ssl_of(ans_tls_conn *conn)
{
    return (SSL *)(void *)conn;
}

/* ---- certificates ---- */

static ans_err bad_file(ans_cx *cx, const char *what, const char *path)
{
    return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "%s %s: %s", what, path,
                         ERR_peek_error() ? ERR_reason_error_string(ERR_peek_error()) : "cannot be used");
}

static ans_err look_at_file(ans_cx *cx, const char *path, bool is_key, struct timespec *out_time)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "%s cannot be read", path);
    }
    *out_time = st.st_mtim;
    return is_key && ans_file_private(cx, path) != ANS_OK ? ANS_E_VALUE : ANS_OK;
}

/* TLS 1.2 with forward secrecy and authenticated ciphers only, 1.3 as it is; no renegotiation, no compression. */
static bool set_up(SSL_CTX *ctx)
{
    static const unsigned char session_name[] = "ansinh";
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                       SSL_OP_PRIORITIZE_CHACHA);
    (void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_set_session_id_context(ctx, session_name, sizeof session_name - 1) == 1;
}

/* Only the times of files in use are kept: what failed is tried again at the next look, whatever was mended. */
static ans_err load(ans_cx *cx, ans_tls *tls, SSL_CTX **out)
{
    struct timespec cert_time, key_time;
    ans_err err = look_at_file(cx, tls->cert, false, &cert_time);
    err = err == ANS_OK ? look_at_file(cx, tls->key, true, &key_time) : err;
    if (err != ANS_OK) {
        return err;
    }
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx || !set_up(ctx)) {
        err = ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "TLS cannot be set up");
    } else if (SSL_CTX_use_certificate_chain_file(ctx, tls->cert) != 1) {
        err = bad_file(cx, "the certificate", tls->cert);
    } else if (SSL_CTX_use_PrivateKey_file(ctx, tls->key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(ctx) != 1) {
        err = bad_file(cx, "the key", tls->key);
    }
    if (err != ANS_OK) {
        SSL_CTX_free(ctx);
        return err;
    }
    tls->cert_time = cert_time;
    tls->key_time = key_time;
    *out = ctx;
    return ANS_OK;
}

ans_err ans_tls_open(ans_cx *cx, const char *cert_path, const char *key_path, ans_tls **out)
{
    ans_tls *tls = ans_alloc(sizeof *tls);
    if (!tls) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for TLS");
    }
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    *tls = (ans_tls){0};
    (void)pthread_mutex_init(&tls->lock, NULL);
    int cert_n = snprintf(tls->cert, sizeof tls->cert, "%s", cert_path);
    int key_n = snprintf(tls->key, sizeof tls->key, "%s", key_path);
    ans_err err = cert_n >= PATH_BYTES || key_n >= PATH_BYTES
                      ? ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "the path of the certificate or of its key is too long")
                      : load(cx, tls, &tls->ctx);
    if (err != ANS_OK) {
        ans_tls_free(tls);
        return err;
    }
    *out = tls;
    return ANS_OK;
}

static bool has_changed(const char *path, const struct timespec *before)
{
    struct stat st;
    return stat(path, &st) == 0 && (st.st_mtim.tv_sec != before->tv_sec || st.st_mtim.tv_nsec != before->tv_nsec);
}

ans_err ans_tls_reload(ans_cx *cx, ans_tls *tls, bool *out_changed)
{
    SSL_CTX *fresh = NULL;
    bool is_new = has_changed(tls->cert, &tls->cert_time) || has_changed(tls->key, &tls->key_time);
    if (out_changed) {
        *out_changed = is_new;
    }
    ans_err err = is_new ? load(cx, tls, &fresh) : ANS_OK;
    if (err != ANS_OK || !is_new) {
        return err;
    }
    (void)pthread_mutex_lock(&tls->lock);
    SSL_CTX *old = tls->ctx;
    tls->ctx = fresh;
    (void)pthread_mutex_unlock(&tls->lock);
    SSL_CTX_free(old); /* connections hold it as long as they need it */
    return ANS_OK;
}

void ans_tls_free(ans_tls *tls)
{
    if (tls) {
        SSL_CTX_free(tls->ctx);
        (void)pthread_mutex_destroy(&tls->lock);
        ans_free(tls);
    }
}

static int64_t seconds_until(const ASN1_TIME *time)
{
    struct tm tm = {0};
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

void ans_tls_facts_get(ans_tls *tls, ans_tls_facts *out)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    *out = (ans_tls_facts){0};
    (void)pthread_mutex_lock(&tls->lock);
    const X509 *cert = SSL_CTX_get0_certificate(tls->ctx);
    if (cert && X509_digest(cert, EVP_sha256(), digest, &n) == 1) {
        for (unsigned int i = 0; i < n && i * 3 + 3 <= sizeof out->fingerprint; i++) {
            (void)snprintf(out->fingerprint + i * 3, 4, "%02X%s", digest[i], i + 1 < n ? ":" : "");
        }
        out->until_s = seconds_until(X509_get0_notAfter(cert));
    }
    (void)pthread_mutex_unlock(&tls->lock);
}

/* ---- a certificate of our own ---- */

static bool is_address(ans_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= '0' && c <= '9') && c != '.' && c != ':' && !(c >= 'a' && c <= 'f')) {
            return false;
        }
    }
    return ans_str_find(name, '.') >= 0 || ans_str_find(name, ':') >= 0;
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
    X509V3_CTX v3;
    X509V3_set_ctx_nodb(&v3);
    X509V3_set_ctx(&v3, cert, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &v3, nid, value);
    bool ok = ext && X509_add_ext(cert, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return ok;
}

static bool add_names(ans_cx *cx, X509 *cert, const ans_str *names, uint32_t count)
{
    ans_buf b;
    ans_str text;
    ans_buf_init_arena(&b, cx->arena, 65536);
    for (uint32_t i = 0; i < count; i++) {
        ans_buf_fmt(&b, "%s%s:%.*s", i ? "," : "", is_address(names[i]) ? "IP" : "DNS", ANS_FMT(names[i]));
    }
    ans_buf_add_c(&b, '\0');
    return ans_buf_finish(&b, &text) == ANS_OK && add_extension(cert, NID_subject_alt_name, text.p);
}

static X509 *make_cert(ans_cx *cx, EVP_PKEY *key, const ans_str *names, uint32_t count, int days)
{
    uint64_t serial = 0;
    ans_random(&serial, sizeof serial);
    X509 *cert = X509_new();
    X509_NAME *subject = cert ? X509_get_subject_name(cert) : NULL;
    bool ok = cert && X509_set_version(cert, 2) == 1 && ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(cert), -86400) && X509_time_adj_ex(X509_getm_notAfter(cert), days, 0, NULL) &&
              X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"An Sinh", -1, -1, 0) == 1 &&
              X509_set_issuer_name(cert, subject) == 1 && X509_set_pubkey(cert, key) == 1 &&
              add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
              add_extension(cert, NID_key_usage, "critical,digitalSignature") &&
              add_extension(cert, NID_ext_key_usage, "serverAuth") && add_names(cx, cert, names, count) &&
              X509_sign(cert, key, EVP_sha256()) > 0;
    if (!ok) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

/* Under another name first, so that the file is never there in part. */
static bool write_pem(ans_cx *cx, const char *path, mode_t mode, X509 *cert, EVP_PKEY *key)
{
    ans_str part = ans_arena_fmt(cx->arena, "%s.part", path);
    if (!part.p) {
        return false;
    }
    (void)unlink(part.p);
    int fd = open(part.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return false;
    }
    bool ok = cert ? PEM_write_X509(file, cert) == 1 : PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    ok = fflush(file) == 0 && fsync(fd) == 0 && ok;
    ok = fclose(file) == 0 && ok;
    return ok && rename(part.p, path) == 0;
}

ans_err ans_tls_make(ans_cx *cx, const char *cert_path, const char *key_path, const ans_str *names, uint32_t count, int days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = key ? make_cert(cx, key, names, count, days) : NULL;
    ans_err err = ANS_OK;
    if (!cert) {
        err = ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "a certificate cannot be made");
    } else if (!write_pem(cx, key_path, 0600, NULL, key) || !write_pem(cx, cert_path, 0644, cert, NULL)) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the certificate cannot be written to %s", cert_path);
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    return err;
}

/* ---- connections ---- */

ans_tls_conn *ans_tls_accept(ans_tls *tls, int fd)
{
    (void)pthread_mutex_lock(&tls->lock);
    SSL *ssl = SSL_new(tls->ctx);
    (void)pthread_mutex_unlock(&tls->lock);
    if (ssl && SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        ssl = NULL;
    }
    if (ssl) {
        SSL_set_accept_state(ssl);
    }
    return (ans_tls_conn *)(void *)ssl;
}

/* What SSL_get_error says, as errno. */
static ssize_t outcome(SSL *ssl, int rc)
{
    switch (SSL_get_error(ssl, rc)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        errno = ECONNRESET;
        return -1;
    }
}

ssize_t ans_tls_read(ans_tls_conn *conn, char *to, size_t room)
{
    ERR_clear_error();
    int rc = SSL_read(ssl_of(conn), to, room > READ_AT_ONCE ? READ_AT_ONCE : (int)room);
    return rc > 0 ? rc : outcome(ssl_of(conn), rc);
}

ssize_t ans_tls_write(ans_tls_conn *conn, const char *bytes, size_t n)
{
    ERR_clear_error();
    int rc = SSL_write(ssl_of(conn), bytes, n > READ_AT_ONCE ? READ_AT_ONCE : (int)n);
    return rc > 0 ? rc : outcome(ssl_of(conn), rc);
}

void ans_tls_finish(ans_tls_conn *conn)
{
    ERR_clear_error();
    (void)SSL_shutdown(ssl_of(conn)); /* whether the peer hears it or not, we are done */
}

void ans_tls_drop(ans_tls_conn *conn)
{
    SSL_free(ssl_of(conn));
}
