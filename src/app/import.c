/* import: the command and its threads. import_int.h tells how they work together. */
#include <stdio.h>
#include <unistd.h>

#include "app/import_int.h"
#include "app/trail.h"
#include "base/os.h"

enum { JOURNAL_EVERY_US = 2000000, LOOK_EVERY_MS = 100 };

/* ---- what all threads use ---- */

void import_stop(import *im, ans_err err, const ans_cx *why)
{
    (void)pthread_mutex_lock(&im->lock);
    if (!im->fatal) {
        im->fatal = err;
        for (const ans_issue *i = why->issues; i; i = i->next) {
            ans_str text = ans_arena_dup(im->fatal_cx.arena, i->text);
            (void)ans_issue_add(&im->fatal_cx, i->err, ANS_STR_NONE, "%.*s", ANS_FMT(text));
        }
    }
    (void)pthread_cond_broadcast(&im->changed);
    (void)pthread_mutex_unlock(&im->lock);
}

void import_land(import *im)
{
    while (im->landed < im->pushed && item_at(im, im->landed)->state == LANDED) {
        im->landed++;
    }
    (void)pthread_cond_broadcast(&im->changed);
}

static void wait_a_little(import *im)
{
    (void)ans_cond_wait(&im->changed, &im->lock, LOOK_EVERY_MS); /* waking early or late is fine */
}

/* ---- the reader ---- */

/* Hand an item on; waits for room in the window. False when the import stops. */
static bool push(import *im, input *in, source_piece *piece, bool is_last, bool is_broken)
{
    size_t n = piece->text.n;
    (void)pthread_mutex_lock(&im->lock);
    while (!im->fatal && im->pushed > im->reaped &&
           (im->pushed - im->reaped >= WINDOW || im->bytes_held + n > WINDOW_BYTES)) {
        (void)pthread_cond_wait(&im->changed, &im->lock);
    }
    bool good = !im->fatal;
    if (good) {
        item *it = item_at(im, im->pushed);
        *it = (item){.im = im,
                     .seq = im->pushed,
                     .in = in,
                     .piece = *piece,
                     .is_last = is_last,
                     .is_broken = is_broken,
                     .state = READ};
        im->bytes_held += n;
        im->pushed++;
        (void)pthread_cond_broadcast(&im->changed);
    } else {
        ans_buf_done(&piece->text);
    }
    (void)pthread_mutex_unlock(&im->lock);
    return good;
}

/* Pieces are pushed one behind, so that the last one of a file is known to be the last. */
static bool read_pieces(import *im, ans_cx *cx, input *in, source *s)
{
    source_piece piece, next;
    bool has_piece = false, more = true;
    while (more) {
        ans_err err = source_next(cx, s, &next, &more);
        if (err != ANS_OK) {
            import_reject_file(im, in, has_piece ? piece.line : 1,
                               cx->last_ ? cx->last_->text.p : ans_err_text(err));
            source_piece none = {.line = 1};
            return push(im, in, has_piece ? &piece : &none, true, true);
        }
        if (more && next.refused) {
            import_reject_file(im, in, next.line, next.refused);
        }
        if (has_piece && !push(im, in, &piece, !more, false)) {
            if (more) {
                ans_buf_done(&next.text);
            }
            return false;
        }
        has_piece = more;
        piece = next;
    }
    return true;
}

static bool read_file(import *im, ans_cx *cx, input *in)
{
    source *s = NULL;
    bool good = true;
    ans_err err = source_open(cx, in->path, &s);
    journal_place place = {.line = 1};
    err = err == ANS_OK ? source_hash(cx, s, &in->hash) : err;
    if (err == ANS_OK) {
        err = im->o->again ? journal_again(cx, im->journal, &in->hash) : ANS_OK;
        place = journal_find(im->journal, &in->hash);
    }
    if (err == ANS_OK && place.offset && !place.is_done) {
        say("%s: going on at line %u", in->path, place.line);
        err = source_skip(cx, s, place.offset, place.line);
    }
    if (err != ANS_OK) {
        import_reject_file(im, in, 1, cx->last_ ? cx->last_->text.p : ans_err_text(err));
        source_piece none = {.line = 1};
        good = push(im, in, &none, true, true);
    } else if (place.is_done) {
        im->skipped++;
    } else {
        good = read_pieces(im, cx, in, s);
    }
    source_close(s);
    return good;
}

static void *reader_main(void *arg)
{
    import *im = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    bool good = cx.arena != NULL;
    for (uint32_t i = 0; good && i < im->input_count; i++) {
        good = read_file(im, &cx, &im->inputs[i]);
        ans_arena_reset(cx.arena);
        cx.issues = cx.last_ = NULL;
    }
    if (!cx.arena) {
        import_stop(im, ANS_E_NOMEM, &cx);
    }
    ans_arena_free(cx.arena);
    (void)pthread_mutex_lock(&im->lock);
    im->is_read = true;
    (void)pthread_cond_broadcast(&im->changed);
    (void)pthread_mutex_unlock(&im->lock);
    return NULL;
}

/* ---- the workers ---- */

static item *take_item(import *im)
{
    item *it = NULL;
    (void)pthread_mutex_lock(&im->lock);
    while (!im->fatal && im->taken == im->pushed && !im->is_read) {
        (void)pthread_cond_wait(&im->changed, &im->lock);
    }
    if (!im->fatal && im->taken < im->pushed) {
        it = item_at(im, im->taken++);
        it->state = WORKING;
    }
    (void)pthread_mutex_unlock(&im->lock);
    return it;
}

static void work(item *it, ans_reader *rd)
{
    import *im = it->im;
    it->arena = ans_arena_new(ITEM_BYTES);
    it->cx = (ans_cx){.arena = it->arena};
    if (!it->arena) {
        import_stop(im, ANS_E_NOMEM, &it->cx);
        return;
    }
    import_prepare(it, rd);
    (void)pthread_mutex_lock(&im->lock);
    it->state = PREPARED;
    (void)pthread_mutex_unlock(&im->lock);
    import_send(im);
}

static void *worker_main(void *arg)
{
    import *im = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    ans_reader *rd;
    ans_err err = cx.arena ? ans_reader_open(&cx, im->folder.store, &rd) : ANS_E_NOMEM;
    if (err == ANS_OK) {
        for (item *it; (it = take_item(im)) != NULL;) {
            work(it, rd);
        }
        ans_reader_close(rd);
    } else {
        import_stop(im, err, &cx);
    }
    ans_arena_free(cx.arena);
    return NULL;
}

/* ---- the command's own thread ---- */

typedef struct overview {
    ans_cx cx; /* scratch */
    ans_reader *rd;
    counts counts;
    uint64_t raw_done;
    int64_t noted_us;
    progress progress;
} overview;

static uint64_t sum(const counts *c)
{
    return c->created + c->updated + c->unchanged + c->deleted + c->rejected;
}

static void add_counts(counts *to, const counts *from)
{
    to->created += from->created;
    to->updated += from->updated;
    to->unchanged += from->unchanged;
    to->deleted += from->deleted;
    to->rejected += from->rejected;
}

static ans_err note_progress(import *im, overview *v, const item *it)
{
    int64_t now = ans_mono_us();
    if (it->is_last) {
        return it->is_broken ? ANS_OK
                             : journal_done(&v->cx, im->journal, &it->in->hash, it->in->path);
    }
    if (now - v->noted_us < JOURNAL_EVERY_US || !it->piece.is_lines) {
        return ANS_OK;
    }
    v->noted_us = now;
    return journal_to(&v->cx, im->journal, &it->in->hash, it->piece.offset + it->piece.text.n,
                      it->piece.next_line);
}

/* The lowest item has landed: count it, note it, free it. */
static void reap(import *im, overview *v, item *it)
{
    import_count(it);
    add_counts(&v->counts, &it->counts);
    v->raw_done = it->in->raw_base + (it->is_last ? it->in->bytes : it->piece.raw_end);
    ans_err err = note_progress(im, v, it);
    if (err != ANS_OK) {
        import_stop(im, err, &v->cx);
    }
    ans_arena_reset(v->cx.arena);
    v->cx.issues = v->cx.last_ = NULL;
    it->arena = ans_arena_free(it->arena);
    size_t n = it->piece.text.n;
    ans_buf_done(&it->piece.text);
    (void)pthread_mutex_lock(&im->lock);
    it->state = EMPTY;
    im->bytes_held -= n;
    im->reaped++;
    (void)pthread_cond_broadcast(&im->changed);
    (void)pthread_mutex_unlock(&im->lock);
}

/* Its part failed, and all before it has landed. */
static void take_up_again(import *im, overview *v, item *it)
{
    import_singly(it, v->rd);
    (void)pthread_mutex_lock(&im->lock);
    it->state = LANDED;
    import_land(im);
    (void)pthread_mutex_unlock(&im->lock);
}

static void watch(import *im, overview *v)
{
    (void)pthread_mutex_lock(&im->lock);
    while (!im->fatal && (!im->is_read || im->reaped < im->pushed)) {
        item *it = item_at(im, im->reaped);
        bool is_here = im->reaped < im->pushed;
        bool has_landed = is_here && im->reaped < im->landed,
             has_failed = is_here && it->state == FAILED;
        if (!has_landed && !has_failed) {
            wait_a_little(im);
        }
        (void)pthread_mutex_unlock(&im->lock);
        if (has_landed) {
            reap(im, v, it);
        } else if (has_failed && is_fatal(it->err)) {
            import_stop(im, it->err, &it->cx);
        } else if (has_failed) {
            take_up_again(im, v, it);
        }
        progress_show(&v->progress, v->raw_done, im->bytes_total, sum(&v->counts));
        (void)pthread_mutex_lock(&im->lock);
    }
    (void)pthread_mutex_unlock(&im->lock);
}

static ans_err run_threads(ans_cx *cx, import *im, overview *v)
{
    pthread_t reader, workers[WORKERS];
    int started = 0;
    ans_err err = ANS_OK;
    if (pthread_create(&reader, NULL, reader_main, im) != 0) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
    }
    while (started < WORKERS && pthread_create(&workers[started], NULL, worker_main, im) == 0) {
        started++;
    }
    if (started < WORKERS) {
        err = ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
        import_stop(im, err, cx);
    }
    watch(im, v);
    (void)pthread_join(reader, NULL); /* our own threads, joined once */
    for (int i = 0; i < started; i++) {
        (void)pthread_join(workers[i], NULL);
    }
    return err;
}

/* ---- beginning and end ---- */

static ans_err open_all(ans_cx *cx, const options *o, import *im, overview *v)
{
    *im = (import){.o = o, .reject_fd = -1};
    *v = (overview){.noted_us = ans_mono_us()};
    (void)pthread_mutex_init(&im->lock, NULL); /* cannot fail with default attributes */
    (void)pthread_mutex_init(&im->reject_lock, NULL);
    (void)pthread_cond_init(&im->changed, NULL);
    v->cx.arena = ans_arena_new((size_t)64 << 20);
    im->fatal_cx.arena = im->reject_cx.arena = cx->arena;
    ans_err err = v->cx.arena ? import_list(cx, im) : ANS_E_NOMEM;
    err = err == ANS_OK ? folder_open(cx, o, FOLDER_CREATE, &im->folder) : err;
    err = err == ANS_OK ? folder_rest(cx, o, &im->folder, &im->rest) : err;
    err = err == ANS_OK ? trail_open(cx, o, &im->folder, &im->audit) : err;
    err = err == ANS_OK ? journal_open(cx, o->data, &im->journal) : err;
    return err == ANS_OK ? ans_reader_open(cx, im->folder.store, &v->rd) : err;
}

static ans_err tell_begin(ans_cx *cx, const import *im)
{
    ans_str what = ans_arena_fmt(cx->arena, "files=%u", im->input_count - im->skipped);
    return trail_tell(cx, im->audit, ANS_DID_IMPORT, "import-begin", what, ANS_STR_NONE);
}

static ans_err tell_end(ans_cx *cx, const import *im, const counts *c)
{
    ans_str what = ans_arena_fmt(cx->arena, "created=%llu,updated=%llu,unchanged=%llu,deleted=%llu,rejected=%llu",
                                 (unsigned long long)c->created, (unsigned long long)c->updated, (unsigned long long)c->unchanged,
                                 (unsigned long long)c->deleted, (unsigned long long)(c->rejected + im->rejected_files));
    return trail_tell(cx, im->audit, ANS_DID_IMPORT, im->fatal ? "import-stopped" : "import-end", what, ANS_STR_NONE);
}

static void close_all(import *im, overview *v)
{
    if (v->rd) {
        ans_reader_close(v->rd);
    }
    if (im->rest) {
        ans_rest_free(im->rest);
    }
    folder_close(&im->folder); /* answers what was sent: items may go only now */
    ans_audit_free(im->audit);
    for (uint64_t seq = im->reaped; seq < im->pushed; seq++) {
        item *it = item_at(im, seq);
        ans_buf_done(&it->piece.text);
        it->arena = ans_arena_free(it->arena);
    }
    journal_close(im->journal);
    v->cx.arena = ans_arena_free(v->cx.arena);
}

static void report(const import *im, const overview *v, double seconds)
{
    const counts *c = &v->counts;
    uint64_t taken = sum(c) - c->rejected;
    printf("%llu resources in %.1f s (%.0f/s): %llu created, %llu updated, %llu unchanged, %llu "
           "deleted, %llu rejected\n",
           (unsigned long long)taken, seconds, (double)taken / (seconds > 0 ? seconds : 1),
           (unsigned long long)c->created, (unsigned long long)c->updated,
           (unsigned long long)c->unchanged, (unsigned long long)c->deleted,
           (unsigned long long)(c->rejected + im->rejected_files));
    if (im->skipped) {
        printf("%u of %u files were imported before (--again takes them anyway)\n", im->skipped,
               im->input_count);
    }
    if (im->reject_path.p) {
        printf("what was rejected, and why: %.*s\n", ANS_FMT(im->reject_path));
    }
}

int run_import(ans_cx *cx, const options *o)
{
    import *im = ANS_NEW(cx->arena, import);
    overview v;
    if (!im) {
        return fail(cx, ANS_E_NOMEM);
    }
    int64_t start = ans_mono_us();
    ans_err err = open_all(cx, o, im, &v);
    err = err == ANS_OK ? tell_begin(cx, im) : err;
    if (err == ANS_OK) {
        progress_start(&v.progress, "import", "resources", o->quiet);
        err = run_threads(cx, im, &v);
        progress_end(&v.progress);
        ans_err told = tell_end(cx, im, &v.counts);
        err = err == ANS_OK && !im->fatal ? told : err; /* a disk that is full says so by itself */
    }
    close_all(im, &v);
    double seconds = (double)(ans_mono_us() - start) / 1e6;
    ans_err rejects = import_reject_finish(cx, im);
    if (err != ANS_OK || rejects != ANS_OK) {
        return fail(cx, err != ANS_OK ? err : rejects);
    }
    report(im, &v, seconds);
    if (im->fatal) {
        say_issues(&im->fatal_cx, im->fatal);
        say("the import stopped here; run it again to go on");
        return EXIT_FINDINGS;
    }
    return im->reject_path.p ? EXIT_FINDINGS : EXIT_DONE;
}
