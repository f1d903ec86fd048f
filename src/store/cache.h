/* The writer's memory of which rid a (type, id) has: the references of a resource mostly point at
 * what was written a moment ago. Bounded; a rid never changes, so nothing here can be out of date
 * except after a rollback (forget all). */
#ifndef ANS_STORE_CACHE_H
#define ANS_STORE_CACHE_H

#include "store/store.h"

typedef struct ans_ridcache ans_ridcache;

ans_ridcache *ans_ridcache_new(void); /* NULL when out of memory */
ans_ridcache *ans_ridcache_free(ans_ridcache *cache);
ans_rid ans_ridcache_get(ans_ridcache *cache, ans_ref ref); /* 0: not remembered */
void ans_ridcache_put(ans_ridcache *cache, ans_ref ref, ans_rid rid);
void ans_ridcache_clear(ans_ridcache *cache);

#endif
