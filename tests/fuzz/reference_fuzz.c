/* References: the parts are views into the text, in order, and put together again they give the
 * text back. */
#include <stdlib.h>

#include "fhir/fhir.h"
#include "fhir/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool is_inside(ans_str part, ans_str text)
{
    return part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_str text = {(const char *)data, size};
    ans_reference r;
    ans_reference_parse(text, &r);
    check(is_inside(r.base, text) && is_inside(r.id, text) && is_inside(r.version, text) &&
          is_inside(r.query, text));
    if ((r.kind == ANS_REF_LOCAL || r.kind == ANS_REF_ABSOLUTE) && r.type) {
        ans_str type = ans_fhir_type_name(r.type);
        size_t expected = type.n + 1 + r.id.n + (r.base.n ? r.base.n + 1 : 0) +
                          (r.version.n ? r.version.n + sizeof "/_history/" - 1 : 0);
        check(expected == size && ans_id_is_valid(r.id) && ans_fhir_is_resource(r.type));
        check((r.base.n > 0) == (r.kind == ANS_REF_ABSOLUTE));
    } else if (r.kind == ANS_REF_SEARCH) {
        check(ans_fhir_type_name(r.type).n + 1 + r.query.n == size);
    } else if (r.kind == ANS_REF_FRAGMENT) {
        check(r.id.n + 1 == size);
    }
    return 0;
}
