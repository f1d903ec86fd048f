/* From resources to the record. What was put there is remembered by its hash ("content" among the settings of the data folder), so
 * that an upgrade changes what is still ours, and leaves alone what somebody here has changed or removed. */
#include "app/content.h"

#include <stdio.h>

#include "base/os.h"
#include "base/sort.h"

static const ans_str EDITION_KEY = ANS_STR("content-edition");
static const ans_str LIST_KEY = ANS_STR("content");

enum { PER_COMMIT = 400, HEX = ANS_HASH_BYTES * 2 };
#define LIST_BYTES ((size_t)16 << 20)
#define SCRATCH_BYTES ((size_t)256 << 20)

ans_err content_read(ans_cx *cx, const char *dir, content *out)
{
    *out = (content){.cx = cx, .dir = dir};
    ans_err err = content_codes(out);
    err = err == ANS_OK ? content_orgs(out) : err;
    err = err == ANS_OK ? content_provinces(out) : err;
    return err == ANS_OK ? content_json(out) : err;
}

/* ---- what was put there before: lines of "Type/id hash", in order ---- */

typedef struct remembered {
    ans_str ref, hash;
} remembered;

typedef struct loader {
    ans_cx *cx;
    ans_cx scratch; /* of one transaction */
    ans_store *store;
    ans_rest *rest;
    ans_reader *rd;
    const content *c;
    remembered *old;
    uint32_t old_count;
    ans_buf list; /* the new one */
    content_report *report;
} loader;

static int by_ref(const void *a, const void *b)
{
    return ans_str_cmp(((const remembered *)a)->ref, ((const remembered *)b)->ref);
}

static ans_err read_list(loader *l)
{
    ans_str text, line;
    uint32_t lines = 1;
    ans_err err = ans_store_meta_get(l->cx, l->store, LIST_KEY, &text);
    if (err != ANS_OK) {
        return err;
    }
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n';
    }
    l->old = ANS_NEW_N(l->cx->arena, remembered, lines);
    if (!l->old) {
        return ans_cx_nomem(l->cx);
    }
    for (bool more = text.n > 0; more;) {
        remembered r;
        more = ans_str_cut(&text, '\n', &line);
        if (ans_str_cut(&line, ' ', &r.ref)) {
            r.hash = line;
            l->old[l->old_count++] = r;
        }
    }
    ans_sort(l->old, l->old_count, sizeof *l->old, by_ref);
    return ANS_OK;
}

static void print_hash(const ans_hash *hash, char out[HEX + 1])
{
    for (int i = 0; i < ANS_HASH_BYTES; i++) {
        (void)snprintf(out + i * 2, 3, "%02x", hash->b[i]);
    }
}

static bool is_hash(const remembered *r, const ans_hash *hash)
{
    char hex[HEX + 1];
    print_hash(hash, hex);
    return ans_str_is(r->hash, hex);
}

static const remembered *recall(const loader *l, ans_str ref)
{
    remembered key = {.ref = ref};
    return ans_sorted_find(&key, l->old, l->old_count, sizeof key, by_ref);
}

/* ---- deciding ---- */

/* Does this change go in? It does when nothing is there, or what is there is still what we put. */
static ans_err decide(loader *l, const content_resource *r, const ans_change *change, bool *out)
{
    ans_version v;
    ans_str ref = ans_arena_fmt(l->scratch.arena, "%s/%.*s", r->type, ANS_FMT(r->id));
    const remembered *old = recall(l, ref);
    char hex[HEX + 1];
    ans_err err = ans_store_read(&l->scratch, l->rd, change->ref, &v);
    *out = false;
    if (err != ANS_OK && err != ANS_E_NOTFOUND && err != ANS_E_GONE) {
        return err;
    }
    ans_hash now = err == ANS_OK ? ans_hash_content(v.body) : (ans_hash){{0}};
    if (err == ANS_E_NOTFOUND || (err == ANS_E_GONE && !old)) {
        *out = true;
        l->report->created++;
    } else if (err == ANS_OK && ans_hash_eq(&now, &change->hash)) {
        l->report->unchanged++;
    } else if (err == ANS_OK && old && is_hash(old, &now)) {
        *out = true;
        l->report->updated++;
    } else {
        l->report->kept++;
    }
    print_hash(&change->hash, hex);
    ans_buf_fmt(&l->list, "%.*s %s\n", ANS_FMT(ref), hex);
    return ANS_OK;
}

static ans_err write_page(loader *l, uint32_t from, uint32_t count)
{
    ans_buf b;
    ans_str body;
    ans_txn txn = {0};
    uint32_t kept = 0;
    ans_buf_init_arena(&b, l->scratch.arena, LIST_BYTES);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
    for (uint32_t i = 0; i < count; i++) {
        const content_resource *r = &l->c->at[from + i];
        ans_buf_fmt(&b, "%s{\"request\":{\"method\":\"PUT\",\"url\":\"%s/%.*s\"},\"resource\":", i ? "," : "", r->type, ANS_FMT(r->id));
        ans_buf_add(&b, r->body);
        ans_buf_add_c(&b, '}');
    }
    ANS_BUF_LIT(&b, "]}");
    ans_err err = ans_buf_finish(&b, &body);
    err = err == ANS_OK ? ans_rest_prepare(l->rest, &l->scratch, l->rd, body, NULL, &txn) : err;
    if (err == ANS_OK && txn.count != count) {
        err = ANS_E_BUG;
    }
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        bool goes = false;
        if (!ans_str_eq(txn.changes[i].ref.id, l->c->at[from + i].id)) {
            return ANS_E_BUG;
        }
        err = decide(l, &l->c->at[from + i], &txn.changes[i], &goes);
        if (err == ANS_OK && goes) {
            txn.changes[kept++] = txn.changes[i];
        }
    }
    txn.count = kept;
    return err == ANS_OK && kept ? ans_store_commit(l->store, &txn) : err;
}

static ans_err write_all(loader *l)
{
    ans_err err = ANS_OK;
    for (uint32_t at = 0; err == ANS_OK && at < l->c->count; at += PER_COMMIT) {
        uint32_t left = l->c->count - at;
        err = write_page(l, at, left < PER_COMMIT ? left : PER_COMMIT);
        if (err != ANS_OK && l->scratch.last_) {
            (void)ans_issue_add(l->cx, err, ANS_STR_NONE, "%.*s", ANS_FMT(l->scratch.last_->text));
        }
        ans_arena_reset(l->scratch.arena);
        l->scratch.issues = l->scratch.last_ = NULL;
    }
    return err;
}

/* What was ours before and is not in the new list: nobody removes it, but it is said. */
static void count_dropped(loader *l, ans_str list)
{
    for (uint32_t i = 0; i < l->old_count; i++) {
        ans_str line = ans_arena_fmt(l->cx->arena, "%.*s ", ANS_FMT(l->old[i].ref));
        ptrdiff_t at = line.n ? ans_str_search(list, line) : 0;
        l->report->dropped += at < 0;
    }
}

static ans_err load(loader *l, ans_str edition)
{
    ans_str list;
    ans_err err = read_list(l);
    err = err == ANS_OK ? write_all(l) : err;
    err = err == ANS_OK ? ans_buf_finish(&l->list, &list) : err;
    if (err != ANS_OK) {
        return err;
    }
    count_dropped(l, list);
    err = ans_store_meta_set(l->cx, l->store, LIST_KEY, list);
    return err == ANS_OK ? ans_store_meta_set(l->cx, l->store, EDITION_KEY, edition) : err;
}

ans_err content_load(ans_cx *cx, ans_store *store, ans_rest *rest, const char *dir, content_report *out)
{
    content c;
    ans_str edition, there;
    *out = (content_report){0};
    ans_err err = content_edition(cx, dir, &edition);
    err = err == ANS_OK ? ans_store_meta_get(cx, store, EDITION_KEY, &there) : err;
    if (err != ANS_OK || ans_str_eq(edition, there)) {
        return err;
    }
    loader l = {.cx = cx, .store = store, .rest = rest, .c = &c, .report = out};
    l.scratch.arena = ans_arena_new(SCRATCH_BYTES);
    ans_buf_init(&l.list, LIST_BYTES);
    err = l.scratch.arena ? content_read(cx, dir, &c) : ans_cx_nomem(cx);
    err = err == ANS_OK ? ans_reader_open(cx, store, &l.rd) : err;
    err = err == ANS_OK ? load(&l, edition) : err;
    if (l.rd) {
        ans_reader_close(l.rd);
    }
    ans_buf_done(&l.list);
    ans_arena_free(l.scratch.arena);
    return err;
}

void content_say(const content_report *r)
{
    if (r->created + r->updated + r->kept + r->dropped) {
        say("content: %u resources new, %u changed, %u as they were, %u left as they were changed here, %u no longer part of it",
            r->created, r->updated, r->unchanged, r->kept, r->dropped);
    }
}
