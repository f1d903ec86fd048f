/* view run: a ViewDefinition over the record, beside whoever holds it, or over files. Rows go to standard output as they are made. */
#include <stdio.h>

#include "app/app.h"
#include "app/source.h"
#include "app/trail.h"
#include "base/os.h"
#include "view/view.h"

#define VIEW_BYTES ((size_t)16 << 20)
#define ROW_BYTES ((size_t)1 << 30)
#define FLUSH_BYTES ((size_t)1 << 20)

typedef struct viewer {
    ans_cx *cx;
    ans_cx work; /* of one resource: emptied behind it */
    const ans_zone *zone;
    const ans_view *view;
    ans_view_printer printer;
    ans_buf out;
} viewer;

static ans_err flush_rows(viewer *v, size_t least)
{
    ans_str text;
    if (v->out.n < least) {
        return ANS_OK;
    }
    ans_err err = ans_buf_finish(&v->out, &text);
    if (err == ANS_OK && fwrite(text.p, 1, text.n, stdout) != text.n) {
        err = ans_issue_add(v->cx, ANS_E_IO, ANS_STR_NONE, "standard output cannot be written");
    }
    ans_buf_reset(&v->out);
    return err;
}

static ans_err add_node(viewer *v, const ans_json *doc, ans_jnode root)
{
    ans_err err = ans_view_run(&v->work, v->view, v->zone, doc, root, ans_view_print, &v->printer);
    err = ans_issue_pass(v->cx, &v->work, err);
    return err == ANS_OK ? flush_rows(v, FLUSH_BYTES) : err;
}

/* A resource, or all that a Bundle holds. */
static ans_err add_document(viewer *v, ans_str text)
{
    ans_json doc;
    ans_err err = ans_issue_pass(v->cx, &v->work, ans_json_parse(&v->work, text, NULL, &doc));
    bool is_bundle = err == ANS_OK && ans_str_is(ans_json_get_string(&v->work, &doc, 0, ANS_STR("resourceType")), "Bundle");
    ans_jnode entries = is_bundle ? ans_json_get(&doc, 0, ANS_STR("entry")) : ANS_JNONE;
    if (err == ANS_OK && entries == ANS_JNONE) {
        err = add_node(v, &doc, 0);
    } else if (err == ANS_OK) {
        for (ans_jnode e = ans_json_first(&doc, entries); err == ANS_OK && e != ANS_JNONE; e = ans_json_next(&doc, entries, e)) {
            ans_jnode resource = ans_json_get(&doc, e, ANS_STR("resource"));
            err = resource == ANS_JNONE ? ANS_OK : add_node(v, &doc, resource);
        }
    }
    ans_arena_reset(v->work.arena);
    v->work.issues = v->work.last_ = NULL;
    return err;
}

/* ---- files ---- */

static ans_err add_piece(viewer *v, const source_piece *piece)
{
    ans_str text, line;
    ans_err err = ans_buf_finish((ans_buf *)&piece->text, &text);
    if (err != ANS_OK || !piece->is_lines) {
        return err == ANS_OK ? add_document(v, text) : err;
    }
    for (bool more = text.n > 0; err == ANS_OK && more;) {
        more = ans_str_cut(&text, '\n', &line);
        line = ans_str_trim(line);
        err = line.n ? add_document(v, line) : ANS_OK;
    }
    return err;
}

static ans_err add_file(viewer *v, const char *path)
{
    source *s = NULL;
    bool more = true;
    ans_err err = source_open(v->cx, path, &s);
    while (err == ANS_OK && more) {
        source_piece piece;
        ans_buf_init(&piece.text, SOURCE_TEXT_BYTES);
        err = source_next(v->cx, s, &piece, &more);
        if (err == ANS_OK && more && piece.refused) {
            err = ans_issue_add(v->cx, ANS_E_INVALID, ANS_STR_NONE, "%s: line %u: %s", path, piece.line, piece.refused);
        }
        err = err == ANS_OK && more ? add_piece(v, &piece) : err;
        ans_buf_done(&piece.text);
    }
    source_close(s);
    return err;
}

/* ---- the record ---- */

static ans_err add_version(void *arg, const ans_version *version, bool *more)
{
    viewer *v = arg;
    ans_str body = ans_search_body(v->work.arena, version);
    *more = true;
    return body.p ? add_document(v, body) : ans_cx_nomem(v->cx);
}

static ans_err add_record(viewer *v, const options *o)
{
    folder f = {0};
    ans_reader *rd = NULL;
    ans_err err = folder_open(v->cx, o, FOLDER_READ, &f);
    err = err == ANS_OK ? ans_reader_open(v->cx, f.store, &rd) : err;
    err = err == ANS_OK ? ans_reader_begin(v->cx, rd) : err;
    if (err == ANS_OK) {
        ans_search_request rq = {.type = ans_view_type(v->view)};
        v->zone = ans_search_zone(f.search);
        err = ans_search_each(f.search, v->cx, rd, &rq, add_version, v);
        ans_reader_end(rd);
    }
    if (rd) {
        ans_reader_close(rd);
    }
    folder_close(&f);
    return err;
}

/* ---- the command ---- */

static ans_err read_view(viewer *v, const options *o)
{
    ans_str text;
    ans_json doc;
    ans_err err = ans_file_read(v->cx, o->args[1], VIEW_BYTES, &text);
    err = err == ANS_OK ? ans_json_parse(v->cx, text, NULL, &doc) : err;
    err = err == ANS_OK ? ans_zone_open(v->cx, ans_str_of(o->timezone ? o->timezone : DEFAULT_ZONE), &v->zone) : err;
    return err == ANS_OK ? ans_view_compile(v->cx, v->cx->arena, &doc, 0, &v->view) : err;
}

static ans_err show_rows(viewer *v, const options *o)
{
    ans_err err = ANS_OK;
    ans_view_print_begin(&v->printer, v->view);
    for (int i = 2; err == ANS_OK && i < o->arg_count; i++) {
        err = add_file(v, o->args[i]);
    }
    if (err == ANS_OK && o->arg_count == 2) {
        trail_take(v->cx, o, ANS_DID_EXPORT, "view-run", ans_str_of(ans_fhir_types[ans_view_type(v->view)].name));
        err = add_record(v, o);
    }
    ans_view_print_end(&v->printer);
    return err == ANS_OK ? flush_rows(v, 0) : err;
}

static const struct {
    const char *act;
    int (*run)(ans_cx *cx, const options *o);
    int args;
} acts[] = {{"keep", run_view_keep, 2}, {"drop", run_view_drop, 2}, {"list", run_view_list, 1}};

int run_view(ans_cx *cx, const options *o)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(o->args[0], acts[i].act) == 0 && o->arg_count == acts[i].args) {
            return acts[i].run(cx, o);
        }
    }
    viewer v = {.cx = cx, .work = {.arena = ans_arena_new(ROW_BYTES)}, .printer = {.out = &v.out}};
    if (strcmp(o->args[0], "run") != 0 || o->arg_count < 2 || (o->format && !ans_view_format_named(ans_str_of(o->format), &v.printer.format))) {
        say("usage: ansinh view run VIEW.json [FILE...] [--format ndjson|json|csv], keep VIEW.json, drop NAME, list");
        ans_arena_free(v.work.arena);
        return EXIT_USAGE;
    }
    ans_buf_init(&v.out, ROW_BYTES);
    ans_err err = v.work.arena ? read_view(&v, o) : ans_cx_nomem(cx);
    err = err == ANS_OK ? show_rows(&v, o) : err;
    ans_buf_done(&v.out);
    ans_arena_free(v.work.arena);
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}
