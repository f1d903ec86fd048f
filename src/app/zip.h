/* Files of a zip archive, whole, in memory. Nothing of what the archive says of itself is believed before it is checked: places lie
 * within the bytes, sizes are bounded before a byte is unpacked, and what comes out must have the checksum that is written.
 * spec: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16; without zip64, encryption and archives in parts */
#ifndef ANS_APP_ZIP_H
#define ANS_APP_ZIP_H

#include "base/cx.h"

typedef struct zip {
    ans_str bytes;
    ans_str directory; /* its entries */
    uint32_t count;
    size_t left;       /* bytes that may still be unpacked */
} zip;

bool zip_is(ans_str bytes);
/* bytes must outlive out. errors ANS_E_SYNTAX no archive, or one of a kind not read here; ANS_E_TOOBIG more than 10,000 files */
ANS_MUST_USE ans_err zip_open(ans_cx *cx, ans_str bytes, size_t most_bytes, zip *out);
/* A file by its name, in cx->arena. errors ANS_E_NOTFOUND; ANS_E_SYNTAX damaged; ANS_E_TOOBIG over what may be unpacked in all */
ANS_MUST_USE ans_err zip_read(ans_cx *cx, zip *z, ans_str name, ans_str *out);

#endif
