/* Which files an import takes: those named, and of a folder, with its subfolders, those that look
 * like FHIR in JSON, in byte order of their paths. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "app/import_int.h"
#include "base/sort.h"

enum { DEEPEST = 32 };

typedef struct list {
    ans_cx *cx;
    input *at;
    uint32_t count, room, left_out;
} list;

static bool has_end(ans_str name, const char *end)
{
    size_t n = strlen(end);
    return name.n > n && ans_str_ieq(ans_str_from(name, name.n - n), ans_str_of(end));
}

static bool is_ours(const char *text)
{
    static const char *const ends[] = {".json", ".ndjson", ".jsonl"};
    ans_str name = ans_str_of(text);
    name.n -= has_end(name, ".gz") ? 3 : has_end(name, ".zst") ? 4 : 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (has_end(name, ends[i])) {
            return true;
        }
    }
    return false;
}

static ans_err add(list *l, const char *path, uint64_t bytes)
{
    if (l->count == l->room) {
        uint32_t room = l->room ? l->room * 2 : 64;
        input *more = ANS_NEW_N(l->cx->arena, input, room);
        if (!more) {
            return ans_cx_nomem(l->cx);
        }
        if (l->count) {
            memcpy(more, l->at, l->count * sizeof *more);
        }
        l->at = more;
        l->room = room;
    }
    l->at[l->count++] = (input){.path = path, .bytes = bytes};
    return ANS_OK;
}

static ans_err cannot(list *l, const char *path)
{
    return ans_issue_add(l->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "cannot read %s: %s", path,
                         strerror(errno));
}

static ans_err add_path(list *l, const char *path, int depth, bool is_named);

static ans_err add_folder(list *l, const char *path, int depth)
{
    DIR *dir = depth > DEEPEST ? NULL : opendir(path);
    ans_err err = ANS_OK;
    if (!dir) {
        return cannot(l, path);
    }
    for (const struct dirent *d = readdir(dir); d && err == ANS_OK; d = readdir(dir)) {
        if (d->d_name[0] == '.') {
            continue;
        }
        ans_str below = ans_arena_fmt(l->cx->arena, "%s/%s", path, d->d_name);
        err = below.p ? add_path(l, below.p, depth + 1, false) : ans_cx_nomem(l->cx);
    }
    (void)closedir(dir); /* read only */
    return err;
}

static ans_err add_path(list *l, const char *path, int depth, bool is_named)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return cannot(l, path);
    }
    if (S_ISDIR(st.st_mode)) {
        return add_folder(l, path, depth);
    }
    if (!is_named && (!S_ISREG(st.st_mode) || !is_ours(path))) {
        l->left_out++;
        return ANS_OK;
    }
    return add(l, path, st.st_size > 0 ? (uint64_t)st.st_size : 0);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const input *)a)->path, ((const input *)b)->path);
}

ans_err import_list(ans_cx *cx, import *im)
{
    list l = {.cx = cx};
    for (int i = 0; i < im->o->arg_count; i++) {
        uint32_t first = l.count;
        ans_str path = ans_str_of(im->o->args[i]);
        while (path.n > 1 && path.p[path.n - 1] == '/') {
            path.n--;
        }
        path = ans_arena_dup(cx->arena, path);
        ans_err err = path.p ? add_path(&l, path.p, 0, true) : ans_cx_nomem(cx);
        if (err != ANS_OK) {
            return err;
        }
        if (l.count > first) {
            ans_sort(l.at + first, l.count - first, sizeof *l.at, by_path);
        }
    }
    for (uint32_t i = 0; i < l.count; i++) {
        l.at[i].raw_base = im->bytes_total;
        im->bytes_total += l.at[i].bytes;
    }
    if (l.left_out) {
        say("%u files without .json, .ndjson or .jsonl in their names are left out", l.left_out);
    }
    im->inputs = l.at;
    im->input_count = l.count;
    return ANS_OK;
}
