/* Keep the file near: where nothing holds it there, a search reads a dozen scattered pages from the disk, 100 us each, and waits
 * for each of them. So after the start the whole file is read once, and again now and then while questions come, slowly, so that
 * the operating system, which may take back what was idle for half a minute, finds it in use. Only when it is a small part of this
 * machine's memory. Nothing depends on it: whatever fails, the pages are read when they are needed. */
#include "store/sqlite/sqlite_int.h"

#include <time.h>
#include <unistd.h>

enum { AGAIN_S = 12, PASS_MS = 8000, CHUNK = 256 << 10, SHARE_OF_MEMORY = 4 };

struct sq_warm {
    ans_store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_ending;
    char *chunk;
};

/* False when it is time to end. */
static bool rest(sq_warm *w, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&w->lock);
    while (!w->is_ending && pthread_cond_timedwait(&w->wake, &w->lock, &until) == 0) {
    }
    bool goes_on = !w->is_ending;
    pthread_mutex_unlock(&w->lock);
    return goes_on;
}

static bool is_ending(sq_warm *w)
{
    pthread_mutex_lock(&w->lock);
    bool ending = w->is_ending;
    pthread_mutex_unlock(&w->lock);
    return ending;
}

static void pass(sq_warm *w, sqlite3_file *f, int64_t ms)
{
    sqlite3_int64 size = 0, most = (sqlite3_int64)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) / SHARE_OF_MEMORY;

    if (f->pMethods->xFileSize(f, &size) != SQLITE_OK || size > most)
        return;
    int64_t chunks = size / CHUNK + 1, slept = 0;
    for (int64_t i = 0; i < chunks && !is_ending(w); i++) {
        int rc = f->pMethods->xRead(f, w->chunk, CHUNK, i * CHUNK);
        if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
            return;
        int64_t due = ms * i / chunks;
        if (due > slept && !rest(w, due - slept))
            return;
        slept = due;
    }
}

static void *warm_main(void *arg)
{
    sq_warm *w = arg;
    const sq_folder *folder = w->store->be;
    sq_file file;
    uint64_t before = 0;

    ans_thread_stand_back(19);
    if (sq_file_open(folder->db_path, SQLITE_OPEN_READONLY, &file) != SQLITE_OK)
        return NULL;
    pass(w, file.f, 0);
    while (rest(w, AGAIN_S * 1000)) {
        uint64_t now = ans_readers_uses(w->store);
        if (now != before)
            pass(w, file.f, PASS_MS);
        before = now;
    }
    sq_file_close(&file);
    return NULL;
}

void sq_warm_start(ans_store *store)
{
    sq_folder *f = store->be;
    sq_warm *w = ans_alloc(sizeof *w);
    pthread_condattr_t attr;

    if (!w)
        return;
    *w = (sq_warm){.store = store, .chunk = ans_alloc(CHUNK)};
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (w->chunk && pthread_create(&w->thread, NULL, warm_main, w) == 0) {
        pthread_setname_np(w->thread, "ans-warm");
        f->warm = w;
        return;
    }
    ans_free(w->chunk);
    ans_free(w);
}

void sq_warm_stop(sq_folder *f)
{
    sq_warm *w = f->warm;

    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_ending = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->wake);
    ans_free(w->chunk);
    ans_free(w);
    f->warm = NULL;
}
