/* A thin VFS over SQLite's default one. Each file is our head with the real file behind it; each
 * method looks whether a fault is due and passes on. The heap of SQLite goes through ans_alloc, so
 * that the allocation sweep reaches it too. */
#include "store/sqlite/vfs.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "store/store_test.h"

/* The writer's log file gathers: SQLite writes each frame of a commit in two pieces, and a commit
 * of sixty small changes has six hundred frames. Pieces that follow one another wait here and go
 * down together, at the latest with the sync that every commit ends with (synchronous=FULL only),
 * and before anything else is done with the file. Other connections look at a frame only after that
 * sync, when the commit is published. */
enum { GATHER_BYTES = 64 << 10 };

typedef struct shim_file {
    sqlite3_file base;
    const char *path; /* SQLite keeps it while the file is open */
    char *gathered;   /* NULL: this file does not gather */
    size_t gathered_n;
    sqlite3_int64 gathered_at;
} shim_file;

static sqlite3_vfs *real;
static atomic_uint_fast64_t syncs;

static sqlite3_file *inner(sqlite3_file *f)
{
    return (sqlite3_file *)((char *)f + ((sizeof(shim_file) + 15) & ~(size_t)15));
}

/* ---- faults ---- */

typedef enum op { OP_READ, OP_OPEN, OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_DELETE } op;

/* Set by tests, also while an idle writer may be looking: hence atomic, each for itself. */
static _Atomic ans_fault fault;
static atomic_uint_fast64_t fault_at;
static atomic_bool fault_forever;
static atomic_uint_fast64_t fault_seen;
static void (*watch)(void *arg, const ans_disk_event *event);
static void *watch_arg;
static pthread_mutex_t watch_lock = PTHREAD_MUTEX_INITIALIZER;

void ans_store_fault_set(ans_fault kind, uint64_t n, bool forever)
{
    fault = kind;
    fault_at = n;
    fault_forever = forever;
    atomic_store(&fault_seen, 0);
}

bool ans_store_fault_parse(ans_str spec)
{
    static const struct {
        const char *name;
        ans_fault fault;
    } kinds[] = {{"nospace", ANS_FAULT_NOSPACE},
                 {"io", ANS_FAULT_IO},
                 {"torn", ANS_FAULT_TORN},
                 {"kill", ANS_FAULT_KILL}};
    ans_str kind;
    uint64_t n;

    if (!ans_str_cut(&spec, ':', &kind) || spec.n == 0)
        return false;
    bool forever = spec.p[spec.n - 1] == '+';
    if (!ans_str_u64(ans_str_head(spec, spec.n - forever), &n))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (ans_str_is(kind, kinds[i].name)) {
            ans_store_fault_set(kinds[i].fault, n, forever);
            return true;
        }
    }
    return false;
}

uint64_t ans_store_fault_seen(void)
{
    return atomic_load(&fault_seen);
}

void ans_store_watch_disk(void (*fn)(void *arg, const ans_disk_event *event), void *arg)
{
    pthread_mutex_lock(&watch_lock);
    watch = fn;
    watch_arg = arg;
    pthread_mutex_unlock(&watch_lock);
}

static void tell(const ans_disk_event *event)
{
    pthread_mutex_lock(&watch_lock);
    if (watch)
        watch(watch_arg, event);
    pthread_mutex_unlock(&watch_lock);
}

static bool is_sync_skipped;

void ans_store_skip_sync(bool on)
{
    is_sync_skipped = on;
}

static bool is_counted(op o)
{
    switch (fault) {
    case ANS_FAULT_IO:
        return true;
    case ANS_FAULT_NOSPACE:
    case ANS_FAULT_TORN:
        return o == OP_WRITE || o == OP_TRUNCATE || o == OP_SYNC;
    case ANS_FAULT_KILL:
        return o == OP_WRITE || o == OP_TRUNCATE || o == OP_SYNC || o == OP_DELETE;
    case ANS_FAULT_NONE:
        break;
    }
    return false;
}

static bool is_due(op o)
{
    if (fault == ANS_FAULT_NONE || !is_counted(o))
        return false;
    uint64_t n = atomic_fetch_add(&fault_seen, 1) + 1;
    if (n != fault_at && !(fault_forever && n > fault_at))
        return false;
    if (fault == ANS_FAULT_KILL)
        raise(SIGKILL);
    return true;
}

static int due_code(int io_code)
{
    return fault == ANS_FAULT_NOSPACE ? SQLITE_FULL : io_code;
}

/* ---- files ---- */

static int write_down(shim_file *file, const void *p, int n, sqlite3_int64 at)
{
    sqlite3_file *real_file = inner(&file->base);
    bool is_failing = is_due(OP_WRITE);
    int arriving = n, rc = SQLITE_OK;

    if (is_failing)
        arriving = fault == ANS_FAULT_TORN ? n / 2 : 0;
    if (watch && arriving > 0)
        tell(&(ans_disk_event){
            .path = file->path, .at = (uint64_t)at, .bytes = {p, (size_t)arriving}});
    if (arriving > 0)
        rc = real_file->pMethods->xWrite(real_file, p, arriving, at);
    return is_failing ? due_code(SQLITE_IOERR_WRITE) : rc;
}

/* What could not be written is forgotten: the commit it belongs to fails with it. */
static int write_gathered(shim_file *file)
{
    int n = (int)file->gathered_n;

    if (n == 0)
        return SQLITE_OK;
    file->gathered_n = 0;
    return write_down(file, file->gathered, n, file->gathered_at);
}

static int f_close(sqlite3_file *f)
{
    shim_file *file = (shim_file *)f;
    int rc = write_gathered(file);
    int closed = inner(f)->pMethods->xClose(inner(f));

    ans_free(file->gathered);
    file->gathered = NULL;
    return rc ? rc : closed;
}

static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    int rc = write_gathered((shim_file *)f);

    if (rc != SQLITE_OK)
        return rc;
    if (is_due(OP_READ))
        return SQLITE_IOERR_READ;
    return inner(f)->pMethods->xRead(inner(f), p, n, at);
}

static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    shim_file *file = (shim_file *)f;
    int rc = SQLITE_OK;

    if (!file->gathered)
        return write_down(file, p, n, at);
    if (at != file->gathered_at + (sqlite3_int64)file->gathered_n ||
        file->gathered_n + (size_t)n > GATHER_BYTES)
        rc = write_gathered(file);
    if (rc != SQLITE_OK || n > GATHER_BYTES)
        return rc ? rc : write_down(file, p, n, at);
    if (file->gathered_n == 0)
        file->gathered_at = at;
    memcpy(file->gathered + file->gathered_n, p, (size_t)n);
    file->gathered_n += (size_t)n;
    return SQLITE_OK;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = write_gathered((shim_file *)f);

    if (rc != SQLITE_OK)
        return rc;
    if (is_due(OP_TRUNCATE))
        return due_code(SQLITE_IOERR_TRUNCATE);
    if (watch)
        tell(&(ans_disk_event){.path = ((shim_file *)f)->path, .at = (uint64_t)size});
    return inner(f)->pMethods->xTruncate(inner(f), size);
}

static int f_sync(sqlite3_file *f, int flags)
{
    int rc = write_gathered((shim_file *)f);

    if (rc != SQLITE_OK)
        return rc;
    if (is_due(OP_SYNC))
        return due_code(SQLITE_IOERR_FSYNC);
    if (!is_sync_skipped)
        rc = inner(f)->pMethods->xSync(inner(f), flags);
    atomic_fetch_add_explicit(&syncs, 1, memory_order_relaxed);
    if (watch && rc == SQLITE_OK)
        tell(&(ans_disk_event){.path = ((shim_file *)f)->path, .is_sync = true});
    return rc;
}

static int f_size(sqlite3_file *f, sqlite3_int64 *size)
{
    int rc = write_gathered((shim_file *)f);

    return rc ? rc : inner(f)->pMethods->xFileSize(inner(f), size);
}

static int f_lock(sqlite3_file *f, int level)
{
    return inner(f)->pMethods->xLock(inner(f), level);
}

static int f_unlock(sqlite3_file *f, int level)
{
    return inner(f)->pMethods->xUnlock(inner(f), level);
}

static int f_check_lock(sqlite3_file *f, int *out)
{
    return inner(f)->pMethods->xCheckReservedLock(inner(f), out);
}

static int f_control(sqlite3_file *f, int what, void *arg)
{
    return inner(f)->pMethods->xFileControl(inner(f), what, arg);
}

static int f_sector(sqlite3_file *f)
{
    return inner(f)->pMethods->xSectorSize(inner(f));
}

static int f_traits(sqlite3_file *f)
{
    return inner(f)->pMethods->xDeviceCharacteristics(inner(f));
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
}

static int f_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return inner(f)->pMethods->xShmLock(inner(f), at, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
    inner(f)->pMethods->xShmBarrier(inner(f));
}

static int f_shm_unmap(sqlite3_file *f, int remove)
{
    return inner(f)->pMethods->xShmUnmap(inner(f), remove);
}

/* Version 2: no memory-mapped reading, every read is seen here. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_check_lock,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_traits,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out_flags)
{
    shim_file *file = (shim_file *)f;
    int rc;

    (void)vfs;
    *file = (shim_file){.path = path ? path : ""};
    inner(f)->pMethods = NULL;
    if (is_due(OP_OPEN))
        return SQLITE_CANTOPEN;
    rc = real->xOpen(real, path, inner(f), flags, out_flags);
    if (rc == SQLITE_OK)
        file->base.pMethods = &methods;
    return rc;
}

static int v_delete(sqlite3_vfs *vfs, const char *path, int sync_dir)
{
    (void)vfs;
    if (is_due(OP_DELETE))
        return SQLITE_IOERR_DELETE;
    if (watch)
        tell(&(ans_disk_event){.path = path, .is_delete = true});
    return real->xDelete(real, path, sync_dir);
}

void ans_vfs_gather(sqlite3 *db)
{
    sqlite3_file *f = NULL;

    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK && f &&
        f->pMethods == &methods)
        ((shim_file *)f)->gathered = ans_alloc(GATHER_BYTES); /* without it, it goes on singly */
}

/* ---- memory ---- */

/* SQLite asks for the size of a block, so it stands in front of it. */
enum { HEAD = 16 };

static void *m_alloc(int n)
{
    char *p = ans_alloc((size_t)n + HEAD);

    if (!p)
        return NULL;
    memcpy(p, &n, sizeof n);
    return p + HEAD;
}

static void m_free(void *p)
{
    if (p)
        ans_free((char *)p - HEAD);
}

static void *m_realloc(void *old, int n)
{
    char *p = ans_realloc((char *)old - HEAD, (size_t)n + HEAD);

    if (!p)
        return NULL;
    memcpy(p, &n, sizeof n);
    return p + HEAD;
}

static int m_size(void *p)
{
    int n = 0;

    if (p)
        memcpy(&n, (char *)p - HEAD, sizeof n);
    return n;
}

static int m_roundup(int n)
{
    return (n + 7) & ~7;
}

static int m_init(void *arg)
{
    (void)arg;
    return SQLITE_OK;
}

static void m_shutdown(void *arg)
{
    (void)arg;
}

/* ---- set up ---- */

static pthread_mutex_t setup_lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_set_up;

static int setup(void)
{
    static const sqlite3_mem_methods memory = {m_alloc,   m_free, m_realloc,  m_size,
                                               m_roundup, m_init, m_shutdown, NULL};
    static sqlite3_vfs shim;
    int rc;

    /* Both fail when somebody in this process used SQLite before us; it works all the same then. */
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    rc = sqlite3_initialize();
    if (rc != SQLITE_OK)
        return rc;
    real = sqlite3_vfs_find(NULL);
    if (!real)
        return SQLITE_ERROR;
    shim = *real; /* what is not ours is the real one's, which keeps no state in its first argument
                     but pAppData */
    shim.zName = ANS_VFS_NAME;
    shim.szOsFile = (int)((sizeof(shim_file) + 15) & ~(size_t)15) + real->szOsFile;
    shim.pNext = NULL;
    shim.xOpen = v_open;
    shim.xDelete = v_delete;
    return sqlite3_vfs_register(&shim, 0);
}

int ans_vfs_setup(void)
{
    int rc = SQLITE_OK;

    pthread_mutex_lock(&setup_lock);
    if (!is_set_up)
        rc = setup();
    is_set_up = rc == SQLITE_OK;
    pthread_mutex_unlock(&setup_lock);
    return rc;
}

uint64_t ans_vfs_syncs(void)
{
    return atomic_load_explicit(&syncs, memory_order_relaxed);
}
