/* Random sequences of operations: mem, sqlite and a model written here in the plainest way must
 * agree on everything that can be seen. The seed is printed on failure; ANS_TEST_SEED=n runs that
 * one again, ANS_TEST_FULL=1 runs many. */
#include "contract/journal_kit.h"
#include "store/store_test.h"

enum {
    TYPES = 3,
    IDS = 10,
    THINGS = TYPES * IDS,
    WRITTEN_TYPES = 2,
    LOG_MAX = 4000,
    JOURNAL_MAX = 3000,
    ROWS_MAX = 400,
    SNAPSHOTS = 3
};

/* ---- the model ---- */

typedef struct entry {
    int thing;
    uint32_t vid;
    bool is_delete;
    const char *body;
    int64_t when_us;
} entry;

typedef struct model {
    ans_arena *arena;
    entry log[LOG_MAX + 1]; /* by position */
    ans_pos end;
    ans_rid rids[THINGS], rid_end;
    int things[THINGS + 1]; /* by rid */
    const char *journal[JOURNAL_MAX + 1]; /* by seq */
    uint32_t journal_keys[JOURNAL_MAX + 1][2];
    uint64_t journal_end;
} model;

typedef struct snapshot {
    ans_pos end;
    ans_rid rid_end;
    uint64_t journal_end;
} snapshot;

static char id_texts[THINGS][64];

static ans_ref ref_of(int thing)
{
    return (ans_ref){(uint16_t)(thing / IDS + 1), kit_str(id_texts[thing])};
}

static int thing_of(ans_ref ref)
{
    for (int i = 0; i < THINGS; i++) {
        if (ref.type == i / IDS + 1 && ans_str_is(ref.id, id_texts[i]))
            return i;
    }
    fail_msg("an unknown reference");
    return 0;
}

static ans_pos current(const model *m, int thing, ans_pos end)
{
    for (ans_pos pos = end; pos > 0; pos--) {
        if (m->log[pos].thing == thing)
            return pos;
    }
    return 0;
}

static void mention(model *m, int thing)
{
    if (m->rids[thing])
        return;
    m->rids[thing] = ++m->rid_end;
    m->things[m->rid_end] = thing;
}

static bool is_live(const model *m, int thing, ans_pos end)
{
    ans_pos pos = current(m, thing, end);
    return pos && !m->log[pos].is_delete;
}

static int compare_strs(const void *a, const void *b)
{
    return ans_str_cmp(*(const ans_str *)a, *(const ans_str *)b);
}

static ans_str key_of(const model *m, ans_arena *arena, const ans_row *row, int owner)
{
    char key[300];
    size_t n = 0;
    const ans_rid rids[2] = {row->ref.type ? m->rids[thing_of(row->ref)] : 0, m->rids[owner]};
    memcpy(key, row->head.p, row->head.n);
    n += row->head.n;
    for (int i = row->ref.type ? 0 : 1; i < 2; i++) {
        if (i == 1) {
            memcpy(key + n, row->tail.p, row->tail.n);
            n += row->tail.n;
        }
        for (int shift = 24; shift >= 0; shift -= 8)
            key[n++] = (char)(rids[i] >> shift);
    }
    return ans_arena_dup(arena, (ans_str){key, n});
}

/* All rows that must stand at that moment, sorted, each once. */
static uint32_t rows_at(const model *m, ans_cx *cx, ans_pos end, ans_str *out)
{
    uint32_t n = 0, kept = 0;
    for (int thing = 0; thing < THINGS; thing++) {
        ans_rows rows = {0};
        if (!is_live(m, thing, end))
            continue;
        assert_int_equal(
            kit_index(NULL, cx, 1, kit_str(m->log[current(m, thing, end)].body), &rows), ANS_OK);
        for (uint32_t i = 0; i < rows.count; i++)
            out[n++] = key_of(m, cx->arena, &rows.at[i], thing);
    }
    qsort(out, n, sizeof *out, compare_strs);
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || !ans_str_eq(out[i], out[i - 1]))
            out[kept++] = out[i];
    }
    return kept;
}

/* ---- what a reader must see ---- */

static void check_version(const model *m, const ans_version *v, ans_pos pos)
{
    const entry *e = &m->log[pos];
    ans_ref ref = ref_of(e->thing);
    assert_int_equal(v->pos, pos);
    assert_int_equal(v->vid, e->vid);
    assert_int_equal(v->is_first, e->vid == 1);
    assert_int_equal(v->is_delete, e->is_delete);
    assert_int_equal(v->when_us, e->when_us);
    assert_int_equal(v->rid, m->rids[e->thing]);
    assert_int_equal(v->ref.type, ref.type);
    assert_true(ans_str_eq(v->ref.id, ref.id));
}

static void check_thing(const model *m, ans_cx *cx, ans_reader *rd, int thing, snapshot s)
{
    ans_pos pos = current(m, thing, s.end);
    ans_version v;
    ans_rid rid;
    ans_err expected = !pos ? ANS_E_NOTFOUND : m->log[pos].is_delete ? ANS_E_GONE : ANS_OK;
    bool is_known = m->rids[thing] && m->rids[thing] <= s.rid_end;
    assert_int_equal(ans_store_read(cx, rd, ref_of(thing), &v), expected);
    if (pos)
        check_version(m, &v, pos);
    if (expected == ANS_OK)
        kit_assert_str(v.body, m->log[pos].body);
    assert_int_equal(ans_store_rid(cx, rd, ref_of(thing), &rid),
                     is_known ? ANS_OK : ANS_E_NOTFOUND);
    if (!is_known)
        return;
    assert_int_equal(rid, m->rids[thing]);
    assert_int_equal(ans_store_read_rid(cx, rd, rid, false, &v), expected);
    for (ans_pos p = 1; p <= s.end; p++) {
        if (m->log[p].thing != thing)
            continue;
        assert_int_equal(ans_store_vread(cx, rd, ref_of(thing), m->log[p].vid, &v),
                         m->log[p].is_delete ? ANS_E_GONE : ANS_OK);
        check_version(m, &v, p);
    }
}

static bool is_asked(const model *m, const ans_history_query *q, ans_pos pos)
{
    const entry *e = &m->log[pos];
    return (!q->rid || m->rids[e->thing] == q->rid) &&
           (q->rid || !q->type || ref_of(e->thing).type == q->type) &&
           (!q->since_us || e->when_us >= q->since_us) &&
           (!q->until_us || e->when_us <= q->until_us);
}

static void check_history(const model *m, ans_cx *cx, ans_reader *rd, const ans_history_query *q,
                          snapshot s)
{
    ans_version *v;
    uint32_t count, n = 0;
    uint64_t total, all = 0;
    assert_int_equal(ans_store_history(cx, rd, q, &v, &count), ANS_OK);
    for (ans_pos i = 0; i < s.end; i++) {
        ans_pos pos = q->forward ? i + 1 : s.end - i;
        if (!is_asked(m, q, pos))
            continue;
        all++;
        if (q->forward ? pos < q->from : q->before && pos >= q->before)
            continue;
        if (n == q->limit)
            continue;
        assert_true(n < count);
        check_version(m, &v[n], pos);
        if (q->with_body && !v[n].is_delete)
            kit_assert_str(v[n].body, m->log[pos].body);
        n++;
    }
    assert_int_equal(n, count);
    assert_int_equal(ans_store_history_count(cx, rd, q, &total), ANS_OK);
    assert_int_equal(total, all);
}

static uint64_t random_state;
static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 20) % below;
}

static ans_history_query draw_query(const model *m, snapshot s)
{
    ans_history_query q = {
        .limit = draw(3) ? draw(20) : 100000, .forward = draw(2), .with_body = draw(2)};
    if (draw(3) == 0)
        q.type = (uint16_t)(1 + draw(TYPES));
    if (draw(3) == 0)
        q.rid = draw(s.rid_end + 2);
    if (s.end && draw(3) == 0)
        q.since_us = m->log[1 + draw((uint32_t)s.end)].when_us + (int)draw(3) - 1;
    if (s.end && draw(3) == 0)
        q.until_us = m->log[1 + draw((uint32_t)s.end)].when_us + (int)draw(3) - 1;
    if (draw(2) == 0)
        q.before = q.from = draw((uint32_t)s.end + 3);
    return q;
}

static void check_rows(const model *m, ans_cx *cx, ans_reader *rd, snapshot s)
{
    ans_str expected[ROWS_MAX], row, low, high;
    uint32_t n = rows_at(m, cx, s.end, expected), first = 0, end = 0;
    uint64_t count;
    ans_cursor *cur;
    assert_int_equal(ans_cursor_open(cx, rd, ANS_STR_NONE, ANS_STR_NONE, &cur), ANS_OK);
    assert_int_equal(ans_cursor_seek(cx, cur, ANS_STR_NONE, &row), ANS_OK);
    for (uint32_t i = 0; i < n; i++) {
        assert_non_null(row.p);
        assert_true(ans_str_eq(row, expected[i]));
        assert_int_equal(ans_cursor_next(cx, cur, &row), ANS_OK);
    }
    assert_null(row.p);
    ans_cursor_close(cur);
    if (n == 0)
        return;
    low = expected[draw(n)];
    high = expected[draw(n)];
    while (first < n && ans_str_cmp(expected[first], low) < 0)
        first++;
    while (end < n && ans_str_cmp(expected[end], high) < 0)
        end++;
    assert_int_equal(ans_store_count_rows(cx, rd, low, high, 0, &count), ANS_OK);
    assert_int_equal(count, end > first ? end - first : 0);
    assert_int_equal(ans_cursor_open(cx, rd, low, high, &cur), ANS_OK);
    for (int i = 0; i < 5; i++) { /* seeks back and forth */
        uint32_t to = draw(n), at = to > first ? to : first;
        assert_int_equal(ans_cursor_seek(cx, cur, expected[to], &row), ANS_OK);
        assert_int_equal(row.p != NULL, at < end);
        if (row.p)
            assert_true(ans_str_eq(row, expected[at]));
    }
    ans_cursor_close(cur);
}

typedef struct journal_look {
    const model *m;
    const ans_journal_query *q;
    uint64_t at, left;
} journal_look;

static bool is_entry_asked(const model *m, const ans_journal_query *q, uint64_t seq)
{
    const uint32_t *keys = m->journal_keys[seq];
    bool any = q->any_count == 0;
    for (uint32_t i = 0; i < q->any_count; i++)
        any = any || keys[0] == q->any[i] || keys[1] == q->any[i];
    for (uint32_t i = 0; i < q->all_count; i++)
        any = any && (keys[0] == q->all[i] || keys[1] == q->all[i]);
    return any && (!q->before || seq < q->before) && seq > q->after;
}

static bool look_at_entry(void *arg, const ans_entry *e)
{
    journal_look *l = arg;
    while (l->at > 0 && !is_entry_asked(l->m, l->q, l->at))
        l->at--;
    assert_int_equal(e->seq, l->at);
    kit_assert_str(e->bytes, l->m->journal[l->at]);
    assert_int_equal(e->key_count, 2);
    assert_memory_equal(e->keys, l->m->journal_keys[l->at], sizeof l->m->journal_keys[0]);
    l->at--;
    return --l->left > 0;
}

static void check_journal(const model *m, ans_cx *cx, ans_reader *rd, snapshot s)
{
    const uint32_t any[] = {draw(12), draw(12)}, all[] = {draw(12)};
    ans_journal_query q = {.any = any, .any_count = draw(3), .all = all, .all_count = draw(3) / 2};
    ans_entry last;
    assert_int_equal(ans_journal_last(cx, rd, &last), ANS_OK);
    assert_int_equal(last.seq, s.journal_end);
    if (draw(2))
        q.before = draw((uint32_t)s.journal_end + 2);
    if (draw(3) == 0)
        q.after = draw((uint32_t)s.journal_end + 2);
    journal_look l = {m, &q, s.journal_end, 1 + draw(50)};
    assert_int_equal(ans_journal_walk(cx, rd, &q, look_at_entry, &l), ANS_OK);
    while (l.left > 0 && l.at > 0)
        assert_false(is_entry_asked(m, &q, l.at--)); /* it ended because there was no more */
}

static void check_reader(const model *m, ans_cx *cx, ans_reader *rd, snapshot s)
{
    ans_pos pos;
    ans_rid rid;
    assert_int_equal(ans_store_head(cx, rd, &pos, &rid), ANS_OK);
    assert_int_equal(pos, s.end);
    assert_int_equal(rid, s.rid_end);
    check_rows(m, cx, rd, s);
    check_journal(m, cx, rd, s);
    for (int i = 0; i < 4; i++)
        check_thing(m, cx, rd, (int)draw(THINGS), s);
    for (int i = 0; i < 3; i++) {
        ans_history_query q = draw_query(m, s);
        check_history(m, cx, rd, &q, s);
    }
}

/* ---- one step ---- */

typedef struct world {
    model m;
    kit kits[2];
    ans_reader *old[2][SNAPSHOTS];
    snapshot snapshots[SNAPSHOTS];
    bool is_held[SNAPSHOTS];
} world;

static int64_t fake_now;
static int64_t fake_clock(void)
{
    return fake_now;
}

static const char *draw_body(ans_arena *arena)
{
    char text[600];
    int n = snprintf(text, sizeof text, "body %u", draw(4));
    for (uint32_t rows = draw(6); rows > 0; rows--) {
        if (draw(2))
            n += snprintf(text + n, sizeof text - (size_t)n, "\n%c||%u", 'a' + (int)draw(3),
                          draw(5));
        else {
            ans_ref ref = ref_of((int)draw(THINGS));
            n += snprintf(text + n, sizeof text - (size_t)n, "\n%c|%u/%s|%u", 'a' + (int)draw(3),
                          ref.type, ref.id.p, draw(3));
        }
    }
    return ans_arena_dup(arena, (ans_str){text, (size_t)n}).p;
}

/* What must come of a change, seen by the model alone. */
static bool allows(const model *m, const ans_change *c)
{
    int thing = thing_of(c->ref);
    ans_pos pos = current(m, thing, m->end);
    bool live = is_live(m, thing, m->end);
    if (c->if_vid == ANS_VID_ANY)
        return true;
    return c->if_vid == ANS_VID_ABSENT ? !live : live && m->log[pos].vid == c->if_vid;
}

static void apply(model *m, ans_cx *cx, ans_change *c)
{
    int thing = thing_of(c->ref);
    ans_pos pos = current(m, thing, m->end);
    bool live = is_live(m, thing, m->end);
    bool same = live && !c->is_delete && ans_str_is(c->body, m->log[pos].body);
    c->rid = m->rids[thing];
    c->vid = pos ? m->log[pos].vid : 0;
    c->pos = pos;
    c->outcome = c->is_delete ? (live ? ANS_DELETED : ANS_ABSENT)
                 : same       ? ANS_UNCHANGED
                 : live       ? ANS_UPDATED
                              : ANS_CREATED;
    if (c->outcome == ANS_ABSENT || c->outcome == ANS_UNCHANGED)
        return;
    mention(m, thing);
    m->end++;
    assert_true(m->end <= LOG_MAX);
    m->log[m->end] = (entry){.thing = thing, .vid = c->vid + 1, .is_delete = c->is_delete};
    m->log[m->end].body = ans_arena_dup(m->arena, c->body).p;
    c->vid++;
    c->pos = m->end;
    ans_rows rows = {0};
    if (!c->is_delete)
        assert_int_equal(kit_index(NULL, cx, 1, c->body, &rows), ANS_OK);
    for (uint32_t i = 0; i < rows.count; i++) {
        if (rows.at[i].ref.type)
            mention(m, thing_of(rows.at[i].ref));
    }
    c->rid = m->rids[thing];
}

static ans_err refuse(ans_txn *txn, ans_reader *rd)
{
    ans_pos pos;
    ans_rid rid;
    assert_int_equal(ans_store_head(txn->cx, rd, &pos, &rid), ANS_OK);
    return ANS_E_RETRY;
}

static const char *model_entry(model *m, uint32_t *keys)
{
    m->journal_end++;
    assert_true(m->journal_end <= JOURNAL_MAX);
    keys[0] = draw(12);
    keys[1] = 12 + draw(3);
    memcpy(m->journal_keys[m->journal_end], keys, sizeof m->journal_keys[0]);
    m->journal[m->journal_end] = ans_arena_fmt(m->arena, "entry %u of %u", draw(1000), (unsigned)m->journal_end).p;
    return m->journal[m->journal_end];
}

/* Entries of reads: they go with the next commit, whatever it is. */
static void reads_step(world *w, ans_cx *cx)
{
    for (uint32_t n = draw(4); n > 0; n--) {
        uint32_t keys[2];
        const char *text = model_entry(&w->m, keys);
        const ans_note note = {kit_str(text), keys, 2};
        for (int k = 0; k < 2; k++)
            assert_int_equal(ans_journal_later(cx, w->kits[k].store, &note), ANS_OK);
    }
}

static void write_step(world *w, ans_cx *cx)
{
    reads_step(w, cx);
    ans_change changes[5], expected[5];
    uint32_t n = 1 + draw(5);
    bool is_refused = draw(10) == 0, is_allowed = true;
    int used[5];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = 0;
        used[i] = (int)draw(WRITTEN_TYPES * IDS);
        while (used[j] != used[i])
            j++;
        if (j < i) {
            n = i;
            break;
        }
        const char *body = draw(4) ? draw_body(cx->arena) : NULL;
        ans_ref ref = ref_of(used[i]);
        changes[i] =
            body ? kit_put(&w->kits[0], ref.type, ref.id.p, body) : kit_delete(ref.type, ref.id.p);
        if (draw(6) == 0)
            changes[i].if_vid = draw(3) ? draw(8) : ANS_VID_ABSENT;
        is_allowed = is_allowed && allows(&w->m, &changes[i]);
    }
    memcpy(expected, changes, sizeof changes);
    ans_err err = is_refused ? ANS_E_RETRY : is_allowed ? ANS_OK : ANS_E_PRECOND;
    fake_now += (int)draw(5) - 1; /* sometimes back */
    ans_pos before = w->m.end;
    ans_rid rid_before = w->m.rid_end;
    uint32_t keys[2];
    noted told = {.text = err ? "never" : model_entry(&w->m, keys), .keys = keys, .key_count = 2};
    for (uint32_t i = 0; !err && i < n; i++)
        apply(&w->m, cx, &expected[i]);
    for (int k = 0; k < 2; k++) {
        ans_change mine[5];
        memcpy(mine, changes, sizeof changes);
        ans_txn txn = {.cx = cx, .changes = mine, .count = n, .guard = is_refused ? refuse : NULL,
                       .journal = note_txn, .arg = &told};
        assert_int_equal(ans_store_commit(w->kits[k].store, &txn), err);
        for (uint32_t i = 0; !err && i < n; i++) {
            assert_int_equal(mine[i].outcome, expected[i].outcome);
            if (expected[i].outcome == ANS_ABSENT && expected[i].rid > rid_before)
                expected[i].rid =
                    0; /* mentioned by a neighbour only: the deletion itself found nothing */
            assert_int_equal(mine[i].rid, expected[i].rid);
            assert_int_equal(mine[i].vid, expected[i].vid);
            assert_int_equal(mine[i].pos, expected[i].pos);
            if (mine[i].pos > before && k == 0)
                w->m.log[mine[i].pos].when_us = mine[i].when_us;
            if (mine[i].pos)
                assert_int_equal(mine[i].when_us, w->m.log[mine[i].pos].when_us);
        }
    }
    for (ans_pos pos = before + 1; pos <= w->m.end; pos++)
        assert_true(pos == 1 || w->m.log[pos].when_us >= w->m.log[pos - 1].when_us);
}

static void snapshot_step(world *w, ans_cx *cx)
{
    uint32_t i = draw(SNAPSHOTS);
    for (int k = 0; k < 2; k++) {
        if (w->is_held[i]) {
            check_reader(&w->m, cx, w->old[k][i], w->snapshots[i]);
            ans_reader_end(w->old[k][i]);
        } else {
            assert_int_equal(ans_reader_begin(cx, w->old[k][i]), ANS_OK);
        }
    }
    w->snapshots[i] = (snapshot){w->m.end, w->m.rid_end, w->m.journal_end};
    w->is_held[i] = !w->is_held[i];
}

static void open_old(world *w, int k)
{
    for (int i = 0; i < SNAPSHOTS; i++)
        assert_int_equal(ans_reader_open(&w->kits[k].cx, w->kits[k].store, &w->old[k][i]), ANS_OK);
}

static void reopen_step(world *w, ans_cx *cx)
{
    for (int i = 0; i < SNAPSHOTS; i++) {
        if (w->is_held[i])
            ans_reader_end(w->old[0][i]);
        w->is_held[i] = false;
        ans_reader_close(w->old[1][i]);
    }
    kit_close(&w->kits[1]);
    kit_open(&w->kits[1]);
    open_old(w, 1);
    (void)cx;
}

static void step(world *w)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    uint32_t what = draw(100);
    if (what < 70)
        write_step(w, &cx);
    else if (what < 80)
        snapshot_step(w, &cx);
    else if (what < 81)
        reopen_step(w, &cx);
    else if (what < 82)
        for (int k = 0; k < 2; k++)
            assert_int_equal(ans_store_reindex(&cx, w->kits[k].store, NULL, NULL), ANS_OK);
    else
        for (int k = 0; k < 2; k++)
            check_reader(&w->m, &cx, w->kits[k].rd, (snapshot){w->m.end, w->m.rid_end, w->m.journal_end});
    ans_arena_free(cx.arena);
}

static void run(uint64_t seed, int steps)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    print_message("seed %llu\n", (unsigned long long)seed);
    random_state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    for (int i = 0; i < THINGS; i++) {
        if (i % 3 == 0)
            (void)snprintf(id_texts[i], sizeof id_texts[i], "%08x-0000-4000-8000-%012x", i % IDS,
                           i % IDS);
        else
            (void)snprintf(id_texts[i], sizeof id_texts[i], "id-%d", i % IDS);
    }
    fake_now = 1000000;
    ans_clock_set(fake_clock);
    w->m.arena = ans_arena_new((size_t)1 << 30);
    for (int k = 0; k < 2; k++) {
        kit_start(&w->kits[k], k == 0);
        open_old(w, k);
    }
    for (int i = 0; i < steps && w->m.end < LOG_MAX - 5; i++)
        step(w);
    for (int k = 0; k < 2; k++) {
        kit_check_clean(&w->kits[k]);
        for (int i = 0; i < SNAPSHOTS; i++)
            ans_reader_close(w->old[k][i]);
        kit_done(&w->kits[k]);
    }
    ans_clock_set(NULL);
    ans_arena_free(w->m.arena);
    free(w);
}

static void random_sequences(void **state)
{
    const char *seed = getenv("ANS_TEST_SEED");
    uint64_t first = 1, count = getenv("ANS_TEST_FULL") ? 60 : 6;
    (void)state;
    if (seed && ans_str_u64(ans_str_of(seed), &first))
        count = 1;
    for (uint64_t i = 0; i < count; i++) {
        ans_store_pending_after((first + i) % 5 == 0 ? 8 : 0, (uint32_t)((first + i) % 3 * 10)); /* rows wait long, or not */
        run(first + i, 500);
    }
    ans_store_pending_after(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_sequences)};
    return cmocka_run_group_tests_name("store_random", tests, NULL, NULL);
}
