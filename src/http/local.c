/* A second way in, for the command line of the same user: a Unix socket beside the data. The file's mode keeps others out; the
 * kernel's word about the peer (SO_PEERCRED) does so once more, should the mode be changed by hand.
 *
 * A path is longer than the 107 bytes a socket address holds: then it is reached through its folder's descriptor. */
#include "http/http_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Fill in the address of path; *dir_fd is to be closed after its use when it is not -1. */
static bool address_of(const char *path, struct sockaddr_un *out, int *dir_fd)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    size_t n = slash ? (size_t)(slash - path) : 0;
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    *dir_fd = -1;
    if (strlen(path) < sizeof out->sun_path) {
        memcpy(out->sun_path, path, strlen(path) + 1);
        return true;
    }
    if (!slash || n == 0 || n >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(folder, path, n);
    folder[n] = '\0';
    *dir_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int written = snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/%s", *dir_fd, slash + 1);
    return *dir_fd >= 0 && written > 0 && (size_t)written < sizeof out->sun_path;
}

static int close_with_errno(int fd)
{
    int saved = errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    errno = saved;
    return -1;
}

int ans_http_local_open(const char *path)
{
    struct sockaddr_un address;
    int dir_fd, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || !address_of(path, &address, &dir_fd)) {
        return close_with_errno(fd);
    }
    (void)unlink(address.sun_path); /* of a server that was killed; when there is none, so much the better */
    bool done = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && chmod(address.sun_path, 0600) == 0 &&
                listen(fd, 16) == 0;
    (void)close_with_errno(dir_fd);
    return done ? fd : close_with_errno(fd);
}

bool ans_http_local_is_own(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

int ans_http_local_connect(const char *path)
{
    struct sockaddr_un address;
    int dir_fd, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || !address_of(path, &address, &dir_fd)) {
        return close_with_errno(fd);
    }
    bool done = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    (void)close_with_errno(dir_fd);
    return done ? fd : close_with_errno(fd);
}
