/* The pages: files of the browser application as the build embedded them. A path without a dot is the page of that name; unknown ones get the
 * start page, which finds its way by the fragment. Names that hold a hash are kept by browsers for a year. */
#include "rest/rest_int.h"

static const ans_asset *find(const ans_rest *rest, ans_str path)
{
    for (uint32_t i = 0; i < rest->o.asset_count; i++) {
        if (ans_str_is(path, rest->o.assets[i].path)) {
            return &rest->o.assets[i];
        }
    }
    return NULL;
}

void asset_run(job *j)
{
    const ans_asset *a = find(j->rest, j->call->path);
    bool has_dot = ans_str_rfind(j->call->path, '.') > ans_str_rfind(j->call->path, '/');
    if (!a && !has_dot) { /* "/toi" is the page of its name */
        ans_str named = ans_arena_fmt(j->cx->arena, "%.*s.html", ANS_FMT(j->call->path));
        a = named.p ? find(j->rest, named) : NULL;
    }
    if (!a && !has_dot) {
        a = find(j->rest, ANS_STR("/index.html"));
    }
    j->an.is_asset = true;
    if (!a) {
        j->an.status = 404;
        j->an.content_type = "text/plain; charset=utf-8";
        j->an.body = j->rest->o.asset_count ? ANS_STR("not found\n")
                                            : ANS_STR("this build holds no pages; the FHIR interface is at /fhir\n");
        return;
    }
    bool gzip = a->gzip && takes_gzip(j->call);
    j->an.status = 200;
    j->an.content_type = a->type;
    j->an.is_gzip = gzip;
    j->an.cache = a->is_immutable ? "public, max-age=31536000, immutable" : "no-cache";
    j->an.body = gzip ? (ans_str){(const char *)a->gzip, a->gzip_n} : (ans_str){(const char *)a->bytes, a->n};
}
