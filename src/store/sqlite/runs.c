/* Sorted runs of row changes, merged by halves like the digits of a counter: see pending.h. */
#include "store/sqlite/pending.h"

#include "base/arena.h"
#include "base/buf.h"

#define IS_ADD 0x80000000u

typedef struct entry {
    uint64_t prefix; /* the first 8 bytes, big-endian: most comparisons end here */
    uint32_t at;
    uint32_t n; /* highest bit: an add */
} entry;

struct pending_run {
    atomic_uint users;
    uint32_t count, removals;
    size_t size; /* of the bytes */
    char *bytes;
    entry at[];
};

static ans_str key_of(const pending_run *run, uint32_t i)
{
    return (ans_str){run->bytes + run->at[i].at, run->at[i].n & ~IS_ADD};
}

static bool is_add(const pending_run *run, uint32_t i)
{
    return run->at[i].n & IS_ADD;
}

static uint64_t prefix_of(ans_str key)
{
    uint64_t v = 0;

    for (size_t i = 0; i < 8; i++)
        v = v << 8 | (i < key.n ? (uint8_t)key.p[i] : 0);
    return v;
}

/* ---- making runs ---- */

static pending_run *run_room(uint64_t count, uint64_t bytes)
{
    if (bytes > UINT32_MAX || count > UINT32_MAX / 4)
        return NULL;
    size_t head = sizeof(pending_run) + (size_t)count * sizeof(entry);
    pending_run *run = ans_alloc(head + (size_t)bytes);

    if (!run)
        return NULL;
    run->count = run->removals = 0;
    run->size = 0;
    run->bytes = (char *)run + head;
    atomic_init(&run->users, 1);
    return run;
}

static void put(pending_run *run, ans_str key, uint64_t prefix, bool add)
{
    if (key.n > 0)
        memcpy(run->bytes + run->size, key.p, key.n);
    run->at[run->count++] = (entry){prefix, (uint32_t)run->size, (uint32_t)key.n | (add ? IS_ADD : 0)};
    run->size += key.n;
    run->removals += !add;
}

pending_run *pending_run_new(const ans_rowop *ops, uint32_t count)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < count; i++)
        bytes += ops[i].key.n;
    pending_run *run = run_room(count, bytes);
    for (uint32_t i = 0; run && i < count; i++)
        put(run, ops[i].key, prefix_of(ops[i].key), ops[i].is_add);
    return run;
}

void pending_run_free(pending_run *run)
{
    if (run && atomic_fetch_sub(&run->users, 1) == 1)
        ans_free(run);
}

static pending_run *run_use(pending_run *run)
{
    atomic_fetch_add_explicit(&run->users, 1, memory_order_relaxed);
    return run;
}

static int compare(const pending_run *a, uint32_t i, const pending_run *b, uint32_t k)
{
    if (a->at[i].prefix != b->at[k].prefix)
        return a->at[i].prefix < b->at[k].prefix ? -1 : 1;
    return ans_str_cmp(key_of(a, i), key_of(b, k));
}

/* A row that one took away and the other put back, or the other way round, is as it was. */
static pending_run *merge(const pending_run *a, const pending_run *b)
{
    pending_run *run = run_room((uint64_t)a->count + b->count, (uint64_t)a->size + b->size);
    uint32_t i = 0, k = 0;

    while (run && (i < a->count || k < b->count)) {
        int c = i == a->count ? 1 : k == b->count ? -1 : compare(a, i, b, k);
        if (c == 0 && is_add(a, i) != is_add(b, k)) {
            i++;
            k++;
            continue;
        }
        if (c <= 0)
            put(run, key_of(a, i), a->at[i].prefix, is_add(a, i));
        else
            put(run, key_of(b, k), b->at[k].prefix, is_add(b, k));
        i += c <= 0;
        k += c >= 0;
    }
    return run;
}

/* ---- bytes: for each change, what it shares with the key before, how many more bytes, twice, lowest bit: an add; the bytes ---- */

static void put_number(ans_buf *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        ans_buf_add_c(b, (char)(v | 0x80));
    ans_buf_add_c(b, (char)v);
}

bool pending_encode(ans_buf *out, const ans_rowop *ops, uint32_t count)
{
    ans_str before = ANS_STR_NONE;

    put_number(out, count);
    for (uint32_t i = 0; i < count; i++) {
        ans_str key = ops[i].key;
        size_t shared = 0;
        while (shared < key.n && shared < before.n && key.p[shared] == before.p[shared])
            shared++;
        put_number(out, shared);
        put_number(out, (uint64_t)(key.n - shared) << 1 | ops[i].is_add);
        ans_buf_add(out, ans_str_from(key, shared));
        before = key;
    }
    return out->err_ == ANS_OK;
}

static bool take_number(ans_str *s, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 35 && s->n > 0; shift += 7) {
        uint8_t byte = (uint8_t)s->p[0];
        *s = (ans_str){s->p + 1, s->n - 1};
        *out |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* The same walk twice: how much room, then into it. Damaged bytes answer false. */
static bool decode(ans_str s, pending_run *run, uint64_t *out_count, uint64_t *out_bytes)
{
    uint64_t count, bytes = 0, n = 0, shared, rest;
    char key[ANS_ROW_MAX_BYTES];

    if (!take_number(&s, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!take_number(&s, &shared) || !take_number(&s, &rest))
            return false;
        bool add = rest & 1;
        rest >>= 1;
        if (shared > n || rest > s.n || shared + rest > sizeof key)
            return false;
        if (rest > 0)
            memcpy(key + shared, s.p, rest);
        n = shared + rest;
        bytes += n;
        s = (ans_str){s.p + rest, s.n - rest};
        ans_str k = {key, n};
        if (run && run->count > 0 && ans_str_cmp(key_of(run, run->count - 1), k) >= 0)
            return false;
        if (run)
            put(run, k, prefix_of(k), add);
    }
    *out_count = count;
    *out_bytes = bytes;
    return s.n == 0;
}

pending_run *pending_run_decode(ans_str s)
{
    uint64_t count, bytes;
    pending_run *run = decode(s, NULL, &count, &bytes) ? run_room(count, bytes) : NULL;

    if (run && !decode(s, run, &count, &bytes)) {
        pending_run_free(run);
        return NULL;
    }
    return run;
}

/* ---- views ---- */

pending_view *pending_view_use(pending_view *view)
{
    if (view)
        atomic_fetch_add_explicit(&view->users, 1, memory_order_relaxed);
    return view;
}

void pending_view_done(pending_view *view)
{
    if (!view || atomic_fetch_sub(&view->users, 1) != 1)
        return;
    for (uint32_t i = 0; i < view->count; i++)
        pending_run_free(view->runs[i]);
    ans_free(view);
}

/* Merge the last runs while one is not twice as large as the next. Failing is harmless while there is room for more. */
static bool make_few(pending_view *v)
{
    uint32_t fixed = v->leaving ? 1 : 0;

    while (v->count > fixed + 1 && v->runs[v->count - 2]->count < 2 * v->runs[v->count - 1]->count) {
        pending_run *a = v->runs[v->count - 2], *b = v->runs[v->count - 1], *m = merge(a, b);
        if (!m)
            break;
        pending_run_free(a);
        pending_run_free(b);
        v->runs[--v->count - 1] = m;
    }
    return v->count < PENDING_RUNS;
}

static void use_runs(pending_view *v, const pending_view *old, uint32_t from)
{
    for (uint32_t i = from; old && i < old->count; i++)
        v->runs[v->count++] = run_use(old->runs[i]);
}

static void weigh(pending_view *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        v->ops += v->runs[i]->count;
        v->bytes += v->runs[i]->size;
    }
}

pending_view *pending_view_with(const pending_view *old, pending_run *run, int64_t seq)
{
    pending_view *v = run ? ans_alloc(sizeof *v) : NULL;

    if (!v) {
        pending_run_free(run);
        return NULL;
    }
    *v = (pending_view){.lo = old ? old->lo : seq, .hi = seq, .leaving = old ? old->leaving : 0, .gone = old ? old->gone : 0};
    atomic_init(&v->users, 1);
    use_runs(v, old, 0);
    v->runs[v->count++] = run;
    bool fits = make_few(v);
    weigh(v);
    if (fits)
        return v;
    pending_view_done(v);
    return NULL;
}

/* ---- leaving ---- */

/* All runs as one, the caller's to free. */
static pending_run *merge_all(const pending_view *v)
{
    pending_run *sum = run_use(v->runs[v->count - 1]); /* from the small ones up */

    for (uint32_t i = v->count - 1; sum && i-- > 0;) {
        pending_run *m = merge(v->runs[i], sum);
        pending_run_free(sum);
        sum = m;
    }
    return sum;
}

pending_view *pending_view_leaving(const pending_view *old, int64_t lo, uint32_t gone)
{
    pending_run *run = old->leaving ? run_use(old->runs[0]) : merge_all(old);
    pending_view *v = run ? ans_alloc(sizeof *v) : NULL;

    if (!v) {
        pending_run_free(run);
        return NULL;
    }
    *v = (pending_view){.lo = lo, .hi = old->hi, .leaving = old->leaving ? old->leaving : old->hi, .gone = gone};
    atomic_init(&v->users, 1);
    v->runs[v->count++] = run;
    use_runs(v, old->leaving ? old : NULL, 1);
    weigh(v);
    return v;
}

pending_view *pending_view_left(const pending_view *old, int64_t lo, bool *out_ok)
{
    pending_view *v = old->count > 1 ? ans_alloc(sizeof *v) : NULL;

    *out_ok = v || old->count == 1;
    if (!v)
        return NULL;
    *v = (pending_view){.lo = lo, .hi = old->hi};
    atomic_init(&v->users, 1);
    use_runs(v, old, 1);
    weigh(v);
    return v;
}

ans_str pending_front(const pending_view *v)
{
    return v->gone < v->runs[0]->count ? key_of(v->runs[0], v->gone) : ANS_STR_NONE;
}

ans_rowop *pending_next(const pending_view *v, uint32_t count, uint32_t *out_count)
{
    const pending_run *run = v->runs[0];
    uint32_t n = run->count - v->gone < count ? run->count - v->gone : count;
    ans_rowop *ops = ans_alloc(n * sizeof *ops + 1);

    for (uint32_t i = 0; ops && i < n; i++)
        ops[i] = (ans_rowop){key_of(run, v->gone + i), is_add(run, v->gone + i)};
    *out_count = n;
    return ops;
}

ans_rowop *pending_all(const pending_view *view, uint32_t *out_count)
{
    ans_rowop *ops = view->ops < UINT32_MAX ? ans_alloc((size_t)view->ops * sizeof *ops + 1) : NULL;
    pending_cursor cur = {.view = view, .at = {view->gone}};
    uint32_t n = 0;

    /* a row whose last change was cancelled by an older run's stays in, and does what is done: harmless */
    for (ans_rowop op; ops && pending_peek(&cur, &op); pending_pass(&cur, op.key))
        ops[n++] = op;
    *out_count = n;
    return ops;
}

/* ---- asking ---- */

/* The first entry at or behind key. */
static uint32_t lower_bound(const pending_run *run, ans_str key)
{
    uint64_t prefix = prefix_of(key);
    uint32_t from = 0, to = run->count;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;
        const entry *e = &run->at[mid];
        bool before = e->prefix != prefix ? e->prefix < prefix : ans_str_cmp(key_of(run, mid), key) < 0;
        from = before ? mid + 1 : from;
        to = before ? to : mid;
    }
    return from;
}

/* The same, of those that are not in `key` yet. */
static uint32_t first_waiting(const pending_view *v, uint32_t i, ans_str key)
{
    uint32_t at = lower_bound(v->runs[i], key);

    return i == 0 && at < v->gone ? v->gone : at;
}

uint32_t pending_before(const pending_view *view, ans_str key)
{
    return lower_bound(view->runs[0], key);
}

void pending_count(const pending_view *view, ans_str low, ans_str high, uint64_t *out_more, uint64_t *out_less)
{
    uint64_t more = 0, less = 0;

    for (uint32_t i = 0; i < view->count; i++) {
        const pending_run *run = view->runs[i];
        uint32_t from = first_waiting(view, i, low), to = high.n ? first_waiting(view, i, high) : run->count;
        uint64_t removals = 0;
        for (uint32_t k = from; run->removals > 0 && k < to; k++)
            removals += !is_add(run, k);
        less += removals;
        more += to > from ? to - from - removals : 0;
    }
    *out_more = more;
    *out_less = less;
}

void pending_seek(pending_cursor *cur, ans_str key)
{
    for (uint32_t i = 0; i < cur->view->count; i++)
        cur->at[i] = first_waiting(cur->view, i, key);
}

/* Of several changes of one row the youngest says how it is. */
bool pending_peek(const pending_cursor *cur, ans_rowop *out)
{
    const pending_run *best = NULL;
    uint32_t best_at = 0;

    for (uint32_t i = cur->view->count; i-- > 0;) {
        const pending_run *run = cur->view->runs[i];
        if (cur->at[i] == run->count || (best && compare(run, cur->at[i], best, best_at) >= 0))
            continue;
        best = run;
        best_at = cur->at[i];
    }
    if (best)
        *out = (ans_rowop){key_of(best, best_at), is_add(best, best_at)};
    return best != NULL;
}

void pending_pass(pending_cursor *cur, ans_str key)
{
    for (uint32_t i = 0; i < cur->view->count; i++) {
        const pending_run *run = cur->view->runs[i];
        if (cur->at[i] < run->count && ans_str_eq(key_of(run, cur->at[i]), key))
            cur->at[i]++;
    }
}
