/* How long one question takes, by a client that asks one thing at a time.
 *
 *     bench_probe [--requests N] [--warm N] [--walk PAGES] HOST:PORT TARGETS [HOST:PORT TARGETS]...
 *
 * TARGETS is a file with one request target a line, asked in turn. With several servers the blocks of requests alternate between
 * them, so that a noisy moment of the machine hits all alike and their figures may be divided by each other. --walk follows the
 * `next` links of each answer, PAGES deep, and times only what lies behind a link: page n. --warm requests go first, untimed.
 *
 * One line a server: name=value pairs. Times in microseconds; entries and total are means of an answer (resources in it; what its
 * `total` says); bad counts answers other than 200. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SERVERS = 8, BLOCK = 1000, BUFFER = 8 << 20, TARGET_MAX = 8192 };

typedef struct server {
    const char *address;
    char *text, **targets;
    size_t target_count, at;
    int fd;
    unsigned pages; /* behind the last target */
    char next[TARGET_MAX];
    int64_t *ns;
    size_t count, bad;
    double bytes, entries, total;
} server;

typedef struct options {
    size_t requests, warm;
    unsigned walk;
} options;

static char buffer[BUFFER];

static void die(const char *what, const char *about)
{
    fprintf(stderr, "bench_probe: %s: %s\n", what, about);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- opening ---- */

static void open_targets(server *s, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f || fseek(f, 0, SEEK_END) != 0) {
        die("cannot read", path);
    }
    size_t n = (size_t)ftell(f), lines = 0;
    rewind(f);
    s->text = malloc(n + 1);
    if (!s->text || fread(s->text, 1, n, f) != n) {
        die("cannot read", path);
    }
    fclose(f);
    s->text[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        lines += s->text[i] == '\n';
    }
    s->targets = malloc((lines + 1) * sizeof *s->targets);
    for (char *line = strtok(s->text, "\n"); s->targets && line; line = strtok(NULL, "\n")) {
        s->targets[s->target_count++] = line;
    }
    if (s->target_count == 0) {
        die("no targets in", path);
    }
}

static void open_server(server *s)
{
    char host[64];
    const char *colon = strrchr(s->address, ':');
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (!colon || (size_t)(colon - s->address) >= sizeof host) {
        die("HOST:PORT is wanted", s->address);
    }
    memcpy(host, s->address, (size_t)(colon - s->address));
    host[colon - s->address] = '\0';
    to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1 || s->fd < 0 || connect(s->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        die("cannot connect to", s->address);
    }
    int one = 1;
    (void)setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* ---- asking ---- */

static const char *header_end(size_t have)
{
    const char *p = memmem(buffer, have, "\r\n\r\n", 4);
    return p ? p + 4 : NULL;
}

/* The answer into buffer; its body's place. */
static size_t receive(server *s, const char **out_body)
{
    size_t have = 0, want = 0;
    const char *body = NULL;
    while (!body || have < want) {
        ssize_t n = recv(s->fd, buffer + have, BUFFER - 1 - have, 0);
        if (n <= 0 || have + (size_t)n >= BUFFER - 1) {
            die("no whole answer from", s->address);
        }
        have += (size_t)n;
        if (!body && (body = header_end(have)) != NULL) {
            buffer[have] = '\0';
            const char *length = strcasestr(buffer, "\r\ncontent-length:");
            want = (size_t)(body - buffer) + (length && length < body ? strtoul(length + 17, NULL, 10) : 0);
        }
    }
    buffer[have] = '\0';
    *out_body = body;
    return have - (size_t)(body - buffer);
}

static const char *target_of(server *s, const options *o)
{
    if (o->walk && s->next[0] && s->pages < o->walk) {
        s->pages++;
        return s->next;
    }
    s->pages = 0;
    return s->targets[s->at++ % s->target_count];
}

/* "relation":"next","url":"http://host/fhir/..." */
static void take_next(server *s, const char *body)
{
    static const char mark[] = "\"relation\":\"next\",\"url\":\"";
    const char *p = strstr(body, mark), *path = p ? strstr(p + sizeof mark + 7, "/") : NULL, *end = path ? strchr(path, '"') : NULL;
    s->next[0] = '\0';
    if (end && (size_t)(end - path) < sizeof s->next) {
        memcpy(s->next, path, (size_t)(end - path));
        s->next[end - path] = '\0';
    }
}

static void note(server *s, const char *body, size_t n, int64_t ns)
{
    const char *total = strstr(body, "\"total\":");
    s->bad += strncmp(buffer, "HTTP/1.1 200", 12) != 0;
    s->bytes += (double)n;
    for (const char *p = body; (p = strstr(p, "\"fullUrl\"")) != NULL; p++) {
        s->entries++;
    }
    s->total += total && total < body + 256 ? strtod(total + 8, NULL) : 0;
    s->ns[s->count++] = ns;
}

static void ask(server *s, const options *o, bool is_timed)
{
    char request[TARGET_MAX + 256];
    const char *target = target_of(s, o), *body;
    bool is_page = s->pages > 0;
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, s->address);
    int64_t start = now_ns();
    if (n < 0 || (size_t)n >= sizeof request || send(s->fd, request, (size_t)n, 0) != n) {
        die("cannot ask", s->address);
    }
    size_t got = receive(s, &body);
    int64_t took = now_ns() - start;
    if (o->walk) {
        take_next(s, body);
    }
    if (is_timed && s->count < o->requests && (is_page || !o->walk)) {
        note(s, body, got, took);
    }
}

/* ---- saying ---- */

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void report(server *s)
{
    double sum = 0, n = (double)s->count;
    for (size_t i = 0; i < s->count; i++) {
        sum += (double)s->ns[i];
    }
    qsort(s->ns, s->count, sizeof *s->ns, by_value);
    printf("requests=%zu bad=%zu rate=%.0f p50=%.1f p90=%.1f p99=%.1f max=%.1f bytes=%.0f entries=%.2f total=%.2f per_s=%.0f\n", s->count,
           s->bad, n / sum * 1e9, (double)s->ns[s->count / 2] / 1e3, (double)s->ns[s->count * 9 / 10] / 1e3,
           (double)s->ns[s->count * 99 / 100] / 1e3, (double)s->ns[s->count - 1] / 1e3, s->bytes / n, s->entries / n, s->total / n,
           s->total / sum * 1e9);
}

static int usage(void)
{
    fprintf(stderr, "usage: bench_probe [--requests N] [--warm N] [--walk PAGES] HOST:PORT TARGETS [HOST:PORT TARGETS]...\n");
    return 2;
}

int main(int argc, char **argv)
{
    static server servers[MOST_SERVERS];
    options o = {.requests = 5000, .warm = 500};
    size_t count = 0, asked = 0;
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        size_t n = strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--requests") == 0 && n > 0) {
            o.requests = n;
        } else if (strcmp(argv[i], "--warm") == 0) {
            o.warm = n;
        } else if (strcmp(argv[i], "--walk") == 0) {
            o.walk = (unsigned)n;
        } else {
            return usage();
        }
    }
    for (; i + 1 < argc && count < MOST_SERVERS; i += 2, count++) {
        servers[count] = (server){.address = argv[i], .ns = malloc(o.requests * sizeof(int64_t))};
        open_targets(&servers[count], argv[i + 1]);
        open_server(&servers[count]);
    }
    if (count == 0 || i < argc) {
        return usage();
    }
    for (size_t n = 0; n < o.warm * count; n++) {
        ask(&servers[n / BLOCK % count], &o, false);
    }
    for (bool more = true; more && asked < o.requests * 20;) {
        more = false;
        for (size_t k = 0; k < count; k++) {
            for (int n = 0; n < BLOCK && servers[k].count < o.requests; n++, asked++) {
                ask(&servers[k], &o, true);
            }
            more = more || servers[k].count < o.requests;
        }
    }
    for (size_t k = 0; k < count; k++) {
        report(&servers[k]);
    }
    return 0;
}
