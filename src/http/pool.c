/* Spare read buffers and jobs of one loop. Steady load takes and gives the same few, warm from
 * their last use, and touches no allocator; what nobody needed between two ticks is freed, so a
 * burst does not keep its memory. */
#include "http/http_int.h"

/* The first word of a spare is the link to the next; a job keeps its link there too. */
static void *take(ans_http_pool *pool)
{
    void *spare = pool->first;
    if (spare) {
        memcpy(&pool->first, spare, sizeof pool->first);
        pool->n--;
    }
    if (pool->n < pool->low) {
        pool->low = pool->n;
    }
    return spare;
}

static void give(ans_http_pool *pool, void *spare)
{
    memcpy(spare, &pool->first, sizeof pool->first);
    pool->first = spare;
    pool->n++;
}

char *ans_http_buffer_take(ans_http_loop *loop)
{
    char *buffer = take(&loop->buffers);
    return buffer ? buffer : ans_alloc(loop->server->options.max_head_bytes + ANS_HTTP_SLACK_BYTES);
}

void ans_http_buffer_give(ans_http_loop *loop, char *buffer)
{
    give(&loop->buffers, buffer);
}

static ans_http_job *new_job(ans_http_loop *loop)
{
    ans_http_job *job = ans_alloc(sizeof *job);
    ans_arena *arena = job ? ans_arena_new(loop->server->options.max_arena_bytes) : NULL;
    if (!arena) {
        ans_free(job);
        return NULL;
    }
    job->call = (ans_http_call){.cx.arena = arena};
    return job;
}

ans_http_job *ans_http_job_take(ans_http_loop *loop, ans_http_conn *conn)
{
    ans_http_job *job = take(&loop->jobs);
    if (!job) {
        job = new_job(loop);
    }
    if (!job) {
        return NULL;
    }
    ans_arena *arena = job->call.cx.arena;
    memset(job, 0,
           offsetof(ans_http_job, headers)); /* the headers are written before they are read */
    job->call.cx.arena = arena;
    job->call.headers = job->headers;
    job->call.loop = loop->number;
    job->call.conn_ = job;
    job->conn = conn;
    job->loop = loop;
    return job;
}

void ans_http_job_give(ans_http_job *job)
{
    ans_free(job->body_own);
    job->body_own = NULL;
    ans_arena_reset(job->call.cx.arena);
    give(&job->loop->jobs, job);
}

static void free_buffer(void *spare)
{
    ans_free(spare);
}

static void free_job(void *spare)
{
    ans_http_job *job = spare;
    job->call.cx.arena = ans_arena_free(job->call.cx.arena);
    ans_free(job);
}

static void trim(ans_http_pool *pool, bool all, void (*free_spare)(void *spare))
{
    for (uint32_t n = all ? pool->n : pool->low; n > 0; n--) {
        free_spare(take(pool));
    }
    pool->low = pool->n;
}

void ans_http_pools_trim(ans_http_loop *loop, bool all)
{
    trim(&loop->buffers, all, free_buffer);
    trim(&loop->jobs, all, free_job);
}
