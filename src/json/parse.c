/* The tape parser: one pass, no recursion, no stack. An open container keeps the index of its
 * parent in its own next field; when it closes, next gets its real meaning. So the tape itself is
 * the stack, and depth costs nothing.
 *
 * Every function that moves through the text takes the place it stands at and returns the place
 * behind what it read, or NULL after fail() has noted what was expected where. The text is not
 * NUL-terminated: each look is guarded. */
#include "json/json_int.h"

#define DEPTH_DEFAULT 64u
#define BYTES_DEFAULT ((size_t)64 << 20)
/* Measured minified: one node in 28 bytes of patient bundles, in 53 of the R4 package. */
#define BYTES_PER_NODE 20u
#define NODES_SPARE 16u

typedef struct parser {
    ans_cx *cx;
    const char *text, *end;
    ans_json_node *nodes;
    uint32_t count, cap;
    ans_jnode open; /* innermost open container */
    uint32_t depth, max_depth;
    char closer; /* its closing bracket */
    uint8_t key_flags;
    uint16_t key_len;
    uint32_t key_at;
    ans_err err;
    const char *bad; /* where it went wrong */
    const char *expected;
} parser;

static const char *fail(parser *ps, const char *at, const char *expected)
{
    ps->err = ANS_E_SYNTAX;
    ps->bad = at;
    ps->expected = expected;
    return NULL;
}

static const char *fail_size(parser *ps, const char *at, const char *expected)
{
    fail(ps, at, expected);
    ps->err = ANS_E_TOOBIG;
    return NULL;
}

/* The issue was added already. */
static const char *fail_err(parser *ps, ans_err err)
{
    ps->err = err;
    ps->bad = NULL;
    return NULL;
}

static const char *fail_depth(parser *ps, const char *at)
{
    uint32_t line, column;
    ans_json_line_column((ans_str){ps->text, (size_t)(ps->end - ps->text)}, (size_t)(at - ps->text),
                         &line, &column);
    return fail_err(ps,
                    ans_issue_add(ps->cx, ANS_E_TOOBIG, ANS_STR_NONE,
                                  "JSON line %u column %u: expected at most %u levels of nesting",
                                  line, column, ps->max_depth));
}

/* p is how far the text is read: the rest will want nodes at the rate seen so far. The old array
 * stays behind in the arena, so one good guess is worth several doublings; a dense beginning must
 * not claim too much either. */
static __attribute__((noinline)) bool grow(parser *ps, const char *p)
{
    uint64_t cap = ps->cap, total = (uint64_t)(ps->end - ps->text), done = (uint64_t)(p - ps->text);
    uint64_t guess = cap * total / (done + 1) + cap / 16;
    guess = guess < cap * 3 / 2 ? cap * 3 / 2 : guess;
    guess = guess > cap * 16 ? cap * 16 : guess;
    cap = guess > total + 1 ? total + 1 : guess; /* no node is shorter than a byte */
    ans_json_node *nodes = ans_arena_alloc(ps->cx->arena, cap * sizeof *nodes);
    if (!nodes) {
        fail_err(ps, ans_cx_nomem(ps->cx));
        return false;
    }
    memcpy(nodes, ps->nodes, ps->count * sizeof *nodes);
    ps->nodes = nodes;
    ps->cap = (uint32_t)cap;
    return true;
}

/* A new node that begins at p, with the member name read before it. The caller sets len, and next
 * of a container. */
static inline ans_json_node *push(parser *ps, ans_json_kind kind, const char *p)
{
    if (ps->count == ps->cap && !grow(ps, p))
        return NULL;
    ans_json_node *node = &ps->nodes[ps->count++];
    node->at = (uint32_t)(p - ps->text);
    node->next = ps->count;
    node->key_at = ps->key_at;
    node->key_len = ps->key_len;
    node->kind = (uint8_t)kind;
    node->flags = ps->key_flags;
    ps->key_at = 0;
    ps->key_len = 0;
    ps->key_flags = 0;
    return node;
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static inline const char *skip_space(const char *p, const char *end)
{
    if (p < end && (unsigned char)*p > ' ')
        return p;
    while (p < end && is_space(*p)) {
        p++;
        while (end - p >= 8 && ans_json_load8(p) == ANS_JSON_ONES * ' ')
            p += 8;
    }
    return p;
}

static inline bool is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

static int hex4(const char *p, const char *end)
{
    int v = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* p stands at \u. */
static const char *take_unicode_escape(parser *ps, const char *p)
{
    int v = hex4(p + 2, ps->end);
    if (v < 0)
        return fail(ps, p, "four hexadecimal digits behind \\u");
    if (v == 0)
        return fail(ps, p, "text without \\u0000");
    if (v < 0xD800 || v > 0xDFFF)
        return p + 6;
    int low = -1;
    if (v < 0xDC00 && ps->end - p >= 12 && p[6] == '\\' && p[7] == 'u')
        low = hex4(p + 8, ps->end);
    if (low < 0xDC00 || low > 0xDFFF)
        return fail(ps, p, "a surrogate only as half of a pair");
    return p + 12;
}

/* p stands at a backslash. */
static const char *take_escape(parser *ps, const char *p)
{
    if (ps->end - p < 2)
        return fail(ps, ps->end, "a character behind the backslash");
    switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;
    case 'u':
        return take_unicode_escape(ps, p);
    default:
        return fail(ps, p, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
    }
}

/* From behind the opening quote to the closing one; *escaped is set when there is a backslash. */
static inline const char *take_text(parser *ps, const char *p, bool *escaped)
{
    for (;;) {
        p = ans_json_skip_plain(p, ps->end);
        if (p == ps->end)
            return fail(ps, p, "a closing quote");
        if (*p == '"')
            return p;
        if (*p == '\\') {
            *escaped = true;
            p = take_escape(ps, p);
            if (!p)
                return NULL;
        } else if ((unsigned char)*p < 0x20) {
            return fail(ps, p, "control characters in strings to be escaped");
        } else {
            unsigned n = ans_json_utf8_len(p, ps->end);
            if (n == 0)
                return fail(ps, p, "well-formed UTF-8");
            p += n;
        }
    }
}

/* A member name and its colon; stops at the value. */
static inline const char *take_key(parser *ps, const char *p)
{
    if (p == ps->end || *p != '"')
        return fail(ps, p, "a member name in double quotes");
    const char *from = p + 1;
    bool escaped = false;
    p = take_text(ps, from, &escaped);
    if (!p)
        return NULL;
    if (p - from > UINT16_MAX)
        return fail_size(ps, from, "a member name of at most 65535 bytes");
    ps->key_at = (uint32_t)(from - ps->text);
    ps->key_len = (uint16_t)(p - from);
    ps->key_flags = escaped ? ANS_JSON_KEY_ESCAPED : 0;
    p = skip_space(p + 1, ps->end);
    if (p == ps->end || *p != ':')
        return fail(ps, p, "':' behind the member name");
    return skip_space(p + 1, ps->end);
}

static inline const char *take_string(parser *ps, const char *p)
{
    ans_json_node *node = push(ps, ANS_JSON_STRING, p + 1);
    bool escaped = false;
    if (!node)
        return NULL;
    const char *from = p + 1;
    p = take_text(ps, from, &escaped);
    if (!p)
        return NULL;
    node->len = (uint32_t)(p - from);
    node->flags |= escaped ? ANS_JSON_ESCAPED : 0;
    return p + 1;
}

static const char *skip_digits(const char *p, const char *end)
{
    while (is_digit(p, end))
        p++;
    return p;
}

static const char *take_number(parser *ps, const char *p)
{
    const char *from = p, *end = ps->end;
    ans_json_node *node = push(ps, ANS_JSON_NUMBER, p);
    if (!node)
        return NULL;
    p += *p == '-';
    if (!is_digit(p, end))
        return fail(ps, p, "a digit");
    p = *p == '0' ? p + 1 : skip_digits(p, end);
    if (is_digit(p, end))
        return fail(ps, p, "a number without leading zeros");
    if (p < end && *p == '.') {
        if (!is_digit(p + 1, end))
            return fail(ps, p + 1, "a digit behind the decimal point");
        p = skip_digits(p + 1, end);
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        if (!is_digit(p, end))
            return fail(ps, p, "a digit in the exponent");
        p = skip_digits(p, end);
    }
    node->len = (uint32_t)(p - from);
    return p;
}

static const char *take_literal(parser *ps, const char *p, ans_json_kind kind, ans_str word)
{
    if ((size_t)(ps->end - p) < word.n || memcmp(p, word.p, word.n) != 0)
        return fail(ps, p, "a value");
    ans_json_node *node = push(ps, kind, p);
    if (!node)
        return NULL;
    node->len = (uint32_t)word.n;
    return p + word.n;
}

static inline const char *take_scalar(parser *ps, const char *p)
{
    if (p == ps->end)
        return fail(ps, p, "a value");
    switch (*p) {
    case '"':
        return take_string(ps, p);
    case 't':
        return take_literal(ps, p, ANS_JSON_TRUE, ANS_STR("true"));
    case 'f':
        return take_literal(ps, p, ANS_JSON_FALSE, ANS_STR("false"));
    case 'n':
        return take_literal(ps, p, ANS_JSON_NULL, ANS_STR("null"));
    case '\xEF':
        return fail(ps, p, "a value and no byte order mark");
    default:
        if (*p == '-' || is_digit(p, ps->end))
            return take_number(ps, p);
        return fail(ps, p, "a value");
    }
}

static inline const char *open_container(parser *ps, const char *p)
{
    bool object = *p == '{';
    if (ps->depth == ps->max_depth)
        return fail_depth(ps, p);
    ans_json_node *node = push(ps, object ? ANS_JSON_OBJECT : ANS_JSON_ARRAY, p);
    if (!node)
        return NULL;
    node->next = ps->open;
    ps->open = ps->count - 1;
    ps->closer = object ? '}' : ']';
    ps->depth++;
    return p + 1;
}

/* p stands at the closing bracket. */
static inline const char *close_container(parser *ps, const char *p)
{
    ans_jnode self = ps->open;
    ans_json_node *node = &ps->nodes[self];
    ps->open = node->next;
    node->next = ps->count;
    node->len = (uint32_t)(p + 1 - ps->text) - node->at;
    ps->depth--;
    if (ps->closer == '}' && ps->count - self > 2) {
        ans_json doc = {ps->text, ps->nodes, ps->count};
        ans_jnode twin = ANS_JNONE;
        ans_err err = ans_json_find_twin(ps->cx, &doc, self, &twin);
        if (err)
            return fail_err(ps, err);
        if (twin != ANS_JNONE)
            return fail(ps, ps->text + ps->nodes[twin].key_at,
                        "a member name that this object does not have yet");
    }
    if (ps->open != ANS_JNONE)
        ps->closer = ps->nodes[ps->open].kind == ANS_JSON_OBJECT ? '}' : ']';
    return p + 1;
}

/* From behind a value to the next value or name of the same container, closing what ends here. At
 * the end of the root ps->open is ANS_JNONE. */
static inline const char *step(parser *ps, const char *p)
{
    while (ps->open != ANS_JNONE) {
        p = skip_space(p, ps->end);
        if (p < ps->end && *p == ',')
            return skip_space(p + 1, ps->end);
        if (p == ps->end || *p != ps->closer)
            return fail(ps, p, ps->closer == '}' ? "',' or '}'" : "',' or ']'");
        p = close_container(ps, p);
        if (!p)
            return NULL;
    }
    return p;
}

/* The root value; returns the place behind it. */
static const char *take_root(parser *ps, const char *p)
{
    do {
        if (ps->open != ANS_JNONE && ps->closer == '}')
            p = take_key(ps, p);
        if (!p)
            return NULL;
        if (p < ps->end && (*p == '{' || *p == '[')) {
            p = open_container(ps, p);
            if (!p)
                return NULL;
            p = skip_space(p, ps->end);
            if (p == ps->end || *p != ps->closer)
                continue;
            p = close_container(ps, p);
        } else {
            p = take_scalar(ps, p);
        }
        if (p)
            p = step(ps, p);
    } while (p && ps->open != ANS_JNONE);
    return p;
}

static ans_err report(parser *ps)
{
    uint32_t line, column;
    if (!ps->bad)
        return ps->err;
    ans_json_line_column((ans_str){ps->text, (size_t)(ps->end - ps->text)},
                         (size_t)(ps->bad - ps->text), &line, &column);
    return ans_issue_add(ps->cx, ps->err, ANS_STR_NONE, "JSON line %u column %u: expected %s%s",
                         line, column, ps->expected,
                         ps->bad == ps->end ? ", found the end of the text" : "");
}

ans_err ans_json_parse(ans_cx *cx, ans_str text, const ans_json_limits *limits, ans_json *out)
{
    size_t max_bytes = limits && limits->max_bytes ? limits->max_bytes : BYTES_DEFAULT;
    if (max_bytes >= UINT32_MAX)
        max_bytes = UINT32_MAX - 1;
    if (text.n > max_bytes)
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE,
                             "JSON text of %zu bytes is over the limit of %zu bytes", text.n,
                             max_bytes);
    if (text.n == 0)
        text = ANS_STR("");
    parser ps = {.cx = cx,
                 .text = text.p,
                 .end = text.p + text.n,
                 .cap = (uint32_t)(text.n / BYTES_PER_NODE) + NODES_SPARE,
                 .open = ANS_JNONE,
                 .max_depth = limits && limits->max_depth ? limits->max_depth : DEPTH_DEFAULT};
    ps.nodes = ans_arena_alloc(cx->arena, ps.cap * sizeof *ps.nodes);
    if (!ps.nodes)
        return ans_cx_nomem(cx);
    const char *p = take_root(&ps, skip_space(ps.text, ps.end));
    if (p)
        p = skip_space(p, ps.end);
    if (p && p != ps.end)
        p = fail(&ps, p, "the end of the text");
    if (!p)
        return report(&ps);
    *out = (ans_json){ps.text, ps.nodes, ps.count};
    return ANS_OK;
}
