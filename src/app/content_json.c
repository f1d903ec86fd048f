/* Content that is FHIR already: forms and the like, one resource a file, in the folders named here. They are built-in definitions whether
 * a record holds them or not, and go into the record with the tables. */
#include "app/content.h"

#include <dirent.h>

#include "app/embedded.h"
#include "base/os.h"
#include "base/sort.h"

static const char *const folders[] = {"/forms", "/lists", "/profiles", "/rules"};
enum { FOLDERS = sizeof folders / sizeof *folders, FIRST = 64 };
#define FILE_BYTES ((size_t)16 << 20)

static bool is_json(ans_str name)
{
    return name.n > 5 && ans_str_is(ans_str_from(name, name.n - 5), ".json");
}

static ans_err add(ans_cx *cx, content_files *l, ans_str path, ans_str text)
{
    content_file *grown = ans_arena_grow(cx->arena, l->at, l->count, &l->cap, FIRST, sizeof *grown);
    if (!grown || !path.p || !text.p) {
        return ans_cx_nomem(cx);
    }
    l->at = grown;
    l->at[l->count++] = (content_file){.path = path, .text = text};
    return ANS_OK;
}

static ans_err embedded(ans_cx *cx, const char *name, content_files *l)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < ans_content_asset_count; i++) {
        const ans_asset *a = &ans_content_assets[i];
        ans_str path = ans_str_of(a->path);
        bool is_here = ans_str_starts(path, ans_str_of(name)) && path.p[strlen(name)] == '/' && is_json(path);
        err = is_here ? add(cx, l, path, (ans_str){(const char *)a->bytes, a->n}) : ANS_OK;
    }
    return err;
}

ans_err content_folder_files(ans_cx *cx, const char *dir, const char *name, content_files *l)
{
    if (!dir) {
        return embedded(cx, name, l);
    }
    ans_str full = ans_arena_fmt(cx->arena, "%s%s", dir, name);
    DIR *open = full.p ? opendir(full.p) : NULL;
    ans_err err = ANS_OK;
    if (!open) {
        return full.p ? ANS_OK : ans_cx_nomem(cx); /* not every folder need be there */
    }
    for (const struct dirent *d = readdir(open); d && err == ANS_OK; d = readdir(open)) {
        if (is_json(ans_str_of(d->d_name))) {
            ans_str text = ANS_STR_NONE, path = ans_arena_fmt(cx->arena, "%s/%s", name, d->d_name);
            ans_str file = ans_arena_fmt(cx->arena, "%s%.*s", dir, ANS_FMT(path));
            err = file.p ? ans_file_read(cx, file.p, FILE_BYTES, &text) : ans_cx_nomem(cx);
            err = err == ANS_OK ? add(cx, l, path, text) : err;
        }
    }
    (void)closedir(open); /* read only */
    return err;
}

static int by_path(const void *a, const void *b)
{
    return ans_str_cmp(((const content_file *)a)->path, ((const content_file *)b)->path);
}

ans_err content_json_files(ans_cx *cx, const char *dir, content_files *out)
{
    *out = (content_files){0};
    ans_err err = ANS_OK;
    for (int f = 0; err == ANS_OK && f < FOLDERS; f++) {
        err = content_folder_files(cx, dir, folders[f], out);
    }
    ans_sort(out->at, out->count, sizeof *out->at, by_path);
    return err;
}

ans_err content_definitions(ans_cx *cx, ans_defs_options *out)
{
    content_files files;
    ans_err err = content_json_files(cx, NULL, &files);
    ans_defs_text *texts = err == ANS_OK ? ANS_NEW_N(cx->arena, ans_defs_text, files.count + 1) : NULL;
    if (!texts) {
        return err == ANS_OK ? ans_cx_nomem(cx) : err;
    }
    for (uint32_t i = 0; i < files.count; i++) {
        texts[i].body = files.at[i].text;
    }
    out->content = texts;
    out->content_count = files.count;
    return ANS_OK;
}

/* The resource as it stands, with the tag that says where it comes from. */
static ans_err put(content *c, const content_file *f)
{
    ans_json doc;
    ans_err err = ans_json_parse(c->cx, f->text, NULL, &doc);
    ans_str type = err == ANS_OK ? ans_json_get_string(c->cx, &doc, 0, ANS_STR("resourceType")) : ANS_STR_NONE;
    ans_str id = err == ANS_OK ? ans_json_get_string(c->cx, &doc, 0, ANS_STR("id")) : ANS_STR_NONE;
    if (!ans_fhir_is_resource(ans_fhir_type_named(type)) || !id.n) {
        return ans_issue_add(c->cx, ANS_E_INVALID, ANS_STR_NONE, "content%.*s: not a resource with an id", ANS_FMT(f->path));
    }
    content_begin(c, ans_fhir_types[ans_fhir_type_named(type)].name, id, "definitions");
    ANS_JSON_EACH(&doc, 0, member)
    {
        ans_str key = ans_json_key(&doc, member);
        if (!ans_str_is(key, "resourceType") && !ans_str_is(key, "id") && !ans_str_is(key, "meta")) {
            ans_jw_key(&c->w, key);
            ans_jw_copy(&c->w, &doc, member);
        }
    }
    return content_end(c);
}

ans_err content_json(content *c)
{
    content_files files;
    ans_err err = content_json_files(c->cx, c->dir, &files);
    for (uint32_t i = 0; err == ANS_OK && i < files.count; i++) {
        err = put(c, &files.at[i]);
    }
    return err;
}
