/* The shim between SQLite and the operating system: counts, and fails when a test says so
 * (store_test.h). */
#ifndef ANS_STORE_SQLITE_VFS_H
#define ANS_STORE_SQLITE_VFS_H

#include <sqlite3.h>
#include <stdint.h>

#define ANS_VFS_NAME "ansinh"

/* Sets SQLite up for this process: memory through ans_alloc, this VFS. Any number of times. An
 * SQLite result code. */
int ans_vfs_setup(void);
uint64_t ans_vfs_syncs(void);
/* Let the connection's log file gather its writes: only where every commit is synced. */
void ans_vfs_gather(sqlite3 *db);

#endif
