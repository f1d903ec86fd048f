/* list: the command. It prints a plan (list.h) and has it written. */
#include "app/list.h"

#include <stdio.h>

#include "app/trail.h"
#include "base/os.h"
#include "base/user.h"

enum { SHOWN = 20 };

/* ---- printing ---- */

static void print_lines(const ans_list_difference *d, ans_list_sort sort, char sign)
{
    for (uint32_t i = 0; i < d->count[sort] && i < SHOWN; i++) {
        const ans_list_line *l = &d->lines[sort][i];
        if (sort == ANS_LIST_RENAMED) {
            printf("  %c %.*s\t%.*s -> %.*s\n", sign, ANS_FMT(l->code), ANS_FMT(l->before), ANS_FMT(l->name));
        } else {
            printf("  %c %.*s\t%.*s\n", sign, ANS_FMT(l->code), ANS_FMT(l->name));
        }
    }
    if (d->count[sort] > SHOWN) {
        printf("  ... and %u more\n", d->count[sort] - SHOWN);
    }
}

static void print_difference(const ans_list_difference *d)
{
    print_lines(d, ANS_LIST_NEW, '+');
    print_lines(d, ANS_LIST_RENAMED, '~');
    print_lines(d, ANS_LIST_GONE, '-');
    printf("%u codes: %u new, %u renamed, %u gone, %u as they were\n", d->codes, d->count[ANS_LIST_NEW], d->count[ANS_LIST_RENAMED],
           d->count[ANS_LIST_GONE], d->same);
}

static void print_plan(const ans_list_plan *p)
{
    for (uint32_t i = 0; i < p->refused && i < SHOWN; i++) {
        say("left out: %.*s", ANS_FMT(p->refusals[i].text));
    }
    if (p->restored) {
        printf("%u codes had lost the zeros at their end and got them back from their order\n", p->restored);
    }
    if (p->refused) {
        printf("%u rows were left out\n", p->refused);
    }
    const ans_list_step *s = &p->steps[p->main_step];
    printf("%s edition %.*s: CodeSystem/%.*s\n", p->system, ANS_FMT(p->edition), ANS_FMT(s->id));
    print_difference(&s->difference);
}

static void print_undo(const ans_list_plan *p)
{
    printf("undoing the import of %.*s\n", ANS_FMT(p->undoes));
    for (uint32_t i = 0; i < p->step_count; i++) {
        const ans_list_step *s = &p->steps[i];
        printf("%s/%.*s: %s\n", s->type, ANS_FMT(s->id), s->body.n ? "as it was before" : "taken away");
        if (s->has_difference) {
            print_difference(&s->difference);
        }
    }
}

/* ---- writing ---- */

static ans_err apply(ans_cx *cx, const options *o, const folder *f, const ans_list_plan *p, ans_audit *audit, const char *operation)
{
    ans_rest *rest = NULL;
    ans_rest_answer answer;
    ans_str what = ans_arena_fmt(cx->arena, "list=%s,resources=%u", p->kind, p->step_count);
    ans_err err = folder_rest(cx, o, f, &rest);
    err = err == ANS_OK ? ans_rest_apply(rest, cx, p->bundle, &answer) : err;
    if (rest) {
        ans_rest_free(rest);
    }
    return err == ANS_OK ? trail_tell(cx, audit, ANS_DID_IMPORT, operation, what, ANS_STR_NONE) : err;
}

static int write_and_close(ans_cx *cx, const options *o, folder *f, const ans_list_plan *p, ans_err err, bool is_import)
{
    ans_audit *audit = NULL;
    if (err == ANS_OK && o->dry_run) {
        puts("nothing was written (--dry-run)");
    } else if (err == ANS_OK) {
        err = trail_open(cx, o, f, &audit);
        err = err == ANS_OK && is_import ? list_remember(cx, f->store, p) : err;
        err = err == ANS_OK ? apply(cx, o, f, p, audit, is_import ? "list-import" : "list-undo") : err;
        err = err == ANS_OK && !is_import ? list_remember(cx, f->store, p) : err;
        if (err == ANS_OK) {
            puts("written");
        }
    }
    folder_close(f);
    ans_audit_free(audit); /* the store signs its last head while it closes */
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}

/* A folder that a server holds: its page does the same, without this command. */
static int not_opened(ans_cx *cx, ans_err err)
{
    int code = fail(cx, err);
    if (err == ANS_E_BUSY) {
        say("a server is running on this folder: load the list on its page \"Official lists\" (the head or an administrator), or stop it first");
    }
    return code;
}

static int run_import_list(ans_cx *cx, const options *o, const list_kind *kind)
{
    ans_list_plan *p = ANS_NEW(cx->arena, ans_list_plan);
    list_entries entries;
    folder f = {0};
    ans_str bytes;
    ans_err err = p ? ans_file_read(cx, o->args[2], SHEET_BYTES, &bytes) : ans_cx_nomem(cx);
    err = err == ANS_OK ? list_take_table(cx, kind, bytes, o->leave_out, &entries, p) : err;
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    err = folder_open(cx, o, o->dry_run ? FOLDER_READ : FOLDER_CREATE, &f);
    if (err != ANS_OK) {
        return not_opened(cx, err);
    }
    const ans_list_ask ask = {.edition = ans_str_of(o->edition ? o->edition : ""), .from_date = ans_str_of(o->from_date ? o->from_date : ""), .by = ans_user_self(cx->arena)};
    err = list_make_plan(cx, f.store, f.search, kind, &ask, &entries, p);
    if (err == ANS_OK) {
        print_plan(p);
    }
    return write_and_close(cx, o, &f, p, err, true);
}

static int run_undo(ans_cx *cx, const options *o, const list_kind *kind)
{
    ans_list_plan *p = ANS_NEW(cx->arena, ans_list_plan);
    folder f = {0};
    ans_err err = p ? folder_open(cx, o, o->dry_run ? FOLDER_READ : FOLDER_WRITE, &f) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return not_opened(cx, err);
    }
    err = list_make_undo(cx, f.store, f.search, kind, p);
    if (err == ANS_OK) {
        print_undo(p);
    }
    return write_and_close(cx, o, &f, p, err, false);
}

int run_lists(ans_cx *cx, const options *o)
{
    bool is_import = strcmp(o->args[0], "import") == 0;
    if ((!is_import && strcmp(o->args[0], "undo") != 0) || o->arg_count != (is_import ? 3 : 2)) {
        say("list knows: import KIND FILE, and undo KIND");
        return EXIT_USAGE;
    }
    const list_kind *kind = list_kind_named(o->args[1]);
    if (!kind) {
        say("there is no list '%s'; there are:", o->args[1]);
        list_kinds_say();
        return EXIT_USAGE;
    }
    return is_import ? run_import_list(cx, o, kind) : run_undo(cx, o, kind);
}
