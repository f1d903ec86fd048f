/* libcurl with everything off that could lead elsewhere. */
#include "http/fetch.h"

#include "base/buf.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct fetching {
    ans_buf b;
    bool may_loopback, only_loopback;
} fetching;

/* ---- addresses ---- */

typedef struct range {
    uint8_t first[4];
    uint8_t bits;
} range;

/* https://www.iana.org/assignments/iana-ipv4-special-registry */
static const range special[] = {
    {{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},      {{100, 64, 0, 0}, 10},  {{127, 0, 0, 0}, 8},     {{169, 254, 0, 0}, 16},
    {{172, 16, 0, 0}, 12},  {{192, 0, 0, 0}, 24},    {{192, 0, 2, 0}, 24},   {{192, 88, 99, 0}, 24},  {{192, 168, 0, 0}, 16},
    {{198, 18, 0, 0}, 15},  {{198, 51, 100, 0}, 24}, {{203, 0, 113, 0}, 24}, {{224, 0, 0, 0}, 4},     {{240, 0, 0, 0}, 4},
};

static uint32_t number(const uint8_t p[4])
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool ans_http_is_public(const uint8_t *a, size_t bytes)
{
    if (bytes == 16) { /* only global unicast, without what carries another address in it: 6to4, Teredo, and documentation */
        bool teredo = a[0] == 0x20 && a[1] == 0x01 && a[2] == 0 && a[3] < 2;
        bool documentation = (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8) || (a[0] == 0x3F && a[1] == 0xFF);
        return (a[0] & 0xE0) == 0x20 && !(a[0] == 0x20 && a[1] == 0x02) && !teredo && !documentation;
    }
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        if ((number(a) ^ number(special[i].first)) >> (32 - special[i].bits) == 0) {
            return false;
        }
    }
    return bytes == 4;
}

static bool is_loopback(const uint8_t *a, size_t bytes)
{
    static const uint8_t six[16] = {[15] = 1};
    return bytes == 4 ? a[0] == 127 : memcmp(a, six, 16) == 0;
}

/* Called with the address that is about to be connected to. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    const fetching *f = arg;
    const struct sockaddr_in *four = (const void *)&to->addr;
    const struct sockaddr_in6 *six = (const void *)&to->addr;
    const uint8_t *a = to->family == AF_INET ? (const uint8_t *)&four->sin_addr : six->sin6_addr.s6_addr;
    size_t bytes = to->family == AF_INET ? 4 : 16;
    if (purpose != CURLSOCKTYPE_IPCXN || (to->family != AF_INET && to->family != AF_INET6)) {
        return CURL_SOCKET_BAD;
    }
    bool allowed = (f->may_loopback && is_loopback(a, bytes)) || (!f->only_loopback && ans_http_is_public(a, bytes));
    return allowed ? socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol) : CURL_SOCKET_BAD;
}

static size_t take(char *p, size_t size, size_t count, void *arg)
{
    fetching *f = arg;
    ans_str all;
    ans_buf_add(&f->b, (ans_str){p, size * count});
    return ans_buf_finish(&f->b, &all) == ANS_OK ? size * count : 0;
}

/* ---- fetching ---- */

static void start_curl(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT); /* a failure shows at the first handle */
}

static bool configure(CURL *c, const char *url, const ans_fetch *fetch, fetching *f)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {{CURLOPT_TIMEOUT_MS, ANS_FETCH_MS}, {CURLOPT_NOSIGNAL, 1},        {CURLOPT_FOLLOWLOCATION, 0},
                   {CURLOPT_SSL_VERIFYPEER, 1},        {CURLOPT_SSL_VERIFYHOST, 2}, {CURLOPT_NETRC, CURL_NETRC_IGNORED},
                   {CURLOPT_MAXFILESIZE, (long)fetch->most_bytes}, {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1}};
    bool ok = true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        ok = ok && curl_easy_setopt(c, numbers[i].option, numbers[i].value) == CURLE_OK;
    }
    const struct {
        CURLoption option;
        const char *value;
    } texts[] = {{CURLOPT_URL, url}, {CURLOPT_PROTOCOLS_STR, f->only_loopback ? "http" : "https"}, {CURLOPT_PROXY, ""}, {CURLOPT_USERAGENT, "ansinh"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ok = ok && curl_easy_setopt(c, texts[i].option, texts[i].value) == CURLE_OK;
    }
    return ok && curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK && curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, f) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK && curl_easy_setopt(c, CURLOPT_WRITEDATA, f) == CURLE_OK;
}

static ans_err perform(ans_cx *cx, CURL *c, fetching *f, ans_str *out)
{
    long status = 0;
    ans_str all;
    CURLcode rc = curl_easy_perform(c);
    if (rc == CURLE_FILESIZE_EXCEEDED || ans_buf_finish(&f->b, &all) != ANS_OK) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "what is at the address is too big");
    }
    if (rc != CURLE_OK) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the address could not be fetched: %s", curl_easy_strerror(rc));
    }
    if (curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the address answered %ld", status);
    }
    *out = all;
    return ANS_OK;
}

ans_err ans_http_fetch(ans_cx *cx, const ans_fetch *fetch, ans_str *out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    ans_str url = ans_arena_dup(cx->arena, fetch->url);
    bool plain = ans_str_starts(url, ANS_STR("http://"));
    fetching f = {.may_loopback = fetch->may_loopback, .only_loopback = plain};
    if (!url.p || strlen(url.p) != url.n || !(ans_str_starts(url, ANS_STR("https://")) || (plain && fetch->may_loopback))) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "only addresses that begin with https:// are fetched");
    }
    (void)pthread_once(&once, start_curl);
    CURL *c = curl_easy_init();
    if (!c) {
        return ans_cx_nomem(cx);
    }
    ans_buf_init_arena(&f.b, cx->arena, fetch->most_bytes);
    ans_err err = configure(c, url.p, fetch, &f) ? perform(cx, c, &f, out) : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the address could not be fetched");
    curl_easy_cleanup(c);
    return err;
}
