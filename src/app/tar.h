/* The files of a tar archive, plain or compressed (decode.h), one after the other. */
#ifndef ANS_APP_TAR_H
#define ANS_APP_TAR_H

#include "base/cx.h"

/* One file: its path as the archive has it, its bytes (gone when this returns). An error ends the reading. */
typedef ans_err tar_visit(void *arg, ans_str path, ans_str bytes);

/* What is no ordinary file (folders, links, devices) is passed over: nothing of an archive is ever written to disk.
 * errors   ANS_E_NOTFOUND, ANS_E_IO; ANS_E_SYNTAX not a tar archive, or cut short; ANS_E_TOOBIG a file above 64 MiB, or more than
 *          512 MiB in all; what visit returned */
ANS_MUST_USE ans_err tar_each(ans_cx *cx, const char *path, tar_visit *visit, void *arg);

#endif
