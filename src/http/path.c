/* Targets and paths: which part is the host, the path, the query; and the one strict way to decode
 * a path.
 *
 * The idea: after decoding, a path means the same to everybody who looks at it later. So whatever
 * could turn into another path when decoded, joined or normalised once more is refused: NUL and
 * control bytes, encoded or plain, "%2f" and back slashes (a separator in disguise), "." and ".."
 * segments in any spelling, and bytes that are not UTF-8. */
#include "http/http_int.h"

static size_t scheme_bytes(ans_str target)
{
    if (ans_str_ieq(ans_str_head(target, 7), ANS_STR("http://"))) {
        return 7;
    }
    return ans_str_ieq(ans_str_head(target, 8), ANS_STR("https://")) ? 8 : 0;
}

ans_str ans_http_target_host(ans_str target)
{
    size_t start = scheme_bytes(target);
    if (start == 0) {
        return ANS_STR_NONE;
    }
    size_t end = start;
    while (end < target.n && target.p[end] != '/' && target.p[end] != '?') {
        end++;
    }
    return (ans_str){target.p + start, end - start};
}

void ans_http_target_split(ans_str target, ans_str *out_path, ans_str *out_query)
{
    ans_str host = target.n && target.p[0] == '/' ? ANS_STR_NONE : ans_http_target_host(target);
    ans_str rest = host.p ? ans_str_from(target, (size_t)(host.p - target.p) + host.n) : target;
    ans_str path;
    bool has_query = ans_str_cut(&rest, '?', &path);
    *out_path = path.n ? path : ANS_STR("/");
    *out_query = has_query ? rest : ANS_STR_NONE;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Decode into to, which has room for raw.n bytes; false for a bad or a forbidden escape. */
static bool decode(ans_str raw, char *to, size_t *out_n)
{
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        int c = (uint8_t)raw.p[i];
        if (c == '%') {
            int high = i + 1 < raw.n ? hex_value(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? hex_value(raw.p[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = high * 16 + low;
            i += 2;
            if (c == '/') {
                return false;
            }
        }
        if (c < 0x20 || c == 0x7f || c == '\\') {
            return false;
        }
        to[n++] = (char)c;
    }
    *out_n = n;
    return true;
}

static bool has_dot_segment(ans_str path)
{
    ans_str segment;
    while (path.n > 0) {
        (void)ans_str_cut(&path, '/', &segment);
        if (ans_str_is(segment, ".") || ans_str_is(segment, "..")) {
            return true;
        }
    }
    return false;
}

bool ans_http_path_is_plain(ans_str raw)
{
    char before = '\0';
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%' || c == '\\' || (c == '.' && before == '/')) {
            return false;
        }
        before = c;
    }
    return raw.n > 0 && raw.p[0] == '/';
}

ans_str ans_http_path_decode(ans_arena *arena, ans_str raw)
{
    if (raw.n == 0 || raw.p[0] != '/') {
        return ANS_STR_NONE;
    }
    char *to = ans_arena_alloc(arena, raw.n + 1);
    size_t n;
    if (!to || !decode(raw, to, &n)) {
        return ANS_STR_NONE;
    }
    to[n] = '\0';
    ans_str path = {to, n};
    return has_dot_segment(path) || !ans_str_utf8(path) ? ANS_STR_NONE : path;
}
