/* What the build puts into the program (gen/): the pages of web/dist, the content of content/ and the
 * zstd dictionary for new stores. */
#ifndef ANS_APP_EMBEDDED_H
#define ANS_APP_EMBEDDED_H

#include "rest/rest.h"

/* Ends with a blank entry that is not counted. Count 0: the program was built without pages. */
extern const ans_asset ans_web_assets[];
extern const uint32_t ans_web_asset_count;
extern const ans_asset ans_content_assets[]; /* "/organisations/provinces.tsv" */
extern const uint32_t ans_content_asset_count;

extern const uint8_t ans_dictionary[];
extern const size_t ans_dictionary_bytes;

#endif
