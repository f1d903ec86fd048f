/* check, reindex, backup, restore: thin over the store, which does the work. What is read goes
 * beside a running server; what is written takes the folder's lock. */
#include <dirent.h>
#include <stdio.h>

#include "app/app.h"
#include "app/journal.h"
#include "auth/account.h"
#include "base/os.h"

static int say_open_failed(const ans_cx *cx, ans_err err)
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

/* ---- backup and restore ---- */

/* Copy the store in `from` into the folder `to`. The journal of imports goes along, as it was
 * before the copy began: what it says is done is then in the copy, too. */
static ans_err copy(ans_cx *cx, const options *from, const char *to, const char *what)
{
    ans_str imports;
    folder f;
    progress p;
    ans_err err = folder_open(cx, from, FOLDER_READ, &f);
    if (err != ANS_OK) {
        return err;
    }
    progress_start(&p, what, "steps", from->quiet);
    err = journal_read(cx, from->data, &imports);
    err = err == ANS_OK ? ans_store_backup(cx, f.store, to, progress_store, &p) : err;
    err = err == ANS_OK ? ans_accounts_copy(cx, from->data, to) : err;
    err = err == ANS_OK && imports.n ? journal_write(cx, to, imports) : err;
    progress_end(&p);
    folder_close(&f);
    return err;
}

int run_backup(ans_cx *cx, const options *o)
{
    ans_err err = copy(cx, o, o->args[0], "backup");
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    printf("%s is a verified copy of %s\n", o->args[0], o->data);
    return EXIT_DONE;
}

/* True also for a folder that does not exist. */
static bool is_empty_folder(const char *path)
{
    DIR *dir = opendir(path);
    bool is_empty = true;
    if (!dir) {
        return !ans_file_exists(path);
    }
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        is_empty = is_empty && (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0);
    }
    (void)closedir(dir); /* read only */
    return is_empty;
}

int run_restore(ans_cx *cx, const options *o)
{
    options from = *o;
    if (!is_empty_folder(o->data)) {
        say("%s is not empty; a backup is restored into a new or empty folder only", o->data);
        return EXIT_USAGE;
    }
    from.data = o->args[0];
    ans_err err = copy(cx, &from, o->data, "restore");
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    printf("%s is restored from %s\n", o->data, o->args[0]);
    return EXIT_DONE;
}
