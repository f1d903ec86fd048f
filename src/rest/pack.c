/* Answers packed with gzip for who asks for it: a ward's line is thin, and FHIR says everything many times over. Quickly rather than tightly
 * (level 1, docs/performance.md). What is small goes as it is, for it fits into the first packets; so do PDF, a photo read alone, and what is said
 * at the doors, where a secret must not stand beside a stranger's words in one stream of known length (docs/security.md).
 * RFC 9110 8.4 and 12.5.3. */
#include "rest/gzip.h"
#include "rest/rest_int.h"

enum { LEVEL = 1, MEMORY = 8 };
#define LEAST_BYTES ((size_t)4 << 10)
#define MOST_ON_LOOP ((size_t)64 << 10) /* all connections of that loop wait meanwhile: for half a millisecond at most */
#define MOST_BYTES ((size_t)16 << 20)

/* "q=0" and "q=0.000" are a no. */
static bool is_refused(ans_str weight)
{
    weight = ans_str_trim(weight);
    if (!ans_str_starts(weight, ANS_STR("q=")) && !ans_str_starts(weight, ANS_STR("Q="))) {
        return false;
    }
    for (size_t i = 2; i < weight.n; i++) {
        if (weight.p[i] >= '1' && weight.p[i] <= '9') {
            return false;
        }
    }
    return true;
}

bool takes_gzip(const ans_http_call *call)
{
    ans_str list = ans_http_header_get(call, "accept-encoding"), weight, name;
    for (bool more = list.n > 0; more;) {
        more = ans_str_cut(&list, ',', &weight);
        (void)ans_str_cut(&weight, ';', &name);
        if (ans_str_ieq(ans_str_trim(name), ANS_STR("gzip"))) {
            return !is_refused(weight);
        }
    }
    return false;
}

static bool worth_packing(const job *j)
{
    const answer *an = &j->an;
    bool is_door = j->route.what == I_SIGN || j->route.what == I_SMART;
    bool is_text = !an->content_type || ans_str_starts(ans_str_of(an->content_type), ANS_STR("application/fhir+json")) ||
                   ans_str_starts(ans_str_of(an->content_type), ANS_STR("application/json")) || ans_str_starts(ans_str_of(an->content_type), ANS_STR("text/"));
    bool on_loop = j->route.what == I_READ || j->route.what == I_VREAD;
    return !an->is_asset && !is_door && is_text && an->body.n >= LEAST_BYTES && an->body.n <= (on_loop ? MOST_ON_LOOP : MOST_BYTES);
}

static void *arena_get(void *arena, uInt count, uInt size)
{
    return ans_arena_alloc(arena, (size_t)count * size);
}

static void arena_leave(void *arena, void *p)
{
    (void)arena;
    (void)p; /* it goes with the call */
}

z_stream gzip_stream(ans_arena *arena)
{
    return (z_stream){.zalloc = arena_get, .zfree = arena_leave, .opaque = arena};
}

/* Whatever fails here leaves the answer as it is: it is whole already. */
void answer_pack(job *j)
{
    bool is_worth = worth_packing(j);
    j->an.is_varied = j->an.is_asset || is_worth;
    if (!is_worth || !takes_gzip(j->call)) {
        return;
    }
    z_stream z = gzip_stream(j->cx->arena);
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        return;
    }
    char *packed = ans_arena_alloc(j->cx->arena, j->an.body.n); /* no longer than it was, or not at all */
    if (packed) {
        z.next_in = (Bytef *)(uintptr_t)j->an.body.p; /* zlib reads it only */
        z.avail_in = (uInt)j->an.body.n;
        z.next_out = (Bytef *)packed;
        z.avail_out = (uInt)j->an.body.n;
        if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
            j->an.body = (ans_str){packed, z.total_out};
            j->an.is_gzip = true;
        }
    }
    (void)deflateEnd(&z); /* nothing to learn */
}
