/* From root to somebody, once and for good. */
#include "base/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

bool ans_user_is_root(void)
{
    return geteuid() == 0;
}

ans_str ans_user_self(ans_arena *arena)
{
    char text[4096];
    struct passwd entry, *found = NULL;
    bool named = getpwuid_r(geteuid(), &entry, text, sizeof text, &found) == 0 && found;
    return named ? ans_arena_dup(arena, ans_str_of(entry.pw_name)) : ans_arena_fmt(arena, "uid %u", (unsigned)geteuid());
}

bool ans_user_is_self(const ans_user *user)
{
    return geteuid() == user->uid;
}

ans_err ans_user_find(ans_cx *cx, const char *name, ans_user *out)
{
    char text[4096]; /* the line of the user, which nobody reads but for two numbers */
    struct passwd entry, *found = NULL;
    if (getpwnam_r(name, &entry, text, sizeof text, &found) != 0 || !found) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no user %s on this machine", name);
    }
    *out = (ans_user){.name = name, .uid = entry.pw_uid, .gid = entry.pw_gid};
    return ANS_OK;
}

static bool is_now(const ans_user *user)
{
    uid_t r, e, s;
    gid_t rg, eg, sg, group;
    bool ids = getresuid(&r, &e, &s) == 0 && r == user->uid && e == user->uid && s == user->uid && getresgid(&rg, &eg, &sg) == 0 &&
               rg == user->gid && eg == user->gid && sg == user->gid;
    int groups = getgroups(0, NULL);
    bool alone = groups == 0 || (groups == 1 && getgroups(1, &group) == 1 && group == user->gid);
    return ids && alone && (user->uid == 0 || (setuid(0) != 0 && seteuid(0) != 0));
}

ans_err ans_user_become(ans_cx *cx, const ans_user *user)
{
    gid_t group = user->gid;
    /* groups first: without root nobody may give them up */
    bool done = setgroups(1, &group) == 0 && setresgid(group, group, group) == 0 && setresuid(user->uid, user->uid, user->uid) == 0 &&
                prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    return done && is_now(user) ? ANS_OK : ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "cannot become the user %s", user->name);
}

ans_err ans_user_folder(ans_cx *cx, const ans_user *user, const char *path)
{
    struct stat st;
    if (mkdir(path, 0700) == 0) {
        return chown(path, user->uid, user->gid) == 0 ? ANS_OK : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot give %s to %s", path, user->name);
    }
    if (errno != EEXIST || stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot make the folder %s", path);
    }
    return st.st_uid == user->uid ? ANS_OK
                                  : ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "%s belongs to somebody else: chown -R %s %s", path, user->name, path);
}
