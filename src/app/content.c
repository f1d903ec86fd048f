/* content: the command. check is what the program's own tests run, and what somebody who edits the tables runs. */
#include "app/content.h"

#include <stdio.h>

enum { MOST_PROBLEMS = 50 };

static int run_load(ans_cx *cx, const options *o, const char *dir)
{
    folder f = {0};
    ans_rest *rest = NULL;
    content_report report;
    ans_err err = folder_open(cx, o, FOLDER_CREATE, &f);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    err = folder_rest(cx, o, &f, &rest);
    err = err == ANS_OK ? content_load(cx, f.store, rest, dir, &report) : err;
    if (rest) {
        ans_rest_free(rest);
    }
    folder_close(&f);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    printf("%u new, %u changed, %u as they were, %u left as they were changed here, %u no longer part of the content\n", report.created,
           report.updated, report.unchanged, report.kept, report.dropped);
    return EXIT_DONE;
}

static int run_list(ans_cx *cx, const char *dir)
{
    content c;
    ans_err err = content_read(cx, dir, &c);
    for (uint32_t i = 0; err == ANS_OK && i < c.count; i++) {
        printf("%.*s\n", ANS_FMT(c.at[i].body));
    }
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}

/* Into a record in memory, and then ask the organisations what is wrong with them. */
static ans_err check(ans_cx *cx, const options *o, const char *dir, ans_org_problem **out, uint32_t *out_count, content_report *report)
{
    options memory = *o;
    folder f = {0};
    ans_rest *rest = NULL;
    ans_orgs *orgs = NULL;
    memory.memory = true;
    ans_err err = folder_open(cx, &memory, FOLDER_CREATE, &f);
    if (err != ANS_OK) {
        return err;
    }
    err = folder_rest(cx, o, &f, &rest);
    err = err == ANS_OK ? ans_orgs_new(cx, f.store, f.search, &orgs) : err;
    err = err == ANS_OK ? content_load(cx, f.store, rest, dir, report) : err;
    err = err == ANS_OK ? ans_orgs_problems(cx, orgs, MOST_PROBLEMS, out, out_count) : err;
    if (rest) {
        ans_rest_free(rest);
    }
    folder_close(&f);
    ans_orgs_free(orgs);
    return err;
}

static int run_check_content(ans_cx *cx, const options *o, const char *dir)
{
    ans_org_problem *p = NULL;
    uint32_t count = 0;
    content_report report;
    ans_err err = check(cx, o, dir, &p, &count, &report);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    for (uint32_t i = 0; i < count; i++) {
        ans_str day = ans_day_print(cx->arena, p[i].day);
        say("%.*s%s%.*s", ANS_FMT(p[i].text), day.n ? " on " : "", ANS_FMT(day));
    }
    printf("%u resources, %u problems\n", report.created, count);
    return count ? EXIT_FINDINGS : EXIT_DONE;
}

int run_content(ans_cx *cx, const options *o)
{
    const char *dir = o->arg_count > 1 ? o->args[1] : NULL;
    if (strcmp(o->args[0], "load") == 0) {
        return run_load(cx, o, dir);
    }
    if (strcmp(o->args[0], "check") == 0) {
        return run_check_content(cx, o, dir);
    }
    if (strcmp(o->args[0], "list") == 0) {
        return run_list(cx, dir);
    }
    say("content knows load, check and list");
    return EXIT_USAGE;
}
