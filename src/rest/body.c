/* Bodies as they come: packed with gzip, or the bytes of a Binary as they are. They are opened on a pool thread, before anybody reads them.
 * http://hl7.org/fhir/R4/http.html#general, http://hl7.org/fhir/R4/binary.html#rest */
#include "rest/gzip.h"
#include "rest/rest_int.h"
#include "smart/jose.h"

enum { WAIT_SECONDS = 2 };
#define MOST_BYTES ((size_t)64 << 20) /* as of a body that comes plain */
#define PIECE ((size_t)64 << 10)
#define STEP ((size_t)1 << 20)
#define MOST_AT_ONCE ((size_t)320 << 20) /* of all calls together, the first step of each not counted */

/* ---- room: a body that came plain was received piece by piece; a packed one of some kilobytes becomes 64 MiB at once ---- */

static atomic_size_t unpacked; /* of the process: a call's memory may outlive its ans_rest by the time its answer takes */

typedef struct room {
    size_t bytes;
} room;

static void give_back(void *arg)
{
    room *r = arg;
    atomic_fetch_sub(&unpacked, r->bytes);
    r->bytes = 0;
}

static ans_err hold(job *j, room *r, size_t bytes)
{
    while (r->bytes + STEP < bytes) {
        if (atomic_fetch_add(&unpacked, STEP) + STEP > MOST_AT_ONCE) {
            atomic_fetch_sub(&unpacked, STEP);
            j->an.retry_seconds = WAIT_SECONDS;
            return ans_issue_add(j->cx, ANS_E_BUSY, ANS_STR("http.body"), "too many large packed bodies at once, nothing was done: wait %d s", WAIT_SECONDS);
        }
        r->bytes += STEP;
    }
    return ANS_OK;
}

/* ---- gzip ---- */

static ans_err unpack_all(job *j, z_stream *z, ans_buf *b, room *r)
{
    int code = Z_OK;
    while (code == Z_OK) {
        ans_err err = hold(j, r, b->n + PIECE);
        if (err != ANS_OK) {
            return err;
        }
        z->next_out = (Bytef *)ans_buf_room(b, PIECE);
        z->avail_out = PIECE;
        if (!z->next_out) {
            return ans_arena_is_full(j->cx->arena) ? ans_cx_nomem(j->cx)
                                                   : ans_issue_add(j->cx, ANS_E_TOOBIG, ANS_STR("http.body"), "unpacked the body is larger than %zu bytes", MOST_BYTES);
        }
        code = inflate(z, Z_NO_FLUSH);
        b->n += PIECE - z->avail_out;
        if (ans_cx_is_late(j->cx)) {
            return ans_issue_add(j->cx, ANS_E_TIMEOUT, ANS_STR("http.body"), "unpacking the body took too long");
        }
    }
    if (code == Z_MEM_ERROR) {
        return ans_cx_nomem(j->cx);
    }
    return code == Z_STREAM_END && z->avail_in == 0 ? ANS_OK : ans_issue_add(j->cx, ANS_E_SYNTAX, ANS_STR("http.body"), "the body is no whole gzip stream");
}

static ans_err unpack(job *j)
{
    z_stream z = gzip_stream(j->cx->arena);
    ans_buf b;
    room *r = ANS_NEW(j->cx->arena, room);
    if (!r || ans_arena_cleanup(j->cx->arena, give_back, r) != ANS_OK) {
        return ans_cx_nomem(j->cx);
    }
    z.next_in = (Bytef *)(uintptr_t)j->rq.body.p; /* zlib reads it only */
    z.avail_in = (uInt)j->rq.body.n;
    if (inflateInit2(&z, GZIP) != Z_OK) {
        return ans_cx_nomem(j->cx);
    }
    ans_buf_init_arena(&b, j->cx->arena, MOST_BYTES + PIECE);
    ans_err err = unpack_all(j, &z, &b, r);
    (void)inflateEnd(&z); /* nothing to learn */
    err = err == ANS_OK ? ans_buf_finish(&b, &j->rq.body) : err;
    if (err != ANS_OK) {
        give_back(r); /* the answer may be long in coming through */
    }
    return err == ANS_OK ? limit_bytes(j) : err;
}

/* ---- Binary ---- */

static bool is_binary_resource(job *j)
{
    ans_cx brief = {.arena = j->cx->arena}; /* what does not parse is no error: it is content */
    ans_json doc;
    return ans_json_parse(&brief, j->rq.body, NULL, &doc) == ANS_OK &&
           ans_str_is(ans_json_get_string(&brief, &doc, 0, ANS_STR("resourceType")), "Binary");
}

/* Base64 as FHIR has it, from that of URLs: other digits, and filled up. */
static void write_base64(ans_jw *w, ans_str url)
{
    char *text = (char *)(uintptr_t)url.p; /* made for this call */
    for (size_t i = 0; i < url.n; i++) {
        text[i] = (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
    }
    ans_buf_add_c(w->buf, '"');
    ans_buf_add(w->buf, url);
    ans_buf_add(w->buf, ans_str_head(ANS_STR("=="), (4 - url.n % 4) % 4));
    ans_buf_add_c(w->buf, '"');
}

static ans_err wrap_binary(job *j)
{
    ans_buf b;
    ans_jw w;
    ans_str data = ans_base64url(j->cx->arena, j->rq.body.p, j->rq.body.n);
    ans_str context = ans_http_header_get(j->call, "x-security-context");
    if (!data.p) {
        return ans_cx_nomem(j->cx);
    }
    ans_buf_init_arena(&b, j->cx->arena, 2 * MOST_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Binary"));
    if (j->route.id.n) {
        ans_jw_kv(&w, ANS_STR("id"), j->route.id);
    }
    ans_jw_kv(&w, ANS_STR("contentType"), ans_http_header_get(j->call, "content-type"));
    if (context.n) {
        ans_jw_key(&w, ANS_STR("securityContext"));
        ans_jw_begin(&w, '{');
        ans_jw_kv(&w, ANS_STR("reference"), context);
        ans_jw_end(&w, '}');
    }
    ans_jw_key(&w, ANS_STR("data"));
    write_base64(&w, data);
    ans_buf_add_c(&b, '}');
    return ans_buf_finish(&b, &j->rq.body);
}

ans_err body_open(job *j)
{
    ans_err err = ANS_OK;
    bool may_be_raw = j->rq.is_raw || j->rq.is_maybe_raw;
    if (j->rq.is_packed) {
        err = unpack(j);
    }
    if (err == ANS_OK && may_be_raw && (j->rq.is_raw || !is_binary_resource(j))) {
        err = wrap_binary(j);
    }
    j->rq.is_packed = j->rq.is_raw = j->rq.is_maybe_raw = false; /* a call may be prepared again */
    return err;
}
