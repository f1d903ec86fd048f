/* From text to transactions: what a worker does with an item.
 *
 * Lines are prepared one by one and gathered into one transaction, because a transaction has a
 * price of its own. What cannot be gathered (a Bundle, a resource that comes twice) ends the part
 * before it: that part is committed at once, waiting; only the last part of an item goes its way
 * while the worker takes the next item. When a gathered part fails, its units are tried singly, so
 * that one bad line costs one line.
 *
 * A Bundle of type transaction is all or nothing. Any other is tried as a whole, which is fast, and
 * taken apart when that fails. */

#include "app/import_int.h"
#include "base/sort.h"
#include "json/json.h"

#define SPLIT                                                                                      \
    UINT32_MAX /* "entry" of a journal line that says: this Bundle had to be taken apart */

typedef enum bundle_kind { NO_BUNDLE, TRANSACTION, BATCH, COLLECTION } bundle_kind;

void import_count(item *it)
{
    for (uint32_t i = 0; i < it->txn.count; i++) {
        switch (it->txn.changes[i].outcome) {
        case ANS_CREATED:
            it->counts.created++;
            break;
        case ANS_UPDATED:
            it->counts.updated++;
            break;
        case ANS_DELETED:
            it->counts.deleted++;
            break;
        default:
            it->counts.unchanged++;
            break;
        }
    }
}

static void empty_part(item *it)
{
    it->txn = (ans_txn){.cx = &it->cx};
    it->room = it->unit_count = 0;
    it->seen = NULL;
}

static void give_up(item *it, const unit *u, ans_err err)
{
    if (is_fatal(err)) {
        import_stop(it->im, err, &it->cx);
    } else {
        import_reject(it, u, err, &it->cx);
    }
}

/* ---- the journal ---- */

/* Before a part with resources that the server names is written: note one of them. */
static ans_err note_part(item *it)
{
    const unit *u = &it->units[0];
    for (uint32_t i = 0; i < it->txn.count; i++) {
        const ans_change *c = &it->txn.changes[i];
        if (c->if_vid != ANS_VID_ABSENT) {
            continue;
        }
        ans_type type = ans_search_type_of(it->im->folder.search, c->ref.type);
        ans_str ref =
            ans_arena_fmt(it->arena, "%s/%.*s", ans_fhir_types[type].name, ANS_FMT(c->ref.id));
        return ref.p
                   ? journal_try(&it->cx, it->im->journal, &it->in->hash, u->offset, u->entry, ref)
                   : ans_cx_nomem(&it->cx);
    }
    return ANS_OK;
}

/* Was this unit written by an import that was cut off before it could say so? */
static bool was_written(item *it, ans_reader *rd, const unit *u)
{
    ans_str id = journal_tried(it->im->journal, &it->in->hash, u->offset, u->entry), name;
    ans_version v;
    if (!id.p) {
        return false;
    }
    (void)ans_str_cut(&id, '/', &name);
    ans_ref ref = {ans_search_type_number(it->im->folder.search, ans_fhir_type_named(name)), id};
    ans_err err = ans_store_read(&it->cx, rd, ref, &v);
    return err == ANS_OK || err == ANS_E_GONE;
}

/* ---- order ---- */

static bool wait_for_turn(item *it)
{
    import *im = it->im;
    (void)pthread_mutex_lock(&im->lock);
    while (im->turn != it->seq && !im->fatal && it->state == WORKING) {
        (void)pthread_cond_wait(&im->changed, &im->lock);
    }
    bool good = !im->fatal;
    (void)pthread_mutex_unlock(&im->lock);
    return good;
}

/* False when nothing was left to wait for. */
static bool wait_for_earlier(item *it)
{
    import *im = it->im;
    bool waited = false;
    (void)pthread_mutex_lock(&im->lock);
    while (im->landed != it->seq && !im->fatal) {
        waited = true;
        (void)pthread_cond_wait(&im->changed, &im->lock);
    }
    (void)pthread_mutex_unlock(&im->lock);
    return waited;
}

static ans_err commit_part(item *it)
{
    ans_err err = note_part(it);
    it->txn.done = NULL;
    err = err == ANS_OK ? ans_store_commit(it->im->folder.store, &it->txn) : err;
    if (err == ANS_OK) {
        import_count(it);
    }
    return err;
}

static void flush(item *it, ans_reader *rd)
{
    if (it->txn.count == 0) {
        empty_part(it);
        return;
    }
    if (!wait_for_turn(it)) {
        return;
    }
    it->cx.issues = it->cx.last_ = NULL;
    ans_err err = commit_part(it);
    if (err == ANS_OK) {
        empty_part(it);
    } else if (is_fatal(err)) {
        import_stop(it->im, err, &it->cx);
    } else {
        import_singly(it, rd);
    }
}

/* ---- gathering ---- */

static bool is_plain(const ans_txn *txn)
{
    return txn->count == 1 && !txn->guard && txn->changes[0].if_vid == ANS_VID_ANY;
}

/* Remember the resource of a plain part's change at place `at`; false when it is in the part
 * already. */
static bool see(item *it, const ans_change *c, uint32_t at)
{
    const uint32_t mask = 2 * MOST_MERGED - 1;
    uint32_t slot =
        (uint32_t)ans_hash64(ans_store_hash_key(it->im->folder.store), c->ref.id) & mask;
    for (; it->seen[slot]; slot = (slot + 1) & mask) {
        const ans_ref *other = &it->txn.changes[it->seen[slot] - 1].ref;
        if (other->type == c->ref.type && ans_str_eq(other->id, c->ref.id)) {
            return false;
        }
    }
    it->seen[slot] = at + 1;
    return true;
}

static bool make_room(item *it)
{
    if (it->unit_count < it->room) {
        return true;
    }
    uint32_t room = it->room ? it->room * 2 : 8;
    ans_change *changes = ANS_NEW_N(it->arena, ans_change, room);
    unit *units = ANS_NEW_N(it->arena, unit, room);
    if (!changes || !units) {
        return false;
    }
    if (it->unit_count) {
        memcpy(changes, it->txn.changes, it->txn.count * sizeof *changes);
        memcpy(units, it->units, it->unit_count * sizeof *units);
    }
    it->txn.changes = changes;
    it->units = units;
    it->room = room;
    return true;
}

/* Begin a part with this unit. */
static bool begin_part(item *it, const unit *u, const ans_txn *txn)
{
    it->units = ANS_NEW(it->arena, unit);
    if (!it->units) {
        return false;
    }
    it->units[0] = *u;
    it->unit_count = it->room = 1;
    it->txn = *txn;
    it->txn.cx = &it->cx;
    it->seen = NULL;
    if (!is_plain(txn) || !it->piece.is_lines) {
        return true;
    }
    it->seen = ANS_NEW_N(it->arena, uint32_t, 2 * MOST_MERGED);
    return it->seen && see(it, &txn->changes[0], 0);
}

static bool gather(item *it, ans_reader *rd, const unit *u, const ans_txn *txn)
{
    bool joins = it->seen && is_plain(txn) && it->txn.count < MOST_MERGED;
    if (joins && see(it, &txn->changes[0], it->txn.count)) {
        if (!make_room(it)) {
            return false;
        }
        it->txn.changes[it->txn.count++] = txn->changes[0];
        it->units[it->unit_count++] = *u;
        return true;
    }
    flush(it, rd);
    return begin_part(it, u, txn);
}

/* ---- preparing ---- */

typedef struct waiting {
    item *it;
    ans_reader *rd;
} waiting;

/* For conditional references: first the items before this one, then what this one has gathered. */
static bool wait_for_more(void *arg)
{
    waiting *w = arg;
    bool waited = wait_for_earlier(w->it), has_part = w->it->txn.count > 0;
    if (has_part) {
        flush(w->it, w->rd);
    }
    return (waited || has_part) && !w->it->im->fatal;
}

static bool has_query(ans_str text, const char *key)
{
    ptrdiff_t at;
    while ((at = ans_str_search(text, ans_str_of(key))) >= 0) {
        ans_str value;
        text = ans_str_from(text, (size_t)at + strlen(key));
        (void)ans_str_cut(&text, '"', &value); /* what stands before the value */
        (void)ans_str_cut(&text, '"', &value);
        if (ans_str_find(value, '?') >= 0) {
            return true;
        }
    }
    return false;
}

/* Conditions are decided while preparing: all that comes earlier must be there. */
static bool has_condition(ans_str text)
{
    return ans_str_search(text, ANS_STR("\"ifNoneExist\"")) >= 0 || has_query(text, "\"url\"");
}

static ans_err prepare(item *it, ans_reader *rd, ans_str text, bool is_bundle, ans_txn *out)
{
    waiting arg = {it, rd};
    ans_rest_wait wait = {wait_for_more, &arg};
    if (is_bundle && has_condition(text)) {
        (void)wait_for_more(&arg); /* nothing to wait for is fine */
    }
    it->cx.issues = it->cx.last_ = NULL;
    *out = (ans_txn){0};
    return ans_rest_prepare(it->im->rest, &it->cx, rd, text, &wait, out);
}

/* ---- Bundles ---- */

/* What a text is, by parsing it: only for those that could not be taken as they are. */
static bundle_kind kind_of(item *it, ans_str text, ans_json *doc)
{
    ans_cx cx = {.arena = it->arena}; /* what is wrong with it has been said */
    ans_json_limits limits = {.max_bytes = SOURCE_TEXT_BYTES};
    if (ans_json_parse(&cx, text, &limits, doc) != ANS_OK) {
        return NO_BUNDLE;
    }
    ans_str type = ans_json_get_string(&cx, doc, 0, ANS_STR("resourceType"));
    ans_str kind = ans_json_get_string(&cx, doc, 0, ANS_STR("type"));
    return !ans_str_is(type, "Bundle")       ? NO_BUNDLE
           : ans_str_is(kind, "transaction") ? TRANSACTION
           : ans_str_is(kind, "batch")       ? BATCH
                                             : COLLECTION;
}

static bool may_be_bundle(ans_str text)
{
    return ans_str_search(text, ANS_STR("\"Bundle\"")) >= 0;
}

static void take_unit(item *it, ans_reader *rd, const unit *u);

static void take_apart(item *it, ans_reader *rd, const unit *u, const ans_json *doc,
                       bundle_kind kind)
{
    ans_jnode entries = ans_json_get(doc, 0, ANS_STR("entry"));
    uint32_t number = 0;
    ans_err err =
        journal_try(&it->cx, it->im->journal, &it->in->hash, u->offset, SPLIT, ANS_STR("split"));
    if (err != ANS_OK) {
        give_up(it, u, err);
        return;
    }
    ANS_JSON_EACH(doc, entries, entry)
    {
        uint32_t line, column;
        ans_jnode resource = ans_json_get(doc, entry, ANS_STR("resource"));
        unit one = {.offset = u->offset, .entry = ++number};
        if (it->im->fatal) {
            return;
        }
        ans_json_line_column(u->text, ans_json_at(doc, entry)->at, &line, &column);
        one.line = u->line + line - 1;
        if (kind == BATCH) {
            one.text = ans_arena_fmt(
                it->arena,
                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[%.*s]}",
                ANS_FMT(ans_json_raw(doc, entry)));
        } else if (resource != ANS_JNONE) {
            one.text = ans_json_raw(doc, resource);
        } else {
            continue; /* an entry of a history may have none */
        }
        if (one.text.p) {
            take_unit(it, rd, &one);
        } else {
            give_up(it, &one, ans_cx_nomem(&it->cx));
        }
    }
}

static uint32_t entry_count(const ans_json *doc)
{
    ans_jnode entries = ans_json_get(doc, 0, ANS_STR("entry"));
    return entries == ANS_JNONE ? 0 : ans_json_count(doc, entries);
}

static int by_text(const void *a, const void *b)
{
    return ans_str_cmp(*(const ans_str *)a, *(const ans_str *)b);
}

/* Two entries of a batch with one ifNoneExist: the second must see what the first has made, so they
 * cannot be one transaction. */
static bool has_twins(item *it, const ans_json *doc)
{
    ans_jnode entries = ans_json_get(doc, 0, ANS_STR("entry"));
    uint32_t count = 0;
    ans_str *conditions = ANS_NEW_N(it->arena, ans_str, entry_count(doc));
    if (entries == ANS_JNONE) {
        return false;
    }
    if (!conditions) {
        return true; /* taking it apart needs less */
    }
    ANS_JSON_EACH(doc, entries, entry)
    {
        ans_jnode request = ans_json_get(doc, entry, ANS_STR("request"));
        conditions[count] = ans_json_get_string(&it->cx, doc, request, ANS_STR("ifNoneExist"));
        count += conditions[count].n > 0;
    }
    ans_sort(conditions, count, sizeof *conditions, by_text);
    for (uint32_t i = 1; i < count; i++) {
        if (ans_str_eq(conditions[i - 1], conditions[i])) {
            return true;
        }
    }
    return false;
}

/* Must this Bundle go entry by entry from the start? */
static bool must_split(item *it, const unit *u)
{
    ans_json doc;
    return journal_tried(it->im->journal, &it->in->hash, u->offset, SPLIT).p ||
           (ans_str_search(u->text, ANS_STR("\"batch\"")) >= 0 &&
            kind_of(it, u->text, &doc) == BATCH && has_twins(it, &doc));
}

static void take_unit(item *it, ans_reader *rd, const unit *u)
{
    ans_json doc;
    ans_txn txn;
    bool is_bundle = may_be_bundle(u->text), may_split = is_bundle && u->entry == 0;
    if (is_bundle && was_written(it, rd, u)) {
        return;
    }
    ans_err err =
        may_split && must_split(it, u) ? ANS_E_INVALID : prepare(it, rd, u->text, is_bundle, &txn);
    bundle_kind kind =
        err == ANS_OK || is_fatal(err) || !may_split ? NO_BUNDLE : kind_of(it, u->text, &doc);
    if ((kind == BATCH || kind == COLLECTION) && entry_count(&doc) > 1) {
        take_apart(it, rd, u, &doc, kind);
    } else if (err != ANS_OK) {
        give_up(it, u, err);
    } else if (txn.count && !gather(it, rd, u, &txn)) {
        give_up(it, u, ans_cx_nomem(&it->cx));
    }
}

/* ---- an item ---- */

void import_prepare(item *it, ans_reader *rd)
{
    ans_str text = {it->piece.text.p, it->piece.text.n}, line = text;
    unit u = {.offset = it->piece.offset, .line = it->piece.line};
    bool more = text.n > 0;
    empty_part(it);
    while (more && !it->im->fatal) {
        if (it->piece.is_lines) {
            more = ans_str_cut(&text, '\n', &line);
        } else {
            more = false;
        }
        u.text = ans_str_trim(line);
        if (u.text.n) {
            take_unit(it, rd, &u);
        }
        u.offset += line.n + 1;
        u.line++;
    }
}

/* A unit by itself, committed here and now. */
static void commit_unit(item *it, ans_reader *rd, const unit *u)
{
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        ans_txn txn;
        ans_err err = prepare(it, rd, u->text, may_be_bundle(u->text), &txn);
        if (err == ANS_OK && txn.count && begin_part(it, u, &txn)) {
            err = commit_part(it);
            empty_part(it);
        }
        if (err == ANS_OK) {
            return;
        }
        if ((err != ANS_E_RETRY && err != ANS_E_BUSY) || tries + 1 == MOST_TRIES) {
            give_up(it, u, err);
            return;
        }
    }
}

void import_singly(item *it, ans_reader *rd)
{
    const unit *units = it->units;
    uint32_t count = it->unit_count;
    empty_part(it);
    for (uint32_t i = 0; i < count && !it->im->fatal; i++) {
        commit_unit(it, rd, &units[i]);
    }
}

/* ---- sending ---- */

/* The writer's thread: only say so. */
static void sent(ans_txn *txn, ans_err err)
{
    item *it = txn->arg;
    import *im = it->im;
    (void)pthread_mutex_lock(&im->lock);
    it->err = err;
    it->state = err == ANS_OK ? LANDED : FAILED;
    import_land(im);
    (void)pthread_mutex_unlock(&im->lock);
}

static void send_one(item *it)
{
    import *im = it->im;
    ans_err err = it->txn.count ? note_part(it) : ANS_OK;
    if (err != ANS_OK) {
        import_stop(im, err, &it->cx);
        return;
    }
    it->cx.issues = it->cx.last_ = NULL;
    it->txn.done = sent;
    it->txn.arg = it;
    (void)pthread_mutex_lock(&im->lock);
    it->state = it->txn.count ? SENT : LANDED;
    import_land(im);
    (void)pthread_mutex_unlock(&im->lock);
    if (it->txn.count) {
        ans_store_submit(im->folder.store, &it->txn);
    }
}

void import_send(import *im)
{
    (void)pthread_mutex_lock(&im->lock);
    while (!im->is_sending && !im->fatal && im->turn < im->pushed &&
           item_at(im, im->turn)->state == PREPARED) {
        item *it = item_at(im, im->turn);
        im->is_sending = true;
        (void)pthread_mutex_unlock(&im->lock);
        send_one(it);
        (void)pthread_mutex_lock(&im->lock);
        im->is_sending = false;
        im->turn++;
        import_land(im);
    }
    (void)pthread_mutex_unlock(&im->lock);
}
