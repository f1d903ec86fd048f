/* paper and pack: papers of a folder that is only read, for its owner. */
#include <stdio.h>

#include "app/app.h"
#include "app/evening.h"
#include "app/training.h"
#include "app/trail.h"
#include "base/os.h"
#include "paper/paper.h"

static ans_err print_from(ans_cx *cx, const options *o, const folder *f, ans_paper *out)
{
    ans_str id = ans_str_of(o->args[1]), type;
    ans_reader *rd;
    if (!ans_str_cut(&id, '/', &type) || !ans_id_is_valid(id)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "what it is of reads TYPE/ID: Patient/..., Location/..., Organization/...");
    }
    ans_err err = ans_reader_open(cx, f->store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    ans_paper_ask ask = {.view = {.rd = rd, .search = f->search}, .form = ans_str_of(o->args[0]), .type = type, .id = id, .start = ans_str_of(o->start ? o->start : ""),
                               .end = ans_str_of(o->end ? o->end : ""), .now_us = ans_now_us(), .program = ANS_STR("An Sinh " ANS_VERSION)};
    err = training_is_marked(cx, f->store, &ask.is_training);
    err = err == ANS_OK ? ans_reader_begin(cx, rd) : err;
    if (err == ANS_OK) {
        err = ans_paper_print(cx, &ask, out);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err;
}

static ans_err write_out(ans_cx *cx, const char *to, ans_str bytes)
{
    if (strcmp(to, "-") != 0) {
        return ans_file_replace(cx, to, bytes);
    }
    return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n ? ANS_OK : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "standard output takes no more");
}

int run_paper(ans_cx *cx, const options *o)
{
    folder f;
    ans_paper paper;
    trail_take(cx, o, ANS_DID_PRINT, "paper", ans_str_of(o->args[0]));
    ans_err err = folder_open(cx, o, FOLDER_READ, &f);
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    err = print_from(cx, o, &f, &paper);
    err = err == ANS_OK ? write_out(cx, o->args[2], paper.bytes) : err;
    folder_close(&f);
    if (err == ANS_OK && strcmp(o->args[2], "-") != 0) {
        printf("%s: %u pages\n", o->args[2], paper.pages);
    }
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}

int run_pack(ans_cx *cx, const options *o)
{
    folder f;
    evening_made made;
    trail_take(cx, o, ANS_DID_PRINT, "pack", ANS_STR_NONE);
    ans_err err = folder_open(cx, o, FOLDER_READ, &f);
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    int64_t started = ans_mono_us();
    err = evening_make_all(cx, &f, o->args[0], &made);
    folder_close(&f);
    if (err == ANS_OK) {
        printf("%s: %u facilities, %u wards, %u people, %u pages, %.1f s\n", o->args[0], made.facilities, made.wards, made.people, made.pages,
               (double)(ans_mono_us() - started) / 1e6);
    }
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}
