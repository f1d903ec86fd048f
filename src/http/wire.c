/* The socket of a connection, with TLS or without: what conn_in.c and conn_out.c read from and write to.
 *
 * Somebody who types http:// where https:// is spoken gets a plain answer that says so: the first byte of a TLS connection is never
 * a letter, so it is looked at before the handshake begins. */
#include "http/http_int.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* A small body goes out with its head, in one record. */
#define ONE_RECORD ((size_t)16 * 1024)

/* Begin TLS, or find that the peer speaks plainly. -1 with errno: not yet, or never. */
static int greet(ans_http_conn *conn)
{
    char first;
    ssize_t n = recv(conn->fd, &first, 1, MSG_PEEK);
    if (n <= 0) {
        errno = n == 0 ? ECONNRESET : errno;
        return -1;
    }
    conn->is_greeted = true;
    if (first >= 'A' && first <= 'Z') {
        return 0;
    }
    conn->tls = ans_tls_accept(conn->loop->server->options.tls, conn->fd);
    errno = ENOMEM;
    return conn->tls ? 0 : -1;
}

ssize_t ans_http_wire_read(ans_http_conn *conn, char *to, size_t room)
{
    if (ans_http_conn_wants_tls(conn) && !conn->is_greeted && greet(conn) != 0) {
        return -1;
    }
    return conn->tls ? ans_tls_read(conn->tls, to, room) : recv(conn->fd, to, room, 0);
}

static ssize_t write_record(ans_http_conn *conn, ans_str head, ans_str body)
{
    char together[ONE_RECORD];
    if (head.n == 0 || body.n == 0 || head.n + body.n > sizeof together) {
        ans_str part = head.n ? head : body;
        return ans_tls_write(conn->tls, part.p, part.n);
    }
    memcpy(together, head.p, head.n);
    memcpy(together + head.n, body.p, body.n);
    return ans_tls_write(conn->tls, together, head.n + body.n);
}

ssize_t ans_http_wire_write(ans_http_conn *conn, ans_str head, ans_str body)
{
    if (conn->tls) {
        return write_record(conn, head, body);
    }
    struct iovec parts[2] = {{(void *)head.p, head.n}, {(void *)body.p, body.n}};
    struct msghdr message = {.msg_iov = head.n ? parts : parts + 1, .msg_iovlen = head.n && body.n ? 2 : 1};
    return sendmsg(conn->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool ans_http_wire_shut(ans_http_conn *conn)
{
    if (conn->tls) {
        ans_tls_finish(conn->tls);
    }
    return shutdown(conn->fd, SHUT_WR) == 0;
}

void ans_http_wire_close(ans_http_conn *conn)
{
    if (conn->tls) {
        ans_tls_finish(conn->tls);
        ans_tls_drop(conn->tls);
        conn->tls = NULL;
    }
    (void)close(conn->fd); /* also leaves epoll; there is nothing to do about an error */
    conn->fd = -1;
}
