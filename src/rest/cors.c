/* Answers for pages of other origins: a program of others that runs wholly in a person's browser, and holds a token.
 *
 * The one idea: an origin is let in because an administrator registered a program that comes back there (smart/client.c: public, switched
 * on), byte for byte, and only to the doors of programs. A cookie counts for nothing there, so that a page of others never acts as
 * whoever happens to be signed in: no credentials are allowed, and who_find looks at the token alone. To every other origin the
 * answer is what it always was: without these headers a browser shows it to nobody.
 *
 * spec: https://fetch.spec.whatwg.org/#http-cors-protocol */
#include "rest/rest_int.h"
#include "smart/smart.h"

static const struct cors_door {
    const char *path;
    bool is_whole; /* this very path; else all below it too */
    const char *methods;
} doors[] = {
    {"/fhir/.well-known/", false, "GET, HEAD"},
    {"/oauth/token", true, "POST"},
    {"/oauth/revoke", true, "POST"},
    {"/oauth/jwks", true, "GET"},
    {"/fhir", true, "GET, HEAD, POST"},
    {"/fhir/", false, "GET, HEAD, POST, PUT, PATCH, DELETE"},
};

static const struct cors_door *door_of(ans_str path)
{
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        ans_str p = ans_str_of(doors[i].path);
        if (doors[i].is_whole ? ans_str_eq(path, p) : ans_str_starts(path, p)) {
            return &doors[i];
        }
    }
    return NULL;
}

void cors_find(job *j)
{
    ans_str origin = ans_http_header_get(j->call, "origin");
    if (!j->rest->o.smart || j->call->is_local || !origin.n || !door_of(j->call->path)) {
        return;
    }
    j->is_cross_origin = !who_is_own_origin(j, origin);
    j->cors = j->is_cross_origin && ans_smart_is_origin(j->rest->o.smart, origin) ? origin : ANS_STR_NONE;
}

bool cors_is_preflight(const job *j)
{
    return j->cors.n && ans_str_is(j->rq.method, "OPTIONS") && ans_http_header_get(j->call, "access-control-request-method").n;
}

void cors_preflight(job *j)
{
    j->route.what = I_SMART;
    j->is_audited = true; /* nothing was looked at */
    j->an.status = 204;
}

uint32_t cors_headers(const job *j, ans_http_header *out)
{
    uint32_t n = 0;
    if (j->is_cross_origin) {
        out[n++] = (ans_http_header){ANS_STR("Vary"), ANS_STR("Origin")};
    }
    if (!j->cors.n) {
        return n;
    }
    out[n++] = (ans_http_header){ANS_STR("Access-Control-Allow-Origin"), j->cors};
    if (cors_is_preflight(j)) {
        out[n++] = (ans_http_header){ANS_STR("Access-Control-Allow-Methods"), ans_str_of(door_of(j->call->path)->methods)};
        out[n++] = (ans_http_header){ANS_STR("Access-Control-Allow-Headers"),
                                     ANS_STR("Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Match, If-None-Exist, If-Modified-Since")};
        out[n++] = (ans_http_header){ANS_STR("Access-Control-Max-Age"), ANS_STR("600")};
    } else {
        out[n++] = (ans_http_header){ANS_STR("Access-Control-Expose-Headers"), ANS_STR("ETag, Last-Modified, Location, Retry-After, WWW-Authenticate")};
    }
    return n;
}
