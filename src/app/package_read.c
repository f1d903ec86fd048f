/* package.json and the definitions beside it. */
#include "app/package.h"

#include <dirent.h>
#include <sys/stat.h>

#include "app/tar.h"
#include "base/os.h"
#include "base/sort.h"

enum { FIRST = 256 };
#define FILE_BYTES ((size_t)64 << 20)

typedef struct reader {
    ans_cx *cx;
    package *p;
    bool has_manifest;
} reader;

static ans_err add_needs(reader *r, const ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("dependencies"));
    if (list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_OBJECT) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, list, need)
    {
        package_need *grown = ans_arena_grow(r->cx->arena, r->p->needs, r->p->need_count, &r->p->need_cap, 8, sizeof *grown);
        if (!grown) {
            return ans_cx_nomem(r->cx);
        }
        r->p->needs = grown;
        grown[r->p->need_count++] = (package_need){.name = ans_json_key(doc, need), .version = ans_json_string(r->cx, doc, need)};
    }
    return ANS_OK;
}

static bool lists_r4(ans_cx *cx, const ans_json *doc)
{
    static const char *const names[] = {"fhirVersions", "fhir-version-list"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        ans_jnode list = ans_json_get(doc, 0, ans_str_of(names[i]));
        if (list == ANS_JNONE) {
            continue;
        }
        ANS_JSON_EACH(doc, list, v)
        {
            if (ans_str_starts(ans_json_string(cx, doc, v), ANS_STR("4.0"))) {
                return true;
            }
        }
        return false;
    }
    return true; /* it does not say */
}

static bool is_name(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", s.p[i])) {
            return false;
        }
    }
    return s.n > 0 && s.n <= 56; /* "package-" before it makes an id */
}

static ans_err read_manifest(reader *r, const ans_json *doc)
{
    r->has_manifest = true;
    r->p->name = ans_json_get_string(r->cx, doc, 0, ANS_STR("name"));
    r->p->version = ans_json_get_string(r->cx, doc, 0, ANS_STR("version"));
    r->p->description = ans_json_get_string(r->cx, doc, 0, ANS_STR("description"));
    r->p->is_r4 = lists_r4(r->cx, doc);
    if (!is_name(r->p->name) || !r->p->version.n) {
        return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR_NONE, "package.json has no name (letters, digits, . and -; at most 56) or no version");
    }
    return add_needs(r, doc);
}

/* A definition has a URL; examples have none. */
static ans_err take_resource(reader *r, const ans_json *doc)
{
    package_item item = {.doc = *doc,
                         .type = ans_fhir_type_named(ans_json_get_string(r->cx, doc, 0, ANS_STR("resourceType"))),
                         .id = ans_json_get_string(r->cx, doc, 0, ANS_STR("id")),
                         .url = ans_json_get_string(r->cx, doc, 0, ANS_STR("url")),
                         .version = ans_json_get_string(r->cx, doc, 0, ANS_STR("version"))};
    if (!ans_fhir_is_resource(item.type) || !item.url.n || !ans_id_is_valid(item.id)) {
        r->p->passed_over++;
        return ANS_OK;
    }
    package_item *grown = ans_arena_grow(r->cx->arena, r->p->at, r->p->count, &r->p->cap, FIRST, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(r->cx);
    }
    r->p->at = grown;
    grown[r->p->count++] = item;
    return ANS_OK;
}

/* name: below package/. The text must stay. */
static ans_err take_file(reader *r, ans_str name, ans_str text)
{
    static const ans_json_limits limits = {.max_bytes = FILE_BYTES};
    ans_json doc;
    bool is_json = name.n > 5 && ans_str_is(ans_str_from(name, name.n - 5), ".json");
    if (!is_json || name.p[0] == '.' || ans_str_find(name, '/') >= 0) {
        return ANS_OK; /* .index.json, examples/, other/ */
    }
    ans_err err = ans_json_parse(r->cx, text, &limits, &doc);
    if (err != ANS_OK) {
        return ans_issue_add(r->cx, err, ANS_STR_NONE, "%.*s is not JSON", ANS_FMT(name));
    }
    return ans_str_is(name, "package.json") ? read_manifest(r, &doc) : take_resource(r, &doc);
}

static ans_err visit(void *arg, ans_str path, ans_str bytes)
{
    reader *r = arg;
    if (!ans_str_starts(path, ANS_STR("package/"))) {
        return ANS_OK;
    }
    ans_str text = ans_arena_dup(r->cx->arena, bytes), name = ans_arena_dup(r->cx->arena, ans_str_from(path, 8));
    return text.p && name.p ? take_file(r, name, text) : ans_cx_nomem(r->cx);
}

static ans_err read_folder(reader *r, const char *path)
{
    ans_str inner = ans_arena_fmt(r->cx->arena, "%s/package", path);
    DIR *dir = inner.p ? opendir(inner.p) : NULL;
    const char *from = dir ? inner.p : path;
    dir = dir ? dir : opendir(path);
    ans_err err = dir ? ANS_OK : ans_issue_add(r->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "cannot open %s", path);
    for (const struct dirent *d = dir ? readdir(dir) : NULL; d && err == ANS_OK; d = readdir(dir)) {
        ans_str name = ans_arena_dup(r->cx->arena, ans_str_of(d->d_name)), text;
        ans_str file = ans_arena_fmt(r->cx->arena, "%s/%s", from, d->d_name);
        bool is_json = name.n > 5 && ans_str_is(ans_str_from(name, name.n - 5), ".json");
        if (is_json) {
            err = file.p ? ans_file_read(r->cx, file.p, FILE_BYTES, &text) : ans_cx_nomem(r->cx);
            err = err == ANS_OK ? take_file(r, name, text) : err;
        }
    }
    if (dir) {
        (void)closedir(dir); /* read only */
    }
    return err;
}

static int by_type_and_id(const void *a, const void *b)
{
    const package_item *x = a, *y = b;
    return x->type != y->type ? (x->type > y->type) - (x->type < y->type) : ans_str_cmp(x->id, y->id);
}

ans_err package_read(ans_cx *cx, const char *path, package *out)
{
    struct stat st;
    *out = (package){0};
    reader r = {.cx = cx, .p = out};
    if (stat(path, &st) != 0) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no %s", path);
    }
    ans_err err = S_ISDIR(st.st_mode) ? read_folder(&r, path) : tar_each(cx, path, visit, &r);
    if (err == ANS_OK && !r.has_manifest) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "%s holds no package/package.json: it is no FHIR package", path);
    }
    ans_sort(out->at, out->count, sizeof *out->at, by_type_and_id);
    return err;
}
