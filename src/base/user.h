/* Whose process this is. A server is started as root for one reason only, a port below 1024: it binds, then becomes somebody who owns
 * the data folder and nothing else, for good. */
#ifndef ANS_BASE_USER_H
#define ANS_BASE_USER_H

#include "base/cx.h"

typedef struct ans_user {
    const char *name; /* as it was asked for */
    uint32_t uid, gid;
} ans_user;

bool ans_user_is_root(void);
/* The name of who runs this process, in the arena; "uid 1000" when it has none. */
ans_str ans_user_self(ans_arena *arena);
bool ans_user_is_self(const ans_user *user);
/* errors   ANS_E_NOTFOUND nobody of that name is on this machine */
ANS_MUST_USE ans_err ans_user_find(ans_cx *cx, const char *name, ans_user *out);
/* Become this user with its own group alone, and make sure that there is no way back. Before the first thread; only root can.
 * errors   ANS_E_FORBIDDEN: nothing is as it should be, end the process */
ANS_MUST_USE ans_err ans_user_become(ans_cx *cx, const ans_user *user);
/* A folder that does not exist yet is made for this user, mode 0700 (its parents must be there); one that is there stays as it is.
 * errors   ANS_E_FORBIDDEN it belongs to somebody else; ANS_E_IO */
ANS_MUST_USE ans_err ans_user_folder(ans_cx *cx, const ans_user *user, const char *path);

#endif
