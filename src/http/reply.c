/* Status line and headers of an answer, put together in one buffer of the loop. Content-Length and
 * Date are always ours, so a handler cannot frame an answer wrongly; header text with control bytes
 * in it never reaches the wire. */
#include "http/http_int.h"

#include "base/os.h"

#include <time.h>

/* The longest status line, Date, Content-Length and Connection together; the rest is for the
 * handler's headers. */
#define OWN_HEAD_BYTES 256

static const struct {
    int status;
    const char *line;
} lines[] = {
    {200, "HTTP/1.1 200 OK\r\n"},
    {201, "HTTP/1.1 201 Created\r\n"},
    {202, "HTTP/1.1 202 Accepted\r\n"},
    {204, "HTTP/1.1 204 No Content\r\n"},
    {206, "HTTP/1.1 206 Partial Content\r\n"},
    {301, "HTTP/1.1 301 Moved Permanently\r\n"},
    {302, "HTTP/1.1 302 Found\r\n"},
    {303, "HTTP/1.1 303 See Other\r\n"},
    {304, "HTTP/1.1 304 Not Modified\r\n"},
    {307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    {308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {401, "HTTP/1.1 401 Unauthorized\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {406, "HTTP/1.1 406 Not Acceptable\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {409, "HTTP/1.1 409 Conflict\r\n"},
    {410, "HTTP/1.1 410 Gone\r\n"},
    {412, "HTTP/1.1 412 Precondition Failed\r\n"},
    {413, "HTTP/1.1 413 Content Too Large\r\n"},
    {414, "HTTP/1.1 414 URI Too Long\r\n"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    {417, "HTTP/1.1 417 Expectation Failed\r\n"},
    {422, "HTTP/1.1 422 Unprocessable Content\r\n"},
    {423, "HTTP/1.1 423 Locked\r\n"},
    {428, "HTTP/1.1 428 Precondition Required\r\n"},
    {429, "HTTP/1.1 429 Too Many Requests\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {501, "HTTP/1.1 501 Not Implemented\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
    {507, "HTTP/1.1 507 Insufficient Storage\r\n"},
};

static char *put(char *to, ans_str s)
{
    if (s.n) {
        memcpy(to, s.p, s.n);
    }
    return to + s.n;
}

#define PUT_LIT(to, lit) put((to), ANS_STR(lit))

static char *put_u64(char *to, uint64_t v)
{
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    while (n) {
        *to++ = digits[--n];
    }
    return to;
}

static char *put_line(char *to, int status)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (lines[i].status == status) {
            return put(to, ans_str_of(lines[i].line));
        }
    }
    to = PUT_LIT(to, "HTTP/1.1 ");
    to = put_u64(to, (uint64_t)status);
    return PUT_LIT(to, " -\r\n");
}

/* "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", made once a second; English whatever the locale says.
 */
static char *put_date(ans_http_loop *loop, char *to)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = (time_t)(ans_now_us() / 1000000);
    if (now != loop->date_s || loop->date[0] == '\0') {
        struct tm t;
        (void)gmtime_r(&now, &t);
        char *at = put(loop->date, (ans_str){days + 3 * t.tm_wday, 3});
        const unsigned parts[] = {(unsigned)t.tm_mday % 100, (unsigned)t.tm_hour % 100,
                                  (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100};
        at = PUT_LIT(at, ", ");
        for (int i = 0; i < 4; i++) {
            *at++ = (char)('0' + parts[i] / 10);
            *at++ = (char)('0' + parts[i] % 10);
            *at++ = i == 0 || i == 3 ? ' ' : ':';
            if (i == 0) {
                at = put(at, (ans_str){months + 3 * t.tm_mon, 3});
                *at++ = ' ';
                at = put_u64(at, (uint64_t)(t.tm_year + 1900));
                *at++ = ' ';
            }
        }
        at = PUT_LIT(at, "GMT");
        *at = '\0';
        loop->date_s = now;
    }
    to = PUT_LIT(to, "Date: ");
    to = put(to, (ans_str){loop->date, 29});
    return PUT_LIT(to, "\r\n");
}

static bool is_clean(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool can_send_headers(const ans_http_job *job)
{
    size_t n = OWN_HEAD_BYTES;
    for (uint32_t i = 0; i < job->reply_header_count; i++) {
        const ans_http_header *h = &job->reply_headers[i];
        n += h->name.n + h->value.n + 4;
        if (n > ANS_HTTP_REPLY_HEAD_BYTES || h->name.n == 0 || !is_clean(h->name) ||
            !is_clean(h->value)) {
            return false;
        }
    }
    return true;
}

size_t ans_http_reply_head(ans_http_loop *loop, ans_http_job *job)
{
    if (!can_send_headers(job)) {
        job->status = 500;
        job->reply_header_count = 0;
        job->reply_body = ANS_STR("the headers of the answer cannot be sent");
    }
    char *to = put_line(loop->scratch, job->status);
    to = put_date(loop, to);
    if (job->status != 204 && job->status != 304) {
        to = PUT_LIT(to, "Content-Length: ");
        to = put_u64(to, job->reply_body.n);
        to = PUT_LIT(to, "\r\n");
    }
    for (uint32_t i = 0; i < job->reply_header_count; i++) {
        to = put(to, job->reply_headers[i].name);
        to = PUT_LIT(to, ": ");
        to = put(to, job->reply_headers[i].value);
        to = PUT_LIT(to, "\r\n");
    }
    if (!job->keep_alive) {
        to = PUT_LIT(to, "Connection: close\r\n");
    }
    to = PUT_LIT(to, "\r\n");
    return (size_t)(to - loop->scratch);
}

void ans_http_reply_refusal(ans_http_job *job, int status, const char *reason)
{
    /* a refusal may repeat nothing of the request, and still nobody should guess what it is or keep it */
    static const ans_http_header plain[] = {
        {{"Content-Type", 12}, {"text/plain", 10}}, {{"X-Content-Type-Options", 22}, {"nosniff", 7}}, {{"Cache-Control", 13}, {"no-store", 8}}};
    enum { COUNT = sizeof plain / sizeof *plain };
    const ans_http_options *options = &job->loop->server->options;
    ans_str type = ANS_STR_NONE, body = ANS_STR_NONE;
    ans_http_header *header = NULL;
    if (options->refusal_body) {
        header = ANS_NEW_N(job->call.cx.arena, ans_http_header, COUNT);
        body = options->refusal_body(options->arg, status, reason, &type, job->call.cx.arena);
    }
    bool is_given = header && body.p && type.p;
    if (is_given) {
        memcpy(header, plain, sizeof plain);
        header[0].value = type;
    }
    job->status = status;
    job->is_refusal = true;
    job->keep_alive = false;
    job->reply_headers = is_given ? header : plain;
    job->reply_header_count = COUNT;
    job->reply_body = is_given ? body : ans_str_of(reason);
    ans_http_loop_count(&job->loop->refused);
}
