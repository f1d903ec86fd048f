/* Keys of sealed backups, as files. */
#ifndef ANS_APP_BACKUP_H
#define ANS_APP_BACKUP_H

#include "base/seal.h"

/* The public halves in a file, to seal for. A file with a secret half in it is refused: it has no business on a machine that makes
 * backups.
 * errors   as ans_file_read; ANS_E_VALUE */
ANS_MUST_USE ans_err backup_key_publics(ans_cx *cx, const char *path, uint8_t out[ANS_SEAL_MOST_KEYS][ANS_SEAL_KEY_BYTES], uint32_t *out_count);
/* The pair in a file that only its owner can read. Wipe it.
 * errors   as ans_file_read; ANS_E_FORBIDDEN others can read it; ANS_E_VALUE: none, or its halves do not fit (a slip of the pen) */
ANS_MUST_USE ans_err backup_key_secret(ans_cx *cx, const char *path, ans_seal_pair *out);

#endif
