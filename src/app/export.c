/* export: every current resource of one moment, as NDJSON, one file per type. With a purpose and a recipient only what a program
 * bound to them would see (auth/gate.h), which is also asked about what each resource says itself.
 *
 * Resources are walked by their number (rid), so memory does not grow with the record: what is kept
 * is one body, and per type one open file with its compressor. A file is called NAME.part until it
 * is whole. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <zstd.h>

#include "app/app.h"
#include "app/trail.h"
#include "auth/consent.h"
#include "auth/gate.h"
#include "base/os.h"

enum { ZSTD_LEVEL = 3, WINDOW_LOG = 18 }; /* 256 KiB of window: 150 types open at once stay small */
#define BODY_BYTES ((size_t)512 << 20)

typedef struct sheet {
    ans_str name; /* TO/Patient.ndjson.zst */
    FILE *file;
    ZSTD_CStream *packer;
    uint64_t count;
} sheet;

typedef struct exporter {
    ans_cx *cx;
    ans_cx scratch;
    const options *o;
    folder folder;
    sheet *sheets; /* by ans_type */
    ans_gate *gate;       /* NULL: everything */
    const ans_pass *pass;
    uint64_t count;
    char out[1 << 16];
} exporter;

static ans_err file_failed(exporter *x, ans_str name)
{
    int saved = errno;
    return ans_issue_add(x->cx, saved == ENOSPC ? ANS_E_NOSPACE : ANS_E_IO, ANS_STR_NONE,
                         "cannot write %.*s: %s", ANS_FMT(name), strerror(saved));
}

static ans_err pack_failed(exporter *x, size_t code)
{
    return ans_issue_add(x->cx, ANS_E_BUG, ANS_STR_NONE, "zstd: %s", ZSTD_getErrorName(code));
}

/* ---- one file ---- */

static ans_err sheet_open(exporter *x, sheet *s, ans_type type)
{
    s->name = ans_arena_fmt(x->cx->arena, "%s/%s.ndjson%s", x->o->args[0],
                            ans_fhir_types[type].name, x->o->plain ? "" : ".zst");
    ans_str part = ans_arena_fmt(x->cx->arena, "%.*s.part", ANS_FMT(s->name));
    if (!s->name.p || !part.p) {
        return ans_cx_nomem(x->cx);
    }
    int fd = open(part.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    s->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!s->file) {
        return file_failed(x, part);
    }
    if (x->o->plain) {
        return ANS_OK;
    }
    s->packer = ZSTD_createCStream();
    if (!s->packer) {
        return ANS_E_NOMEM;
    }
    (void)ZSTD_CCtx_setParameter(s->packer, ZSTD_c_compressionLevel,
                                 ZSTD_LEVEL); /* constants within their bounds */
    (void)ZSTD_CCtx_setParameter(s->packer, ZSTD_c_windowLog, WINDOW_LOG);
    (void)ZSTD_CCtx_setParameter(s->packer, ZSTD_c_checksumFlag, 1);
    return ANS_OK;
}

static ans_err sheet_write(exporter *x, sheet *s, ans_str bytes, ZSTD_EndDirective how)
{
    if (x->o->plain) {
        return fwrite(bytes.p, 1, bytes.n, s->file) == bytes.n ? ANS_OK : file_failed(x, s->name);
    }
    ZSTD_inBuffer in = {bytes.p, bytes.n, 0};
    for (size_t left = 1; left || in.pos < in.size;) {
        ZSTD_outBuffer out = {x->out, sizeof x->out, 0};
        left = ZSTD_compressStream2(s->packer, &out, &in, how);
        if (ZSTD_isError(left)) {
            return pack_failed(x, left);
        }
        if (fwrite(x->out, 1, out.pos, s->file) != out.pos) {
            return file_failed(x, s->name);
        }
        if (how == ZSTD_e_continue && in.pos == in.size) {
            break; /* the rest stays in the compressor */
        }
    }
    return ANS_OK;
}

static ans_err sheet_finish(exporter *x, sheet *s)
{
    ans_err err = s->packer ? sheet_write(x, s, ANS_STR(""), ZSTD_e_end) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    ans_str part = ans_arena_fmt(x->cx->arena, "%.*s.part", ANS_FMT(s->name));
    bool good = part.p && fflush(s->file) == 0 && fsync(fileno(s->file)) == 0 &&
                rename(part.p, s->name.p) == 0;
    return good ? ANS_OK : file_failed(x, s->name);
}

static void sheet_close(sheet *s)
{
    if (s->file) {
        (void)fclose(s->file); /* flushed and synced when it was finished */
    }
    (void)ZSTD_freeCStream(s->packer); /* accepts NULL */
}

/* ---- for a purpose ---- */

static ans_err open_gate(exporter *x)
{
    const options *o = x->o;
    const ans_gate_options g = {.store = x->folder.store, .search = x->folder.search};
    const ans_who who = {.kind = ANS_WHO_PROGRAM,
                         .direct_role = ANS_STR("recipient"),
                         .purpose = ans_str_of(o->purpose),
                         .recipient = ans_str_of(o->recipient)};
    const ans_purposes *p;
    ans_err err = ans_purposes_read(x->cx, ANS_STR_NONE, &p);
    uint32_t i = err == ANS_OK ? ans_purpose_named(p, who.purpose) : UINT32_MAX;
    if (err == ANS_OK && (i == UINT32_MAX || !p->list[i].to_recipient)) {
        return ans_issue_add(x->cx, ANS_E_VALUE, ANS_STR_NONE, "there is no purpose %s for which data go to somebody", o->purpose);
    }
    if (err == ANS_OK && p->list[i].basis == ANS_BASIS_LAW && !(o->basis && *o->basis)) {
        return ans_issue_add(x->cx, ANS_E_VALUE, ANS_STR_NONE, "%s rests on law: --basis names the document", o->purpose);
    }
    err = err == ANS_OK ? ans_gate_new(x->cx, &g, &x->gate) : err;
    return err == ANS_OK ? ans_gate_pass(x->gate, x->cx, &who, &x->pass) : err;
}

static bool may_leave(exporter *x, ans_type type, const ans_version *v)
{
    if (!x->pass) {
        return true;
    }
    ans_mark m = ans_gate_mark(x->gate, v->rid);
    m.labels |= ans_gate_body_labels(x->gate, &x->scratch, v->body);
    return m.owner && ans_pass_allows(x->pass, type, m, ANS_RIGHT_EXPORT);
}

/* ---- the walk ---- */

static ans_err export_one(exporter *x, ans_reader *rd, ans_rid rid)
{
    ans_version v;
    ans_err err = ans_store_read_rid(&x->scratch, rd, rid, true, &v);
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ANS_OK; /* only referred to, or deleted */
    }
    ans_type type = err == ANS_OK ? ans_search_type_of(x->folder.search, v.ref.type) : 0;
    if (err != ANS_OK || !type) {
        x->cx->issues = x->scratch.issues;
        return err != ANS_OK ? err : ANS_E_BUG;
    }
    if (!may_leave(x, type, &v)) {
        return ANS_OK;
    }
    sheet *s = &x->sheets[type];
    err = s->file ? ANS_OK : sheet_open(x, s, type);
    ans_str body = err == ANS_OK ? ans_search_body(x->scratch.arena, &v) : ANS_STR_NONE;
    if (!body.p) {
        return err != ANS_OK ? err : ans_cx_nomem(x->cx);
    }
    err = sheet_write(x, s, body, ZSTD_e_continue);
    err = err == ANS_OK ? sheet_write(x, s, ANS_STR("\n"), ZSTD_e_continue) : err;
    s->count++;
    x->count++;
    return err;
}

static ans_err walk(exporter *x, ans_reader *rd)
{
    ans_pos pos;
    ans_rid last;
    progress p;
    progress_start(&p, "export", "resources", x->o->quiet);
    ans_err err = ans_store_head(x->cx, rd, &pos, &last);
    for (ans_rid rid = 1; err == ANS_OK && rid <= last; rid++) {
        err = export_one(x, rd, rid);
        ans_arena_reset(x->scratch.arena);
        x->scratch.issues = x->scratch.last_ = NULL;
        progress_show(&p, rid, last, x->count);
    }
    for (uint16_t i = 0; i < ans_fhir_type_count && err == ANS_OK; i++) {
        err = x->sheets[i].file ? sheet_finish(x, &x->sheets[i]) : ANS_OK;
    }
    progress_end(&p);
    return err;
}

static bool has_entries(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;
    while (dir && readdir(dir)) {
        count++;
    }
    if (dir) {
        (void)closedir(dir); /* read only */
    }
    return count > 2;
}

static ans_err export(exporter *x)
{
    ans_reader *rd;
    ans_err err = ans_dir_make(x->cx, x->o->args[0]);
    err = err == ANS_OK ? ans_reader_open(x->cx, x->folder.store, &rd) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = ans_reader_begin(x->cx, rd);
    if (err == ANS_OK) {
        err = walk(x, rd);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    for (uint16_t i = 0; i < ans_fhir_type_count; i++) {
        sheet_close(&x->sheets[i]);
    }
    return err;
}

int run_export(ans_cx *cx, const options *o)
{
    exporter *x = ANS_NEW(cx->arena, exporter);
    if (!x) {
        return fail(cx, ANS_E_NOMEM);
    }
    if (!o->purpose != !o->recipient) {
        say("--purpose and --recipient go together: for what, and for whom");
        return EXIT_USAGE;
    }
    if (has_entries(o->args[0])) {
        say("%s is not empty; an export is written into a new or empty folder", o->args[0]);
        return EXIT_USAGE;
    }
    trail_take(cx, o, ANS_DID_EXPORT, "export", o->purpose ? ans_arena_fmt(cx->arena, "purpose=%s,recipient=%s", o->purpose, o->recipient) : ANS_STR_NONE);
    *x = (exporter){.cx = cx, .o = o, .scratch = {.arena = ans_arena_new(BODY_BYTES)}};
    x->sheets = ANS_NEW_N(cx->arena, sheet, ans_fhir_type_count);
    ans_err err =
        x->scratch.arena && x->sheets ? folder_open(cx, o, FOLDER_READ, &x->folder) : ANS_E_NOMEM;
    if (err == ANS_OK) {
        err = o->purpose ? open_gate(x) : ANS_OK;
        err = err == ANS_OK ? export(x) : err;
        ans_gate_stop(x->gate);
        folder_close(&x->folder);
        ans_gate_free(x->gate);
    }
    ans_arena_free(x->scratch.arena);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    printf("%llu resources written to %s\n", (unsigned long long)x->count, o->args[0]);
    return EXIT_DONE;
}
