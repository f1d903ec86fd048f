/* check, reindex: thin over the store, which does the work. What is read goes beside a running
 * server; what is written takes the folder's lock. */
#include <stdio.h>

#include "app/app.h"

int say_open_failed(const ans_cx *cx, ans_err err)
{
    int code = fail(cx, err);
    return err == ANS_E_CONFLICT ? EXIT_USAGE : code;
}

/* ---- reindex ---- */

static ans_err reindex(ans_cx *cx, const options *o, const folder *f)
{
    progress p;
    progress_start(&p, "reindex", "steps", o->quiet);
    ans_err err = folder_reindex_begin(cx, f);
    err = err == ANS_OK ? ans_store_reindex(cx, f->store, progress_store, &p) : err;
    err = err == ANS_OK ? folder_reindex_end(cx, f) : err;
    progress_end(&p);
    return err;
}

int run_reindex(ans_cx *cx, const options *o)
{
    folder f;
    ans_err err = folder_open_anew(cx, o, &f);
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    err = reindex(cx, o, &f);
    if (err == ANS_OK) {
        printf("index made anew, time zone %.*s\n", ANS_FMT(f.zone_name));
    }
    folder_close(&f);
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}

/* ---- check ---- */

static bool is_clean(const ans_check_report *r)
{
    return r->bad_bodies == 0 && r->bad_rows == 0 && r->log_gaps == 0 && r->other == 0;
}

static void print_report(const ans_check_report *r)
{
    printf("%llu resources, %llu versions, %llu index rows\n", (unsigned long long)r->resources,
           (unsigned long long)r->versions, (unsigned long long)r->rows);
    printf("%llu entries in the audit\n", (unsigned long long)r->entries);
    printf(
        "%llu damaged bodies, %llu wrong index rows, %llu gaps in the log, %llu other findings\n",
        (unsigned long long)r->bad_bodies, (unsigned long long)r->bad_rows,
        (unsigned long long)r->log_gaps, (unsigned long long)r->other);
}

static ans_err check(ans_cx *cx, const options *o, const folder *f, ans_check_report *out)
{
    progress p;
    progress_start(&p, "check", "steps", o->quiet);
    ans_err err = ans_store_check(cx, f->store, progress_store, &p, out);
    progress_end(&p);
    if (err == ANS_OK) {
        print_report(out);
        say_issues(cx, ANS_OK);
    }
    return err;
}

int run_check(ans_cx *cx, const options *o)
{
    ans_check_report report = {0};
    folder f;
    ans_err err = folder_open(cx, o, o->repair ? FOLDER_WRITE : FOLDER_READ, &f);
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    err = check(cx, o, &f, &report);
    if (err == ANS_OK && o->repair && report.bad_rows) {
        cx->issues = cx->last_ = NULL; /* said already */
        report = (ans_check_report){0};
        err = reindex(cx, o, &f);
        err = err == ANS_OK ? check(cx, o, &f, &report) : err;
    }
    folder_close(&f);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    puts(is_clean(&report) ? "clean"
         : o->repair       ? "some findings cannot be repaired"
                           : "not clean");
    return is_clean(&report) ? EXIT_DONE : EXIT_FINDINGS;
}
