/* What could not be taken: DIR/rejects-<time>.ndjson, made with the first one. The reason is the
 * issue's text, which never holds values of a record; type and id are there so that the resource
 * can be found. */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "app/import_int.h"
#include "base/os.h"
#include "json/json.h"

enum { REASON_BYTES = 4096, LINE_BYTES = 1 << 16 };

static ans_err open_file(import *im, ans_cx *cx)
{
    time_t now = (time_t)(ans_now_us() / 1000000);
    char when[32];
    struct tm tm;
    (void)strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm)); /* fits */
    for (int i = 0; i < 100; i++) { /* two imports within a second: -2, -3 */
        ans_str more = i ? ans_arena_fmt(cx->arena, "-%d", i + 1) : ANS_STR("");
        im->reject_path =
            ans_arena_fmt(cx->arena, "%s/rejects-%s%.*s.ndjson", im->o->data, when, ANS_FMT(more));
        if (!im->reject_path.p) {
            return ans_cx_nomem(cx);
        }
        im->reject_fd =
            open(im->reject_path.p, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
        if (im->reject_fd >= 0 || errno != EEXIST) {
            break;
        }
    }
    return im->reject_fd >= 0 ? ANS_OK
                              : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot make %s: %s",
                                              im->reject_path.p, strerror(errno));
}

static ans_err write_line(import *im, ans_cx *cx, ans_str line)
{
    ans_err err = ANS_OK;
    (void)pthread_mutex_lock(&im->reject_lock);
    if (im->reject_fd < 0) {
        err = open_file(im, &im->reject_cx);
        cx = &im->reject_cx;
    }
    if (err == ANS_OK && write(im->reject_fd, line.p, line.n) != (ssize_t)line.n) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot write %s: %s", im->reject_path.p,
                            strerror(errno));
    }
    (void)pthread_mutex_unlock(&im->reject_lock);
    return err;
}

static void put_text(ans_jw *w, const char *key, ans_str value)
{
    ans_jw_key(w, ans_str_of(key));
    if (value.p) {
        ans_jw_str(w, value);
    } else {
        ans_jw_raw(w, ANS_STR("null"));
    }
}

static ans_err say_reject(import *im, ans_cx *cx, const input *in, uint32_t line, ans_str type,
                          ans_str id, ans_str reason)
{
    ans_buf b;
    ans_jw w;
    ans_str text;
    ans_buf_init_arena(&b, cx->arena, LINE_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put_text(&w, "file", ans_str_of(in->path));
    ans_jw_key(&w, ANS_STR("line"));
    ans_jw_int(&w, line);
    put_text(&w, "type", type);
    put_text(&w, "id", id);
    put_text(&w, "reason", reason);
    ans_jw_end(&w, '}');
    ans_buf_add_c(&b, '\n');
    ans_err err = ans_buf_finish(&b, &text);
    return err == ANS_OK ? write_line(im, cx, text) : err;
}

static ans_str reason_of(ans_cx *cx, ans_err err, const ans_cx *why)
{
    ans_buf b;
    ans_str text;
    bool any = false;
    ans_buf_init_arena(&b, cx->arena, REASON_BYTES);
    for (const ans_issue *i = why->issues; i; i = i->next) {
        if (i->err == ANS_OK) {
            continue; /* a warning */
        }
        ans_buf_fmt(&b, "%s%.*s%s%.*s", any ? "; " : "", ANS_FMT(i->expression),
                    i->expression.n ? ": " : "", ANS_FMT(i->text));
        any = true;
    }
    return any && ans_buf_finish(&b, &text) == ANS_OK ? text : ans_str_of(ans_err_text(err));
}

void import_reject(item *it, const unit *u, ans_err err, const ans_cx *why)
{
    ans_cx cx = {.arena = it->arena}; /* issues of a second parse do not matter */
    ans_str reason = reason_of(&cx, err, why), type = ANS_STR_NONE, id = ANS_STR_NONE;
    ans_json doc;
    if (ans_json_parse(&cx, u->text, &(ans_json_limits){.max_bytes = SOURCE_TEXT_BYTES}, &doc) ==
        ANS_OK) {
        type = ans_json_get_string(&cx, &doc, 0, ANS_STR("resourceType"));
        id = ans_json_get_string(&cx, &doc, 0, ANS_STR("id"));
    }
    cx.issues = cx.last_ = NULL;
    err = say_reject(it->im, &cx, it->in, u->line, type, id, reason);
    it->counts.rejected++;
    if (err != ANS_OK) {
        import_stop(it->im, err, &cx);
    }
}

void import_reject_file(import *im, const input *in, uint32_t line, const char *reason)
{
    ans_cx cx = {.arena = ans_arena_new(LINE_BYTES * 4)};
    ans_err err =
        cx.arena ? say_reject(im, &cx, in, line, ANS_STR_NONE, ANS_STR_NONE, ans_str_of(reason))
                 : ANS_E_NOMEM;
    if (err != ANS_OK) {
        import_stop(im, err, &cx);
    }
    (void)pthread_mutex_lock(&im->reject_lock);
    im->rejected_files++;
    (void)pthread_mutex_unlock(&im->reject_lock);
    ans_arena_free(cx.arena);
}

ans_err import_reject_finish(ans_cx *cx, import *im)
{
    if (im->reject_fd < 0) {
        return ANS_OK;
    }
    bool good = fsync(im->reject_fd) == 0;
    (void)close(im->reject_fd); /* synced, or failing anyway */
    im->reject_fd = -1;
    return good ? ANS_OK
                : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot write %s: %s",
                                im->reject_path.p, strerror(errno));
}
