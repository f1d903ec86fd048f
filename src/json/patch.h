/* JSON Patch over text: what is not touched keeps its bytes, number text and order included. */
#ifndef ANS_JSON_PATCH_H
#define ANS_JSON_PATCH_H

#include "json/json.h"

/* Apply a patch to a document, all of it or nothing.
 * text     well-formed JSON; *out is a new text in cx->arena, or text itself when the patch only tests
 * bounds   1,000 operations; 16 MiB of text rewritten in all
 * errors   ANS_E_INVALID: no JSON Patch (the issue names the operation, "[2].path"); ANS_E_RULE: a place that is not there,
 *          a test that fails; ANS_E_TOOBIG, ANS_E_NOMEM. No issue says anything of the document.
 * spec     RFC 6902, RFC 6901; http://hl7.org/fhir/R4/http.html#patch */
ANS_MUST_USE ans_err ans_json_patch(ans_cx *cx, ans_str text, const ans_json *patch, ans_str *out);

/* Merge a patch into a parsed document: members it names take its values (null removes them), objects are merged, all else is kept as written.
 * owns     *out in cx->arena
 * errors   ANS_E_INVALID the patch is no object; ANS_E_TOOBIG, ANS_E_NOMEM
 * spec     RFC 7396 */
ANS_MUST_USE ans_err ans_json_merge(ans_cx *cx, const ans_json *doc, const ans_json *patch, ans_str *out);

#endif
