/* Logical ids (http://hl7.org/fhir/R4/datatypes.html#id). */
#include "fhir/value.h"

bool ans_id_is_valid(ans_str id)
{
    if (id.n < 1 || id.n > 64) {
        return false;
    }
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
        if (!ok) {
            return false;
        }
    }
    return true;
}
