/* FHIR packages (npm form): profiles, code systems, forms and search parameters that others publish, put into the record as
 * ordinary resources, where the register of definitions (defs) finds them.
 *
 * What a package is here: its resources, tagged urn:ansinh:tag:package|NAME, and an ImplementationGuide "package-NAME" that lists them with
 * version and dependencies. One version of a package at a time.
 * spec: https://confluence.hl7.org/display/FHIR/NPM+Package+Specification */
#ifndef ANS_APP_PACKAGE_H
#define ANS_APP_PACKAGE_H

#include "app/app.h"
#include "json/json.h"

#define PACKAGE_TAG "urn:ansinh:tag:package"
#define PACKAGE_URL "urn:ansinh:package:"

typedef struct package_item {
    ans_type type;
    ans_str id, url, version;
    ans_json doc;
    ans_str old_vid; /* of what stands under its id in the record; empty: nothing */
} package_item;

typedef struct package_need {
    ans_str name, version;
} package_need;

typedef struct package {
    ans_str name, version, description;
    bool is_r4;
    package_item *at;
    uint32_t count, cap;
    package_need *needs;
    uint32_t need_count, need_cap;
    uint32_t passed_over; /* files that are no definitions: examples, and what has no URL */
} package;

/* Read a .tgz or an unpacked folder. Everything lives in cx->arena.
 * errors   ANS_E_NOTFOUND; ANS_E_SYNTAX no package; as tar_each; a file that is no JSON names itself */
ANS_MUST_USE ans_err package_read(ans_cx *cx, const char *path, package *out);

/* One run of the command. */
typedef struct package_job {
    ans_cx *cx;
    const options *o;
    record_door door;
    package p;
    ans_json old; /* the list of the version that is here; count 0: none */
    ans_cx page;  /* of one request: emptied by package_forget_page */
    uint32_t created, changed, same, gone, refused;
} package_job;

/* package_ask.c */
ANS_MUST_USE ans_err package_ask(package_job *j, ans_cx *cx, const char *method, ans_str path, ans_str body, ans_rest_answer *out);
void package_forget_page(package_job *j);
/* The ImplementationGuide of a package in the record; count 0: it is not here. */
ANS_MUST_USE ans_err package_list_of(package_job *j, ans_str name, ans_json *out);
ans_jnode package_listed(const ans_json *list); /* definition.resource, or ANS_JNONE */
ans_str package_listed_ref(ans_cx *cx, const ans_json *list, ans_jnode resource);
/* Does the resource say that it came with this package? The list of a package is an ordinary resource that people may change: what is
 * deleted or written over is settled by the tag of the resource itself. */
bool package_is_tagged(ans_cx *cx, const ans_json *doc, ans_str name);
/* An entry that deletes the resource, when it is of the package in j->p. */
ANS_MUST_USE ans_err package_put_deletion(package_job *j, ans_jw *w, ans_str ref);
void package_begin_bundle(ans_buf *b, ans_jw *w, ans_arena *arena);
void package_put_request(ans_jw *w, const char *method, ans_str url);
ANS_MUST_USE ans_err package_end_bundle(ans_buf *b, ans_jw *w, ans_str *out);

/* package_write.c: ids that are free (what somebody else brought under the same URL is left alone and said), resources in pages, the list with what the old version had and this one has not */
ANS_MUST_USE ans_err package_settle_ids(package_job *j);
ANS_MUST_USE ans_err package_write(package_job *j);

/* package_use.c: prints what stands on the package in j->old and counts it */
ANS_MUST_USE ans_err package_uses(package_job *j, ans_str name, uint64_t *out_count);

#endif
