/* The same server behind TLS: a client of OpenSSL that trusts nothing but the certificate we made, clients that speak plainly, stop in
 * the middle, or send what is no TLS at all, and a certificate that changes while connections run. */
#include "unit/http/server_fixture.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <openssl/ssl.h>

#include "http/tls.h"

typedef struct tls_fixture {
    fixture f;
    ans_tls *tls;
    char folder[32], cert[64], key[64];
    ans_cx cx;
} tls_fixture;

static void make(tls_fixture *t)
{
    static const ans_str names[] = {ANS_STR("localhost"), ANS_STR("127.0.0.1")};
    assert_int_equal(ans_tls_make(&t->cx, t->cert, t->key, names, 2, 30), ANS_OK);
}

static void start(tls_fixture *t, ans_http_options options)
{
    memset(t, 0, sizeof *t);
    t->cx.arena = ans_arena_new(1 << 20);
    (void)snprintf(t->folder, sizeof t->folder, "/tmp/ansinh-tls-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    (void)snprintf(t->cert, sizeof t->cert, "%s/cert.pem", t->folder);
    (void)snprintf(t->key, sizeof t->key, "%s/key.pem", t->folder);
    make(t);
    assert_int_equal(ans_tls_open(&t->cx, t->cert, t->key, &t->tls), ANS_OK);
    options.tls = t->tls;
    fixture_start(&t->f, options);
}

static void stop(tls_fixture *t)
{
    fixture_stop(&t->f);
    ans_tls_free(t->tls);
    (void)unlink(t->cert);
    (void)unlink(t->key);
    assert_int_equal(rmdir(t->folder), 0);
    ans_arena_free(t->cx.arena);
}

/* ---- the client ---- */

typedef struct secure {
    SSL_CTX *ctx;
    SSL *ssl;
    int fd;
} secure;

static bool secure_open(const tls_fixture *t, int most_version, secure *out)
{
    out->ctx = SSL_CTX_new(TLS_client_method());
    assert_non_null(out->ctx);
    assert_int_equal(SSL_CTX_load_verify_locations(out->ctx, t->cert, NULL), 1);
    SSL_CTX_set_verify(out->ctx, SSL_VERIFY_PEER, NULL);
    (void)SSL_CTX_set_max_proto_version(out->ctx, most_version);
    SSL_CTX_set_security_level(out->ctx, 0); /* so that the server refuses, not we */
    out->ssl = SSL_new(out->ctx);
    out->fd = client_connect(&t->f);
    struct timeval patience = {PATIENCE_MS / 1000, 0};
    (void)setsockopt(out->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(SSL_set1_host(out->ssl, "localhost"), 1);
    assert_int_equal(SSL_set_fd(out->ssl, out->fd), 1);
    return SSL_connect(out->ssl) == 1;
}

static void secure_close(secure *s)
{
    SSL_free(s->ssl);
    SSL_CTX_free(s->ctx);
    (void)close(s->fd);
}

static void secure_send(secure *s, const char *bytes, size_t n)
{
    while (n > 0) {
        int sent = SSL_write(s->ssl, bytes, n > 100000 ? 100000 : (int)n);
        assert_true(sent > 0);
        bytes += sent;
        n -= (size_t)sent;
    }
}

/* One whole answer: its status; *out_n bytes of body, whose sum is *out_sum. */
static int secure_reply(secure *s, size_t *out_n, uint32_t *out_sum)
{
    char head[4096];
    size_t n = 0;
    while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0) {
        assert_true(n < sizeof head - 1 && SSL_read(s->ssl, head + n, 1) == 1);
        n++;
    }
    head[n] = '\0';
    const char *length = strstr(head, "Content-Length: ");
    size_t left = length ? (size_t)atol(length + 16) : 0;
    *out_n = left;
    *out_sum = 1;
    while (left > 0) {
        char part[16384];
        int got = SSL_read(s->ssl, part, left < sizeof part ? (int)left : (int)sizeof part);
        assert_true(got > 0);
        for (int i = 0; i < got; i++) {
            *out_sum = *out_sum * 31 + (uint8_t)part[i];
        }
        left -= (size_t)got;
    }
    return atoi(head + 9);
}

static void get(secure *s, const char *path, int status)
{
    char text[200];
    size_t n;
    uint32_t sum;
    int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path);
    secure_send(s, text, (size_t)length);
    assert_int_equal(secure_reply(s, &n, &sum), status);
}

/* ---- tests ---- */

static void http_tls__answers(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    tls_fixture t;
    start(&t, (ans_http_options){0});
    for (int v = 0; v < 2; v++) {
        secure s;
        assert_true(secure_open(&t, versions[v], &s));
        assert_int_equal(SSL_version(s.ssl), versions[v]);
        for (int i = 0; i < 20; i++) {
            get(&s, i % 2 ? "/later" : "/echo", 200);
        }
        secure_close(&s);
    }
    stop(&t);
}

static void http_tls__large_both_ways(void **state)
{
    (void)state;
    enum { BYTES = 5000000 };
    tls_fixture t;
    secure s;
    size_t n;
    uint32_t sum, want = 1;
    start(&t, (ans_http_options){0});
    assert_true(secure_open(&t, TLS1_3_VERSION, &s));
    get(&s, "/big?1", 200);
    const char ask[] = "GET /big?5000000 HTTP/1.1\r\nHost: h\r\n\r\n";
    secure_send(&s, ask, sizeof ask - 1);
    assert_int_equal(secure_reply(&s, &n, &sum), 200);
    assert_int_equal(n, BYTES);
    for (int i = 0; i < BYTES; i++) {
        want = want * 31 + 'b';
    }
    assert_int_equal(sum, want);
    const char head[] = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n";
    char *body = ans_alloc(BYTES);
    memset(body, 'x', BYTES);
    secure_send(&s, head, sizeof head - 1);
    secure_send(&s, body, BYTES);
    assert_int_equal(secure_reply(&s, &n, &sum), 200);
    ans_free(body);
    secure_close(&s);
    stop(&t);
}

/* Many requests in one write: they lie in OpenSSL's buffer, where no event of the socket tells of them. */
static void http_tls__pipelined(void **state)
{
    (void)state;
    tls_fixture t;
    secure s;
    char all[16000];
    size_t n = 0, length;
    uint32_t sum;
    start(&t, (ans_http_options){0});
    assert_true(secure_open(&t, TLS1_3_VERSION, &s));
    for (int i = 0; i < 100; i++) {
        n += (size_t)snprintf(all + n, sizeof all - n, "GET %s?%d HTTP/1.1\r\nHost: h\r\n\r\n", i % 3 ? "/echo" : "/later", i);
    }
    secure_send(&s, all, n);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(secure_reply(&s, &length, &sum), 200);
    }
    secure_close(&s);
    stop(&t);
}

static void http_tls__old_versions_are_refused(void **state)
{
    (void)state;
    tls_fixture t;
    secure s;
    start(&t, (ans_http_options){0});
    assert_false(secure_open(&t, TLS1_1_VERSION, &s));
    secure_close(&s);
    assert_true(secure_open(&t, TLS1_3_VERSION, &s));
    get(&s, "/echo", 200);
    secure_close(&s);
    stop(&t);
}

static void http_tls__plain_requests_are_told(void **state)
{
    (void)state;
    tls_fixture t;
    start(&t, (ans_http_options){0});
    int fd = client_connect(&t.f);
    SEND(fd, "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_true(expect(fd, 400, "this address speaks https: write https:// in front of it"));
    expect_end(fd);
    assert_int_equal(atomic_load(&t.f.logged_user), 0); /* the handler never saw it */
    stop(&t);
}

/* A client hello in two pieces, then never again; bytes that are no TLS; a reset in the middle. None holds anybody else up. */
static void http_tls__broken_handshakes(void **state)
{
    (void)state;
    static const char hello[] = "\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03";
    tls_fixture t;
    secure s;
    char c;
    start(&t, (ans_http_options){.head_timeout_ms = 200});
    int slow = client_connect(&t.f), silent = client_connect(&t.f), wrong = client_connect(&t.f), gone = client_connect(&t.f);
    assert_true(client_send(slow, (ans_str){hello, sizeof hello - 1}));
    assert_true(client_send(gone, (ans_str){hello, 5}));
    (void)close(gone);
    assert_true(client_send(wrong, ANS_STR("\x01\x02\x03 no TLS at all, and more of it than a record's head")));
    assert_true(secure_open(&t, TLS1_3_VERSION, &s));
    get(&s, "/echo", 200);
    while (client_receive(wrong, &c, 1) > 0) {
    }
    assert_true(client_receive(slow, &c, 1) <= 0);
    assert_true(client_receive(silent, &c, 1) <= 0);
    (void)close(slow);
    (void)close(silent);
    (void)close(wrong);
    secure_close(&s);
    stop(&t);
}

static void http_tls__certificate_changes(void **state)
{
    (void)state;
    tls_fixture t;
    secure before, after;
    ans_tls_facts old_facts, new_facts;
    bool changed;
    start(&t, (ans_http_options){0});
    assert_true(secure_open(&t, TLS1_3_VERSION, &before));
    get(&before, "/echo", 200);
    ans_tls_facts_get(t.tls, &old_facts);
    assert_int_equal(strlen(old_facts.fingerprint), 95);
    assert_true(old_facts.until_s > ans_now_us() / 1000000 + 28 * 86400);
    assert_int_equal(ans_tls_reload(&t.cx, t.tls, &changed), ANS_OK);
    assert_false(changed);
    sleep_ms(20); /* another time of change, whatever the clock of the file system */
    make(&t);
    assert_int_equal(ans_tls_reload(&t.cx, t.tls, &changed), ANS_OK);
    assert_true(changed);
    ans_tls_facts_get(t.tls, &new_facts);
    assert_string_not_equal(old_facts.fingerprint, new_facts.fingerprint);
    assert_true(secure_open(&t, TLS1_3_VERSION, &after)); /* trusts the new file only */
    get(&after, "/echo", 200);
    get(&before, "/echo", 200); /* and who was there stays */
    secure_close(&before);
    secure_close(&after);
    stop(&t);
}

static void http_tls__bad_files(void **state)
{
    (void)state;
    tls_fixture t;
    ans_tls *other = NULL;
    bool changed;
    start(&t, (ans_http_options){0});
    assert_int_equal(ans_tls_open(&t.cx, "/nowhere/cert.pem", t.key, &other), ANS_E_VALUE);
    assert_int_equal(ans_tls_open(&t.cx, t.key, t.cert, &other), ANS_E_VALUE);
    assert_int_equal(chmod(t.key, 0640), 0);
    assert_int_equal(ans_tls_open(&t.cx, t.cert, t.key, &other), ANS_E_VALUE);
    assert_non_null(strstr(t.cx.last_->text.p, "chmod 600"));
    sleep_ms(20);
    assert_int_equal(utimensat(AT_FDCWD, t.cert, NULL, 0), 0); /* renewed, while the key cannot be used */
    assert_int_equal(ans_tls_reload(&t.cx, t.tls, &changed), ANS_E_VALUE);
    assert_int_equal(chmod(t.key, 0600), 0);
    assert_int_equal(ans_tls_reload(&t.cx, t.tls, &changed), ANS_OK); /* mended without a file's time changing: tried again */
    assert_true(changed);
    sleep_ms(20);
    assert_int_equal(ans_file_replace(&t.cx, t.cert, ANS_STR("no certificate")), ANS_OK);
    assert_int_equal(ans_tls_reload(&t.cx, t.tls, &changed), ANS_E_VALUE); /* the old one stays in use */
    assert_null(other);
    ans_tls_facts facts;
    ans_tls_facts_get(t.tls, &facts);
    assert_int_equal(strlen(facts.fingerprint), 95);
    stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_tls__answers),
        cmocka_unit_test(http_tls__large_both_ways),
        cmocka_unit_test(http_tls__pipelined),
        cmocka_unit_test(http_tls__old_versions_are_refused),
        cmocka_unit_test(http_tls__plain_requests_are_told),
        cmocka_unit_test(http_tls__broken_handshakes),
        cmocka_unit_test(http_tls__certificate_changes),
        cmocka_unit_test(http_tls__bad_files),
    };
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
