/* The head of one request, out of a byte buffer, in one pass and without copying.
 *
 * The idea: a head is accepted only if every reader of RFC 9112 would cut it at the same places.
 * Where the RFC lets a recipient be lenient (bare LF, folded lines, blanks before the colon, lists
 * of equal lengths) this one is not, because leniency is what request smuggling lives on. The
 * scanners below share one cursor; each returns DONE when it has moved past its piece, MORE when
 * the bytes ended inside it, BAD with a status and one constant sentence. The same bytes give the
 * same answer however they were cut into reads, because a head is always scanned again from its
 * first byte. */
#include "http/http_int.h"

/* Classes of bytes: letters of a token (RFC 9110 5.6.2), of a target (visible ASCII without '#'),
 * of a host with port. */
enum { TOKEN = 1, TARGET = 2, HOST = 4 };

static const uint8_t classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 00 */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 10 */
    0, 7, 2, 1, 7, 7, 7, 7, 6, 6, 7, 7, 2, 7, 7, 2, /* 20 */
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 2, 6, 2, 2, /* 30 */
    2, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, /* 40 */
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 2, 6, 3, 7, /* 50 */
    3, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, /* 60 */
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 3, 2, 7, 0, /* 70 */
};

#define LONGEST_METHOD 24
#define LONGEST_HOST 300

typedef struct scan {
    const char *p, *end;
    ans_frame *out;
    bool is_1_0, has_coding, says_close;
} scan;

static ans_frame_state refuse(ans_frame *out, int status, const char *reason)
{
    out->status = status;
    out->reason = reason;
    return ANS_FRAME_BAD;
}

static const char *skip_class(const char *p, const char *end, uint8_t class)
{
    while (p < end && (classes[(uint8_t)*p] & class)) {
        p++;
    }
    return p;
}

static bool is_all(ans_str s, uint8_t class)
{
    return skip_class(s.p, s.p + s.n, class) == s.p + s.n;
}

/* First control byte other than tab: eight bytes at a time while there are none below 0x20 and no
 * 0x7f. A tab stops the fast steps for its eight bytes only. */
static const char *skip_text(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    for (;;) {
        while (end - p >= 8) {
            uint64_t w;
            memcpy(&w, p, 8);
            uint64_t del = w ^ (ones * 0x7f);
            if ((((w - ones * 0x20) & ~w) | ((del - ones) & ~del)) & tops) {
                break;
            }
            p += 8;
        }
        const char *stop = end - p > 8 ? p + 8 : end;
        while (p < stop && ((uint8_t)*p >= 0x20 || *p == '\t') && *p != 0x7f) {
            p++;
        }
        if (p < stop || p == end) {
            return p;
        }
    }
}

/* The end of a line, which must be CR LF. */
static ans_frame_state scan_line_end(scan *s)
{
    if (s->p == s->end) {
        return ANS_FRAME_MORE;
    }
    if (*s->p == '\n') {
        return refuse(s->out, 400, "a line of the head ends in a bare LF");
    }
    if (*s->p != '\r') {
        return refuse(s->out, 400, "a control byte stands in the head");
    }
    if (s->end - s->p < 2) {
        return ANS_FRAME_MORE;
    }
    if (s->p[1] != '\n') {
        return refuse(s->out, 400, "a bare CR stands in the head");
    }
    s->p += 2;
    return ANS_FRAME_DONE;
}

static ans_frame_state scan_method(scan *s)
{
    const char *start = s->p;
    s->p = skip_class(s->p, s->end, TOKEN);
    size_t n = (size_t)(s->p - start);
    if (n > LONGEST_METHOD) {
        return refuse(s->out, 400, "the method is longer than 24 bytes");
    }
    if (s->p == s->end) {
        return ANS_FRAME_MORE;
    }
    if (n == 0 || *s->p != ' ') {
        return refuse(s->out, 400, "the request does not begin with a method and one space");
    }
    s->out->method = (ans_str){start, n};
    s->p++;
    return ANS_FRAME_DONE;
}

static ans_frame_state scan_target(scan *s)
{
    const char *start = s->p;
    s->p = skip_class(s->p, s->end, TARGET);
    if (s->p == s->end) {
        return ANS_FRAME_MORE;
    }
    if (s->p == start || *s->p != ' ') {
        return refuse(s->out, 400,
                      "the target must be visible ASCII without '#', followed by one space");
    }
    s->out->target = (ans_str){start, (size_t)(s->p - start)};
    s->p++;
    return ANS_FRAME_DONE;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static ans_frame_state scan_version(scan *s)
{
    size_t have = (size_t)(s->end - s->p);
    if (memcmp(s->p, "HTTP/", have < 5 ? have : 5) != 0) {
        return refuse(s->out, 400, "the request line does not end in an HTTP version");
    }
    if (have < 8) {
        return ANS_FRAME_MORE;
    }
    const char *v = s->p + 5;
    if (!is_digit(v[0]) || v[1] != '.' || !is_digit(v[2])) {
        return refuse(s->out, 400, "the HTTP version cannot be read");
    }
    if (v[0] != '1' || (v[2] != '0' && v[2] != '1')) {
        return refuse(s->out, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    s->is_1_0 = v[2] == '0';
    s->p += 8;
    return scan_line_end(s);
}

static ans_str trim_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }
    while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    return (ans_str){p, (size_t)(end - p)};
}

static ans_frame_state take_length(scan *s, ans_str value)
{
    if (s->out->has_length) {
        return refuse(s->out, 400, "Content-Length is repeated");
    }
    for (size_t i = 0; i < value.n; i++) {
        if (!is_digit(value.p[i])) {
            return refuse(s->out, 400, "Content-Length is not one decimal number");
        }
    }
    if (value.n == 0) {
        return refuse(s->out, 400, "Content-Length is empty");
    }
    if (!ans_str_u64(value, &s->out->content_length)) {
        return refuse(s->out, 413, "Content-Length is beyond any limit");
    }
    s->out->has_length = true;
    return ANS_FRAME_DONE;
}

static ans_frame_state take_host(scan *s, ans_str value)
{
    if (s->out->host.p) {
        return refuse(s->out, 400, "Host is repeated");
    }
    if (value.n == 0 || value.n > LONGEST_HOST || !is_all(value, HOST)) {
        return refuse(s->out, 400, "Host is not a host name with an optional port");
    }
    s->out->host = value;
    return ANS_FRAME_DONE;
}

static ans_frame_state take_coding(scan *s, ans_str value)
{
    if (s->has_coding) {
        return refuse(s->out, 400, "Transfer-Encoding is repeated");
    }
    if (!ans_str_ieq(value, ANS_STR("chunked"))) {
        return refuse(s->out, 400, "Transfer-Encoding is not exactly chunked");
    }
    s->has_coding = true;
    s->out->is_chunked = true;
    return ANS_FRAME_DONE;
}

static void take_connection(scan *s, ans_str value)
{
    ans_str item;
    while (value.n > 0) {
        (void)ans_str_cut(&value, ',', &item);
        if (ans_str_ieq(trim_blanks(item.p, item.p + item.n), ANS_STR("close"))) {
            s->says_close = true;
        }
    }
}

static ans_frame_state take_expect(scan *s, ans_str value)
{
    if (!ans_str_ieq(value, ANS_STR("100-continue"))) {
        return refuse(s->out, 417, "the only expectation met here is 100-continue");
    }
    s->out->expect_continue = true;
    return ANS_FRAME_DONE;
}

/* The few headers that decide framing; told apart by length first, so most headers cost one
 * comparison. */
static ans_frame_state take_known(scan *s, ans_str name, ans_str value)
{
    switch (name.n) {
    case 4:
        return ans_str_ieq(name, ANS_STR("host")) ? take_host(s, value) : ANS_FRAME_DONE;
    case 6:
        return ans_str_ieq(name, ANS_STR("expect")) ? take_expect(s, value) : ANS_FRAME_DONE;
    case 10:
        if (ans_str_ieq(name, ANS_STR("connection"))) {
            take_connection(s, value);
        }
        return ANS_FRAME_DONE;
    case 14:
        return ans_str_ieq(name, ANS_STR("content-length")) ? take_length(s, value)
                                                            : ANS_FRAME_DONE;
    case 17:
        return ans_str_ieq(name, ANS_STR("transfer-encoding")) ? take_coding(s, value)
                                                               : ANS_FRAME_DONE;
    default:
        return ANS_FRAME_DONE;
    }
}

static ans_frame_state scan_header(scan *s)
{
    const char *start = s->p;
    s->p = skip_class(s->p, s->end, TOKEN);
    if (s->p == s->end) {
        return ANS_FRAME_MORE;
    }
    ans_str name = {start, (size_t)(s->p - start)};
    if (*s->p != ':' || name.n == 0) {
        bool blank = *s->p == ' ' || *s->p == '\t';
        return refuse(s->out, 400,
                      name.n == 0 ? "a header name is empty or begins with a wrong byte"
                      : blank     ? "a blank stands between a header name and its colon"
                                  : "a header name is not a token followed by a colon");
    }
    const char *value = ++s->p;
    s->p = skip_text(s->p, s->end);
    const char *value_end = s->p;
    ans_frame_state state = scan_line_end(s);
    if (state != ANS_FRAME_DONE) {
        return state;
    }
    ans_str text = trim_blanks(value, value_end);
    s->out->headers[s->out->header_count++] = (ans_http_header){name, text};
    return take_known(s, name, text);
}

static ans_frame_state scan_headers(scan *s)
{
    for (;;) {
        if (s->p == s->end) {
            return ANS_FRAME_MORE;
        }
        if (*s->p == '\r' || *s->p == '\n') {
            return scan_line_end(s);
        }
        if (*s->p == ' ' || *s->p == '\t') {
            return refuse(s->out, 400, "a header line is folded");
        }
        if (s->out->header_count == s->out->max_headers) {
            return refuse(s->out, 431, "too many headers");
        }
        ans_frame_state state = scan_header(s);
        if (state != ANS_FRAME_DONE) {
            return state;
        }
    }
}

/* The target has one of the forms of RFC 9112 3.2. In absolute form the RFC lets the target win
 * over Host; two that differ are refused here, so that nobody in between can have followed the
 * other one. */
static ans_frame_state check_target(scan *s)
{
    ans_frame *out = s->out;
    if (out->target.p[0] == '/') {
        return ANS_FRAME_DONE;
    }
    if (ans_str_is(out->target, "*") && ans_str_is(out->method, "OPTIONS")) {
        return ANS_FRAME_DONE;
    }
    ans_str host = ans_http_target_host(out->target);
    if (!host.p) {
        return refuse(out, 400, "the target does not begin with '/' or http://");
    }
    if (host.n == 0 || host.n > LONGEST_HOST || !is_all(host, HOST)) {
        return refuse(out, 400, "the host in the target cannot be read");
    }
    if (out->host.p && !ans_str_ieq(out->host, host)) {
        return refuse(out, 400, "the host in the target differs from Host");
    }
    out->host = host;
    return ANS_FRAME_DONE;
}

/* What only the whole head can tell. */
static ans_frame_state check_head(scan *s)
{
    ans_frame *out = s->out;
    if (!s->is_1_0 && !out->host.p) {
        return refuse(out, 400, "Host is missing");
    }
    if (out->is_chunked && out->has_length) {
        return refuse(out, 400, "Content-Length and Transfer-Encoding together");
    }
    if (out->is_chunked && s->is_1_0) {
        return refuse(out, 400, "Transfer-Encoding in HTTP/1.0");
    }
    out->keep_alive = !s->is_1_0 && !s->says_close;
    out->expect_continue = out->expect_continue && !s->is_1_0;
    return check_target(s);
}

/* One empty line before the request line is skipped, as RFC 9112 2.2 asks. */
static ans_frame_state scan_empty_line(scan *s)
{
    if (s->p < s->end && *s->p == '\r') {
        return scan_line_end(s);
    }
    return ANS_FRAME_DONE;
}

static ans_frame_state scan_head(scan *s)
{
    static ans_frame_state (*const pieces[])(scan * s) = {
        scan_empty_line, scan_method, scan_target, scan_version, scan_headers, check_head};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        ans_frame_state state = pieces[i](s);
        if (state != ANS_FRAME_DONE) {
            return state;
        }
    }
    return ANS_FRAME_DONE;
}

ans_frame_state ans_frame_head(ans_str bytes, size_t max_head_bytes, ans_frame *out)
{
    *out = (ans_frame){.headers = out->headers, .max_headers = out->max_headers};
    if (bytes.n == 0) {
        return ANS_FRAME_MORE;
    }
    bool is_cut = bytes.n >= max_head_bytes;
    scan s = {.p = bytes.p, .end = bytes.p + (is_cut ? max_head_bytes : bytes.n), .out = out};
    ans_frame_state state = scan_head(&s);
    if (state == ANS_FRAME_DONE) {
        out->head_bytes = (size_t)(s.p - bytes.p);
    }
    if (state == ANS_FRAME_MORE && is_cut) {
        return out->target.p ? refuse(out, 431, "the head is over the size limit")
                             : refuse(out, 414, "the request line is over the size limit");
    }
    return state;
}
