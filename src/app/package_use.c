/* Who stands on a package: other packages, other definitions, and what people wrote with it. */
#include <stdio.h>

#include "app/package.h"

/* What in the record names a definition by its URL, which is added to the query. */
static const struct use {
    const char *type; /* of the definition; NULL any */
    const char *query, *what;
} uses[] = {
    {"Questionnaire", "QuestionnaireResponse?questionnaire=", "answers to the form"},
    {"StructureDefinition", "?_profile=", "resources that claim the profile"},
    {"StructureDefinition", "StructureDefinition?base=", "profiles that stand on it"},
    {"ValueSet", "StructureDefinition?valueset=", "profiles that bind it"},
    {"ValueSet", "ValueSet?reference=", "value sets that take from it"},
    {"CodeSystem", "ValueSet?reference=", "value sets that take from it"},
};

static ans_str encoded(ans_cx *cx, ans_str s)
{
    ans_buf b;
    ans_str out = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, 8192);
    for (size_t i = 0; i < s.n; i++) {
        ans_buf_fmt(&b, strchr("-._~/:", s.p[i]) || (s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') ? "%c" : "%%%02X",
                    (unsigned char)s.p[i]);
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_err count_use(package_job *j, const struct use *u, ans_str url, ans_str package_name, uint64_t *out)
{
    ans_rest_answer a;
    ans_json doc;
    ans_str code = encoded(&j->page, url);
    ans_str path = ans_arena_fmt(j->page.arena, "%s%.*s&_tag:not=" PACKAGE_TAG "%%7C%.*s&_summary=count", u->query, ANS_FMT(code), ANS_FMT(package_name));
    *out = 0;
    ans_err err = code.p ? package_ask(j, &j->page, "GET", path, ANS_STR_NONE, &a) : ans_cx_nomem(j->cx);
    if (err == ANS_OK && a.status == 200 && ans_json_parse(&j->page, a.body, NULL, &doc) == ANS_OK) {
        ans_jnode total = ans_json_get(&doc, 0, ANS_STR("total"));
        (void)(total != ANS_JNONE && ans_str_u64(ans_json_raw(&doc, total), out));
    } else if (err == ANS_OK) {
        err = record_refused(j->cx, &a);
    }
    err = ans_issue_pass(j->cx, &j->page, err);
    package_forget_page(j);
    return err;
}

static ans_err report_uses(package_job *j, ans_str name, uint64_t *out_all)
{
    ans_jnode list = package_listed(&j->old);
    ans_err err = ANS_OK;
    for (ans_jnode r = list == ANS_JNONE ? ANS_JNONE : ans_json_first(&j->old, list); r != ANS_JNONE && err == ANS_OK;
         r = ans_json_next(&j->old, list, r)) {
        ans_str ref = package_listed_ref(j->cx, &j->old, r), url = ans_json_get_string(j->cx, &j->old, r, ANS_STR("name"));
        for (size_t i = 0; err == ANS_OK && i < sizeof uses / sizeof *uses; i++) {
            uint64_t n = 0;
            if (ans_str_starts(ref, ans_str_of(uses[i].type)) && ref.p[strlen(uses[i].type)] == '/') {
                err = count_use(j, &uses[i], url, name, &n);
            }
            if (n) {
                printf("%.*s: %llu %s\n", ANS_FMT(url), (unsigned long long)n, uses[i].what);
            }
            *out_all += n;
        }
    }
    return err;
}

/* Packages that need this one. */
static ans_err report_needed(package_job *j, ans_str name, uint64_t *out_all)
{
    ans_rest_answer a;
    ans_json doc;
    ans_str url = encoded(j->cx, ans_arena_fmt(j->cx->arena, PACKAGE_URL "%.*s", ANS_FMT(name)));
    ans_err err = package_ask(j, j->cx, "GET", ans_arena_fmt(j->cx->arena, "ImplementationGuide?depends-on=%.*s&_count=1000", ANS_FMT(url)), ANS_STR_NONE, &a);
    err = err == ANS_OK && a.status != 200 ? record_refused(j->cx, &a) : err;
    err = err == ANS_OK ? ans_json_parse(j->cx, a.body, NULL, &doc) : err;
    ans_jnode entries = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("entry")) : ANS_JNONE;
    for (ans_jnode e = entries == ANS_JNONE ? ANS_JNONE : ans_json_first(&doc, entries); e != ANS_JNONE; e = ans_json_next(&doc, entries, e)) {
        printf("package %.*s needs it\n", ANS_FMT(ans_json_get_string(j->cx, &doc, ans_json_get(&doc, e, ANS_STR("resource")), ANS_STR("packageId"))));
        ++*out_all;
    }
    return err;
}

ans_err package_uses(package_job *j, ans_str name, uint64_t *out_count)
{
    *out_count = 0;
    ans_err err = report_needed(j, name, out_count);
    return err == ANS_OK ? report_uses(j, name, out_count) : err;
}
