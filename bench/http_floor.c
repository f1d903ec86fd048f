/* The floor: what src/http costs with nothing behind it. Answers every request with one
 * constant 1.5 KB JSON body, on the loop thread, or with --deferred through a hop to another thread
 * and back.
 *
 *   bench_http_floor [--listen HOST:PORT] [--loops N] [--deferred]
 *
 * Prints "listening on http://..." and serves until SIGTERM or SIGINT. */
#include "http/http.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define BODY_BYTES 1536

static char body[BODY_BYTES];
static ans_http_server *server;

/* The hop: calls wait in a ring for the one worker. A call is in the ring at most once and there
 * are at most 4096 connections, so the ring never overflows. */
#define RING 8192
static ans_http_call *ring[RING];
static size_t ring_in, ring_out;
static bool is_over;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_filled = PTHREAD_COND_INITIALIZER;

static void answer(ans_http_call *call)
{
    static const ans_http_header type = {{"Content-Type", 12}, {"application/fhir+json", 21}};
    ans_http_reply(call, 200, &type, 1, (ans_str){body, sizeof body});
}

static void handle_now(void *arg, ans_http_call *call)
{
    (void)arg;
    answer(call);
}

static void handle_later(void *arg, ans_http_call *call)
{
    (void)arg;
    (void)pthread_mutex_lock(&lock);
    bool was_empty = ring_in == ring_out;
    ring[ring_in++ % RING] = call;
    (void)pthread_mutex_unlock(&lock);
    if (was_empty) {
        (void)pthread_cond_signal(&is_filled);
    }
}

static void *work(void *arg)
{
    (void)arg;
    (void)pthread_mutex_lock(&lock);
    while (!is_over) {
        if (ring_in == ring_out) {
            (void)pthread_cond_wait(&is_filled, &lock);
            continue;
        }
        ans_http_call *call = ring[ring_out++ % RING];
        (void)pthread_mutex_unlock(&lock);
        answer(call);
        (void)pthread_mutex_lock(&lock);
    }
    (void)pthread_mutex_unlock(&lock);
    return NULL;
}

static void make_body(void)
{
    static const char head[] = "{\"resourceType\":\"Basic\",\"id\":\"floor\",\"text\":\"";
    memset(body, 'x', sizeof body);
    memcpy(body, head, sizeof head - 1);
    memcpy(body + sizeof body - 2, "\"}", 2);
}

static void on_signal(int number)
{
    (void)number;
    ans_http_stop(server, 2000);
}

static int serve(const ans_http_options *options, bool is_deferred)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1024 * 1024)};
    if (!cx.arena || ans_http_open(&cx, options, &server) != ANS_OK) {
        (void)fprintf(stderr, "%.*s\n", ANS_FMT(cx.issues ? cx.issues->text : ANS_STR_NONE));
        ans_arena_free(cx.arena);
        return 1;
    }
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    pthread_t worker;
    if (is_deferred && pthread_create(&worker, NULL, work, NULL) != 0) {
        return 1;
    }
    (void)printf("listening on http://%.*s\n", ANS_FMT(ans_http_address(server)));
    (void)fflush(stdout);
    ans_http_run(server);
    if (is_deferred) {
        (void)pthread_mutex_lock(&lock);
        is_over = true;
        (void)pthread_cond_signal(&is_filled);
        (void)pthread_mutex_unlock(&lock);
        (void)pthread_join(worker, NULL);
    }
    ans_http_close(server);
    ans_arena_free(cx.arena);
    return 0;
}

int main(int argc, char **argv)
{
    ans_http_options options = {.listen = ANS_STR("127.0.0.1:0"), .handle = handle_now};
    bool is_deferred = false;
    for (int i = 1; i < argc; i++) {
        uint64_t n;
        if (strcmp(argv[i], "--listen") == 0 && i + 1 < argc) {
            options.listen = ans_str_of(argv[++i]);
        } else if (strcmp(argv[i], "--loops") == 0 && i + 1 < argc &&
                   ans_str_u64(ans_str_of(argv[i + 1]), &n) && n >= 1 && n <= 64) {
            options.loops = (uint32_t)n;
            i++;
        } else if (strcmp(argv[i], "--deferred") == 0) {
            is_deferred = true;
            options.handle = handle_later;
        } else {
            (void)fprintf(stderr, "usage: %s [--listen HOST:PORT] [--loops N] [--deferred]\n",
                          argv[0]);
            return 2;
        }
    }
    make_body();
    return serve(&options, is_deferred);
}
