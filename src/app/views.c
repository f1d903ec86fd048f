/* Kept views: `ansinh view keep|drop|list`, `ansinh sql`, and what a server follows. */
#include "app/views.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/content.h"
#include "app/trail.h"
#include "base/os.h"

#define VIEW_BYTES ((size_t)1 << 20)
#define ANSWER_BYTES ((size_t)1 << 30)

ans_str views_path(ans_cx *cx, const options *o)
{
    return ans_arena_fmt(cx->arena, "%s/views.db", o->data);
}

/* ---- which ---- */

static bool has_path(const content_files *l, ans_str path)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (ans_str_eq(l->at[i].path, path)) {
            return true;
        }
    }
    return false;
}

static ans_err read_views(ans_cx *cx, const options *o, ans_str **out, uint32_t *out_count)
{
    content_files built_in = {0}, own = {0};
    ans_err err = content_folder_files(cx, NULL, "/views", &built_in);
    err = err == ANS_OK ? content_folder_files(cx, o->data, "/views", &own) : err;
    ans_str *texts = err == ANS_OK ? ANS_NEW_N(cx->arena, ans_str, built_in.count + own.count + 1) : NULL;
    if (!texts) {
        return err == ANS_OK ? ans_cx_nomem(cx) : err;
    }
    *out_count = 0;
    for (uint32_t i = 0; i < built_in.count; i++) {
        if (!has_path(&own, built_in.at[i].path)) {
            texts[(*out_count)++] = built_in.at[i].text;
        }
    }
    for (uint32_t i = 0; i < own.count; i++) {
        texts[(*out_count)++] = own.at[i].text;
    }
    *out = texts;
    return ANS_OK;
}

ans_err views_open(ans_cx *cx, const options *o, const folder *f, bool follow, ans_kept **out)
{
    ans_str path = views_path(cx, o), *texts;
    ans_kept_options k = {.store = f->store, .search = f->search, .path = path.p, .follow = follow};
    ans_err err = path.p ? read_views(cx, o, &texts, &k.count) : ans_cx_nomem(cx);
    k.views = err == ANS_OK ? texts : NULL;
    return err == ANS_OK ? ans_kept_open(cx, &k, out) : err;
}

/* ---- keep, drop, list ---- */

int run_view_keep(ans_cx *cx, const options *o)
{
    const ans_view *view;
    ans_str text, name;
    ans_err err = ans_file_read(cx, o->args[1], VIEW_BYTES, &text);
    err = err == ANS_OK ? ans_kept_read(cx, cx->arena, text, &view, &name) : err;
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    ans_str dir = ans_arena_fmt(cx->arena, "%s/views", o->data), path = ans_arena_fmt(cx->arena, "%s/views/%.*s.json", o->data, ANS_FMT(name));
    if (!dir.p || !path.p) {
        return fail(cx, ans_cx_nomem(cx));
    }
    if (!ans_file_exists(o->data)) {
        say("there is no data folder %s", o->data);
        return EXIT_FINDINGS;
    }
    (void)mkdir(dir.p, 0700); /* what is wrong is said by the write */
    err = ans_file_replace(cx, path.p, text);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    printf("%.*s is kept; a running server follows it from its next start on\n", ANS_FMT(name));
    return EXIT_DONE;
}

int run_view_drop(ans_cx *cx, const options *o)
{
    ans_str path = ans_view_is_name(ans_str_of(o->args[1])) ? ans_arena_fmt(cx->arena, "%s/views/%s.json", o->data, o->args[1]) : ANS_STR_NONE;
    if (!path.p || unlink(path.p) != 0) {
        say("no view %s was kept in %s", o->args[1], o->data);
        return EXIT_FINDINGS;
    }
    printf("%s is no longer kept\n", o->args[1]);
    return EXIT_DONE;
}

int run_view_list(ans_cx *cx, const options *o)
{
    ans_str *texts, name;
    uint32_t count;
    ans_err err = read_views(cx, o, &texts, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        const ans_view *view;
        ans_json doc;
        err = ans_kept_read(cx, cx->arena, texts[i], &view, &name);
        err = err == ANS_OK ? ans_json_parse(cx, texts[i], NULL, &doc) : err;
        if (err == ANS_OK) {
            printf("%-32.*s %.*s\n", ANS_FMT(name), ANS_FMT(ans_json_get_string(cx, &doc, 0, ANS_STR("title"))));
        }
    }
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}

/* ---- sql ---- */

/* Without a server that follows, the tables are brought up to date first. */
static ans_err catch_up(ans_cx *cx, const options *o)
{
    folder f;
    ans_kept *kept = NULL;
    ans_str path = local_path(cx, o);
    int fd = path.p ? ans_http_local_connect(path.p) : -1;
    if (fd >= 0) {
        (void)close(fd);
        return ANS_OK;
    }
    ans_err err = folder_open(cx, o, FOLDER_WRITE, &f);
    if (err != ANS_OK) {
        return err;
    }
    err = views_open(cx, o, &f, false, &kept);
    err = err == ANS_OK ? ans_kept_catch_up(cx, kept) : err;
    ans_kept_stop(kept);
    folder_close(&f);
    ans_kept_free(kept);
    return err;
}

int run_sql(ans_cx *cx, const options *o)
{
    static const ans_sql_limits limits = {.max_rows = 100000000, .max_ms = 600000, .max_bytes = ANSWER_BYTES};
    ans_view_format format = ANS_VIEW_CSV;
    ans_buf b;
    ans_str text, path = views_path(cx, o);
    if (o->format && !ans_view_format_named(ans_str_of(o->format), &format)) {
        say("--format takes ndjson, json or csv");
        return EXIT_USAGE;
    }
    ans_buf_init(&b, ANSWER_BYTES * 2);
    trail_take(cx, o, ANS_DID_EXPORT, "sql", ANS_STR_NONE);
    ans_err err = path.p ? catch_up(cx, o) : ans_cx_nomem(cx);
    err = err == ANS_OK ? ans_sql_run(cx, path.p, ans_str_of(o->args[0]), &limits, format, &b) : err;
    err = err == ANS_OK ? ans_buf_finish(&b, &text) : err;
    if (err == ANS_OK && fwrite(text.p, 1, text.n, stdout) != text.n) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "standard output cannot be written");
    }
    ans_buf_done(&b);
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}
