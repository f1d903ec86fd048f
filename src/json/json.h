/* JSON as the record keeps it: a tape. Parsing makes one flat array of nodes in document order; a node points into the
 * source text, so number text, order and positions survive, and a subtree is skipped by one index.
 *
 *   {"a":[1,{"b":2}]}   ->   0 object next=5 | 1 "a" array next=5 | 2 number | 3 object next=5 | 4 "b" number
 *
 * Strict RFC 8259: UTF-8 checked, no duplicate keys, no trailing text, depth and size limited, lone surrogates refused.
 * A document is immutable and may be read by many threads. */
#ifndef ANS_JSON_JSON_H
#define ANS_JSON_JSON_H

#include "base/buf.h"
#include "base/cx.h"

typedef enum ans_json_kind {
    ANS_JSON_NULL,
    ANS_JSON_FALSE,
    ANS_JSON_TRUE,
    ANS_JSON_NUMBER,
    ANS_JSON_STRING,
    ANS_JSON_ARRAY,
    ANS_JSON_OBJECT
} ans_json_kind;

typedef uint32_t ans_jnode; /* index of a node */
#define ANS_JNONE UINT32_MAX

typedef struct ans_json_node {
    uint32_t at;      /* first byte of the value in the text; of a string, behind its quote */
    uint32_t len;     /* bytes of the value; of a string, without its quotes, still escaped */
    uint32_t next;    /* index of the first node behind this subtree */
    uint32_t key_at;  /* member name in the text, without quotes (0 with key_len 0: not a member) */
    uint16_t key_len;
    uint8_t kind;     /* ans_json_kind */
    uint8_t flags;    /* ANS_JSON_ESCAPED: the string, ANS_JSON_KEY_ESCAPED: the name has backslashes */
} ans_json_node;

#define ANS_JSON_ESCAPED 1u
#define ANS_JSON_KEY_ESCAPED 2u

typedef struct ans_json {
    const char *text;
    const ans_json_node *nodes; /* nodes[0] is the root */
    uint32_t count;
} ans_json;

typedef struct ans_json_limits {
    uint32_t max_depth; /* 0: 64 */
    size_t max_bytes;   /* 0: 64 MiB */
} ans_json_limits;

/* Parse text, which must outlive out.
 * owns     the nodes live in cx->arena
 * errors   ANS_E_SYNTAX (the issue says line and column and what was expected), ANS_E_TOOBIG, ANS_E_NOMEM
 * spec     RFC 8259; http://hl7.org/fhir/R4/json.html */
ANS_MUST_USE ans_err ans_json_parse(ans_cx *cx, ans_str text, const ans_json_limits *limits,
                                    ans_json *out);

static inline const ans_json_node *ans_json_at(const ans_json *doc, ans_jnode n)
{
    return &doc->nodes[n];
}
static inline ans_json_kind ans_json_kind_of(const ans_json *doc, ans_jnode n)
{
    return (ans_json_kind)doc->nodes[n].kind;
}
/* First child of an array or object, or ANS_JNONE; the sibling behind child within parent, or ANS_JNONE. */
static inline ans_jnode ans_json_first(const ans_json *doc, ans_jnode parent)
{
    return doc->nodes[parent].next > parent + 1 && doc->nodes[parent].kind >= ANS_JSON_ARRAY
               ? parent + 1
               : ANS_JNONE;
}
static inline ans_jnode ans_json_next(const ans_json *doc, ans_jnode parent, ans_jnode child)
{
    ans_jnode n = doc->nodes[child].next;
    return n < doc->nodes[parent].next ? n : ANS_JNONE;
}
#define ANS_JSON_EACH(doc, parent, child)                                                          \
    for (ans_jnode child = ans_json_first((doc), (parent)); child != ANS_JNONE;                    \
         child = ans_json_next((doc), (parent), child))

/* Member name as it stands in the text (names of FHIR never hold escapes). */
static inline ans_str ans_json_key(const ans_json *doc, ans_jnode n)
{
    return (ans_str){doc->text + doc->nodes[n].key_at, doc->nodes[n].key_len};
}
/* The value's text: numbers and literals as written, strings without quotes and still escaped, containers whole. */
static inline ans_str ans_json_raw(const ans_json *doc, ans_jnode n)
{
    return (ans_str){doc->text + doc->nodes[n].at, doc->nodes[n].len};
}
/* Member of an object by name (one written with escapes is found too); ANS_JNONE when absent or when obj is no object
 * (ANS_JNONE is accepted for obj). */
ans_jnode ans_json_get(const ans_json *doc, ans_jnode obj, ans_str name);
/* Number of children. */
uint32_t ans_json_count(const ans_json *doc, ans_jnode parent);
/* A string's decoded text: a view of the source when nothing is escaped, else a copy in the arena.
 * p is NULL when n is no string (or ANS_JNONE), or the arena is full. */
ans_str ans_json_string(ans_cx *cx, const ans_json *doc, ans_jnode n);
/* ans_json_string(ans_json_get(obj, name)) */
ans_str ans_json_get_string(ans_cx *cx, const ans_json *doc, ans_jnode obj, ans_str name);
/* Line and column (from 1) of a byte of the text, for messages. */
void ans_json_line_column(ans_str text, size_t at, uint32_t *out_line, uint32_t *out_column);

/* Printing. Minified keeps number and string text byte for byte; pretty indents by two spaces. */
void ans_json_print(const ans_json *doc, ans_jnode n, bool pretty, ans_buf *out);
/* Quoted and escaped string. Bytes that are no UTF-8, and NUL (which the parser refuses), become U+FFFD. */
void ans_json_print_string(ans_buf *out, ans_str s);

/* A writer that puts the commas itself. Errors stick in the buffer. */
typedef struct ans_jw {
    ans_buf *buf;
    bool comma_; /* a value was finished: what comes next at this level needs a comma */
} ans_jw;

void ans_jw_init(ans_jw *w, ans_buf *buf);
void ans_jw_begin(ans_jw *w, char bracket); /* '{' or '[' */
void ans_jw_end(ans_jw *w, char bracket);   /* '}' or ']' */
void ans_jw_key(ans_jw *w, ans_str key);
void ans_jw_str(ans_jw *w, ans_str s);
void ans_jw_int(ans_jw *w, int64_t v);
void ans_jw_bool(ans_jw *w, bool v);
void ans_jw_raw(ans_jw *w, ans_str json); /* one complete JSON value, copied as it is */
void ans_jw_copy(ans_jw *w, const ans_json *doc, ans_jnode n); /* a value of a document, minified */
/* key and string value in one call */
void ans_jw_kv(ans_jw *w, ans_str key, ans_str value);

#endif
